"""Say what is there and what is missing: Python, packages, models, processor, cameras, display, GPU."""

from __future__ import annotations

import argparse

from facecam.cli.terminal.flags import Parser, add_shared_flags, settings_from
from facecam.cli.terminal.output import print_json, say
from facecam.core.errors import ConfigError
from facecam.core.words import counted
from facecam.engine.diagnostics.doctor import Check, examine
from facecam.engine.diagnostics.licences import licence_page

_MARKS = {"ok": "ok", "missing": "MISSING", "note": "note"}


def add_arguments(parser: Parser) -> None:
    """The flags of `doctor`."""
    parser.json()
    parser.switch("--no-gpu", "do not ask TensorFlow for GPUs (saves some seconds)")
    parser.switch("--licences", "instead: a Markdown page of what models and packages are licensed under")
    add_shared_flags(parser)


def run(arguments: argparse.Namespace) -> int:
    """Examine; 1 if something is missing."""
    if arguments.licences:
        if arguments.json:
            raise ConfigError("--licences is no JSON", hint="Leave --json out.")
        for line in licence_page():
            say(line)
        return 0
    checks = []
    for check in examine(settings_from(arguments), ask_tensorflow=not arguments.no_gpu):
        checks.append(check)
        if not arguments.json:
            _print(check)
    if arguments.json:
        print_json(checks)
    missing = sum(check.state == "missing" for check in checks)
    if not arguments.json:
        say(f"\n{counted(missing, 'thing')} missing." if missing else "\nEverything that is needed is there.")
    return 1 if missing else 0


def _print(check: Check) -> None:
    say(f"{_MARKS[check.state]:<8} {check.subject:<22} {check.detail}")
    if check.cure:
        say(f"{'':<31} {check.cure}")
