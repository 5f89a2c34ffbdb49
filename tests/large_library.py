"""A library of many generated rows, made by SQL alone: no file is there."""

from __future__ import annotations

from pathlib import Path

from vibe_desktop.library.database import Database

_TRACKS = """
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?1)
    INSERT INTO track (root_id, path, size, mtime_ns, device, inode, first_seen, settled, tags_pending,
        content_key, title, artist, album, track_number, year, seconds, tags,
        title_key, artist_key, album_key)
    SELECT 1, CAST('/music/' || i || '.mp3' AS BLOB), 1, 1, 1, i, 1700000000 + i, 1, 0, CAST(i AS BLOB),
        'Song ' || i, 'Artist ' || (i % 1000), 'Album ' || (i % 9000), i % 12 + 1,
        1960 + i % 60, 120 + i % 240,
        '{"title": "Song ' || i || '", "genres": ["Jazz"]}',
        printf('song %06d', i), printf('artist %04d', i % 1000), printf('album %05d', i % 9000)
    FROM n
"""
_CAPTIONS = """
    INSERT INTO caption (track_id, sentence, terms, source)
    SELECT id, CASE WHEN id % 2 THEN 'A calm piano piece.' ELSE 'A loud brass piece.' END, '[]', x'00'
    FROM track
"""
_WORDS = """
    INSERT INTO words (rowid, title, artist, album, genres, sentence, keywords)
    SELECT t.id, t.title, t.artist, t.album, '', c.sentence, ''
    FROM track t JOIN caption c ON c.track_id = t.id
"""


def fill(file: Path, count: int) -> None:
    """Make a library of `count` tracks: song i is by artist i % 1000, calm where i is even."""
    db = Database.open(file)
    with db.transaction():
        db.run("INSERT INTO root (id, path, added_at) VALUES (1, ?, 0)", (b"/music",))
        db.run(_TRACKS, (count,))
        db.run(_CAPTIONS)
        db.run(_WORDS)
    db.close()
