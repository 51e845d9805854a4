"""Train a classifier on folders of people, and name photos with it; strangers get no name."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from facecam.cli.terminal.flags import Parser, add_shared_flags, given, require_path, settings_from
from facecam.cli.terminal.output import Printer, answer, plain, print_json, say
from facecam.cli.terminal.photo_report import tell_unused, unused_document
from facecam.cli.terminal.targets import add_overwrite_flag, require_free
from facecam.core.config import Settings
from facecam.core.paths import printable
from facecam.core.words import counted
from facecam.engine.tools.classification import (
    ClassifiedPhotos,
    ClassifierReport,
    ClassifyOptions,
    classify,
    train_classifier,
)

_FILE_HELP = (
    "the classifier's file (default: classifier.zip in the database folder, renewed with each training)"
)


def add_arguments(parser: Parser) -> None:
    """The sub-commands of `classify`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    training = actions.add_parser(
        "train", help="train on a folder with one folder per person", allow_abbrev=False
    )
    training.path("photos", "DIR", "the folder (default: the photos of enrolled people)", nargs="?")
    training.count("--min-photos", "leave out people with fewer", 20)
    training.count("--train-photos", "of each person, the rest tests", 10)
    training.add_argument("--seed", type=int, default=0, help="which photos these are (default: 0)")
    add_overwrite_flag(training)
    predicting = actions.add_parser("predict", help="name the faces of photos", allow_abbrev=False)
    predicting.photos()
    for sub in (training, predicting):
        sub.path("--classifier", "FILE", _FILE_HELP)
        sub.json()
        add_shared_flags(sub)


def run(arguments: argparse.Namespace) -> int:
    """Train or predict; 1 if a photo could not be read or somebody had too few photos."""
    settings, printer = settings_from(arguments), Printer()
    file = arguments.classifier or settings.database / "classifier.zip"
    return (_train if arguments.action == "train" else _predict)(settings, file, arguments, printer)


def _train(settings: Settings, file: Path, arguments: argparse.Namespace, printer: Printer) -> int:
    folder = arguments.photos or settings.data
    require_path(folder)
    if arguments.classifier is not None:
        require_free("--classifier", [file], overwrite=arguments.overwrite, endings=(".zip",))
    options = ClassifyOptions(**given(arguments, ClassifyOptions))
    report = train_classifier(settings, folder, file, options, on_event=printer)
    trained_on = counted(report.trained_on, "photo")
    lines = [f"{len(report.people)} people, trained on {trained_on}: {printable(file)}"]
    if report.accuracy is not None and report.taken_for_strangers is not None:
        lines.append(
            f"On {counted(report.tested_on, 'other photo')} of them: accuracy {report.accuracy:.3f}; "
            f"{report.taken_for_strangers:.1%} were taken for strangers."
        )
    answer(arguments.json, _trained_document(report), *lines)
    return tell_unused(report.found) or int(bool(report.left_out))


def _predict(settings: Settings, file: Path, arguments: argparse.Namespace, printer: Printer) -> int:
    result = classify(settings, file, arguments.paths, on_event=printer)
    if arguments.json:
        print_json(_predicted_document(result))
    else:
        for face, said in zip(result.found.faces, result.predictions, strict=True):
            name = said.name or f"a stranger (nearest: {said.best}, squared_l2 {said.squared_l2:.3f})"
            probability = f", probability {said.probability:.3f}" if said.name else ""
            say(f"{printable(face.label)}: {name}{probability}")
    return tell_unused(result.found)


def _trained_document(report: ClassifierReport) -> dict[str, Any]:
    return {
        "classifier": report.file,
        **plain(report, "people", "trained_on", "tested_on", "accuracy", "taken_for_strangers", "left_out"),
        **unused_document(report.found),
    }


def _predicted_document(result: ClassifiedPhotos) -> dict[str, Any]:
    faces = [
        {
            "path": face.path,
            "box": face.told,
            **plain(said, "name", "best"),
            "probability": round(said.probability, 5),
            "squared_l2": round(said.squared_l2, 5),
            "match_score": round(said.squared_l2 if said.match_score is None else said.match_score, 5),
        }
        for face, said in zip(result.found.faces, result.predictions, strict=True)
    ]
    return {"faces": faces, **unused_document(result.found)}
