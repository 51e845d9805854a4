"""The conditions of the detection benchmark: how large, how turned, what is in the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Cover = Literal["", "mask", "glasses"]

#: Width and height of a scene, px.
SCENE: Final = (640, 480)
_LARGE: Final = (1440, 1080)
#: Face width where nothing else is said, px.
USUAL_PX: Final = 100.0


@dataclass(frozen=True, slots=True)
class Condition:
    """How a face is put into a scene.

    Attributes:
        name: short, for JSON.
        words: for the table.
        face_px: width of the face, px.
        turn_degrees: turned in the picture, clockwise.
        cover: what hides a part of it.
        gain: factor of the light in the whole scene.
        noise: standard deviation of the sensor's noise in the whole scene, in values of 255.
        blur: standard deviation of a Gaussian over the whole scene, as a share of the face's width.
        cut: share of the face beyond the border of the picture.
        middle: in the middle of the scene instead of somewhere in it.
        size: width and height of the scene, px.
    """

    name: str
    words: str
    face_px: float = USUAL_PX
    turn_degrees: float = 0.0
    cover: Cover = ""
    gain: float = 1.0
    noise: float = 0.0
    blur: float = 0.0
    cut: float = 0.0
    middle: bool = False
    size: tuple[int, int] = SCENE


#: In the order of the table.
CONDITIONS: Final = (
    *(Condition(f"{px}-px", f"face {px} px wide", px) for px in (100, 60, 40, 24, 16)),
    *(
        Condition(f"turned-{degrees}", f"turned in the picture by {degrees}°", turn_degrees=degrees)
        for degrees in (30, 60, 90, 180)
    ),
    Condition("mask", "lower half covered (mask)", cover="mask"),
    Condition("glasses", "dark glasses", cover="glasses"),
    Condition("dark", "dark (light × 0.15, noise)", gain=0.15, noise=3.0),
    Condition("blur", "strongly blurred (6 % of the width)", blur=0.06),
    Condition("cut", "30 % beyond the border", cut=0.3),
    Condition("close-up", "close-up, 440 px wide", 440, middle=True),
    Condition("close-up-cut", "close-up, 1,200 px, cut at brow and chin", 1200, middle=True, size=_LARGE),
)
