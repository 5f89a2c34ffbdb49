"""Find the numbers of `moods.honesty`: when to say that nothing in a library sounds like what is asked.

    python scripts/calibrate_honesty.py --tracks T.tsv --queries Q.tsv [--queries …] [--cache FOLDER]

The tables are those of `scripts/eval_moods.py`; `scripts/evaluation/honesty.toml` names things a library
may lack. Every request is put to libraries that hold what it asks and to the same ones without it: without
the thing and its relatives; without the mood's tags and words, though what is left may feel like it (these
are only counted); and to libraries of one taste. Judged is each request by a regression that was fitted
to others (five parts). The line is drawn where at most 2 % of the libraries that hold such music, of any
kind of request, are told they do not.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import astuple, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evaluation_honesty import Case, Cases, requests
from evaluation_systems import CachedEncoder
from evaluation_tables import read_requests
from vibe_desktop.captions.vocabulary import load_vocabulary
from vibe_desktop.models.sbert import SentenceEncoder
from vibe_desktop.moods.honesty import Signs
from vibe_desktop.moods.knowledge import Knowledge
from vibe_desktop.moods.meaning import Meanings
from vibe_desktop.paths import Profile

Array = NDArray[np.float64]

SETTINGS = {
    "everything": (),
    "genres and instruments": ("moods", "heard"),
    "genres": ("moods", "instruments", "heard"),
    "moods": ("genres", "instruments", "heard"),
    "heard": ("moods", "genres", "instruments"),
}
"""What is known of the tracks, and the columns that are kept from the product for it."""
FALSE_ALARMS = 0.02
FOLDS = 5
_CALM = 1.0
"""Weight of the squared coefficients, of standardised signs."""


def fit(signs: Array, missing: Array) -> Array:
    """Return constant and coefficients of a logistic regression in which both outcomes weigh the same.

    Newton's method ("iteratively reweighted least squares"; Hastie, Tibshirani and Friedman, "The
    Elements of Statistical Learning", 4.4.1) with a little ridge.
    """
    middle, spread = signs.mean(axis=0), signs.std(axis=0) + 1e-9
    columns = np.column_stack([np.ones(len(signs)), (signs - middle) / spread])
    weight = np.where(missing, (1 - missing).sum() / missing.sum(), 1.0)
    ridge = np.diag([1e-6, *[_CALM] * signs.shape[1]])
    found = np.zeros(columns.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-np.clip(columns @ found, -30, 30)))
        slope = columns.T @ (weight * (chance - missing)) + ridge @ found
        bend = (columns * (weight * chance * (1 - chance))[:, np.newaxis]).T @ columns + ridge
        found -= np.linalg.solve(bend, slope)
    plain = found[1:] / spread
    return np.concatenate([[found[0] - plain @ middle], plain])


def summed(model: Array, signs: Array) -> Array:
    """Return what a model makes of signs, shape (n,)."""
    return np.asarray(model[0] + signs @ model[1:])


def cross_validated(cases: Sequence[Case], signs: Array, missing: Array, counted: NDArray[np.bool_]) -> Array:
    """Return the sum of each case by a model that was fitted to other requests."""
    names = sorted({case.request for case in cases})
    parts = dict(zip(names, np.random.default_rng(0).permutation(len(names)) % FOLDS, strict=True))
    part = np.array([parts[case.request] for case in cases])
    sums = np.zeros(len(cases))
    for fold in range(FOLDS):
        others = counted & (part != fold)
        sums[part == fold] = summed(fit(signs[others], missing[others]), signs[part == fold])
    return sums


def told_apart(sums: Array, missing: Array) -> float:
    """Return the area under the curve: how often a missing case lies above one that is there."""
    there = np.sort(sums[missing == 0])
    # Of equals half lie above: in whatever order the cases come, the figure is the same.
    below = [np.searchsorted(there, sums[missing > 0], side) for side in ("left", "right")]
    return float(np.mean(below) / len(there))


def report(cases: Sequence[Case]) -> str:
    """Return the table of numbers and how well they tell, as text."""
    signs = np.array([astuple(case.signs) for case in cases])
    missing = np.array([float(case.missing) for case in cases])
    kinds = np.array([case.kind for case in cases])
    settings = np.array([case.setting for case in cases])
    counted = (kinds != "mood") | (missing == 0)
    sums = cross_validated(cases, signs, missing, counted)
    there = missing == 0
    line = max(
        float(np.quantile(sums[there & (kinds == kind)], 1 - FALSE_ALARMS, method="higher"))
        for kind in np.unique(kinds)
    )
    alarms = sums > line
    model = fit(signs[counted], missing[counted])
    lines = [f"constant {model[0]:.2f}"]
    lines += [f"{each.name} {number:.2f}" for each, number in zip(fields(Signs), model[1:], strict=True)]
    right = float((alarms == (missing > 0))[counted].mean())
    auc = told_apart(sums[counted], missing[counted])
    lines += [f"line {line:.2f}", "", f"AUC {auc:.3f}, right {right:.1%} of {counted.sum()} cases", ""]
    lines += ["| | false alarms | of | caught | of |", "|---|---|---|---|---|"]
    for name, of in (
        *((kind, kinds == kind) for kind in np.unique(kinds)),
        *((setting, (settings == setting) & counted) for setting in SETTINGS),
        ("all but moods left out", counted),
    ):
        here, gone = of & there, of & ~there
        lines.append(
            f"| {name} | {_share(alarms[here])} | {here.sum()} | {_share(alarms[gone])} | {gone.sum()} |"
        )
    told = sorted(
        {f"{cases[at].request} ({cases[at].setting})" for at in np.flatnonzero(alarms & there).tolist()}
    )
    return "\n".join([*lines, "", "False alarms:", *told])


def _share(alarms: NDArray[np.bool_]) -> str:
    return f"{alarms.mean():.1%}" if len(alarms) else "-"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the calibration; returns 0."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--tracks", type=Path, required=True)
    parser.add_argument("--queries", type=Path, action="append", required=True)
    parser.add_argument("--limit", type=int, default=2000, help="tracks, taken evenly from all")
    parser.add_argument("--cache", type=Path, help="folder that keeps vectors between runs")
    parser.add_argument(
        "--models", type=Path, default=Profile.default().models, help="folder of installed models"
    )
    options = parser.parse_args(arguments)
    encoder = CachedEncoder(SentenceEncoder(options.models), options.cache)
    meanings = Meanings(Knowledge(load_vocabulary()), encoder)
    said = requests(Path(__file__).parent / "evaluation" / "honesty.toml")
    moods = [asked for file in options.queries for asked in read_requests(file)]
    table = Cases(options.tracks, options.limit, encoder, meanings)
    cases = [case for name, hidden in SETTINGS.items() for case in table.of(name, hidden, said, moods)]
    print(report(cases))
    return 0


if __name__ == "__main__":
    sys.exit(main())
