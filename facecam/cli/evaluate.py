"""Measure how well people are told apart: on pairs of photos (LFW lists, or your own), or on your own people."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from facecam.cli import evaluate_own
from facecam.cli.flags import add_shared_flags, positive, settings_from
from facecam.cli.output import Printer, print_json, say
from facecam.cli.targets import add_overwrite_flag, require_free
from facecam.core.errors import ConfigError
from facecam.core.paths import printable
from facecam.engine.evaluate import (
    PLOTS,
    EvaluateOptions,
    EvaluationReport,
    PhotoSummary,
    evaluate,
    photos_used_twice,
    write_plots,
)
from facecam.engine.photo_vectors import NO_FACE
from facecam.engine.self_test import PLOT
from facecam.engine.vector_cache import user_cache_folder
from facecam.evaluation.folds import FoldedAccuracy
from facecam.evaluation.metrics import Decisions, Estimate, OperatingPoint, TarAtFar
from facecam.evaluation.plots import require_matplotlib

#: Photos listed by name on a terminal; `--json` lists all.
_MOST_LISTED = 20
_COLUMNS = "  accuracy precision  recall     FAR     FRR"
_KINDS = {
    "view1": "list without folds, folded so that each fold holds both kinds",
    "view2": "folds of the list",
    "list": "own list, folded so that each fold holds both kinds",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `evaluate`."""
    parser.add_argument("--pairs", type=Path, metavar="FILE", help=_PAIRS_HELP)
    parser.add_argument("--images", type=Path, metavar="DIR", help="folder of the photos of --pairs")
    evaluate_own.add_arguments(parser)
    parser.add_argument("--no-flip", action="store_true", help="do not add the vector of the mirrored face")
    parser.add_argument(
        "--subtract-mean", action="store_true", help="subtract the mean vector of other folds"
    )
    parser.add_argument(
        "--measure",
        choices=("squared_l2", "cosine"),
        default="squared_l2",
        help="how thresholds are printed; the order of the pairs is the same (default: squared_l2)",
    )
    parser.add_argument(
        "--thresholds",
        choices=("scores", "grid"),
        default="scores",
        help="choose thresholds from the distances, or from 0…4 in steps of 0.01 (default: scores)",
    )
    parser.add_argument(
        "--limit", type=positive, metavar="N", help="N pairs only, evenly from the whole list"
    )
    parser.add_argument(
        "--plots", type=Path, metavar="DIR", help="draw curves and wrong pairs into this folder"
    )
    add_overwrite_flag(parser)
    remembering = parser.add_mutually_exclusive_group()
    remembering.add_argument("--cache", type=Path, metavar="DIR", help=_CACHE_HELP)
    remembering.add_argument("--no-cache", action="store_true", help="remember no vectors")
    parser.add_argument("--json", action="store_true", help="one JSON document")
    add_shared_flags(parser)


_PAIRS_HELP = (
    "list of pairs: LFW View 2 or View 1, or lines `photo photo 1` (same person) and `photo photo 0`"
)
_CACHE_HELP = (
    "folder that remembers vectors, so that a second run is quick (default: the user's cache folder)"
)


def run(arguments: argparse.Namespace) -> int:
    """Measure; 1 if photos were missing or unreadable."""
    settings = settings_from(arguments)
    if arguments.plots is not None:
        require_matplotlib()
        files = [arguments.plots / name for name in ((PLOT,) if arguments.own else PLOTS)]
        require_free("--plots", files, overwrite=arguments.overwrite)
    if arguments.own:
        return evaluate_own.run(settings, arguments)
    evaluate_own.refuse_without_own(arguments)
    if arguments.pairs is None or arguments.images is None:
        raise ConfigError(
            "name what to measure on",
            hint="Give --pairs LIST and --images DIR, or --own for the people in data/.",
        )
    printer = Printer()
    report = evaluate(settings, _options(arguments), on_event=printer)
    printer.finish()
    files = write_plots(report, arguments.plots) if arguments.plots is not None else []
    if arguments.json:
        print_json(document(report, files))
    else:
        for line in _text(report, cosine=arguments.measure == "cosine"):
            say(line)
        for file in files:
            say(f"drawn: {printable(str(file))}", sys.stderr)
    _list_photos(report.photos)
    return 1 if report.photos.faults else 0


