"""Camera choices as lists and menus show them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CameraChoice:
    """A camera: what `open_source` takes, and its name."""

    spec: str
    name: str
