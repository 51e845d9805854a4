"""Palettes of the window, light and dark."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Colors:
    """Colours as `#rrggbb`.

    Every text colour has a contrast of at least 4.5:1 on `window`, `surface` and `sunken`;
    `on_accent` has it on `accent`. A test computes them.

    Attributes:
        window: behind everything.
        surface: cards, lists, fields.
        raised: buttons, menus.
        sunken: behind pictures and curves.
        border: lines between surfaces.
        text: what is read.
        muted: what is read second.
        accent: the one accent; known people, the main button.
        on_accent: text on it.
        accent_soft: selection, a hint of accent.
        unknown: strangers and what wants attention; warm.
        unknown_soft: behind it.
        fault: faults, and nothing else.
        fault_soft: behind it.
        hover: under the pointer.
    """

    window: str
    surface: str
    raised: str
    sunken: str
    border: str
    text: str
    muted: str
    accent: str
    on_accent: str
    accent_soft: str
    unknown: str
    unknown_soft: str
    fault: str
    fault_soft: str
    hover: str


LIGHT = Colors(
    window="#F3F5F5",
    surface="#FFFFFF",
    raised="#FFFFFF",
    sunken="#E9EDED",
    border="#D3DADA",
    text="#15202B",
    muted="#56646A",
    accent="#17756C",
    on_accent="#FFFFFF",
    accent_soft="#DCEFEC",
    unknown="#A3520A",
    unknown_soft="#FBEBDB",
    fault="#B3261E",
    fault_soft="#FBE5E3",
    hover="#E8EEEE",
)
DARK = Colors(
    window="#16191C",
    surface="#1E2226",
    raised="#282D32",
    sunken="#101315",
    border="#363D43",
    text="#E6EAEC",
    muted="#9AA7AE",
    accent="#4CC2B5",
    on_accent="#06201D",
    accent_soft="#1D3B39",
    unknown="#F0A35B",
    unknown_soft="#3B2C1D",
    fault="#FF8078",
    fault_soft="#402322",
    hover="#2E343A",
)
