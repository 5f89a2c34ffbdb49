"""How fast the window is: on the screen, usable, without stalls; and how fast two other players start."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from bench_made import fill_library, moods
from bench_report import Figure, percentile
from bench_screen import Appearance, Display, NoScreen, screen, session_bus
from vibe_desktop.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bench_report import Bench

_STARTS = 5
_MOODS = 25
_COPIES = 4
_PLAYED = 20
_REST_SECONDS = 1.5
_END_SECONDS = 5.0
_SCRIPTS = Path(__file__).resolve().parent
_OTHERS = ("quodlibet", "strawberry")
# A program starts from what it compiled the time before; some build machines keep Python from writing that.
_NOT_AS_AT_HOME = ("PYTHONDONTWRITEBYTECODE", "QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "QT_SCALE_FACTOR")


def ui(bench: Bench) -> None:
    """Start the window again and again, then use it, quietly and while music is listened to."""
    if sys.platform != "linux":
        print("not measured: this needs an X server")
        return
    try:
        with ExitStack() as stack:
            name = stack.enter_context(screen())
            bus = stack.enter_context(session_bus())
            display = Display(name)
            stack.callback(display.close)
            _measure(bench, display, {"DISPLAY": name, **bus})
    except NoScreen as reason:
        print(f"not measured: {reason}")


def _measure(bench: Bench, display: Display, shown: Mapping[str, str]) -> None:
    home = bench.folder / "window"
    playable = _fill(bench, home)
    environment = environment_of(home, shown)
    _starts(bench, display, "Vibe Desktop", [sys.executable, "-m", "vibe_desktop"], environment)
    for name in _OTHERS:
        if shutil.which(name):
            _starts(bench, display, name, [name], environment_of(bench.folder / name, shown))
        else:
            print(f"{name}: not installed (on Debian: apt-get install --no-install-recommends {name})")
    _usable(bench, environment)
    _use(bench, environment, playable)


def _fill(bench: Bench, home: Path) -> list[int]:
    """Make a large library and some music that can be played; return the numbers of a few tracks of it."""
    with bench.app(str((home / "share" / "vibe-desktop").relative_to(bench.folder))) as app:
        ear = app.ear().ear
        fill_library(app, bench.window, app.encoder.space, ear.space if ear else None)
        app.stores.neighbours.refresh(app.encoder.space)
        app.index([bench.music or _clips(bench.folder / "clips")], Progress(), listen=False)
        found = app.stores.db.run(
            "SELECT t.id FROM track t JOIN root r ON r.id = t.root_id"
            " WHERE r.path != ? AND t.missing_since IS NULL LIMIT ?",
            (b"made", _PLAYED),
        )
        return [number for (number,) in found]


def _clips(folder: Path) -> Path:
    """Play the demonstration's pieces into a folder, several times over."""
    from vibe_desktop.demo.clips import synthesise

    synthesise(folder / "0", Progress())
    for number in range(1, _COPIES):
        shutil.copytree(folder / "0", folder / str(number))
    return folder