def _options(arguments: argparse.Namespace) -> EvaluateOptions:
    return EvaluateOptions(
        pairs=arguments.pairs,
        images=arguments.images,
        flip=not arguments.no_flip,
        subtract_mean=arguments.subtract_mean,
        grid=arguments.thresholds == "grid",
        limit=arguments.limit,
        cache=None if arguments.no_cache else arguments.cache or user_cache_folder(),
    )


def _list_photos(photos: PhotoSummary) -> None:
    for fault in photos.faults[:_MOST_LISTED]:
        say(f"left out: {fault.message}", sys.stderr)
    _more(len(photos.faults))
    for name in photos.without_face[:_MOST_LISTED]:
        say(f"no face found, the middle taken: {printable(name)}", sys.stderr)
    _more(len(photos.without_face))
    if photos.faults:
        say("  Every pair with a photo that is left out is left out too. Put the photos there", sys.stderr)


def _more(count: int) -> None:
    if count > _MOST_LISTED:
        say(f"  and {count - _MOST_LISTED} more; --json lists them all", sys.stderr)


# ---------------------------------------------------------------------- for people


def _text(report: EvaluationReport, *, cosine: bool) -> list[str]:
    setup, separation = report.setup, report.separation
    added = "mirrored face added" if setup.flip else "without the mirrored face"
    mean = ", mean subtracted" if setup.subtract_mean else ""
    lines = [
        f"{setup.model_id} ({setup.precision}), detector {setup.detector}, {added}{mean}",
        f"{_pairs_words(report)}; {_KINDS[report.kind]}",
        "",
        _folded_line(report.folded),
        f"AUC                 {_figure(separation.auc)}",
        f"EER                 {_figure(separation.eer)} at {_at(separation.eer_threshold, cosine)}",
        *(_tar_line(one, len(report.scores.different), cosine) for one in separation.tar_at_far),
        "",
        f"{'threshold':<18}{'cosine' if cosine else 'squared_l2':>10}{_COLUMNS}",
        *(_point_line(point, cosine) for point in report.points),
    ]
    if report.folded is not None:
        lines.append(
            _row(
                f"{len(report.folded.folds)}-fold, mean",
                report.folded.threshold,
                report.folded.decisions,
                cosine,
            )
        )
    return [*lines, "", *_photo_lines(report)]


def _pairs_words(report: EvaluationReport) -> str:
    same, different = len(report.scores.same), len(report.scores.different)
    words = f"{same + different:,} pairs measured: {same:,} same, {different:,} different"
    if report.left_out:
        words += f"; {report.left_out:,} LEFT OUT for want of a photo"
    if twice := photos_used_twice(report):
        words += f"; {twice:,} compare a photo with itself"
    return words


def _folded_line(folded: FoldedAccuracy | None) -> str:
    if folded is None:
        return "accuracy, folded    too few pairs to choose a threshold on some and judge others"
    interval = _interval(folded.decisions.accuracy)
    label = f"accuracy, {len(folded.folds)}-fold"
    return f"{label:<20}{folded.mean:.4f} ± {folded.deviation:.4f}  {interval}"


def _tar_line(one: TarAtFar, different: int, cosine: bool) -> str:
    label = f"TAR at FAR {one.rate:g}"
    if one.tar is None or one.threshold is None:
        return f"{label:<20}too few pairs: {different:,} of different people, {one.pairs_needed:,} needed"
    return f"{label:<20}{_figure(one.tar)} at {_at(one.threshold, cosine)}"


def _figure(estimate: Estimate) -> str:
    return f"{estimate.value:.4f}  {_interval(estimate)}"


def _interval(estimate: Estimate) -> str:
    return f"95 % {estimate.low:.4f} to {estimate.high:.4f} ({estimate.method})"


def _at(squared_l2: float, cosine: bool) -> str:
    return f"cosine > {_cosine(squared_l2):.4f}" if cosine else f"squared_l2 < {squared_l2:.4f}"


def _cosine(squared_l2: float) -> float:
    return 1 - squared_l2 / 2


def _point_line(point: OperatingPoint, cosine: bool) -> str:
    return _row(point.rule, point.threshold, point.decisions, cosine)


def _row(label: str, threshold: float, decisions: Decisions, cosine: bool) -> str:
    at = _cosine(threshold) if cosine else threshold
    rates = (decisions.precision, decisions.recall, decisions.false_accept_rate, decisions.false_reject_rate)
    cells = "".join(f"{'-' if rate is None else f'{rate.value:.4f}':>8}" for rate in rates)
    return f"{label:<18}{at:>10.4f}  {decisions.accuracy.value:>8.4f}  {cells}"


