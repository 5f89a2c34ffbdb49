"""Run the program as `python -m vibe_desktop`."""

from vibe_desktop.cli import main

if __name__ == "__main__":
    main()
