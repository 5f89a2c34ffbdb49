"""Every drawing can be drawn, in the colour asked for, and nothing asks for one that does not exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage

from vibe_desktop.paths import resource
from vibe_desktop.ui import icons

pytestmark = pytest.mark.usefixtures("qapp")

NAMES = sorted(path.stem for path in resource("icons").glob("*.svg"))
DRAWN = [name for name in NAMES if name != "app"]
ACCENT = QColor("#e8a15b")


def colours(image: QImage) -> set[str]:
    """Return the colours of an image's wholly opaque pixels."""
    places = ((x, y) for x in range(image.width()) for y in range(image.height()))
    return {pixel.name() for pixel in (image.pixelColor(*place) for place in places) if pixel.alpha() == 255}


def ink(image: QImage) -> int:
    """Return how much of an image is covered, from 0 to 255 for each pixel."""
    return sum(image.pixelColor(x, y).alpha() for x in range(image.width()) for y in range(image.height()))


@pytest.mark.parametrize("name", DRAWN)
def test_each_drawing_has_the_one_colour_asked_for(name: str) -> None:
    assert colours(icons.pixmap(name, ACCENT, 24, 2.0).toImage()) == {ACCENT.name()}


def test_a_pixmap_is_sharp_on_its_screen() -> None:
    drawn = icons.pixmap("play", ACCENT, 18, 1.5)
    assert (drawn.width(), drawn.devicePixelRatio()) == (27, 1.5)
    assert drawn.deviceIndependentSize().width() == 18


def test_an_icon_brings_pixmaps_for_fine_screens() -> None:
    widths = [size.width() for size in icons.icon("play", ACCENT, 18).availableSizes()]
    assert 18 in widths
    assert max(widths) >= 36


def test_a_filled_heart_has_more_ink_than_an_empty_one() -> None:
    empty, full = (icons.pixmap("heart", ACCENT, 24, filled=filled).toImage() for filled in (False, True))
    assert ink(full) > 1.5 * ink(empty)


def test_a_translucent_colour_stays_translucent() -> None:
    faint = QColor(ACCENT)
    faint.setAlpha(64)
    drawn = icons.pixmap("heart", faint, 24, filled=True).toImage()
    assert drawn.pixelColor(12, 12).alpha() == 64


def test_the_same_drawing_is_made_once() -> None:
    assert icons.pixmap("moon", ACCENT, 20).cacheKey() == icons.pixmap("moon", ACCENT, 20).cacheKey()
    assert icons.pixmap("moon", ACCENT, 20).cacheKey() != icons.pixmap("moon", QColor("red"), 20).cacheKey()


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        icons.icon("no-such-drawing", ACCENT)


def test_every_name_the_window_asks_for_exists(repository: Path) -> None:
    asked = re.compile(r"\b(?:icon|pixmap)\(\s*\"([a-z0-9-]+)\"")
    modules = (repository / "vibe_desktop" / "ui").rglob("*.py")
    names = {name for path in modules for name in asked.findall(path.read_text(encoding="utf-8"))}
    assert names <= set(DRAWN)


def test_the_programs_own_icon_has_a_shape_and_several_colours() -> None:
    image = icons.app_icon().pixmap(64, 64).toImage()
    assert image.pixelColor(0, 0).alpha() == 0
    assert len(colours(image)) > 100
