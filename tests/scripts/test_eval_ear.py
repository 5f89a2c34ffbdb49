"""The evaluation over heard music: labels that hold together, and figures that follow from what was heard."""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from vibe_desktop.app import App
from vibe_desktop.domain import Label, Tags
from vibe_desktop.models.musicnn_tags import TAGS
from vibe_desktop.paths import Profile

SCRIPTS = Path(__file__).parent.parent.parent / "scripts"


@pytest.fixture
def music(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    import evaluation_music

    return evaluation_music


@pytest.fixture
def script(music: ModuleType) -> ModuleType:
    import eval_ear

    return eval_ear


def made(music: ModuleType, heard: str, number: int) -> np.ndarray:
    """Return what an ear might have made of a track in which one tag stands out."""
    vector = np.random.default_rng(number).normal(0.0, 0.3, len(TAGS)).astype(np.float32)
    vector[[at for at, tag in enumerate(TAGS) if tag.split(" ", 1)[1] == heard]] = 4.0
    return vector


@pytest.fixture
def profile(music: ModuleType, models_folder: Path, tmp_path: Path) -> Path:
    """Return a profile with the labelled metal, as much calm music, and a track nobody asks for."""
    wanted = music.labelled_tracks()
    metal = [each for each in wanted if "metal" in each.labels][:8]
    calm = [each for each in wanted if "calm" in each.labels and "orchestral" in each.labels][:8]
    shelf = [
        music.Piece(
            each.labels,
            f"{each.package}/usr/share/{each.ending}",
            Tags(title="Untold", artist=str(number), seconds=100.0),
            (Label("metal" if each in metal else "quiet", 0.9),),
            made(music, "metal" if each in metal else "quiet", number),
        )
        for number, each in enumerate([*metal, *calm], 1)
    ]
    stray = music.Piece(frozenset(), "elsewhere/sad.ogg", Tags(), (), made(music, "metal", 99))
    folder = tmp_path / "profile"
    with App(music.BorrowedModels(folder, models_folder)) as app:
        ear = app.ear("musicnn").ear
        assert ear
        music.fill(app, ear, [*shelf, stray])
    return folder


def test_enough_tracks_and_requests_are_labelled_in_words_that_are_explained(music: ModuleType) -> None:
    wanted, asked = music.labelled_tracks(), music.requests()
    assert len(wanted) >= 80
    assert len(asked) == 25
    used = {label for each in wanted for label in each.labels}
    explained = (SCRIPTS / "evaluation" / "ear_tracks.toml").read_text(encoding="utf-8").partition("\n[")[0]
    assert all(label in explained for label in used)
    aside = music.requests(music.FOLDER / "ear_requests_aside.toml")
    assert {label for each in (*asked, *aside) for label in each.labels} <= used
    assert not {each.text for each in asked} & {each.text for each in aside}


def test_a_track_is_known_by_its_package_and_the_end_of_its_path(music: ModuleType) -> None:
    track = music.Labelled("some-music", "win/end.ogg", frozenset())
    assert track.matches(os.path.join(os.sep, "any", "some-music", "usr", "win", "end.ogg"))  # noqa: PTH118
    assert not track.matches("/any/other-music/usr/win/end.ogg")
    assert not track.matches("/any/some-music/usr/rewin/end.ogg")
    assert not track.matches("/any/some-music/usr/lose/end.ogg")


def test_stripping_leaves_no_word_that_the_file_said(music: ModuleType) -> None:
    tags = Tags(title="Sad", album="Sad Songs", genres=("Blues",), moods=("sad",), comment="sad", seconds=9.0)
    piece = music.Piece(frozenset({"sad"}), "sad/sad.ogg", tags, (Label("piano", 1.0),), np.ones(3)).stripped(
        7
    )
    assert (piece.path, piece.tags) == ("007.ogg", Tags(seconds=9.0))
    assert (piece.truth, piece.heard) == ({"sad"}, (Label("piano", 1.0),))


def test_what_was_heard_is_judged_with_and_without_tags(
    script: ModuleType, profile: Path, models_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = Profile(profile).database.read_bytes()
    arguments = ["--profile", str(profile), "--models", str(models_folder), "--ear", "musicnn"]
    assert script.main([*arguments, "--json"]) == 0
    told = capsys.readouterr()
    figures = json.loads(told.out)
    assert Profile(profile).database.read_bytes() == before
    assert figures["tracks"] == 16
    assert "missing: warzone2100-music: music/menu.opus" in told.err
    for shelf in ("tags", "stripped"):
        assert set(figures[shelf]["systems"]) == {"fused", "caption", "ear", "classic", "random"}
        [metal] = [each for each in figures[shelf]["queries"] if each["query"].startswith("death metal")]
        # All eight are heard as metal, so an ear that was asked finds them first.
        assert metal["ear"]["ndcg"] == metal["fused"]["ndcg"] == 1.0
        assert (metal["ear"]["precision"], metal["ear"]["base"]) == (0.8, 0.5)
    assert script.main(arguments) == 0
    assert "fused against random" in capsys.readouterr().out
    assert script.main([*arguments, "--markdown"]) == 0
    assert f"| ear | {figures['tags']['systems']['ear']['p10']:.3f} |" in capsys.readouterr().out


def test_a_library_without_the_music_is_told_so(
    script: ModuleType, models_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with App(Profile(tmp_path / "empty")) as app:
        _ = app.stores
    assert script.main(["--profile", str(tmp_path / "empty"), "--models", str(models_folder)]) == 1
    assert "Only 0 of" in capsys.readouterr().err


def test_every_label_belongs_to_one_file_of_the_packages(music: ModuleType) -> None:
    folder = os.environ.get("VIBE_EVALUATION_MUSIC")
    if not folder:
        pytest.skip("VIBE_EVALUATION_MUSIC names no folder with the unpacked music packages")
    files = [str(file) for file in Path(folder).rglob("*") if file.is_file()]
    wanted = music.labelled_tracks()
    counts = {str(each): sum(map(each.matches, files)) for each in wanted}
    assert {name: count for name, count in counts.items() if count != 1} == {}
