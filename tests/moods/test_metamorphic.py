"""What must hold between two requests, over a made library and the real sentence encoder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from vibe_desktop.app import App
from vibe_desktop.captions.describe import describe, genres_of
from vibe_desktop.domain import Label, Queue, Tags
from vibe_desktop.index.vectors import digest
from vibe_desktop.moods.chips import chips, without
from vibe_desktop.moods.engine import MoodEngine
from vibe_desktop.moods.request import parse
from vibe_desktop.paths import Profile

MOODS = ("calm", "sad", "happy", "aggressive", "energetic", "romantic", "dark", "dreamy")
PLAYED = (
    ("jazz", "piano"),
    ("rock", "electric guitar"),
    ("folk", "acoustic guitar"),
    ("techno", "synthesizer"),
)
COPIES = 3
LIVELY = {
    "calm": -0.9,
    "sad": -0.5,
    "romantic": -0.3,
    "dreamy": -0.6,
    "happy": 0.5,
    "aggressive": 0.9,
    "energetic": 0.9,
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, models_folder: Path) -> Iterator[App]:
    folder = tmp_path_factory.mktemp("profile")
    (folder / "models").symlink_to(models_folder, target_is_directory=True)
    with App(Profile(folder)) as app:
        _fill(app, folder)
        yield app


@pytest.fixture(scope="module")
def engine(app: App) -> MoodEngine:
    return app.engine()


def _fill(app: App, folder: Path) -> None:
    """Put a song of every mood and style into the library, described as the program describes it."""
    stores, vocabulary = app.stores, app.vocabulary
    root = stores.tracks.add_root(folder)
    made = list(enumerate(product(MOODS, PLAYED, range(COPIES)), 1))
    stores.db.run_many(
        "INSERT INTO track (id, root_id, path, size, mtime_ns, device, inode, first_seen)"
        " VALUES (?, ?, ?, 1, 1, 1, ?, 0)",
        [(n, root, b"%d.ogg" % n, n) for n, _ in made],
    )
    tags = {
        n: Tags(
            title=f"Number {n}",
            artist=f"Band {n}",
            genres=(style,),
            moods=(mood,),
            seconds=180.0,
            year=1980 + n % 40,
        )
        for n, (mood, (style, _), _) in made
    }
    stores.tracks.store_tags(
        [(n, each, b"%d" % n) for n, each in tags.items()], lambda each: genres_of(each, vocabulary)
    )
    described = {
        n: describe(tags[n], (Label(instrument, 0.9),), f"{n}.ogg", vocabulary)
        for n, (_, (_, instrument), _) in made
    }
    stores.descriptions.store_captions([(n, each.sentence, each.terms, b"") for n, each in described.items()])
    outdated = stores.vectors.outdated_texts(app.encoder.space, list(tags))
    rows = app.encoder.encode([text for _, text in outdated])
    with stores.db.transaction():
        stores.vectors.put(
            app.encoder.space, [(n, row, digest(text)) for (n, text), row in zip(outdated, rows, strict=True)]
        )


def ask(app: App, engine: MoodEngine, text: str) -> Queue:
    return engine.answer(parse(text, app.vocabulary))


def ids(queue: Queue) -> list[int]:
    return [entry.track.id for entry in queue.entries]


def says(app: App, track_id: int, word: str) -> bool:
    [track] = app.stores.tracks.tracks([track_id])
    return word in track.caption.sentence.lower()


@pytest.mark.parametrize("cue", ["no", "without", "not too", "less"])
@pytest.mark.parametrize(
    ("mood", "word"),
    [("calm music", "piano"), ("party", "techno"), ("happy songs", "jazz"), ("dark evening", "guitar")],
)
def test_a_denied_word_never_raises_a_track_that_has_it(
    app: App, engine: MoodEngine, mood: str, cue: str, word: str
) -> None:
    before = engine.rank(parse(mood, app.vocabulary)).ids.tolist()
    after = engine.rank(parse(f"{mood}, {cue} {word}", app.vocabulary)).ids.tolist()
    having = {track_id for track_id in before if says(app, track_id, word)}
    assert having
    assert having != set(before)
    for track_id in having & set(after):
        ahead = sum(each not in having for each in before[: before.index(track_id)])
        assert sum(each not in having for each in after[: after.index(track_id)]) >= ahead


@pytest.mark.parametrize("seed", [1, 14, 33, 60, 96])
@pytest.mark.parametrize("mood", ["", "calm", "rock"])
def test_a_seed_is_never_returned(app: App, engine: MoodEngine, seed: int, mood: str) -> None:
    request = parse(f"{mood}, like this", app.vocabulary, this=(seed,))
    assert request.like == (seed,)
    assert seed not in ids(engine.answer(request))


@pytest.mark.parametrize("mood", ["calm piano", "sad folk", "energetic techno", "something for dancing"])
def test_the_same_request_twice_is_the_same_queue(app: App, engine: MoodEngine, mood: str) -> None:
    assert ids(ask(app, engine, mood)) == ids(ask(app, engine, mood))


@pytest.mark.parametrize("mood", ["calm evening", "rock", "happy", "sad piano"])
@pytest.mark.parametrize(("short", "long"), [("4 songs", "8 songs"), ("10 minutes", "25 minutes")])
def test_a_longer_length_extends_rather_than_reshuffles(
    app: App, engine: MoodEngine, mood: str, short: str, long: str
) -> None:
    few, many = ids(ask(app, engine, f"{mood}, {short}")), ids(ask(app, engine, f"{mood}, {long}"))
    assert few
    assert set(few) <= set(many)


@pytest.mark.parametrize("mood", ["music", "evening", "folk and rock", "jazz"])
@pytest.mark.parametrize("way", [-1.0, 1.0])
def test_a_slider_moves_the_queue_its_way(app: App, engine: MoodEngine, mood: str, way: float) -> None:
    request = parse(f"{mood}, 10 songs", app.vocabulary)
    plain, leaning = engine.answer(request), engine.answer(replace(request, steer=(("energy", way),)))
    assert (energy(leaning) - energy(plain)) * way >= 0


@pytest.mark.parametrize(
    ("text", "chip", "never"),
    [
        ("calm piano, no drums, 5 songs", "no drums", "calm piano, 5 songs"),
        ("sad, not too loud, folk", "not too loud", "sad, folk"),
        ("happy jazz from the 80s", "1980s", "happy jazz"),
        ("calm, 45 minutes", "45 min", "calm"),
    ],
)
def test_a_chip_taken_back_gives_the_queue_of_a_request_without_it(
    app: App, engine: MoodEngine, text: str, chip: str, never: str
) -> None:
    request = parse(text, app.vocabulary)
    [gone] = [each for each in chips(request, {}, app.vocabulary) if each.text == chip]
    assert ids(engine.answer(without(request, gone))) == ids(ask(app, engine, never))


def energy(queue: Queue) -> float:
    """Return the mean energy of the moods in a queue's tags."""
    return sum(LIVELY.get(entry.track.tags.moods[0], 0.0) for entry in queue.entries) / len(queue.entries)
