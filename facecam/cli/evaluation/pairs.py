"""`evaluate --pairs`: on pairs of photos."""

from __future__ import annotations

import argparse
from pathlib import Path

from facecam.cli.evaluation import groups
from facecam.cli.evaluation.documents import document
from facecam.cli.evaluation.photos import list_photos, photo_lines, setup_line, tell_drawn
from facecam.cli.terminal.output import Printer, answer
from facecam.core.config import Settings
from facecam.core.words import counted
from facecam.engine.evaluation.groups import fairness_of_pairs, read_groups
from facecam.engine.evaluation.verification import (
    EvaluateOptions,
    EvaluationReport,
    evaluate,
    photos_used_twice,
    write_plots,
)
from facecam.metrics.folds import FoldedAccuracy
from facecam.metrics.rates import Decisions, Estimate, TarAtFar

EVERY_PAIR = "all"
_COLUMNS = "  accuracy precision  recall     FAR     FRR"
_KINDS = {
    "view1": "list without folds, folded so that each fold holds both kinds",
    "view2": "folds of the list",
    "list": "own list, folded so that each fold holds both kinds",
    "all": "every pair of photos, folded so that each fold holds both kinds",
}


def run(settings: Settings, arguments: argparse.Namespace, cache: Path | None) -> int:
    """Measure; 1 if photos were missing or unreadable."""
    printer = Printer()
    wanted = None if arguments.groups is None else read_groups(arguments.groups)
    options = EvaluateOptions(
        pairs=None if str(arguments.pairs) == EVERY_PAIR else arguments.pairs,
        images=arguments.images,
        flip=not arguments.no_flip,
        subtract_mean=arguments.subtract_mean,
        grid=arguments.thresholds == "grid",
        limit=arguments.limit,
        cache=cache,
        each=wanted is not None,
    )
    report = evaluate(settings, options, on_event=printer)
    files = write_plots(report, arguments.plots, printer) if arguments.plots is not None else []
    fairness = None if wanted is None else fairness_of_pairs(report, wanted)
    by_group = {} if fairness is None else {"groups": groups.fairness_document(fairness)}
    text = _text(report, "cosine" if arguments.measure == "cosine" else report.measure)
    lines = () if fairness is None else groups.lines(fairness, f", {_at_words(report)}")
    answer(arguments.json, {**document(report, files), **by_group}, *text, *lines)
    tell_drawn(files, as_json=arguments.json)
    list_photos(report.photos, "every pair with such a photo is left out too")
    return 1 if report.photos.faults else 0


def _at_words(report: EvaluationReport) -> str:
    point = report.points[0]
    return f"at {report.measure} {point.threshold:.4f} ({point.rule})"


def _text(report: EvaluationReport, measure: str) -> list[str]:
    separation = report.separation
    lines = [
        setup_line(report.setup),
        f"{_pairs_words(report)}; {_KINDS[report.kind]}",
        "",
        _folded_line(report.folded),
        f"AUC                 {_figure(separation.auc)}",
        f"EER                 {_figure(separation.eer)} at {_at(separation.eer_threshold, measure)}",
        *(_tar_line(one, report.scores.pairs_different, measure) for one in separation.tar_at_far),
        "",
        f"{'threshold':<18}{measure:>11}{_COLUMNS}",
        *(_row(point.rule, point.threshold, point.decisions, measure) for point in report.points),
    ]
    if report.folded is not None:
        label, folded = f"{len(report.folded.folds)}-fold, mean", report.folded
        lines.append(_row(label, folded.threshold, folded.decisions, measure))
    return [*lines, "", *photo_lines(report.photos, report.speed)]


def _pairs_words(report: EvaluationReport) -> str:
    same, different = report.scores.pairs_same, report.scores.pairs_different
    words = f"{counted(same + different, 'pair')} measured: {same:,} same, {different:,} different"
    if report.left_out:
        words += f"; {report.left_out:,} LEFT OUT for want of a photo"
    if twice := photos_used_twice(report):
        words += f"; {twice:,} {'compares' if twice == 1 else 'compare'} a photo with itself"
    return words


def _folded_line(folded: FoldedAccuracy | None) -> str:
    if folded is None:
        return "accuracy, folded    too few pairs to choose a threshold on some and judge others"
    interval = _interval(folded.decisions.accuracy)
    label = f"accuracy, {len(folded.folds)}-fold"
    return f"{label:<20}{folded.mean:.4f} ± {folded.deviation:.4f}  {interval}"


def _tar_line(one: TarAtFar, different: int, measure: str) -> str:
    label = f"TAR at FAR {one.rate:g}"
    if one.tar is None or one.threshold is None:
        return f"{label:<20}too few pairs: {different:,} of different people, {one.pairs_needed:,} needed"
    return f"{label:<20}{_figure(one.tar)} at {_at(one.threshold, measure)}"


def _figure(estimate: Estimate) -> str:
    return f"{estimate.value:.4f}  {_interval(estimate)}"


def _interval(estimate: Estimate) -> str:
    return f"95 % {estimate.low:.4f} to {estimate.high:.4f} ({estimate.method})"


def _at(threshold: float, measure: str) -> str:
    return f"cosine > {_cosine(threshold):.4f}" if measure == "cosine" else f"{measure} < {threshold:.4f}"


def _cosine(squared_l2: float) -> float:
    return 1 - squared_l2 / 2


def _row(label: str, threshold: float, decisions: Decisions, measure: str) -> str:
    at = _cosine(threshold) if measure == "cosine" else threshold
    rates = (decisions.precision, decisions.recall, decisions.false_accept_rate, decisions.false_reject_rate)
    cells = "".join(f"{'-' if rate is None else f'{rate.value:.4f}':>8}" for rate in rates)
    return f"{label:<18}{at:>11.4f}  {decisions.accuracy.value:>8.4f}  {cells}"
