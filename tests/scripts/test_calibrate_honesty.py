"""How the numbers of the estimate of what is missing are found."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

SCRIPTS = Path(__file__).parent.parent.parent / "scripts"
MISSING = np.array([0.0, 0.0, 1.0, 1.0])


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    import calibrate_honesty

    return calibrate_honesty


@pytest.mark.parametrize(
    ("sums", "share"), [([1, 2, 3, 4], 1.0), ([3, 4, 1, 2], 0.0), ([1, 3, 2, 4], 0.75), ([5, 5, 5, 5], 0.5)]
)
def test_how_often_what_is_missing_lies_above_what_is_there(
    script: ModuleType, sums: list[float], share: float
) -> None:
    values = np.array(sums, dtype=np.float64)
    assert script.told_apart(values, MISSING) == share
    assert script.told_apart(values[::-1], MISSING[::-1]) == share


def test_the_regression_finds_the_sign_that_tells(script: ModuleType) -> None:
    chance = np.random.default_rng(1)
    signs = chance.standard_normal((400, 2))
    missing = (signs[:, 0] + 0.3 * chance.standard_normal(400) > 0.5).astype(np.float64)
    model = script.fit(signs, missing)
    assert model[1] > 5 * abs(model[2])
    assert script.told_apart(script.summed(model, signs), missing) > 0.95
