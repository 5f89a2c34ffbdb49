"""The full-text table: what a track can be found by, and questions to it that cannot go wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from vibe_desktop.domain import TrackId
from vibe_desktop.library.database import Database

_MOST_WORDS = 64
_WRITE = """
    INSERT OR REPLACE INTO words (rowid, title, artist, album, genres, sentence, keywords)
    SELECT t.id, t.title, t.artist || ' ' || t.album_artist, t.album,
        (SELECT group_concat(genre, ' ') FROM track_genre WHERE track_id = t.id),
        coalesce(c.own_sentence, c.sentence), c.keywords
    FROM track t LEFT JOIN caption c ON c.track_id = t.id
"""
_REFRESH = f"{_WRITE} WHERE t.id = ?"
_MERGE = "INSERT INTO words (words, rank) VALUES ('merge', ?)"
_PAGES = 1000


def refresh(db: Database, ids: Iterable[TrackId]) -> None:
    """Write the words of these tracks anew from their tags, genres and caption."""
    db.run_many(_REFRESH, ((track_id,) for track_id in ids))


def refresh_all(db: Database) -> None:
    """Write the words of every track anew."""
    with db.transaction():
        db.run("DELETE FROM words")
        db.run(_WRITE)


def join(db: Database, check: Callable[[], object]) -> None:
    """Join the parts that the full-text table was written in: each is asked whatever is looked for.

    A few pages at a time, so that others may write between; `check` may raise there
    (https://sqlite.org/fts5.html#the_merge_command: less than two changes are none).
    """
    pages, before = -_PAGES, -2  # a negative number has all parts joined, not only those of equal size
    while (after := db.connection.total_changes()) - before >= 2:  # noqa: PLR2004
        before = after
        db.run(_MERGE, (pages,))
        pages = _PAGES
        check()


def any_of(words: Sequence[str]) -> str:
    """Return an FTS5 expression for tracks with any of `words`, at most 64 of them; "" when there are none.

    Every word is quoted: nothing in it can act as syntax (https://sqlite.org/fts5.html#fts5_strings).
    """
    return " OR ".join(_terms(words))


def all_of(words: Sequence[str]) -> str:
    """Return an FTS5 expression for tracks with each of `words`, at most 64; "" when there are none."""
    return " AND ".join(_terms(words))


def names_with(words: Sequence[str]) -> str:
    """Return an FTS5 expression for tracks whose title or artist has words beginning with each of `words`."""
    beginnings = [f"{term}*" for term in _terms(words)]
    return f"{{title artist}} : ({' AND '.join(beginnings)})" if beginnings else ""


def in_names(words: Sequence[str]) -> str:
    """Return an FTS5 expression for tracks with each of `words` in title or artist; "" for none."""
    expression = all_of(words)
    return f"{{title artist}} : ({expression})" if expression else ""


def artists_beginning(words: Sequence[str]) -> str:
    """Return an FTS5 expression for tracks whose artist's name begins with just these words; "" for none."""
    terms = _terms(words)
    return f"{{artist}} : ^ {' + '.join(terms)}" if terms else ""


def everything_with(text: str) -> str:
    """Return an FTS5 expression for tracks with every word of `text`, the last one as a beginning."""
    return _typed(text)


def names_typed(text: str) -> str:
    """Return an FTS5 expression for tracks whose names have every word of `text`, the last as a beginning."""
    expression = _typed(text)
    return f"{{title artist album}} : ({expression})" if expression else ""


def _typed(text: str) -> str:
    terms = _terms(text.split())
    return " AND ".join([*terms[:-1], f"{terms[-1]}*"]) if terms else ""


def _terms(words: Sequence[str]) -> list[str]:
    return [_quoted(word) for word in words[:_MOST_WORDS] if _findable(word)]


def _findable(word: str) -> bool:
    return any(letter.isalnum() for letter in word)


def _quoted(word: str) -> str:
    """Quote a word as an FTS5 string; a NUL would end the expression early."""
    text = word.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
    return '"' + text.replace('"', '""') + '"'
