"""`evaluate --identify`: few photos of each person enrolled, all others looked up."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from facecam.cli.evaluation import groups
from facecam.cli.evaluation.documents import photos_document, setup_document, speed_document
from facecam.cli.evaluation.photos import and_more, list_photos, photo_lines, setup_line, tell_drawn
from facecam.cli.terminal.flags import Parser, positive
from facecam.cli.terminal.output import Printer, answer, plain
from facecam.core.config import Settings
from facecam.core.paths import printable
from facecam.core.words import counted, listed
from facecam.engine.evaluation.groups import fairness_of_identification, read_groups
from facecam.engine.evaluation.identification import IdentifyOptions, IdentifyReport, identify
from facecam.engine.evaluation.identification_plots import write_identify_plots
from facecam.metrics.closed_set import ClosedSet

#: Lines of a list on a terminal; `--json` has all.
_MOST_LISTED = 10
_PHOTOS, _TRIALS = (1, 5), 10


def add_arguments(parser: Parser) -> None:
    """The flags of identification."""
    group = parser.group("on folders of people")
    words = "DIR holds a folder of photos per person: enroll a few of each, look all others up"
    group.path("--identify", "DIR", words)
    group.value(
        "--photos", "N,N…", "how many of each are enrolled, one measurement each (default: 1,5)", _numbers
    )
    group.count("--trials", f"random drawings of them (default: {_TRIALS})")


def run(settings: Settings, arguments: argparse.Namespace, cache: Path | None) -> int:
    """Measure; 1 if photos were unreadable."""
    options = IdentifyOptions(
        folder=arguments.identify,
        photos=arguments.photos or _PHOTOS,
        trials=arguments.trials or _TRIALS,
        flip=not arguments.no_flip,
        cache=cache,
    )
    printer = Printer()
    wanted = None if arguments.groups is None else read_groups(arguments.groups)
    report = identify(settings, options, on_event=printer)
    files = [] if arguments.plots is None else write_identify_plots(report, arguments.plots, printer)
    by_group = [
        (one.photos, fairness_of_identification(report, wanted, index))
        for index, one in enumerate(report.results)
        if wanted is not None
    ]
    by_number = [{"enrolled": photos, **groups.fairness_document(one)} for photos, one in by_group]
    extra = {"groups": by_number} if wanted is not None else {}
    lines = [line for photos, one in by_group for line in groups.lines(one, f", {_enrolled(photos)}")]
    answer(arguments.json, {**document(report), "plots": files, **extra}, *_text(report), *lines)
    tell_drawn(files, as_json=arguments.json)
    list_photos(report.photos, "the other photos of the same person count")
    return 1 if report.photos.faults else 0


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(positive(part.strip()) for part in text.split(","))


# ---------------------------------------------------------------------- for people


def _text(report: IdentifyReport) -> list[str]:
    size = f"{counted(len(report.people), 'person')}, {counted(report.trials, 'drawing')}"
    return [
        setup_line(report.setup),
        f"{size}; the nearest person counts, however far",
        "",
        "enrolled  people  looked up    right   worst  95 %",
        *(_line(one) for one in report.results),
        "",
        *_in_use_lines(report),
        *_confused_lines(report),
        *_left_out_lines(report),
        *photo_lines(report.photos, report.speed),
    ]


def _line(one: ClosedSet) -> str:
    different = counted(one.looked_up, "different photo")
    interval = f"{one.rank_one.low:.4f} to {one.rank_one.high:.4f} ({different})"
    return (
        f"{one.photos:>8}  {len(one.people):>6,}  {one.lookups:>9,}  {one.rank_one.value:>7.4f}"
        f"  {one.worst:>6.4f}  {interval}"
    )


def _in_use_lines(report: IdentifyReport) -> list[str]:
    lines = []
    for one in report.results:
        if one.in_use is not None and report.limit is not None:
            right, wrong, nobody = (f"{share:.4f}" for share in one.in_use)
            lines.append(
                f"{_enrolled(one.photos)}, at the threshold in use ({report.limit.value:.4f}): "
                f"{right} get their name, {wrong} another, {nobody} none"
            )
    return lines


def _confused_lines(report: IdentifyReport) -> list[str]:
    lines = []
    for one in report.results:
        for confused in one.confused[:_MOST_LISTED]:
            path = report.paths[confused.row]
            lines.append(
                f"{_enrolled(one.photos)}, {counted(confused.times, 'time')}: "
                f"{printable(f'{path.parent.name}/{path.name}')} is nearest to "
                f"{printable(report.people[confused.taken_for])}"
            )
        lines += and_more(len(one.confused), _MOST_LISTED)
    return lines


def _left_out_lines(report: IdentifyReport) -> list[str]:
    lines = []
    for photos, names in report.too_few.items():
        if names:
            few = f"{_enrolled(photos)}: {counted(len(names), 'person')} with too few photos left out"
            lines.append(f"{few}: {listed(map(printable, names), _MOST_LISTED)}")
    if report.copies:
        lines.append(f"copies of a person's other photos, left out: {report.copies:,}")
    return lines


def _enrolled(photos: int) -> str:
    return f"{counted(photos, 'photo')} each"


# ---------------------------------------------------------------------- for programs


def document(report: IdentifyReport) -> dict[str, Any]:
    """The report as plain values; intervals are of 95 %."""
    return {
        **setup_document(report.setup),
        "people": len(report.people),
        **plain(report, "trials", "seed", "copies"),
        "threshold": None if report.limit is None else report.limit.squared_l2,
        "match_threshold": None if report.limit is None else report.limit.value,
        "results": [_result(report, one) for one in report.results],
        "too_few": {
            str(photos): [printable(name) for name in names] for photos, names in report.too_few.items()
        },
        "photos": photos_document(report.photos),
        "speed": speed_document(report.speed),
    }


def _result(report: IdentifyReport, one: ClosedSet) -> dict[str, Any]:
    names = ("right", "wrong", "nobody")
    return {
        "enrolled": one.photos,
        "people": len(one.people),
        **plain(one, "lookups", "looked_up"),
        "rank_one": {**one.rank_one.to_json(), **plain(one, "worst", "trials")},
        "cumulative": one.cumulative,
        "in_use": None if one.in_use is None else dict(zip(names, one.in_use, strict=True)),
        "confused": [
            {
                "photo": report.paths[confused.row],
                "taken_for": printable(report.people[confused.taken_for]),
                "times": confused.times,
            }
            for confused in one.confused
        ],
    }
