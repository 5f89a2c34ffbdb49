"""How much of what people write is understood."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parent.parent.parent / "scripts"


@pytest.fixture
def document() -> dict[str, dict[str, object]]:
    run = subprocess.run(
        [sys.executable, str(SCRIPTS / "eval_requests.py"), "--json"],
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    return json.loads(run.stdout)  # type: ignore[no-any-return]


def test_at_least_95_percent_of_the_fields_are_right(document: dict[str, dict[str, object]]) -> None:
    assert float(str(document["all"]["share"])) >= 0.95
    assert document["open"]["fields"]
    assert document["held"]["fields"]
