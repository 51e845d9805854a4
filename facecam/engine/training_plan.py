"""What a training is going to do: which photos, which name; written down before it begins."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path

from facecam.core.config import Settings
from facecam.core.errors import ConfigError, DataError
from facecam.core.events import CancelToken, EventSink, Notice
from facecam.core.paths import printable
from facecam.engine import parts
from facecam.engine.run_places import runs_folder
from facecam.engine.run_records import environment
from facecam.engine.training_data import chips_of_faces, prepare_photos, say_what_is_left_out
from facecam.engine.training_noise import without_noise
from facecam.engine.training_tfrecords import split_of_tfrecords
from facecam.engine.training_words import TrainRequest
from facecam.runtime.card import check_model_name
from facecam.training.options import TrainOptions
from facecam.training.preset import Preset, find_preset
from facecam.training.run_folder import RunFolder, new_run_folder, phases_of, write_json
from facecam.training.split import Sample, Split, split
from facecam.vision.align import DLIB_CHIP, ChipSpec
from facecam.vision.picture import list_pictures


def plan_run(
    settings: Settings, request: TrainRequest, on_event: EventSink, cancel: CancelToken
) -> RunFolder:
    """Prepare the photos and write down what is going to be done.

    Raises:
        FacecamError: there is too little to train on, or something asked for is not there; nothing is written.
    """
    options, preset = request.options, find_preset(request.preset)
    name = _model_name(settings, request, preset)
    chosen, unusable = _split(settings, request, on_event, cancel)
    generic = _generic_chips(settings, options, on_event, cancel)
    run = new_run_folder(runs_folder(settings), datetime.date.today().isoformat(), preset.name)
    job = {
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


def _split(
    settings: Settings, request: TrainRequest, on_event: EventSink, cancel: CancelToken
) -> tuple[Split, int]:
    """Which photos are trained on, which are kept aside, and how many cannot be used."""
    options = request.options
    chip = ChipSpec(padding=options.chip_padding)
    if request.tfrecords is not None:
        if chip != DLIB_CHIP:
            raise ConfigError(
                "--chip-padding cannot be chosen with --from-tfrecords: its pictures are cut already",
                hint="Leave it out, or train on the photos themselves.",
            )
        return split_of_tfrecords(settings, request.tfrecords, on_event=on_event, cancel=cancel), 0
    prepared = prepare_photos(settings, chip, on_event=on_event, cancel=cancel)
    say_what_is_left_out(prepared, on_event)
    people: Mapping[str, Sequence[Sample]] = prepared.people
    if options.noise_percentile is not None:
        people = without_noise(settings, people, options.noise_percentile, on_event, cancel, chip=chip)
    chosen = _split_of(settings, people, options)
    taking_part = [one.person for one in chosen.train + chosen.validate + chosen.held]
    _say_who_is_left_out(people, taking_part, on_event)
    return chosen, len(prepared.left_out)


def _split_of(settings: Settings, people: Mapping[str, Sequence[Sample]], options: TrainOptions) -> Split:
    try:
        return split(people, options)
    except DataError as error:
        raise DataError(f"{error.message}, in {printable(str(settings.data))}", hint=error.hint) from error


def _model_name(settings: Settings, request: TrainRequest, preset: Preset) -> str:
    taken = set(parts.open_weights(settings).names())
    if request.name is None:
        return next(name for n in range(1, 100_000) if (name := f"{preset.name}-{n}") not in taken)
    try:
        check_model_name(request.name)
    except ValueError as error:
        raise ConfigError(f"--name: {error}", hint="Use small letters, digits and dashes.") from error
    if request.name in taken:
        raise ConfigError(
            f"there is a model {request.name!r} already",
            hint="Choose another --name, or remove that model first.",
        )
    return request.name


def _say_who_is_left_out(
    people: Mapping[str, Sequence[Sample]], taking_part: Sequence[str], on_event: EventSink
) -> None:
    missing = [name for name in people if name not in set(taking_part)]
    if missing:
        names = ", ".join(missing[:5]) + (f" and {len(missing) - 5} more" if len(missing) > 5 else "")
        on_event(
            Notice(
                f"Too few photos to train on: {names}.", "They stay recognisable; add photos and train again."
            )
        )


def _generic_chips(
    settings: Settings, options: TrainOptions, on_event: EventSink, cancel: CancelToken
) -> list[Path]:
    if options.generic_faces is None:
        return []
    if not options.generic_faces.is_dir():
        raise ConfigError(
            f"--generic-faces {options.generic_faces} is not a folder",
            hint="Name a folder of photos of faces.",
        )
    photos = list_pictures(options.generic_faces, recursive=True, on_event=on_event)
    return chips_of_faces(
        settings, photos, ChipSpec(padding=options.chip_padding), on_event=on_event, cancel=cancel
    )
