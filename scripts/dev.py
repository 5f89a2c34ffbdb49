"""Set up, run and check the program: `python3 scripts/dev.py run`, `python3 scripts/dev.py test`.

Standard library only, so that any Python from 3.11 on can start here. Every
command makes `.venv` and installs what is missing first; when nothing is
missing that costs a fraction of a second.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 - this is the file that an older Python is started with
    sys.exit(
        "Vibe Desktop needs Python 3.11 or newer, and this is Python {}.{}. "
        "Please install one from your system's packages or python.org "
        "and start this again with it, for example: python3.12 scripts/dev.py run".format(*sys.version_info)
    )

import tomllib

import dev_setup
from dev_setup import PYTHON, ROOT, SetupError
from dev_system import say

# Without arguments the program shows itself: in its window, or without a screen in the terminal.
NO_ARGUMENTS_WITH_SCREEN: list[str] = []
NO_ARGUMENTS_WITHOUT_SCREEN = ["demo"]

# Only these understand words and sound; the others start without models.
NEED_MODELS = {"demo", "index", "queue"}

Command = list[str | Path]

LINT: dict[str, Command] = {
    "ruff check": [PYTHON, "-m", "ruff", "check"],
    "ruff format --check": [PYTHON, "-m", "ruff", "format", "--check"],
    "mypy": [PYTHON, "-m", "mypy"],
    "lint-imports": [PYTHON.with_name("lint-imports")],
}

# An environment of its own with torch in it, gigabytes of networks, and both cores: not beside other tests.
EXPORT: Command = [PYTHON, "-m", "pytest", "-m", "export", "tests/export"]


def run(arguments: list[str]) -> int:
    """Start the program with the arguments, its models installed."""
    if not arguments:
        dev_setup.reach_program()
        from vibe_desktop.screen import has_screen

        arguments = NO_ARGUMENTS_WITH_SCREEN if has_screen() else NO_ARGUMENTS_WITHOUT_SCREEN
    if NEED_MODELS.intersection(arguments) and "--help" not in arguments:
        install_models(arguments)
    return become([PYTHON, "-m", "vibe_desktop", *arguments])


def install_models(arguments: list[str]) -> None:
    """Let the program install its models unless the profile in the arguments has them."""
    finder = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    finder.add_argument("--profile")
    folder = finder.parse_known_args(arguments)[0].profile
    if has_models(folder):
        return
    profile = ["--profile", folder] if folder else []
    install = ["vibe_desktop", *profile, "models", "install"]
    say("installing the models (once; this downloads them)")
    if subprocess.run([PYTHON, "-m", *install], check=False).returncode:
        say("the models could not be installed; the program starts all the same. To try again:")
        say("  python3 scripts/dev.py run " + subprocess.list2cmdline(install[1:]))


def has_models(profile: str | None) -> bool:
    """Whether every default model is installed in the profile (without a name: the default one)."""
    dev_setup.reach_program()
    from vibe_desktop.paths import Profile, resource

    folder = (Profile(Path(profile).expanduser()) if profile else Profile.default()).models
    models = tomllib.loads(resource("models.toml").read_text(encoding="utf-8"))
    return all((folder / name / "manifest.json").is_file() for name in models if models[name]["default"])


def lint(_: list[str]) -> int:
    """Run every check that does not execute the program."""
    return run_steps(LINT)


def test(arguments: list[str]) -> int:
    """Run every check, then the tests; what follows goes to pytest, and leaves the export's tests out."""
    steps: dict[str, Command] = {**LINT, "pytest": [PYTHON, "-m", "pytest", "-n", "auto", *arguments]}
    return run_steps(steps if arguments else {**steps, "export": EXPORT})


def run_steps(steps: dict[str, Command]) -> int:
    """Run every step even when one fails, then say how each went."""
    failed = []
    for name, command in steps.items():
        print(f"\n== {name} ==", flush=True)
        if subprocess.run(command, cwd=ROOT, check=False).returncode:
            failed.append(name)
    print("\n== summary ==")
    for name in steps:
        print(f"{'FAILED' if name in failed else 'passed'}  {name}")
    print(f"checks: {len(steps) - len(failed)} passed, {len(failed)} failed", flush=True)
    return 1 if failed else 0


def bench(arguments: list[str]) -> int:
    """Measure: what follows goes to scripts/bench.py."""
    return become([PYTHON, ROOT / "scripts" / "bench.py", *arguments])


def shell(arguments: list[str]) -> int:
    """Open a shell (or run the command that follows) with the project's tools at hand."""
    os.environ["VIRTUAL_ENV"] = str(dev_setup.VENV)
    os.environ["PATH"] = os.pathsep.join([str(PYTHON.parent), os.environ.get("PATH", "")])
    fallback = "cmd.exe" if os.name == "nt" else "/bin/sh"
    usual = os.environ.get("COMSPEC" if os.name == "nt" else "SHELL", fallback)
    return become([*arguments] or [usual])


def become(command: Command) -> int:
    """Hand this process over to the command, so that signals and the exit code are its own."""
    sys.stdout.flush()
    if os.name != "nt":  # exec there starts a second process and lets go of the first
        os.execvp(command[0], (*command,))  # noqa: S606 - no shell is wanted
    return subprocess.run(command, check=False).returncode


COMMANDS = {"run": run, "test": test, "lint": lint, "bench": bench, "shell": shell}


def main() -> int:
    """Read the command line, set up, and do what it says."""
    parser = argparse.ArgumentParser(prog="scripts/dev.py", description="Set up, run and check Vibe Desktop.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    for name, function in COMMANDS.items():
        commands.add_parser(name, help=function.__doc__, add_help=False, prefix_chars="\0")
    chosen, rest = parser.parse_args(sys.argv[1:2]), sys.argv[2:]
    try:
        dev_setup.set_up()
        return COMMANDS[chosen.command](rest)
    except SetupError as error:
        say(f"{error}")
        return 1
    except KeyboardInterrupt:
        say("stopped; the same command goes on from here.")
        return 130


if __name__ == "__main__":
    sys.exit(main())
