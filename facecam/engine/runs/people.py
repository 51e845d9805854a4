"""People of a run: whose photos it was trained on, and taking somebody out of its records."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from facecam.core.config import Settings
from facecam.core.encryption import at_rest
from facecam.core.errors import DataError
from facecam.core.events import EventSink, Notice, ignore
from facecam.core.json_text import parse_json
from facecam.core.paths import (
    atomic_write,
    delete,
    delete_file,
    printable,
    readable_os_errors,
    resolved,
    sweep_temporary,
)
from facecam.engine.runs.layout import WAITING_FILE, run_folders, runs_folder, sweep_files
from facecam.engine.runs.lock import is_held
from facecam.gallery.storage.npy import NotAnArray, npy_bytes, parse_npy
from facecam.training.data.split import Split
from facecam.training.distil.plan import FACES_FOLDER, SOURCES_FILE
from facecam.training.run.folder import RunFolder, read_json, write_json

_KINDS: Final = ("train", "validate", "held")
_MAPS: Final = ("before", "after")
_MAP_PEOPLE_FILE: Final = "projection.json"
#: Of a run: its list of photos.
RECORD: Final = "data.json"


def runs_with_photos(settings: Settings) -> Iterator[RunFolder]:
    """The runs that have a list of photos, by name."""
    runs = map(RunFolder, run_folders(settings))
    yield from (run for run in runs if run.data.is_file())


def document_of(path: Path) -> dict[str, Any]:
    """A file of a run; empty where there is none, or it is damaged.

    Raises:
        ForeignKey: it is encrypted, and its key is not here: whom it names nobody can say.
    """
    try:
        return read_json(path) if path.is_file() else {}
    except DataError:
        return {}
    except at_rest.ForeignKey as error:
        delete = f"python main.py runs delete {shlex.quote(path.parent.name)}"
        raise at_rest.ForeignKey(
            error.message, hint=f"Put the key back, or delete what it locks: {delete}"
        ) from error


def samples_in(document: Mapping[str, Any], *kinds: str) -> Iterator[Mapping[str, Any]]:
    """Every photo in a run's `data.json`, or those of some kinds."""
    for kind in kinds or _KINDS:
        yield from (one for one in _list_in(document, kind) if isinstance(one, dict))


def _list_in(document: Mapping[str, Any], name: str) -> list[Any]:
    """A list of a file that somebody may have written into; empty if it is none."""
    found = document.get(name)
    return found if isinstance(found, list) else []


def is_of(sample: Mapping[str, Any], name: str, digests: Collection[str]) -> bool:
    """Whether a photo is somebody's: by the name it had, or by its SHA-256 among `digests`."""
    return sample.get("person") == name or str(sample.get("sha256")) in digests


def forget_in_runs(
    settings: Settings, name: str, digests: Collection[str], on_event: EventSink = ignore
) -> int:
    """Take a person who was deleted out of the records of all runs; returns how many runs were changed.

    Their photos leave `data.json` and their points the maps, whose pictures, with names in them, are deleted: the
    window draws the maps from the numbers. A record that is damaged, or of a later version, and still names them then
    is deleted as a whole. Those that are going on forget when they end, see `forget_in_ended_runs`. Can be repeated
    when it was cut off.

    Raises:
        DataError: a file cannot be written or deleted.
    """
    count = 0
    _forget_sweeps(settings, name)
    for path in run_folders(settings):
        if is_held(path):
            waiting = _list_in(document_of(path / WAITING_FILE), "each")
            write_json(path / WAITING_FILE, {"each": [*waiting, {"name": name, "digests": sorted(digests)}]})
        else:
            count += _forget_in(settings, path, name, digests, on_event)
    forget_in_ended_runs(settings, on_event)
    return count


def forget_in_ended_runs(settings: Settings, on_event: EventSink = ignore) -> None:
    """Take those out of the records who were deleted while a run was going on that has ended since.

    Raises:
        DataError: a file cannot be written or deleted.
    """
    for file in runs_folder(settings).glob(f"*/{WAITING_FILE}"):
        if is_held(file.parent):
            continue
        for one in filter(lambda one: isinstance(one, dict), _list_in(document_of(file), "each")):
            digests = set(map(str, _list_in(one, "digests")))
            _forget_in(settings, file.parent, str(one.get("name", "")), digests, on_event)
        delete_file(file)


def _forget_in(
    settings: Settings, path: Path, name: str, digests: Collection[str], on_event: EventSink
) -> bool:
    run = RunFolder(path)
    names = _names_that_go(run, name, digests)
    changed = _forget_points(path, names | {name})
    changed |= _forget_samples(run, name, digests)
    changed |= _forget_faces(settings, path)
    return changed | _forget_the_rest(path, name, digests, on_event)


def has_lost_photos(run: RunFolder) -> bool:
    """Whether photos were taken out of a run's list since it was written: its checkpoints count them by their place."""
    document = document_of(run.data)
    try:
        return document.get("digest") not in (None, Split.from_json(document).digest)
    except DataError:
        return False  # Damaged: whoever needs the list says so.


def _names_that_go(run: RunFolder, name: str, digests: Collection[str]) -> set[str]:
    """Under which names the person is in a run, if nobody else is: they may have been called otherwise."""
    samples = list(samples_in(document_of(run.data)))
    kept = [one for one in samples if not is_of(one, name, digests)]
    return {str(one.get("person")) for one in samples} - {str(one.get("person")) for one in kept}


