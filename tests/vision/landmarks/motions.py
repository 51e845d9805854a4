"""Motions of a portrait for tests: as the head that it shows would turn, and as the sheet that it is."""

from __future__ import annotations

import cv2
import numpy as np

from facecam.core.types import ImageArray
from facecam.vision.landmarks.mesh import FaceMesh


def turned_head(image: ImageArray, mesh: FaceMesh, across: float, down: float = 0.0) -> ImageArray:
    """Every pixel moved by its depth times an angle, radians, the depth being that of the mesh."""
    height, width = image.shape[:2]
    columns, rows = np.meshgrid(np.arange(0, width, 4.0), np.arange(0, height, 4.0))
    far = (columns[..., None] - mesh.points[:, 0]) ** 2 + (rows[..., None] - mesh.points[:, 1]) ** 2
    near = np.exp(-far / (2 * (np.ptp(mesh.points[:, 0]) / 20) ** 2)) + 1e-9
    depth = cv2.resize(
        ((near * mesh.points[:, 2]).sum(axis=2) / near.sum(axis=2)).astype(np.float32), (width, height)
    )
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    moved = cv2.remap(
        image,
        x - np.float32(across) * depth,
        y - np.float32(down) * depth,
        cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(moved, np.uint8)


def tilted_sheet(image: ImageArray, tilt: float, bend: float, light: float = 1.0) -> ImageArray:
    """In perspective, as if one side came nearer, bent into an arch of `bend` of the width, in other light."""
    height, width = image.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    nearer = 1 + tilt * (x / width - 0.5)
    arch = bend * width * (x / width - 0.5) ** 2
    moved = cv2.remap(
        image,
        ((x - width / 2) * nearer + width / 2 + arch).astype(np.float32),
        ((y - height / 2) * nearer + height / 2 + arch).astype(np.float32),
        cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.clip(moved * light, 0, 255).astype(np.uint8)


def noisy(image: ImageArray, random: np.random.Generator) -> ImageArray:
    """With a camera's noise."""
    return np.clip(image + random.normal(0, 3, image.shape), 0, 255).astype(np.uint8)
