"""What `evaluate --pairs --json` says."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from facecam.cli.terminal.output import plain
from facecam.core.paths import printable
from facecam.engine.evaluation.common import PhotoSummary, Setup, Speed
from facecam.engine.evaluation.verification import EvaluationReport, Measure, photos_used_twice
from facecam.engine.faces.photo_batches import PhotoFault
from facecam.metrics.folds import FoldedAccuracy
from facecam.metrics.rates import Decisions, TarAtFar


def document(report: EvaluationReport, plots: list[Path] | None = None) -> dict[str, Any]:
    """The report as plain values; intervals are of 95 %.

    Thresholds are under `match_score` where a cohort takes part, else under `squared_l2`.
    """
    setup = report.setup
    return {
        **setup_document(setup),
        "subtract_mean": setup.subtract_mean,
        "measure": report.measure,
        "thresholds": "grid" if setup.grid else "scores",
        "pairs": {
            "kind": report.kind,
            "same": report.scores.pairs_same,
            "different": report.scores.pairs_different,
            "left_out": report.left_out,
            "photo_with_itself": photos_used_twice(report),
        },
        "accuracy": _folded_document(report.folded, report.measure),
        "auc": report.separation.auc,
        "eer": {
            **report.separation.eer.to_json(),
            **_threshold_document(report.separation.eer_threshold, report.measure),
        },
        "tar_at_far": [_tar_document(one, report.measure) for one in report.separation.tar_at_far],
        "operating_points": [
            {
                "rule": point.rule,
                **_threshold_document(point.threshold, report.measure),
                **_decisions_document(point.decisions),
            }
            for point in report.points
        ],
        "photos": photos_document(report.photos),
        "speed": speed_document(report.speed),
        "plots": plots or [],
    }


def setup_document(setup: Setup) -> dict[str, Any]:
    """Model and what changes its vectors."""
    known = plain(setup, "precision", "detector", "upsample", "min_face_px", "flip")
    return {"model": setup.model_id, **known}


def photos_document(photos: PhotoSummary) -> dict[str, Any]:
    """What became of the photos."""
    return {
        "listed": photos.listed,
        "found_by": photos.found_by,
        "without_face": [printable(name) for name in photos.without_face],
        "faults": [
            {"photo": printable(fault.name), "error": fault.message, "hint": fault.hint}
            for fault in photos.faults
        ],
    }


def faults_document(faults: Sequence[PhotoFault]) -> list[dict[str, str]]:
    """Photos that could not be used."""
    return [{"name": printable(one.name), **plain(one, "message", "hint")} for one in faults]


def speed_document(speed: Speed) -> dict[str, Any]:
    """How long it took."""
    seconds = {"total_s": round(speed.total_s, 3), "photos_s": round(speed.photos_s, 3)}
    return {**seconds, **plain(speed, "looked_at", "remembered")}


def _folded_document(folded: FoldedAccuracy | None, measure: Measure) -> dict[str, Any] | None:
    if folded is None:
        return None
    return {
        "mean": folded.mean,
        "deviation": folded.deviation,
        **_threshold_document(folded.threshold, measure),
        **_decisions_document(folded.decisions),
        "folds": [
            {"accuracy": fold.decisions.accuracy.value, **_threshold_document(fold.threshold, measure)}
            for fold in folded.folds
        ],
    }


def _tar_document(one: TarAtFar, measure: Measure) -> dict[str, Any]:
    known: dict[str, Any] = {"far": one.rate, "different_pairs_needed": one.pairs_needed}
    if one.tar is None or one.threshold is None:
        return {**known, "value": None, "why": "too few pairs of different people"}
    return {**known, **one.tar.to_json(), **_threshold_document(one.threshold, measure)}


def _threshold_document(threshold: float, measure: Measure) -> dict[str, float]:
    return {measure: threshold, "cosine": 1 - threshold / 2}


def _decisions_document(decisions: Decisions) -> dict[str, Any]:
    rates = {"far": decisions.false_accept_rate, "frr": decisions.false_reject_rate}
    return {**plain(decisions, "accuracy", "precision", "recall"), **rates}
