"""Whose photos a run has been trained on, and taking somebody out of its records."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from facecam.core.config import Settings
from facecam.core.errors import DataError
from facecam.core.paths import atomic_write, readable_os_errors
from facecam.engine.run_lock import is_held
from facecam.engine.run_places import runs_folder
from facecam.training.run_folder import RunFolder, read_json, write_json
from facecam.training.split import Split

_KINDS: Final = ("train", "validate", "held")
_MAPS: Final = ("before", "after")
_MAP_PEOPLE_FILE: Final = "projection.json"


def runs_with_photos(settings: Settings) -> Iterator[RunFolder]:
    """The runs that have a list of photos, by name."""
    folder = runs_folder(settings)
    paths = sorted(folder.iterdir()) if folder.is_dir() else []
    yield from (RunFolder(path) for path in paths if RunFolder(path).data.is_file())


def document_of(path: Path) -> dict[str, Any]:
    """A file of a run; empty where there is none, or it is damaged."""
    try:
        return read_json(path) if path.is_file() else {}
    except DataError:
        return {}


def samples_in(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every photo in a run's `data.json`."""
    for kind in _KINDS:
        yield from _samples_in(document, kind)


def _samples_in(document: Mapping[str, Any], kind: str) -> Iterator[Mapping[str, Any]]:
    return (one for one in _list_in(document, kind) if isinstance(one, dict))


def _list_in(document: Mapping[str, Any], name: str) -> list[Any]:
    """A list of a file that somebody may have written into; empty if it is none."""
    found = document.get(name)
    return found if isinstance(found, list) else []


def is_of(sample: Mapping[str, Any], name: str, digests: Collection[str]) -> bool:
    """Whether a photo is somebody's: by the name it had, or by its SHA-256 among `digests`."""
    return sample.get("person") == name or str(sample.get("sha256")) in digests


def forget_in_runs(settings: Settings, name: str, digests: Collection[str]) -> int:
    """Take a person who was deleted out of the records of all runs; returns how many runs were changed.

    Their photos leave `data.json` and their points the maps, whose pictures, with names in them, are deleted: the
    window draws the maps from the numbers. Runs that are going on are left alone.

    Raises:
        DataError: a file cannot be written or deleted.
    """
    count = 0
    for run in runs_with_photos(settings):
        if not is_held(run.path):
            names = _forget_samples(run, name, digests)
            count += _forget_points(run.path, names | {name}) or bool(names)
    return count


def has_lost_photos(run: RunFolder) -> bool:
    """Whether photos were taken out of a run's list since it was written: its checkpoints count them by their place."""
    document = document_of(run.data)
    try:
        return document.get("digest") not in (None, Split.from_json(document).digest)
    except DataError:
        return False  # Damaged: whoever needs the list says so.


def _forget_samples(run: RunFolder, name: str, digests: Collection[str]) -> set[str]:
    """Returns the names that do not occur any more."""
    document = document_of(run.data)
    samples = list(samples_in(document))
    kept = [one for one in samples if not is_of(one, name, digests)]
    if len(kept) == len(samples):
        return set()
    for kind in _KINDS:
        document[kind] = [one for one in _samples_in(document, kind) if not is_of(one, name, digests)]
    gone = {str(one.get("person")) for one in samples} - {str(one.get("person")) for one in kept}
    document["people"] = [person for person in _list_in(document, "people") if person not in gone]
    write_json(run.data, document)
    return gone


def _forget_points(run: Path, names: Collection[str]) -> bool:
    document = document_of(run / _MAP_PEOPLE_FILE)
    people = [str(person) for person in _list_in(document, "people")]
    if not any(person in names for person in people):
        return False
    kept = np.array([person not in names for person in people], bool)
    for one in _MAPS:
        _delete(run / f"{one}.png")
        _keep_rows(run / f"{one}.npy", kept)
    write_json(run / _MAP_PEOPLE_FILE, {**document, "people": [one for one in people if one not in names]})
    return True


def _keep_rows(path: Path, kept: np.ndarray) -> None:
    """Of a map that does not fit its names nothing can be kept."""
    try:
        points = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):  # The last is what numpy says of an empty file.
        points = np.zeros((0, 2), np.float32)
    if points.shape[:1] != kept.shape:
        _delete(path)
        return
    content = io.BytesIO()
    np.save(content, points[kept])
    atomic_write(path, content.getvalue())


def _delete(path: Path) -> None:
    with readable_os_errors("delete", path):
        path.unlink(missing_ok=True)
