"""Recognize for other programs of this computer: pictures over HTTP, comings and goings as events or MQTT."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from facecam.cli.terminal.flags import Parser, add_shared_flags, settings_from
from facecam.cli.terminal.output import Printer, print_json, say
from facecam.core.errors import DependencyError
from facecam.core.extras import how_to_add
from facecam.core.home import HOME
from facecam.core.paths import printable
from facecam.vision.sources.open import require_source

if TYPE_CHECKING:
    from facecam.serving.mqtt import Broker

#: The password of the MQTT broker is asked for in no other way: arguments are seen by others.
PASSWORD_VARIABLE = "FACECAM_MQTT_PASSWORD"


def add_arguments(parser: Parser) -> None:
    """The flags of `serve`."""
    parser.add_argument(
        "--host", default="127.0.0.1", help="an address of this computer (default: 127.0.0.1)"
    )
    parser.add_argument("--port", type=_port, default=8642, help="default: 8642; 0: any that is free")
    parser.value(
        "--source",
        "SOURCE",
        "watch a camera, FILE, URL or demo and tell who comes and goes; may be repeated",
        action="append",
        default=[],
    )
    parser.path(
        "--token-file",
        "FILE",
        "its first line must be sent by whoever asks; made if it is absent (default: serve-token)",
        default=HOME / "serve-token",
    )
    parser.value("--mqtt", "HOST[:PORT]", "publish comings and goings to this broker", _broker_address)
    parser.value("--mqtt-user", "NAME", f"its password is taken from {PASSWORD_VARIABLE} in the environment")
    parser.switch("--mqtt-tls", "encrypted, and the broker's certificate checked")
    parser.value(
        "--mqtt-topic",
        "TOPIC",
        "default: facecam; two stations that watch different places need two",
        default="facecam",
    )
    parser.switch("--json", "say where it listens as one JSON document")
    add_shared_flags(parser)


def run(arguments: argparse.Namespace) -> int:
    """Serve until Ctrl+C."""
    try:
        from facecam.serving.run import Listening, serve
    except ModuleNotFoundError as error:
        raise DependencyError(
            f"`serve` needs the package {error.name}, which is not installed", hint=how_to_add("serve")
        ) from error
    for source in arguments.source:
        require_source(source)

    def tell(listening: Listening) -> None:
        if arguments.json:
            print_json({"address": listening.address, "token_file": str(listening.token_file)})
            return
        say(f"facecam answers at {listening.address} (Ctrl+C ends it).")
        say(f"  The token is in {printable(str(listening.token_file))}; how to ask: {listening.address}/docs")

    return serve(
        settings_from(arguments),
        host=arguments.host,
        port=arguments.port,
        sources=arguments.source,
        token_file=arguments.token_file,
        broker=_broker(arguments),
        on_event=Printer(),
        on_listening=tell,
    )


def _broker(arguments: argparse.Namespace) -> Broker | None:
    if arguments.mqtt is None:
        return None
    from facecam.serving.mqtt import Broker

    host, port = arguments.mqtt
    return Broker(
        host,
        port,
        arguments.mqtt_user,
        os.environ.get(PASSWORD_VARIABLE),
        arguments.mqtt_tls,
        arguments.mqtt_topic,
    )


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port, a number up to 65535")
    return int(text)


def _broker_address(text: str) -> tuple[str, int | None]:
    host, colon, port = text.rpartition(":")
    return (host, _port(port)) if colon else (text, None)
