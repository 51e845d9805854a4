"""Choice of a camera of this computer, as lists and menus show it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CameraChoice:
    """A camera: what `open_source` takes, and its name."""

    spec: str
    name: str
