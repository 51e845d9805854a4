"""Training plan: which photos, which name; written down before it begins."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from facecam.core.config import Settings
from facecam.core.errors import ConfigError, DataError
from facecam.core.events import EventSink, Notice
from facecam.core.extras import require_tensorflow
from facecam.core.paths import printable
from facecam.core.words import counted, listed
from facecam.engine import components
from facecam.engine.faces.chip_cache import chips_of_faces, prepare_photos, say_what_is_left_out
from facecam.engine.faces.chip_reader import training_chip
from facecam.engine.places import STRANGERS_FOLDER
from facecam.engine.runs.layout import runs_folder
from facecam.engine.runs.records import environment
from facecam.engine.training_jobs.label_check import with_right_labels
from facecam.engine.training_jobs.label_noise import without_noise
from facecam.engine.training_jobs.request import TrainingWork, TrainRequest
from facecam.engine.training_jobs.strangers import FEWEST_PHOTOS, strangers_in
from facecam.engine.training_jobs.tfrecords import split_of_tfrecords
from facecam.runtime.card import require_model_name
from facecam.training.config.options import TrainOptions
from facecam.training.config.preset import DEFAULT_PRESET, find_preset
from facecam.training.data.sample import Sample
from facecam.training.data.split import Split, split
from facecam.training.run.folder import RunFolder, new_run_folder, phases_of, write_json
from facecam.vision.images.align import DLIB_CHIP
from facecam.vision.images.read import list_pictures

#: Fewer were measured to do harm, see docs/EXPERIMENTS.md; with so many strangers fared as before.
_SAFE_PEOPLE = 60
_QUICK = f"or train the quick way: --preset {DEFAULT_PRESET}"


def plan_run(work: TrainingWork, request: TrainRequest) -> RunFolder:
    """Prepare the photos and write down what is going to be done.

    Raises:
        FacecamError: there is too little to train on, or something asked for is not there; nothing is written.
    """
    settings, on_event = work.settings, work.on_event
    request = replace(request, options=_with_strangers(request.options, on_event))
    options, preset = request.options, find_preset(request.preset)
    if options.method == "network":
        require_tensorflow("training a network", otherwise=_QUICK)
    offered = (f"{preset.name}-{number}" for number in range(1, 100_000))
    name = free_model_name(settings, request.name, offered)
    _check_start(settings, options)
    chosen, unusable = _split(work, request)
    if options.method == "network":
        _warn_of_few_people(len(chosen.people), on_event)
        _warn_of_no_choice(chosen, options, on_event)
    generic = _generic_chips(work, options)
    if options.stranger_photos is not None:
        # Looked at now, so that too few are said before hours of training; the chips stay for afterwards.
        strangers_in(work, options.stranger_photos, (), training_chip(options))
    run = new_run_folder(runs_folder(settings), datetime.date.today().isoformat(), preset.name)
    job = {
        "id": secrets.token_hex(8),
        "preset": preset.name,
        "name": name,
        "started": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "weights": str(settings.weights.absolute()),
        "device": settings.device,
        "generic": [str(path) for path in generic],
        "epochs": sum(phase.options(options).epochs for phase in phases_of(preset)),
        "unusable": unusable,
    }
    run.write_plan(preset, options, chosen, job)
    write_json(run.environment, environment())
    return run


def _with_strangers(options: TrainOptions, on_event: EventSink) -> TrainOptions:
    """Networks are tried on the portraits that `models strangers` fetched, where no others are named."""
    if options.method != "network" or options.stranger_photos is not None:
        return options
    if len(list(STRANGERS_FOLDER.glob("*/*.jpg"))) < FEWEST_PHOTOS:
        return options
    on_event(Notice(f"Both models will be tried on the strangers in {printable(str(STRANGERS_FOLDER))}.", ""))
    return replace(options, stranger_photos=STRANGERS_FOLDER)


def _warn_of_few_people(people: int, on_event: EventSink) -> None:
    if people >= _SAFE_PEOPLE:
        return
    on_event(
        Notice(
            f"A network trained on {counted(people, 'person')} is not safe: it draws all faces together, and more "
            "strangers get a name (with twelve people five times as many as before).",
            "It is put in use by itself only where strangers show no harm (`models strangers` fetches some). "
            f"The safe way: --preset {DEFAULT_PRESET}",
        )
    )


def _warn_of_no_choice(chosen: Split, options: TrainOptions, on_event: EventSink) -> None:
    if chosen.validate or (options.patience_epochs is None and options.schedule != "plateau"):
        return
    on_event(
        Notice(
            f"All {counted(len(chosen.held), 'photo')} kept aside judge the network and none watch it learn: "
            "patience and the plateau schedule have nothing to go by.",
            "Add photos, or raise --hold-out-share.",
        )
    )


def _split(work: TrainingWork, request: TrainRequest) -> tuple[Split, int]:
    """Which photos are trained on, which are kept aside, and how many cannot be used."""
    settings, on_event, cancel = work.settings, work.on_event, work.cancel
    options, chip = request.options, training_chip(request.options)
    if request.tfrecords is not None:
        _check_tfrecords(settings, options)
        return split_of_tfrecords(settings, request.tfrecords, on_event=on_event, cancel=cancel), 0
    prepared = prepare_photos(settings, chip, on_event=on_event, cancel=cancel)
    say_what_is_left_out(prepared, on_event)
    people: Mapping[str, Sequence[Sample]] = with_right_labels(
        work, prepared.people, chip, leave_out=options.wrong_labels == "leave_out"
    )
    if options.noise_percentile is not None:
        people = without_noise(work, people, options.noise_percentile, chip)
    chosen = _split_of(settings, people, options)
    taking_part = [one.person for one in chosen.train + chosen.validate + chosen.held]
    _say_who_is_left_out(people, taking_part, on_event)
    return chosen, len(prepared.left_out)


def _check_tfrecords(settings: Settings, options: TrainOptions) -> None:
    """TFRecords hold faces cut out: nobody can look at their photos again for more of the face."""
    if training_chip(options) != DLIB_CHIP:
        raise ConfigError(
            f"--chip-padding is {options.chip_padding:g}, and the pictures of TFRecords are cut already",
            hint=f"Give --chip-padding {DLIB_CHIP.padding:g}, or train on the photos themselves.",
        )
    if components.open_embedder(replace(settings, model=None)).chip_spec != DLIB_CHIP:
        raise ConfigError(
            "the model in use sees other squares of a face than TFRecords hold: nothing could be compared",
            hint="Put another in use first: models deploy dlib-resnet.",
        )


def _check_start(settings: Settings, options: TrainOptions) -> None:
    """A model goes on with the squares of the face it knows."""
    if options.method != "network" or options.start == "random":
        return
    known = _padding_of(settings, options.start)
    if known is not None and known != options.chip_padding:
        raise ConfigError(
            f"{printable(options.start)} was trained with --chip-padding {known:g}, not {options.chip_padding:g}",
            hint=f"Give --chip-padding {known:g}, or another --start.",
        )
    if options.anchor_weight and known is None and options.chip_padding != DLIB_CHIP.padding:
        raise ConfigError(
            f"--anchor-weight keeps vectors of chips with a padding of {DLIB_CHIP.padding:g}",
            hint="Give --anchor-weight 0, or leave --chip-padding out.",
        )


def _padding_of(settings: Settings, start: str) -> float | None:
    """The padding of the chips a named model or run was trained on; None for files and `auto`."""
    store = components.open_weights(settings)
    if start in store.names():
        return store.card(start).chip_padding
    run = RunFolder(Path(start))
    return run.read_config().options.chip_padding if run.config.is_file() else None


def _split_of(settings: Settings, people: Mapping[str, Sequence[Sample]], options: TrainOptions) -> Split:
    try:
        return split(people, options)
    except DataError as error:
        raise DataError(f"{error.message}, in {printable(str(settings.data))}", hint=error.hint) from error


def free_model_name(settings: Settings, wanted: str | None, offered: Iterable[str]) -> str:
    """The name that is wanted, or the first of those offered that no model has.

    Raises:
        ConfigError: a name that cannot be one, or that a model has.
    """
    taken = set(components.open_weights(settings).names())
    if wanted is None:
        return next(name for name in offered if name not in taken)
    require_model_name(wanted)
    if wanted in taken:
        raise ConfigError(
            f"there is a model {wanted!r} already", hint="Choose another --name, or remove that model first."
        )
    return wanted


def _say_who_is_left_out(
    people: Mapping[str, Sequence[Sample]], taking_part: Sequence[str], on_event: EventSink
) -> None:
    missing = [name for name in people if name not in set(taking_part)]
    if missing:
        text = f"Too few photos to train on: {listed(missing, 5)}."
        on_event(Notice(text, "They stay recognisable; add photos and train again."))


def _generic_chips(work: TrainingWork, options: TrainOptions) -> list[Path]:
    if options.generic_faces is None:
        return []
    if not options.generic_faces.is_dir():
        raise ConfigError(
            f"--generic-faces {options.generic_faces} is not a folder",
            hint="Name a folder of photos of faces.",
        )
    photos = list_pictures(options.generic_faces, recursive=True, on_event=work.on_event)
    chip = training_chip(options)
    return chips_of_faces(work.settings, photos, chip, on_event=work.on_event, cancel=work.cancel)
