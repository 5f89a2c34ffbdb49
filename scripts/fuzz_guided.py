"""Feeds one target under Atheris, which learns from the branches taken what to try next.

`fuzz.py` starts this in a process of its own, because libFuzzer ends the process it ran in:

    python scripts/fuzz_guided.py TARGET [libFuzzer's options and folders]
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["vibe_desktop"]):
    import fuzz_targets


def main() -> None:
    """Feed the target until libFuzzer has had enough."""
    target = fuzz_targets.targets()[sys.argv.pop(1)]()
    atheris.Setup(sys.argv, target.feed)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
