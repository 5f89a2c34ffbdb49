"""The desktop entry: valid, and named as the program names it on the bus."""

from __future__ import annotations

import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest


def entry(repository: Path) -> ConfigParser:
    parser = ConfigParser(interpolation=None)
    parser.read(repository / "packaging" / "vibe-desktop.desktop", encoding="utf-8")
    return parser


def test_the_bus_names_the_entry_there_is(repository: Path) -> None:
    bus = pytest.importorskip("vibe_desktop.desktop.bus", reason="needs jeepney", exc_type=ImportError)
    assert (repository / "packaging" / f"{bus.DESKTOP_ENTRY}.desktop").is_file()
    assert entry(repository)["Desktop Entry"]["Icon"] == bus.DESKTOP_ENTRY
    assert entry(repository)["Desktop Entry"]["StartupWMClass"] == bus.DESKTOP_ENTRY


def test_it_starts_a_program_we_install(repository: Path) -> None:
    command = entry(repository)["Desktop Entry"]["Exec"].split()[0]
    assert f"\n{command} = " in (repository / "pyproject.toml").read_text(encoding="utf-8")


def test_it_is_valid(repository: Path) -> None:
    validate = shutil.which("desktop-file-validate")
    if not validate:
        pytest.skip("desktop-file-validate is not installed")
    said = subprocess.run(
        [validate, str(repository / "packaging" / "vibe-desktop.desktop")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (said.returncode, said.stdout + said.stderr) == (0, "")
