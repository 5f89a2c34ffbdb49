"""How much of what people write is understood: every field of many requests, expected and found.

    python scripts/eval_requests.py [--requests scripts/evaluation/requests.toml] [--held]
        [--json | --markdown [PAGE]]

Requests, what they are expected to mean and the small library they name songs of are in the TOML.
Fields that are empty on both sides are not counted: they would flatter. Failures of the requests that
are held out are counted, and told only with --held. `--markdown` prints the table of `docs/quality.md`,
or puts it into PAGE between its marks.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from page_marks import fill
from vibe_desktop.captions.vocabulary import load_vocabulary
from vibe_desktop.domain import Tags, VibeError
from vibe_desktop.library.database import Database
from vibe_desktop.library.tracks import TrackStore
from vibe_desktop.moods.chips import small
from vibe_desktop.moods.facets import facets
from vibe_desktop.moods.named import Names
from vibe_desktop.moods.request import parse
from vibe_desktop.moods.words import telling_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vibe_desktop.captions.vocabulary import Vocabulary
    from vibe_desktop.domain import MoodRequest

REQUESTS = Path(__file__).parent / "evaluation" / "requests.toml"
FIELDS = (
    *("mood", "avoid", "less", "years", "bpm", "tempo", "voice", "instruments", "genres", "languages"),
    *("length", "minutes", "arc", "like", "by", "refused", "unlike", "corrected"),
)
_ENTRIES = ("avoid", "less", "tempo", "voice", "instruments", "genres")
_TRACKS = ("like", "by", "refused", "unlike")
_CORRECTED = re.compile(r"^Read “(.+)” as “(.+)”\.$")


@dataclass(frozen=True)
class Failure:
    """A field that was read otherwise than expected."""

    text: str
    field: str
    expected: Any
    found: Any


@dataclass
class Score:
    """How many fields were right, and those that were not."""

    right: Counter[str] = field(default_factory=Counter)
    all: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)

    @property
    def share(self) -> float:
        """The share of fields that were right."""
        return self.right.total() / max(1, self.all.total())

    def __add__(self, other: Score) -> Score:
        """Return both together."""
        return Score(self.right + other.right, self.all + other.all, [*self.failures, *other.failures])


def main() -> int:
    """Print the figures; always 0, as they are to be read."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--requests", type=Path, default=REQUESTS)
    parser.add_argument("--held", action="store_true", help="tell the failures of held-out requests too")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON document instead of tables")
    form.add_argument(
        "--markdown", type=Path, nargs="?", const=Path(), metavar="PAGE", help="as docs/quality.md has it"
    )
    options = parser.parse_args()
    open_part, held = evaluate(options.requests)
    if options.json:
        print(json.dumps(_document(open_part, held), ensure_ascii=False, indent=1))
    elif options.markdown == Path():
        print(_table(open_part, held), end="")
    elif options.markdown:
        fill(options.markdown, "eval_requests", _table(open_part, held))
    else:
        _print(open_part, held, tell_held=options.held)
    return 0


def evaluate(path: Path = REQUESTS) -> tuple[Score, Score]:
    """Return how well the requests were read that may be looked at, and those held out."""
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    scores = (Score(), Score())
    with tempfile.TemporaryDirectory() as folder:
        reader = Reader(Path(folder), document["library"])
        for wanted in document["requests"]:
            reader.judge(wanted, scores[wanted.get("held", False)])
        reader.close()
    return scores


