"""What the parts do together: playlists in and out, captions while an index runs, nobody who waits."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from music_folder import make_music
from shelf import Shelf
from vibe_desktop.app import App
from vibe_desktop.captions.vocabulary import load_vocabulary
from vibe_desktop.doctor import examine
from vibe_desktop.domain import MoodRequest, PlaylistLine, Queue, QueueEntry, Track, VibeError
from vibe_desktop.exporting import export_playlist
from vibe_desktop.library.codec import load_request
from vibe_desktop.paths import Profile


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    """Give a music folder with three songs, whose library lies in `profile`."""
    shelf = Shelf(tmp_path)
    for name in ("one.mp3", "two words.mp3", "sub/100%.mp3"):
        shelf.put(name)
    shelf.scan()
    for path in shelf.ids():
        shelf.tag(path, title=path.stem.title(), seconds=60.0)
    yield shelf
    shelf.db.close()


@pytest.fixture
def app(shelf: Shelf) -> Iterator[App]:
    with App(Profile(shelf.folder / "profile")) as app:
        yield app


def contents(app: App, playlist_id: int) -> list[str]:
    """Return titles of tracks, and the text of lines that lead to none."""
    return [
        each.tags.title if isinstance(each, Track) else f"? {each.location}"
        for each in app.playlist_contents(playlist_id)
    ]


def test_a_playlist_of_another_program_finds_its_tracks_and_keeps_the_rest(shelf: Shelf, app: App) -> None:
    file = shelf.music / "sub" / "walk.m3u8"
    file.write_text(
        "#EXTM3U\n100%.mp3\nhttp://radio.example/\n#EXTINF:3,Gone\n../gone.mp3\n..\\two words.mp3\n"
    )
    playlist_id = app.import_playlist(file)
    saved = app.playlists.get(playlist_id)
    assert (saved.name, saved.tracks, saved.unresolved, saved.seconds) == ("walk", 2, 2, 120.0)
    assert contents(app, playlist_id) == ["100%", "? http://radio.example/", "? ../gone.mp3", "Two Words"]


@pytest.mark.parametrize("ending", [".m3u8", ".xspf"])
def test_it_goes_out_again_with_the_lines_that_led_nowhere(shelf: Shelf, app: App, ending: str) -> None:
    file = shelf.music / "walk.m3u"
    file.write_text("#PLAYLIST:Walk\none.mp3\n#EXTINF:3,Gone\ngone.mp3\n")
    playlist_id = app.import_playlist(file)
    written = export_playlist(app, playlist_id, shelf.folder / f"out{ending}", relative=True)
    again = app.import_playlist(written)
    assert app.playlists.get(again).name == "Walk"
    assert contents(app, again) == ["One", "? gone.mp3"]
    assert app.playlist_contents(again)[1] == PlaylistLine("gone.mp3", "Gone", 3.0)
    table = export_playlist(app, playlist_id, shelf.folder / "out.csv", relative=False)
    assert len(table.read_text().splitlines()) == 2


def test_nothing_a_playlist_names_is_opened(shelf: Shelf, app: App) -> None:
    secret = shelf.folder / "secret.mp3"
    secret.write_text("not in the library")
    (shelf.music / "evil.m3u").write_text(f"{secret}\n../secret.mp3\n{secret.as_uri()}\n")
    playlist_id = app.import_playlist(shelf.music / "evil.m3u")
    assert app.playlists.get(playlist_id).tracks == 0
    assert secret.read_text() == "not in the library"


def test_an_empty_playlist_is_said_plainly(shelf: Shelf, app: App) -> None:
    (shelf.music / "empty.m3u").write_text("#EXTM3U\n")
    with pytest.raises(VibeError, match="nothing in the playlist"):
        app.import_playlist(shelf.music / "empty.m3u")
    assert app.playlists.all() == []


def test_lines_find_their_tracks_once_the_folder_is_known(shelf: Shelf, app: App) -> None:
    late = shelf.folder / "late"
    late.mkdir()
    (late / "three.mp3").write_bytes(b"three")
    (shelf.music / "mixed.m3u").write_text("one.mp3\n../late/three.mp3\n../late/never.mp3\n")
    playlist_id = app.import_playlist(shelf.music / "mixed.m3u")
    assert app.resolve_playlists() == 0
    shelf.scan(late)
    shelf.tag(late / "three.mp3", title="Three")
    assert app.resolve_playlists() == 1
    assert contents(app, playlist_id) == ["One", "Three", "? ../late/never.mp3"]


def test_a_queue_is_kept_with_its_reasons_and_its_request(shelf: Shelf, app: App) -> None:
    tracks = app.reading_tracks.tracks(shelf.ids().values())
    request = MoodRequest("rainy walk, no vocals", "rainy walk", avoid=("vocals",), like=(tracks[0].id,))
    entries = [QueueEntry(rank, track, None, None, f"why {rank}") for rank, track in enumerate(tracks, 1)]
    saved = app.playlists.get(app.save_playlist("Rain", entries, request))
    assert (saved.name, saved.mood) == ("Rain", "rainy walk, no vocals")
    assert load_request(saved.request_json) == request
    kept = app.playlists.entries(saved.id)
    assert [(each.track_id, each.reason) for each in kept] == [(e.track.id, e.reason) for e in entries]
    assert app.playlists.get(app.save_playlist("Plain", entries)).request_json == ""


def test_looking_at_the_library_waits_for_nobody(shelf: Shelf, app: App) -> None:
    app.reading.connection.set_busy_timeout(0)
    app.sorting.connection.set_busy_timeout(0)
    [first, *_] = shelf.ids().values()
    app.tastes.set_liked([first], liked=True)
    with shelf.db.transaction():
        shelf.db.run("UPDATE track SET title = 'Changed'")
        assert len(app.table.rows(app.table.ids("title"))) == 3
        assert {track.tags.title for track in app.reading_tracks.tracks([first])} == {"One"}
        assert app.tastes.liked() == {first}
        assert app.playlists.all() == []


def test_a_connection_for_reading_writes_nothing(app: App) -> None:
    with pytest.raises(VibeError, match="cannot be opened for writing"):
        app.reading.run("DELETE FROM track")


_INDEX_AND_WAIT = """
import sys
from pathlib import Path
from vibe_desktop.app import App
from vibe_desktop.paths import Profile
from vibe_desktop.progress import Progress

