"""Networks that come ready: from a hub, from a folder, or from a person's own export."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from hub import Hub, entry_of, serving
from vibe_desktop import saving
from vibe_desktop.domain import Cancelled, VibeError
from vibe_desktop.models.catalog import ModelEntry
from vibe_desktop.models.install import install
from vibe_desktop.models.installed import (
    MANIFEST,
    DerivedFile,
    Manifest,
    describe_files,
    open_model,
    write_manifest,
)
from vibe_desktop.progress import Progress

FILES = {
    "audio.onnx": ("onnx/audio_model.onnx", os.urandom(300_000)),
    "text.onnx": ("onnx/text_model.onnx", os.urandom(200_000)),
    "tokenizer.json": ("tokenizer.json", b'{"words": []}'),
}
BY_HUB_PATH = dict(FILES.values())
BY_NAME = {name: content for name, (_, content) in FILES.items()}
FLAT = {PurePosixPath(path).name: content for path, content in FILES.values()}


@pytest.fixture
def entry() -> ModelEntry:
    """Return the entry that pins the files."""
    return entry_of(FILES)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """Give a hub that serves the files."""
    with serving(Hub(dict(BY_HUB_PATH)), monkeypatch) as hub:
        yield hub


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """Return a folder of models that is not there yet."""
    return tmp_path / "models"


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def exported(folder: Path, **changes: Any) -> Path:
    """Write what an exporter would: other networks, and a manifest of them."""
    write(folder, {name: content[::-1] for name, content in BY_NAME.items()})
    settings: dict[str, str | int] = {"dimensions": 512, "max_length": 77, "origin": "my own checkpoint"}
    manifest = Manifest("clap", "CLAP of mine", None, {}, settings, describe_files(folder))
    write_manifest(folder, replace(manifest, **changes))
    return folder


class Calling(Progress):
    """Calls it off once most of the files have come."""

    def advance(self, count: int = 1, note: str = "") -> None:
        """Count, and call it off."""
        super().advance(count, note)
        if self.stages()[-1].done > 320_000:
            self.cancel()


def folders_in(models: Path) -> list[str]:
    return sorted(path.name for path in models.iterdir() if path.is_dir())


def holds(models: Path, files: dict[str, bytes]) -> bool:
    model = open_model(models, "clap")
    return all(model.file(name).read_bytes() == content for name, content in files.items())


def refusal(entry: ModelEntry, models: Path, source: Path) -> VibeError:
    with pytest.raises(VibeError) as caught:
        install(entry, models, Progress(), source)
    assert caught.value.remedy
    assert not (models / "clap").exists()
    return caught.value


def test_from_the_hub_to_its_place(hub: Hub, entry: ModelEntry, models: Path) -> None:
    install(entry, models, Progress())

    model = open_model(models, "clap")
    assert holds(models, BY_NAME)
    assert folders_in(models) == ["clap"]
    assert (model.manifest.graph, model.manifest.title) == (None, "Tiny CLAP")
    assert model.manifest.weights == {file.name: file.sha256 for file in entry.files}
    assert model.settings == entry.settings


def test_a_ready_model_is_not_asked_for_again(hub: Hub, entry: ModelEntry, models: Path) -> None:
    install(entry, models, Progress())
    asked = len(hub.seen)
    install(entry, models, Progress())
    assert len(hub.seen) == asked


def test_what_came_before_it_was_called_off_is_kept_for_the_next_run(
    hub: Hub, entry: ModelEntry, models: Path
) -> None:
    with pytest.raises(Cancelled):
        install(entry, models, Calling())
    assert folders_in(models) == ["downloads"]
    asked = len(hub.ranges_asked())

    install(entry, models, Progress())
    assert hub.ranges_asked()[asked].startswith("bytes=")
    assert len(hub.ranges_asked()) == asked + 2
    assert holds(models, BY_NAME)
    assert folders_in(models) == ["clap"]


def test_a_disk_without_room_is_refused_before_anything_is_asked(
    hub: Hub, entry: ModelEntry, models: Path
) -> None:
    huge = replace(entry, files=(replace(entry.files[0], size=10**18), *entry.files[1:]))
    with pytest.raises(VibeError, match="too full") as caught:
        install(huge, models, Progress())
    assert "Free" in caught.value.remedy
    assert hub.seen == []


@pytest.mark.parametrize("files", [BY_HUB_PATH, BY_NAME, FLAT], ids=["as on the hub", "installed", "saved"])
def test_the_files_are_found_under_any_of_their_names(
    entry: ModelEntry, models: Path, tmp_path: Path, files: dict[str, bytes]
) -> None:
    progress = Progress()
    install(entry, models, progress, write(tmp_path / "stick", files))

    assert holds(models, BY_NAME)
    [stage] = progress.stages()
    assert stage.done == stage.total == entry.weights_size


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        pytest.param(
            {"audio.onnx": BY_NAME["audio.onnx"][:1_000]}, "cut off after 1,000 of 300,000", id="cut"
        ),
        pytest.param({"text.onnx": BY_NAME["text.onnx"][::-1]}, "its bytes differ", id="other"),
        pytest.param(
            {"audio.onnx": BY_NAME["text.onnx"], "text.onnx": BY_NAME["audio.onnx"]},
            "it is text.onnx under another name",
            id="swapped",
        ),
        pytest.param({"tokenizer.json": b""}, "cut off after 0 of", id="empty"),
    ],
)
def test_files_that_are_not_the_pinned_ones_install_nothing(
    entry: ModelEntry, models: Path, tmp_path: Path, changed: dict[str, bytes], words: str
) -> None:
    assert words in refusal(entry, models, write(tmp_path / "stick", BY_NAME | changed)).message


def test_a_folder_without_the_files_says_what_belongs_there(
    entry: ModelEntry, models: Path, tmp_path: Path
) -> None:
    write(tmp_path / "stick", {"tokenizer.json": BY_NAME["tokenizer.json"]})
    error = refusal(entry, models, tmp_path / "stick")
    assert "holds neither onnx/audio_model.onnx nor audio.onnx" in error.message
    assert all(path in error.remedy for path in BY_HUB_PATH)
    assert "someone/tiny clap" in error.remedy


def test_a_place_that_is_not_there_is_said_to_be_so(entry: ModelEntry, models: Path, tmp_path: Path) -> None:
    assert refusal(entry, models, tmp_path / "stick").message == f"{tmp_path / 'stick'} is not there."


def test_an_export_appears_with_its_own_title_settings_and_fingerprint(
    entry: ModelEntry, models: Path, tmp_path: Path
) -> None:
    install(entry, models, Progress(), exported(tmp_path / "export", weights={"checkpoint.pt": "0" * 64}))

    model = open_model(models, "clap")
    assert model.manifest.title == "CLAP of mine"
    assert model.settings["origin"] == "my own checkpoint"
    # Whatever an exporter writes there: two networks never share a space.
    assert set(model.manifest.weights) == {"checkpoint.pt", *BY_NAME}
    assert model.manifest.weights["audio.onnx"] == hashlib.sha256(BY_NAME["audio.onnx"][::-1]).hexdigest()


def test_what_is_brought_takes_the_place_of_another_model(
    entry: ModelEntry, models: Path, tmp_path: Path
) -> None:
    published, own = write(tmp_path / "stick", BY_NAME), exported(tmp_path / "export")
    install(entry, models, Progress(), published)
    (models / "clap" / "verdict.json").write_text("{}", encoding="utf-8")

    install(entry, models, Progress(), own)
    assert open_model(models, "clap").manifest.title == "CLAP of mine"
    assert not (models / "clap" / "verdict.json").exists()

    before = (models / "clap" / "audio.onnx").stat()
    install(entry, models, Progress(), own)
    assert (models / "clap" / "audio.onnx").stat() == before

    install(entry, models, Progress(), published)
    assert holds(models, BY_NAME)


def test_an_installed_model_of_another_machine_can_be_brought(
    hub: Hub, entry: ModelEntry, models: Path, tmp_path: Path
) -> None:
    install(entry, models, Progress())
    install(entry, tmp_path / "other", Progress(), models / "clap")
    assert open_model(tmp_path / "other", "clap").fingerprint == open_model(models, "clap").fingerprint


def _truncate(folder: Path) -> None:
    (folder / "text.onnx").write_bytes((folder / "text.onnx").read_bytes()[:-1])


def _swap(folder: Path) -> None:
    (folder / "audio.onnx").rename(folder / "x")
    (folder / "text.onnx").rename(folder / "audio.onnx")
    (folder / "x").rename(folder / "text.onnx")


def _change(folder: Path) -> None:
    content = bytearray((folder / "audio.onnx").read_bytes())
    content[7] ^= 1
    times = (folder / "audio.onnx").stat()
    (folder / "audio.onnx").write_bytes(content)
    os.utime(folder / "audio.onnx", ns=(times.st_atime_ns, times.st_mtime_ns))


def _link(folder: Path) -> None:
    (folder / "text.onnx").rename(folder / "elsewhere")
    (folder / "text.onnx").symlink_to(folder / "elsewhere")


def _not_json(folder: Path) -> None:
    (folder / MANIFEST).write_text("{", encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda folder: (folder / "tokenizer.json").unlink(), "tokenizer.json is missing"),
        (_truncate, "cut off after 199,999 of 200,000"),
        (_swap, "it is text.onnx under another name"),
        (_change, "audio.onnx is not the file it should be"),
        (_link, "text.onnx is a link"),
        (_not_json, "cannot be understood"),
    ],
)
def test_an_export_that_is_not_as_it_says_is_refused(
    entry: ModelEntry, models: Path, tmp_path: Path, spoil: Callable[[Path], None], words: str
) -> None:
    folder = exported(tmp_path / "export")
    spoil(folder)
    assert words in refusal(entry, models, folder).message


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": "sbert"}, "does not hold an exported Tiny CLAP"),
        ({"graph": 2}, "does not hold an exported Tiny CLAP"),
        ({"settings": {"dimensions": 512}}, "does not say its max_length"),
        ({"settings": {"dimensions": "many", "max_length": 77}}, "does not say its dimensions"),
        ({"settings": ["dimensions"]}, "cannot be understood"),
        ({"weights": "none"}, "cannot be understood"),
        ({"title": "two\nlines"}, "no title that could be shown"),
        ({"title": 5}, "cannot be understood"),
        ({"settings": {"dimensions": 10**12, "max_length": 77}}, "does not say its dimensions"),
        ({"settings": {"dimensions": True, "max_length": 77}}, "does not say its dimensions"),
        ({"settings": {"dimensions": 512, "max_length": 77, "odd": {}}}, "cannot be understood"),
        ({"files": dict.fromkeys(BY_NAME, DerivedFile("0", -1, 0))}, "cannot be understood"),
        ({"files": dict.fromkeys(BY_NAME, DerivedFile("0", "9", 0))}, "cannot be understood"),  # type: ignore[arg-type]
        ({"files": {}}, "it differs by audio.onnx, text.onnx, tokenizer.json"),
    ],
)
def test_a_manifest_of_something_else_is_refused(
    entry: ModelEntry, models: Path, tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    assert words in refusal(entry, models, exported(tmp_path / "export", **changes)).message


@pytest.mark.parametrize("name", ["audio.onnx.data", "readme.txt"])
def test_an_export_with_other_files_is_refused(
    entry: ModelEntry, models: Path, tmp_path: Path, name: str
) -> None:
    folder = exported(tmp_path / "export")
    write(folder, {name: b"more"})
    manifest = Manifest("clap", "CLAP of mine", None, {}, {}, describe_files(folder))
    write_manifest(folder, manifest)
    assert name in refusal(entry, models, folder).message
    assert asdict(manifest)["files"][name]["size"] == 4


def test_installing_again_reads_every_byte_whatever_the_files_times_say(
    hub: Hub, entry: ModelEntry, models: Path
) -> None:
    install(entry, models, Progress())
    _change(models / "clap")
    install(entry, models, Progress())
    assert holds(models, BY_NAME)


@dataclass
class InUse:
    """Refuses to have a new model moved, as Windows does while someone reads one of its files."""

    times: int
    asked: int = 0

    def __call__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Refuse from now on, as often as wished."""
        really = Path.replace

        def replace_unless_in_use(place: Path, target: Path) -> Path:
            if place.name == "model" and self.asked < self.times:
                self.asked += 1
                raise PermissionError(errno.EACCES, "Access is denied", str(place))
            return really(place, target)

        monkeypatch.setattr(Path, "replace", replace_unless_in_use)
        monkeypatch.setattr(saving, "_WAITS", (0.0, 0.0))


