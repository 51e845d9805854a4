"""Search for dlib's own model files, without importing the package that carries them."""

from __future__ import annotations

from pathlib import Path

from facecam.core.errors import WeightsError
from facecam.core.paths import sha256_file
from facecam.runtime.package_files import package_folders

RESNET = "dlib_face_recognition_resnet_model_v1.dat"
MMOD = "mmod_human_face_detector.dat"
LANDMARKS = "shape_predictor_5_face_landmarks.dat"

#: SHA-256 of the files as dlib and face_recognition_models 0.3 publish them.
KNOWN_SHA256 = {
    RESNET: "55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30",
    MMOD: "4cb19393e2fbaf2b1609a9319ad5386618c886a6234ec1b971f3e87c85d87fe6",
    LANDMARKS: "c4b1e9804792707d3a405c2c16a80a20269e6675021f64a41d30fffafbc41888",
}
#: Folder inside `weights/` for files fetched with `-dw`, and for what is kept of dlib's HOG detector.
DOWNLOAD_FOLDER = "dlib"
HOG_FILTERS = "frontal_face_detector.dat"


def find_dlib_file(name: str, weights: Path) -> Path:
    """The path of a verified dlib model file: fetched into `weights/dlib/`, or else from the package.

    Raises:
        WeightsError: it is nowhere, or its content is not the published one.
    """
    candidates = [weights / DOWNLOAD_FOLDER / name]
    # Found, not imported: its __init__ needs the vanished pkg_resources.
    candidates += [folder / "models" / name for folder in package_folders("face_recognition_models")]
    path = next((candidate for candidate in candidates if candidate.is_file()), None)
    if path is None:
        raise WeightsError(
            f"{name} is missing", hint="Run `python main.py -dw True` to fetch it, or set up again."
        )
    if sha256_file(path) != KNOWN_SHA256[name]:
        raise WeightsError(
            f"{path} is not the published file: its checksum differs",
            hint="Delete it and run `python main.py -dw True`, or set up again.",
        )
    return path
