"""The action `erase` of `people`: everything of the user's, listed before it goes."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

from facecam.cli.terminal.confirm import confirmed, require_terminal
from facecam.cli.terminal.output import Printer, answer, plain, say
from facecam.core.config import Settings
from facecam.core.paths import printable
from facecam.core.words import counted, listed
from facecam.engine.people.erasure import Erasure, erase_everything, plan_erasure

#: People, models and trainings named before the rest is counted.
_MOST_NAMED = 12


def erase(settings: Settings, arguments: argparse.Namespace, printer: Printer) -> int:
    """Say what would go, ask, and erase it."""
    if not arguments.yes:
        require_terminal()
    planned = plan_erasure(settings, printer)
    document = {
        "people": [who.name for who in planned.people],
        **plain(
            planned,
            *(
                "photos",
                "other_files",
                "runs",
                "models",
                "cohorts",
                "visits",
                "marks",
                "cached",
                "unreadable",
            ),
        ),
        "links": planned.links,
    }
    if planned.is_empty:
        return answer(arguments.json, {**document, "erased": False}, "There is nothing to erase.")
    for line in _lines(settings, planned):
        say(printable(line), sys.stderr)
    if not arguments.yes and not confirmed("Erase all of this for good?"):
        return answer(arguments.json, {**document, "erased": False}, "Nothing was erased.")
    erase_everything(settings, planned, printer)
    return answer(arguments.json, {**document, "erased": True}, "Everything of yours was erased.")


def _lines(settings: Settings, planned: Erasure) -> Iterator[str]:
    names = listed([who.name for who in planned.people], _MOST_NAMED)
    where = f" on {settings.server}, for every station" if settings.server else ""
    if planned.people:
        yield f"People{where}, with {counted(planned.photos, 'photo')} and everything known of their faces: {names}"
    if planned.other_files:
        yield f"In their folders, besides photos: {counted(planned.other_files, 'other file')}"
    if planned.unreadable:
        yield "The database, which cannot be read any more, with whoever is in it"
    if planned.runs:
        yield f"Trainings: {listed(planned.runs, _MOST_NAMED)}"
    if planned.models:
        yield f"Models that have learnt from these photos: {listed(planned.models, _MOST_NAMED)}"
    if planned.cohorts:
        yield f"The cohorts, fitted to photos of people, of the models {listed(planned.cohorts, _MOST_NAMED)}"
    for count, text in (
        (planned.visits, f"The log{where}: {counted(planned.visits, 'visit')}"),
        (planned.marks, f"What was said to be no face: {counted(planned.marks, 'place')}"),
        (
            planned.cached,
            f"What was computed of faces, with exports in the database folder: {counted(planned.cached, 'file')}",
        ),
    ):
        if count:
            yield text
    if planned.links:
        linked = listed([link.name for link in planned.links], _MOST_NAMED)
        yield f"Not the photos in folders that are only linked: {linked}"
    yield "What stays: the settings, the audit trail, and pictures, films and exports you saved elsewhere."