class Reader:
    """Reads requests over a small library of its own."""

    def __init__(self, folder: Path, songs: Sequence[dict[str, str]]) -> None:
        self._database = Database.open(folder / "library.sqlite3")
        tracks = TrackStore(self._database)
        root = tracks.add_root(folder)
        for number in range(1, len(songs) + 1):
            self._database.run(
                "INSERT INTO track (id, root_id, path, size, mtime_ns, device, inode, first_seen)"
                " VALUES (?, ?, ?, 1, 1, 1, ?, 0)",
                (number, root, b"%d.ogg" % number, number),
            )
        tags = [Tags(artist=song["artist"], title=song["title"]) for song in songs]
        tagged = [(number, each, b"%d" % number) for number, each in enumerate(tags, 1)]
        tracks.store_tags(tagged, lambda tags: tags.genres)
        self._names = Names(tracks)
        self._vocabulary = load_vocabulary()

    def close(self) -> None:
        """Close the library."""
        self._database.close()

    def judge(self, wanted: dict[str, Any], score: Score) -> None:
        """Read one request and count its fields."""
        this = self._names(wanted["this"]) if "this" in wanted else ()
        try:
            request = parse(wanted["text"], self._vocabulary, self._names, this=this)
        except VibeError as refused:
            score.all["mood"] += 1
            score.failures.append(Failure(wanted["text"], "(all)", "an answer", refused.message))
            return
        found = found_fields(request, self._vocabulary)
        for name in FIELDS:
            expected = self._expected(name, wanted)
            got = _comparable(name, found.get(name), self._vocabulary)
            if not expected and not got:
                continue
            score.all[name] += 1
            if expected == got:
                score.right[name] += 1
            else:
                score.failures.append(Failure(wanted["text"], name, _plain(expected), _plain(got)))

    def _expected(self, name: str, wanted: dict[str, Any]) -> Any:
        value = wanted.get(name)
        if name in _TRACKS:
            find = self._names if name in ("like", "unlike") else self._names.by
            value = [track for each in value or () for track in find(each)]
        return _comparable(name, value, self._vocabulary)


def found_fields(request: MoodRequest, vocabulary: Vocabulary) -> dict[str, Any]:
    """Return what was understood, under the names that the TOML uses."""
    parts = facets(request, vocabulary)
    read = [found for note in request.notes if (found := _CORRECTED.match(note))]
    corrected = {found[1]: found[2] for found in read}
    mood = request.mood
    if "vocals" in request.avoid:
        # How "no vocals" is said to an encoder; nobody wrote it.
        mood = re.sub(r"\binstrumentals?\b", " ", mood, flags=re.IGNORECASE)
    fields = {name: getattr(request, name) for name in FIELDS if hasattr(request, name)}
    return fields | {
        "mood": mood,
        "tempo": parts.tempos,
        "voice": parts.voices,
        "instruments": parts.instruments,
        "genres": parts.genres,
        "corrected": corrected,
    }


def _comparable(name: str, value: Any, vocabulary: Vocabulary) -> Any:
    """Return a value as it compares: words and entries as sets, numbers as they are."""
    if name == "mood":
        words = telling_words(value or "")
        return {word for word in words if not small(word)} - {"instrumental", "instrumentals"}
    if name in _ENTRIES:
        entries = {each: vocabulary.find(each) for each in value or ()}
        return {entry.name if entry else each for each, entry in entries.items()}
    if name in _TRACKS or name == "languages":
        return set(value or ())
    return list(value) if isinstance(value, tuple) else value


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, set) else value


def _rows(score: Score) -> Iterator[tuple[str, int, int]]:
    for name in FIELDS:
        if score.all[name]:
            yield name, score.right[name], score.all[name]


def _document(open_part: Score, held: Score) -> dict[str, Any]:
    parts = {"open": open_part, "held": held, "all": open_part + held}
    return {
        name: {
            "share": round(score.share, 4),
            "fields": {row: [right, total] for row, right, total in _rows(score)},
            "failures": [vars(failure) for failure in score.failures],
        }
        for name, score in parts.items()
    }


def _table(open_part: Score, held: Score) -> str:
    parts = (open_part, held, open_part + held)
    lines = ["| | open | held out | all |", "|---|---|---|---|"]
    lines.append(f"| share right | {' | '.join(f'{score.share:.1%}' for score in parts)} |")
    for name in ("all fields", *FIELDS):
        counts = [
            (score.right.total(), score.all.total())
            if name == "all fields"
            else (score.right[name], score.all[name])
            for score in parts
        ]
        if counts[-1][-1]:
            lines.append(f"| {name} | {' | '.join(f'{right} of {total}' for right, total in counts)} |")
    return "\n".join(lines) + "\n"


def _print(open_part: Score, held: Score, *, tell_held: bool) -> None:
    told = [*open_part.failures, *(held.failures if tell_held else ())]
    for failure in told:
        print(f"{failure.text!r}\n  {failure.field}: expected {failure.expected}, found {failure.found}")
    for name, score in (("open", open_part), ("held out", held), ("all", open_part + held)):
        print(f"\n{name}: {score.right.total()} of {score.all.total()} fields right, {score.share:.1%}")
        print("  " + ", ".join(f"{row} {right}/{total}" for row, right, total in _rows(score)))


if __name__ == "__main__":
    sys.exit(main())
