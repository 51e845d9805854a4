"""Directory of enrolled people: listed, renamed, merged, deleted, exported."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from facecam.core.config import Settings
from facecam.core.errors import GalleryError
from facecam.core.events import EventSink, Notice, ignore
from facecam.core.paths import make_folder, printable
from facecam.core.types import Embeddings, FloatArray, Identity
from facecam.engine import components
from facecam.engine.enrollment.consent import NOT_RECORDED, Consent
from facecam.engine.enrollment.rebuild import rebuild as rebuild
from facecam.engine.people.editor import PeopleEditor
from facecam.engine.people.imported_vectors import tell_doubts
from facecam.engine.people.list import RosterEntry, everybody
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.photos.names import settled_names, tell_twins
from facecam.engine.recognition.gallery_alignment import photo_alignment, tell_outdated
from facecam.engine.transactions.journal import recover, recover_if_possible
from facecam.engine.visits.spreadsheet import csv_bytes
from facecam.gallery.gallery import Gallery, Person
from facecam.gallery.names import alike, clean_name, fresh_name, namesakes, spelled, told_apart
from facecam.gallery.storage.audit_trail import few_enough, note_in_trail
from facecam.gallery.storage.encodings import import_encodings as read_encodings
from facecam.gallery.storage.home import GalleryHome
from facecam.gallery.storage.import_marks import ImportMarks
from facecam.gallery.storage.legacy import export_pair, import_pair

_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def list_people(settings: Settings, on_event: EventSink = ignore) -> list[RosterEntry]:
    """Everybody in the database and in `data/`, by name, with what is to be said of them.

    Raises:
        GalleryError: the database is unreadable.
    """
    recover_if_possible(settings, on_event)
    gallery = components.open_store(settings, on_event).load()
    people = everybody(settings, gallery, on_event)
    tell_outdated(settings, gallery, on_event)
    tell_twins((one.name for one in people), on_event)
    return people


def rename_person(settings: Settings, old: str, new: str, on_event: EventSink = ignore) -> Identity:
    """Rename somebody; takes effect in a running `live` within a second.

    Raises:
        GalleryError: nobody has the old name, or somebody has the new one.
    """
    editor = PeopleEditor(settings, on_event)
    for one in editor.recover():
        if one.is_of("rename", old) and one.other.name == fresh_name(new):
            return one.other
    identity = find_person(settings, old, on_event)
    editor.rename(identity, new)
    return Identity(identity.id, fresh_name(new))


def merge_people(settings: Settings, source: str, target: str, on_event: EventSink = ignore) -> Identity:
    """Give the vectors and photos of `source` to `target`; `source` is gone.

    Raises:
        GalleryError: one of them is not there.
    """
    editor = PeopleEditor(settings, on_event)
    for one in editor.recover():
        if one.is_of("merge", source) and target in (one.other.id, one.other.name):
            return one.other
    gone, kept = (find_person(settings, who, on_event) for who in (source, target))
    editor.merge(gone, kept, at_once=True)
    return find_person(settings, kept.id or kept.name, on_event)


def delete_person(settings: Settings, name: str, on_event: EventSink = ignore) -> tuple[Identity, int]:
    """Remove somebody's photos and their vectors from every generation; returns them and the photo count.

    Looks at them that others were said not to be go too, and their names and photos in the records of trainings. What
    networks have learnt stays: see `trained_on`. Cut off at any point, the same again goes on.

    Raises:
        GalleryError: nobody has that name.
    """
    if (gone := finished_deletion(settings, name, on_event)) is not None:
        return gone, 0
    editor = PeopleEditor(settings, on_event)
    identity = find_person(settings, name, on_event)
    deleted = editor.delete_for_good(identity)
    for link, target in deleted.links:
        on_event(
            Notice(
                f"{printable(link)} was a link: the photos in {printable(target)} are yours and stay",
                "Delete them there if they should go, too.",
            )
        )
    return identity, deleted.photos


def finished_deletion(settings: Settings, name: str, on_event: EventSink = ignore) -> Identity | None:
    """Somebody by name or id whose deletion was cut off, and is finished now; None where there was none.

    Raises:
        GalleryError: another facecam is changing people.
        DataError: something cannot be written or deleted.
    """
    found = (one.who for one in recover(settings, on_event) if one.is_of("delete", name))
    return next(found, None)


def find_person(settings: Settings, name: str, on_event: EventSink = ignore) -> Identity:
    """Somebody by name or id, also somebody who only has photos, with an empty id.

    Raises:
        GalleryError: nobody has that name; the hint says who has a similar one.
    """
    store, library = _open(settings, on_event)
    gallery = store.load()
    if gallery is not None and _knows(gallery, name):
        return gallery.find(name).identity
    if library.folders_of(name):
        return Identity("", clean_name(name))
    return _existing(store).find(name).identity


def the_one_meant(settings: Settings, who: str, *, is_id: bool = False, on_event: EventSink = ignore) -> str:
    """`who` again, if it is one person's name or id, or nobody's; the id, where it has to be one.

    Args:
        settings: where people are.
        who: a name or an id.
        is_id: it is an id, never a name.
        on_event: gets notices.

    Raises:
        GalleryError: nobody has that id; or several people are called that, and are named with what tells them apart.
    """
    store, library = _open(settings, on_event)
    gallery = store.load()
    ids = {} if gallery is None else {one.name: one.id for one in gallery.identities}
    if who in ids.values():
        return who
    if is_id and not _UUID.fullmatch(who):  # One that was deleted may still have to be finished.
        raise GalleryError(
            f"nobody has the id '{printable(who)}'",
            hint="See the ids with `python main.py people list --json`.",
        )
    if is_id:
        return who
    found = namesakes(clean_name(who), [*ids, *(name for name in library.people() if name not in ids)])
    if len(found) > 1 and any(told_apart(name)[1] for name in found):  # Of mere spellings others speak.
        listed = ", ".join(f"'{spelled(name)}' ({ids.get(name) or 'not enrolled'})" for name in found)
        raise GalleryError(
            f"{len(found)} people are called '{spelled(who)}': {listed}",
            hint="Say --id and the id of the one you mean, or the whole name where something stands in brackets.",
        )
    return who


def _knows(gallery: Gallery, who: str) -> bool:
    return any(who == one.id for one in gallery.identities) or bool(
        alike(clean_name(who), (one.name for one in gallery.identities))
    )


def import_legacy(
    settings: Settings, npy: Path, names: Path, *, on_event: EventSink = ignore
) -> list[Identity]:
    """Add the people of an older `faces_emb_reference.npy` and `names_reference.txt`.

    Raises:
        DataError: the files do not fit together.
        GalleryError: the database was made by another model.
    """
    store = components.open_store(settings, on_event)
    known = store.load()
    # The older files have underscores for blanks, also those that were exported here.
    written = {} if known is None else {one.name.replace(" ", "_"): one.name for one in known.identities}
    people = {written.get(name, name): vector[None] for name, vector in import_pair(npy, names)}
    return _import(settings, people, on_event)


def import_encodings(settings: Settings, path: Path, *, on_event: EventSink = ignore) -> list[Identity]:
    """Add people from encodings of face_recognition (.npy, .npz, .json).

    Raises:
        DataError: no encodings, or not 128 values each.
        GalleryError: the database was made by another model than dlib's.
    """
    return _import(settings, read_encodings(path), on_event)


def export_legacy(
    settings: Settings, npy: Path, names: Path, consents: Path | None = None, on_event: EventSink = ignore
) -> list[str]:
    """Write the older pair of files; returns the names left out because they have no vectors.

    Args:
        settings: where the database is.
        npy, names: the pair.
        consents: a table of who agreed to what and when; None: none is written.
        on_event: gets notices.

    Raises:
        GalleryError: nobody is enrolled.
        DataError: a file cannot be written.
    """
    gallery = _existing(components.open_store(settings, on_event))
    for path in (npy, names) if consents is None else (npy, names, consents):
        make_folder(path.parent)
    more = {}
    if consents is not None:
        rows = [_consent_row(person) for person in gallery.people]
        more[consents] = csv_bytes(("name", "enrolled", "consent_given", "consent_purpose"), rows)
    left_out = export_pair(gallery, npy, names, more)
    note_in_trail(settings.database, "export", on_event=on_event, kind="people", count=len(gallery))
    return left_out


def _consent_row(person: Person) -> tuple[str, ...]:
    consent = Consent.read(person.consent) or Consent("", NOT_RECORDED)
    return (person.identity.name, person.created, consent.given, consent.purpose)


def _import(settings: Settings, people: Mapping[str, FloatArray], on_event: EventSink) -> list[Identity]:
    recover(settings, on_event)
    card = components.open_embedder(settings).card
    if card.name != components.DEFAULT_MODEL:
        raise GalleryError(
            f"these vectors are {components.DEFAULT_MODEL}'s, the model in use is {card.name}",
            hint=f"Repeat with --model {components.DEFAULT_MODEL}.",
        )
    tell_doubts(settings, card, people, on_event)
    settled: list[str] = []

    def change(current: Gallery | None) -> Gallery:
        gallery = current or Gallery.empty(card.model_id, card.dimensions, photo_alignment(settings))
        known = {**dict.fromkeys(one.name for one in gallery.identities), **library.people()}
        settled[:] = settled_names(people, known, on_event)
        for name, vectors in zip(settled, people.values(), strict=True):
            # Aligned by dlib's landmarks, as face_recognition and FaceNet_TF-2.0 do.
            # What was imported before, perhaps by a process that was killed before it could say so, is there once.
            new = gallery.unknown_of(name, Embeddings(vectors, card.model_id))
            gallery = gallery.add(name, new)
        return gallery

    store, library = _open(settings, on_event)
    marks = ImportMarks(settings.database)
    for vectors in people.values():
        marks.add(vectors)
    marks.save()
    updated = store.update(change)
    found = [updated.find(name).identity for name in dict.fromkeys(settled)]
    ids = [one.id for one in found]
    note_in_trail(settings.database, "import", few_enough(ids), on_event, count=len(people))
    return found


def _open(settings: Settings, on_event: EventSink) -> tuple[GalleryHome, PhotoLibrary]:
    return components.open_store(settings, on_event), PhotoLibrary(settings.data, on_event)


def _existing(store: GalleryHome) -> Gallery:
    gallery = store.load()
    if gallery is None or not len(gallery):
        raise GalleryError(
            "nobody is enrolled yet", hint="Enroll somebody: python main.py enroll NAME PHOTO…"
        )
    return gallery
