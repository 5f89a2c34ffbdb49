"""No mistake in the settings makes them unusable, and nothing in them is lost."""

from __future__ import annotations

import errno
import json
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vibe_desktop import saving
from vibe_desktop.app import App
from vibe_desktop.domain import VibeError
from vibe_desktop.paths import Profile
from vibe_desktop.settings import Misread, ReplayGain, Settings, SettingsFile, Speed, ThemeChoice

CHOSEN = Settings(
    theme=ThemeChoice.DARK,
    speed=Speed.GENTLE,
    pause_on_battery=False,
    pause_while_playing=True,
    ear="musicnn",
    replaygain=ReplayGain.ALBUM,
    notifications=False,
    volume=0.25,
    muted=True,
    relative_export=True,
)

any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def test_what_is_saved_is_read_again(tmp_path: Path) -> None:
    SettingsFile(tmp_path / "new" / "settings.json").save(CHOSEN)
    file = SettingsFile(tmp_path / "new" / "settings.json")

    assert file.load() == CHOSEN
    assert file.misread is None


def test_without_a_file_the_usual_ones_hold(tmp_path: Path) -> None:
    file = SettingsFile(tmp_path / "settings.json")

    assert file.load() == Settings()
    assert file.misread is None


def test_what_another_version_keeps_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"muted": true, "crossfade": {"seconds": 3}}', encoding="utf-8")
    file = SettingsFile(path)

    file.save(replace(file.load(), volume=0.5))

    assert json.loads(path.read_text(encoding="utf-8"))["crossfade"] == {"seconds": 3}
    assert SettingsFile(path).load() == Settings(muted=True, volume=0.5)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("theme", "neon"),
        ("speed", 3),
        ("muted", "yes"),
        ("muted", 1),
        ("volume", 1.5),
        ("volume", True),
        ("volume", "loud"),
        ("ear", None),
        ("replaygain", ["track"]),
    ],
)
def test_a_value_that_makes_no_sense_falls_back_alone_and_is_told(
    tmp_path: Path, name: str, value: object
) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"notifications": False, name: value}), encoding="utf-8")
    file = SettingsFile(path)

    assert file.load() == Settings(notifications=False)
    assert file.misread == Misread((name,))


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe{", b'"' + b"[" * 100_000])
def test_a_file_that_is_no_settings_is_kept_aside_and_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(content)
    file = SettingsFile(path)

    assert file.load() == Settings()
    assert file.misread == Misread(kept=tmp_path / "settings.json.unreadable")
    assert (tmp_path / "settings.json.unreadable").read_bytes() == content


def test_a_command_that_tells_nothing_of_settings_leaves_them_to_the_window(tmp_path: Path) -> None:
    profile = Profile(tmp_path / "profile")
    profile.folder.mkdir()
    profile.settings.write_bytes(b"{")
    with App(profile) as app:
        assert app.stores.tracks.roots() == []
    assert profile.settings.read_bytes() == b"{"


def test_settings_that_could_not_be_read_for_a_moment_are_not_lost_to_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "settings.json"
    SettingsFile(path).save(CHOSEN)
    file = SettingsFile(path)
    with monkeypatch.context() as failing:
        failing.setattr(Path, "read_text", Mock(side_effect=OSError(errno.EIO, "Input/output error")))
        assert file.load() == Settings()
    file.save(Settings())
    file.save(Settings(volume=0.5))
    assert SettingsFile(path).load() == Settings(volume=0.5)
    assert SettingsFile(tmp_path / "settings.json.unreadable").load() == CHOSEN


@given(st.dictionaries(st.sampled_from(sorted(Settings.__dataclass_fields__)) | st.text(), any_json))
def test_any_json_gives_settings(
    tmp_path_factory: pytest.TempPathFactory, content: dict[str, object]
) -> None:
    path = tmp_path_factory.mktemp("any") / "settings.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    file = SettingsFile(path)

    loaded = file.load()

    file.save(loaded)
    assert SettingsFile(path).load() == loaded


def test_settings_that_cannot_be_saved_say_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")

    with pytest.raises(VibeError, match="could not be saved"):
        SettingsFile(tmp_path / "file" / "settings.json").save(CHOSEN)


def test_settings_that_another_program_reads_for_a_moment_are_saved_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = Path.replace
    refusals = iter([PermissionError(errno.EACCES, "Access is denied")] * 2)  # as on Windows

    def replace_once_it_is_free(place: Path, target: Path) -> Path:
        for refusal in refusals:
            raise refusal
        return really(place, target)

    monkeypatch.setattr(saving, "_WAITS", (0.0, 0.0))
    monkeypatch.setattr(Path, "replace", replace_once_it_is_free)
    SettingsFile(tmp_path / "settings.json").save(CHOSEN)
    assert SettingsFile(tmp_path / "settings.json").load() == CHOSEN
    assert [file.name for file in tmp_path.iterdir()] == ["settings.json"]
