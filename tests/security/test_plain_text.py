"""No text of a tag, a file's name or a playlist can become markup: what the window's source may not say.

Qt takes text for rich wherever it looks like it, unless it is told not to: in
labels, in boxes, in tooltips. So every such place goes through one of ours.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent.parent / "vibe_desktop"
SOURCES = sorted([*(PACKAGE / "ui").rglob("*.py"), *(PACKAGE / "desktop").rglob("*.py")])
LABELS = PACKAGE / "ui" / "widgets" / "text.py"
"""where the one label of plain text is made"""

READ_MARKUP = {
    "QErrorMessage", "QGraphicsTextItem", "QLabel", "QStaticText", "QTextBrowser", "QTextDocument",
    "QTextEdit", "QWhatsThis", "QWebEngineView", "AutoText", "MarkdownText", "RichText", "setHtml",
    "insertHtml", "setMarkdown", "setWhatsThis",
}  # fmt: skip


def relative(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Yield every call and the last name of what is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                yield node.func.attr, node
            elif isinstance(node.func, ast.Name):
                yield node.func.id, node


def is_plain(node: ast.expr) -> bool:
    """Whether a tooltip is ours: escaped, a sentence of the program without anything filled in, or none."""
    if isinstance(node, ast.IfExp):
        return is_plain(node.body) and is_plain(node.orelse)
    if isinstance(node, ast.Constant):
        return node.value in ("", None)
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Name):
        return node.func.id == "plain_tooltip"
    is_translated = isinstance(node.func, ast.Attribute) and node.func.attr == "tr"
    return is_translated and all(isinstance(each, ast.Constant) for each in node.args)


def faults(source: str, *, labels: bool = False) -> list[str]:
    """Return what a module does that could show text as markup; `labels` where labels are made."""
    tree = ast.parse(source)
    return [
        *_unguarded_tooltips(tree),
        *_unguarded_boxes(tree),
        *([] if labels else [f"{node.lineno}: {name}" for name, node in _readers(tree)]),
    ]


def _readers(tree: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Yield what reads markup, but for labels made without text, which show a picture."""
    pictures = {id(node.func) for name, node in calls(tree) if name == "QLabel" and not node.args}
    for node in ast.walk(tree):
        name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
        if name in READ_MARKUP and isinstance(node, ast.expr) and id(node) not in pictures:
            yield name, node


def _unguarded_tooltips(tree: ast.AST) -> list[str]:
    found = []
    for name, node in calls(tree):
        at = {"setToolTip": 0, "showText": 1}.get(name)
        if at is not None and not is_plain(node.args[at]):
            found.append(f"{node.lineno}: {ast.unparse(node)}")
    for branch in ast.walk(tree):
        if isinstance(branch, ast.If) and ast.unparse(branch.test).endswith("== _TOOLTIP"):
            answers = [each.value for each in branch.body if isinstance(each, ast.Return) and each.value]
            found += [f"{each.lineno}: {ast.unparse(each)}" for each in answers if not is_plain(each)]
    return found


def _unguarded_boxes(tree: ast.AST) -> list[str]:
    """Return the functions that make a message box without telling it that its text is plain."""
    return [
        f"{function.lineno}: {function.name}"
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        and any(
            name == "QMessageBox" or "QMessageBox" in ast.unparse(node.func) for name, node in calls(function)
        )
        and "setTextFormat(Qt.TextFormat.PlainText)" not in ast.unparse(function)
    ]


def test_no_text_can_become_markup() -> None:
    found = {
        relative(path): faults(path.read_text(encoding="utf-8"), labels=path == LABELS) for path in SOURCES
    }
    assert len(found) > 50
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_a_picture_in_a_label_never_gets_text() -> None:
    for path in SOURCES:
        source = path.read_text(encoding="utf-8")
        tree = ast.parse(source)
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and ast.unparse(node.value) == "QLabel()":
                assert f"{ast.unparse(node.targets[0])}.setText(" not in source, relative(path)


@pytest.mark.parametrize(
    "source",
    [
        "label = QLabel(track.title)",
        "class Mine(QLabel): pass",
        "self.setToolTip(track.title)",
        "self.setToolTip(self.tr('Play {0}').format(title))",
        "self.setToolTip(plain_tooltip(name) if short else name)",
        "QToolTip.showText(place, text, view)",
        "if role == _TOOLTIP:\n    return row.title",
        "def say(error):\n    QMessageBox.warning(None, 'Vibe', error.message)",
        "def say(error):\n    box = QMessageBox()\n    box.setText(error.message)",
        "label.setTextFormat(Qt.TextFormat.AutoText)",
        "from x import y\nview = QTextBrowser()",
    ],
)
def test_what_could_become_markup_is_found(source: str) -> None:
    assert faults(source)


@pytest.mark.parametrize(
    "source",
    [
        "mark = QLabel()",
        "self.setToolTip(plain_tooltip(title) if narrow else '')",
        "self.setToolTip(self.tr('Clear'))",
        "def say(error):\n    box = QMessageBox(text)\n    box.setTextFormat(Qt.TextFormat.PlainText)",
    ],
)
def test_what_cannot_is_let_be(source: str) -> None:
    assert faults(source) == []
