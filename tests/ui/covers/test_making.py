"""Pictures become small squares; what is hostile, damaged or no picture becomes nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage, QImageReader

from audio_files import make_audio
from ui.covers.pictures import GIF, SVG, encoded, png_of
from vibe_desktop.ui.covers import making

# Decoders say what is wrong with a damaged picture; the child process does not listen, this one has to.
pytestmark = pytest.mark.qt_log_ignore("JPEG data", "allocation limit")


@pytest.fixture(autouse=True)
def _limit() -> Iterator[None]:
    before = QImageReader.allocationLimit()
    QImageReader.setAllocationLimit(64)
    yield
    QImageReader.setAllocationLimit(before)


def near(image: QImage, x: float, y: float, color: str) -> bool:
    """Return whether a pixel, placed by shares of the side, has about a colour."""
    got, wanted = image.pixelColor(int(x * image.width()), int(y * image.height())), QColor(color)
    pairs = zip(got.getRgb()[:3], wanted.getRgb()[:3], strict=True)  # type: ignore[index]
    return all(abs(one - other) < 12 for one, other in pairs)


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp", "bmp"])
@pytest.mark.parametrize(("width", "height"), [(600, 600), (1500, 900), (700, 1400)])
def test_each_format_becomes_its_middle_square(kind: str, width: int, height: int) -> None:
    image = making.decode(encoded(kind, width, height))
    assert image is not None
    assert (image.width(), image.height()) == (512, 512)
    assert near(image, 0.25, 0.5, "#2040c0")
    assert near(image, 0.75, 0.5, "#c04020")


def test_a_small_picture_stays_small() -> None:
    image = making.decode(encoded("png", 40, 30))
    assert image is not None
    assert (image.width(), image.height()) == (30, 30)


def test_a_gif_is_read() -> None:
    image = making.decode(GIF)
    assert image is not None
    assert (image.width(), image.height()) == (2, 2)


def test_what_is_transparent_turns_white() -> None:
    clear = QImage(20, 20, QImage.Format.Format_ARGB32)
    clear.fill(0)
    path = Path(os.environ["HOME"]) / "clear.png"
    clear.save(str(path))
    image = making.decode(path.read_bytes())
    assert image is not None
    assert near(image, 0.5, 0.5, "#ffffff")


@pytest.mark.parametrize(
    "picture",
    [
        pytest.param(SVG, id="a drawing"),
        pytest.param(b"<svg", id="the beginning of a drawing"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xff\xd8\xff", id="three bytes"),
        pytest.param(b"\xff\xd8\xff" + bytes(9000), id="zeros after a beginning"),
        pytest.param(b"II*\0" + bytes(200), id="a TIFF"),
        pytest.param(b"RIFF\0\0\0\0WAVEfmt ", id="a sound"),
    ],
)
def test_what_is_no_picture_we_take_becomes_nothing(picture: bytes) -> None:
    assert making.decode(picture) is None


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
def test_a_header_alone_becomes_nothing(kind: str) -> None:
    assert making.decode(encoded(kind)[:60]) is None


def test_half_a_jpeg_shows_what_there_is() -> None:
    whole = encoded("jpeg", 2000, 2000)
    image = making.decode(whole[: len(whole) // 2])
    assert image is not None
    assert near(image, 0.25, 0.1, "#2040c0")


def test_sixty_four_million_pixels_are_refused_by_the_header() -> None:
    assert making.decode(png_of(8000, 8000)) is None


def test_what_would_take_more_memory_than_allowed_is_refused() -> None:
    assert making.decode(png_of(6000, 6000)) is None


def test_a_thumbnail_is_named_by_content_and_made_once(tmp_path: Path) -> None:
    first = making.make(os.fsencode(make_audio(tmp_path / "a.mp3", cover=encoded("png"))), tmp_path / "t")
    kept = tmp_path / "t" / first
    written = kept.stat().st_mtime_ns
    second = making.make(os.fsencode(make_audio(tmp_path / "b.flac", cover=encoded("png"))), tmp_path / "t")
    assert first == second
    assert kept.stat().st_mtime_ns == written
    assert kept.read_bytes()[:3] == b"\xff\xd8\xff"
    assert [file.name for file in (tmp_path / "t").iterdir()] == [first]


def test_a_damaged_picture_inside_gives_way_to_the_one_beside(tmp_path: Path) -> None:
    path = make_audio(tmp_path / "a.mp3", cover=SVG)
    (tmp_path / "folder.jpg").write_bytes(encoded("jpeg"))
    assert making.make(os.fsencode(path), tmp_path / "t")


def test_a_drawing_that_calls_itself_a_photograph_is_no_cover(tmp_path: Path) -> None:
    path = make_audio(tmp_path / "a.mp3")
    (tmp_path / "cover.jpg").write_bytes(SVG)
    assert making.make(os.fsencode(path), tmp_path / "t") == ""


def test_a_file_that_is_gone_has_no_cover(tmp_path: Path) -> None:
    assert making.make(os.fsencode(tmp_path / "gone.mp3"), tmp_path / "t") == ""
