"""Recognition of faces: as a library, from a window, or from the command line.

What a library user needs is here, and loaded when it is first asked for: `import facecam` loads nothing else.
"""

from __future__ import annotations

import importlib

__version__ = "0.13.0"

#: Name → module that has it. The same names, typed, are in `__init__.pyi`.
_PLACES = {
    "Box": "facecam.core.types",
    "Detection": "facecam.core.types",
    "EnrollReport": "facecam.engine.enrollment.enroller",
    "FaceComparison": "facecam.library.pictures",
    "FaceRecognizer": "facecam.library.recognizer",
    "FacecamError": "facecam.core.errors",
    "Gallery": "facecam.gallery.gallery",
    "RecognizedFace": "facecam.library.faces",
    "RecognizedFrame": "facecam.library.faces",
    "Settings": "facecam.core.config",
    "cluster": "facecam.library.pictures",
    "compare": "facecam.library.pictures",
    "detect": "facecam.library.pictures",
    "embed": "facecam.library.pictures",
}
__all__ = [
    "Box",
    "Detection",
    "EnrollReport",
    "FaceComparison",
    "FaceRecognizer",
    "FacecamError",
    "Gallery",
    "RecognizedFace",
    "RecognizedFrame",
    "Settings",
    "__version__",
    "cluster",
    "compare",
    "detect",
    "embed",
]


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module 'facecam' has no attribute {name!r}")
    value: object = getattr(importlib.import_module(_PLACES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_PLACES})
