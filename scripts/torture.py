"""Hurts a library for as long as is asked, in every way there is, and checks after each that nothing is lost.

`python scripts/torture.py --rounds 500 --seed 1`. A seed makes the same library and the same actions; only
where exactly a kill falls depends on the machine. On Linux it gives itself a name space of its own, where it
may mount what it likes. When something did not hold, what was done so far is printed and the folder is kept.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import vibe_desktop  # noqa: F401 - first, as in the program: it says how many threads numpy may use

# isort: split
from torture_checks import Ledger, search_agrees
from torture_damage import damage_copy, damage_search
from torture_music import Music
from torture_person import Person
from torture_runs import Runs, lasting_pool
from torture_twin import settle
from vibe_desktop.models.ears import open_ear
from vibe_desktop.paths import Profile

if TYPE_CHECKING:
    from collections.abc import Callable

    from pebble import ProcessPool

_MODELS = Path(__file__).resolve().parent.parent / ".venv" / "test-models"
_OWN_MOUNTS = "VIBE_TORTURE_MOUNTS"
_DISK = "size=48m"
_LISTENED = 0.25
"""Share of the runs that listen as well."""
_SETTLED = 0.06
"""Share of the rounds after which everything is brought back and compared with an undisturbed run."""


class Torture:
    """One library and all that befalls it, told by a seed."""

    def __init__(self, folder: Path, options: argparse.Namespace, pool: ProcessPool, *, mounts: bool) -> None:
        self._seed = options.seed
        self.folder = folder
        self.profile = _profile(folder, options.models, mounts=mounts)
        chance = Random(self._seed)
        self.music = Music(folder / "music", mounts=mounts)
        self.music.fill(chance, options.size, options.hostile)
        self.person = Person()
        self.runs = Runs(self.profile, pool, small_disk=mounts)
        ear = open_ear("musicnn", self.profile.models, self.runs.encoder)
        self.spaces = [self.runs.encoder.space, ear.space]
        self.ledger = Ledger(self.profile, self.music, self.person, self.spaces)
        self.told: list[str] = []
        self.counts: Counter[str] = Counter()

    def begin(self) -> None:
        """Index for the first time."""
        self._run("first", lambda: self.runs.here(*self.music.folders, listen=False), listen=False)

    def round(self, number: int) -> None:
        """Let a few things happen, then run the program; look after each at all that must hold."""
        chance = Random(f"{self._seed}/{number}")
        for _ in range(chance.randrange(5)):
            if chance.random() < 0.5:
                self._handle(chance)
            else:
                self._act(chance)
            self.ledger.check()
        listen = chance.random() < _LISTENED
        self._run(*self._way(chance, listen=listen), listen=listen)
        if chance.random() < _SETTLED:
            self.settle(chance)

    def settle(self, chance: Random) -> None:
        """Bring everything back, let the program finish, and compare with an undisturbed run."""
        self._note("settle")
        self.music.plug_in()
        settle(self.runs, self.folder, self.music)
        self.ledger.check(through=True, listened=True)
        self.runs.asked(chance.choice(("calm folk", "loud and angry", "songs from the 1980s")))
        search_agrees(self.profile, self.spaces)
        self._note(damage_search(self.profile, chance, self.spaces), "damaged search file")
        self._note(damage_copy(self.runs, self.folder, chance, self.person), "damaged library")

    def _handle(self, chance: Random) -> None:
        """Do something to the files."""
        music = self.music
        ways: list[Callable[[Random], str]] = [
            music.arrive, music.move, music.rename_folder, music.retag, music.retag_and_move, music.upgrade,
            music.copy, music.delete, music.delete, music.restore, music.restore, music.touch, music.pull_out,
        ]  # fmt: skip
        way = chance.choice(ways)
        self._note(way(chance), way.__name__)

    def _act(self, chance: Random) -> None:
        """Do what a person does."""
        with self.runs.opened() as app:
            songs = self.music.songs
            way = chance.choice(
                [self.person.like, self.person.play, self.person.describe, self.person.collect]
            )
            if chance.random() < 0.1:
                self._note(self.person.take_in(app, chance, songs, self.folder), "import")
            else:
                self._note(way(app, chance, songs), way.__name__)

    def _way(self, chance: Random, *, listen: bool) -> tuple[str, Callable[[], bool]]:
        """Choose how the program runs this time."""
        runs = self.runs
        ways: dict[str, tuple[int, Callable[[], bool]]] = {
            "index": (40, lambda: runs.here(listen=listen)),
            "index apart": (6, lambda: runs.apart(listen=listen, meanwhile=lambda: self._act(chance))),
            "kill": (26, lambda: runs.killed(chance, listen=listen)),
            "stop": (6, lambda: runs.stopped(chance, listen=listen)),
            "two at once": (5, lambda: runs.twice(chance, listen=listen)),
            "full disk": (10, lambda: runs.cramped(chance, listen=listen)),
            "another day": (6, lambda: runs.another_day(chance, listen=listen)),
            "forget": (3, lambda: self._forget(chance, listen=listen)),
        }
        name = chance.choices(list(ways), [weight for weight, _ in ways.values()])[0]
        return name, ways[name][1]

    def _forget(self, chance: Random, *, listen: bool) -> bool:
        """Take a folder out of the library and add it again: only that one is looked at then."""
        self.music.plug_in()
        folder = chance.choice(self.music.folders)
        self.runs.forgotten(folder, self.ledger.check, listen=listen)
        return self.runs.here(listen=listen)

    def _run(self, name: str, run: Callable[[], bool], *, listen: bool) -> None:
        self._note(f"{name}, listening" if listen else name)
        through = run()
        self.told[-1] += ": came through" if through else ": did not come through"
        self.ledger.check(through=through, listened=listen)

    def _note(self, told: str, kind: str = "") -> None:
        self.told.append(told)
        self.counts[kind or told.partition(",")[0].partition(":")[0]] += 1


def _profile(folder: Path, models: Path, *, mounts: bool) -> Profile:
    """Make an empty profile, on a small disk of its own where that can be had."""
    profile = Profile(folder / "profile")
    profile.folder.mkdir()
    if mounts:
        subprocess.run(["mount", "-t", "tmpfs", "-o", _DISK, "tmpfs", profile.folder], check=True)
    profile.models.symlink_to(models.resolve(), target_is_directory=True)
    return profile


def torture(options: argparse.Namespace, folder: Path, *, mounts: bool) -> dict[str, Any]:
    """Run the rounds; return what was done and, where something did not hold, what."""
    start, number = time.monotonic(), 0
    with lasting_pool() as pool:
        victim = Torture(folder, options, pool, mounts=mounts)
        failure = ""
        try:
            victim.begin()
            for number in range(1, options.rounds + 1):
                before = len(victim.told)
                victim.round(number)
                if options.verbose:
                    print(
                        f"{number} ({time.monotonic() - start:.0f} s): {'; '.join(victim.told[before:])}",
                        flush=True,
                    )
                if options.minutes and time.monotonic() - start > 60 * options.minutes:
                    break
            victim.settle(Random(f"{options.seed}/end"))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what this script looks for
            failure = f"{type(error).__name__}: {error}"
            _keep(victim)
        pool.stop()
        pool.join()
    return {
        "seed": options.seed,
        "rounds": number,
        "seconds": round(time.monotonic() - start),
        "processor_seconds": round(sum(os.times()[:4])),
        "files": len(victim.music.songs),
        "mounts": mounts,
        "actions": dict(victim.counts.most_common()),
        "failure": failure,
        **({"folder": str(folder), "told": victim.told} if failure else {}),
    }


def _keep(victim: Torture) -> None:
    """Copy the profile out of the disk that goes with this process."""
    shutil.copytree(
        victim.profile.folder, victim.folder / "kept", symlinks=True, ignore=shutil.ignore_patterns("filler")
    )


def main() -> int:
    """Hurt a library; 1 where something did not hold."""
    parser = argparse.ArgumentParser(
        description="Hurt a library in every way there is, and see what it keeps."
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--size", type=int, default=60, help="files to begin with")
    parser.add_argument("--hostile", type=float, default=0.25, help="share of them that are no good music")
    parser.add_argument("--minutes", type=float, default=0, help="end after this long")
    parser.add_argument("--models", type=Path, default=_MODELS, help="folder with the models installed")
    parser.add_argument("--json", action="store_true", help="print JSON and nothing else")
    parser.add_argument("--verbose", action="store_true", help="tell each round")
    options = parser.parse_args()
    mounts = _OWN_MOUNTS in os.environ
    if not mounts and _may_mount():
        os.environ[_OWN_MOUNTS] = "1"
        os.execvp("unshare", ["unshare", "-rm", sys.executable, *sys.argv])  # noqa: S606 - ourselves
    folder = Path(tempfile.mkdtemp(prefix="torture-"))
    found = torture(options, folder, mounts=mounts)
    if not found["failure"]:
        _clear(folder, mounts=mounts)
    print(json.dumps(found, indent=2) if options.json else _told(found))
    return 1 if found["failure"] else 0


def _may_mount() -> bool:
    """Whether this system lets anyone have mounts of their own."""
    if sys.platform != "linux" or shutil.which("unshare") is None:
        return False
    command = ["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", tempfile.gettempdir()]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def _clear(folder: Path, *, mounts: bool) -> None:
    if mounts:
        subprocess.run(["umount", folder / "profile", folder / "music" / "stick"], check=True)
    shutil.rmtree(folder)


def _told(found: dict[str, Any]) -> str:
    done = ", ".join(f"{name} {count}" for name, count in found["actions"].items())
    head = (
        f"Seed {found['seed']}: {found['rounds']} rounds over {found['files']} files in {found['seconds']} s,"
        f" {found['processor_seconds']} s of them at work."
    )
    if not found["failure"]:
        return f"{head}\n{done}\nNothing was lost."
    actions = "\n".join(f"  {each}" for each in found["told"])
    return f"{head}\n{actions}\n{found['failure']}\nEverything is kept in {found['folder']}."


if __name__ == "__main__":
    sys.exit(main())