class Held(Progress):
    def begin(self, stage, *rest, **more):
        super().begin(stage, *rest, **more)
        if stage == "Understanding captions":
            print("captions", flush=True)
            sys.stdin.readline()

if __name__ == "__main__":
    with App(Profile(Path(sys.argv[1]))) as app:
        app.index([Path(sys.argv[2])], Held(), listen=False)
"""


def test_a_caption_can_be_written_while_another_process_indexes(tmp_path: Path, models_folder: Path) -> None:
    """The index has already read the old captions when the person writes one, and must not win."""
    music, folder = tmp_path / "music", tmp_path / "profile"
    make_music(music, seconds=1.0)
    folder.mkdir()
    (folder / "models").symlink_to(models_folder, target_is_directory=True)
    script = tmp_path / "index_and_wait.py"
    script.write_text(_INDEX_AND_WAIT)
    command = [sys.executable, str(script), str(folder), str(music)]
    with (
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as indexing,
        App(Profile(folder)) as app,
    ):
        assert indexing.stdin is not None
        assert indexing.stdout is not None
        assert indexing.stdout.readline() == "captions\n"
        with pytest.raises(VibeError, match="already working"), app.writing():
            pass
        [track] = app.stores.tracks.find("Anvil")
        described = app.describe(track, "Hammers at dawn.")
        assert (described.caption.sentence, described.caption.own) == ("Hammers at dawn.", True)
        before = app.stores.vectors.matrix(app.encoder.space)
        indexing.stdin.write("go\n")
        indexing.stdin.flush()
        assert indexing.wait(120) == 0
        ids, vectors = app.stores.vectors.matrix(app.encoder.space)
        assert before[0].tolist() == [track.id]
        assert vectors[ids == track.id].tolist() == before[1].tolist()
        assert len(ids) == app.stores.tracks.counts().present
        assert app.stores.vectors.outdated_texts(app.encoder.space) == []


def test_describing_a_track_that_is_gone_is_said_plainly(shelf: Shelf, app: App, models_folder: Path) -> None:
    (app.profile.folder / "models").symlink_to(models_folder, target_is_directory=True)
    [track, *_] = app.reading_tracks.tracks(shelf.ids().values())
    shelf.db.run("DELETE FROM track WHERE id = ?", (track.id,))
    with pytest.raises(VibeError, match="no longer in the library"):
        app.describe(track, "Anything.")


def test_a_listeners_own_words_are_read_and_come_first(app: App) -> None:
    words = '[mood.calm]\naxes = [-0.5, 0.5, 0, 0]\nsynonyms = ["hygge", "sad"]\n'
    app.profile.vocabulary.write_text(words, encoding="utf-8")
    assert [found.name for word in ("hygge", "sad") if (found := app.vocabulary.find(word))] == [
        "calm",
        "calm",
    ]
    assert app.words_trouble == ""
    assert {each.subject: each.well for each in examine(app)}["own words"]


def test_damaged_words_of_a_listener_are_told_and_stop_nothing(app: App) -> None:
    app.profile.vocabulary.write_text('[mood.calm]\nsynonyms = ["hush-a-bye"]\ncolour = "blue"\n')
    assert app.vocabulary is load_vocabulary()
    assert str(app.profile.vocabulary) in app.words_trouble
    assert "at line 3" in app.words_trouble
    assert app.told(Queue(MoodRequest("", ""), (), ("note",))).notes == (app.words_trouble, "note")
    [found] = [each for each in examine(app) if each.subject == "own words"]
    assert not found.well