def test_the_old_model_steps_back_where_the_new_one_cannot_be_put(
    entry: ModelEntry, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(entry, models, Progress(), exported(tmp_path / "export"))
    InUse(times=100)(monkeypatch)
    with pytest.raises(VibeError, match="Access is denied") as caught:
        install(entry, models, Progress(), write(tmp_path / "stick", BY_NAME))
    assert caught.value.remedy.startswith("Close other programs")
    assert open_model(models, "clap").manifest.title == "CLAP of mine"
    assert folders_in(models) == ["clap"]


def test_whoever_reads_the_new_files_for_a_moment_is_waited_for(
    entry: ModelEntry, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(entry, models, Progress(), exported(tmp_path / "export"))
    InUse(times=2)(monkeypatch)
    install(entry, models, Progress(), write(tmp_path / "stick", BY_NAME))
    assert holds(models, BY_NAME)


def test_room_is_asked_for_what_is_still_to_come(
    hub: Hub, entry: ModelEntry, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Cancelled):
        install(entry, models, Calling())
    only = shutil.disk_usage(tmp_path)._replace(free=entry.weights_size - 320_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: only)
    install(entry, models, Progress())
    assert holds(models, BY_NAME)


def test_an_export_needs_the_room_of_its_own_files(
    entry: ModelEntry, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = exported(tmp_path / "export")
    large = {name: replace(each, size=10**9) for name, each in describe_files(own).items()}
    write_manifest(own, Manifest("clap", "CLAP of mine", None, {}, dict(entry.settings), large))
    only = shutil.disk_usage(tmp_path)._replace(free=2 * 10**9)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: only)
    error = refusal(entry, models, own)
    assert "too full for CLAP of mine" in error.message
    assert "Free 3000 MB" in error.remedy


def test_what_came_is_kept_until_it_is_in_place(
    hub: Hub, entry: ModelEntry, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    InUse(3)(monkeypatch)
    with pytest.raises(VibeError):
        install(entry, models, Progress())
    asked = len(hub.seen)
    install(entry, models, Progress())
    assert len(hub.seen) == asked
