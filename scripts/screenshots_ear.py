"""The states of the full ear for `screenshots.py`: offered, fetched, failed, refused, moving over, removed.

Its networks are the tests' own small ones; what is fetched comes from a hub on this machine
that serves nothing but zeros.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hub import Hub
    from screenshots import Studio

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

_SLOWLY = 0.0001
"""Seconds between two kilobytes of the hub."""
_SHOWN = 4e5
_SETTLED = 4
"""Bytes and seconds after which the picture of fetching is taken."""


def ear_screens(studio: Studio, hub: Hub) -> None:
    """Walk through the life of CLAP as a person would, with the hub that its window was started with."""
    from vibe_desktop.models.status import ModelState

    window, watch = studio.window, studio.program.watch
    studio.until(lambda: watch.coverage is not None and not watch.active)
    studio.rest(1500)
    studio.take("ear-hint")
    page, row = _settings(studio)
    studio.take("ear-offered")
    row.install.click()
    studio.until(lambda: any(stage.done > _SHOWN and stage.seconds > _SETTLED for stage in _stages(row)))
    studio.take("ear-fetching")
    row.status.stop.click()
    studio.until(lambda: not watch.active)
    hub.files.clear()
    row.install.click()
    studio.until(row.status.again.isVisible)
    studio.take("ear-failed")
    with tempfile.TemporaryDirectory() as folder:
        _bring(studio, row, Path(folder), "random", ModelState.UNFIT)
    studio.until(lambda: not watch.active)
    _to_models(studio, page)
    studio.take("ear-refused")
    _remove(studio, row, "ear-removing-refused")
    with tempfile.TemporaryDirectory() as folder:
        _bring(studio, row, Path(folder), "trained", ModelState.READY)
        _half(studio)
        studio.take("ear-moving-over")
        page.verticalScrollBar().setValue(0)
        studio.take("ear-chosen")
        for name in ("activity", "mood"):
            window.show_page(name)
            studio.rest(600)
            studio.take(f"ear-{name}")
    window.show_page("settings")
    _to_models(studio, page)
    _remove(studio, row, "ear-removing")


def _settings(studio: Studio) -> tuple[Any, Any]:
    """Go where models are installed; return the page and CLAP's row."""
    studio.window.show_page("settings")
    studio.program.services.intents.models.emit()
    page: Any = studio.window.stack.currentWidget()
    studio.until(lambda: page.models.model_rows)
    studio.rest()
    return page, page.models.model_rows[-1]


def _to_models(studio: Studio, page: Any) -> None:
    studio.rest()
    page.verticalScrollBar().setValue(page.models.y())
    studio.rest()


def _stages(row: Any) -> Any:
    return row.status.job.stages() if row.status.job else ()


def _bring(studio: Studio, row: Any, folder: Path, made: str, state: Any) -> None:
    """Install small networks from a folder, as from a stick."""
    from tiny_clap import Made, write_tiny_clap

    write_tiny_clap(folder, Made(made))
    if made == "trained":
        studio.program.services.jobs.hold("asked")
    studio.program.watch.install(["clap"], folder)
    studio.until(lambda: row.model.state is state)


def _half(studio: Studio) -> None:
    """Let it hear half of the library, and no more."""
    services, watch = studio.program.services, studio.program.watch
    services.jobs.release("asked")
    studio.until(lambda: (now := watch.coverage) and now.title == "CLAP" and now.heard > now.songs * 0.4)
    services.jobs.hold("asked")
    studio.rest(4000)  # the files that are open are heard to their ends


def _remove(studio: Studio, row: Any, screen: str) -> None:
    """Ask to remove it, take the question's picture, and do it."""
    from vibe_desktop.models.status import ModelState

    row.remove.click()
    studio.until(row.question.isVisible)
    page: Any = studio.window.stack.currentWidget()
    page.ensureWidgetVisible(row.question)
    studio.take(screen)
    row.question.do.click()
    studio.until(lambda: row.model.state is ModelState.MISSING)


@contextmanager
def slow_hub() -> Iterator[Hub]:
    """Serve CLAP's files as zeros, slowly. To be begun before the window: it changes the environment."""
    import pytest

    from hub import Hub, serving
    from vibe_desktop.models.catalog import find_entry

    entry = find_entry("clap")
    hub = Hub({file.path: bytes(file.size) for file in entry.files}, entry.source.revision)  # type: ignore[union-attr] # it comes from a hub
    hub.manner.pause = _SLOWLY
    with pytest.MonkeyPatch.context() as patch, serving(hub, patch):
        yield hub
