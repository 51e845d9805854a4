"""Consent of a person: when they agreed to be recognized, and what for."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Final

from facecam.core.config import Settings
from facecam.core.errors import EnrollmentError
from facecam.core.events import EventSink, ignore
from facecam.core.types import Identity
from facecam.engine.transactions.journal import PeopleJournal
from facecam.engine.transactions.person_snapshot import some
from facecam.gallery.storage.audit_trail import note_in_trail

#: Letters of a purpose.
MOST_LETTERS: Final = 500
#: Shown where nothing was recorded.
NOT_RECORDED: Final = "not recorded"
_NOTE = re.compile(r"(\d{4}-\d\d-\d\d): (.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Consent:
    """What somebody agreed to.

    Attributes:
        given: the day it was recorded, ISO 8601; empty where an older facecam, or a program of the user's, wrote
            words of its own.
        purpose: what for, in the user's words.
    """

    given: str
    purpose: str

    @classmethod
    def read(cls, note: str | None) -> Consent | None:
        """What `Person.consent` holds; None where nothing was recorded."""
        if not note:
            return None
        match = _NOTE.fullmatch(note)
        return cls(match[1], match[2]) if match else cls("", note)

    @property
    def text(self) -> str:
        """In a line."""
        return f"{self.purpose} ({self.given})" if self.given else self.purpose


def consent_note(purpose: str) -> str:
    """What `Person.consent` holds for a purpose agreed to today.

    Raises:
        EnrollmentError: it is empty, too long, or holds characters that cannot be seen.
    """
    purpose = unicodedata.normalize("NFC", purpose).strip()
    if not purpose:
        raise EnrollmentError(
            "the consent says nothing",
            hint='Say what the person agreed to, such as "the door of the workshop".',
        )
    if len(purpose) > MOST_LETTERS:
        raise EnrollmentError(
            f"the consent has {len(purpose)} letters", hint=f"Say it in at most {MOST_LETTERS}."
        )
    if any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in purpose):
        raise EnrollmentError(
            "the consent holds line breaks or other characters that cannot be seen",
            hint="Write it in one line.",
        )
    return f"{date.today().isoformat()}: {purpose}"


def record_consent(
    settings: Settings, identity: Identity, purpose: str, on_event: EventSink = ignore
) -> Consent:
    """Note what somebody who is enrolled agreed to; what was noted before is replaced.

    Raises:
        EnrollmentError: the purpose is none, or the person is not enrolled.
        GalleryError: the database is unreadable, or another facecam is changing people.
        DataError: disk full or no permission.
    """
    note = consent_note(purpose)
    if not identity.id:
        raise EnrollmentError(
            f"{identity.name} has photos and is not enrolled", hint="Enroll them first: `people rebuild`."
        )
    journal = PeopleJournal(settings, on_event)
    with journal.alone():
        journal.store.update(lambda gallery: some(gallery).with_consent(identity, note))
    note_in_trail(settings.database, "consent", [identity.id], on_event)
    consent = Consent.read(note)
    assert consent is not None
    return consent
