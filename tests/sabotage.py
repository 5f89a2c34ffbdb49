"""The program with readers that misbehave where a file's name asks for it: `saboteur/sitecustomize.py`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from program import Program

_SABOTEUR = Path(__file__).parent / "saboteur"


class Sabotaged(Program):
    """A program whose parsers and decoders die, hang and hoard as the names of their files say."""

    def __init__(self, program: Program) -> None:
        self._log = program.profile.parent / "deeds"
        self._log.touch()
        environment = {"PYTHONPATH": str(_SABOTEUR), "SABOTAGE_LOG": str(self._log)}
        super().__init__(program.profile, program.before, environment)

    def deeds(self) -> Counter[str]:
        """Return how often each file did its deed so far, by its name without the ending."""
        return Counter(self._log.read_text(encoding="utf-8").splitlines())
