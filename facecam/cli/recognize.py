"""Recognise the people in pictures: files, or folders of them."""

from __future__ import annotations

import argparse

from facecam.cli.terminal.flags import Parser, add_shared_flags, settings_from


def add_arguments(parser: Parser) -> None:
    """The flags of `recognize`."""
    parser.photos(words="a picture, or a folder of pictures")
    parser.switch("--json", "one JSON line per picture on stdout; what cannot be read is told on stderr, too")
    parser.path("--output", "DIR", "write annotated copies into this folder, under free names")
    add_shared_flags(parser)


def run(arguments: argparse.Namespace) -> int:
    """Recognise; 1 if a picture could not be read."""
    # Here: where folders are encrypted, their key is made from the passphrase while these load.
    from facecam.cli.terminal.pictures import recognize_paths

    return recognize_paths(
        settings_from(arguments),
        arguments.paths,
        json_to="-" if arguments.json else None,
        output=arguments.output,
    )
