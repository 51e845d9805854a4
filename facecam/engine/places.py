"""Places of what belongs to the program rather than to the user."""

from __future__ import annotations

from facecam.core.config import Settings
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
