"""A student network learns the vectors of dlib-ResNet from unlabelled faces."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from facecam.core.config import Settings
from facecam.core.errors import ConfigError, WeightsError
from facecam.core.events import NEVER, CancelToken, EventSink, ignore
from facecam.core.extras import require_tensorflow
from facecam.core.json_text import parse_json
from facecam.core.paths import (
    atomic_write,
    delete,
    make_folder,
    printable,
    read_file,
    readable_os_errors,
    resolved,
)
from facecam.engine import components
from facecam.engine.faces.library_scan import OWN_PHOTOS
from facecam.engine.models.catalog import RESNET50
from facecam.engine.models.catalog import WEIGHTS_FILE as SHIPPED_FILE
from facecam.engine.models.trained_card import trained_card
from facecam.engine.photos.image_sources import FaceSource, list_sources
from facecam.engine.runs.layout import runs_folder
from facecam.engine.runs.people import distilled_from
from facecam.engine.training_jobs.distil.distillation_faces import FacePreparer
from facecam.engine.training_jobs.plan import free_model_name
from facecam.engine.training_jobs.worker_process import train_in_child
from facecam.runtime.card import ModelCard, network_files
from facecam.runtime.dlib_files import RESNET, find_dlib_file
from facecam.training.distil.options import DistilOptions
from facecam.training.distil.plan import (
    FACES_FOLDER,
    NETWORK_FILE,
    OUTCOME_FILE,
    PLAN_FILE,
    SOURCES_FILE,
    START_FILE,
    TEACHER_FILE,
    WEIGHTS_FILE,
    DistilPlan,
    read_plan,
    write_plan,
)
from facecam.training.run.folder import RunFolder, new_run_folder
from facecam.vision.images.align import DLIB_CHIP

_WORKER = "facecam.training.distil"
_KIND = "distil"
_LICENCE = "that of the faces it learnt from"
_BASE = f"{RESNET50}-distilled"
#: What ResNet50 subtracts and divides by inside.
_MEAN, _STD = (127.5,) * 3, (128.0,) * 3


@dataclass(frozen=True, slots=True)
class DistilRequest:
    """What is wanted.

    Attributes:
        images: folders, zip files and pictures to learn from.
        options: see there.
        start: weights to start from: `auto` (the shipped ones if there), `random`, or an `.npz` file.
        name: of the model to be made; None: `resnet50-distilled`, with a number if taken.
        prepare_only: make a folder with all that the training needs and do not train: another machine may.
    """

    images: tuple[Path, ...]
    options: DistilOptions = DistilOptions()
    start: str = "auto"
    name: str | None = None
    prepare_only: bool = False


@dataclass(frozen=True, slots=True)
class DistilOutcome:
    """What came of it.

    Attributes:
        run: its folder.
        model: name of the model that was made; None if it was stopped.
        squared_l2: mean distance to the teacher on faces kept apart; None without any.
        explained: share of the variance of the teacher's vectors the student has; None likewise.
        stopped: whether it was stopped before its end; `--resume` goes on.
    """

    run: Path
    model: str | None
    squared_l2: float | None
    explained: float | None
    stopped: bool


def distil(
    settings: Settings,
    request: DistilRequest,
    *,
    on_event: EventSink = ignore,
    cancel: CancelToken = NEVER,
) -> DistilOutcome:
    """Prepare faces, train a student on them in a process of its own, and make a model of it.

    Raises:
        DependencyError: TensorFlow is not installed.
        ConfigError: a path is missing, or the name is taken.
        DataError: no usable face, or the disk is full; what is there already is used again by `resume`.
        WeightsError: the teacher's or the start weights are missing.
        TrainingError: the process that trains broke off.
    """
    require_tensorflow("teaching a network")
    sources = list_sources(request.images, on_event)
    name = free_model_name(settings, request.name, (_BASE, *(f"{_BASE}-{n}" for n in range(2, 10_000))))
    start = _start_file(settings, request.start)
    teacher = find_dlib_file(RESNET, settings.weights)
    folder = new_run_folder(runs_folder(settings), datetime.date.today().isoformat(), _KIND)
    plan = DistilPlan(request.options, str(teacher.absolute()), start, name, settings.device)
    if request.prepare_only:
        plan = _carried(plan, folder.path)
    write_plan(plan, folder.path)
    _write_sources(request.images, folder.path)
    if request.prepare_only:
        _prepare_faces(settings, folder.path, plan, sources, on_event, cancel)
        return DistilOutcome(folder.path, None, None, None, stopped=True)
    return _carry_on(settings, folder, sources, on_event, cancel)


def resume(
    settings: Settings,
    run: Path | None = None,
    *,
    on_event: EventSink = ignore,
    cancel: CancelToken = NEVER,
) -> DistilOutcome:
    """Go on with a distillation that was stopped or killed, by its name or path; None takes the newest.

    Raises:
        ConfigError: there is no such one, or none that is unfinished.
        FacecamError: as `distil`.
    """
    require_tensorflow("teaching a network")
    folder = RunFolder(_newest_unfinished(settings) if run is None else _named(settings, run))
    sources = list_sources(_read_sources(folder.path), on_event)
    return _carry_on(settings, folder, sources, on_event, cancel)


def _carry_on(
    settings: Settings, folder: RunFolder, sources: list[FaceSource], on_event: EventSink, cancel: CancelToken
) -> DistilOutcome:
    plan = read_plan(folder.path)
    _prepare_faces(settings, folder.path, plan, sources, on_event, cancel)
    result = train_in_child(folder, on_event, cancel, worker=_WORKER, command="distil")
    if result["stopped"]:
        return DistilOutcome(folder.path, None, None, None, stopped=True)
    card = _add_model(settings, plan, folder.path, result)
    delete(folder.path / FACES_FOLDER)  # Nobody goes on with it any more.
    return DistilOutcome(folder.path, card.name, result["squared_l2"], result["explained"], stopped=False)


def _prepare_faces(
    settings: Settings,
    run: Path,
    plan: DistilPlan,
    sources: list[FaceSource],
    on_event: EventSink,
    cancel: CancelToken,
) -> None:
    faces = run / FACES_FOLDER
    make_folder(faces, private=True)
    FacePreparer(settings, faces, on_event, cancel).prepare(_shuffled(sources, plan.options))


def _carried(plan: DistilPlan, run: Path) -> DistilPlan:
    """The plan of a run that has copies of all it needs."""
    for source, file in ((plan.teacher, TEACHER_FILE), (plan.start, START_FILE)):
        if source is not None:
            with readable_os_errors("read", Path(source)):
                atomic_write(run / file, Path(source).read_bytes())
    return replace(plan, teacher=TEACHER_FILE, start=None if plan.start is None else START_FILE)


def _shuffled(sources: list[FaceSource], options: DistilOptions) -> list[FaceSource]:
    """Any part of the list is then a fair sample of all, the faces kept apart too."""
    order = np.random.default_rng(options.seed).permutation(len(sources))
    return [sources[index] for index in order[: options.faces]]


def _add_model(settings: Settings, plan: DistilPlan, run: Path, result: Mapping[str, Any]) -> ModelCard:
    store = components.open_weights(settings)
    teacher = store.card(components.DEFAULT_MODEL)
    title = f"ResNet50 taught by {teacher.name} on {result['faces']} faces"
    data = resolved(settings.data)
    own = any(data in (one, *one.parents) or one in data.parents for one in distilled_from(run))
    # By these words it is found when its run is gone and the people are to be forgotten.
    faces = f" on {OWN_PHOTOS}" if own else ""
    start = Path(plan.start or "random").name  # Not its folder, which may be called after somebody.
    lineage = f"learnt the vectors of {teacher.model_id}{faces}; start weights {start}"
    said = {**result, "title": title, "mean": _MEAN, "std": _STD}
    card = trained_card(plan.name, run, said, DLIB_CHIP.padding, printable(lineage), _LICENCE)
    store.add(card.name, {file: run / file for file in network_files(NETWORK_FILE)}, card)
    weights = store.path(card.name) / WEIGHTS_FILE
    with readable_os_errors("read", run / WEIGHTS_FILE):
        atomic_write(weights, (run / WEIGHTS_FILE).read_bytes())  # For training it further.
    return card


def _start_file(settings: Settings, start: str) -> str | None:
    shipped = settings.weights / RESNET50 / SHIPPED_FILE
    if start == "random" or (start == "auto" and not shipped.is_file()):
        return None
    path = shipped if start == "auto" else Path(start)
    if not path.is_file():
        raise WeightsError(
            f"there are no start weights {printable(start)}", hint="Give auto, random or an .npz file."
        )
    return str(path.absolute())


def _write_sources(images: tuple[Path, ...], run: Path) -> None:
    atomic_write(
        run / SOURCES_FILE, json.dumps([str(path.absolute()) for path in images]).encode(), private=True
    )


def _read_sources(run: Path) -> list[Path]:
    path = run / SOURCES_FILE
    content = read_file(path)
    try:
        return [Path(str(one)) for one in parse_json(content)]
    except (ValueError, TypeError) as error:
        raise ConfigError(f"{path} is damaged", hint="Start the distillation anew.") from error


def _named(settings: Settings, run: Path) -> Path:
    for folder in (runs_folder(settings) / run, run):
        if (folder / PLAN_FILE).is_file():
            return folder
    raise ConfigError(
        f"there is no distillation {printable(str(run))!r}", hint="See them with `python main.py runs list`."
    )


def _newest_unfinished(settings: Settings) -> Path:
    runs = runs_folder(settings)
    found = [
        path.parent for path in runs.glob(f"*/{PLAN_FILE}") if not (path.parent / OUTCOME_FILE).is_file()
    ]
    if not found:
        raise ConfigError(
            "there is no distillation to go on with", hint="Start one: python main.py distil --images DIR"
        )
    return max(found, key=lambda path: (path / PLAN_FILE).stat().st_mtime)
