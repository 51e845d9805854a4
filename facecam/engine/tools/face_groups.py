"""Groups to name: the faces of unsorted photos or of a film by person, most frequent first, with names to offer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from facecam.core.config import Settings
from facecam.core.errors import DataError
from facecam.core.events import NEVER, CancelToken, EventSink, Notice, Progress, ignore
from facecam.core.paths import printable
from facecam.core.types import Box, FloatArray, ImageArray
from facecam.engine import components
from facecam.engine.faces.photo_embeddings import PhotoFace
from facecam.engine.tools.clustering import Clusters, cluster, matcher_of_enrolled
from facecam.gallery.matching.match import Matcher
from facecam.runtime.card import ModelCard
from facecam.vision.images.crop import around, shrunk
from facecam.vision.images.face_regions import FaceRegion, face_regions
from facecam.vision.images.read import is_picture_name, read_picture
from facecam.vision.images.save import write_picture
from facecam.vision.sources.open import open_source

#: Of a film a picture each second, so many at most: two hours hold fewer different looks.
_STEP_S: Final = 1.0
_MOST_FRAMES: Final = 1200
#: Names offered for a group.
_OFFERED: Final = 3
_FACE_PX: Final = 160


@dataclass(frozen=True, slots=True)
class Likeness:
    """An enrolled person a group looks like; `percent` is how likely two such photos are of one person."""

    name: str
    percent: float


@dataclass(frozen=True, slots=True)
class FaceGroupToName:
    """Faces that seem to be one person.

    Attributes:
        faces: those that enrolling takes first, of these the largest; at least one is.
        likely: whom they look like, the likeliest first.
        is_known: whether the first of these is who recognition says it is.
        written: the name most photos have in them, by a photo program; empty without one.
    """

    faces: tuple[PhotoFace, ...]
    likely: tuple[Likeness, ...] = ()
    is_known: bool = False
    written: str = ""

    @property
    def suggestion(self) -> str:
        """The name to ask for: what is written, else who is known; empty where there is none."""
        return self.written or (self.likely[0].name if self.is_known and self.likely else "")

    def boxes(self, most: int) -> dict[Path, Box]:
        """Photos to enroll from, `most` at most, each with the face, px of the upright picture."""
        boxes: dict[Path, Box] = {}
        for face in self.faces:
            boxes.setdefault(face.path, face.box)
        return dict(list(boxes.items())[:most])


@dataclass(frozen=True, slots=True)
class FacesToName:
    """What was found.

    Attributes:
        groups: the one with most faces first.
        photos: how many were looked at.
        without_face: in how many no face was found.
        unreadable: how many could not be read.
        unfit: people left out because enrolling would take none of their faces: too small, cut off or blurred.
    """

    groups: tuple[FaceGroupToName, ...]
    photos: int
    without_face: int
    unreadable: int = 0
    unfit: int = 0


def faces_to_name(
    settings: Settings,
    paths: Sequence[Path],
    frames: Path,
    *,
    on_event: EventSink = ignore,
    cancel: CancelToken = NEVER,
) -> FacesToName:
    """Group the faces of photos, folders and films by person.

    Args:
        settings: models, folders, the people enrolled.
        paths: photos and folders of photos; films.
        frames: a folder of the caller's, which takes pictures out of films and is to stay until people are named.
        on_event: gets `Progress("photos", …)` and notices.
        cancel: asked between photos.

    Raises:
        EnrollmentError: there are no pictures.
        DataError: no face in any of them, or none that can be enrolled, or a film cannot be read.
        WeightsError: a model is missing, damaged, or has no threshold.
    """
    photos = [
        picture
        for path in paths
        for picture in (film_pictures(path, frames, on_event, cancel) if _is_film(path) else [path])
    ]
    found = cluster(settings, photos, min_faces=1, on_event=on_event, cancel=cancel)
    able = [one for one in found.clusters if any(face.fit for face in found.faces_of(one))]
    if not able:
        raise DataError(
            "none of the faces found can be enrolled: they are too small, cut off or blurred",
            hint="Use photos that show a whole face, sharp and from near.",
        )
    names = _written_names(found)
    matcher = matcher_of_enrolled(settings)  # What is wrong there was said by the clustering.
    card = components.open_weights(settings).card(components.model_in_use(settings))
    groups = []
    for one in able:
        rows = sorted(
            one.faces, key=lambda row: (not found.found.faces[row].fit, -found.found.faces[row].box.area)
        )
        faces = tuple(found.found.faces[row] for row in rows)
        likely = _likely(matcher, card, found.found.vectors[list(one.faces)], one.name)
        groups.append(FaceGroupToName(faces, likely, one.name is not None, _majority(names, one.faces)))
    without, faults = len(found.found.without_face), len(found.found.faults)
    with_face = len({face.path for face in found.found.faces})
    unfit = len(found.clusters) - len(able)
    return FacesToName(tuple(groups), with_face + without + faults, without, faults, unfit)


def face_picture(face: PhotoFace) -> ImageArray | None:
    """A small picture of a face, uint8 (H, W, 3) RGB; None if the photo cannot be read any more."""
    try:
        return shrunk(around(read_picture(face.path), face.told), _FACE_PX)
    except DataError:
        return None


def film_pictures(
    film: Path, folder: Path, on_event: EventSink = ignore, cancel: CancelToken = NEVER
) -> list[Path]:
    """A picture for each second of a film, in `folder`.

    Raises:
        DataError: it cannot be read, or the disk is full.
    """
    pictures: list[Path] = []
    next_s = 0.0
    with open_source(str(film), on_event=on_event) as source:
        while not source.ended and len(pictures) < _MOST_FRAMES:
            cancel.check()
            frame = source.read()
            if frame is None or frame.captured_at < next_s:
                continue
            next_s = frame.captured_at + _STEP_S
            place = folder / f"{film.stem[:80]}-{len(pictures):05d}.jpg"
            write_picture(frame.image, place, private=True)
            pictures.append(place)
            on_event(Progress("film", frame.index, source.frame_count or 0))
    if len(pictures) == _MOST_FRAMES:
        on_event(
            Notice(f"only the first {_MOST_FRAMES // 60} minutes of {printable(film.name)} are used", "")
        )
    return pictures


# ---------------------------------------------------------------------- names


def _is_film(path: Path) -> bool:
    return path.is_file() and not is_picture_name(path)


def _likely(
    matcher: Matcher | None, card: ModelCard, vectors: FloatArray, known: str | None
) -> tuple[Likeness, ...]:
    """Whom faces, float32 (N, D), look like on the average; `known`: who recognition says it is."""
    if matcher is None:
        return ()
    means, people = matcher.distances(vectors).mean(axis=0), [one.name for one in matcher.gallery.identities]
    order = [int(row) for row in means.argsort()[: _OFFERED + 1] if np.isfinite(means[row])]
    order.sort(key=lambda row: (people[row] != known, means[row]))
    return tuple(Likeness(people[row], card.percent(float(means[row]))) for row in order[:_OFFERED])


def _written_names(found: Clusters) -> list[str]:
    """For every face the name a photo program wrote; empty without one."""
    names = [""] * len(found.found.faces)
    by_photo: dict[Path, list[int]] = {}
    for row, face in enumerate(found.found.faces):
        by_photo.setdefault(face.path, []).append(row)
    for photo, rows in by_photo.items():
        regions = face_regions(photo)
        if not regions:
            continue
        try:
            height, width = read_picture(photo).shape[:2]
        except DataError:
            continue  # It went since it was looked at.
        boxes = [found.found.faces[row].box for row in rows]
        for place, name in _fitting(regions, boxes, width, height):
            names[rows[place]] = name
    return names


def _fitting(
    regions: Iterable[FaceRegion], boxes: Sequence[Box], width: int, height: int
) -> Iterable[tuple[int, str]]:
    """Each named region with the face it lies on most: (place among the boxes, name)."""
    for region in regions:
        drawn = region.place.in_picture(width, height)
        # As a share of the smaller one.
        overlaps = [drawn.shared(box) / min(drawn.area, box.area) for box in boxes]
        best = max(range(len(boxes)), key=lambda one: overlaps[one], default=-1)
        if best >= 0 and overlaps[best] > 0.4:
            yield best, region.name


def _majority(names: Sequence[str], rows: Iterable[int]) -> str:
    counts = Counter(names[row] for row in rows if names[row])
    return counts.most_common(1)[0][0] if counts else ""
