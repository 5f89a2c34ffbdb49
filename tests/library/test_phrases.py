"""The vectors of phrases: kept where that can be done, and never a reason to fail or to wait."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from vibe_desktop.library import phrases as module
from vibe_desktop.library.database import Database
from vibe_desktop.library.phrases import LazyPhrases, PhraseTable

CALM = np.array([0.6, -0.8], np.float32)
LOUD = np.array([1.0, 0.0], np.float32)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = Database.open(tmp_path / "library.sqlite3")
    yield database
    database.close()


def kept(db: Database, fingerprint: str, *phrases: str) -> dict[str, list[float]]:
    found = PhraseTable(db).find(fingerprint, phrases)
    assert all(vector.dtype == np.float32 for vector in found.values())
    return {phrase: vector.tolist() for phrase, vector in found.items()}


def test_what_was_kept_is_found_to_the_bit_by_the_same_encoder_only(db: Database) -> None:
    PhraseTable(db).keep("one", {"calm": CALM, "Bébé 'quoted' \N{SNOWMAN}": LOUD})
    assert kept(db, "one", "calm", "never asked") == {"calm": CALM.tolist()}
    assert kept(db, "one", "Bébé 'quoted' \N{SNOWMAN}") == {"Bébé 'quoted' \N{SNOWMAN}": LOUD.tolist()}
    assert kept(db, "another", "calm") == {}
    PhraseTable(db).keep("one", {"calm": LOUD})
    assert kept(db, "one", "calm") == {"calm": LOUD.tolist()}


def test_a_phrase_that_is_no_text_is_not_kept_and_nothing_fails(db: Database) -> None:
    PhraseTable(db).keep("one", {"half \ud83d": CALM, "calm": CALM})
    assert list(kept(db, "one", "half \ud83d", "half ?", "calm")) == ["calm"]


def test_a_connection_that_only_reads_finds_and_keeps_nothing(db: Database) -> None:
    PhraseTable(db).keep("one", {"calm": CALM})
    reading = db.reader()
    PhraseTable(reading).keep("one", {"loud": LOUD})
    assert list(kept(reading, "one", "calm", "loud")) == ["calm"]
    reading.close()


def test_while_another_writes_nothing_is_kept_and_nobody_waits(db: Database) -> None:
    other = Database.open(db.path)
    with other.transaction():
        other.run("INSERT INTO root (path, added_at) VALUES (x'00', 0)")
        PhraseTable(db).keep("one", {"calm": CALM})
        assert kept(db, "one", "calm") == {}
    PhraseTable(db).keep("one", {"calm": CALM})
    assert list(kept(db, "one", "calm")) == ["calm"]
    [(patience,)] = db.run("PRAGMA busy_timeout")
    assert patience > 1000  # everything else still waits its turn
    other.close()


def test_the_oldest_go_when_there_are_too_many(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST", 3)
    for number in range(5):
        PhraseTable(db).keep("one", {f"phrase {number}": CALM})
    assert sorted(kept(db, "one", *(f"phrase {n}" for n in range(5)))) == ["phrase 2", "phrase 3", "phrase 4"]


def test_a_lazy_store_opens_the_library_when_it_is_asked_and_not_before(db: Database) -> None:
    opened: list[PhraseTable] = []

    def table() -> PhraseTable:
        opened.append(PhraseTable(db))
        return opened[-1]

    lazy = LazyPhrases(table)
    assert opened == []
    lazy.keep("one", {"calm": CALM})
    assert lazy.find("one", ["calm"])["calm"].tolist() == CALM.tolist()
    assert opened
