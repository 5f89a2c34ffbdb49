"""The library's own file is damaged: what a person made is there again, and they are told how."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import apsw
import pytest
from PySide6.QtWidgets import QAbstractButton

from ailing import on_ailing_disk
from damage import made, overwrite, pages_of
from program import Program, copied
from vibe_desktop.app import App
from vibe_desktop.doctor import examine
from vibe_desktop.keepsakes.gathering import gather
from vibe_desktop.library.backup import copies
from vibe_desktop.paths import Profile
from vibe_desktop.ui.widgets.notice import NoticeBar
from window import Opener, click

DAY = 86_400


def live(program: Program, *, more: bool = False) -> dict[str, Any]:
    """Let a person like, play, collect and describe; return what they made, as an export tells it."""
    with App(Profile(program.profile)) as app:
        if more:
            app.tastes.set_liked([5, 6], liked=True)
        else:
            app.tastes.set_liked([1, 3], liked=True)
            app.playlists.create("Evenings", [3, 1, 2], mood="calm evening")
            app.stores.descriptions.set_own(2, "The one with the rain.")
            for number in range(400):  # a few pages
                app.tastes.record_play(number % 10 + 1, 1.7e9 + number, 60.0)
    return exported(program)


def exported(program: Program) -> dict[str, Any]:
    """Return what a person made; the command also copies the library if that is due."""
    file = program.profile.parent / "made.json"
    program("keepsakes", "export", file)
    return made(file)


def copied_long_ago(program: Program) -> None:
    """Let the copies be of yesterday, and no longer in the way of another."""
    for copy in copies(Profile(program.profile).database):
        os.utime(copy.path, (copy.at - DAY, copy.at - DAY))


@pytest.fixture(scope="module")
def _lived(_heard: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Program, dict[str, Any]]:
    program = copied(Program(_heard / "profile"), tmp_path_factory.mktemp("lived"))
    copied_long_ago(program)
    return program, live(program)


@pytest.fixture
def lived(_lived: tuple[Program, dict[str, Any]], tmp_path: Path) -> tuple[Program, dict[str, Any]]:
    """Return a program with a copied library that someone lived with, and what they made."""
    program, before = _lived
    program = copied(program, tmp_path)
    assert copies(Profile(program.profile).database)
    return program, before


def restored(program: Program) -> str:
    """Run a command that restores the library; return what it said of that."""
    result = program.run("library")
    assert result.returncode == 0, result.stderr
    assert "Traceback" not in result.stderr
    assert "tracks" in result.stdout
    return " ".join(result.stderr.split())


def test_fault_47_damage_to_what_is_made_again_costs_a_person_nothing(
    lived: tuple[Program, dict[str, Any]],
) -> None:
    program, _ = lived
    database = Profile(program.profile).database
    before = live(program, more=True)
    overwrite(database, *pages_of(database, "vector", "words_data", "hearing")[1:])
    damaged = database.read_bytes()

    said = restored(program)

    assert "damaged and has been restored: 10 tracks, with 4 likes, 400 plays and skips, 1 playlist" in said
    assert "nothing you did is lost" in said
    [aside] = database.parent.glob("library.sqlite3.damaged-*[0-9]")
    assert str(aside) in said
    assert aside.read_bytes() == damaged
    assert exported(program) == before
    assert program.json("index")["scan"]["found"] == 10
    counts = program.json("library")["counts"]
    assert list(counts["heard"].values()) == list(counts["embedded"].values())[:1] == [10]
    assert program.json("queue", "heavy metal")["entries"]


@pytest.mark.parametrize("with_noise", [False, True])
def test_fault_47_a_library_that_cannot_be_read_at_all_comes_back_from_its_copy(
    lived: tuple[Program, dict[str, Any]], *, with_noise: bool
) -> None:
    program, before = lived
    database = Profile(program.profile).database
    overwrite(database, 1, with_noise=with_noise)

    said = restored(program)

    when = time.strftime("%Y-%m-%d", time.localtime())
    assert f"It comes from the copy of {when}" in said
    assert "what you did after that is missing" in said
    assert exported(program) == before


def test_fault_47_a_copy_that_is_damaged_too_gives_way_to_an_older_one(
    lived: tuple[Program, dict[str, Any]],
) -> None:
    program, before = lived
    database = Profile(program.profile).database
    copied_long_ago(program)
    live(program, more=True)
    newest, older, *_ = copies(database)
    overwrite(newest.path, 3, 4, 5)
    database.write_bytes(b"")

    assert "what you did after that is missing" in restored(program)
    assert older.path.is_file()
    assert exported(program) == before


def test_fault_47_without_a_copy_what_can_be_read_is_saved(lived: tuple[Program, dict[str, Any]]) -> None:
    program, before = lived
    database = Profile(program.profile).database
    for copy in copies(database):
        copy.path.unlink()
    leaf = pages_of(database, "listen")[2]
    overwrite(database, leaf)

    said = restored(program)

    assert "There was no copy, so this is what could still be read." in said
    after = exported(program)
    assert after["Evenings"] == before["Evenings"]
    for path, (liked_at, listens, caption) in before.items():
        assert (after[path][0], after[path][2]) == (liked_at, caption)
        assert after[path][1] >= listens / 2, path


def test_fault_47_what_came_after_the_copy_is_taken_from_the_damaged_file_as_far_as_it_can_be_read(
    lived: tuple[Program, dict[str, Any]],
) -> None:
    program, _ = lived
    database = Profile(program.profile).database
    before = live(program, more=True)
    overwrite(database, pages_of(database, "listen")[2], with_noise=True)

    assert "and from what could still be read; some of what you did in between may be missing" in restored(
        program
    )
    assert exported(program) == before


def test_fault_47_with_json_the_answer_stays_json(lived: tuple[Program, dict[str, Any]]) -> None:
    import json

    program, _ = lived
    overwrite(Profile(program.profile).database, 1)

    result = program.run("library", "--json")

    assert json.loads(result.stdout)["counts"]["tracks"] == 10
    begun, ended = result.stderr.splitlines()
    assert begun.startswith("Your library is damaged. It is being put right from its copy of 20")
    assert ended.startswith("Your library was damaged and has been restored")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such terminals")
@pytest.mark.parametrize("command", ["library", "index"])
def test_fault_47_a_terminal_shows_how_far_it_is(lived: tuple[Program, dict[str, Any]], command: str) -> None:
    program, _ = lived
    overwrite(Profile(program.profile).database, 1)
    screen, terminal = os.openpty()

    with subprocess.Popen(program.command(command), stdout=subprocess.DEVNULL, stderr=terminal) as process:
        os.close(terminal)
        shown = b""
        with suppress(OSError):  # the end of a terminal is an error
            while said := os.read(screen, 4096):
                shown += said
        assert process.wait() == 0
    os.close(screen)

    at_all = [
        shown.find(each)
        for each in (b"put right from its copy", b"Taking over the copy", b"has been restored")
    ]
    assert -1 not in at_all
    assert at_all == sorted(at_all)


@pytest.fixture
def holder(lived: tuple[Program, dict[str, Any]]) -> Iterator[subprocess.Popen[str]]:
    """Return a process that has the library open until it is told to end."""
    code = (
        "import sys; from pathlib import Path; from vibe_desktop.library.database import Database;"
        "database = Database.open(Path(sys.argv[1])); database.run('SELECT count(*) FROM track');"
        "print('open', flush=True); sys.stdin.read()"
    )
    database = Profile(lived[0].profile).database
    with subprocess.Popen(
        [sys.executable, "-c", code, database], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "open\n"
        yield process


def test_fault_47_while_another_has_it_open_nothing_is_moved(
    lived: tuple[Program, dict[str, Any]], holder: subprocess.Popen[str]
) -> None:
    program, before = lived
    database = Profile(program.profile).database
    with database.open("rb+") as file:
        file.write(bytes(4096))

    assert "another Vibe Desktop has it open" in program.complaint("library")
    assert database.read_bytes()[:4096] == bytes(4096)

    assert holder.stdin
    holder.stdin.close()
    holder.wait()
    assert "restored" in restored(program)
    assert exported(program) == before


@pytest.mark.parametrize("step", range(1, 6))
def test_fault_47_killed_while_it_restores_the_next_start_finishes_it(
    lived: tuple[Program, dict[str, Any]], expect_log: Callable[[str], None], step: int
) -> None:
    if step == 1:  # nothing was settled yet: it is restored from the beginning
        expect_log("has been restored")
    program, _ = lived
    database = Profile(program.profile).database
    with App(Profile(program.profile)) as app:
        alive = gather(app.stores.db)
    overwrite(database, 1)
    with closing(apsw.Connection(str(database.with_name("other")))) as other:
        other.pragma("journal_mode", "wal")
        other.execute("CREATE TABLE strange (x); INSERT INTO strange VALUES (1)")
        # As a killed process leaves them: they must not end up beside the restored library.
        for ending in ("-wal", "-shm"):
            database.with_name(database.name + ending).write_bytes(
                Path(f"{other.filename}{ending}").read_bytes()
            )
    killed = (
        "import os, sys; from pathlib import Path; from vibe_desktop.library import restoring;"
        "steps = iter(range(1, int(sys.argv[2])));"
        "move = restoring.move;"
        "restoring.move = lambda *places: move(*places) if next(steps, None) else os._exit(9);"
        "restoring.open_library(Path(sys.argv[1]))"
    )
    ended = subprocess.run([sys.executable, "-c", killed, database, str(step)], check=False)
    assert ended.returncode == 9

    with App(Profile(program.profile)) as app:
        assert gather(app.stores.db) == alive
    left = [path.name for path in database.parent.iterdir() if "restor" in path.name]
    assert not left


def test_fault_47_the_window_says_so_until_it_is_closed_and_makes_the_rest_again(
    lived: tuple[Program, dict[str, Any]], open_window: Opener
) -> None:
    program, before = lived
    profile = Profile(program.profile)
    overwrite(profile.database, *pages_of(profile.database, "vector", "hearing"), 1)

    with open_window(profile) as window:
        told = window.one(NoticeBar)
        assert (
            "Your library was damaged and has been restored: 10 songs, with 2 likes" in told.accessibleName()
        )
        window.services.intents.notice.emit("Something else.", "", None)
        told._timer.setInterval(0)
        told._timer.start()
        window.until(lambda: "damaged" in told.accessibleName())
        window.until(lambda: window.watch.coverage and window.watch.coverage.songs == 10)
        click(window.one(QAbstractButton, "Close this notice", within=told))
        assert not told.isVisible()

    assert exported(program) == before


def without_log(database: Path) -> None:
    """Let a library be read through a stand-in of a disk, which knows no write-ahead logging."""
    with closing(apsw.Connection(str(database))) as connection:
        assert connection.pragma("journal_mode", "delete") == "delete"


def test_fault_47_a_sector_that_cannot_be_read_is_told_with_the_way_to_another_disk(
    lived: tuple[Program, dict[str, Any]], tmp_path: Path
) -> None:
    program, before = lived
    database = Profile(program.profile).database
    without_log(database)
    held = {file: file.read_bytes() for file in (database, *(copy.path for copy in copies(database)))}
    page = pages_of(database, "listen")[1]
    ailing = on_ailing_disk(program, sectors={database: ((page - 1) * 4096, (page - 1) * 4096 + 512)})

    said = ailing.complaint("library")

    newest = copies(database)[0]
    assert f"{database} cannot be read: the disk answers with an error" in said
    assert f"its copies in {newest.path.parent} are as they were" in said
    assert time.strftime("as it was on %Y-%m-%d %H:%M", time.localtime(newest.at)) in said
    assert "--profile FOLDER" in said
    assert {file: file.read_bytes() for file in held} == held

    # What was said is done.
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(program.profile, elsewhere, symlinks=True, ignore=shutil.ignore_patterns(database.name))
    moved = Program(elsewhere)
    restored(moved)
    assert exported(moved) == before


def test_fault_47_what_a_damaged_library_on_a_failing_disk_no_longer_tells_comes_from_its_copy(
    lived: tuple[Program, dict[str, Any]],
) -> None:
    program, before = lived
    database = Profile(program.profile).database
    without_log(database)
    overwrite(database, pages_of(database, "track")[-1], with_noise=True)
    page = pages_of(database, "listen")[1]
    ailing = on_ailing_disk(program, sectors={database: ((page - 1) * 4096, page * 4096)})

    assert "and from what could still be read" in restored(ailing)
    assert exported(program) == before


def test_fault_47_where_nothing_can_be_written_for_the_disk_fails_all_stays_as_it_was(
    lived: tuple[Program, dict[str, Any]],
) -> None:
    program, before = lived
    database = Profile(program.profile).database
    without_log(database)
    overwrite(database, 1)
    damaged = database.read_bytes()
    new = database.with_name(f"{database.name}.restoring") / database.name

    said = on_ailing_disk(program, sectors={new: (0, 1 << 40)}).complaint("library")

    assert f"{database} is damaged and cannot be restored where it is" in said
    assert "to another disk" in said
    assert database.read_bytes() == damaged
    restored(program)
    assert exported(program) == before


def test_fault_47_the_check_up_tells_of_the_copies(lived: tuple[Program, dict[str, Any]]) -> None:
    profile = Profile(lived[0].profile)
    with App(profile) as app:
        for newest in (time.strftime("the newest of %Y-", time.localtime()), "none of the library yet"):
            [found] = [each for each in examine(app) if each.subject == "copies"]
            assert newest in found.seen
            assert found.well
            shutil.rmtree(profile.folder / "copies", ignore_errors=True)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
def test_fault_47_the_window_leaves_a_verified_copy_when_it_is_closed(known: Profile) -> None:
    shutil.rmtree(known.folder / "copies")
    with Program(known.folder).start("window") as window:
        mark = known.database.with_name(f"{known.database.name}-wal")
        while not mark.exists():
            assert window.poll() is None
            time.sleep(0.02)
        window.send_signal(signal.SIGTERM)
        window.communicate()

    [copy] = copies(known.database)
    with closing(apsw.Connection(str(copy.path))) as connection:
        assert connection.pragma("quick_check") == "ok"
        assert connection.execute("SELECT count(*) >= 20 FROM vector").fetchall() == [(1,)]
