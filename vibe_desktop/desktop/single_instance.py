"""One window for one profile: a second start hands its files to the first and ends."""

from __future__ import annotations

import errno
import getpass
import hashlib
import logging
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from filelock import FileLock, Timeout
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from vibe_desktop.desktop.handover import LARGEST, Handover, handovers
from vibe_desktop.domain import VibeError
from vibe_desktop.paths import Profile

_HEARD = b"heard\n"
_VISIT_MS = 2000
_PAUSE = 0.05
# bytes; a socket's path ends at 104 on macOS, and Qt makes it in a folder beside its place
_LONGEST_PATH = 85
_log = logging.getLogger(__name__)


class SingleInstance(QObject):
    """The one window of a profile, or somebody who finds that there is one already.

    `raised` asks the window to show itself; `opened` asks so too and brings a
    list of absolute paths (str, undecodable bytes as surrogates), which may not exist.
    """

    raised = Signal()
    opened = Signal(object)  # as Qt's own list the paths would lose what is no text of them

    def __init__(self, profile: Profile, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._profile = profile
        self._lock = FileLock(profile.window_lock, timeout=0)
        self._server: QLocalServer | None = None

    def claim(self) -> bool:
        """Return whether this is the first window; it then holds the profile and hears later starts.

        One that may only be read is held by nobody: there the first to be heard is the first.
        Raises `VibeError` when the profile cannot be locked.
        """
        try:
            self._profile.folder.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
        except Timeout:
            return False
        except (OSError, NotImplementedError) as error:
            if self._may_only_be_read(error):
                return self._listen_alone()
            raise VibeError(
                f"The profile {self._profile.folder} cannot be used: {error}.",
                "Check its permissions and the disk it is on, or choose another with --profile.",
            ) from error
        self._listen(server_name(self._profile))
        return True

    def tell(self, paths: Sequence[str] = (), seconds: float = 5.0) -> bool:
        """Ask the first window to show itself and to take these files and folders; return whether it heard.

        False means that it was about to end, and that this is the first now. Meant
        for a process without a window of its own: it waits. Raises `VibeError`
        when the first window has not answered after these seconds.
        """
        deadline = time.monotonic() + seconds
        name = server_name(self._profile)
        for handover in handovers(paths):
            while not _say(name, handover.encode(), deadline):
                if self.claim():
                    return False
                if time.monotonic() >= deadline:
                    raise VibeError(
                        "Vibe Desktop is already open and does not answer.",
                        "Look for its window; if it hangs, end it and start again.",
                    )
                time.sleep(_PAUSE)  # the first may hold the lock and not listen yet, or no longer
        return True

    def close(self) -> None:
        """Let go of the profile; may be called twice."""
        if self._server:
            self._server.close()
            self._server = None
        self._lock.release()

    def _may_only_be_read(self, error: Exception) -> bool:
        refused = isinstance(error, PermissionError) or getattr(error, "errno", None) == errno.EROFS
        return refused and self._profile.database.is_file()

    def _listen_alone(self) -> bool:
        """Hear later starts unless another window does."""
        name = server_name(self._profile)
        if _answers(name):
            return False
        self._listen(name)
        return True

    def _listen(self, name: str) -> None:
        """Open the door; where that fails the window works, and a later start says that nobody answers."""
        # Whoever holds the lock finds only what a killed window left behind, unless somebody answers.
        if not _answers(name):
            QLocalServer.removeServer(name)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._welcome)
        if not self._server.listen(name):
            _log.warning("later starts cannot reach this window: %s", self._server.errorString())

    def _welcome(self) -> None:
        while self._server and self._server.hasPendingConnections():
            visit = _Visit(self._server.nextPendingConnection())
            visit.understood.connect(self._take)

    def _take(self, handover: Handover) -> None:
        if handover.paths:
            self.opened.emit(list(handover.paths))
        else:
            self.raised.emit()


class _Visit(QObject):
    """One connection to the first window: a line is read, answered if it is ours, and that is all."""

    understood = Signal(object)

    def __init__(self, socket: QLocalSocket) -> None:
        super().__init__(socket)  # lives and goes with its socket
        self._socket = socket
        self._over = False
        socket.setReadBufferSize(LARGEST + 1)
        socket.disconnected.connect(socket.deleteLater)
        socket.readyRead.connect(self._read)
        QTimer.singleShot(_VISIT_MS, self, socket.abort)
        # What came with the connection, or its end, may have been told before anybody asked.
        QTimer.singleShot(0, self, self._read)

    def _read(self) -> None:
        if self._over:
            return
        if not self._socket.canReadLine():
            gone = self._socket.state() == QLocalSocket.LocalSocketState.UnconnectedState
            if gone or self._socket.bytesAvailable() >= LARGEST:
                self._leave()
            return
        handover = Handover.decode(bytes(self._socket.readLine().data()))
        if handover:
            self._socket.write(_HEARD)
            self.understood.emit(handover)
        self._leave()

    def _leave(self) -> None:
        self._over = True
        self._socket.disconnectFromServer()
        if self._socket.state() == QLocalSocket.LocalSocketState.UnconnectedState:
            self._socket.deleteLater()


def server_name(profile: Profile) -> str:
    """Return where the first window of a profile listens: its own place for every person and profile."""
    person = getpass.getuser() if sys.platform == "win32" else str(os.getuid())
    folder = os.path.realpath(profile.folder)
    digest = hashlib.sha256(os.fsencode(f"{person}\0{folder}")).hexdigest()[:16]
    name = f"vibe-{digest}"
    if sys.platform == "win32":
        return name
    own = Path(os.environ.get("XDG_RUNTIME_DIR") or "/nonexistent")
    fits = len(os.fsencode(own / name)) <= _LONGEST_PATH
    return str((own if fits and own.is_dir() else Path(tempfile.gettempdir())) / name)


def _is_strangers(name: str) -> bool:
    """Whether somebody else made this door: in a folder that all share, anybody may have been first."""
    if sys.platform == "win32":
        return False
    try:
        return os.lstat(name).st_uid != os.getuid()
    except OSError:
        return False


def _answers(name: str) -> bool:
    if _is_strangers(name):
        return False
    socket = QLocalSocket()
    socket.connectToServer(name)
    answered = socket.waitForConnected(200)
    socket.abort()
    return answered


def _say(name: str, line: bytes, deadline: float) -> bool:
    """Say a line to the first window; return whether it answered that it heard."""
    if _is_strangers(name):
        return False
    socket = QLocalSocket()
    socket.connectToServer(name)
    if not socket.waitForConnected(_left_ms(deadline)):
        return False
    socket.write(line)
    socket.flush()
    while not socket.canReadLine() and socket.waitForReadyRead(_left_ms(deadline)):
        pass
    heard = socket.readLine().data() == _HEARD
    socket.abort()
    return heard


def _left_ms(deadline: float) -> int:
    return max(1, int((deadline - time.monotonic()) * 1000))
