"""Say which photos show the same person: every face against every other."""

from __future__ import annotations

import argparse
import itertools
from typing import Any

from facecam.cli.terminal.flags import Parser, add_shared_flags, settings_from
from facecam.cli.terminal.output import Printer, plain, print_json, say, similarity
from facecam.cli.terminal.photo_report import tell_unused, unused_document
from facecam.core.paths import printable
from facecam.engine.tools.compare import Comparison, compare

#: Wider tables do not fit a terminal; the pairs are listed either way.
_WIDEST_TABLE = 12


def add_arguments(parser: Parser) -> None:
    """The flags of `compare`."""
    parser.photos()
    parser.switch("--every-face", "all faces of a photo, not only the main one")
    parser.json()
    add_shared_flags(parser)


def run(arguments: argparse.Namespace) -> int:
    """Compare; 1 if a photo could not be read."""
    printer = Printer()
    result = compare(
        settings_from(arguments), arguments.paths, every_face=arguments.every_face, on_event=printer
    )
    if arguments.json:
        print_json(_document(result))
    else:
        _print(result)
    return tell_unused(result.found)


def _print(result: Comparison) -> None:
    faces = result.found.faces
    for number, face in enumerate(faces, 1):
        say(f"{number:>3}  {printable(face.label)}")
    if len(faces) <= _WIDEST_TABLE:
        say("")
        say("     " + "".join(f"{number:>8}" for number in range(1, len(faces) + 1)))
        for number, row in enumerate(result.squared_l2, 1):
            say(f"{number:>3}  " + "".join(f"{value:8.4f}" for value in row))
    say("")
    for first, second in itertools.combinations(range(len(faces)), 2):
        distance = float(result.squared_l2[first, second])
        verdict = "the same person" if result.same(first, second) else "different people"
        percent = similarity(result.percent(first, second))
        say(f"{first + 1} and {second + 1}: {verdict} (squared_l2 {distance:.4f}, {percent} as a pair)")
    say("As a pair: were half of all pairs of one person, so many of those as near as this would be.")
    if result.match_threshold is None:
        say(f"Below squared_l2 {result.threshold:g} two faces count as the same person.")
    else:
        say(
            f"Below squared_l2 {result.threshold:g} two faces count as the same person; for faces that are like "
            "many others it takes less, for others more."
        )


def _probabilities(result: Comparison) -> list[list[float]] | None:
    """Of pairs, half of which are of one person; None for a model of which nobody measured it."""
    numbers = range(len(result.found.faces))
    if result.probability(0, 0) is None:
        return None
    return [[round(result.percent(first, second) / 100, 5) for second in numbers] for first in numbers]


def _document(result: Comparison) -> dict[str, Any]:
    numbers = range(len(result.found.faces))
    scores = result.squared_l2 if result.match_score is None else result.match_score
    return {
        "faces": [{**plain(face, "path", "face"), "box": face.told} for face in result.found.faces],
        "squared_l2": [[round(float(value), 5) for value in row] for row in result.squared_l2],
        "match_score": [[round(float(value), 5) for value in row] for row in scores],
        "probability": _probabilities(result),
        "same": [[result.same(first, second) for second in numbers] for first in numbers],
        "threshold": result.threshold,
        "match_threshold": result.threshold if result.match_threshold is None else result.match_threshold,
        "model": result.card.model_id,
        **unused_document(result.found),
    }
