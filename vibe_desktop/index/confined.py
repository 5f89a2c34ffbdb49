"""What a process that opens hostile files cannot do: take all memory, dump it, run on, or gain rights."""

from __future__ import annotations

import sys

_NO_NEW_PRIVILEGES = 38
"""PR_SET_NO_NEW_PRIVS of prctl(2)"""
_NO_BOXES = 0x0001 | 0x0002
"""SEM_FAILCRITICALERRORS and SEM_NOGPFAULTERRORBOX of SetErrorMode"""


def confine(memory: int) -> None:
    """Bound this process for good: `memory` bytes of address space, no core file, no rights it does not have.

    Only Linux keeps a bound on memory. On Windows, where a crash may show a box and wait for
    somebody to close it, there is none.
    """
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.kernel32.SetErrorMode(_NO_BOXES)
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        import ctypes

        _lower(resource.RLIMIT_AS, memory)
        # A kernel too old to know this is no worse off than before.
        ctypes.CDLL(None).prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)


def allow_cpu(seconds: float) -> None:
    """Let this process compute for so long from now on, whatever it was allowed before.

    Whoever started it ends it sooner by the clock; this holds when nobody is left to do so.
    """
    if sys.platform == "win32":
        return
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    _lower(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime + seconds) + 1)


def _lower(limit: int, value: int) -> None:
    """Set the soft limit only, which can be raised again, and never beyond the hard one."""
    import resource

    _, hard = resource.getrlimit(limit)
    resource.setrlimit(limit, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))
