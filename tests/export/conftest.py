"""The export's own environment, and what is made in it once for all these tests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn

import numpy as np
import pytest

from clap_exports import INSIDE, SENTENCES, Environment, Exported, Note, Originals
from vibe_desktop.audio.decode import read_windows
from vibe_desktop.models.clap import WINDOWS
from vibe_desktop.synthesis import golden

REQUIREMENTS = "export-requirements.txt"

_TOOK: list[tuple[str, float]] = []
_FIGURES: dict[str, float] = {}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what each step took, and how close everything came."""
    for name, seconds in _TOOK:
        terminalreporter.write_line(f"{seconds:6.1f} s  {name}")
    for name, figure in sorted(_FIGURES.items()):
        terminalreporter.write_line(f"{figure:.7f}  {name}")


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """Return a folder that is gone when the test is done: networks are large."""
    with TemporaryDirectory(prefix="vibe-export-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def note() -> Note:
    """Return what keeps a figure for the summary."""
    return _FIGURES.__setitem__


@contextmanager
def step(name: str) -> Iterator[None]:
    """Remember how long something takes."""
    began = time.perf_counter()
    yield
    _TOOK.append((name, time.perf_counter() - began))


@pytest.fixture(scope="session")
def environment(repository: Path, at_home: Callable[[], AbstractContextManager[None]]) -> Environment:
    """Return the environment, kept with the project's, or skip where there can be none.

    No build of torchvision fits every torch, and embedding needs none: a stand-in takes its place.
    """
    kept, scripts = repository / ".venv", repository / "scripts"
    with pytest.MonkeyPatch.context() as patch, at_home(), step("environment"):
        patch.syspath_prepend(str(scripts))
        from bench_ears_made import Exports, NoTorch

        try:
            place = Exports(kept).environment()
        except NoTorch as reason:
            _skip_without_torch(kept / REQUIREMENTS, str(reason))
    return Environment(scripts, place, kept / REQUIREMENTS)


def _skip_without_torch(requirements: Path, said: str) -> NoReturn:
    """Skip where no torch can be had; anything else that went wrong is a failure."""
    if "Exporting needs Python" in said:
        pytest.skip(said)
    packages = requirements.read_text(encoding="utf-8").splitlines()
    torch = next(line for line in packages if line.startswith("torch=="))
    pip = [sys.executable, "-m", "pip", "install", "--dry-run", "--no-deps", "--ignore-installed", torch]
    asked = subprocess.run(pip, check=False, capture_output=True, text=True)
    if "No matching distribution" in asked.stderr:
        pytest.skip(f"pip finds no {torch} for this platform, or reaches no package index")
    pytest.fail(said)


@pytest.fixture(scope="session")
def checkpoints(environment: Environment, repository: Path) -> Iterator[Path]:
    """Return a folder of checkpoints with random weights; gigabytes, so gone when the tests are done.

    The tokenizer learns from pages that are settled: figures must not move with every word that is written.
    """
    texts = sorted((repository / "docs" / "decisions").glob("00[12]*.md"))
    with TemporaryDirectory(prefix="vibe-export-") as folder:
        with step("checkpoints"):
            environment.run(INSIDE / "made_checkpoints.py", folder, *texts)
        yield Path(folder)


@pytest.fixture(scope="session")
def exported(environment: Environment, checkpoints: Path) -> Exported:
    """Return where the script's own command line put both forms of HTSAT-tiny, in both precisions."""
    folders, printed = {}, {}
    roberta = checkpoints / "roberta-base"
    forms = {
        "laion": [
            "--laion",
            checkpoints / "laion-tiny.pt",
            "--audio-model",
            "HTSAT-tiny",
            "--text-model",
            roberta,
        ],
        "transformers": ["--transformers", checkpoints / "transformers"],
    }
    for form, arguments in forms.items():
        folders[form] = checkpoints / f"exported-{form}"
        with step(f"export from {form}"):
            printed[form] = environment.export(*arguments, "--precision", "both", "--into", folders[form])
    return Exported(folders, printed)


@pytest.fixture(scope="session")
def track(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a WAV file of the synthesiser's recordings one after the other: two minutes, 48 kHz."""
    import wave

    path = tmp_path_factory.mktemp("music") / "track.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 48_000, 0, "NONE", ""))
        for _, sound in golden.recordings():
            file.writeframes((np.clip(sound, -1, 1) * 32_767).astype("<i2").tobytes())
    return path


@pytest.fixture(scope="session")
def originals(environment: Environment, checkpoints: Path, track: Path) -> Originals:
    """Return what laion-clap and transformers make of the windows that our decoder cuts from the track."""
    windows = read_windows(os.fsencode(track), WINDOWS)
    np.save(checkpoints / "windows.npy", windows)
    (checkpoints / "sentences.json").write_text(json.dumps(SENTENCES), encoding="utf-8")
    names = [checkpoints / name for name in ("windows.npy", "sentences.json", "answers.npz")]
    with step("laion-clap and transformers"):
        environment.run(INSIDE / "originals.py", checkpoints, *names)
    with np.load(names[-1]) as answers:
        return Originals(windows, dict(answers))