def environment_of(home: Path, shown: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of somebody who never used any of these programs."""
    kept = {name: value for name, value in os.environ.items() if name not in _NOT_AS_AT_HOME}
    places = {"HOME": "", "XDG_DATA_HOME": "share", "XDG_CONFIG_HOME": "config", "XDG_CACHE_HOME": "cache"}
    for place in places.values():
        (home / place).mkdir(parents=True, exist_ok=True)
    return {**kept, **shown, **{name: str(home / place) for name, place in places.items()}}


# --- starting ---


def _starts(
    bench: Bench, display: Display, name: str, command: Sequence[str], environment: Mapping[str, str]
) -> None:
    """Start a program once to let it settle, then several times."""
    ours = name == "Vibe Desktop"
    try:
        first = _start(display, command, environment)
        later = [_start(display, command, environment) for _ in range(_STARTS)]
    except NoScreen as reason:
        print(f"{name}: not measured: {reason}")
        return
    bench.found(Figure(f"{name}: painted, the first time", 1000 * first.painted, "ms"))
    mapped, painted = (
        1000 * statistics.median(getattr(each, what) for each in later) for what in ("mapped", "painted")
    )
    bench.found(Figure(f"{name}: window mapped, median of {_STARTS}", mapped, "ms"))
    aim = 400.0 if ours else None
    bench.found(Figure(f"{name}: window painted, median of {_STARTS}", painted, "ms", aim, less=True))


def _start(display: Display, command: Sequence[str], environment: Mapping[str, str]) -> Appearance:
    started = time.monotonic()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        appearance = display.watch(process, started)
        time.sleep(_REST_SECONDS)  # let it come to rest, as it would before somebody ends it
        return appearance
    finally:
        _end(process)
        while display.windows():
            time.sleep(0.05)


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(psutil.Error):
        family = psutil.Process(process.pid).children(recursive=True)
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(_END_SECONDS)
        for each in family:
            with suppress(psutil.Error):
                each.kill()
    process.kill()
    process.wait()


# --- using ---


def _usable(bench: Bench, environment: Mapping[str, str]) -> None:
    """Type one letter as soon as the window is painted, and wait for the closest titles."""
    found = [window(bench, environment, {"use": False})["taken"]["usable"][0] for _ in range(_STARTS)]
    name = f"typed letter answered with titles, median of {_STARTS}"
    bench.found(Figure(name, 1000 * statistics.median(found), "ms", 1000.0, less=True))


def _use(bench: Bench, environment: Mapping[str, str], playable: list[int]) -> None:
    told = window(
        bench,
        environment,
        {"use": True, "moods": ["warm evening, no vocals", *moods(_MOODS - 1)], "playable": playable},
    )
    _stalls(bench, told["gaps"])
    taken = {name: [1000 * each for each in times] for name, times in told["taken"].items()}
    bench.found(Figure("first mood, typed right after the start", taken["first mood"][0], "ms"))
    for name in ("mood", "mood, while indexing"):
        bench.found(Figure(f"{name}: Enter to queue, p50", percentile(taken[name], 50), "ms"))
        bench.found(Figure(f"{name}: Enter to queue, p95", percentile(taken[name], 95), "ms"))
    facts = told["facts"]
    bench.found(Figure("memory of the window's process", facts["window"] / 1e6, "MB"))
    bench.found(Figure("memory of its children, while indexing", sum(facts["children"]) / 1e6, "MB"))
    heavy = facts["imported before"] + facts["imported after"]
    bench.found(Figure("of onnxruntime, av, usearch, onnx imported", len(heavy), "", 0.0, less=True))
    if not facts["still indexing"]:
        print("    the music was all heard before the end: give more with --music DIR")
    for gap, activity, places in told["stalls"]:
        print(f"    {gap:6.0f} ms {activity}")
        print("".join(f"        {place}\n" for place in dict.fromkeys(places)), end="")


def _stalls(bench: Bench, gaps: Mapping[str, Sequence[float]]) -> None:
    print(f"    {'between two heartbeats of the main thread, 5 ms wanted':<46}{'longest':>10}{'p99':>10}")
    for activity, found in gaps.items():
        print(f"    {activity:<46}{max(found):>7.1f} ms{percentile(found, 99):>7.1f} ms")
    worst = max(max(found) for found in gaps.values())
    bench.found(Figure("longest stall of all", worst, "ms", 50.0, less=True))


def window(
    bench: Bench, environment: Mapping[str, str], wanted: Mapping[str, Any], child: str = "bench_window"
) -> dict[str, Any]:
    """Run the window in a process of its own, the module `child`, and return what it printed."""
    options = {"started": time.monotonic(), "why": bench.why, **wanted}
    done = subprocess.run(
        [sys.executable, "-c", f"import {child}; {child}.main()", json.dumps(options)],
        env={**environment, "PYTHONPATH": str(_SCRIPTS)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NoScreen(f"the window ended with {done.returncode}: {done.stderr[-2000:]}")
    told: dict[str, Any] = json.loads(done.stdout)
    return told
