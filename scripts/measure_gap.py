"""Measures the silence between two tracks as libvlc leaves it, with the next track prepared and without.

    python3 scripts/dev.py shell python scripts/measure_gap.py [--times 5] [kinds...]

Two generated tones follow each other through the program's own player. The sound goes into a
recording output instead of a device: for each block libvlc says when its first sample is due, and the
output is drained only when the last one was, as a device is. The gap is the time from the end of the
first track's last block to when the second track's first block is due; below 0 they overlap. What a
sound server adds to that is not in it.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from audio_files import make_audio, suffix, tone
from sound_tap import TappedInstance
from vibe_desktop.playback.player import EventKind, Source
from vibe_desktop.playback.vlc_player import VlcPlayer, new_instance

SECONDS = 4.0
KINDS = ("flac", "mp3", "m4a", "ogg", "opus", "wav")


def main() -> None:
    """Print a table: for each kind of file the gaps in milliseconds, median and range."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("kinds", nargs="*", default=KINDS)
    parser.add_argument("--times", type=int, default=5)
    options = parser.parse_args()
    print("| kind | prepared: median (least to most), ms | not prepared |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for kind in options.kinds:
            cells = [
                summary([gap(Path(folder), kind, prepared=prepared) for _ in range(options.times)])
                for prepared in (True, False)
            ]
            print(f"| {kind} | {cells[0]} | {cells[1]} |", flush=True)


def summary(gaps: list[float]) -> str:
    """Return gaps in seconds as text in milliseconds."""
    low, middle, high = (1000 * value for value in (min(gaps), statistics.median(gaps), max(gaps)))
    return f"{middle:.0f} ({low:.0f} to {high:.0f})"


def gap(folder: Path, kind: str, *, prepared: bool) -> float:
    """Play two tones after each other and return the silence between them in seconds."""
    first, second = (source(folder, kind, frequency) for frequency in (440.0, 660.0))
    tapped = TappedInstance(new_instance())
    player = VlcPlayer(tapped)
    player.play(first)
    if prepared:
        player.prepare(second)
    while not any(event.kind is EventKind.ENDED for event in player.poll()):
        time.sleep(0.001)
    if not prepared:
        player.play(second)
    time.sleep(1.0)
    player.close(5)
    # Without preparing, the same deck plays both: its second recording begins where the time jumps.
    if prepared:
        return tapped.taps[1].first_due - tapped.taps[0].end
    return tapped.taps[0].longest_pause


def source(folder: Path, kind: str, frequency: float) -> Source:
    """Write a tone of `SECONDS`."""
    path = make_audio(folder / f"{frequency:.0f}{suffix(kind)}", kind, tone(SECONDS, frequency))
    return Source(bytes(path), seconds=SECONDS)


if __name__ == "__main__":
    main()
