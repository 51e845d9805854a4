"""The folders facecam reads and writes: the one place that decides where they are."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

#: Names the folder of `data/`, `database/`, `weights/` and `runs/`, whatever would be chosen otherwise.
HOME_VARIABLE = "FACECAM_HOME"
#: The folder that holds the package `facecam`: a checkout, or the site-packages of an installation.
PROGRAM_FOLDER = Path(__file__).resolve().parents[2]
#: What the package brings along: icons, translations, the manifest of the models.
ASSETS = PROGRAM_FOLDER / "facecam" / "assets"


def is_checkout(folder: Path) -> bool:
    """Whether a folder is a checkout of the repository, and not where packages are installed."""
    return all((folder / name).is_file() for name in ("main.py", "pyproject.toml"))


def expanded(path: str | os.PathLike[str]) -> Path:
    """A path with the `~` of a home in full; as it is where the system knows no such home, for which Python raises."""
    return Path(os.path.expanduser(path))  # noqa: PTH111


def choose_home(program: Path, environment: Mapping[str, str]) -> Path:
    """Where a user's files are: as `FACECAM_HOME` says; beside a checkout; else where the platform keeps user data.

    Args:
        program: the folder that holds the package.
        environment: variables of the process.
    """
    if wanted := environment.get(HOME_VARIABLE, "").strip():
        return expanded(wanted).absolute()
    if is_checkout(program):
        return program
    import platformdirs  # Only an installation asks, and a checkout starts without it.

    return Path(platformdirs.user_data_path("facecam", appauthor=False))


#: Whether the program runs from a checkout.
IN_CHECKOUT = is_checkout(PROGRAM_FOLDER)
#: Whether somebody chose it: then everything is in it that has no flag of its own.
HOME_IS_CHOSEN = bool(os.environ.get(HOME_VARIABLE, "").strip())
#: `data/`, `database/`, `weights/`, `runs/` and the original files of the models are in it.
HOME = choose_home(PROGRAM_FOLDER, os.environ)


def settings_path(named: Path | None = None) -> Path:
    """The settings file: one that was named; in a home that was chosen its own, else that of the working folder."""
    return named or (HOME if HOME_IS_CHOSEN else Path()) / "facecam.toml"


def window_file() -> Path:
    """Where the window keeps what it remembers: in a home that was chosen, else where the platform keeps settings."""
    return HOME / "window.ini" if HOME_IS_CHOSEN else shared_window_file()


def shared_window_file() -> Path:
    """That of all homes that nobody chose: Qt's place for an `.ini` of ours."""
    if sys.platform == "win32":
        base = Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming")
    else:
        wanted = Path(os.environ.get("XDG_CONFIG_HOME", ""))
        base = wanted if wanted.is_absolute() else Path.home() / ".config"
    return base / "facecam" / "facecam.ini"


def as_typed(text: str) -> str:
    """A message with its commands as they are typed here: `facecam live` where it is installed."""
    if IN_CHECKOUT:
        return text
    return _PROGRAM.sub("facecam", _SET_UP.sub("facecam models prepare", text))


#: How messages name set-up and the program; alone it is called `main.py` in usages.
_SET_UP = re.compile(r"python3 -m facecam\.setup prepare|make setup")
_PROGRAM = re.compile(r"python main\.py|(?<![\w/\\.-])main\.py(?= |$)")
