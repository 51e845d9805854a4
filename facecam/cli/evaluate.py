"""Measure how well people are told apart: on pairs of photos, on folders of people, or on your own people."""

from __future__ import annotations

import argparse
from pathlib import Path

from facecam.cli.evaluation import groups, identify, limits, own, pairs
from facecam.cli.terminal.flags import Parser, add_shared_flags, refuse_given, settings_from
from facecam.cli.terminal.targets import add_overwrite_flag, require_free
from facecam.core.errors import ConfigError
from facecam.engine.evaluation import identification_plots, open_set, verification
from facecam.engine.places import user_cache_folder
from facecam.metrics.plots.curves import require_matplotlib

#: What each kind of measuring draws.
_PLOTS = {
    "own": open_set.PLOTS,
    "identify": identification_plots.PLOTS,
    "limits": (),
    "pairs": verification.PLOTS,
}


def add_arguments(parser: Parser) -> None:
    """The flags of `evaluate`."""
    parser.path("--pairs", "FILE|all", _PAIRS_HELP)
    parser.path("--images", "DIR", "folder of the photos of --pairs")
    own.add_arguments(parser)
    identify.add_arguments(parser)
    limits.add_arguments(parser)
    groups.add_arguments(parser)
    parser.switch("--no-flip", "do not add the vector of the mirrored face")
    parser.switch("--subtract-mean", "subtract the mean vector of other folds")
    parser.add_argument(
        "--measure",
        choices=("squared_l2", "cosine"),
        help="how thresholds are printed; the order of the pairs is the same (default: squared_l2)",
    )
    parser.add_argument(
        "--thresholds",
        choices=("scores", "grid"),
        help="choose thresholds from the distances, or from 0…4 in steps of 0.01 (default: scores)",
    )
    parser.count("--limit", "N pairs (--limits: photos) only, evenly from all")
    parser.path("--plots", "DIR", "draw curves and wrong pairs into this folder")
    add_overwrite_flag(parser)
    remembering = parser.add_mutually_exclusive_group()
    remembering.add_argument("--cache", type=Path, metavar="DIR", help=_CACHE_HELP)
    remembering.add_argument("--no-cache", action="store_true", help="remember no vectors")
    parser.json()
    add_shared_flags(parser)


_PAIRS_HELP = (
    "list of pairs: LFW View 2 or View 1, or lines `photo photo 1` (same person) and `photo photo 0`; all: every "
    "pair of photos of --images, which then holds a folder per person"
)
_CACHE_HELP = (
    "folder that remembers vectors, so that a second run is quick (default: the user's cache folder)"
)


def run(arguments: argparse.Namespace) -> int:
    """Measure; 1 if photos were missing or unreadable."""
    settings = settings_from(arguments)
    kind = _kind(arguments)
    if kind == "limits":
        if arguments.groups is not None:
            raise ConfigError("--groups does not go with --limits", hint="Leave one of them out.")
        refuse_given(arguments, ("plots",), "does not go with --limits")
        return limits.run(settings, arguments)
    if arguments.plots is not None:
        require_matplotlib()
        files = [arguments.plots / name for name in _PLOTS[kind]]
        require_free("--plots", files, overwrite=arguments.overwrite)
    if kind == "own":
        return own.run(settings, arguments)
    cache = None if arguments.no_cache else arguments.cache or user_cache_folder()
    run_kind = identify.run if kind == "identify" else pairs.run
    return run_kind(settings, arguments, cache)


def _kind(arguments: argparse.Namespace) -> str:
    given = [name for name in _PLOTS if getattr(arguments, name)]
    if len(given) > 1:
        raise ConfigError(
            f"--{given[0]} and --{given[1]} are two kinds of measuring", hint="Leave one of them out."
        )
    if "own" not in given:
        refuse_given(arguments, ("target", "apply"), "belongs to --own", "Add --own, or leave it out.")
    if "identify" not in given:
        hint = "Add --identify DIR, or leave it out."
        refuse_given(arguments, ("photos", "trials"), "belongs to --identify", hint)
    if not given or (given == ["pairs"] and arguments.images is None):
        raise ConfigError(
            "name what to measure on",
            hint="Give --pairs LIST and --images DIR, --identify DIR, --limits DIR, or --own for the people in data/.",
        )
    if "pairs" not in given:
        limited = ("limit",) if given != ["limits"] else ()
        of_pairs = ("images", "subtract_mean", "measure", "thresholds", *limited)
        refuse_given(arguments, of_pairs, "belongs to --pairs")
    if "own" in given:
        refuse_given(arguments, ("no_flip", "cache"), "does not belong to --own")
    return given[0]
