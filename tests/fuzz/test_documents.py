"""Documents of JSON with anything in them: what can be used is used, the rest is told or passed over."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vibe_desktop.desktop.handover import Handover, handovers
from vibe_desktop.domain import Track, VibeError
from vibe_desktop.keepsakes import form
from vibe_desktop.library.codec import load_request
from vibe_desktop.models.installed import MANIFEST, read_manifest
from vibe_desktop.playback import session
from vibe_desktop.settings import Settings, SettingsFile

ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12),
    st.sampled_from(["dark", "light", "full", "track", "../../x", "\ud800", "1e999", 10**400, -1, 0.5]),
)  # fmt: skip
ANYTHING = st.recursive(
    ODD,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
IN_A_FOLDER = settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])


def with_names(*names: str) -> st.SearchStrategy[Any]:
    """Return documents that have fields of these names, and others, with anything in them."""
    return st.dictionaries(st.sampled_from(names) | st.text(max_size=8), ANYTHING, max_size=8) | ANYTHING


def written(document: Any) -> str:
    return json.dumps(document)


@IN_A_FOLDER
@given(document=with_names(*Settings.__dataclass_fields__))
def test_settings_are_always_settings(document: Any, tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(written(document), encoding="utf-8")
    file = SettingsFile(path)
    chosen = file.load()
    for name in Settings.__dataclass_fields__:
        assert type(getattr(chosen, name)) is type(getattr(Settings(), name))
    assert 0 <= chosen.volume <= 1
    file.save(chosen)
    again = SettingsFile(path)
    assert again.load() == chosen
    assert again.misread is None
    if isinstance(document, dict):
        kept = json.loads(path.read_text(encoding="utf-8"))
        assert set(document) <= set(kept)


@settings(max_examples=80)
@given(document=with_names("entries", "at", "position", "repeat", "name", "request", "notes"))
def test_a_session_comes_back_or_does_not(document: Any) -> None:
    def find(ids: object) -> list[Track]:
        return []

    ids = session.track_ids(document)
    assert all(isinstance(track, int) for track in ids)
    restored = session.read(document, find)
    assert restored is None or (restored.entries == () and isinstance(restored.name, str))


@settings(max_examples=80)
@given(
    entries=st.lists(with_names("track", "reason", "rank", "parts", "section", "key"), max_size=3),
    request=with_names("text", "mood", "avoid", "tracks", "minutes", "years", "genres"),
)
def test_a_session_of_the_right_shape_with_anything_in_it(entries: list[Any], request: Any) -> None:
    document = {
        "entries": entries,
        "at": 0,
        "position": 1.0,
        "repeat": "off",
        "name": "",
        "request": request,
        "notes": [],
    }
    session.track_ids(document)
    session.read(document, lambda _: [])
    load_request(written(request))


@settings(max_examples=80)
@given(document=with_names("open", "raise"))
def test_a_message_is_ours_or_nothing(document: Any) -> None:
    said = Handover.decode(written(document).encode())
    assert said is None or document == {"raise": True} or said.paths


@settings(max_examples=40)
@given(
    paths=st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40))
)
def test_whatever_is_handed_over_arrives(paths: list[str]) -> None:
    said = [Handover.decode(each.encode()) for each in handovers(paths)]
    assert all(said)
    arrived = [path for each in said if each for path in each.paths]
    assert len(arrived) == len(paths)


@IN_A_FOLDER
@given(
    document=with_names("format", "name", "title", "graph", "weights", "settings", "files"),
    files=with_names("sha256", "size", "mtime_ns"),
)
def test_a_manifest_is_one_or_a_damaged_model(document: Any, files: Any, tmp_path: Path) -> None:
    whole = {
        "format": 1,
        "name": "clap",
        "title": "C",
        "graph": None,
        "weights": {},
        "settings": {},
        "files": {},
    }
    for each in (
        document,
        {**whole, "files": {"a.onnx": files}},
        whole | (document if isinstance(document, dict) else {}),
    ):
        (tmp_path / MANIFEST).write_text(written(each), encoding="utf-8")
        with suppress(VibeError):
            manifest = read_manifest(tmp_path)
            assert manifest.fingerprint
            assert all(Path(name).name == name for name in manifest.files)


@settings(max_examples=80)
@given(
    document=with_names("tracks", "playlists", "vocabulary"),
    track=with_names("path", "title", "artist", "liked_at", "listens", "caption", "seconds", "content_key"),
    playlist=with_names("name", "mood", "request", "entries", "made_at", "track", "line"),
)
def test_keepsakes_are_read_or_refused(document: Any, track: Any, playlist: Any) -> None:
    head = {"format": form.FORMAT, "version": form.VERSION}
    shaped = {**head, "tracks": [track], "playlists": [playlist], "vocabulary": ""}
    for each in (document, {**(document if isinstance(document, dict) else {}), **head}, shaped):
        with suppress(VibeError, form.OddError):
            form.dump(form.load(written(each)))


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"a":' * 100_000, "1" * 5000, '"\\ud800"', "NaN", "{}x", "\ufeff{}"]
)
def test_json_made_to_exhaust_is_nothing(text: str, tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(text, encoding="utf-8")
    assert SettingsFile(path).load() == Settings()
    assert Handover.decode(text.encode()) is None
    with pytest.raises((VibeError, form.OddError)):
        form.load(text)
