"""Errors as the window says them: no command line."""

import pytest

from vibe_desktop.domain import VibeError
from vibe_desktop.ui.advice import advice


@pytest.mark.parametrize(
    ("remedy", "said"),
    [
        ("Add some: vibe-desktop index FOLDER", "Add your music folder in Settings."),
        ("Run `vibe-desktop models install musicnn`.", "Settings has a button for it, under Models."),
        ("Check the disk. Run `vibe-desktop models install musicnn`.",
         "Check the disk. Settings has a button for it, under Models."),
        ("Check its permissions, or choose another with --profile.", "Check its permissions."),
        ("Choose another profile with --profile.", ""),
        ("Mount the disk it is on, or look for changes.", "Mount the disk it is on, or look for changes."),
        ("", ""),
    ],
)  # fmt: skip
def test_a_remedy_leads_to_a_place_in_the_window(remedy: str, said: str) -> None:
    assert advice(VibeError("It did not work.", remedy)) == f"It did not work. {said}".strip()
