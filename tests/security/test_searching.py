"""What a person types, and what tags hold, is never taken for a question's grammar: SQL, FTS5's or LIKE's."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shelf import Shelf
from vibe_desktop.library import words
from vibe_desktop.library.table import TrackTable

PACKAGE = Path(__file__).parent.parent.parent / "vibe_desktop"

# Text that means something to FTS5 (https://sqlite.org/fts5.html#full_text_query_syntax), SQL or LIKE.
GRAMMAR = [
    '"', '""', "'", "'; DROP TABLE track; --", "NEAR(dawn ann)", "NEAR/2", "dawn NOT ann", "dawn OR zebra",
    "dawn AND", "title:dawn", "{title artist}: dawn", "- title : dawn", "^dawn", "da*", "*", "(", ")", "+",
    "dawn + ann", "%", "_", "d_wn", "d%", "\\", "\0", "dawn\0ann", "a" * 10_000, "(" * 5_000, '"' * 5_001,
    "ﬀ", "\ud800", "🎵", "rank", "words", "NULL", "1=1", "?", "?1", ":a", "@a", "$a",
]  # fmt: skip
SQL_WORDS = re.compile(r"\b(LIKE|GLOB|REGEXP)\b")


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    """Return a library whose tags are questions themselves."""
    shelf = Shelf(tmp_path_factory.mktemp("searching"))
    titles = [
        "Dawn",
        "Zebra",
        "Or Not",
        "'; DROP TABLE track; --",
        'Say "Hello"',
        "100% _alive_",
        "NEAR(you)",
    ]
    for number in range(len(titles)):
        shelf.put(f"{number}.mp3")
    shelf.scan()
    for number, title in enumerate(titles):
        shelf.tag(
            shelf.music / f"{number}.mp3", title=title, artist="Ann" if number else "Bo", genres=(title,)
        )
    with shelf.db.transaction():
        words.refresh(shelf.db, shelf.ids().values())
    yield shelf
    shelf.db.close()


def found(shelf: Shelf, expression: str) -> set[str]:
    """Return the titles an expression finds."""
    if not expression:
        return set()
    rows = shelf.db.run(
        "SELECT t.title FROM words w JOIN track t ON t.id = w.rowid WHERE words MATCH ?", (expression,)
    )
    return {title for (title,) in rows}


BUILDERS: dict[str, Callable[[str], str]] = {
    "any_of": lambda text: words.any_of(text.split(" ")),
    "all_of": lambda text: words.all_of(text.split(" ")),
    "names_with": lambda text: words.names_with(text.split(" ")),
    "everything_with": words.everything_with,
    "names_typed": words.names_typed,
}


@pytest.mark.parametrize("build", BUILDERS)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(st.sampled_from(GRAMMAR) | st.text(max_size=8), max_size=6))
def test_no_text_is_an_error_or_grammar(build: str, stocked: Shelf, parts: list[str]) -> None:
    found(stocked, BUILDERS[build](" ".join(parts)))


def test_operators_are_words(stocked: Shelf) -> None:
    def finds(text: str) -> set[str]:
        return found(stocked, words.everything_with(text))

    assert finds("dawn") == {"Dawn"}
    assert finds("dawn OR zebra") == set()
    assert finds("dawn NOT zebra") == set()
    assert finds("title:dawn") == set()
    assert finds("or not") == {"Or Not"}
    assert finds("near(you)") == {"NEAR(you)"}
    assert finds('say "hello') == {'Say "Hello"'}
    assert finds("d*n") == finds("d%n") == finds("d_wn") == set()
    assert finds("'; DROP TABLE track; --") == {"'; DROP TABLE track; --"}
    assert finds("100% _ali") == {"100% _alive_"}


def test_what_has_no_letter_asks_for_nothing_and_leaves_nothing_out(stocked: Shelf) -> None:
    table = TrackTable(stocked.db)
    everything = len(stocked.ids())
    for text in ("%", "_", "*", '"', "()", "\0", "--", "' OR 1=1 --"[:1]):
        assert len(table.ids(words=text)) == everything


def test_an_order_nobody_offers_is_refused_before_it_is_sql(stocked: Shelf) -> None:
    table = TrackTable(stocked.db)
    for sort in ("title; DROP TABLE track", "rowid", "title DESC", "(SELECT 1)"):
        with pytest.raises(ValueError, match="Column"):
            table.ids(sort)
    assert len(table.ids("title")) == len(stocked.ids())


def test_nothing_is_asked_with_patterns(stocked: Shelf) -> None:
    """No statement compares by LIKE or GLOB: there, % and _ of what was typed would mean anything."""
    texts = [path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.sql")]
    for path in PACKAGE.rglob("*.py"):
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        texts += [
            each.value for each in nodes if isinstance(each, ast.Constant) and isinstance(each.value, str)
        ]
    statements = [text for text in texts if re.search(r"\b(SELECT|UPDATE|DELETE|INSERT|WHERE)\b", text)]
    assert len(statements) > 50
    assert [text for text in statements if SQL_WORDS.search(text)] == []
