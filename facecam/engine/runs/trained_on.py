"""Models, runs, cohorts and thresholds that have learned from somebody's photos.

Names, paths and points on maps can be taken out of a run, see `run_people`. What a network has learnt of a face is
spread over its weights and cannot: such models and runs are named, so that they can be deleted, and so is what was
fitted to photos, see `fitted`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from facecam.core.config import Settings
from facecam.core.errors import WeightsError
from facecam.core.paths import readable_os_errors, resolved
from facecam.core.words import listed
from facecam.engine import components
from facecam.engine.faces.chip_cache import prepared_once
from facecam.engine.faces.library_scan import OWN_PHOTOS
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.runs.fitted import COHORT, OWN_THRESHOLD, THRESHOLD, digests_of, fitted_to
from facecam.engine.runs.layout import BASE_FILE, STORED_FILE, runs_folder
from facecam.engine.runs.lock import is_held
from facecam.engine.runs.people import distilled_from, document_of, is_of, runs_with_photos, samples_in
from facecam.runtime.card import CARD_FILE
from facecam.runtime.store import WeightsStore
from facecam.training.distil.plan import PLAN_FILE, WEIGHTS_FILE
from facecam.training.run.folder import RunFolder

_MOST_NAMED: Final = 5
#: Before the name of a run, where models stand beside it.
_RUN: Final = "runs/"


@dataclass(frozen=True, slots=True)
class TrainedOn:
    """What has learnt from photos of somebody.

    Attributes:
        name: the person.
        models: in `weights/`; also those that were trained on from such a model.
        runs: names of folders in `runs/`.
        in_use: the model in use, if it is one of them; else empty.
        perhaps: further models that learnt from photos of the user's people, and cohorts fitted to such; whose is
            known to no record any more.
        fitted: cohorts and thresholds that were found on their photos, among others.
    """

    name: str
    models: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()
    in_use: str = ""
    perhaps: tuple[str, ...] = ()
    fitted: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What stays, a sentence for each kind of it; empty where nothing does."""
        said, name = [], self.name
        if what := self.models or self.runs:
            trained = listed(what, _MOST_NAMED)
            said = [f"Photos of {name} were used to train {trained}: what was learnt stays in the weights."]
        among = f"Photos of {name} are among those that"
        if models := _whose(COHORT, self.fitted):
            said += [f"{among} the cohort of {listed(models, _MOST_NAMED)} was fitted to."]
        if models := _whose(THRESHOLD, self.fitted):
            said += [f"{among} the threshold of {listed(models, _MOST_NAMED)} was found with."]
        if OWN_THRESHOLD in self.fitted:
            said += [f"{among} the threshold in the database was found with."]
        if models := _models_in(self.perhaps):
            others = listed(models, _MOST_NAMED)
            said += [f"Perhaps also {others}: the records that say whose photos were used are gone."]
        if models := _whose(COHORT, self.perhaps):
            others = listed(models, _MOST_NAMED)
            said += [
                f"Perhaps also the cohort of {others}: there is no record of whose photos it was fitted to."
            ]
        return " ".join(said)

    @property
    def hint(self) -> str:
        """How to delete that; empty where nothing stays."""
        gone = [
            *(f"`models remove {model}`" for model in (*self.models, *_models_in(self.perhaps))),
            *(f"`runs delete {run}`" for run in self.runs),
        ]
        anew = [_cure_of(one) for one in (*self.fitted, *self.perhaps) if " " in one]
        said = [f"To delete that too: {listed(gone, _MOST_NAMED)}."] if gone else []
        if self.in_use:
            said += [f"The model {self.in_use} is in use: train again or deploy another one first."]
        if anew:
            said += [f"To find it anew without them: {listed(anew, _MOST_NAMED)}."]
        return " ".join(said)


def _models_in(perhaps: Collection[str]) -> list[str]:
    return [one for one in perhaps if " " not in one]


def _whose(kind: str, fitted: Collection[str]) -> list[str]:
    """The models whose cohorts or thresholds are among what was fitted."""
    return [one.removeprefix(f"{kind} of ") for one in fitted if one.startswith(f"{kind} of ")]


def _cure_of(fitted: str) -> str:
    """The command that finds a cohort or threshold anew."""
    for model in _whose(COHORT, [fitted]):
        return f"`models cohort {model} --faces PATH`"
    for model in _whose(THRESHOLD, [fitted]):
        return f"`models calibrate {model}`"
    return "`evaluate --own --apply`"


def photo_digests(library: PhotoLibrary, name: str) -> frozenset[str]:
    """SHA-256 of somebody's photos, 64 hex digits each: also of those deleted by hand since a training saw them.

    Photos that cannot be read are left out.
    """
    # Their folder, too, may have been deleted by hand: then where it was.
    found = set(prepared_once(library.folders_of(name) or [library.folder_of(name)]))
    return frozenset(found.union(digests_of(library.photos_of(name))))


