"""Photos on their way into the database: which face is meant, and whether it is new and the person's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from facecam.core.distances import unit_squared_l2
from facecam.core.types import AlignmentCodes, Box, Detection, FloatArray, ImageArray
from facecam.engine.faces.library_scan import RememberedFace
from facecam.engine.faces.photo_reader import Meant
from facecam.engine.photos.chosen_faces import ChosenFace
from facecam.engine.photos.quality import PhotoVerdict, Reason, judge
from facecam.gallery.gallery import Gallery
from facecam.vision.images.align import ChipSpec
from facecam.vision.images.fingerprint import is_same_picture
from facecam.vision.images.quality import FaceQuality, assess

#: A face this many times larger than the next one is clearly who the photo is of.
_DOMINANT_AREA = 2.5
#: Photos of one person are this many thresholds apart at most, from their nearest other photo.
UNLIKE_FACTOR = 1.6
#: squared_l2 of two copies of one picture, saved at other sizes and qualities, at most.
_SAME_PICTURE_L2 = 0.05

PhotoSink = Callable[[PhotoVerdict], None]


def unseen(verdict: PhotoVerdict) -> None:
    """The photo sink for callers who wait for the report."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A readable photo: one face, or several to choose from. Not the picture itself: hundreds are held at once.

    Attributes:
        path: the photo.
        how: see `FoundFaces.how`.
        main: index of the face the photo is of, as far as place and size tell.
        faces: all faces; `chips` and the rows of `vectors` belong to them.
        size: (width, height) of the picture they are in, px.
        chips: see `Embedder.chip`.
        vectors: float32 (faces, D), unit rows.
        fingerprint: see `fingerprint`.
        alignments: uint8 (faces,), of the rows of `vectors`, see `Embeddings`.
        meant: which face somebody chose, or enrolling did before; None where that is not known.
        others: float32 (n, D), unit rows of the faces that the candidate was reduced from.
        seen: the faces as they are remembered for a training.
    """

    path: Path
    how: str
    main: int
    faces: tuple[Detection, ...]
    size: tuple[int, int]
    chips: tuple[ImageArray, ...]
    vectors: FloatArray
    fingerprint: int
    alignments: AlignmentCodes
    meant: Meant | None = None
    others: FloatArray | None = None
    seen: tuple[RememberedFace, ...] = ()

    @property
    def is_certain(self) -> bool:
        """Whether somebody said which face is the person's: it is not doubted for anything but its quality."""
        return self.meant is not None and self.meant.index is not None and self.meant.by_hand

    @property
    def is_remembered(self) -> bool:
        """Whether whoever looks at the kept photo again takes this face for the person's."""
        return self.choice() is not None or self.others is None or not len(self.others)

    @property
    def box(self) -> Box:
        """Of a candidate reduced to one face: the part of it in the picture, px."""
        return self.faces[0].box.inside(*self.size)

    @property
    def told(self) -> Box:
        """The same in the picture as it was read."""
        return self.box if self.meant is None else self.meant.turn.box_back(self.box)

    def choice(self) -> ChosenFace | None:
        """What is to be remembered about a candidate reduced to one face; None where there was no choice."""
        alone = self.others is None or not len(self.others)
        if self.meant is None or (alone and not self.is_certain):
            return None
        return self.meant.choice(self.faces[0].box, by_hand=self.is_certain)

    def reduced_to(self, index: int) -> Candidate:
        """The candidate with one of its faces."""
        return replace(
            self,
            main=0,
            others=np.delete(self.vectors, index, axis=0),
            faces=(self.faces[index],),
            chips=(self.chips[index],),
            vectors=self.vectors[index : index + 1],
            alignments=self.alignments[index : index + 1],
            seen=self.seen[index : index + 1],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What a person is known by already: vectors float32 (n, D), and fingerprints of the photos kept."""

    vectors: FloatArray
    fingerprints: Sequence[int]

    @classmethod
    def of(cls, name: str, gallery: Gallery, fingerprints: Sequence[int]) -> Known:
        """What `gallery` and the photos in `data/` know of somebody, who may be new."""
        enrolled = name in {one.name for one in gallery.identities}
        nothing = np.zeros((0, gallery.dimensions), np.float32)
        return cls(gallery.vectors_of(name) if enrolled else nothing, fingerprints)

    def is_new(
        self, candidate: Candidate, taken: Sequence[Candidate], verdicts: dict[Path, PhotoVerdict]
    ) -> bool:
        """Whether this picture says anything new; if not, its verdict says so."""
        before = any(is_same_picture(candidate.fingerprint, one.fingerprint) for one in taken)
        if not before and not self._has(candidate):
            return True
        where = "photos given now" if before else "person's photos"
        verdicts[candidate.path] = replace(
            verdicts[candidate.path], reason="duplicate", detail=f"the same picture is among the {where}"
        )
        return False

    def _has(self, candidate: Candidate) -> bool:
        # A photo in data/ whose vector was never saved (full disk, or put there by hand) is not known yet.
        saved = (
            len(self.vectors)
            and float(unit_squared_l2(self.vectors, candidate.vectors[0]).min()) < _SAME_PICTURE_L2
        )
        return bool(saved) and any(is_same_picture(candidate.fingerprint, one) for one in self.fingerprints)


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """What the caller of `enroll` knows about the photos, see there."""

    chosen_faces: Mapping[Path, Box] = field(default_factory=dict)
    distinct: bool = False
    on_photo: PhotoSink = unseen

    def chosen(self, candidate: Candidate) -> Candidate | None:
        """The candidate reduced to the face that was chosen, now or when the photo was enrolled."""
        meant = candidate.meant
        return None if meant is None or meant.index is None else candidate.reduced_to(meant.index)


def judge_by_hand(quality: FaceQuality) -> tuple[Reason, str]:
    """The same as `judge` for a face that somebody pointed at: faces that are missed are mostly turned ones.

    It is taken all the same, and said to be less sure.
    """
    reason, detail = judge(quality)
    return ("good", f"{detail}: less sure") if reason == "turned away" else (reason, detail)


def dominant(candidate: Candidate) -> Candidate | None:
    """The candidate reduced to its only or clearly largest face; None where that is not clear."""
    if len(candidate.faces) == 1:
        return candidate
    main = candidate.faces[candidate.main]
    others = max(face.box.area for face in candidate.faces if face is not main)
    if main.box.area < _DOMINANT_AREA * others:
        return None
    return candidate.reduced_to(candidate.main)


def is_beside_somebody_larger(candidate: Candidate, references: FloatArray, threshold: float) -> bool:
    """Whether the person of the other photos is in the photo, and its clearly largest face is somebody else."""
    if dominant(candidate) is None or not len(references):
        return False
    distances = unit_squared_l2(candidate.vectors, references).min(axis=1)
    return bool(distances.min() < threshold <= distances[candidate.main])


def picked_by_likeness(
    candidate: Candidate, references: FloatArray, threshold: float, verdicts: dict[Path, PhotoVerdict]
) -> Candidate | None:
    """Of several faces the one that is the person of the other photos."""
    count = f"{len(candidate.faces)} faces"
    if len(references):
        distances = unit_squared_l2(candidate.vectors, references).min(axis=1)
        if distances.min() < threshold:
            return candidate.reduced_to(int(distances.argmin()))
        detail = f"{count}, none of them like the person's other photos"
    else:
        detail = f"{count} of similar size, and no other photo says which one is meant"
    verdicts[candidate.path] = PhotoVerdict(candidate.path, "several faces", detail)
    return None


def without_outliers(
    candidates: list[Candidate], own: FloatArray, limit: float, verdicts: dict[Path, PhotoVerdict]
) -> list[Candidate]:
    """Leave out photos far from all of the person's others, worst first, while three or more are left."""
    kept = list(candidates)
    while kept and len(kept) + len(own) >= 3:
        vectors = np.concatenate([*(one.vectors for one in kept), own])
        distances = unit_squared_l2(vectors, vectors)
        np.fill_diagonal(distances, np.inf)
        nearest = distances.min(axis=1)[: len(kept)]
        worst = int(nearest.argmax())
        if nearest[worst] <= limit:
            break
        path = kept.pop(worst).path
        verdicts[path] = replace(
            verdicts[path],
            reason="unlike the others",
            detail=f"squared_l2 {nearest[worst]:.2f} to the nearest other photo, {limit:.2f} at most is usual",
        )
    return kept


def first_impression(candidate: Candidate, chips: ChipSpec) -> PhotoVerdict:
    """What can be said of a photo before the others are known; `chips` is what its chips show."""
    main = dominant(candidate)
    if main is None:
        return PhotoVerdict(candidate.path, "several faces", f"{len(candidate.faces)} faces")
    quality = assess(main.faces[0], main.chips[0], chips, main.size)
    return PhotoVerdict(candidate.path, *judge(quality), main.box, quality)
