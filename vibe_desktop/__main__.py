"""Where the program begins: as `vibe-desktop`, as `python -m vibe_desktop`, and in every worker process.

Workers import this module too, so it must cost nothing.
"""

from __future__ import annotations

import os
import signal
import sys

_INTERRUPTED = 130


def main() -> None:
    """Open the window, or run the command line where there are arguments or no screen.

    Ctrl+C while it is still loading ends it without ado.
    """
    if getattr(sys, "frozen", False):  # then every process begins here, and this is where workers turn off
        from multiprocessing import freeze_support

        freeze_support()
    # Raised in the midst of an import, an interrupt may turn into any other error, or into none.
    signal.signal(signal.SIGINT, lambda *_: os._exit(_INTERRUPTED))
    from vibe_desktop.screen import has_screen

    if not sys.argv[1:] and has_screen():
        from vibe_desktop.ui.start import main as run
    else:
        from vibe_desktop.cli import main as run
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        run()
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)


if __name__ == "__main__":
    main()
