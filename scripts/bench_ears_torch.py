"""Times librosa's log-mel and laion-clap's audio tower on windows of audio, on one thread; prints JSON.

    python bench_ears_torch.py WINDOWS.npy

WINDOWS.npy is float32 [n, 480000] at 48 kHz. Runs in the environment of scripts/export_clap.py;
`bench.py ears` starts it. The tower has random weights.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import sys
import time
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

_BATCH = 6
_LIBRARIES = ("numpy", "librosa", "torch", "torchlibrosa", "laion-clap")


def main(file: Path) -> None:
    """Measure and print."""
    windows = np.load(file)
    with contextlib.redirect_stdout(sys.stderr):
        found = {"librosa's log-mel": each(windows, librosa_mel(), 1)} | laion(windows)
    versions = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    print(json.dumps({"versions": versions, "windows": found}))


def librosa_mel() -> Callable[[Any], object]:
    """Return the front end as one writes it with librosa."""
    librosa: Any = importlib.import_module("librosa")

    def log_mel(windows: Any) -> object:
        power = librosa.feature.melspectrogram(
            y=windows[0],
            sr=48_000,
            n_fft=1024,
            hop_length=480,
            window="hann",
            n_mels=64,
            fmin=50,
            fmax=14_000,
        )
        return librosa.power_to_db(power, top_db=None)

    return log_mel


def laion(windows: Any) -> dict[str, list[float]]:
    """Time HTSAT-tiny: the two modules that make its log-mel, and all of it, without what training needs."""
    torch: Any = importlib.import_module("torch")
    torch.set_num_threads(1)
    tower = _htsat()

    def log_mel(some: Any) -> object:
        with torch.no_grad():
            return tower.logmel_extractor(tower.spectrogram_extractor(torch.from_numpy(some)))

    def whole(some: Any) -> object:
        with torch.no_grad():
            return tower({"waveform": torch.from_numpy(some)}, device="cpu")["embedding"]

    return {
        "laion-clap's log-mel": each(windows, log_mel, 1),
        "laion-clap HTSAT-tiny fp32, log-mel and all": each(windows, whole, 1),
        f"the same, {_BATCH} windows at once": each(windows, whole, _BATCH),
    }


def _htsat() -> Any:
    package: Any = importlib.import_module("laion_clap")
    file = Path(package.__file__).parent / "clap_module" / "model_configs" / "HTSAT-tiny.json"
    settings = SimpleNamespace(**json.loads(file.read_text(encoding="utf-8"))["audio_cfg"])
    return importlib.import_module("laion_clap.clap_module.htsat").create_htsat_model(settings).eval()


def each(windows: Any, work: Callable[[Any], object], batch: int) -> list[float]:
    """Return the seconds a window took in batches of that many; the first batch is done once before."""
    work(windows[:batch])
    taken = []
    for begin in range(0, len(windows), batch):
        some = windows[begin : begin + batch]
        start = time.perf_counter()
        work(some)
        taken.append((time.perf_counter() - start) / len(some))
    return taken


if __name__ == "__main__":
    main(Path(sys.argv[1]))
