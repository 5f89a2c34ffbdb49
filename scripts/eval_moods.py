"""How well moods are answered, over described tracks and requests with the tags that count as hits.

    python scripts/eval_moods.py --tracks T.tsv --queries Q.tsv [--hide moods] [--hide heard]
        [--split] [--per-query] [--json | --markdown [PAGE]]

The tracks table has the columns `track_id artist_id album_id seconds moods genres instruments
heard_caption` (`|` between tags), the queries table `query moods`; the order of columns does not
matter, and all but `moods` and `query` may be missing. The rows go into a temporary profile through the
product's own caption code; `heard_caption` stands for what an ear heard, scored by the likeness of
phrase and caption. Judged is the product's ranked order, before the limits on artists and versions. A
track is a hit when it holds one of the request's mood tags, whether or not `--hide moods` kept them
from the product. Where fewer than 20 tracks pass what a request demands, the places left empty are
misses. A request that no track is a hit for tells nothing and is left out of the means, by name.

Systems: `vibe` (the product), `sbert` (the plain request against the plain columns), `classic` (the
300 nearest of `sbert`, then the ear alone), `bm25` (words only), `random`.

`--queries` may be given more than once; each table is reported on its own. `--split` reports the
requests of odd and of even number apart as well. `--markdown` prints the tables of `docs/quality.md`
for every setting of that page, or puts them into PAGE between its marks.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import evaluation_report as report
from evaluation_report import Figures
from evaluation_systems import CachedEncoder, System, systems
from evaluation_tables import COLUMNS, Row, read_requests, read_rows
from page_marks import fill
from vibe_desktop.captions.vocabulary import Vocabulary, load_vocabulary
from vibe_desktop.domain import VibeError
from vibe_desktop.library.database import Database
from vibe_desktop.models.sbert import SentenceEncoder
from vibe_desktop.moods.knowledge import Knowledge
from vibe_desktop.moods.meaning import Meanings
from vibe_desktop.paths import Profile

SETTINGS = {
    "Everything known": (),
    "Without mood tags": ("moods",),
    "From genres and instruments alone": ("moods", "heard"),
}
"""Sections of the page, and the columns each keeps from the product."""
NAME = "eval_moods"
"""What the page's marks are called."""


class Evaluation:
    """The tables and the product's parts that are the same whatever is hidden."""

    def __init__(self, options: argparse.Namespace) -> None:
        """Read the tables and open the model. Raises `VibeError` where one of them is not there."""
        self._tracks, self._limit = options.tracks, options.limit
        self._requests = {file: read_requests(file) for file in options.queries}
        self._vocabulary: Vocabulary = load_vocabulary(extra=options.words)
        encoder = SentenceEncoder(options.models)
        self._encoder = CachedEncoder(encoder, options.cache)
        self._meanings = Meanings(Knowledge(self._vocabulary), self._encoder)

    def figures(self, hidden: Sequence[str]) -> dict[Path, Figures]:
        """Return the figures by the queries table, with these columns kept from the product."""
        rows = read_rows(self._tracks, hidden, self._limit)
        if not rows:
            raise VibeError(f"{self._tracks} holds no track.", "Give it a row for each.")
        with self._answering(rows) as answering:
            return {file: Figures.of(asked, answering, rows) for file, asked in self._requests.items()}

    @contextmanager
    def _answering(self, rows: Sequence[Row]) -> Iterator[Mapping[str, System]]:
        with tempfile.TemporaryDirectory() as folder:
            db = Database.open(Path(folder) / "library.sqlite3")
            try:
                yield systems(db, rows, self._vocabulary, self._encoder, self._meanings)
            finally:
                db.close()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the evaluation; returns 0, or 1 where something it needs is not there."""
    options = _options(arguments)
    try:
        evaluation = Evaluation(options)
        if options.markdown is not None:
            _show(_page(evaluation, options.hide), options.markdown)
            return 0
        figures = evaluation.figures(options.hide)
    except VibeError as error:
        print(f"{error.message} {error.remedy}", file=sys.stderr)
        return 1
    if options.json:
        documents = {str(file): report.plain(each, split=options.split) for file, each in figures.items()}
        # A single table needs no name.
        print(json.dumps(documents if len(documents) > 1 else documents.popitem()[1], ensure_ascii=False))
        return 0
    for file, each in figures.items():
        told = report.text(each, split=options.split, per_query=options.per_query)
        print(f"{file}:\n\n{told}\n" if len(figures) > 1 else told)
    return 0


def _page(evaluation: Evaluation, hidden: Sequence[str]) -> str:
    """Return a section for each setting, or for the one that was asked for."""
    settings = {f"Without {' and '.join(hidden)}": tuple(hidden)} if hidden else SETTINGS
    blocks = []
    for title, columns in settings.items():
        blocks.append(f"### {title}")
        for file, figures in evaluation.figures(columns).items():
            blocks.append(f"`{file.name}`, {len(figures.scores[report.OURS])} requests:")
            blocks.append(report.markdown(figures))
    return "\n\n".join(blocks) + "\n"


def _show(tables: str, page: Path) -> None:
    """Print the tables, or put them between the marks of a page."""
    if page == Path():
        print(tables, end="")
    else:
        fill(page, NAME, tables)


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text} is no number of tracks")
    return int(text)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tracks", type=Path, required=True)
    parser.add_argument("--queries", type=Path, action="append", required=True)
    parser.add_argument(
        "--hide", action="append", default=[], choices=COLUMNS, help="keep a column from the product"
    )
    parser.add_argument("--words", type=Path, help="a vocabulary of one's own that adds to the program's")
    parser.add_argument("--limit", type=_count, help="only the first N tracks")
    parser.add_argument("--cache", type=Path, help="folder that keeps vectors between runs")
    parser.add_argument(
        "--models", type=Path, default=Profile.default().models, help="folder of installed models"
    )
    parser.add_argument("--split", action="store_true", help="both halves of the requests as well")
    parser.add_argument("--per-query", action="store_true", help="every request's precision by every system")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true")
    form.add_argument(
        "--markdown", type=Path, nargs="?", const=Path(), metavar="PAGE", help="as docs/quality.md has it"
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
