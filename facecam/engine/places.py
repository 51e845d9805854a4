"""Places of what belongs to the program rather than to the user."""

from __future__ import annotations

from facecam.core.config import PROGRAM_FOLDER

ROOT = PROGRAM_FOLDER
DEMO_FOLDER = ROOT / "assets" / "demo"
MANIFEST = ROOT / "weights" / "manifest.json"
