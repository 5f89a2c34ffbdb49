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

import numpy as np
import pytest
from filelock import FileLock

from clap_exports import INSIDE, SENTENCES, Environment, Exported, Note, Originals
from vibe_desktop.audio.decode import read_windows
from vibe_desktop.models.clap import WINDOWS
from vibe_desktop.synthesis import golden

_TOOK: list[tuple[str, float]] = []
_FIGURES: dict[str, float] = {}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what each step took, and how close everything came."""
    for name, seconds in _TOOK:
        terminalreporter.write_line(f"{seconds:6.1f} s  {name}")
    for name, figure in sorted(_FIGURES.items()):
        terminalreporter.write_line(f"{figure:.7f}  {name}")


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
    """Return the environment, made by the exporter's own module and kept with the project's.

    No build of torchvision fits every torch, and embedding needs none: a stand-in takes its place.
    """
    place, scripts = repository / ".venv" / "export", repository / "scripts"
    packages = (scripts / "export_clap_requirements.txt").read_text(encoding="utf-8").splitlines()
    requirements = repository / ".venv" / "export-requirements.txt"
    with at_home(), FileLock(repository / ".venv" / "export.lock"), step("environment"):
        kept = [line for line in packages if not line.startswith("torchvision")]
        requirements.write_text("\n".join(kept) + "\n", encoding="utf-8")
        code = "import sys, pathlib, export_clap_environment as e; e.make(*map(pathlib.Path, sys.argv[1:]))"
        made = subprocess.run(
            [sys.executable, "-c", code, place, requirements],
            check=False,
            capture_output=True,
            text=True,
            env=os.environ | {"PYTHONPATH": str(scripts)},
        )
        if made.returncode:
            _skip_without_torch(kept, made.stdout + made.stderr)
    return Environment(scripts, place, requirements)


def _skip_without_torch(packages: list[str], said: str) -> None:
    """Skip where there is no torch for this platform; anything else that went wrong is a failure."""
    torch = next(line for line in packages if line.startswith("torch=="))
    pip = [sys.executable, "-m", "pip", "install", "--dry-run", "--no-deps", "--ignore-installed", torch]
    asked = subprocess.run(pip, check=False, capture_output=True, text=True)
    if "No matching distribution" in asked.stderr:
        pytest.skip(f"pip finds no {torch} for this platform")
    if "Exporting needs Python" in said:
        pytest.skip(said.strip().splitlines()[-1])
    pytest.fail(f"the environment could not be made:\n{said}")


@pytest.fixture(scope="session")
def checkpoints(environment: Environment, repository: Path) -> Iterator[Path]:
    """Return a folder of checkpoints with random weights; gigabytes, so gone when the tests are done."""
    with TemporaryDirectory(prefix="vibe-export-") as folder:
        with step("checkpoints"):
            environment.run(INSIDE / "made_checkpoints.py", folder, repository / "docs")
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
