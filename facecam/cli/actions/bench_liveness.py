"""`bench liveness`: how often photos held to the camera are taken for people."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, Final

from facecam.benchmark.liveness.benchmark import (
    CAMERAS,
    SECONDS,
    TRIALS,
    LivenessOptions,
    LivenessReport,
    measure_liveness,
)
from facecam.cli.terminal.flags import Parser, given
from facecam.cli.terminal.output import Printer, answer, plain
from facecam.core.config import Settings
from facecam.core.errors import ConfigError
from facecam.core.paths import printable
from facecam.core.words import counted
from facecam.metrics.rates import Estimate

OWN = ("films", "trials", "cameras", "seconds")
_WIDTH: Final = 44


def add_arguments(parser: Parser) -> None:
    """The flags of `bench liveness`, in a group of their own; it shares --photos and --seed with `bench detect`."""
    group = parser.group(
        "options of `bench liveness`",
        "Photos of --photos are held to a simulated camera; people in --films stand before the same camera.",
    )
    group.path("--films", "PATH", "films of people, or folders of them", nargs="+", there=True)
    group.count("--trials", f"held photos (default: {TRIALS})")
    group.count("--cameras", f"cameras that see each 3 s of a film (default: {CAMERAS})")
    group.count("--seconds", f"for how long each is before the camera (default: {SECONDS:.0f})", metavar="S")


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Measure and report."""
    if arguments.photos is None:
        raise ConfigError("name the photos to hold to the camera", hint="Give --photos DIR.")
    printer = Printer()
    options = LivenessOptions(**given(arguments, LivenessOptions))
    report = measure_liveness(settings, options, on_event=printer)
    return answer(arguments.json, document(options, report), *lines(options, report))


def lines(options: LivenessOptions, report: LivenessReport) -> Iterator[str]:
    """For people."""
    photos, people, films = (report.of(what) for what in ("photo", "person", "film"))
    yield f"{counted(report.photos_used, 'photo')} of {printable(options.photos)}, seed {options.seed}"
    yield f"{options.seconds:.0f} s before a simulated camera each; 95 % intervals of Clopper and Pearson"
    yield ""
    yield _row("held photos taken for a person", report.alive("photo"), len(photos))
    for way in dict.fromkeys(one.way for one in photos):
        yield _row(f"  {way}", report.alive("photo", way), sum(one.way == way for one in photos))
    unseen = sum(not one.looked for one in photos)
    if unseen:
        yield f"  {counted(unseen, 'photo')} of these lost from sight more than half of the time"
    if people:
        yield _row("people refused", report.refused, len(people))
        signs = Counter(one.sign or "none" for one in people)
        yield "  signs: " + ", ".join(f"{number} {sign}" for sign, number in signs.most_common())
        for source in [one.source for one in people if one.sign is None]:
            yield f"  none: {printable(source)}"
        yield _row("films on a screen taken for a person", report.alive("film"), len(films))
        done = sum(one.did_tasks for one in films)
        yield f"  {done} of {len(films)} did by chance what a challenge would have asked for"


def _row(label: str, estimate: Estimate | None, trials: int) -> str:
    if estimate is None:
        return f"{label:<{_WIDTH}}-"
    interval = f"{100 * estimate.low:.1f} to {100 * estimate.high:.1f}"
    return f"{label:<{_WIDTH}}{100 * estimate.value:5.1f} %  ({interval}) of {trials}"


def document(options: LivenessOptions, report: LivenessReport) -> dict[str, Any]:
    """The same as plain values, every trial too."""
    return {
        **plain(options, "photos", "seconds", "seed"),
        **plain(report, "photos_used", "passed_over"),
        "photos_taken_for_a_person": report.alive("photo"),
        "people_refused": report.refused,
        "films_taken_for_a_person": report.alive("film"),
        "trials": [{**asdict(one), "source": printable(one.source)} for one in report.trials],
    }
