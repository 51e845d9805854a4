"""Enrollment service: the tab's only door to the engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from facecam.core.errors import FacecamError
from facecam.core.events import CancelToken, EventSink
from facecam.core.types import Box, Identity, ImageArray
from facecam.gui.core.cameras import CameraChoice

if TYPE_CHECKING:
    from facecam.engine.enrollment.addition import Addition
    from facecam.engine.enrollment.guide import Pose
    from facecam.engine.enrollment.guide_session import GuidedView, Shot
    from facecam.engine.faces.photo_embeddings import PhotoFace
    from facecam.engine.people.deletion_plan import DeletionPlan
    from facecam.engine.people.list import RosterEntry
    from facecam.engine.people.person_page import PersonPage
    from facecam.engine.photos.groups import PhotoGroup
    from facecam.engine.photos.quality import PhotoVerdict
    from facecam.engine.tools.face_groups import FacesToName

Undo = Callable[[], Identity]
PhotoSink = Callable[["PhotoVerdict"], None]


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


class GuideViews(Protocol):
    """The mailbox of a guide."""

    def take(self, timeout_s: float | None = 0.0) -> GuidedView | None: ...


class GuideHandle(Protocol):
    """A running guide, see `GuidedSession`."""

    @property
    def results(self) -> GuideViews: ...

    @property
    def shots(self) -> tuple[Shot, ...]: ...

    def start(self) -> None: ...

    def skip(self) -> None: ...

    def redo(self) -> None: ...

    def ask_to_stop(self) -> None: ...

    def stop(self, timeout_s: float = 3.0) -> bool: ...


class EnrollService(Protocol):
    """Everything the tab asks of the engine. All but `close` is called from worker threads."""

    def roster(self, on_event: EventSink) -> tuple[RosterEntry, ...]:
        """Everybody."""
        ...

    def person_face(self, entry: RosterEntry) -> ImageArray | None:
        """A small picture of a person, uint8 (H, W, 3) RGB."""
        ...

    def photo_face(self, photo: Path) -> ImageArray | None:
        """A small picture of the face in a photo of the library."""
        ...

    def small_picture(self, photo: Path) -> ImageArray | None:
        """A small picture of any photo; None if it cannot be read."""
        ...

    def page(self, identity: Identity, on_event: EventSink, cancel: CancelToken) -> PersonPage:
        """A person's photos, judged."""
        ...

    def groups(self, paths: Sequence[Path]) -> tuple[PhotoGroup, ...]:
        """What files and folders hold, by the folders the photos are in."""
        ...

    def enroll(
        self, request: EnrollRequest, on_photo: PhotoSink, on_event: EventSink, cancel: CancelToken
    ) -> EnrollOutcome:
        """Enroll; what is wrong with the photos is in the outcome."""
        ...

    def faces_in(self, photo: Path, person: str = "") -> FaceChoices:
        """The faces of a photo, to choose the person's from."""
        ...

    def mark_no_face(self, photo: Path, box: Box) -> None:
        """Remember that a face found in a photo is none; the box as in `FaceChoices.original`."""
        ...

    def unmark_no_face(self, photo: Path, box: Box) -> None:
        """It is a face after all."""
        ...

    def cameras(self) -> tuple[CameraChoice, ...]:
        """The cameras there are."""
        ...

    def open_guide(
        self,
        spec: str,
        poses: Sequence[Pose],
        notify: Callable[[], None],
        on_finished: Callable[[BaseException | None], None],
    ) -> GuideHandle:
        """Open a source for guided photos; `start` begins."""
        ...

    def save_shots(
        self,
        name: str,
        shots: Sequence[Shot],
        consent: str | None,
        on_event: EventSink,
        cancel: CancelToken,
    ) -> EnrollOutcome:
        """Enroll from guided photos; `consent` is what the person agreed to."""
        ...

    def likely(self, photos: Sequence[Path], cancel: CancelToken) -> Sequence[tuple[str, float]]:
        """Everybody by how much the face of photos looks like them, in percent."""
        ...

    def faces_to_name(self, paths: Sequence[Path], on_event: EventSink, cancel: CancelToken) -> FacesToName:
        """The faces of unsorted photos, folders and films, by person."""
        ...

    def face_picture(self, face: PhotoFace) -> ImageArray | None:
        """A small picture of a face in any photo."""
        ...

    def plan_deletion(self, identity: Identity) -> DeletionPlan:
        """What `delete` would take away."""
        ...

    def delete(self, identity: Identity) -> Undo:
        """Delete a person."""
        ...

    def delete_all(self, identities: Sequence[Identity]) -> Undo:
        """Delete many people in one go."""
        ...

    def merge_all(self, gone: Sequence[Identity], kept: Identity) -> Undo:
        """Make many people one."""
        ...

    def remove_photos(self, identity: Identity, photos: Sequence[Path]) -> Undo:
        """Remove photos and what the person is known by through them."""
        ...

    def move_photos(self, source: Identity, target: Identity, photos: Sequence[Path]) -> Undo:
        """Give photos and what is known by them to somebody else; the id of somebody new is empty."""
        ...

    def split(self, source: Identity, groups: Sequence[tuple[Identity, Sequence[Path]]]) -> Undo:
        """Give groups of photos to other people in one go."""
        ...

    def confirm(self, identity: Identity, photos: Sequence[Path]) -> Undo:
        """Remember that photos do show the person."""
        ...

    def choose_portrait(self, identity: Identity, photo: Path) -> Undo:
        """Have the face of a photo stand for the person in lists."""
        ...

    def accept_faces(self, identity: Identity, pictures: Sequence[Path]) -> Undo:
        """Faces that were said not to be the person may be them again, by their kept pictures."""
        ...

    def say_two(self, one: Identity, other: Identity) -> Undo:
        """Remember that two people only look alike."""
        ...

    def take_enrollments_back(self, additions: Sequence[Addition]) -> None:
        """Everything is as it was before people were enrolled."""
        ...

    def record_consent(self, identity: Identity, purpose: str) -> None:
        """Note what somebody known agreed to, today."""
        ...

    def rename(self, identity: Identity, name: str) -> Undo:
        """Rename a person."""
        ...

    def merge(self, gone: Identity, kept: Identity) -> Undo:
        """Make two people one."""
        ...

    def recover(self) -> None:
        """Delete what a crashed session left."""
        ...

    def close(self) -> None:
        """Delete for good what was removed; quick, called when the window closes."""
        ...
