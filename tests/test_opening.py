"""A profile opened for one command, whose library has to be put right first."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

from vibe_desktop.console import Stopped
from vibe_desktop.opening import open_profile
from vibe_desktop.paths import Profile


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process that signals itself")
def test_stopped_meanwhile_it_says_that_nothing_was_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_profile(Profile(tmp_path)) as app:
        assert app.restoring
        with pytest.raises(Stopped, match="as it was; the next command puts it right") as stopped:  # noqa: PT012, SIM117
            with app.restoring(None) as progress:
                signal.raise_signal(signal.SIGINT)
                progress.check()
    assert stopped.value.exit_code == 128 + signal.SIGINT
    assert "What can still be read of it is being saved." in capsys.readouterr().err
