"""What tags, playlists and people write, with anything in it, is stored, found, shown and written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import mutagen.flac
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from audio_files import make_audio, tone
from shelf import Shelf
from vibe_desktop.captions.describe import describe
from vibe_desktop.captions.vocabulary import Vocabulary, load_vocabulary
from vibe_desktop.domain import VibeError
from vibe_desktop.importing import import_playlist
from vibe_desktop.library.codec import dump_request, load_request
from vibe_desktop.library.saved import PlaylistStore
from vibe_desktop.library.table import TrackTable
from vibe_desktop.library.tag_values import steady
from vibe_desktop.library.tags import read_file
from vibe_desktop.moods.request import parse
from vibe_desktop.playlists.m3u import write_m3u
from vibe_desktop.playlists.reading import read_playlist
from vibe_desktop.playlists.xspf import write_xspf

SLY = [
    "<b>", "&amp;", "\u202e", "\u2066", "\u2028", "\x85", "\0", "\r\n", "\x1b[2J", "%s", "%00", "../",
    "'; --", '"', "\ufeff", "\ufffe", "\U0001f3b5", "e\u0301", "ﬀ", "#EXTINF:", "]]>", "like ", "no ", "not ",
    "by ", " 80s", " 20 songs", "one hour", "\u200d", "\u0300" * 50, "١٢", "½", "1e999", "-1/0", "9" * 400,
]  # fmt: skip
TEXT = st.text(max_size=20) | st.lists(st.sampled_from(SLY) | st.text(max_size=4), max_size=6).map("".join)
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        name: st.lists(TEXT, min_size=1, max_size=3)
        for name in (
            "title", "artist", "album", "albumartist", "genre", "date", "tracknumber", "discnumber", "bpm",
            "mood", "comment", "lyrics", "initialkey", "language", "replaygain_track_gain",
            "replaygain_track_peak", "musicbrainz_trackid", "composer", "grouping", "copyright",
            "metadata_block_picture",
        )
    },
)  # fmt: skip
SLOW = settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    """Return a library with one song."""
    shelf = Shelf(tmp_path_factory.mktemp("words"))
    make_audio(shelf.music / "a.flac", signal=tone(0.2), title="A")
    shelf.index()
    yield shelf
    shelf.db.close()


def is_steady(text: str) -> bool:
    """Whether a text is one line that steers nothing."""
    return steady(text) == text and all(letter >= " " and letter not in "\x7f\u2028\u2029" for letter in text)


@SLOW
@given(said=FIELDS)
def test_tags_of_any_text_are_read_stored_shown_and_written(
    said: dict[str, list[str]], shelf: Shelf, vocabulary: Vocabulary, tmp_path: Path
) -> None:
    path = shelf.music / "a.flac"
    audio = mutagen.flac.FLAC(path)
    audio.delete()
    audio.update(said)
    audio.save()

    reading = read_file(os.fsencode(path))
    tags = reading.tags
    [track_id] = shelf.ids().values()
    shelf.tracks.store_tags([(track_id, tags, reading.content_key)], lambda tags: tags.genres)

    [track] = shelf.tracks.tracks([track_id])
    assert track.tags == tags
    assert all(is_steady(text) for text in (tags.title, tags.artist, tags.album, *tags.genres, *tags.moods))
    caption = describe(tags, [], os.fspath(path), vocabulary)
    assert "\0" not in caption.sentence
    [row] = TrackTable(shelf.db).rows([track_id])
    assert row.title == (tags.title or "a")
    for write, ending in ((write_m3u, "m3u8"), (write_xspf, "xspf")):
        file = tmp_path / f"list.{ending}"
        write(file, [track], name=tags.album)
        [line] = read_playlist(file).lines
        assert os.fsencode(path) in line.paths


LOCATIONS = TEXT | st.sampled_from([
    "a.flac", "music/a.flac", "./music/a.flac", "music\\a.flac", "music/%61.flac", "file:///etc/passwd",
    "http://a.example/", "\\\\a\\b", "//a/b", "C:\\a", "C:a", "file:", "file://", "file://a.example/b", "~",
    ".", "..", "/", "", "%", "%zz", "%00", "a" * 5000,
])  # fmt: skip


@SLOW
@given(
    lines=st.lists(st.tuples(LOCATIONS, TEXT, TEXT), max_size=5),
    name=TEXT,
    ending=st.sampled_from(["m3u", "xspf"]),
)
def test_playlists_of_any_text_are_kept_and_written_as_they_were(
    lines: list[tuple[str, str, str]], name: str, ending: str, shelf: Shelf
) -> None:
    file = shelf.folder / f"list.{ending}"
    file.write_text(document(lines, name, ending), encoding="utf-8", errors="replace", newline="")
    playlists = PlaylistStore(shelf.db)
    with suppress(VibeError):
        number = import_playlist(shelf.tracks, playlists, file)
        entries = playlists.entries(number)
        assert is_steady(playlists.get(number).name)
        assert all(is_steady(entry.line.title) for entry in entries if entry.line)
        known = set(shelf.ids().values())
        assert all(entry.track_id is None or entry.track_id in known for entry in entries)
        written = [entry.line for entry in entries if entry.line and entry.line.location]
        assume(written)
        out = shelf.folder / "out.m3u8"
        write_m3u(out, written)
        assert len(read_playlist(out).lines) == len(written)


def document(lines: list[tuple[str, str, str]], name: str, ending: str) -> str:
    """Write a playlist without any care for what it holds."""
    if ending == "m3u":
        told = (f"#EXTINF:{length},{title}\n{location}\n" for location, title, length in lines)
        return f"#EXTM3U\n#PLAYLIST:{name}\n" + "".join(told)
    tracks = (
        f"<track><location>{location}</location><title>{title}</title><duration>{length}</duration></track>"
        for location, title, length in lines
    )
    return f"<playlist><title>{name}</title><trackList>{''.join(tracks)}</trackList></playlist>"


@settings(max_examples=150)
@given(text=TEXT | st.lists(TEXT, max_size=4).map(" ".join))
def test_any_mood_is_a_request_or_a_sentence(text: str, vocabulary: Vocabulary) -> None:
    try:
        request = parse(text, vocabulary)
    except VibeError as error:
        assert error.message and error.remedy  # noqa: PT017, PT018 - either way is well
        return
    assert load_request(dump_request(request)) == request
