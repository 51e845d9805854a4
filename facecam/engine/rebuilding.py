"""The database made anew from the photos, whatever changes meanwhile."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from facecam.core.config import Settings
from facecam.core.errors import DataError, EnrollmentError, GalleryError
from facecam.core.events import CancelToken, EventSink, Notice, Progress, ignore
from facecam.core.paths import printable
from facecam.core.types import Embeddings, FloatArray
from facecam.engine import parts
from facecam.engine.enroll import Enroller
from facecam.engine.nameable import nameable
from facecam.engine.people_journal import recover
from facecam.engine.photos import PhotoLibrary
from facecam.engine.rejecting import with_rejections
from facecam.gallery.gallery import Gallery, Person
from facecam.gallery.store import GalleryStore
from facecam.runtime.card import ModelCard

#: Two embeddings of one photo by one model are at most this far apart.
_SAME_VECTOR_SQUARED_L2 = 1e-5


def rebuild(
    settings: Settings, *, on_event: EventSink = ignore, cancel: CancelToken | None = None
) -> tuple[Gallery, list[str]]:
    """Make the database anew from the photos in `data/` with the current model.

    Known people keep their ids. People without usable photos are left out and
    named in the second value; their photos stay.

    Raises:
        EnrollmentError: nobody could be enrolled; the database is as it was.
        GalleryError: somebody was enrolled meanwhile with another model; the database is as it was.
    """
    recover(settings, on_event)
    enroller = Enroller(settings, on_event=on_event, cancel=cancel)
    store, found = parts.open_store(settings, on_event), {}
    old = _previous(store)  # Before the photos: whatever changes from here on is seen in the end.
    known = {person.identity.name for person in old.people}
    people, left_out = nameable(PhotoLibrary(settings.data, on_event).people(), on_event, known)
    for index, name in enumerate(people):
        on_event(Progress("people", index, len(people)))
        embeddings, _ = enroller.vectors_from_library(name)
        if embeddings is None:
            left_out.append(name)
        else:
            found[name] = embeddings
    on_event(Progress("people", len(people), len(people)))
    if not found:
        raise EnrollmentError(
            f"no usable photos in {printable(str(settings.data))}",
            hint="Put photos into data/<person>/ or use `enroll NAME PHOTO…`.",
        )
    card = enroller.embedder.card
    kept = _without_photos(old, {name for name, photos in people.items() if photos}, card)
    left_out = [name for name in left_out if name not in {person.identity.name for person, _ in kept}]
    coming_along = set(people) | {person.identity.name for person, _ in kept}
    for name in sorted({person.identity.name for person in old.people} - coming_along):
        on_event(Notice(f"{name} has no photos in {settings.data} and is not in the rebuilt database"))
        left_out.append(name)
    ids = {person.identity.name: person for person in old.people}
    empty = Gallery.empty(card.model_id, card.dimensions)
    entries = [*((ids.get(name, name), embeddings) for name, embeddings in found.items()), *kept]
    library = PhotoLibrary(settings.data, on_event)
    rebuilt = with_rejections(empty.add_all(entries), old, library, enroller.embedder, on_event)
    rebuilt = _with_threshold_of(old, rebuilt, on_event)
    saved = store.update(lambda current: _with_changes_since(old, current, rebuilt), start_over=True)
    return saved, left_out


def _with_threshold_of(old: Gallery, rebuilt: Gallery, on_event: EventSink) -> Gallery:
    """The threshold that was found for these people stays, as long as the model does."""
    if old.threshold is None:
        return rebuilt
    if old.model_id == rebuilt.model_id:
        return rebuilt.with_threshold_of(old)
    on_event(
        Notice(
            f"the threshold {old.threshold:.3f} was found for the model before and is given up",
            "Find one for this model: python main.py evaluate --own",
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
    for person, vectors, rejected in news:
        gallery = gallery.add(person, Embeddings(vectors[:0], gallery.model_id))
        # Their photos may have been seen already: then the same vector is there.
        unseen = _far_from(vectors, gallery.vectors_of(person))
        gallery = gallery.add(person, Embeddings(unseen, gallery.model_id))
        gallery = gallery.accept(person, rejected, _SAME_VECTOR_SQUARED_L2)
        gallery = gallery.reject(person, Embeddings(rejected, gallery.model_id))
    return gallery.with_threshold_of(current)


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
    model_id = rebuilt.model_id
    gallery = Gallery.empty(model_id, rebuilt.dimensions).with_threshold_of(rebuilt)
    gallery = gallery.add_all((now, Embeddings(rebuilt.vectors_of(then), model_id)) for then, now in pairs)
    for then, now in pairs:
        rejected = rebuilt.rejections_of(then)
        if len(rejected):
            gallery = gallery.reject(now, Embeddings(rejected, model_id))
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


def _fresh(old: Gallery | None, current: Gallery, person: Person) -> tuple[FloatArray, FloatArray]:
    """The vectors and the rejections that a person has now and had not in `old` (None: all of them)."""
    vectors, rejected = current.vectors_of(person), current.rejections_of(person)
    if old is not None:
        vectors = _not_among(vectors, old.vectors_of(person))
        rejected = _not_among(rejected, old.rejections_of(person))
    return vectors, _as_rows(rejected, current.dimensions)


def _as_rows(vectors: FloatArray, dimensions: int) -> FloatArray:
    """A gallery that has no rejections at all does not know how long one would be."""
    return vectors if len(vectors) else np.empty((0, dimensions), np.float32)


def _not_among(vectors: FloatArray, known: FloatArray) -> FloatArray:
    seen = {row.tobytes() for row in known}
    kept: FloatArray = vectors[np.array([row.tobytes() not in seen for row in vectors], bool)]
    return kept


def _far_from(vectors: FloatArray, known: FloatArray) -> FloatArray:
    if not len(vectors) or not len(known):
        return vectors
    kept: FloatArray = vectors[(2 - 2 * vectors @ known.T).min(axis=1) >= _SAME_VECTOR_SQUARED_L2]
    return kept


def _ids(gallery: Gallery) -> Iterator[str]:
    return (identity.id for identity in gallery.identities)


def _previous(store: GalleryStore) -> Gallery:
    try:
        gallery = store.load()
    except (GalleryError, DataError):
        gallery = None  # Unreadable is why somebody rebuilds; new ids are then all there is.
    return gallery or Gallery.empty("", 1)


def _without_photos(old: Gallery, with_photos: set[str], card: ModelCard) -> list[tuple[Person, Embeddings]]:
    """People who were imported and have no photos, as long as their vectors are this model's."""
    if old.model_id != card.model_id:
        return []
    return [
        (person, Embeddings(old.vectors_of(person), old.model_id))
        for person in old.people
        if person.identity.name not in with_photos
    ]
