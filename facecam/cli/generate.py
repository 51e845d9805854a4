"""Draw faces with a variational auto-encoder: reconstruct them, go from one to another, add a smile."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import Any

from facecam.cli.terminal.flags import Parser, add_shared_flags, positive, settings_from
from facecam.cli.terminal.output import Printer, answer
from facecam.cli.terminal.photo_report import tell_unused, unused_document
from facecam.cli.terminal.targets import add_overwrite_flag, require_free
from facecam.core.errors import ConfigError
from facecam.core.paths import printable
from facecam.core.types import ImageArray
from facecam.engine.tools.generation import (
    FaceGenerator,
    attribute,
    interpolated,
    reconstructed,
    sheet,
    with_attribute,
)
from facecam.vision.images.save import write_picture

_ENDINGS = (".png", ".jpg", ".jpeg")
_KINDS = ("reconstruct", "interpolate", "attribute")


def add_arguments(parser: Parser) -> None:
    """The flags of `generate`."""
    parser.add_argument("kind", choices=_KINDS, help="what is drawn")
    parser.add_argument("generator", metavar="MODEL", help="a model of `train --preset dfc-vae`")
    parser.photos()
    parser.photos("--with", "attribute: photos of faces that have it", dest="having")
    parser.photos("--without", "attribute: photos of faces without it", dest="lacking")
    parser.add_argument(
        "--strength", type=float, default=1.5, help="attribute: how much of it at the end (1.5)"
    )
    parser.add_argument("--steps", type=positive, default=7, help="drawings from one end to the other (7)")
    parser.add_argument("--output", type=Path, default=Path("faces.png"), help="the picture (faces.png)")
    add_overwrite_flag(parser)
    parser.json()
    add_shared_flags(parser)


def run(arguments: argparse.Namespace) -> int:
    """Draw, and write one picture: a row for each face or way between two; 1 if a photo was unreadable."""
    _check(arguments)
    printer = Printer()
    generator = FaceGenerator(settings_from(arguments), arguments.generator, printer)
    drawn = _drawn(arguments, generator)
    write_picture(sheet(drawn), arguments.output)
    document: dict[str, Any] = {"kind": arguments.kind, "output": str(arguments.output), "rows": len(drawn)}
    words = f"{printable(arguments.output)}: {len(drawn)} rows of {drawn.shape[1]} faces"
    document |= unused_document(generator)
    answer(arguments.json, document, words)
    return tell_unused(generator)


def _check(arguments: argparse.Namespace) -> None:
    is_attribute = arguments.kind == "attribute"
    if is_attribute != bool(arguments.having and arguments.lacking) or bool(arguments.having) != bool(
        arguments.lacking
    ):
        raise ConfigError(
            "--with and --without belong to generate attribute, both of them",
            hint="Such as: generate attribute MODEL me.jpg --with smiling/ --without serious/",
        )
    if arguments.output.suffix.lower() not in _ENDINGS:
        raise ConfigError(f"--output {printable(arguments.output)} is no picture", hint="Let it end in .png.")
    if not math.isfinite(arguments.strength):
        raise ConfigError(f"--strength is {arguments.strength}", hint="Give a number such as 1.5 or -1.")
    require_free("--output", [arguments.output], overwrite=arguments.overwrite, endings=_ENDINGS)


def _drawn(arguments: argparse.Namespace, generator: FaceGenerator) -> ImageArray:
    chips = generator.chips(arguments.paths)
    if arguments.kind == "reconstruct":
        return reconstructed(generator, chips)
    steps = max(2, arguments.steps)
    if arguments.kind == "interpolate":
        return interpolated(generator, chips, steps)
    added = attribute(generator, *(generator.chips(one) for one in (arguments.having, arguments.lacking)))
    return with_attribute(generator, chips, added, arguments.strength, steps)
