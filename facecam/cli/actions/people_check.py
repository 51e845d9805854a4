"""`people check`: what is the matter with the photos, in words, as JSON and as a contact sheet."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from facecam.cli.terminal.export_note import note_export
from facecam.cli.terminal.flags import require_photos
from facecam.cli.terminal.output import Printer, plain, print_json, say, short
from facecam.cli.terminal.targets import require_apart, require_free
from facecam.core.config import Settings
from facecam.core.paths import printable
from facecam.core.words import counted, listed
from facecam.engine.audit.contact_sheet import MOST_SHOWN, is_page, require_sheet_name, write_contact_sheet
from facecam.engine.audit.findings import DataHealth, check_data

#: Of each group of photos that look like one person.
_NAMES_SAID = 8


def check_people(settings: Settings, arguments: argparse.Namespace, printer: Printer) -> int:
    """Look, and draw if asked; 1 if something was found."""
    if arguments.contact_sheet is not None:
        require_sheet_name(arguments.contact_sheet)
        require_apart("--contact-sheet", arguments.contact_sheet, [settings.data])
        require_free("--contact-sheet", [arguments.contact_sheet], overwrite=arguments.overwrite)
    require_photos(settings)
    health = check_data(settings, remember=not arguments.no_cache, on_event=printer)
    sheet = arguments.contact_sheet
    if sheet is not None:
        write_contact_sheet(health, sheet)
        note_export(settings, [settings.data], printer, "contact sheet", len(health.findings))
    if arguments.json:
        print_json({**_health_document(health), "contact_sheet": None if sheet is None else str(sheet)})
    else:
        _say_health(health)
        if sheet is not None:
            _say_sheet(health, sheet)
    return 1 if health.findings else 0


def _say_health(health: DataHealth) -> None:
    for finding in health.findings:
        say(f"{finding.kind}: {short(finding.person)}: {printable(finding.text)}")
        for number, group in enumerate(finding.groups, 1):
            names = listed((printable(photo.name) for photo in group), _NAMES_SAID)
            say(f"  {number}: {names}")
        say(f"  {printable(finding.hint)}")
    photos, usable = (sum(getattr(one, name) for one in health.people) for name in ("photos", "usable"))
    counts = Counter(finding.kind for finding in health.findings)
    found = ", ".join(f"{count} × {kind}" for kind, count in counts.items()) or "nothing to look at"
    say(f"{counted(len(health.people), 'person')}, {counted(photos, 'photo')}, {usable} usable: {found}")


def _say_sheet(health: DataHealth, sheet: Path) -> None:
    left_out = 0 if is_page(sheet) else max(0, len(health.findings) - MOST_SHOWN)
    more = f" ({left_out} more in a sheet that ends in .html)" if left_out else ""
    say(f"shown in {printable(sheet)}{more}", sys.stderr)


def _health_document(health: DataHealth) -> dict[str, object]:
    return {
        "people": [plain(one, "name", "photos", "usable") for one in health.people],
        "findings": [
            plain(one, "kind", "person", "other", "text", "hint", "photos", "groups")
            for one in health.findings
        ],
        "photos_looked_at": health.looked_at,
        "photos_remembered": health.remembered,
    }