def _photo_lines(report: EvaluationReport) -> list[str]:
    photos, speed = report.photos, report.speed
    found = ", ".join(f"{count:,} {how}" for how, count in photos.found_by.items())
    rate = f" ({speed.looked_at / speed.photos_s:.0f} photos/s)" if speed.looked_at else ""
    lines = [f"{photos.listed:,} photos: {found}"]
    if photos.faults:
        lines[0] += f"; {len(photos.faults):,} missing or unreadable"
    if NO_FACE in photos.found_by:
        lines.append("photos without a face count: leaving them out would flatter the figures")
    lines.append(
        f"{speed.total_s:.1f} s: {speed.looked_at:,} photos looked at{rate}, {speed.remembered:,} remembered"
    )
    return lines


# ---------------------------------------------------------------------- for programs


def document(report: EvaluationReport, plots: list[Path] | None = None) -> dict[str, Any]:
    """The report as plain values. Thresholds are squared_l2; intervals are of 95 %."""
    setup, photos, speed = report.setup, report.photos, report.speed
    return {
        "model": setup.model_id,
        "precision": setup.precision,
        "detector": setup.detector,
        "upsample": setup.upsample,
        "min_face_px": setup.min_face_px,
        "flip": setup.flip,
        "subtract_mean": setup.subtract_mean,
        "thresholds": "grid" if setup.grid else "scores",
        "pairs": {
            "kind": report.kind,
            "same": len(report.scores.same),
            "different": len(report.scores.different),
            "left_out": report.left_out,
            "photo_with_itself": photos_used_twice(report),
        },
        "accuracy": _folded_document(report.folded),
        "auc": _estimate_document(report.separation.auc),
        "eer": {
            **_estimate_document(report.separation.eer),
            **_threshold_document(report.separation.eer_threshold),
        },
        "tar_at_far": [_tar_document(one) for one in report.separation.tar_at_far],
        "operating_points": [
            {
                "rule": point.rule,
                **_threshold_document(point.threshold),
                **_decisions_document(point.decisions),
            }
            for point in report.points
        ],
        "photos": {
            "listed": photos.listed,
            "found_by": dict(photos.found_by),
            "without_face": [printable(name) for name in photos.without_face],
            "faults": [
                {"photo": printable(fault.name), "error": fault.message, "hint": fault.hint}
                for fault in photos.faults
            ],
        },
        "speed": {
            "total_s": round(speed.total_s, 3),
            "photos_s": round(speed.photos_s, 3),
            "looked_at": speed.looked_at,
            "remembered": speed.remembered,
        },
        "plots": [printable(str(file)) for file in plots or []],
    }


def _folded_document(folded: FoldedAccuracy | None) -> dict[str, Any] | None:
    if folded is None:
        return None
    return {
        "mean": folded.mean,
        "deviation": folded.deviation,
        **_threshold_document(folded.threshold),
        **_decisions_document(folded.decisions),
        "folds": [
            {"accuracy": fold.decisions.accuracy.value, **_threshold_document(fold.threshold)}
            for fold in folded.folds
        ],
    }


def _tar_document(one: TarAtFar) -> dict[str, Any]:
    known: dict[str, Any] = {"far": one.rate, "different_pairs_needed": one.pairs_needed}
    if one.tar is None or one.threshold is None:
        return {**known, "value": None, "why": "too few pairs of different people"}
    return {**known, **_estimate_document(one.tar), **_threshold_document(one.threshold)}


def _threshold_document(squared_l2: float) -> dict[str, float]:
    return {"squared_l2": squared_l2, "cosine": _cosine(squared_l2)}


def _decisions_document(decisions: Decisions) -> dict[str, Any]:
    shares = {
        "accuracy": decisions.accuracy,
        "precision": decisions.precision,
        "recall": decisions.recall,
        "far": decisions.false_accept_rate,
        "frr": decisions.false_reject_rate,
    }
    return {name: None if share is None else _estimate_document(share) for name, share in shares.items()}


def _estimate_document(estimate: Estimate) -> dict[str, Any]:
    return {
        "value": estimate.value,
        "low": estimate.low,
        "high": estimate.high,
        "interval": estimate.method,
    }
