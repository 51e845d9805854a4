"""The database made anew from the photos, whatever changes meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from facecam.core.config import Settings
from facecam.core.errors import DataError, EnrollmentError, GalleryError
from facecam.core.events import NEVER, CancelToken, EventSink, Notice, ignore, progressing
from facecam.core.paths import printable
from facecam.core.types import Embeddings, FloatArray
from facecam.core.words import counted
from facecam.engine import components
from facecam.engine.enrollment.enroller import Enroller
from facecam.engine.enrollment.rejections import with_rejections
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.photos.names import tell_twins
from facecam.engine.photos.people_folders import nameable
from facecam.engine.photos.quality import PhotoVerdict
from facecam.engine.photos.station_folders import StationFolders
from facecam.engine.recognition.gallery_alignment import photo_alignment
from facecam.engine.transactions.journal import recover
from facecam.engine.transactions.person_snapshot import with_all_of
from facecam.engine.transactions.restoration import unheld
from facecam.gallery.gallery import Gallery, Person
from facecam.gallery.postgres.connection import ServerError
from facecam.gallery.storage.audit_trail import few_enough, note_in_trail
from facecam.gallery.storage.home import GalleryHome
from facecam.gallery.storage.import_marks import ImportMarks

#: Two embeddings of one photo by one model are at most this far apart.
_SAME_VECTOR_SQUARED_L2 = 1e-5


def rebuild(
    settings: Settings, *, on_event: EventSink = ignore, cancel: CancelToken = NEVER
) -> tuple[Gallery, list[str]]:
    """Make the database anew from the photos in `data/` with the current model.

    Known people keep their ids. Those without usable photos keep the vectors they
    have, if these are the model's; else they stay as people without vectors, and
    what another model made of them is kept for the day that model is used again.
    So are imported vectors of those with photos; on a server all that no photo here makes, which other stations' may.
    Whoever has no vectors afterwards is named in the second value; photos stay.

    Raises:
        EnrollmentError: nobody could be enrolled; the database is as it was.
        GalleryError: somebody was enrolled meanwhile with another model; the database is as it was.
        DataError: a folder cannot follow its person, whom another station renamed.
    """
    recover(settings, on_event)
    enroller = Enroller(settings, on_event=on_event, cancel=cancel)
    store, found = components.open_store(settings, on_event), {}
    old = _previous(store)  # Before the photos: whatever changes from here on is seen in the end.
    folders = StationFolders(settings, on_event)
    folders.require_followed()
    known = {person.identity.name for person in old.people}
    people, left_out = nameable(PhotoLibrary(settings.data, on_event).people(), on_event, known)
    for name in progressing(people, "people", on_event, cancel):
        embeddings, verdicts = enroller.vectors_from_library(name)
        if embeddings is None:
            left_out.append(name)
        else:
            found[name] = embeddings
            _tell_unused(name, verdicts, on_event)
    if not found:
        raise EnrollmentError(
            f"no usable photos in {printable(settings.data)}",
            hint="Put photos into data/<person>/ or use `enroll NAME PHOTO…`.",
        )
    card = enroller.embedder.card
    ids = {person.identity.name: person for person in old.people}
    staying = [person for person in old.people if person.identity.name not in found]
    empty = Gallery.empty(card.model_id, card.dimensions, photo_alignment(settings))
    # By person and not by name: two folders are two people, however alike their names are.
    rebuilt = empty.add_all((ids.get(name) or Person.new(name), one) for name, one in found.items())
    tell_twins([*found, *(person.identity.name for person in staying)], on_event)
    for person in staying:
        rebuilt = with_all_of(rebuilt, person, (old.embeddings_of(person), *old.kept_of(person)))
    marks = ImportMarks(settings.database)
    for name in ids.keys() & found.keys():
        rebuilt = _with_imported(marks, old, rebuilt, ids[name], shared=bool(settings.server))
    marks.save()
    known_still = {person.identity.name for person in staying if len(rebuilt.vectors_of(person))}
    left_out = [name for name in left_out if name not in known_still]
    for person in staying:
        left_out.extend(_told(person, old, rebuilt, people, left_out, on_event))
    library = PhotoLibrary(settings.data, on_event)
    rebuilt = with_rejections(rebuilt, old, library, enroller.embedder, on_event)
    rebuilt = _with_threshold_of(old, rebuilt, on_event)
    saved = store.update(lambda current: _with_changes_since(old, current, rebuilt), start_over=True)
    folders.follow({one.name: one.id for one in saved.identities if one.name in found})
    before = {person.identity.id for person in old.people}
    new = [one.id for one in saved.identities if one.id not in before]
    note_in_trail(settings.database, "rebuild", few_enough(new), on_event, count=len(saved))
    return saved, left_out


def _tell_unused(name: str, verdicts: Sequence[PhotoVerdict], on_event: EventSink) -> None:
    """Say how many photos do not count any more: their vectors are gone, the photos are not."""
    unused = sum(not one.used and one.reason != "duplicate" for one in verdicts)
    if unused:
        on_event(
            Notice(
                f"{unused} of {counted(len(verdicts), 'photo')} of {printable(name)} cannot be used now",
                "They stay in data/. See each with its reason: python main.py people check",
            )
        )


def _with_threshold_of(old: Gallery, rebuilt: Gallery, on_event: EventSink) -> Gallery:
    """The threshold that was found for these people stays, as long as the model does."""
    if old.threshold is None:
        return rebuilt
    if (old.model_id, old.alignment) == (rebuilt.model_id, rebuilt.alignment):
        return rebuilt.with_threshold_of(old)
    which = "the model" if old.model_id != rebuilt.model_id else "the detector"
    on_event(
        Notice(
            f"the threshold {old.threshold:.3f} was found for {which} before and is given up",
            f"Find one for {which} in use: python main.py evaluate --own --apply",
        )
    )
    return rebuilt


def _with_changes_since(old: Gallery, current: Gallery | None, rebuilt: Gallery) -> Gallery:
    """The rebuilt gallery with what was changed in the database since `old` was read.

    Raises:
        GalleryError: people or vectors came that the rebuilt gallery cannot take in.
    """
    if current is None or _same(old, current):
        return rebuilt
    gallery = _with_people_of(old, current, rebuilt)
    before = set(_ids(old))
    news = [
        (one, *_fresh(old if one.identity.id in before else None, current, one)) for one in current.people
    ]
    news = [entry for entry in news if entry[0].identity.id not in before or len(entry[1]) or len(entry[2])]
    if current.model_id != rebuilt.model_id:
        if news:
            raise GalleryError(
                "the people changed while the database was made anew",
                hint="Rebuild it again: python main.py people rebuild",
            )
        return gallery
    for person, added, rejected in news:
        gallery = gallery.add(person, added.rows(np.zeros(len(added), bool)))
        # Their photos may have been seen already: then the same vector is there.
        gallery = gallery.add(person, _far_from(added, gallery.vectors_of(person)))
        gallery = gallery.accept(person, rejected.vectors, _SAME_VECTOR_SQUARED_L2)
        gallery = gallery.reject(person, rejected)
    kept = (current.threshold, current.threshold_score) == (old.threshold, old.threshold_score)
    return gallery if kept else gallery.with_threshold_of(current)


def _with_people_of(old: Gallery, current: Gallery, rebuilt: Gallery) -> Gallery:
    """Without those deleted since, and everybody with the name and id they have now."""
    by_id = {person.identity.id: person for person in current.people}
    by_name = {person.identity.name: person for person in current.people}
    deleted = set(_ids(old)) - set(by_id)
    pairs = [
        (person, by_id.get(person.identity.id) or by_name.get(person.identity.name) or person)
        for person in rebuilt.people
        if person.identity.id not in deleted
    ]
    gallery = Gallery.empty(rebuilt.model_id, rebuilt.dimensions, rebuilt.alignment)
    gallery = gallery.with_threshold_of(rebuilt)
    gallery = gallery.add_all((now, rebuilt.embeddings_of(then)) for then, now in pairs)
    for then, now in pairs:
        rejected = rebuilt.rejected_of(then)
        if len(rejected):
            gallery = gallery.reject(now, rejected)
        for embeddings in rebuilt.kept_of(then):
            gallery = gallery.keep(now, embeddings)
    return gallery


def _same(one: Gallery, other: Gallery) -> bool:
    """Compared first, since looking at each person takes long where there are thousands."""
    return (
        (one.model_id, one.people, one.threshold, one.threshold_score)
        == (other.model_id, other.people, other.threshold, other.threshold_score)
        and np.array_equal(one.vectors, other.vectors)
        and np.array_equal(one.owners, other.owners)
        and np.array_equal(one.rejections.vectors, other.rejections.vectors)
        and np.array_equal(one.rejections.owners, other.rejections.owners)
    )


def _fresh(old: Gallery | None, current: Gallery, person: Person) -> tuple[Embeddings, Embeddings]:
    """The vectors and the rejections that a person has now and had not in `old` (None: all of them)."""
    own, rejected = current.embeddings_of(person), current.rejected_of(person)
    if old is None:
        return own, rejected
    return own.without(old.vectors_of(person)), rejected.without(old.rejections_of(person))


def _far_from(embeddings: Embeddings, known: FloatArray) -> Embeddings:
    return embeddings.rows(unheld(embeddings.vectors, known, _SAME_VECTOR_SQUARED_L2))


def _ids(gallery: Gallery) -> Iterator[str]:
    return (identity.id for identity in gallery.identities)


def _previous(store: GalleryHome) -> Gallery:
    try:
        gallery = store.load()
    except ServerError:
        raise  # A server that is away has people of other stations.
    except (GalleryError, DataError):
        gallery = None  # Unreadable is why somebody rebuilds; new ids are then all there is.
    return gallery or Gallery.empty("", 1)


def _with_imported(
    marks: ImportMarks, old: Gallery, rebuilt: Gallery, person: Person, *, shared: bool
) -> Gallery:
    """`rebuilt` with those vectors of somebody with photos that no photo made; `shared`: none that is here."""
    photos, own = rebuilt.embeddings_of(person), old.embeddings_of(person)
    everything = [own if shared else marks.among(own), *old.kept_of(person)]
    everything = [
        one if one.model_id != photos.model_id else _far_from(one, photos.vectors) for one in everything
    ]
    for embeddings in everything:
        marks.add(embeddings.vectors)
    return with_all_of(rebuilt, person, everything) if any(map(len, everything)) else rebuilt


def _told(
    person: Person,
    old: Gallery,
    rebuilt: Gallery,
    photos: Mapping[str, Sequence[Path]],
    left_out: Sequence[str],
    on_event: EventSink,
) -> list[str]:
    """Say what became of somebody who could not be enrolled from photos; their name, if nobody said it yet."""
    name = person.identity.name
    if len(rebuilt.vectors_of(person)):
        if photos.get(name):
            on_event(
                Notice(f"none of the photos of {printable(name)} can be used: the vectors from before stay")
            )
        return []
    if old.model_id != rebuilt.model_id and not photos.get(name):
        on_event(
            Notice(
                f"{printable(name)} has no photos and is not recognised with this model: "
                "the vectors of the model before are kept",
                f"Add photos: python main.py enroll {printable(name)!r} PHOTO… Or go back to the model before.",
            )
        )
    return [] if name in left_out else [name]
