"""The actions of `people` about what somebody agreed to, and what was done: `show`, `consent`, `withdraw`, `audit`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from typing import Any

from facecam.cli.terminal.confirm import confirmed
from facecam.cli.terminal.output import Printer, answer, plain, print_json, say, short
from facecam.cli.terminal.targets import require_free
from facecam.core.config import Settings
from facecam.core.paths import atomic_write, printable
from facecam.core.words import counted
from facecam.engine.enrollment.consent import NOT_RECORDED, Consent, consent_note, record_consent
from facecam.engine.people.directory import find_person, list_people
from facecam.engine.people.list import RosterEntry
from facecam.engine.people.withdrawal import Receipt, plan_for, withdraw
from facecam.gallery.storage.audit_trail import AuditTrail, mark_of


def consent_document(consent: Consent | None) -> dict[str, str] | None:
    """As JSON: the day and the purpose; None where nothing was recorded."""
    return None if consent is None else {"given": consent.given or "", "purpose": consent.purpose}


def person_document(one: RosterEntry) -> dict[str, Any]:
    """Somebody, as lists tell of them."""
    known = {**plain(one.identity, "id", "name"), **plain(one, "created", "vectors", "kept")}
    return {**known, "photos": len(one.photos), "consent": consent_document(one.consent)}


def consent_words(consent: Consent | None) -> str:
    """In a line of a list."""
    return f"consent: {printable(consent.text) if consent else NOT_RECORDED}"


def show_person(settings: Settings, arguments: argparse.Namespace, printer: Printer) -> int:
    """Everything that is kept about one person."""
    identity = find_person(settings, arguments.name, printer)
    one = next(row for row in list_people(settings, printer) if row.identity == identity)
    return answer(
        arguments.json,
        person_document(one),
        printable(identity.name),
        f"  enrolled   {one.created or 'not enrolled'}",
        f"  photos     {len(one.photos)}",
        f"  vectors    {one.vectors}" + (f", {one.kept} kept for another model" if one.kept else ""),
        f"  consent    {printable(one.consent.text) if one.consent else NOT_RECORDED}",
    )


def note_consent(settings: Settings, arguments: argparse.Namespace, printer: Printer) -> int:
    """Note what somebody agreed to, today."""
    consent_note(arguments.text)
    identity = find_person(settings, arguments.name, printer)
    consent = record_consent(settings, identity, arguments.text, printer)
    document = {**plain(identity, "id", "name"), "consent": consent_document(consent)}
    return answer(arguments.json, document, f"{short(identity.name)}: {consent_words(consent)}")


def say_other_files(count: int) -> None:
    """Before a deletion: what else lies in a person's folder may be of use to somebody."""
    if count:
        what = f"{counted(count, 'other file')} in their folder, no photos, {'goes' if count == 1 else 'go'}, too."
        say(what, sys.stderr)


def withdraw_consent(settings: Settings, arguments: argparse.Namespace, printer: Printer) -> int:
    """Delete somebody for good, and say what went and what is not ours to remove."""
    if arguments.receipt is not None:
        require_free(
            "--receipt", [arguments.receipt], overwrite=arguments.overwrite, endings=(".json", ".txt")
        )
    if not arguments.yes:
        plan = plan_for(settings, arguments.name, printer)
        say_other_files(plan.other_files)
        if plan.stays.text:
            say(printable(plan.stays.text), sys.stderr)
        what = f"{counted(plan.photos, 'photo')} and {counted(plan.vectors, 'vector')}"
        if not confirmed(f"Delete {printable(plan.identity.name)} for good, {what}?"):
            say("Nothing was deleted.", sys.stderr)
            if arguments.json:
                print_json({"name": plan.identity.name, "deleted": None})
            return 0
    receipt = withdraw(settings, arguments.name, printer)
    if arguments.receipt is not None:
        text = json.dumps(receipt.to_json(), ensure_ascii=False, indent=1)
        atomic_write(arguments.receipt, f"{text}\n".encode("utf-8", "surrogatepass"))
    return answer(arguments.json, receipt.to_json(), *_lines(receipt))


def show_audit(settings: Settings, arguments: argparse.Namespace, printer: Printer) -> int:
    """The audit trail, oldest first; those who are still there by their names."""
    lines = AuditTrail(settings.database).read()
    if arguments.json:
        print_json(lines)
        return 0
    known = {mark_of(one.identity.id): one.identity.name for one in list_people(settings, printer)}
    for line in lines:
        who = ", ".join(short(known.get(mark, f"somebody gone ({mark})")) for mark in line.people)
        details = ", ".join(f"{key} {value}" for key, value in line.details.items())
        rest = "  ".join(part for part in (who, details) if part)
        moment = line.moment.astimezone().isoformat(sep=" ", timespec="seconds")
        say(printable(f"{moment}  {line.user:<12} {line.what:<12} {rest}".rstrip()))
    if not lines:
        say("Nothing is written down yet.")
    return 0


def _lines(receipt: Receipt) -> Iterator[str]:
    name, when = short(receipt.identity.name), receipt.moment.isoformat(timespec="seconds")
    if receipt.resumed:
        yield f"{name} was deleted: what had been cut off is finished. {when}"
    else:
        yield f"{name} was deleted for good, {when}."
        yield (
            f"  removed: {counted(receipt.photos, 'photo')}, {counted(receipt.other_files, 'other file')} in their "
            f"folder, {counted(receipt.vectors, 'vector')} in every saved copy of the database, "
            f"{counted(receipt.visits, 'visit')} in the log, and what caches and run records held"
        )
    stays = [receipt.stays.text] if receipt.stays.text else []
    stays += [f"exported to {path}" for path in receipt.exports]
    for one in stays or ["nothing that facecam knows of; exports, backups and albums elsewhere are yours"]:
        yield f"  stays:   {printable(one)}"
    if receipt.stays.hint:
        yield f"           {printable(receipt.stays.hint)}"
