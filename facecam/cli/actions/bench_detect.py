"""`bench detect`: how many faces each detector finds."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from facecam.benchmark.detection.benchmark import (
    FOUND_IOU,
    PHOTO_SEARCH,
    YARDSTICK,
    DetectionOptions,
    DetectionReport,
    measure_detection,
)
from facecam.benchmark.detection.marked_boxes import BoxOptions, BoxReport, measure_boxes
from facecam.benchmark.speed import machine
from facecam.cli.evaluation.documents import faults_document
from facecam.cli.evaluation.photos import tell_left_out
from facecam.cli.terminal.flags import Parser, from_zero, given, refuse_given
from facecam.cli.terminal.output import Printer, answer, plain
from facecam.core.config import Settings
from facecam.core.errors import ConfigError
from facecam.core.paths import printable
from facecam.core.words import counted
from facecam.metrics.detection.matching import PUBLISHED_IOU
from facecam.metrics.rates import Estimate

_LABEL_WIDTH, _CELL_WIDTH = 42, 20
_OF_PHOTOS = ("backgrounds", "without_faces", "faces")
_OF_BOXES = ("images", "label", "iou", "min_box_px")
OWN = ("photos", "boxes", "detectors", "seed", *_OF_PHOTOS, *_OF_BOXES)


def add_arguments(parser: Parser) -> None:
    """The flags of `bench detect`, in a group of their own."""
    group = parser.group(
        "options of `bench detect`",
        "Give --photos for known faces put into scenes, or --boxes for pictures whose faces are marked.",
    )
    group.path("--photos", "DIR", "photos of people, one clear face each", there=True)
    group.path("--backgrounds", "DIR", "pictures without any face (default: made up)", there=True)
    group.path(
        "--without-faces",
        "PATH",
        "folders or films without any face, for false alarms (default: --backgrounds, else made up)",
        nargs="+",
        there=True,
    )
    group.count("--faces", "faces at most (default: 60)")
    group.path(
        "--boxes",
        "FILE|DIR",
        "marked faces: text as WIDER FACE has it, or a file or folder of Pascal VOC xml",
        there=True,
    )
    group.path("--images", "DIR", "folder of the pictures of --boxes", there=True)
    group.add_argument("--label", help="name of the objects of --boxes that are faces (VOC; default: face)")
    group.value("--iou", "SHARE", f"overlap with --boxes that is enough (default: {PUBLISHED_IOU})", _share)
    group.count("--min-box-px", "ignore faces of --boxes that are narrower", metavar="PX")
    group.value(
        "--detectors",
        "A,B",
        f"which detectors; {PHOTO_SEARCH}: as photos are searched, turned and again where nothing is found "
        "(default: all that are prepared, and this)",
        _names,
    )
    group.add_argument("--seed", type=from_zero, metavar="N", help="of everything drawn (default: 0)")


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Measure; 1 if pictures were missing or unreadable."""
    _refuse_mixed(arguments)
    return (
        _run_boxes(settings, arguments) if arguments.boxes is not None else _run_photos(settings, arguments)
    )


def _refuse_mixed(arguments: argparse.Namespace) -> None:
    if (arguments.photos is None) == (arguments.boxes is None):
        raise ConfigError(
            "name what to find faces in",
            hint="Give --photos DIR with photos of people, or --boxes FILE with marked faces; one of them.",
        )
    kind, foreign = ("photos", _OF_BOXES) if arguments.boxes is None else ("boxes", _OF_PHOTOS)
    refuse_given(arguments, foreign, f"does not go with --{kind}")


def _run_photos(settings: Settings, arguments: argparse.Namespace) -> int:
    printer = Printer()
    options = DetectionOptions(**given(arguments, DetectionOptions))
    report = measure_detection(settings, options, on_event=printer)
    answer(arguments.json, _photos_document(options, report), *_photos_text(options, report))
    return 1 if report.faces.passed_over.get("unreadable") else 0


def _run_boxes(settings: Settings, arguments: argparse.Namespace) -> int:
    printer = Printer()
    options = BoxOptions(**given(arguments, BoxOptions))
    report = measure_boxes(settings, options, on_event=printer)
    answer(arguments.json, _boxes_document(options, report), *_boxes_text(options, report))
    return tell_left_out(report.faults)


# ---------------------------------------------------------------------- in words


