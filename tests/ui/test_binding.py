"""The binding to Qt gives back what it borrows.

PySide6 6.12.0 drops a reference to None with every call that returns nothing and one to True
with every signal. Python below 3.12 counts those like any other and ends after some hundred signals.
"""

from __future__ import annotations

import subprocess
import sys

# In a process of its own: with such a binding it does not survive.
_CALLS = """
from PySide6.QtCore import QObject, Signal

class Bell(QObject):
    rings = Signal()

bell = Bell()
for _ in range(100_000):
    bell.setObjectName("bell")
    bell.rings.emit()
print("alive")
"""


def test_a_hundred_thousand_calls_and_signals_lose_no_references() -> None:
    run = subprocess.run([sys.executable, "-c", _CALLS], capture_output=True, text=True, check=False)
    assert run.stdout == "alive\n", run.stderr
