"""Where things lie that belong to the program rather than to the user."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEMO_FOLDER = ROOT / "assets" / "demo"
MANIFEST = ROOT / "weights" / "manifest.json"
