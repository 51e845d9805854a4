"""What the tab and its door to the engine tell one another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from facecam.core.errors import FacecamError
from facecam.core.types import Box, Identity, ImageArray
from facecam.engine.enrollment.addition import Addition
from facecam.engine.photos.quality import PhotoVerdict

Undo = Callable[[], Identity]
PhotoSink = Callable[[PhotoVerdict], None]


@dataclass(frozen=True, slots=True)
class EnrollRequest:
    """Photos for a person, and what they agreed to, see `Enroller.enroll`."""

    name: str
    photos: tuple[Path, ...]
    chosen_faces: Mapping[Path, Box] = field(default_factory=dict)
    consent: str | None = None


@dataclass(frozen=True, slots=True)
class Resemblance:
    """Somebody known already whom the new person looks like; `percent`: how alike, as on the person's page."""

    identity: Identity
    percent: float


@dataclass(frozen=True, slots=True)
class EnrollOutcome:
    """What became of an `EnrollRequest`.

    Attributes:
        name: for whom it was.
        identity: the person; None if none of the photos could be used.
        verdicts: one per photo.
        resemblance: somebody else who looks like the person, or None.
        fault: what went wrong, if something did.
        addition: what was put there, for taking it back; None where nothing was.
        groups: where the photos used look like several people, those of each in `data/`; the first stay.
    """

    name: str
    identity: Identity | None
    verdicts: tuple[PhotoVerdict, ...]
    resemblance: Resemblance | None = None
    fault: FacecamError | None = None
    addition: Addition | None = None
    groups: tuple[tuple[Path, ...], ...] = ()

    @property
    def used(self) -> int:
        """Photos that were used."""
        return sum(verdict.used for verdict in self.verdicts)


@dataclass(frozen=True, slots=True, eq=False)
class FaceChoices:
    """A photo to choose a face in.

    Attributes:
        path: the file.
        image: uint8 (H, W, 3) RGB.
        boxes: the faces, px of `image`.
        scale: size of `image` against the original.
        no_faces: what is found and was said to be no face, px of `image`.
        chosen: place in `boxes` of the face that is the person's by now; None where nobody chose.
    """

    path: Path
    image: ImageArray
    boxes: tuple[Box, ...]
    scale: float
    no_faces: tuple[Box, ...] = ()
    chosen: int | None = None

    def original_box(self, index: int) -> Box:
        """A box as `EnrollRequest.chosen_faces` wants it."""
        return self.original(self.boxes[index])

    def original(self, box: Box) -> Box:
        """Any box of `image`, px, in the original."""
        return box.scaled(1 / self.scale)