def trained_on(settings: Settings, name: str, digests: Collection[str]) -> TrainedOn:
    """The models and runs with photos of somebody.

    Args:
        settings: where `weights/` and `runs/` are.
        name: the person, as in the runs.
        digests: of their photos, which also find runs made under another name.
    """
    seen, models, recorded = list[Path](), set[str](), set[str]()
    store = components.open_weights(settings)
    names = store.names()
    for run in runs_with_photos(settings):
        recorded.add(model_of(run))
        if any(is_of(one, name, digests) for one in samples_in(document_of(run.data))):
            seen.append(run.path)
            models.add(model_of(run))
    for folder, model in _distilled_from(settings, PhotoLibrary(settings.data).folders_of(name)):
        seen.append(folder)
        models.add(model)
    runs = sorted(run.name for run in seen if _has_learnt(run))
    # Also models that were removed since: what was made from them is still there.
    learnt = models - {""} | {f"{_RUN}{run}" for run in runs}
    models = _with_heirs(settings, store, learnt) & set(names)
    perhaps = made_here(settings) - recorded - models
    deployed = name_deployed(store)
    in_use = deployed if deployed in models | perhaps else ""
    fitted, unknown = fitted_to(settings, digests)
    return TrainedOn(name, tuple(sorted(models)), tuple(runs), in_use, (*sorted(perhaps), *unknown), fitted)


def made_here(settings: Settings) -> set[str]:
    """Models whose cards say that they learnt from the user's photos: their runs may have been deleted."""
    cards = {name: settings.weights / name / CARD_FILE for name in components.open_weights(settings).names()}
    with readable_os_errors("read", settings.weights):
        return {name for name, card in cards.items() if OWN_PHOTOS in card.read_text("utf-8", "replace")}


def photos_learnt_by(settings: Settings, model: str) -> frozenset[str]:
    """SHA-256 of the photos a model was trained on here, and of those the models it was made from were."""
    store, found, waiting, known = components.open_weights(settings), set[str](), [model], {model}
    runs = {name: run for run in runs_with_photos(settings) for name in _names_of(run)}
    while waiting:
        name = waiting.pop()
        before = _base(store, name) if name in store.names() else set()
        if (run := runs.get(name)) is not None:
            found |= {
                str(one.get("sha256")) for one in samples_in(document_of(run.data), "train", "validate")
            }
            before = before | _began_with(settings, store, run)
        before -= {""}  # Of runs that did not get so far as to have a model.
        waiting += sorted(before - known)
        known |= before
    return frozenset(found)


def _with_heirs(settings: Settings, store: WeightsStore, models: set[str]) -> set[str]:
    """With the models that were trained on from these models and runs, or are these with a head."""
    parents = {name: _base(store, name) for name in store.names()}
    for run in runs_with_photos(settings):
        for name in _names_of(run):
            parents[name] = parents.get(name, set()) | _began_with(settings, store, run)
    while heirs := {name for name, before in parents.items() if before & models} - models:
        models = models | heirs
    return models


def _names_of(run: RunFolder) -> set[str]:
    """How what came of a run is named where another one began with it."""
    return {model_of(run), f"{_RUN}{run.path.name}"} - {""}


def _began_with(settings: Settings, store: WeightsStore, run: RunFolder) -> set[str]:
    """The model or run a run was trained on from, also where its folder or a file in it was named."""
    start = str(document_of(run.path / "trained.json").get("started") or "")
    if not start:
        return set()  # As a path it would be wherever the program runs.
    place, names = resolved(Path(start)), {start}
    for home, mark in ((resolved(store.folder), ""), (resolved(runs_folder(settings)), _RUN)):
        if home in place.parents:
            names.add(f"{mark}{place.relative_to(home).parts[0]}")
    return names


def _distilled_from(settings: Settings, folders: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """(run, model) of distillations that were given a folder of these, or one above it or in it."""
    own = [resolved(folder) for folder in folders]
    for plan in sorted(runs_folder(settings).glob(f"*/{PLAN_FILE}")):
        for source in distilled_from(plan.parent):
            if any(source == one or source in one.parents or one in source.parents for one in own):
                yield plan.parent, str(document_of(plan).get("name", ""))
                break


def _has_learnt(run: Path) -> bool:
    """Whether a run holds weights, or is about to; one that ended before has learnt nothing of anybody."""
    folders = (RunFolder(run).checkpoints, RunFolder(run).model)
    return is_held(run) or (run / WEIGHTS_FILE).is_file() or any(any(one.glob("*.*")) for one in folders)


def model_of(run: RunFolder) -> str:
    """The model a run put into `weights/`; "" if it did not get that far."""
    if (run.path / STORED_FILE).is_file():
        return str(document_of(run.job).get("name", ""))
    return str(document_of(run.outcome).get("model") or "")


def _base(store: WeightsStore, name: str) -> set[str]:
    return {str(document_of(store.path(name) / BASE_FILE).get("base", ""))}


def name_deployed(store: WeightsStore) -> str:
    """The model in use; empty where none is, or one that is gone."""
    try:
        return store.deployed()
    except WeightsError:
        return ""
