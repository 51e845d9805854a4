"""Recognise the faces of a camera, video file, stream, folder of pictures or the demo clip."""

from __future__ import annotations

import argparse
import sys

from facecam.cli.terminal.flags import Parser, add_shared_flags, positive, settings_from
from facecam.cli.terminal.targets import add_overwrite_flag


def add_arguments(parser: Parser) -> None:
    """The flags of `live`."""
    parser.value(
        "--source",
        "SOURCE",
        "camera number or name, FILE, URL, folder of pictures, or demo (default: camera 0); "
        "repeat it for several at once, a tile each",
        action="append",
    )
    parser.add_argument(
        "--json", nargs="?", const="-", metavar="FILE", help="a JSON line per frame, to stdout (-) or FILE"
    )
    parser.path("--output", "OUT.mp4", "record the annotated frames")
    add_overwrite_flag(parser)
    parser.switch("--no-show", "open no window, even where there is a display")
    parser.count("--max-frames", "stop after N frames")
    parser.value("--every", "N", "detect in every N-th frame, follow between", positive, default=1)
    add_shared_flags(parser)


def run(arguments: argparse.Namespace) -> int:
    """Play and recognise."""
    # Here: where folders are encrypted, their key is made from the passphrase while these load.
    from facecam.cli.terminal.playback import PlaybackOptions, play
    from facecam.cli.terminal.wall import play_several

    sources = arguments.source or ["0"]
    options = PlaybackOptions(
        source=sources[0],
        json_to=arguments.json,
        output=arguments.output,
        show=not arguments.no_show,
        max_frames=arguments.max_frames,
        every=arguments.every,
        quiet=arguments.json == "-",
        overwrite=arguments.overwrite,
    )
    if len(sources) > 1:
        return play_several(settings_from(arguments), sources, options, sys.stdout)
    return play(settings_from(arguments), options, sys.stdout)
