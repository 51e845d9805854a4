"""`evaluate --own`: test on one's own people, each once as a stranger."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

from facecam.cli.evaluation import groups
from facecam.cli.evaluation.documents import faults_document
from facecam.cli.evaluation.photos import and_more, tell_drawn, tell_left_out
from facecam.cli.terminal.flags import Parser
from facecam.cli.terminal.output import Printer, answer, plain, short
from facecam.core.config import Settings
from facecam.core.errors import ConfigError
from facecam.core.paths import printable
from facecam.engine.evaluation.groups import fairness_of_own, read_groups
from facecam.engine.evaluation.open_set import apply_threshold, self_test, write_self_test_plots
from facecam.engine.evaluation.open_set_report import SelfTestOptions, SelfTestReport
from facecam.metrics.open_set import OpenSetPoint

#: Lines of a list on a terminal; `--json` has all.
_MOST_LISTED = 10


def add_arguments(parser: Parser) -> None:
    """The flags of the self-test."""
    own = parser.group("on your own people")
    own.switch("--own", "look up every photo in data/, itself left out")
    own.value("--target", "SHARE", "share of strangers' photos that may get a name (default: 0.01)", float)
    own.switch("--apply", "store the suggested threshold in the database")


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Test, and store the threshold if asked; 1 if photos were unreadable."""
    options = SelfTestOptions(remember=not arguments.no_cache)
    if arguments.target is not None:
        options = SelfTestOptions(target=arguments.target, remember=not arguments.no_cache)
    printer = Printer()
    wanted = None if arguments.groups is None else read_groups(arguments.groups)
    report = self_test(settings, options, on_event=printer)
    files = [] if arguments.plots is None else write_self_test_plots(report, arguments.plots, printer)
    applied = _apply(settings, report, printer) if arguments.apply else None
    fairness = None if wanted is None else fairness_of_own(report, wanted)
    by_group = {} if fairness is None else {"groups": groups.fairness_document(fairness)}
    lines = () if fairness is None else groups.lines(fairness, ", at the threshold in use")
    everything = {**document(report), "applied": applied, "plots": files, **by_group}
    answer(arguments.json, everything, *_lines(report, applied), *lines)
    tell_drawn(files, as_json=arguments.json)
    return tell_left_out(report.faults)


def _apply(settings: Settings, report: SelfTestReport, printer: Printer) -> float:
    if report.suggested is None:
        why = "the model was trained on these photos" if report.trained_on else "too few people or photos"
        raise ConfigError(f"there is no threshold to store: {why}", hint="Leave --apply out.")
    apply_threshold(settings, report.suggested.threshold, printer, score=report.score)
    return report.suggested.threshold


def _lines(report: SelfTestReport, applied: float | None) -> Iterator[str]:
    yield printable(report.text)
    if report.confusions:
        yield "\ntaken for somebody else   named wrongly  as a stranger  nearest"
    for one in report.confusions[:_MOST_LISTED]:
        names = f"{short(one.person)} → {short(one.taken_for)}"
        yield f"{names:<26}{one.as_known:>13}  {one.as_stranger:>13}  {one.squared_l2:>7.3f}"
    yield from and_more(len(report.confusions), _MOST_LISTED)
    if report.hurting:
        yield "\nphotos to look at"
    for photo in report.hurting[:_MOST_LISTED]:
        yield f"{short(photo.person)}: {printable(photo.text)}"
    yield from and_more(len(report.hurting), _MOST_LISTED)
    if applied is not None:
        yield f"\nThe threshold {applied:.4f} is stored in the database and in use from now on."
    elif report.suggested is not None:
        yield "\nStore the suggested threshold with --apply."


def document(report: SelfTestReport) -> dict[str, Any]:
    """The report as plain values; intervals are of 95 %.

    Thresholds are under `match_score` where a cohort takes part, else under `squared_l2`.
    """
    return {
        **plain(report, "people", "photos", "target", "text"),
        "model": report.model_id,
        "trained_on_these_photos": report.trained_on,
        "in_use": _point(report.in_use, report.measure),
        "suggested": None if report.suggested is None else _point(report.suggested, report.measure),
        "results": [plain(one, "name", "photos", "missed", "attracted") for one in report.results],
        "confusions": report.confusions,
        "hurting": [
            {**plain(one, "person", "text", "attracts"), "photo": one.path} for one in report.hurting
        ],
        "faults": faults_document(report.faults),
        "curve": {report.measure: report.curve.thresholds, **plain(report.curve, "fpir", "fnir")},
    }


def _point(point: OpenSetPoint, measure: str) -> dict[str, Any]:
    return {measure: point.threshold, **plain(point, "fpir", "fnir")}
