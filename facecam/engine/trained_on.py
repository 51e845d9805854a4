"""Which models and runs have learnt from somebody's photos, and forgetting the person there as far as possible.

Names, paths and points on maps can be taken out of a run. What a network has learnt of a face is spread over its
weights and cannot: such models and runs are named, so that they can be deleted.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from facecam.core.config import Settings
from facecam.core.errors import DataError, WeightsError
from facecam.core.paths import atomic_write, readable_os_errors, sha256_file
from facecam.engine import parts
from facecam.engine.run_lock import is_held
from facecam.engine.training_head import BASE_FILE
from facecam.engine.training_plan import runs_folder
from facecam.engine.training_store import STORED_FILE
from facecam.runtime.store import WeightsStore
from facecam.training.run_folder import RunFolder, read_json, write_json

_KINDS: Final = ("train", "validate", "held")
_MAPS: Final = ("before", "after")
_MAP_PEOPLE_FILE: Final = "projection.json"
_MOST_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class TrainedOn:
    """What has learnt from photos of somebody.

    Attributes:
        name: the person.
        models: in `weights/`; also those that were trained on from such a model.
        runs: names of folders in `runs/`.
        in_use: the model in use, if it is one of them; else empty.
    """

    name: str
    models: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()
    in_use: str = ""

    @property
    def text(self) -> str:
        """What stays, as one sentence; empty where nothing does."""
        what = self.models or self.runs
        if not what:
            return ""
        return (
            f"Photos of {self.name} were used to train {_listed(what)}: what was learnt stays in the weights."
        )

    @property
    def hint(self) -> str:
        """How to delete that; empty where nothing stays."""
        if not (self.models or self.runs):
            return ""
        commands = [
            *(f"`models remove {model}`" for model in self.models),
            *(f"`runs delete {run}`" for run in self.runs),
        ]
        how = f"To delete that too: {_listed(commands)}."
        return (
            f"{how} {self.in_use} is in use: train again or deploy another one first." if self.in_use else how
        )


def photo_digests(photos: Iterable[Path]) -> frozenset[str]:
    """SHA-256 of photos, 64 hex digits each; those that cannot be read are left out."""
    found = set()
    for photo in photos:
        try:
            found.add(sha256_file(photo))
        except DataError:
            continue  # Nothing was learnt from a photo that cannot be read.
    return frozenset(found)


def trained_on(settings: Settings, name: str, digests: Collection[str]) -> TrainedOn:
    """The models and runs with photos of somebody.

    Args:
        settings: where `weights/` and `runs/` are.
        name: the person, as in the runs.
        digests: of their photos, which also find runs made under another name.
    """
    runs, models = [], set()
    store = parts.open_weights(settings)
    names = store.names()
    for run in _runs(settings):
        if any(_is_theirs(one, name, digests) for one in _samples(_document(run.data))):
            runs.append(run.path.name)
            models.add(_model_of(run))
    models = _with_heirs(settings, store, models & set(names))
    deployed = _deployed(store)
    return TrainedOn(name, tuple(sorted(models)), tuple(sorted(runs)), deployed if deployed in models else "")


def forget_in_runs(settings: Settings, name: str, digests: Collection[str]) -> int:
    """Take a person who was deleted out of the records of all runs; returns how many runs were changed.

    Their photos leave `data.json` and their points the maps, whose pictures, with names in them, are deleted: the
    window draws the maps from the numbers. Runs that are going on are left alone.

    Raises:
        DataError: a file cannot be written or deleted.
    """
    count = 0
    for run in _runs(settings):
        if not is_held(run.path):
            names = _forget_samples(run, name, digests)
            count += _forget_points(run.path, names | {name}) or bool(names)
    return count


def _forget_samples(run: RunFolder, name: str, digests: Collection[str]) -> set[str]:
    """Returns the names that do not occur any more."""
    document = _document(run.data)
    samples = list(_samples(document))
    kept = [one for one in samples if not _is_theirs(one, name, digests)]
    if len(kept) == len(samples):
        return set()
    for kind in _KINDS:
        document[kind] = [one for one in document[kind] if not _is_theirs(one, name, digests)]
    gone = {str(one.get("person")) for one in samples} - {str(one.get("person")) for one in kept}
    document["people"] = [person for person in document.get("people", ()) if person not in gone]
    write_json(run.data, document)
    return gone


def _forget_points(run: Path, names: Collection[str]) -> bool:
    document = _document(run / _MAP_PEOPLE_FILE)
    people = document.get("people")
    if not isinstance(people, list) or not set(people) & set(names):
        return False
    kept = np.array([person not in names for person in people], bool)
    for one in _MAPS:
        _delete(run / f"{one}.png")
        _keep_rows(run / f"{one}.npy", kept)
    write_json(
        run / _MAP_PEOPLE_FILE,
        {**document, "people": [one for one in people if one not in names]},
    )
    return True


def _keep_rows(path: Path, kept: np.ndarray) -> None:
    """Of a map that does not fit its names nothing can be kept."""
    try:
        points = np.load(path, allow_pickle=False)
    except (OSError, ValueError):
        points = np.zeros((0, 2), np.float32)
    if len(points) != len(kept):
        _delete(path)
        return
    content = io.BytesIO()
    np.save(content, points[kept])
    atomic_write(path, content.getvalue())


def _delete(path: Path) -> None:
    with readable_os_errors("delete", path):
        path.unlink(missing_ok=True)


def _with_heirs(settings: Settings, store: WeightsStore, models: set[str]) -> set[str]:
    """With the models that were trained on from these, or are these with a head."""
    parents = {name: _base(store, name) for name in store.names()}
    for run in _runs(settings):
        name = _model_of(run)
        if name in parents:
            parents[name] |= {str(_document(run.path / "trained.json").get("started", ""))}
    while heirs := {name for name, before in parents.items() if before & models} - models:
        models = models | heirs
    return models


def _model_of(run: RunFolder) -> str:
    """The model a run put into `weights/`; "" if it did not get that far."""
    if (run.path / STORED_FILE).is_file():
        return str(_document(run.job).get("name", ""))
    return str(_document(run.outcome).get("model") or "")


def _base(store: WeightsStore, name: str) -> set[str]:
    return {str(_document(store.path(name) / BASE_FILE).get("base", ""))}


def _deployed(store: WeightsStore) -> str:
    try:
        return store.deployed()
    except WeightsError:
        return ""


def _runs(settings: Settings) -> Iterator[RunFolder]:
    folder = runs_folder(settings)
    paths = sorted(folder.iterdir()) if folder.is_dir() else []
    yield from (RunFolder(path) for path in paths if RunFolder(path).data.is_file())


def _document(path: Path) -> dict[str, Any]:
    """A file of a run; empty where there is none, or it is damaged."""
    try:
        return read_json(path) if path.is_file() else {}
    except DataError:
        return {}


def _samples(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for kind in _KINDS:
        yield from (one for one in document.get(kind, ()) if isinstance(one, dict))


def _is_theirs(sample: Mapping[str, Any], name: str, digests: Collection[str]) -> bool:
    return sample.get("person") == name or sample.get("sha256") in digests


def _listed(what: Iterable[str]) -> str:
    names = list(what)
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
