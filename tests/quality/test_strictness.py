"""The suite's own rules: each is broken on purpose in a small suite beside this one."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

_SUITE = """
import gc, logging, socket, threading, warnings

def test_warning():
    warnings.warn("something is on its way out", DeprecationWarning)

def test_log():
    logging.getLogger("somewhere").warning("this is odd")

def test_expected_log(expect_log):
    expect_log("is odd")
    logging.getLogger("somewhere").warning("this is odd")

def test_silent_log(expect_log):
    expect_log("is odd")

def test_quiet_log():
    logging.getLogger("somewhere").info("all is well")

def test_thread():
    thread = threading.Thread(target=lambda: 1 // 0)
    thread.start()
    thread.join()

class Fragile:
    def __del__(self):
        raise ValueError("in passing")

def test_unraisable():
    Fragile()
    gc.collect()

def test_network():
    with socket.socket() as reach:
        reach.settimeout(1)
        reach.connect(("192.0.2.1", 9))
"""


def test_a_suite_that_breaks_the_rules_fails_rule_by_rule(
    pytester: pytest.Pytester, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(repository))
    pytester.makeconftest((repository / "tests/conftest.py").read_text(encoding="utf-8"))
    pytester.makepyfile(_SUITE)
    run = pytester.runpytest_subprocess(
        "-p", "no:randomly", "-p", "no:cacheprovider", f"--config-file={repository / 'pyproject.toml'}",
        f"--rootdir={pytester.path}", "test_a_suite_that_breaks_the_rules_fails_rule_by_rule.py",
    )  # fmt: skip
    run.assert_outcomes(passed=4, failed=4, errors=2)
    # A complaint is found when the test is over: its body passes, its end is an error.
    run.stdout.fnmatch_lines_random([
        "ERROR *::test_log*",
        "ERROR *::test_silent_log*",
        "E * unexpected in the log: *this is odd*",
        "E * expected in the log and not there: *is odd*",
        "E *DeprecationWarning: something is on its way out",
        "E *PytestUnhandledThreadExceptionWarning: *",
        "E *PytestUnraisableExceptionWarning: *Fragile*",
        "E *NetworkRefusedError: *192.0.2.1*",
    ])  # fmt: skip


def test_names_of_other_machines_are_not_looked_up() -> None:
    with pytest.raises(AssertionError, match=r"somewhere\.invalid"):
        socket.getaddrinfo("somewhere.invalid", 80)


def test_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=10).close()


def test_home_is_empty_and_temporary(tmp_path_factory: pytest.TempPathFactory) -> None:
    assert Path.home().is_relative_to(tmp_path_factory.getbasetemp())
    assert os.environ["XDG_DATA_HOME"].startswith(str(Path.home()))


def test_complaints_can_be_expected(expect_log: Callable[[str], None]) -> None:
    expect_log("a known complaint")
    logging.getLogger("quality").warning("this is a %s complaint", "known")


@pytest.mark.usefixtures("without_ci")
def test_build_servers_can_be_hidden() -> None:
    assert "CI" not in os.environ
