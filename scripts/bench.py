"""What this machine reaches: `python3 scripts/dev.py bench [SECTION…]`.

Makes everything it needs in a temporary folder, runs unattended, and ends in
a table with the figures aimed for beside the ones found. Decides nothing.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from importlib.metadata import version
from pathlib import Path

import psutil

import vibe_desktop  # noqa: F401 - first, as in the program: it says how many threads numpy may use

# isort: split
from bench_copies import copies_made
from bench_ears import ears
from bench_ears_made import Exports
from bench_indexing import embed, listen, memory, scan
from bench_queries import index, passages, query
from bench_report import Bench
from bench_scale import scale
from bench_table import table
from bench_ui import ui
from vibe_desktop.models.catalog import default_entries
from vibe_desktop.models.install import install
from vibe_desktop.progress import Progress

SECTIONS = {
    "scan": scan,
    "embed": embed,
    "listen": listen,
    "memory": memory,
    "ears": ears,
    "query": query,
    "passages": passages,
    "index": index,
    "table": table,
    "ui": ui,
    "copies": copies_made,
    "scale": scale,
}
_LIBRARIES = ("apsw", "av", "mutagen", "numpy", "onnxruntime", "tokenizers", "usearch", "vibe-desktop")
_KEPT = Path(__file__).resolve().parent.parent / ".venv"
_MODELS = _KEPT / "test-models"


def describe_machine() -> None:
    """Print what the figures were taken on."""
    memory_size = psutil.virtual_memory().total / 2**30
    cores = (
        len(psutil.Process().cpu_affinity()) if hasattr(psutil.Process, "cpu_affinity") else os.cpu_count()
    )
    print(f"{platform.system()} {platform.release()}, {platform.machine()}, {_processor()}")
    print(f"{cores} cores, {memory_size:.0f} GiB of memory, Python {platform.python_version()}")
    print(", ".join(f"{name} {version(name)}" for name in _LIBRARIES))


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(": ")[1] for line in lines if line.startswith("model name")), "")


def install_models(folder: Path) -> None:
    """Install the models where they are missing; through pip, as the program does."""
    for entry in default_entries():
        install(entry, folder, Progress())


def main() -> None:
    """Measure the sections asked for, or all."""
    parser = argparse.ArgumentParser(description="Measure what this machine reaches.")
    parser.add_argument("sections", nargs="*", help=f"of {', '.join(SECTIONS)}; all when none is named")
    parser.add_argument("--music", type=Path, metavar="DIR", help="listen to real music instead of tones")
    parser.add_argument("--files", type=int, default=10_000, help="how many files to scan")
    parser.add_argument("--tracks", type=int, default=40, help="how many tracks to listen to")
    parser.add_argument("--sizes", type=int, nargs="+", default=[2_000, 20_000, 200_000], help="libraries")
    parser.add_argument("--window", type=int, default=50_000, help="tracks in the library of the window")
    parser.add_argument("--why", action="store_true", help="say where the window was when it stalled")
    parser.add_argument("--clap", type=Path, nargs="+", default=[], metavar="DIR", help="exported CLAPs")
    parser.add_argument("--no-torch", action="store_true", help="make nothing that needs torch (2 GB)")
    parser.add_argument("--models", type=Path, default=_MODELS, help="where the models are, or will be")
    parser.add_argument("--markdown", type=Path, metavar="PAGE", help="write the table of scale into a page")
    options = parser.parse_args()
    if unknown := set(options.sections) - set(SECTIONS):
        parser.error(f"no section is called {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}")
    describe_machine()
    install_models(options.models)
    with tempfile.TemporaryDirectory(prefix="vibe-bench-") as folder:
        bench = Bench(
            folder=Path(folder),
            models=options.models,
            music=options.music,
            files=options.files,
            tracks=options.tracks,
            sizes=options.sizes,
            window=options.window,
            why=options.why,
            exports=Exports(_KEPT, torch=not options.no_torch),
            clap=options.clap,
            markdown=options.markdown,
        )
        for name in options.sections or SECTIONS:
            bench.section(name)
            SECTIONS[name](bench)
        bench.print_summary()


if __name__ == "__main__":
    main()
