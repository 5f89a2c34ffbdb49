r"""How well moods are answered over real music that was heard: by captions, by the ear, and by both.

    python scripts/eval_ear.py --music FOLDER [--models FOLDER] [--json | --markdown]
    python scripts/eval_ear.py --profile FOLDER [--models FOLDER] [--json | --markdown]

FOLDER of `--music` holds Debian's music packages, each unpacked in a folder of its name:

    for package in asc-music fretsonfire-songs-muldjord hyperrogue-music singularity-music \
            warzone2100-music wesnoth-1.16-music; do
        apt-get download $package && dpkg -x ${package}_*.deb FOLDER/$package
    done

They are indexed and heard into a temporary profile, which takes some minutes; `--profile` takes one
that has heard them already (it is copied, never changed). Which tracks are judged, what they are and
why is in `scripts/evaluation/ear_tracks.toml`, the requests in `ear_requests.toml` beside it, and others
for `--requests` in `ear_requests_aside.toml`: labels and requests are ours. Only labelled tracks are on
the shelf. Judged is the product's reranked order before the limits on artists and versions.

Systems: `fused` (the product), `caption` alone, `ear` alone, `classic` (the 30 nearest captions, a quarter
of the shelf, then the ear alone), `random`. All of it twice: with the tags and names the files have,
and without any, when captions hold only what was heard.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import numpy as np

import evaluation_measures as measures
from evaluation_measures import Score, Summary
from evaluation_music import (
    REQUESTS,
    Asked,
    BorrowedModels,
    Labelled,
    Piece,
    fill,
    labelled_tracks,
    package_folders,
    pieces,
    requests,
)
from vibe_desktop.app import App
from vibe_desktop.domain import Ear, TrackId, VibeError
from vibe_desktop.moods.engine import MoodEngine
from vibe_desktop.moods.modes import Mode
from vibe_desktop.moods.request import parse
from vibe_desktop.paths import Profile
from vibe_desktop.progress import Progress

TOP = 10
CLASSIC_SHORTLIST = 30
OURS = "fused"
SHELVES = {"tags": "With the tags and names the files have", "stripped": "Without any tag or name"}

System = Callable[[str], Sequence[TrackId]]


@contextmanager
def library(options: argparse.Namespace, wanted: Sequence[Labelled]) -> Iterator[App]:
    """Open a library that heard the music: a copy of the one given, or a new one. Raises `VibeError`."""
    with tempfile.TemporaryDirectory() as folder:
        if options.profile:
            for file in options.profile.glob("library.sqlite3*"):
                shutil.copy(file, folder)
        with App(BorrowedModels(Path(folder), options.models)) as app:
            if not options.profile:
                app.index(list(package_folders(options.music, wanted)), Progress(), ear=options.ear)
            yield app


def ear_of(app: App, wanted: str) -> Ear:
    """Return the ear to judge. Raises `VibeError` where there is none."""
    choice = app.ear(wanted, try_out=True)
    if choice.ear is None:
        raise VibeError(choice.reason)
    return choice.ear


@contextmanager
def shelved(shelf: Sequence[Piece], options: argparse.Namespace) -> Iterator[App]:
    """Open a library of these pieces alone."""
    with (
        tempfile.TemporaryDirectory() as folder,
        App(BorrowedModels(Path(folder), options.models)) as app,
    ):
        fill(app, ear_of(app, options.ear), shelf)
        yield app


def systems(app: App, ear: str, count: int) -> dict[str, System]:
    """Return every system as a function from a request to at most 10 of `count` track ids, best first."""
    senses = app.senses(app.ear(ear, try_out=True))
    engine = app.engine(senses=senses)
    classic = MoodEngine(
        app.stores.tracks, app.stores.descriptions, senses, app.vocabulary, candidates=CLASSIC_SHORTLIST
    )

    def by(engine: MoodEngine, mode: Mode) -> System:
        return lambda text: engine.rank(parse(text, app.vocabulary), mode=mode).ids[:TOP].tolist()

    def random(text: str) -> Sequence[TrackId]:
        seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
        return (np.random.default_rng(seed).permutation(count)[:TOP] + 1).tolist()  # type: ignore[no-any-return]

    return {
        OURS: by(engine, Mode.FUSION),
        "caption": by(engine, Mode.TEXT),
        "ear": by(engine, Mode.EAR),
        "classic": by(classic, Mode.CLASSIC),
        "random": random,
    }


def judge(asked: Asked, found: Sequence[TrackId], shelf: Sequence[Piece]) -> Score:
    """Score one answer."""
    hits = [bool(shelf[track_id - 1].truth & asked.labels) for track_id in found]
    relevant = sum(bool(piece.truth & asked.labels) for piece in shelf)
    return measures.judge(asked.text, hits, relevant, len(shelf), TOP)


class Result:
    """What every system answered over one shelf."""

    def __init__(self, app: App, shelf: Sequence[Piece], asked: Sequence[Asked], ear: str) -> None:
        """Ask every system everything."""
        self.scores: dict[str, list[Score]] = {}
        self.summaries: dict[str, Summary] = {}
        for name, system in systems(app, ear, len(shelf)).items():
            answers = [system(each.text) for each in asked]
            self.scores[name] = [judge(*pair, shelf) for pair in zip(asked, answers, strict=True)]
            self.summaries[name] = measures.summarise(self.scores[name], answers)

    def table(self) -> str:
        """Return the figures of the systems, then every request's wins and losses."""
        parts = (measures.summary_table(self.summaries, TOP), measures.query_table(self.scores, OURS, TOP))
        return "\n\n".join(parts)

    def markdown(self) -> str:
        """Return the figures and the outcomes as they stand in `docs/quality.md`."""
        told = "; ".join(measures.outcomes(self.scores, OURS))
        below = ", ".join(f"“{each.query}”" for each in self.scores[OURS] if each.lift < 1)
        figures = measures.markdown_table(self.summaries, TOP)
        return f"{figures}\n\n{told}. Below chance, {OURS}: {below or 'none'}."

    def plain(self) -> dict[str, object]:
        """Return the same for machines."""
        each = [
            {
                "query": scores[0].query,
                **{n: asdict(s) | {"lift": s.lift} for n, s in zip(self.scores, scores, strict=True)},
            }
            for scores in zip(*self.scores.values(), strict=True)
        ]
        return {"systems": {n: s.named(TOP) for n, s in self.summaries.items()}, "queries": each}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the evaluation; returns 0, or 1 where there is nothing to judge."""
    options = _options(arguments)
    wanted, asked = labelled_tracks(), requests(options.requests)
    try:
        with library(options, wanted) as app:
            found, missing = pieces(app, ear_of(app, options.ear), wanted)
    except VibeError as error:
        print(error.message, error.remedy, file=sys.stderr)
        return 1
    for each in missing:
        print(f"missing: {each}", file=sys.stderr)
    if len(found) <= TOP:
        print(f"Only {len(found)} of {len(wanted)} labelled tracks are there and heard.", file=sys.stderr)
        return 1
    results = {}
    shelves = (found, [piece.stripped(n) for n, piece in enumerate(found, 1)])
    for name, shelf in zip(SHELVES, shelves, strict=True):
        with shelved(shelf, options) as app:
            results[name] = Result(app, shelf, asked, options.ear)
    if options.json:
        plain = {name: result.plain() for name, result in results.items()}
        print(json.dumps({"tracks": len(found), **plain}))
        return 0
    print(f"{len(found)} labelled tracks, {len(asked)} requests")
    for name, result in results.items():
        print(f"\n{SHELVES[name]}:\n\n{result.markdown() if options.markdown else result.table()}")
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--music", type=Path, help="folder with the unpacked packages")
    source.add_argument("--profile", type=Path, help="a profile that has heard them")
    parser.add_argument(
        "--models", type=Path, default=Profile.default().models, help="folder of installed models"
    )
    parser.add_argument("--requests", type=Path, default=REQUESTS, help="other requests of the same tracks")
    parser.add_argument("--ear", default="auto", help="the ear to judge: clap or musicnn")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true")
    form.add_argument("--markdown", action="store_true", help="as the tables of docs/quality.md")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
