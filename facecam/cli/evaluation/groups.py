"""`evaluate --groups`: the figures by group, in words and as plain values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from facecam.cli.terminal.flags import Parser
from facecam.cli.terminal.output import plain, short
from facecam.core.paths import printable
from facecam.core.words import counted, listed
from facecam.engine.evaluation.groups import FairnessReport
from facecam.metrics.groups import GroupFigure

_WORDS: Final = {
    "fnmr": "same person, rejected (FNMR)",
    "fmr": "two people of the group, accepted (FMR)",
    "accuracy": "pairs judged rightly",
    "fnir": "person, not named as such (FNIR)",
    "fpir": "stranger, given a name (FPIR)",
    "rank_one": "nearest person is the right one",
    "named_rightly": "at the threshold: gets their name",
    "named_wrongly": "at the threshold: gets another name",
    "not_named": "at the threshold: gets none",
}
_LABEL_WIDTH: Final = 42
_MOST_LISTED: Final = 10


def add_arguments(parser: Parser) -> None:
    """The flag."""
    parser.path(
        "--groups",
        "FILE.csv",
        "also give every figure by group of people: columns person,group and, for age bands, born,year "
        "(photo,year for single photos)",
    )


def lines(report: FairnessReport, title: str = "") -> Iterator[str]:
    """For people."""
    for dimension, groups in report.groups.items():
        yield ""
        yield f"by {dimension}{title}"
        for group in groups:
            yield f"{short(group.name)}: {counted(group.people, 'person')}"
            for figure in group.figures:
                yield f"  {_WORDS[figure.figure]:<{_LABEL_WIDTH}}{_cell(figure)}"
    yield ""
    if not report.groups:
        yield "nobody who was measured is in the file of groups"
    yield from _left_out("measured, but in no group", report.not_listed)
    yield from _left_out("in the file of groups, but not measured", report.not_measured)


def _cell(figure: GroupFigure) -> str:
    if figure.estimate is None:
        return f"-  {figure.too_small}"
    one = figure.estimate
    text = f"{one.value:.4f}  95 % {one.low:.4f} to {one.high:.4f}  ({counted(figure.trials, 'trial')})"
    return f"{text}  TOO SMALL TO TELL: {figure.too_small}" if figure.too_small else text


def _left_out(words: str, names: tuple[str, ...]) -> Iterator[str]:
    if names:
        yield f"{words}: {counted(len(names), 'person')}: {listed(map(short, names), _MOST_LISTED)}"


def fairness_document(report: FairnessReport) -> dict[str, Any]:
    """The same as plain values; intervals are of 95 %, from drawing people again."""
    return {
        "by": {
            dimension: [
                {
                    "name": printable(group.name),
                    "people": group.people,
                    "figures": {one.figure: _figure_document(one) for one in group.figures},
                }
                for group in groups
            ]
            for dimension, groups in report.groups.items()
        },
        "not_listed": [printable(name) for name in report.not_listed],
        "not_measured": [printable(name) for name in report.not_measured],
    }


def _figure_document(figure: GroupFigure) -> dict[str, Any]:
    known = {"value": None} if figure.estimate is None else figure.estimate.to_json()
    return {**known, **plain(figure, "trials", "people"), "too_small": figure.too_small or None}
