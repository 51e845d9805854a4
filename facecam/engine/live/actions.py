"""Actions on a live face: this is somebody, this is not somebody."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np

from facecam.core.config import Settings
from facecam.core.distances import unit_squared_l2
from facecam.core.errors import EnrollmentError
from facecam.core.events import EventSink, ignore
from facecam.core.paths import printable, read_file, sha256_file
from facecam.core.types import Box, Embeddings, FloatArray, Identity, ImageArray, alignment_codes
from facecam.embedding.embedder import Embedder
from facecam.engine import components
from facecam.engine.enrollment.consent import consent_note
from facecam.engine.enrollment.rejection_removal import GivenUp, given_up, pictures_near
from facecam.engine.enrollment.rejections import Rejected, reject_faces
from facecam.engine.enrollment.selection import judge_by_hand
from facecam.engine.faces.drawn_box import BoxSearch
from facecam.engine.photos.chosen_faces import (
    ChosenFace,
    folder_in,
    forget_choices,
    key_of_digest,
    remembered,
)
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.photos.names import settled_name
from facecam.engine.photos.quality import PhotoVerdict, judge
from facecam.engine.photos.rotation import Turn
from facecam.engine.recognition.face_crops import FaceSample, take_sample
from facecam.engine.recognition.gallery_alignment import photo_alignment
from facecam.engine.recognition.likeness import look_alike
from facecam.engine.transactions.change import Done, PeopleChange
from facecam.engine.transactions.journal import PeopleJournal, recover
from facecam.engine.transactions.photo_copies import keep_with_vectors
from facecam.gallery.arrangement import Arrangement
from facecam.gallery.gallery import Gallery
from facecam.gallery.names import clean_name
from facecam.vision.images.quality import assess
from facecam.vision.images.save import png_bytes

#: Looks at one face are at most this many thresholds from their middle one; else somebody else got in.
_UNLIKE_FACTOR = 1.6
#: A face now said to be somebody takes back what was said against it within this squared_l2.
_TAKES_BACK_SQUARED_L2 = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Named:
    """What naming a face did, so that it can be taken back.

    Attributes:
        identity: the person.
        is_new: whether they were made just now.
        photos: the pictures saved in `data/`.
        vectors: float32 (n, D), unit rows, as added to the gallery.
        look_alike: somebody else who looks like them; None for a known person.
        given_up: rejections of the person that it contradicted; None for none.
        arrangement: of the database before; None where nobody was enrolled.
    """

    identity: Identity
    is_new: bool
    photos: tuple[Path, ...]
    vectors: FloatArray
    look_alike: Identity | None
    given_up: GivenUp | None = None
    arrangement: Arrangement | None = None


#: What is said of a face that looks aside.
TURNED = "the face is turned away, so it is less sure; a picture from the front would help"


@dataclass(frozen=True, slots=True, eq=False)
class DrawnLook:
    """A face that was drawn around, fit to be named; `how` says what is less sure about it, in words."""

    sample: FaceSample
    how: str


def look_in_box(
    settings: Settings, image: ImageArray, box: Box, *, embedder: Embedder | None = None
) -> DrawnLook:
    """The face in a box that somebody drew in a frame.

    Args:
        settings: models.
        image: the frame, uint8 (H, W, 3) RGB.
        box: px of it.
        embedder: an open one to be used; None: opened here.

    Raises:
        EnrollmentError: the box lies outside the picture, or is too small.
    """
    embedder = embedder or components.open_embedder(settings)
    face = BoxSearch(settings).face_in(image, box)
    views = embedder.views(image, face.detection)
    vector = embedder.embed([views]).vectors[0]
    quality = assess(face.detection, views[0], embedder.chip_spec, image.shape[1::-1])
    sample = take_sample(image, face.detection, vector, quality.overall, 0.0)
    if sample is None:
        raise EnrollmentError(
            "hardly any of the face is in the picture", hint="Draw the box around a face in the picture."
        )
    turned = TURNED if judge(quality)[0] == "turned away" else ""
    return DrawnLook(replace(sample, drawn=True), face.how or turned)


def name_face(
    settings: Settings,
    name: str,
    samples: Sequence[FaceSample],
    *,
    embedder: Embedder | None = None,
    consent: str | None = None,
    on_event: EventSink = ignore,
) -> Named:
    """Make a face of the stream known by its clearest looks.

    Looks that are not fit for it (too small, blurred …, the rules of `enroll`)
    are left out. The rest are saved as PNG in `data/<person>/`, so that a
    rebuild keeps them, then added to the database; a running `live` follows.

    Args:
        settings: models and folders.
        name: a new person's or a known one's.
        samples: looks at one face.
        embedder: an open one to be used; None: opened here.
        consent: what the person agreed to, in words; None leaves what is recorded as it is.
        on_event: gets notices of the store.

    Raises:
        EnrollmentError: no look is fit, says why; or the consent says nothing.
        GalleryError: the name cannot be one, or the database is unreadable or another model's.
        DataError: disk full or no permission; the database is as it was.
    """
    name, note = clean_name(name), None if consent is None else consent_note(consent)
    recover(settings, on_event)
    embedder = embedder or components.open_embedder(settings)
    store, library = components.open_store(settings, on_event), PhotoLibrary(settings.data, on_event)
    gallery = components.load_gallery(store, embedder.card)
    name = settled_name(name, gallery, library, on_event)
    threshold = components.accepted_threshold(settings, gallery, embedder.card)
    fit, embeddings = _fit(name, samples, embedder, threshold)
    is_new = name not in {one.name for one in gallery.identities}
    stem = f"live-{datetime.now():%Y%m%d-%H%M%S}"

    contradicted: list[Embeddings] = []
    arrangement: list[Arrangement] = []

    def change(current: Gallery | None) -> Gallery:
        card = embedder.card
        before = current or Gallery.empty(card.model_id, card.dimensions, photo_alignment(settings))
        arrangement[:] = [] if current is None else [Arrangement.of(current)]
        grown = before.add(name, embeddings)
        accepted = grown.accept(name, embeddings.vectors, _TAKES_BACK_SQUARED_L2)
        contradicted[:] = [given_up(grown, accepted, name)]
        return accepted if note is None else accepted.with_consent(name, note)

    contents = [png_bytes(sample.picture) for sample in fit]

    def pictures() -> dict[Path, bytes]:
        return {library.place_of_png(name, stem, content): content for content in contents}

    def choices(places: Sequence[Path]) -> AbstractContextManager[None]:
        # The same look twice is kept once.
        return remembered(settings.data, dict(zip(places, map(_choice, fit), strict=False)))

    near = pictures_near(library, name, embedder, embeddings.vectors, _TAKES_BACK_SQUARED_L2, on_event)
    back = [(path, read_file(path)) for path in near]
    kept = keep_with_vectors(
        settings,
        name,
        pictures,
        "vectors",
        embeddings.vectors,
        change,
        discard=near,
        beside=choices,
        on_event=on_event,
    )
    person = kept.gallery.find(name)
    given = GivenUp(contradicted[0], back)
    alike = None
    if is_new:
        alike = look_alike(components.open_matcher(settings, gallery, embedder.card), embeddings.vectors)
    other = None if alike is None else alike.identity
    order = arrangement[0] if arrangement else None
    return Named(person.identity, is_new, kept.pictures, embeddings.vectors, other, given, order)


def undo_naming(settings: Settings, named: Named, on_event: EventSink = ignore) -> None:
    """Take `name_face` back: its pictures and vectors, and the person if it made them and nothing else is there.

    What had been said not to be the person, and what naming contradicted, holds again.

    Raises:
        GalleryError: the person is gone.
        DataError: a picture cannot be deleted; the database is changed already.
    """

    def change(current: Gallery | None) -> Gallery:
        if current is None:
            raise EnrollmentError("nobody is enrolled", hint="There is nothing to take back.")
        less = current.without_vectors(named.identity, named.vectors)
        if named.is_new and not len(less.vectors_of(named.identity)):
            return less.remove(named.identity)
        if named.given_up is not None:
            less = named.given_up.restored(less, named.identity)
        return less if named.arrangement is None else named.arrangement.applied(less)

    keys = _keys(settings, named.photos)
    journal, who = PeopleJournal(settings, on_event), named.identity
    planned = PeopleChange(
        "take back",
        who,
        Done(lacks=("vectors", who.id, named.vectors)),
        discard=named.photos,
        folders=tuple((folder, who.name) for folder in sorted({photo.parent for photo in named.photos})),
        written=() if named.given_up is None else tuple(named.given_up.pictures),
    )
    journal.carry_out(planned, lambda: journal.store.update(change, forget=named.is_new))
    for folder, key in keys:
        if folder.is_dir():
            forget_choices([folder], key)


def not_this_person(
    settings: Settings,
    who: Identity,
    samples: Sequence[FaceSample],
    *,
    embedder: Embedder | None = None,
    source: str = "",
    on_event: EventSink = ignore,
) -> Rejected:
    """Remember that a face of the stream, `source` as the user named it, is not somebody it looks like.

    Raises:
        EnrollmentError: there is no look at the face yet.
        GalleryError: the person is gone, or the database is unreadable or another model's.
        DataError: disk full or no permission; the database is as it was.
    """
    if not samples:
        raise EnrollmentError(
            "the face was not seen clearly enough yet",
            hint="Wait until it is nearer or turned to the camera.",
        )
    faces = [(sample.picture, sample.detection) for sample in samples]
    return reject_faces(settings, who, faces, embedder=embedder, source=source, on_event=on_event)


def _fit(
    name: str, samples: Sequence[FaceSample], embedder: Embedder, threshold: float
) -> tuple[list[FaceSample], Embeddings]:
    """The looks that are good enough and of one face, and their vectors, mirrored chips added as in `enroll`."""
    good, verdicts = [], []
    for sample in samples:
        views = embedder.views(sample.picture, sample.detection)
        quality = assess(sample.detection, views[0], embedder.chip_spec, sample.picture.shape[1::-1])
        reason, detail = judge_by_hand(quality) if sample.drawn else judge(quality)
        verdicts.append(PhotoVerdict(Path(), reason, detail))
        if reason == "good":
            good.append((sample, views))
    if not good:
        raise _nothing_fit(name, verdicts)
    vectors = embedder.embed([views for _, views in good], mirror=True).vectors
    distances = unit_squared_l2(vectors, vectors)
    middle = int(distances.sum(axis=1).argmin())
    alike = np.flatnonzero(distances[middle] < threshold * _UNLIKE_FACTOR)
    codes = alignment_codes(embedder.alignment_of(sample.detection, views) for sample, views in good)
    embeddings = Embeddings(vectors, embedder.card.model_id, codes).rows(alike)
    return [good[index][0] for index in alike.tolist()], embeddings


def _choice(sample: FaceSample) -> ChosenFace:
    """A picture kept of the stream may show a neighbour too, and where the face was drawn nothing finds it again."""
    height, width = sample.picture.shape[:2]
    return ChosenFace(
        Turn(width, height).shares(sample.detection.box), "hand" if sample.drawn else "likeness"
    )


def _keys(settings: Settings, photos: Sequence[Path]) -> list[tuple[Path, str]]:
    """The folders that photos are in, and the keys under which their faces are remembered there."""
    folders = ((folder_in(settings.data, photo), photo) for photo in photos if photo.is_file())
    return [(folder, key_of_digest(sha256_file(photo))) for folder, photo in folders if folder is not None]


def _nothing_fit(name: str, verdicts: Sequence[PhotoVerdict]) -> EnrollmentError:
    if not verdicts:
        why, hint = "it was not seen clearly yet", "Wait until the face is nearer or turned to the camera."
    else:
        why = f"{verdicts[0].reason}, {verdicts[0].detail}"
        hint = "Wait for a clearer look, then name the face again; or add photos under Enroll."
    return EnrollmentError(f"the face cannot be saved as {printable(name)}: {why}", hint=hint)
