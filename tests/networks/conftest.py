"""Real chips, dlib's own answers for them, those of the Keras definitions, and files nothing may be made of."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import dlib
import numpy as np
import pytest

from facecam.core.types import FloatArray, ImageArray
from facecam.engine.demo import Demo
from facecam.runtime.dlib_files import LANDMARKS, MMOD, RESNET, find_dlib_file
from facecam.vision.images.read import read_picture
from facecam.vision.landmarks.model import Landmarker
from tests.networks.dlib_bytes import counting, header, tensor
from tests.networks.real_chips import lfw_chips, portrait_chips


@contextlib.contextmanager
def plain_keras() -> Iterator[None]:
    """Keras as where nothing was trained before, on the processor; afterwards no network is left."""
    import facecam.networks  # noqa: F401  It says what Keras runs on.

    import keras  # isort: skip
    import tensorflow as tf  # isort: skip

    keras.config.set_dtype_policy("float32")
    with tf.device("CPU"):
        yield
    keras.backend.clear_session()


@pytest.fixture(scope="session")
def landmarker(weights: Path) -> Landmarker:
    return Landmarker(find_dlib_file(LANDMARKS, weights))


@pytest.fixture(scope="session")
def chips(demo: Demo, landmarker: Landmarker) -> list[ImageArray]:
    """24 chips of the portraits."""
    faces = [(read_picture(portrait.path), portrait.face) for portrait in demo.portraits()]
    made = portrait_chips(faces, landmarker)
    assert len(made) >= 20
    return made


@pytest.fixture(scope="session")
def describe(weights: Path) -> Callable[[list[ImageArray]], FloatArray]:
    """dlib's own raw vectors of chips, float32 (N, 128)."""
    model = dlib.face_recognition_model_v1(str(find_dlib_file(RESNET, weights)))

    def run(chips: list[ImageArray]) -> FloatArray:
        return np.array([model.compute_face_descriptor(chip) for chip in chips], np.float32)

    return run


@pytest.fixture(scope="session")
def dlib_vectors(chips: list[ImageArray], describe: Callable[[list[ImageArray]], FloatArray]) -> FloatArray:
    """dlib's raw vectors of `chips`."""
    return describe(chips)


@pytest.fixture(scope="session")
def lfw(shared_data: Path, landmarker: Landmarker) -> list[ImageArray]:
    """12 chips spread over LFW."""
    return list(lfw_chips(shared_data, landmarker, 12))


@pytest.fixture(scope="session")
def canvas(demo: Demo) -> ImageArray:
    """A portrait, uint8 (160, 200, 3), for the detector network."""
    portrait = demo.portraits()[0]
    x, y = map(int, portrait.face.center)
    return np.ascontiguousarray(read_picture(portrait.path)[y - 80 : y + 80, x - 100 : x + 100])


@pytest.fixture(scope="session")
def small_chips(chips: list[ImageArray]) -> list[ImageArray]:
    """`chips` as ResNet50 wants them, 112 px."""
    return [
        np.asarray(cv2.resize(chip, (112, 112), interpolation=cv2.INTER_AREA), np.uint8) for chip in chips
    ]


@pytest.fixture(scope="session")
def shipped(weights: Path) -> Path:
    """ResNet50's weights; the test is skipped in a checkout without them."""
    path = weights / "resnet50" / "weights.npz"
    if not path.is_file():
        pytest.skip("the weights of ResNet50 are not in this checkout")
    return path


@pytest.fixture(scope="session")
def broken(weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of files no network may be made of."""
    folder = tmp_path_factory.mktemp("files") / "broken"
    _write_broken(folder, weights)
    return folder


def _write_broken(folder: Path, weights: Path) -> None:
    """Files no network may be made of; the name begins with the network that has to refuse them."""
    folder.mkdir()
    resnet, mmod = (find_dlib_file(name, weights).read_bytes() for name in (RESNET, MMOD))
    generator = np.random.default_rng(8)
    contents = {
        "resnet-of-detector": mmod,
        "resnet-cut": resnet[: len(resnet) // 2],
        "resnet-shapes": tensor(counting(1, 1, 4, 4)) * 59,
        "mmod-of-resnet": resnet,
        "mmod-empty": b"",
        "mmod-cut-early": mmod[:5_000],
        "mmod-cut": mmod[: len(mmod) // 2],
        "mmod-cut-late": mmod[: len(mmod) - 5_000],
        "mmod-random": generator.bytes(50_000),
        "mmod-random-tagged": header(1, 1, 8, 8) + generator.bytes(50_000),
        "mmod-shapes": tensor(counting(1, 1, 4, 4)) * 37,
        "mmod-odd-affine": _detector_like(affine=(1, 33, 1, 1)),
        "mmod-short-affine": _detector_like(affine=(1, 20, 1, 1)),
        "mmod-short-statistics": _detector_like(statistics=(1, 20, 1, 1)),
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)


def _detector_like(
    affine: tuple[int, ...] = (1, 32, 1, 1), statistics: tuple[int, ...] = (1, 16, 1, 1)
) -> bytes:
    """37 tensors whose convolutions fit and whose first affine or statistics may not."""
    sizes = [(3, 16), (16, 32), (32, 32), (32, 45), (45, 45), (45, 45)]
    parts = []
    for index, (given, filters) in enumerate(sizes):
        parts.append(tensor(np.full((1, filters * given * 25 + filters, 1, 1), 0.1)))
        first = index == 0
        parts.append(tensor(np.ones(affine if first else (1, 2 * filters, 1, 1))))
        rest = statistics if first else (1, filters, 1, 1)
        parts += [tensor(np.ones((1, 2 * filters, 1, 1)))] * 2 + [tensor(np.ones(rest))] * 2
    return b"".join(parts) + tensor(np.full((1, 45 * 81 + 1, 1, 1), 0.1))
