"""Rules of the house that no linter knows."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent.parent
PACKAGE = REPOSITORY / "vibe_desktop"
MODULES = sorted(PACKAGE.rglob("*.py"))
SCRIPTS = sorted((REPOSITORY / "scripts").glob("*.py"))
TESTS = sorted((REPOSITORY / "tests").rglob("*.py"))
SQL = sorted(PACKAGE.rglob("*.sql"))
RESOURCES = sorted(path for path in (REPOSITORY / "resources").rglob("*") if path.is_file())
PAGES = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").rglob("*.md"))]

LONGEST_FILE = 400
LONGEST_FUNCTION = 50
SHARE_OF_LONG_FUNCTIONS = 0.02

# A path of one machine, or a word that means something only to whoever wrote it.
PRIVATE = re.compile(r"(?<![\w.])/(work|tmp|home|root)/|\bissues? #?\d|\b(TODO|FIXME|XXX)\b")


def relative(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


@pytest.mark.parametrize("path", [*MODULES, *SCRIPTS, *TESTS, *SQL], ids=relative)
def test_files_are_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


def test_hardly_a_function_is_long() -> None:
    lengths = {
        f"{relative(path)}:{node.lineno} {node.name}": node.end_lineno - node.lineno + 1
        for path in [*MODULES, *SCRIPTS]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno
    }
    long = {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION}
    assert len(long) <= SHARE_OF_LONG_FUNCTIONS * len(lengths), long


@pytest.mark.parametrize("path", [*MODULES, *SQL, *PAGES], ids=relative)
def test_nothing_private_is_said(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [(number, line) for number, line in enumerate(lines, 1) if PRIVATE.search(line)] == []


@pytest.mark.parametrize("path", RESOURCES, ids=relative)
def test_resources_can_be_read(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.strip()
    if path.suffix == ".toml":
        assert tomllib.loads(text)
    elif path.suffix == ".json":
        json.loads(text)


def errors_for_people() -> set[str]:
    """Return the names of VibeError and of every class that is one and takes the same arguments."""
    bases = {
        node.name: {base.id for base in node.bases if isinstance(base, ast.Name)}
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and not any(is_constructor(part) for part in node.body)
    }
    found = {"VibeError"}
    while more := {name for name, parents in bases.items() if parents & found} - found:
        found |= more
    return found


def is_constructor(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name == "__init__"


def sentences(arguments: int) -> Iterator[tuple[str, str]]:
    """Yield every place where such an error is made and the text of its first arguments, where it is literal.

    The first argument says what happened, the second what to do.
    """
    names = errors_for_people()
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                for argument in node.args[:arguments]:
                    if text := readable(argument):
                        yield f"{relative(path)}:{node.lineno}", text


def readable(node: ast.expr) -> str | None:
    """Return a literal's text with … for what is filled in, or None for anything else."""
    if isinstance(node, ast.JoinedStr):
        return "".join(readable(part) or "…" for part in node.values)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return None


def test_errors_speak_in_sentences() -> None:
    sentence = re.compile(r"(pip |[A-Z“`…]).*[.!?…]", re.DOTALL)
    spoken = list(sentences(arguments=1))
    assert spoken, "no error was found: the search is broken"
    assert [(place, text) for place, text in spoken if not sentence.fullmatch(text)] == []


def test_errors_blame_nobody() -> None:
    blaming = re.compile(r"\b(you (failed|forgot|must)|invalid|illegal|bad|wrong|abort|fatal)\b|!", re.I)
    assert [(place, text) for place, text in sentences(arguments=2) if blaming.search(text)] == []
