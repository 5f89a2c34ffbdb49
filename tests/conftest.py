"""What every test lives by: its own home, no network, no warning or complaint in the log left unexplained."""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import settings

from program import Program, new_program

pytest_plugins = ["pytester"]

# No screen is needed; whoever names another platform before gets that one.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
_QT_FOLDERS = tuple(Path(__file__).parent / name for name in ("ui", "desktop"))


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Know the settings of pytest-qt where it is left out (`-p no:pytest-qt`), as it must be without Qt."""
    if not pluginmanager.has_plugin("pytest-qt"):
        for name in ("qt_api", "qt_log_level_fail", "qt_log_ignore"):
            parser.addini(name, "a setting of pytest-qt", type="linelist")


class _WithoutQt(pytest.Module):
    def collect(self) -> Iterator[pytest.Item]:
        pytest.skip("PySide6 is not installed", allow_module_level=True)


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """Skip the tests of the window and the desktop, and say so, where Qt is not installed."""
    if find_spec("PySide6") is None and any(module_path.is_relative_to(folder) for folder in _QT_FOLDERS):
        return _WithoutQt.from_parent(parent, path=module_path)
    return None


# How long an example takes depends on the machine, and timings never decide a test.
settings.register_profile("house", deadline=None, print_blob=True)
settings.load_profile("house")

_HOME_VARIABLES = {
    "HOME": ".",
    "USERPROFILE": ".",
    "APPDATA": "AppData/Roaming",
    "LOCALAPPDATA": "AppData/Local",
    "XDG_DATA_HOME": ".local/share",
    "XDG_CONFIG_HOME": ".config",
    "XDG_CACHE_HOME": ".cache",
    "XDG_STATE_HOME": ".local/state",
    "XDG_MUSIC_DIR": "Music",
}


@pytest.fixture(scope="session", autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Give the session an empty home, so that no test reads or writes the person's own files."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name, place in _HOME_VARIABLES.items():
            folder = home / place
            folder.mkdir(parents=True, exist_ok=True)
            patch.setenv(name, str(folder))
        yield


_PERSONS_HOME = {name: os.environ.get(name) for name in _HOME_VARIABLES}


@contextmanager
def persons_home() -> Iterator[None]:
    """Go back to the person's own home for a while: pip keeps their index settings and its cache there."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in _PERSONS_HOME.items():
            if value is None:
                patch.delenv(name, raising=False)
            else:
                patch.setenv(name, value)
        yield


@pytest.fixture(scope="session")
def at_home() -> Callable[[], AbstractContextManager[None]]:
    """Return `persons_home`, for whatever else installs packages."""
    return persons_home


class NetworkRefusedError(AssertionError):
    """A test reached for another machine."""


def _refuse_network(event: str, arguments: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.sendto"):
        host = arguments[1][0] if isinstance(arguments[1], tuple) else None
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if not _is_this_machine(host):
        raise NetworkRefusedError(f"A test tried to reach {host!r}; tests stay on this machine.")


def _is_this_machine(host: object) -> bool:
    """Whether an address stays here; None and other families' addresses (a local socket's path) do."""
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if not isinstance(name, str) or name in ("", "localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


# An audit hook sees every connection this process opens, whichever library asks; it cannot be taken back.
sys.addaudithook(_refuse_network)


class _Complaints(logging.Handler):
    """Keeps every record of level WARNING and above."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        record.getMessage()  # a message whose arguments do not fit it fails here, in the test
        self.records.append(record)


@pytest.fixture(autouse=True)
def expect_log() -> Iterator[Callable[[str], None]]:
    """Fail a test that leaves a complaint in the log, unless it said so: `expect_log(pattern)`.

    A complaint that was expected and did not come fails the test too.
    """
    expected: list[str] = []
    complaints = _Complaints()
    root = logging.getLogger()
    root.addHandler(complaints)
    yield expected.append
    root.removeHandler(complaints)
    messages = [f"{record.name}: {record.getMessage()}" for record in complaints.records]
    surprising = [text for text in messages if not any(re.search(pattern, text) for pattern in expected)]
    silent = [pattern for pattern in expected if not any(re.search(pattern, text) for text in messages)]
    assert not surprising, f"unexpected in the log: {surprising}"
    assert not silent, f"expected in the log and not there: {silent}"


@pytest.fixture
def without_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide that this may be a build server: some libraries keep quiet there and only there."""
    for name in ("CI", "TF_BUILD", "GITHUB_ACTIONS", "GITLAB_CI", "BUILDKITE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def repository() -> Path:
    """Return the checkout these tests belong to."""
    return Path(__file__).parent.parent


@pytest.fixture(scope="session")
def models_folder(repository: Path) -> Path:
    """Return a folder with the default models, installed once and kept with the environment."""
    from vibe_desktop.models.catalog import default_entries
    from vibe_desktop.models.install import install
    from vibe_desktop.progress import Progress

    folder = repository / ".venv" / "test-models"
    folder.mkdir(parents=True, exist_ok=True)
    # The tests may run in several processes: the first one installs, the others wait for it.
    with persons_home(), FileLock(folder / ".tests.lock"):
        for entry in default_entries():
            install(entry, folder, Progress())
    return folder


@pytest.fixture(scope="session")
def stick(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with CLAPs as an exporter writes them, not to be changed.

    `good` hears; `random`, `collapsed` and `swapped` are of no use.
    """
    from tiny_clap import Made, write_tiny_clap

    folder = tmp_path_factory.mktemp("stick")
    write_tiny_clap(folder / "good")
    for made in (Made.RANDOM, Made.COLLAPSED, Made.SWAPPED):
        write_tiny_clap(folder / made, made)
    return folder


@pytest.fixture
def program(tmp_path: Path, models_folder: Path) -> Program:
    """Return a program with models and an empty library."""
    return new_program(tmp_path, models_folder)
