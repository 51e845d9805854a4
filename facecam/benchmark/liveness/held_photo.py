"""A photo held to a camera: on paper or on a screen, still, moved, tilted, turned, bent or waved.

What is simulated: perspective of a plane or of a sheet bent about any axis, a hand that trembles, paper's grain and
paleness, a screen's glow and the moire of its stripes against the camera's pixels, a reflection that wanders with the
tilt, a white border or a bezel, the blur of a movement during the exposure. What is not: masks, holes cut for the
eyes, a finger before them, shadows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

import cv2
import numpy as np
from numpy.random import Generator

from facecam.benchmark.liveness.camera import Wander, wander
from facecam.core.types import Box, FloatArray, ImageArray

Medium = Literal["print", "screen"]
Movement = Literal["stand", "held", "moved", "tilted", "turned", "bent", "waved", "all"]
MEDIA: Final[tuple[Medium, ...]] = get_args(Medium)
MOVEMENTS: Final[tuple[Movement, ...]] = get_args(Movement)
#: What is tried, in turn.
WAYS: Final = tuple(
    (medium, movement)
    for movement in MOVEMENTS
    for medium in MEDIA
    if (medium, movement) != ("screen", "bent")
)

#: Width and height of the scene, px.
SCENE: Final = (640, 480)
_FOCAL_PX = 700.0
#: The rays of the scene are met with the sheet at every so many px, and between these linearly.
_GRID_PX = 8
_BEND_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class _Reach:
    """How far a movement goes: of the face's width, degrees, and of the sheet's half side (`bend`)."""

    shift: float = 0.0
    scale: float = 0.0
    tilt: float = 0.0
    turn: float = 0.0
    bend: float = 0.0


_REACHES: Final[dict[Movement, _Reach]] = {
    "stand": _Reach(),
    "held": _Reach(0.03, 0.01, 2.0, 1.5),
    "moved": _Reach(0.6, 0.2, 3.0, 2.0),
    "tilted": _Reach(0.05, 0.03, 28.0, 2.0),
    "turned": _Reach(0.05, 0.03, 4.0, 20.0),
    "bent": _Reach(0.05, 0.03, 8.0, 3.0, 0.3),
    "waved": _Reach(0.25, 0.05, 10.0, 6.0),
    "all": _Reach(0.4, 0.15, 20.0, 10.0, 0.25),
}
#: A hand trembles, whatever it does: of the face's width, and degrees.
_TREMBLE_SHIFT, _TREMBLE_TILT = 0.006, 0.5
_SLOW_HZ, _WAVED_HZ, _TREMBLE_HZ = (0.12, 0.9), (1.2, 2.5), (3.0, 9.0)
_LONGEST_EXPOSURE_S = 1 / 30


@dataclass(frozen=True, slots=True, eq=False)
class _Pose:
    """Where the sheet is at one moment: shift px, scale, tilts and turn in degrees, bend and its axis."""

    x: float
    y: float
    scale: float
    yaw: float
    pitch: float
    roll: float
    bend: float
    bend_axis: float


class HeldPhoto:
    """One trial: a photo, how it is shown, and how it is moved; or a film on a screen, which is moved likewise.

    Args:
        photo: uint8 (H, W, 3) RGB; several of one size: a film.
        face: where the face is in it, px; of a film about.
        medium: paper or screen; screens do not bend.
        movement: what is done with it.
        random: of everything else.
    """

    def __init__(
        self,
        photo: ImageArray | Sequence[ImageArray],
        face: Box,
        medium: Medium,
        movement: Movement,
        random: Generator,
    ) -> None:
        self.medium, self.movement = medium, movement
        face_px = float(random.uniform(80, 200))
        photos = [photo] if isinstance(photo, np.ndarray) else photo
        seed = int(random.integers(1 << 32))
        # The same paper or screen, whatever is on it.
        sheets = [_sheet(one, face, medium, face_px, np.random.default_rng(seed)) for one in photos]
        self._sheets, self._middle = [sheet for sheet, _ in sheets], sheets[0][1]
        self._stripes_px = float(random.uniform(0.7, 2.6))
        self._stripes = float(random.uniform(0.02, 0.12)) if medium == "screen" else 0.0
        self._shine = float(random.uniform(0, 45))
        self._background = _background(random)
        self._moves = _moves(_REACHES[movement], movement, face_px, random)
        self._bend_axis = float(random.uniform(0, math.pi))
        self._bends = medium == "print"
        self._always_bent = float(random.uniform(0, 0.15))
        self._exposure_s = float(random.uniform(0, _LONGEST_EXPOSURE_S))
        self._corner = random.uniform(-0.15, 0.15, 2) * SCENE

    def at(self, time_s: float, picture: int = 0) -> ImageArray:
        """What is before the camera, uint8 (480, 640, 3) RGB; of a film its picture of that number."""
        pose, sheet = self._pose(time_s), self._sheets[picture]
        u, v = _met(sheet.shape[:2], self._middle, pose)
        seen = cv2.remap(
            sheet, u, v, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(0, 0, 0)
        ).astype(np.float32)
        seen = _smeared(seen, pose, self._pose(time_s - self._exposure_s))
        height, width = sheet.shape[:2]
        if self._stripes:
            seen *= _moire(u, v, self._stripes_px, self._stripes)
        seen += _shine(u, v, (width, height), pose, self._shine)
        inside = ((u >= 0) & (v >= 0) & (u <= width - 1) & (v <= height - 1))[..., None]
        return np.clip(np.where(inside, seen, self._background), 0, 255).astype(np.uint8)

    def _pose(self, time_s: float) -> _Pose:
        x, y, scale, yaw, pitch, roll, bend = (move(time_s) for move in self._moves)
        return _Pose(
            float(self._corner[0]) + x,
            float(self._corner[1]) + y,
            1 + scale,
            yaw,
            pitch,
            roll,
            (self._always_bent + bend) * self._bends,
            self._bend_axis,
        )


def _sheet(
    photo: ImageArray, face: Box, medium: Medium, face_px: float, random: Generator
) -> tuple[ImageArray, tuple[float, float]]:
    """The sheet as it would be seen straight on, and where the middle of the face is on it."""
    room = random.uniform(0.5, 1.3) * max(face.width, face.height)
    left, top = max(0, round(face.left - room)), max(0, round(face.top - room))
    right, bottom = round(face.right + room), round(face.bottom + room)
    part = photo[top:bottom, left:right]
    factor = face_px / face.width
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    size = max(8, round(part.shape[1] * factor)), max(8, round(part.shape[0] * factor))
    picture = cv2.resize(part, size, interpolation=method).astype(np.float32)
    picture = _printed(picture, random) if medium == "print" else _shown(picture, random)
    edge = round(random.uniform(0.0, 0.12) * size[0])
    tone = 235.0 if medium == "print" else 12.0
    framed = cv2.copyMakeBorder(
        picture, edge, edge, edge, edge, cv2.BORDER_CONSTANT, value=(tone, tone, tone)
    )
    x, y = face.center
    return np.clip(framed, 0, 255).astype(np.uint8), ((x - left) * factor + edge, (y - top) * factor + edge)


def _printed(picture: np.ndarray, random: Generator) -> np.ndarray:
    """Paler, of another tint, with a grain that stays on the paper."""
    contrast, lift = random.uniform(0.7, 0.95), random.uniform(10, 35)
    tint = random.uniform(0.94, 1.06, 3)
    grain = cv2.GaussianBlur(
        random.standard_normal(picture.shape[:2]).astype(np.float32), (0, 0), random.uniform(0.5, 1.2)
    )
    soft = cv2.GaussianBlur(picture, (0, 0), random.uniform(0.3, 0.9))
    return np.asarray(soft * contrast * tint + lift + grain[..., None] * random.uniform(2, 8))


def _shown(picture: np.ndarray, random: Generator) -> np.ndarray:
    """Bluer or warmer, with a black that glows."""
    gamma, lift = random.uniform(0.85, 1.2), random.uniform(3, 14)
    tint = np.array([random.uniform(0.92, 1.0), 1.0, random.uniform(1.0, 1.1)])
    return np.asarray(255 * (np.clip(picture, 0, 255) / 255) ** gamma * tint + lift)


def _background(random: Generator) -> FloatArray:
    width, height = SCENE
    small = random.uniform(40, 190, (6, 8, 3)).astype(np.float32)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)


def _moves(reach: _Reach, movement: Movement, face_px: float, random: Generator) -> Sequence[Wander]:
    """Over time: x and y px, scale, yaw, pitch and roll in degrees, bend."""
    trembles = movement != "stand"
    speed_hz = _WAVED_HZ if movement == "waved" else _SLOW_HZ

    def move(slow: float, tremble: float = 0.0) -> Wander:
        wide = wander(random, slow, *speed_hz)
        quick = wander(random, tremble * trembles, *_TREMBLE_HZ)
        return lambda time_s: wide(time_s) + quick(time_s)

    shift, tremble = reach.shift * face_px, _TREMBLE_SHIFT * face_px
    return (
        move(shift, tremble),
        move(shift, tremble),
        move(reach.scale),
        move(reach.tilt, _TREMBLE_TILT),
        move(reach.tilt * 0.8, _TREMBLE_TILT),
        move(reach.turn, _TREMBLE_TILT),
        move(reach.bend),
    )


def _smeared(seen: np.ndarray, now: _Pose, before: _Pose) -> np.ndarray:
    """Blurred along the way the middle of the face went during the exposure."""
    way = np.array([now.x - before.x, now.y - before.y])
    steps = round(float(np.abs(way).max())) + 1
    if steps < 2:
        return seen
    reach = steps // 2 + 1
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
    for part in np.linspace(-0.5, 0.5, 2 * steps):
        x, y = np.rint(way * part).astype(int) + reach
        kernel[y, x] += 1
    return np.asarray(cv2.filter2D(seen, -1, kernel / kernel.sum()))


def _met(shape: tuple[int, int], middle: tuple[float, float], pose: _Pose) -> tuple[FloatArray, FloatArray]:
    """Which place of the sheet each pixel of the scene sees, float32 (480, 640) each, px of the sheet."""
    width, height = SCENE
    columns = np.arange(0, width + _GRID_PX, _GRID_PX, dtype=np.float64)
    rows = np.arange(0, height + _GRID_PX, _GRID_PX, dtype=np.float64)
    x, y = np.meshgrid(columns, rows)
    rays = np.stack(
        [
            (x - width / 2 - pose.x) / _FOCAL_PX,
            (y - height / 2 - pose.y) / _FOCAL_PX,
            np.ones_like(x),
        ],
        axis=-1,
    )
    across, down, ahead = _axes(pose)
    origin = np.array([0.0, 0.0, _FOCAL_PX / pose.scale])
    half = max(shape) / 2
    lift = np.zeros_like(x)
    for _ in range(_BEND_ROUNDS):
        far = (ahead @ origin + lift) / np.maximum(rays @ ahead, 1e-3)
        points = rays * far[..., None] - origin
        u, v = points @ across, points @ down
        along = u * math.cos(pose.bend_axis) + v * math.sin(pose.bend_axis)
        # Beyond the sheet's edge the bend goes on straight: nothing is seen there.
        lift = pose.bend * half * np.clip(along / half, -1.5, 1.5) ** 2
    return _enlarged(u + middle[0]), _enlarged(v + middle[1])


def _enlarged(values: np.ndarray) -> FloatArray:
    """From the grid to every pixel: linear, the first value at the first pixel."""
    matrix = np.array([[1 / _GRID_PX, 0, 0], [0, 1 / _GRID_PX, 0]])
    return np.asarray(
        cv2.warpAffine(
            values.astype(np.float32),
            matrix,
            SCENE,
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        ),
        np.float32,
    )


def _axes(pose: _Pose) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The sheet's own axes in the camera's: across, down, and away from the camera."""
    yaw, pitch, roll = (math.radians(angle) for angle in (pose.yaw, pose.pitch, pose.roll))
    turn_y = np.array([(math.cos(yaw), 0, math.sin(yaw)), (0, 1, 0), (-math.sin(yaw), 0, math.cos(yaw))])
    turn_x = np.array(
        [(1, 0, 0), (0, math.cos(pitch), -math.sin(pitch)), (0, math.sin(pitch), math.cos(pitch))]
    )
    turn_z = np.array([(math.cos(roll), -math.sin(roll), 0), (math.sin(roll), math.cos(roll), 0), (0, 0, 1)])
    axes = turn_y @ turn_x @ turn_z
    return axes[:, 0], axes[:, 1], axes[:, 2]


def _moire(u: FloatArray, v: FloatArray, pitch_px: float, depth: float) -> FloatArray:
    """What the camera's pixels see of a screen's stripes of three colours, as factors (480, 640, 3)."""
    colors = [np.cos(2 * np.pi * (u / pitch_px + part / 3)) for part in range(3)]
    lines = np.cos(2 * np.pi * v / pitch_px)[..., None]
    return np.asarray(1 + depth * np.stack(colors, axis=-1) + depth / 2 * lines, np.float32)


def _shine(u: FloatArray, v: FloatArray, size: tuple[int, int], pose: _Pose, strength: float) -> FloatArray:
    """A reflection that wanders over the sheet as it tilts, values (480, 640, 1)."""
    width, height = size
    x, y = width * (0.5 + pose.yaw / 30), height * (0.4 + pose.pitch / 30)
    near = ((u - x) / (0.35 * width)) ** 2 + ((v - y) / (0.35 * height)) ** 2
    return np.asarray(strength * np.exp(-near), np.float32)[..., None]