def _photos_text(options: DetectionOptions, report: DetectionReport) -> Iterator[str]:
    faces, names = report.faces, tuple(report.paces)
    used, looked_at = counted(len(faces.faces), "face"), counted(faces.looked_at, "photo")
    yield f"{used} from {printable(options.photos)}, {looked_at} looked at, seed {options.seed}"
    if faces.passed_over:
        reasons = ", ".join(f"{number} {reason}" for reason, number in faces.passed_over.items())
        yield f"passed over: {reasons}"
    yield f"where a face is was agreed on by {', '.join(faces.agreed_by)}; found: IoU of {FOUND_IOU} or more with that"
    yield "backgrounds " + (
        "made up" if options.backgrounds is None else f"from {printable(options.backgrounds)}"
    )
    yield ""
    yield _row("share of faces found (95 %)", names)
    for result in report.results:
        yield _row(result.condition.words, [_cell(result.found[name]) for name in names])
    elsewhere = [sum(result.elsewhere[name] for result in report.results) for name in names]
    yield _row("boxes elsewhere in all these scenes", [str(number) for number in elsewhere])
    for alarms in report.false_alarms:
        yield ""
        yield _row(f"false alarms, {printable(alarms.where)}"[-_LABEL_WIDTH:], names)
        yield _row("frames without any face", [str(alarms.frames)] * len(names))
        yield _row(
            "boxes per 100 frames", [f"{100 * alarms.boxes[name] / alarms.frames:.1f}" for name in names]
        )
        yield _row("share of frames with one", [_cell(alarms.frames_with[name]) for name in names])
    yield ""
    yield _row("median time, 640×480", [f"{report.paces[name].median_ms:.1f} ms" for name in names])
    yield _row(f"times that of {YARDSTICK}", [_ratio(report.paces[name].ratio) for name in names])


def _boxes_text(options: BoxOptions, report: BoxReport) -> Iterator[str]:
    names = tuple(report.figures)
    one = report.figures[names[0]]
    least = f", narrower than {options.min_box_px:.0f} px" if options.min_box_px else ""
    yield (
        f"{counted(one.pictures, 'picture')} of {printable(options.boxes)}: {counted(one.faces, 'face')}, "
        f"{report.ignored:,} more ignored (marked so{least}); found: IoU of {options.iou} or more"
    )
    if report.faults:
        yield f"{counted(len(report.faults), 'picture')} of {report.listed:,} missing or unreadable: LEFT OUT"
    yield ""
    yield _row("(95 %)", names)
    for name in ("recall", "precision", "average_precision"):
        cells = [_cell(getattr(figures, name)) for figures in report.figures.values()]
        yield _row(name.replace("_", " "), cells)
    yield _row("faces found", [f"{figures.hits:,}" for figures in report.figures.values()])
    yield _row("false alarms", [f"{figures.false_alarms:,}" for figures in report.figures.values()])
    yield ""
    yield "each detector at its own lowest score: average precision counts no faces below it"


def _row(label: str, cells: Sequence[str]) -> str:
    return f"{label:<{_LABEL_WIDTH}}" + "".join(f"{cell:>{_CELL_WIDTH}}" for cell in cells)


def _cell(estimate: Estimate | None) -> str:
    if estimate is None:
        return "-"
    return f"{estimate.value:.2f} ({estimate.low:.2f}-{estimate.high:.2f})"


def _ratio(ratio: float | None) -> str:
    return "-" if ratio is None else f"{ratio:.2f}"


# ---------------------------------------------------------------------- as plain values


def _photos_document(options: DetectionOptions, report: DetectionReport) -> dict[str, Any]:
    return {
        "machine": machine(),
        "photos": {
            "folder": options.photos,
            "looked_at": report.faces.looked_at,
            "used": [printable(face.name) for face in report.faces.faces],
            **plain(report.faces, "passed_over", "agreed_by"),
        },
        "backgrounds": options.backgrounds,
        "seed": options.seed,
        "iou": FOUND_IOU,
        "conditions": [
            {
                **asdict(result.condition),
                "faces": len(report.faces.faces),
                **plain(result, "found", "elsewhere"),
            }
            for result in report.results
        ],
        "false_alarms": report.false_alarms,
        "times": report.paces,
    }


def _boxes_document(options: BoxOptions, report: BoxReport) -> dict[str, Any]:
    return {
        "boxes": options.boxes,
        "pictures": {"listed": report.listed, "left_out": faults_document(report.faults)},
        "ignored": report.ignored,
        **plain(options, "iou", "seed"),
        "min_px": options.min_box_px,
        "detectors": report.figures,
    }


# ---------------------------------------------------------------------- values of flags


def _names(text: str) -> tuple[str, ...]:
    names = tuple(part.strip() for part in text.split(",") if part.strip())
    if not names:
        raise argparse.ArgumentTypeError("no detector is named (write hog,cnn)")
    return names


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = 0.0
    if not 0 < share < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a share between 0 and 1")
    return share
