"""The table of faults in `docs/reliability.md` and the tests in this folder agree, fault by fault."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

HERE = Path(__file__).parent
REPOSITORY = HERE.parent.parent
PAGE = REPOSITORY / "docs" / "reliability.md"

NUMBERS = range(1, 65)
NAME = re.compile(r"test_fault_(\d\d)_[a-z0-9_]+")
ROW = re.compile(r"\| (\d+) \| (.+) \| (.+) \| (.+) \|")
NOT_HERE = "Cannot happen on Linux: "


def rows() -> dict[int, tuple[str, str, str]]:
    """Return what each row says: the fault, the promise, and who holds it."""
    _, _, table = PAGE.read_text(encoding="utf-8").partition("## The faults, one by one\n")
    found = [ROW.fullmatch(line) for line in table.partition("\n## ")[0].splitlines()]
    told = [(int(row[1]), (row[2], row[3], row[4])) for row in found if row]
    assert [number for number, _ in told] == sorted({number for number, _ in told}), "a number comes twice"
    return dict(told)


def held_by() -> dict[int, set[str]]:
    """Return the files with tests of each fault."""
    found: defaultdict[int, set[str]] = defaultdict(set)
    for file in HERE.glob("test_*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_fault"):
                match = NAME.fullmatch(node.name)
                assert match, f"{file.name}: {node.name} does not say of which fault it is, and what holds"
                found[int(match[1])].add(file.name)
    return found


ROWS, TESTS = rows(), held_by()


def test_the_table_has_each_fault_once_and_no_test_is_of_another() -> None:
    assert sorted(ROWS) == list(NUMBERS)
    assert set(TESTS) <= set(NUMBERS)


@pytest.mark.parametrize("number", NUMBERS)
def test_each_fault_names_its_tests_or_says_why_there_are_none_and_what_answers_it(number: int) -> None:
    fault, promise, by = ROWS[number]
    assert fault[0].isupper()
    assert promise[0].isupper() or promise[0] == "*"
    if by.startswith(NOT_HERE):
        assert number not in TESTS
        answers = re.findall(r"`(vibe_desktop/[\w/]+\.py)`", by)
        assert answers
        assert all((REPOSITORY / name).is_file() for name in answers)
    else:
        assert set(re.findall(r"`(test_\w+\.py)`", by)) == TESTS[number]
        assert TESTS[number]
