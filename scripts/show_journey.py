"""Print what happens to a mood on its way to a queue as Markdown, from the library of a profile.

    python scripts/show_journey.py PROFILE "MOOD" [--into PAGE]

PROFILE is a folder that `vibe-desktop --profile PROFILE index MUSIC` has filled. `--into` puts the
answer between the marks of a page; `docs/how-it-chooses.md` was made so.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from first_listen import escaped, headline
from page_marks import fill
from vibe_desktop.app import App
from vibe_desktop.moods.chips import chips
from vibe_desktop.moods.request import parse
from vibe_desktop.paths import Profile

if TYPE_CHECKING:
    from vibe_desktop.domain import MoodRequest, Queue, Track
    from vibe_desktop.moods.meaning import Meaning
    from vibe_desktop.moods.ranking import Ranking

NAME = "show_journey"
_ENTRIES = 12
_CANDIDATES = 10


def main() -> None:
    """Answer one mood and tell every step."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("profile", type=Path)
    parser.add_argument("mood")
    parser.add_argument("--into", type=Path, metavar="PAGE", help="fill the place of the example in a page")
    options = parser.parse_args()
    with App(Profile(options.profile)) as app:
        text = "\n".join(journey(app, options.mood))
    if options.into:
        fill(options.into, NAME, text)
    else:
        print(text)


def journey(app: App, mood: str) -> Iterator[str]:
    """Yield the lines of the page."""
    request = parse(mood, app.vocabulary)
    meaning = app.meanings.of(request.mood, request.dropped)
    engine = app.engine()
    ranking, queue = engine.rank(request), engine.answer(request)
    yield from _request(request, meaning)
    yield from _meaning(app, request, meaning)
    first, *_ = app.stores.tracks.tracks([queue.entries[0].track.id])
    yield from _known(first)
    yield from _ranked(app, ranking)
    yield from _queue(queue)


def _request(request: MoodRequest, meaning: Meaning) -> Iterator[str]:
    yield f"You write: **“{escaped(request.text)}”**\n"
    yield "### What is understood\n"
    said = [f"`{chip.text}`" for chip in chips(request, {})]
    yield f"Each of these can be taken back with a click: {', '.join(said)}.\n"
    hints = ", ".join(f"`{hint}`" for hint in meaning.hints)
    yield f"Beside them, more quietly, what it suggests: {hints or 'nothing'}.\n"


def _meaning(app: App, request: MoodRequest, meaning: Meaning) -> Iterator[str]:
    yield "### What it means in the vocabulary's words\n"
    words = ", ".join(meaning.said) or "none"
    yield f"Entries that “{escaped(request.mood)}” names: {words}. Asked for most, all told:\n"
    yield "| word | kind | how much |\n|---|---|---|"
    entries = app.meanings.knowledge.entries
    strongest = sorted(range(len(entries)), key=lambda at: -float(meaning.asked[at]))[:_ENTRIES]
    for at in strongest:
        yield f"| {entries[at].name} | {entries[at].kind} | {meaning.asked[at]:.2f} |"
    yield ""


def _known(track: Track) -> Iterator[str]:
    tags = track.tags
    yield "### What a track is known by\n"
    yield f"Take “{escaped(tags.title or Path(track.path).name)}”.\n"
    told = [
        ("its genre tags", ", ".join(tags.genres)),
        ("its mood tags", ", ".join(tags.moods)),
        ("an ear heard", ", ".join(label.name for label in track.labels)),
        ("its caption", track.caption.sentence),
        ("most telling there", ", ".join(track.caption.keywords)),
    ]
    yield from (f"- {source}: {escaped(words)}" for source, words in told if words)
    yield ""


def _ranked(app: App, ranking: Ranking) -> Iterator[str]:
    yield "### What the senses say\n"
    yield (
        f"{len(ranking.ids)} of the {ranking.allowed} tracks that may be chosen are looked at closely;"
        f" {ranking.fitting} of them fit. The first {_CANDIDATES}:\n"
    )
    senses = list(ranking.senses)
    yield f"| track | {' | '.join(senses)} | together |\n|---{'|---' * len(senses)}|---|"
    best = ranking.ids[:_CANDIDATES].tolist()
    for row, track in enumerate(app.stores.tracks.tracks(best)):
        name = escaped(track.tags.title or Path(track.path).name)
        told = [_spreads(float(ranking.senses[sense][row])) for sense in senses]
        yield f"| {name} | {' | '.join([*told, _spreads(float(ranking.scores[row]))])} |"
    yield ""


def _queue(queue: Queue) -> Iterator[str]:
    yield "### The queue\n"
    for number, entry in enumerate(queue.entries, 1):
        yield f"{number}. {headline(entry)}  \n   *{escaped(entry.reason)}*"
    yield from (f"\n{escaped(note)}" for note in queue.notes)


def _spreads(score: float) -> str:
    return "–" if math.isnan(score) else f"{score:+.1f}"


if __name__ == "__main__":
    main()
