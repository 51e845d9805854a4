"""Retention on the command line: enforced at the start of a command, and said."""

from __future__ import annotations

from datetime import datetime, timedelta

from facecam.core.config import Settings
from facecam.core.types import Identity
from facecam.engine.visits.log import Sighting
from facecam.engine.visits.store import SightingFile
from tests.cli.conftest import Run


def test_old_visits_go_at_the_start_of_any_command_and_that_is_said(run: Run, settings: Settings) -> None:
    file, now = SightingFile(settings.database), datetime.now().astimezone()
    for days in (40, 1):
        left = now - timedelta(days=days)
        file.append(Sighting(1, Identity("1", "Ada"), left, left, 90.0, "0"))
    assert run("people", "list").err == "" and len(file.read()) == 2
    outcome = run("people", "list", "--keep-visits-days", "30", "--json")
    assert outcome.json() == [] and "deleted: 1 visit" in outcome.err
    assert len(file.read()) == 1


def test_a_time_that_cannot_be_meant_is_two_lines(run: Run) -> None:
    message, hint = run("people", "list", "--keep-visits-days", "0").two_lines()
    assert "--keep-visits-days" in message and "36500" in hint
