"""`evaluate --limits`: from what size, sharpness, light and turn of the head names hold."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

from facecam.cli.evaluation.documents import faults_document, setup_document
from facecam.cli.evaluation.photos import setup_line, tell_left_out
from facecam.cli.terminal.flags import Parser
from facecam.cli.terminal.output import Printer, answer, plain
from facecam.core.config import Settings
from facecam.core.words import counted
from facecam.engine.evaluation.quality_limits import LimitRow, LimitsOptions, LimitsReport, measure_limits
from facecam.metrics.degraded_pairs import PairRates
from facecam.metrics.rates import Estimate

_HEADS = (
    "found",
    "against good photos",
    "strangers",
    "among themselves",
    "strangers",
    "fit",
    "size",
    "sharp",
    "light",
)
_WIDTHS = (7, 21, 11, 21, 11, 6, 6, 7, 7)
_LABEL = 36


def add_arguments(parser: Parser) -> None:
    """The flag of limits."""
    parser.path(
        "--limits",
        "DIR",
        "DIR holds a folder of photos per person: make them smaller, blurred and darker step by step, and say "
        "from where on names hold",
    )


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Measure; 1 if photos were unreadable."""
    printer = Printer()
    options = LimitsOptions(arguments.limits, limit=arguments.limit, flip=not arguments.no_flip)
    report = measure_limits(settings, options, on_event=printer)
    answer(arguments.json, _document(report), *_text(report))
    return tell_left_out(report.faults)


def _text(report: LimitsReport) -> Iterator[str]:
    yield setup_line(report.setup)
    people = counted(report.people, "person")
    yield f"{counted(report.photos, 'photo')} of {people}; accepted below squared_l2 {report.threshold:.4f}"
    if report.without_face:
        yield f"{counted(report.without_face, 'photo')} without a face as they are: LEFT OUT"
    yield ""
    yield _line("", _HEADS)
    for row in report.rows:
        yield _line(row.words, _cells(row))
    yield ""
    yield "against good photos, among themselves: share of pairs of one person accepted (95 %), a face not found counts"
    yield "as not accepted; strangers: share of pairs of two people accepted; fit: share of the faces found that"
    yield "enrollment would take; size, sharp, light: medians of what it looks at"


def _line(label: str, cells: tuple[str, ...]) -> str:
    parts = (f"{cell:>{width}}" for cell, width in zip(cells, _WIDTHS, strict=True))
    return f"{label:<{_LABEL}}" + "".join(parts)


def _cells(row: LimitRow) -> tuple[str, ...]:
    medians = [row.medians.get(name) for name in ("size_px", "sharpness", "brightness")]
    return (
        "-" if row.found is None else f"{row.found.value:.3f}",
        *_pair_cells(row.known),
        *(_pair_cells(row.alike) if row.alike is not None else ("-", "-")),
        "-" if row.fit is None else f"{row.fit:.2f}",
        *("-" if value is None else f"{value:.0f}" for value in medians),
    )


def _pair_cells(rates: PairRates) -> tuple[str, str]:
    far = "-" if rates.far is None else f"{rates.far.value:.5f}"
    return _share(rates.tar), far


def _share(estimate: Estimate | None) -> str:
    if estimate is None:
        return "-"
    return f"{estimate.value:.3f} ({estimate.low:.3f}-{estimate.high:.3f})"


def _document(report: LimitsReport) -> dict[str, Any]:
    return {
        **setup_document(report.setup),
        "squared_l2": report.threshold,
        **plain(report, "people", "photos", "without_face"),
        "left_out": faults_document(report.faults),
        "rows": [
            {
                **plain(row, "words", "kind", "value", "photos", "fit", "found", "medians"),
                "against_good": row.known,
                "among_themselves": row.alike,
            }
            for row in report.rows
        ],
    }
