""" "Not this person": faces the gallery must not take for somebody, with their pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np

from facecam.core.config import Settings
from facecam.core.encryption import at_rest
from facecam.core.errors import DataError, EnrollmentError
from facecam.core.events import EventSink, Notice, ignore
from facecam.core.paths import printable
from facecam.core.types import Detection, Embeddings, FloatArray, Identity, ImageArray, alignment_codes
from facecam.embedding.embedder import Embedder
from facecam.engine import components
from facecam.engine.faces.photo_reader import PhotoReader
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.recognition.rejected_tracks import source_mark
from facecam.engine.transactions.change import Done, PeopleChange
from facecam.engine.transactions.journal import PeopleJournal, recover
from facecam.engine.transactions.person_snapshot import some
from facecam.engine.transactions.photo_copies import keep_with_vectors
from facecam.engine.transactions.restoration import unheld
from facecam.gallery.arrangement import Arrangement
from facecam.gallery.gallery import Gallery, Who
from facecam.vision.images.align import ChipSpec, face_chip
from facecam.vision.images.read import read_picture
from facecam.vision.images.save import png_bytes

#: How a rejected face is kept: upright and in its place, so that no detector has to find it again.
#: The room is more than a network's chip needs unless it was trained with --chip-padding above 0.6.
_KEPT = ChipSpec(side_px=256, frame="dlib", padding=0.6)
#: A kept picture and the vector that was made of it differ by rounding only.
_SAME_CHIP_SQUARED_L2 = 1e-4


@dataclass(frozen=True, slots=True, eq=False)
class Rejected:
    """What was done, so that it can be taken back.

    Attributes:
        identity: who the faces are not.
        pictures: where copies of the faces were saved now.
        vectors: float32 (k, D), unit rows, as added to the gallery now.
        faces: how many were meant; some may have been there before.
    """

    identity: Identity
    pictures: tuple[Path, ...]
    vectors: FloatArray
    faces: int = 0


def reject_faces(
    settings: Settings,
    who: Who,
    faces: Sequence[tuple[ImageArray, Detection]],
    *,
    embedder: Embedder | None = None,
    source: str = "",
    on_event: EventSink = ignore,
) -> Rejected:
    """Remember that faces are not somebody, however much they look alike.

    Copies are kept in a hidden folder beside the person's photos, so that a
    rebuild with another model keeps them too; deleting the person deletes them.
    A face that is remembered already is not remembered twice.

    Args:
        settings: models and folders.
        who: a person of the gallery.
        faces: pictures uint8 (H, W, 3) RGB, each with its face; at least one.
        embedder: an open one to be used; None: opened here.
        source: the film or camera they were seen in, as the user named it, where they are to be known again,
            see `rejected_in`; empty for a photo.
        on_event: gets notices.

    Raises:
        GalleryError: nobody is called that, or the database is unreadable or another model's.
        DataError: disk full or no permission; the database is as it was.
    """
    recover(settings, on_event)
    embedder = embedder or components.open_embedder(settings)
    store, library = components.open_store(settings, on_event), PhotoLibrary(settings.data, on_event)
    person = components.load_gallery(store, embedder.card).find(who)
    # The very chips a rebuild will see: what is saved and what is matched are one thing.
    kept = [face_chip(picture, face, _KEPT) for picture, face in faces]
    embeddings = _embedded(embedder, kept)
    stem = f"not-{datetime.now():%Y%m%d-%H%M%S}{source_mark(source)}"
    name = person.identity.name
    contents = list(map(png_bytes, kept))
    added: list[FloatArray] = []

    def change(current: Gallery | None) -> Gallery:
        gallery = some(current)
        new = embeddings.rows(unheld(embeddings.vectors, gallery.rejections_of(person)))
        added[:] = [new.vectors]
        return gallery.reject(person, new)

    def pictures() -> dict[Path, bytes]:
        return {library.place_of_png(name, stem, one, rejected=True): one for one in contents}

    done = keep_with_vectors(
        settings, name, pictures, "rejections", embeddings.vectors, change, on_event=on_event
    )
    return Rejected(person.identity, done.made, added[0], len(embeddings))


def take_back(settings: Settings, rejected: Rejected, on_event: EventSink = ignore) -> None:
    """Undo `reject_faces`.

    Raises:
        GalleryError: the person is gone.
        DataError: a picture cannot be deleted; the next start does it.
    """
    journal, who = PeopleJournal(settings, on_event), rejected.identity
    planned = PeopleChange(
        "take back", who, Done(lacks=("rejections", who.id, rejected.vectors)), discard=rejected.pictures
    )

    def accept() -> None:
        journal.store.update(lambda current: some(current).accept(who, rejected.vectors, 1e-6))

    journal.carry_out(planned, accept)


def accept_pictures(
    settings: Settings, who: Who, pictures: Sequence[Path], *, on_event: EventSink = ignore
) -> Callable[[], Identity]:
    """Faces that were rejected, by their kept pictures, may be the person again; returns what takes that back.

    Raises:
        GalleryError: the person is gone, or the database is unreadable or another model's.
        DataError: a picture cannot be read or deleted.
    """
    recover(settings, on_event)
    embedder, store = components.open_embedder(settings), components.open_store(settings, on_event)
    gallery = components.load_gallery(store, embedder.card)
    person = gallery.find(who).identity
    contents = {path: at_rest.read_bytes(path) for path in pictures}
    chips = _embedded(embedder, [read_picture(path) for path in pictures])
    held, order = gallery.rejected_of(person), Arrangement.of(gallery)
    rows = held.rows(~unheld(held.vectors, chips.vectors, _SAME_CHIP_SQUARED_L2))
    take_back(settings, Rejected(person, tuple(pictures), rows.vectors), on_event)

    def change(current: Gallery | None) -> Gallery:
        present = some(current)
        new = rows.rows(unheld(rows.vectors, present.rejections_of(person)))
        return order.applied(present.reject(person, new)) if len(new) else present

    def undo() -> Identity:
        keep_with_vectors(
            settings, person.name, lambda: contents, "rejections", rows.vectors, change, on_event=on_event
        )
        return person

    return undo


def reject_photos(
    settings: Settings, who: str, photos: Iterable[Path], *, on_event: EventSink = ignore
) -> Rejected:
    """Remember that the main faces of photos are not somebody; photos without a face get a notice.

    Raises:
        EnrollmentError: none of the photos shows a face.
        GalleryError: nobody is called that.
        DataError: disk full or no permission.
    """
    recover(settings, on_event)
    embedder = components.open_embedder(settings)
    # Nobody is looked for in photos to be told afterwards that nobody is called that.
    components.load_gallery(components.open_store(settings, on_event), embedder.card).find(who)
    looker, faces, unused = PhotoReader(settings), [], list[Notice]()
    for photo in photos:
        try:
            look = looker.look(photo)
        except DataError as error:
            unused.append(Notice(error.message, error.hint))
            continue
        if look.found.detections:
            faces.append((look.found.image, looker.main(photo, look)))
        else:
            unused.append(Notice(f"{printable(photo)} shows no face", "Use a photo that shows the face."))
    if not faces:
        why = f": {unused[0].text}" if unused else ""
        raise EnrollmentError(
            f"no photo shows a face to be remembered{why}",
            hint=unused[0].hint if unused else "Name photos of whoever was taken for the person.",
        )
    for notice in unused:
        on_event(notice)
    return reject_faces(settings, who, faces, embedder=embedder, on_event=on_event)


def with_rejections(
    gallery: Gallery, before: Gallery, library: PhotoLibrary, embedder: Embedder, on_event: EventSink = ignore
) -> Gallery:
    """A rebuilt gallery with the faces that were rejected before.

    They are embedded anew from the pictures kept; somebody without a folder
    keeps the vectors of `before`, if they are of the same model.
    """
    for person in gallery.people:
        name = person.identity.name
        embeddings = kept_pictures(library, name, embedder, on_event)[1]
        if not library.folders_of(name) and before.model_id == gallery.model_id and person in before.people:
            embeddings = before.rejected_of(person)
        if len(embeddings):
            gallery = gallery.reject(person, embeddings)
    return gallery


def kept_pictures(
    library: PhotoLibrary, name: str, embedder: Embedder, on_event: EventSink = ignore
) -> tuple[list[Path], Embeddings]:
    """The kept pictures of faces that are not a person, and their vectors (N, D), mirrored chip added."""
    paths, chips = [], []
    for path in library.rejected_of(name):
        try:
            chip = read_picture(path)
        except DataError as error:
            on_event(Notice(error.message, error.hint))
            continue
        if chip.shape[:2] == (_KEPT.side_px, _KEPT.side_px):
            paths.append(path)
            chips.append(chip)
    return paths, _embedded(embedder, chips)


def _embedded(embedder: Embedder, kept: Sequence[ImageArray]) -> Embeddings:
    landmarks = _KEPT.reference_points("five").astype(np.float32)
    face = Detection(_KEPT.face_box(), 1.0, landmarks, "five")
    views = [embedder.views(chip, face) for chip in kept]
    codes = alignment_codes(embedder.alignment_of(face, view) for view in views)
    return replace(embedder.embed(views, mirror=True), alignments=codes)
