"""Faults of the program itself: written down with where they happened, told to the person, never fatal."""

from __future__ import annotations

import logging
import os
import sys
import threading
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QtMsgType, Signal, qInstallMessageHandler

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

_LOG = logging.getLogger("vibe_desktop")
_MOST_BYTES = 1 << 20
_LEVELS = {
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class Faults(QObject):
    """Takes exceptions that nobody caught, on any thread; `happened` tells of the first of each kind."""

    happened = Signal(str)
    _came = Signal(str)

    def __init__(self, log_file: Path) -> None:
        super().__init__()
        self._log_file = log_file
        self._known: set[str] = set()
        self._came.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def watch(self) -> None:
        """From now on keep a log, and take what would otherwise end in a terminal nobody sees."""
        self._log_file.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            self._log_file, maxBytes=_MOST_BYTES, backupCount=1, encoding="utf-8", delay=True
        )
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        if os.access(self._log_file.parent, os.W_OK):
            _LOG.addHandler(handler)
        sys.excepthook = self._take
        threading.excepthook = lambda args: self._take(
            args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback
        )
        qInstallMessageHandler(_take_qt_message)

    def _take(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            return
        _LOG.error("A fault of the program", exc_info=(kind, error, trace))
        sys.__excepthook__(kind, error, trace)
        self._came.emit(kind.__name__)

    def _tell(self, kind: str) -> None:
        if kind not in self._known:
            self._known.add(kind)
            self.happened.emit(
                self.tr(
                    "Something went wrong inside the program ({0}). Nothing of yours is lost. Details: {1}"
                ).format(kind, self._log_file)
            )


def _take_qt_message(kind: QtMsgType, _context: object, message: str) -> None:
    level = _LEVELS.get(kind)
    if level is not None:
        _LOG.log(level, "Qt: %s", message)
