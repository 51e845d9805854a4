"""The camera of the liveness benchmark: what it does to any scene, held photo or living face alike."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator

from facecam.core.types import ImageArray

Wander = Callable[[float], float]


def wander(random: Generator, reach: float, low_hz: float, high_hz: float) -> Wander:
    """A smooth movement over time, s, that starts anywhere in about ±`reach`: three sines of random speed."""
    speeds = random.uniform(low_hz, high_hz, 3) * 2 * math.pi
    phases = random.uniform(0, 2 * math.pi, 3)
    weights = random.dirichlet(np.ones(3)) * reach

    def at(time_s: float) -> float:
        return float((weights * np.sin(speeds * time_s + phases)).sum())

    return at


@dataclass(frozen=True, slots=True, eq=False)
class Camera:
    """One camera in one light.

    Attributes:
        gain: over time, around 1: the exposure drifts.
        blur_px: standard deviation of its lens.
        noise: standard deviation of its sensor at middle grey, in values of 255, anew in every frame.
        jpeg_quality: of its stream.
        random: of the noise.
    """

    gain: Wander
    blur_px: float
    noise: float
    jpeg_quality: int
    random: Generator

    @classmethod
    def drawn(cls, random: Generator) -> Camera:
        """A camera as webcams are, at random."""
        level, drift = random.uniform(0.7, 1.15), wander(random, 0.05, 0.1, 0.7)
        return cls(
            lambda time_s: level * (1 + drift(time_s)),
            float(random.uniform(0.3, 1.3)),
            float(random.uniform(1.5, 6.0)),
            int(random.integers(55, 95)),
            random,
        )

    def see(self, scene: ImageArray, time_s: float) -> ImageArray:
        """The scene as the camera gives it, uint8 (H, W, 3) RGB."""
        light = cv2.GaussianBlur(scene, (0, 0), self.blur_px).astype(np.float32) * self.gain(time_s)
        # Shot noise grows with the root of the light.
        noise = self.random.standard_normal(light.shape, np.float32) * self.noise
        light += noise * np.sqrt(np.maximum(light, 1.0) / 128.0)
        seen = np.clip(light, 0, 255).astype(np.uint8)
        _, packed = cv2.imencode(".jpg", seen, [cv2.IMWRITE_JPEG_QUALITY, self.jpeg_quality])
        return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)
