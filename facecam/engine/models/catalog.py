"""The models that are prepared at set-up, and their cards."""

from __future__ import annotations

import functools
import hashlib
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from facecam.core.errors import WeightsError
from facecam.core.home import ASSETS
from facecam.core.paths import sha256_file
from facecam.networks.ir.dlib_mmod import export_dlib_mmod
from facecam.networks.ir.dlib_resnet import export_dlib_resnet
from facecam.networks.ir.mtcnn import export_mtcnn
from facecam.networks.ir.resnet50 import export_resnet50
from facecam.runtime.card import CohortSpec, InputSpec, ModelCard
from facecam.runtime.detector_files import export_centerface, export_mediapipe
from facecam.runtime.dlib_files import MMOD, RESNET, find_dlib_file
from facecam.runtime.package_files import BLAZEFACE, CENTERFACE, FACE_MESH, find_in_package

#: What the cards say, but for what only the finished files tell; measured numbers are data, and stand there.
_CARDS = ASSETS / "models" / "cards.toml"
RESNET50 = "resnet50"
#: The shipped weights of a network, beside the `model.xml` set-up makes of them.
WEIGHTS_FILE = "weights.npz"
_MTCNN_FILES = ("pnet.lz4", "rnet.lz4", "onet.lz4")


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to make a model from what the packages bring.

    Attributes:
        name: folder name in `weights/`.
        source: finds the original weights, given the weights folder.
        digest: SHA-256 that stands for the original weights.
        export: writes the networks into a folder, given the original weights.
        optional: set-up goes on without it where its original weights are missing.
        formerly: how earlier cards of it said what they were calibrated on: such a card is brought up to date.
    """

    name: str
    source: Callable[[Path], Path]
    digest: Callable[[Path], str]
    export: Callable[[Path, Path], None]
    optional: bool = False
    formerly: tuple[str, ...] = ()

    @property
    def values(self) -> dict[str, Any]:
        """The card, less `name`, `sha256` and `source_sha256`."""
        return _cards()[self.name]

    def card(self, source_sha256: str, sha256: dict[str, str]) -> ModelCard:
        """The card of the finished model."""
        return ModelCard(name=self.name, source_sha256=source_sha256, sha256=sha256, **self.values)


@functools.cache
def _cards() -> dict[str, dict[str, Any]]:
    """By model, the values of its card."""
    cards: dict[str, dict[str, Any]] = _frozen(tomllib.loads(_CARDS.read_text(encoding="utf-8")))
    for values in cards.values():
        values["input"] = InputSpec(**values["input"])
        if "cohort" in values:
            values["cohort"] = CohortSpec(**values["cohort"])
    return cards


def _frozen(value: Any) -> Any:
    """Lists of TOML as tuples, at any depth."""
    if isinstance(value, dict):
        return {key: _frozen(one) for key, one in value.items()}
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def _mtcnn_folder(weights: Path) -> Path:
    del weights  # Only the package has them.
    return find_in_package("mtcnn", "assets/weights")


def _mtcnn_digest(folder: Path) -> str:
    digests = "".join(sha256_file(folder / name) for name in _MTCNN_FILES)
    return hashlib.sha256(digests.encode()).hexdigest()


def _shipped_weights(weights: Path) -> Path:
    path = weights / RESNET50 / WEIGHTS_FILE
    if not path.is_file():
        raise WeightsError(
            f"the weights of {RESNET50} are missing: {path}",
            hint="Copy that file from a complete checkout, then set up again; everything else works without it.",
        )
    return path


RECIPES: tuple[Recipe, ...] = (
    Recipe("centerface", lambda weights: CENTERFACE.find(), sha256_file, export_centerface),
    Recipe("blazeface", lambda weights: BLAZEFACE.find(), sha256_file, export_mediapipe),
    Recipe("facemesh", lambda weights: FACE_MESH.find(), sha256_file, export_mediapipe),
    Recipe(
        "dlib-resnet",
        lambda weights: find_dlib_file(RESNET, weights),
        sha256_file,
        export_dlib_resnet,
        formerly=("2,116 photos of 80 people (part of CelebA, none of LFW), mirrored chip added",),
    ),
    Recipe("dlib-mmod", lambda weights: find_dlib_file(MMOD, weights), sha256_file, export_dlib_mmod),
    Recipe("mtcnn", _mtcnn_folder, _mtcnn_digest, export_mtcnn),
    Recipe(
        RESNET50,
        _shipped_weights,
        sha256_file,
        export_resnet50,
        optional=True,
        formerly=("800 photos of 80 people (part of CelebA, none of LFW), mirrored chip added",),
    ),
)
