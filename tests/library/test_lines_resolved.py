"""Lines of imported playlists that come to lead to songs, while the person goes on with their playlists."""

from __future__ import annotations

from contextlib import AbstractContextManager, closing
from typing import Any

import pytest

from shelf import Shelf
from vibe_desktop.importing import import_playlist, resolve
from vibe_desktop.library.database import Database
from vibe_desktop.library.saved import PlaylistStore


def test_a_playlist_put_in_another_order_meanwhile_gets_no_wrong_song(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    playlists = PlaylistStore(shelf.db)
    file = shelf.folder / "list.m3u"
    file.write_text("music/never.mp3\nmusic/later.mp3\n")
    number = import_playlist(shelf.tracks, playlists, file)
    later = shelf.put("later.mp3")
    shelf.scan()
    transaction = Database.transaction

    def turned_before(db: Database, **how: Any) -> AbstractContextManager[None]:
        monkeypatch.undo()
        with closing(Database.open(db.path)) as another:
            PlaylistStore(another).replace(number, playlists.entries(number)[::-1])
        return transaction(db, **how)

    monkeypatch.setattr(Database, "transaction", turned_before)
    assert resolve(shelf.tracks, playlists) == 1
    first, second = playlists.entries(number)
    assert first.track_id == shelf.ids()[later]
    assert second.line
    assert second.line.location == "music/never.mp3"
