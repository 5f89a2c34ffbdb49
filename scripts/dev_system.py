"""What the project needs of the system itself: VLC's library, what a window needs, Python's own venv."""

import ctypes.util
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

_PLAYBACK = ["libvlc5", "vlc-plugin-base"]
_WINDOW = [
    "fonts-dejavu-core",
    "libdbus-1-3",
    "libegl1",
    "libfontconfig1",
    "libgl1",
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-image0",
    "libxcb-keysyms1",
    "libxcb-render-util0",
    "libxcb-shape0",
    "libxcb-xinerama0",
    "libxkbcommon-x11-0",
    "libxkbcommon0",
]
_BUS = ["dbus-daemon", "playerctl"]  # a session bus of the tests' own, and someone to speak on it
_VLC = "VLC"  # on systems where it is an application rather than a package we know
_APT = ["apt-get", "-o", "DPkg::Lock::Timeout=120"]
_INSTALL = ["install", "--yes", "--no-install-recommends"]


def say(text: str) -> None:
    """Print a line of our own among other programs' output."""
    print(f"dev: {text}", flush=True)


def missing() -> list[str]:
    """Return the system packages that are not there; [] also where there is no telling."""
    if shutil.which("dpkg-query"):
        wanted = [*_PLAYBACK, *_WINDOW, *_BUS, *_venv_package()]
        return sorted(set(wanted) - _installed(wanted))
    return [] if _finds_vlc() else [_VLC]


def install_missing() -> list[str]:
    """Install what is missing where this process may, else say how; return what is still missing."""
    wanted = missing()
    if wanted and wanted != [_VLC] and (rights := _rights()) is not None:
        say("installing system packages: " + " ".join(wanted))
        apt = [*rights, "env", "DEBIAN_FRONTEND=noninteractive", *_APT]
        subprocess.run([*apt, "-q", "update"], check=False, stdin=subprocess.DEVNULL)
        subprocess.run([*apt, "-q", *_INSTALL, *wanted], check=False, stdin=subprocess.DEVNULL)
        wanted = missing()
    explain(wanted)
    return wanted


def explain(wanted: list[str]) -> None:
    """Say how a person installs what is still missing; nothing here stops the program."""
    if wanted == [_VLC]:
        say("VLC was not found, so nothing can be played yet. " + _where_vlc_is())
    elif wanted:
        say("some system packages are missing. Everything but sound and windows works without; to add them:")
        say("  sudo " + " ".join(["apt-get", *_INSTALL, *wanted]))


def _venv_package() -> list[str]:
    """Name the package of the module that makes environments, where the system keeps it apart."""
    major, minor = sys.version_info[:2]
    return [] if importlib.util.find_spec("ensurepip") else [f"python{major}.{minor}-venv"]


def _installed(packages: list[str]) -> set[str]:
    """Ask dpkg which of the packages are installed; it fails when it has never heard of one."""
    query = ["dpkg-query", "--show", "--showformat=${db:Status-Status} ${Package}\n", *packages]
    answer = subprocess.run(query, check=False, capture_output=True, text=True).stdout
    return {line.split()[1] for line in answer.splitlines() if line.startswith("installed ")}


def _rights() -> list[str] | None:
    """Return what apt-get must be started with, or None when this process may not use it."""
    if sys.platform == "win32" or not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], check=False, capture_output=True).returncode == 0:
        return [sudo, "-n"]
    return None


def _finds_vlc() -> bool:
    places: list[Path] = []
    if sys.platform == "win32":
        folders = [os.environ.get(name, "") for name in ("ProgramFiles", "ProgramFiles(x86)")]
        places = [Path(folder, "VideoLAN/VLC/libvlc.dll") for folder in folders if folder]
    elif sys.platform == "darwin":
        application = "Applications/VLC.app/Contents/MacOS/lib/libvlc.dylib"
        places = [Path("/", application), Path.home() / application]
    return any(place.exists() for place in places) or ctypes.util.find_library("vlc") is not None


def _where_vlc_is() -> str:
    if sys.platform in ("win32", "darwin"):
        return "Please install it from videolan.org (64-bit, like this Python)."
    return "Please install it with your system's package manager; the package is usually called vlc."
