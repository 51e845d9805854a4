"""Places of what belongs to the program rather than to the user."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from facecam.core.config import Settings
from facecam.core.encryption import data_keys
from facecam.core.errors import ConfigError
from facecam.core.home import ASSETS, HOME, PROGRAM_FOLDER

ROOT = PROGRAM_FOLDER
#: The demo's portraits and clip, made when models are prepared.
DEMO_FOLDER = HOME / "assets" / "demo" if HOME == PROGRAM_FOLDER else HOME / "demo"
#: Portraits of strangers that `models strangers` fetches, a folder per person; trainings look for them here.
STRANGERS_FOLDER = HOME / "strangers" / "us-congress"
#: What `-dw` fetches.
MANIFEST = ASSETS / "models" / "manifest.json"


def models_absent(settings: Settings) -> bool:
    """Whether the program's own folder of models holds none yet; in a folder of somebody's own nothing is made."""
    weights = HOME / "weights"
    return settings.weights == weights and not any(weights.glob("*/card.json"))


def user_cache_folder() -> Path:
    """Where this user's programs keep what can be computed again, with our name added; a place of its own for each key.

    Raises:
        ConfigError: the user has no home folder, or the key file is damaged.
    """
    own = data_keys.cache_part()
    try:
        if sys.platform == "win32":
            base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
            return base / "facecam" / "Cache" / own / "evaluate"
        if sys.platform == "darwin":
            return Path.home() / "Library" / "Caches" / "facecam" / own / "evaluate"
        # A relative XDG_CACHE_HOME is to be ignored. (XDG Base Directory Specification)
        wanted = Path(os.environ.get("XDG_CACHE_HOME", ""))
        return (wanted if wanted.is_absolute() else Path.home() / ".cache") / "facecam" / own / "evaluate"
    except RuntimeError as error:
        raise ConfigError(
            "there is no home folder to keep the cache in", hint="Name a folder with --cache."
        ) from error
