"""The set-up script, as far as it goes without setting anything up."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

SCRIPTS = Path(__file__).parent.parent.parent / "scripts"


@pytest.fixture
def dev(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    import dev

    return dev


@pytest.fixture
def setup(dev: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the set-up's module, working on an environment that is only just there."""
    import dev_setup

    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    (tmp_path / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    names = {"ROOT": tmp_path, "VENV": tmp_path / ".venv", "PYTHON": python}
    names |= {"_STAMP": tmp_path / ".venv" / "set-up.json", "_LOCK": tmp_path / ".venv.lock"}
    for name, value in names.items():
        monkeypatch.setattr(dev_setup, name, value)
    return dev_setup


def test_an_environment_is_current_until_something_it_was_made_from_changes(
    setup: ModuleType, tmp_path: Path
) -> None:
    assert not setup._is_current(setup._read_stamp())
    setup._write_stamp([])
    assert setup._is_current(setup._read_stamp())
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'other'\n", encoding="utf-8")
    assert not setup._is_current(setup._read_stamp())


@pytest.mark.parametrize("change", [{"python": "3.9"}, {"place": "/elsewhere"}])
def test_an_environment_of_another_python_or_place_is_made_anew(
    setup: ModuleType, change: dict[str, str]
) -> None:
    setup._write_stamp([])
    stamp = setup._read_stamp() | change
    assert not setup._is_current(stamp)
    assert not setup._is_usable(stamp)


def test_a_stamp_that_was_cut_short_is_no_stamp(setup: ModuleType) -> None:
    setup._write_stamp(["libvlc5"])
    text = setup._STAMP.read_text(encoding="utf-8")
    setup._STAMP.write_text(text[: len(text) // 2], encoding="utf-8")
    assert setup._read_stamp() == {}


def test_an_interrupted_set_up_is_remembered_until_one_is_finished(setup: ModuleType) -> None:
    with setup._alone() as lock:
        assert lock.read() == b""
        lock.write(b"under way")
    with setup._alone() as lock:
        assert lock.read() == b"under way"
        lock.truncate(0)
    with setup._alone() as lock:
        assert lock.read() == b""


def test_models_are_looked_for_in_the_profile_that_is_named(dev: ModuleType, tmp_path: Path) -> None:
    models = tomllib.loads((SCRIPTS.parent / "resources" / "models.toml").read_text(encoding="utf-8"))
    names = [name for name in models if models[name]["default"]]
    assert 0 < len(names) < len(models)
    assert not dev.has_models(str(tmp_path))
    for name in names:
        folder = tmp_path / "models" / name
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text(json.dumps({}), encoding="utf-8")
    assert dev.has_models(str(tmp_path))
    shutil.rmtree(tmp_path / "models" / names[0])
    assert not dev.has_models(str(tmp_path))


def test_every_step_is_taken_even_after_one_failed(
    dev: ModuleType, capfd: pytest.CaptureFixture[str]
) -> None:
    def step(code: int) -> list[str]:
        return [sys.executable, "-c", f"print('step {code}'); raise SystemExit({code})"]

    assert dev.run_steps({"first": step(3), "second": step(0)}) == 1
    printed = capfd.readouterr().out.splitlines()
    assert "step 3" in printed
    assert "step 0" in printed
    assert printed[-3:] == ["FAILED  first", "passed  second", "checks: 1 passed, 1 failed"]


def test_missing_packages_are_told_in_one_line_to_paste(
    dev: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    import dev_system

    dev_system.explain([])
    assert capsys.readouterr().out == ""
    dev_system.explain(["libegl1", "libvlc5"])
    assert capsys.readouterr().out.endswith(
        "  sudo apt-get install --yes --no-install-recommends libegl1 libvlc5\n"
    )
    dev_system.explain(["VLC"])
    assert "VLC was not found" in capsys.readouterr().out


@pytest.mark.skipif(not shutil.which("dpkg-query"), reason="not a system of dpkg's")
def test_dpkg_is_asked_what_is_installed(dev: ModuleType) -> None:
    import dev_system

    assert dev_system._installed(["dpkg", "a-package-that-nobody-made"]) == {"dpkg"}


def test_the_script_explains_itself_without_setting_up() -> None:
    told = subprocess.run(
        [sys.executable, SCRIPTS / "dev.py", "--help"], capture_output=True, text=True, check=True
    )
    for command in ("run", "test", "lint", "bench", "shell"):
        assert f"    {command} " in told.stdout
