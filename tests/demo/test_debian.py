"""Fetching Debian's packages, from a small archive of our own that the real apt-get and dpkg-deb work on."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

from audio_files import make_audio
from vibe_desktop.demo import debian, provide
from vibe_desktop.domain import Cancelled, VibeError
from vibe_desktop.progress import Progress

TOOLS = ("apt-get", "dpkg-deb")
needs_debian = pytest.mark.skipif(
    not all(shutil.which(tool) for tool in TOOLS), reason="apt-get and dpkg-deb are not on this system"
)


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make an archive with the three packages and let apt-get know nothing else."""
    place = tmp_path / "archive"
    index = "".join(_package(place, name) for name in debian.PACKAGES)
    (place / "Packages").write_text(index)
    for folder in ("lists/partial", "cache/archives/partial", "parts"):
        (tmp_path / "apt" / folder).mkdir(parents=True)
    apt = tmp_path / "apt"
    (apt / "sources.list").write_text(f"deb [trusted=yes] file:{place} ./\n")
    (apt / "status").touch()
    (apt / "apt.conf").write_text(
        f'Dir::Etc::sourcelist "{apt}/sources.list"; Dir::Etc::sourceparts "{apt}/parts";\n'
        f'Dir::State::lists "{apt}/lists"; Dir::State::status "{apt}/status"; Dir::Cache "{apt}/cache";\n'
        'APT::Sandbox::User ""; Acquire::Languages "none";\n'
    )
    monkeypatch.setenv("APT_CONFIG", str(apt / "apt.conf"))
    subprocess.run(["apt-get", "update"], check=True, capture_output=True)
    return place


def _package(place: Path, name: str) -> str:
    tree = place / "trees" / name
    music = tree / "usr/share/games" / name / "songs/one"
    make_audio(music / "guitar.ogg", "ogg", title=name)
    make_audio(music / "song.ogg", "ogg", title=name)
    (music / "notes.mid").write_text("not audio")
    (music / "link.ogg").symlink_to("song.ogg")
    (tree / "usr/share/doc").mkdir()
    control = f"Package: {name}\nVersion: 1.0\nArchitecture: all\nMaintainer: n <n@n>\nDescription: x\n"
    (tree / "DEBIAN").mkdir()
    (tree / "DEBIAN/control").write_text(control)
    deb = place / f"{name}_1.0_all.deb"
    subprocess.run(
        ["dpkg-deb", "--build", "--root-owner-group", str(tree), str(deb)], check=True, capture_output=True
    )
    data = deb.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    return f"{control}Filename: ./{deb.name}\nSize: {len(data)}\nSHA256: {digest}\n\n"


@needs_debian
def test_only_audio_is_kept_and_a_second_call_does_nothing(archive: Path, tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    (folder / ".fetching-by-a-killed-run" / "unpacked").mkdir(parents=True)
    files = debian.fetch(folder, Progress())
    assert [path.relative_to(folder).as_posix() for path in files] == [
        f"{name}/games/{name}/songs/one/{song}.ogg" for name in debian.PACKAGES for song in ("guitar", "song")
    ]
    assert sorted(path.name for path in folder.iterdir()) == sorted(debian.PACKAGES)
    shutil.rmtree(archive)
    assert debian.fetch(folder, Progress()) == files


@needs_debian
def test_a_package_that_is_not_there_leaves_the_others_whole(archive: Path, tmp_path: Path) -> None:
    next(archive.glob("singularity*.deb")).unlink()
    with pytest.raises(VibeError, match="singularity-music") as caught:
        debian.fetch(tmp_path / "demo", Progress())
    assert "apt-get update" in caught.value.remedy
    assert sorted(path.name for path in (tmp_path / "demo").iterdir()) == sorted(debian.PACKAGES[:2])


@needs_debian
def test_provide_takes_debian_where_it_is(archive: Path, tmp_path: Path) -> None:
    music = provide(tmp_path / "demo", Progress())
    assert music.folder == tmp_path / "demo" / "debian"
    assert "asc-music" in music.source


@needs_debian
def test_cancelling_leaves_no_half_package(archive: Path, tmp_path: Path) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        debian.fetch(tmp_path / "demo", progress)
    assert not (tmp_path / "demo").exists()


def test_without_the_tools_it_says_so_and_provide_plays_its_own(
    collection: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is there already is kept, so this takes no time.
    shutil.copytree(collection[0].parent.parent.parent, tmp_path / "demo" / "synthesised")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(VibeError, match="not on this system"):
        debian.fetch(tmp_path / "demo", Progress())
    music = provide(tmp_path / "demo", Progress())
    assert music.folder == tmp_path / "demo" / "synthesised"
    assert "synthesised by this program" in music.source
    assert len(list(music.folder.rglob("*.opus"))) == len(collection)
