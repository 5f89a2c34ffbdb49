"""The window leaves every music file to other processes: what kills those cannot take it along."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from audio_files import make_audio, tone
from program import Program
from sabotage import Sabotaged

pytest.importorskip("PySide6")

WINDOW = """
import json, os, sys, time
from pathlib import Path

music, opened = sys.argv[2], []

def watch(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, bytes)) and music in os.fsdecode(arguments[0]):
        opened.append(os.fsdecode(arguments[0]))

sys.addaudithook(watch)

def main():
    from PySide6.QtTest import QTest
    from vibe_desktop.app import App
    from vibe_desktop.paths import Profile
    from vibe_desktop.playback.null_player import NullPlayer
    from vibe_desktop.ui.start import Program, make_application

    def until(condition):
        end = time.monotonic() + 120
        while not condition():
            assert time.monotonic() < end
            QTest.qWait(10)

    with App(Profile(Path(sys.argv[1]))) as app:
        program = Program(make_application(), app, make_player=NullPlayer)
        program.show()
        until(lambda: program.ready)
        job = program.watch.index([Path(music)])
        until(lambda: job.over)
        tracks = app.reading_tracks.find("Song")
        covers = program.services.covers
        program.window.show_page("library")
        until(lambda: covers.file(tracks[0]) is not None)
        found = {"state": str(job.state), "songs": len(tracks), "opened": opened}
        found["parsers"] = sorted({"mutagen", "av", "PIL"} & set(sys.modules))
        program.window.close()
        program.end(10.0)
    print(json.dumps(found))

if __name__ == "__main__":
    main()
"""
# One black pixel.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
def test_fault_32_the_window_opens_no_music_file_and_outlives_all_that_do(
    program: Program, tmp_path: Path, repository: Path
) -> None:
    music = tmp_path / "music"
    make_audio(music / "good.flac", signal=tone(4.0), title="Song", cover=PNG)
    for name in ("tags abort", "sound crash"):
        make_audio(music / f"{name}.mp3", signal=tone(4.0), title=name, cover=b"\xff\xd8\xff" * 1000)
    script = tmp_path / "window.py"
    script.write_text(WINDOW, encoding="utf-8")
    sabotaged = Sabotaged(program)
    paths = os.pathsep.join([str(repository), sabotaged.environment["PYTHONPATH"]])

    ended = subprocess.run(
        [sys.executable, script, program.profile, music],
        stdout=subprocess.PIPE,
        check=True,
        env={**os.environ, **sabotaged.environment, "PYTHONPATH": paths, "QT_QPA_PLATFORM": "offscreen"},
    )

    assert json.loads(ended.stdout) == {"state": "done", "songs": 1, "opened": [], "parsers": []}
    assert set(sabotaged.deeds()) == {"tags abort", "sound crash"}
