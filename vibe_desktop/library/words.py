"""The full-text table: what a track can be found by, and questions to it that cannot go wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vibe_desktop.domain import TrackId
from vibe_desktop.library.database import Database

_MOST_WORDS = 64
_REFRESH = """
    INSERT OR REPLACE INTO words (rowid, title, artist, album, genres, sentence, keywords)
    SELECT t.id, t.title, t.artist || ' ' || t.album_artist, t.album,
        (SELECT group_concat(genre, ' ') FROM track_genre WHERE track_id = t.id),
        coalesce(c.own_sentence, c.sentence), c.keywords
    FROM track t LEFT JOIN caption c ON c.track_id = t.id
    WHERE t.id = ?
"""


def refresh(db: Database, ids: Iterable[TrackId]) -> None:
    """Write the words of these tracks anew from their tags, genres and caption."""
    db.run_many(_REFRESH, ((track_id,) for track_id in ids))


def any_of(words: Sequence[str], *, columns: str = "", prefix: bool = False) -> str:
    """Return an FTS5 expression for tracks with any of `words`, at most 64 of them; "" when there are none.

    Every word is quoted: nothing in it can act as syntax
    (https://sqlite.org/fts5.html#fts5_strings). `columns` are our own names.
    """
    return _joined(" OR ", words, columns=columns, prefix=prefix)


def all_of(words: Sequence[str], *, columns: str = "", prefix: bool = False) -> str:
    """Return an FTS5 expression for tracks with all of `words`, like `any_of`."""
    return _joined(" AND ", words, columns=columns, prefix=prefix)


def _joined(between: str, words: Sequence[str], *, columns: str, prefix: bool) -> str:
    quoted = [_quoted(word) + ("*" if prefix else "") for word in words[:_MOST_WORDS] if _findable(word)]
    where = f"{{{columns}}} : " if columns else ""
    return f"{where}({between.join(quoted)})" if quoted else ""


def _findable(word: str) -> bool:
    return any(letter.isalnum() for letter in word)


def _quoted(word: str) -> str:
    """Quote a word as an FTS5 string; a NUL would end the expression early."""
    text = word.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
    return '"' + text.replace('"', '""') + '"'