def _forget_samples(run: RunFolder, name: str, digests: Collection[str]) -> bool:
    document = document_of(run.data)
    gone = _names_that_go(run, name, digests)
    samples = list(samples_in(document))
    if not any(is_of(one, name, digests) for one in samples):
        return False
    for kind in _KINDS:
        document[kind] = [one for one in samples_in(document, kind) if not is_of(one, name, digests)]
    document["people"] = [person for person in _list_in(document, "people") if person not in gone]
    write_json(run.data, document)
    return True


def _forget_points(run: Path, names: Collection[str]) -> bool:
    document = document_of(run / _MAP_PEOPLE_FILE)
    people = [str(person) for person in _list_in(document, "people")]
    if not any(person in names for person in people):
        return False
    kept = np.array([person not in names for person in people], bool)
    for one in _MAPS:
        delete_file(run / f"{one}.png")
        _keep_rows(run / f"{one}.npy", kept)
    # Last: until then a repetition knows which rows they were.
    write_json(run / _MAP_PEOPLE_FILE, {**document, "people": [one for one in people if one not in names]})
    return True


def _keep_rows(path: Path, kept: np.ndarray) -> None:
    """Of a map that does not fit its names nothing can be kept."""
    try:
        points = parse_npy(at_rest.read_bytes(path))
    except (OSError, NotAnArray):
        points = np.zeros((0, 2), np.float32)
    if len(points) == kept.sum() != len(kept) and points.ndim:
        return  # Done before this was cut off.
    if points.shape[:1] != kept.shape:
        delete_file(path)
        return
    atomic_write(path, npy_bytes(points[kept]), private=True)


def _forget_the_rest(run: Path, name: str, digests: Collection[str], on_event: EventSink) -> bool:
    """Records in which somebody is still named after all: damaged ones, or those of a later version."""
    sweep_temporary(run)
    who = {*digests, *([name] if name else ())}
    changed = False
    for path in (run / RECORD, run / _MAP_PEOPLE_FILE):
        if _is_as_known(path) or not any(word in _content(path) for word in _as_written(who)):
            continue
        document = document_of(path)
        if document:
            write_json(path, _without(document, who))
        else:
            delete_file(path)
            what = printable(f"{run.name}/{path.name}")
            on_event(Notice(f"{what} is damaged and named somebody who was deleted: it was deleted, too", ""))
        for one in _MAPS if path.name == _MAP_PEOPLE_FILE else ():
            delete_file(run / f"{one}.png")
            delete_file(run / f"{one}.npy")
        changed = True
    return changed


def distilled_from(run: Path) -> list[Path]:
    """The folders a distillation was given; none of other runs, or where the list is damaged."""
    try:
        return [resolved(Path(str(one))) for one in parse_json(at_rest.read_bytes(run / SOURCES_FILE))]
    except (OSError, ValueError, TypeError):
        return []


def _forget_faces(settings: Settings, run: Path) -> bool:
    """Faces that a distillation has prepared say not whose they are; those of who is left are made again."""
    data, faces = resolved(settings.data), run / FACES_FOLDER
    theirs = any(
        (data in (one, *one.parents) and not one.is_dir()) or one in (data, *data.parents)
        for one in distilled_from(run)
    )
    if not (theirs and faces.is_dir()):
        return False
    delete(faces)
    return True


def _forget_sweeps(settings: Settings, name: str) -> None:
    """Among what a sweep has tried may have been a folder of somebody's; without its file it would begin anew."""
    once = json.dumps(name)[1:-1]  # Optuna writes JSON in JSON.
    words = "|".join(map(re.escape, (name, once, json.dumps(once)[1:-1]))).encode("utf-8", "surrogatepass")
    for file in sweep_files(settings) if name else ():
        if re.search(rb'["/\\](?:%b)["/\\]' % words, _content(file)):
            delete_file(file)


def _is_as_known(path: Path) -> bool:
    """Whether everything in a record was understood when the person was taken out of it."""
    document = document_of(path)
    if path.name == _MAP_PEOPLE_FILE:
        return isinstance(document.get("people"), list)
    try:
        Split.from_json(document)
    except DataError:
        return False
    return True


def _content(path: Path) -> bytes:
    with readable_os_errors("read", path):
        return at_rest.read_bytes(path) if path.is_file() else b""


def _as_written(words: Collection[str]) -> list[bytes]:
    return [
        json.dumps(word, ensure_ascii=ascii).encode("utf-8", "surrogatepass")
        for word in words
        for ascii in (True, False)
    ]


def _without(document: Any, who: Collection[str]) -> Any:
    """A document of any shape without what names somebody: entries of lists as a whole."""

    def is_theirs(one: Any) -> bool:
        if isinstance(one, dict):
            return any(isinstance(value, str) and value in who for value in one.values())
        return isinstance(one, str) and one in who

    if isinstance(document, dict):
        named = {key: value for key, value in document.items() if key not in who and not is_theirs(value)}
        return {key: _without(value, who) for key, value in named.items()}
    if isinstance(document, list):
        return [_without(one, who) for one in document if not is_theirs(one)]
    return document
