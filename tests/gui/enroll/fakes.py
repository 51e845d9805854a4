"""A service without an engine: people in memory, photos judged by their file names."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from facecam.core.errors import FacecamError, GalleryError
from facecam.core.events import CancelToken, EventSink, Progress
from facecam.core.mailbox import Mailbox
from facecam.core.types import Box, Embeddings, Identity, ImageArray
from facecam.engine.enrollment.addition import Addition
from facecam.engine.enrollment.enroller import NothingFitError
from facecam.engine.enrollment.guide import Guidance, Hint, Pose
from facecam.engine.enrollment.guide_session import GuidedView, Shot
from facecam.engine.faces.photo_embeddings import PhotoFace
from facecam.engine.people.deletion_plan import DeletionPlan
from facecam.engine.people.list import RosterEntry
from facecam.engine.people.person_page import PersonPage, PhotoCard
from facecam.engine.people.resemblances import LikePerson
from facecam.engine.photos.groups import PhotoGroup
from facecam.engine.photos.notes import PhotoNote
from facecam.engine.photos.quality import PhotoVerdict, Reason
from facecam.engine.runs.trained_on import TrainedOn
from facecam.engine.tools.face_groups import FacesToName
from facecam.engine.visits.log import Sighting
from facecam.gui.core.cameras import CameraChoice
from facecam.gui.enroll.service import (
    EnrollOutcome,
    EnrollRequest,
    FaceChoices,
    PhotoSink,
    Resemblance,
    Undo,
)
from facecam.vision.sources.protocol import SourceStatus

PICTURE: ImageArray = np.full((60, 80, 3), 120, np.uint8)
BOX = Box(10, 10, 40, 40)
#: The first word of a file's name decides what becomes of it.
REASONS: dict[str, Reason] = {
    "good": "good",
    "blurred": "blurred",
    "several": "several faces",
    "unlike": "unlike the others",
    "broken": "unreadable",
    "again": "duplicate",
    "none": "no face",
}


def entry(
    name: str, photos: int = 3, *, vectors: int | None = None, created: str = "2026-01-01"
) -> RosterEntry:
    """A person of the list."""
    paths = tuple(Path(f"/data/{name}/good-{number}.jpg") for number in range(photos))
    count = photos if vectors is None else vectors
    return RosterEntry(
        Identity(f"id-{name}" if count else "", name), created if count else "", count, paths, 1.0
    )


class FakeGuide:
    """A guide that shows what the test says."""

    def __init__(
        self, notify: Callable[[], None], on_finished: Callable[[BaseException | None], None]
    ) -> None:
        self.results: Mailbox[GuidedView] = Mailbox()
        self.shots: tuple[Shot, ...] = ()
        self.calls: list[str] = []
        self._notify, self._on_finished = notify, on_finished

    def start(self) -> None:
        self.calls.append("start")

    def skip(self) -> None:
        self.calls.append("skip")

    def redo(self) -> None:
        self.calls.append("redo")

    def ask_to_stop(self) -> None:
        self.calls.append("ask_to_stop")
        self.end()

    def stop(self, timeout_s: float = 3.0) -> bool:
        self.calls.append("stop")
        return True

    def show(self, hint: Hint, pose: Pose = "front", **more: Any) -> None:
        """A view with this hint arrives."""
        state = more.pop("state", "playing")
        guidance = Guidance(hint, pose, **more)
        status = SourceStatus(state, "camera 0 stopped delivering pictures")
        if self.results.put(GuidedView(PICTURE, BOX, guidance, status)):
            self._notify()

    def end(self, error: BaseException | None = None) -> None:
        self._on_finished(error)


class FakeService:
    """Implements `EnrollService`. `calls` is what was asked for that changes something."""

    def __init__(self, *people: RosterEntry) -> None:
        self.people = list(people)
        self.calls: list[tuple[Any, ...]] = []
        self.consents: list[str | None] = []
        self.guides: list[FakeGuide] = []
        self.camera_list = (CameraChoice("0", "Webcam"),)
        self.resembles: Resemblance | None = None
        self.fault: FacecamError | None = None
        self.stays = TrainedOn("")
        self.to_name = FacesToName((), 0, 0)
        self.mixed: tuple[tuple[Path, ...], ...] = ()
        self.alike: tuple[LikePerson, ...] = ()
        self.from_films = 0
        self.rejected: tuple[Path, ...] = ()
        self.visits: tuple[Sighting, ...] = ()
        self.closed = self.recovered = 0
        self.no_faces: list[Box] = []
        #: Cleared, enrolling waits after its first photo.
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    # ------------------------------------------------------------------ looking

    def roster(self, on_event: EventSink) -> tuple[RosterEntry, ...]:
        return tuple(self.people)

    def person_face(self, entry: RosterEntry) -> ImageArray | None:
        return PICTURE

    def photo_face(self, photo: Path) -> ImageArray | None:
        return PICTURE

    def small_picture(self, photo: Path) -> ImageArray | None:
        return None if photo.name.startswith("broken") else PICTURE

    def page(self, identity: Identity, on_event: EventSink, cancel: CancelToken) -> PersonPage:
        who = next(one for one in self.people if one.identity == identity)
        on_event(Progress("photos", len(who.photos), len(who.photos)))
        cards = tuple(
            PhotoCard(path, PhotoNote("good", "", 0.9, 0.0, 0.8, BOX), bool(who.vectors), False, "front")
            for path in who.photos
        )
        poses = frozenset({"front"} if cards else ())
        alike = tuple(one for one in self.alike if one.identity != identity)
        return PersonPage(
            identity,
            cards,
            who.vectors,
            poses,
            self.mixed,
            alike,
            self.from_films,
            self.visits,
            self.rejected,
        )

    def groups(self, paths: Sequence[Path]) -> tuple[PhotoGroup, ...]:
        folders = [path for path in paths if not path.suffix]
        files = tuple(path for path in paths if path.suffix)
        groups = [PhotoGroup("", files)] if files else []
        return (*groups, *(PhotoGroup(one.name, (one / "good-1.jpg", one / "good-2.jpg")) for one in folders))

    # ------------------------------------------------------------------ enrolling

    def enroll(
        self, request: EnrollRequest, on_photo: PhotoSink, on_event: EventSink, cancel: CancelToken
    ) -> EnrollOutcome:
        self.calls.append(("enroll", request.name, [path.name for path in request.photos]))
        self.consents.append(request.consent)
        verdicts = []
        for number, path in enumerate(request.photos):
            cancel.check()
            on_event(Progress("photos", number, len(request.photos)))
            verdicts.append(self._verdict(path, request))
            on_photo(verdicts[-1])
            while not self.may_go_on.wait(0.01):
                cancel.check()
        on_event(Progress("photos", len(request.photos), len(request.photos)))
        if self.fault is not None:
            return EnrollOutcome(request.name, None, (), fault=self.fault)
        return self._outcome(request.name, tuple(verdicts))

    def _verdict(self, path: Path, request: EnrollRequest) -> PhotoVerdict:
        reason = REASONS[path.name.split("-")[0]]
        if path in request.chosen_faces:
            self.calls.append(("chosen", path.name, request.chosen_faces[path]))
            reason = "good"
        return PhotoVerdict(path, reason, "detail", None if reason == "unreadable" else BOX)

    def _outcome(self, name: str, verdicts: tuple[PhotoVerdict, ...]) -> EnrollOutcome:
        used = sum(verdict.used for verdict in verdicts)
        if not used:
            fault = NothingFitError(f"{name} was not enrolled", hint="Use others.", verdicts=verdicts)
            return EnrollOutcome(name, None, verdicts, fault=fault)
        known = next((one for one in self.people if one.name == name), None)
        if known is not None:
            self.people.remove(known)
        self.people.append(entry(name, used + (len(known.photos) if known else 0)))
        identity = self.people[-1].identity
        rows = Embeddings(np.zeros((0, 2), np.float32), "model")
        addition = Addition(identity, known is None, rows, rows, ())
        return EnrollOutcome(name, identity, verdicts, self.resembles, addition=addition, groups=self.mixed)

    def faces_in(self, photo: Path, person: str = "") -> FaceChoices:
        boxes = (Box(50, 10, 70, 30), Box(5, 10, 25, 30))
        if photo.name.startswith("none"):
            boxes = ()
        marked = tuple(box for box in boxes if box.scaled(2) in self.no_faces)
        kept = tuple(box for box in boxes if box not in marked)
        return FaceChoices(photo, PICTURE, kept, 0.5, marked)

    def mark_no_face(self, photo: Path, box: Box) -> None:
        self.no_faces.append(box)

    def unmark_no_face(self, photo: Path, box: Box) -> None:
        self.no_faces.remove(box)

    # ------------------------------------------------------------------ guided photos

    def cameras(self) -> tuple[CameraChoice, ...]:
        return self.camera_list

    def open_guide(
        self,
        spec: str,
        poses: Sequence[Pose],
        notify: Callable[[], None],
        on_finished: Callable[[BaseException | None], None],
    ) -> FakeGuide:
        self.calls.append(("open", spec))
        if self.fault is not None:
            raise self.fault
        self.guides.append(FakeGuide(notify, on_finished))
        return self.guides[-1]

    def save_shots(
        self,
        name: str,
        shots: Sequence[Shot],
        consent: str | None,
        on_event: EventSink,
        cancel: CancelToken,
    ) -> EnrollOutcome:
        self.consents.append(consent)
        self.calls.append(("shots", name, [shot.pose for shot in shots]))
        return self._outcome(name, tuple(PhotoVerdict(Path(f"w-{one.pose}.jpg"), "good") for one in shots))

    # ------------------------------------------------------------------ groups to name

    def likely(self, photos: Sequence[Path], cancel: CancelToken) -> tuple[tuple[str, float], ...]:
        return tuple((one.name, 90.0 - 40 * row) for row, one in enumerate(reversed(self.people[:3])))

    def faces_to_name(self, paths: Sequence[Path], on_event: EventSink, cancel: CancelToken) -> FacesToName:
        self.calls.append(("name", [path.name for path in paths]))
        while not self.may_go_on.wait(0.01):
            cancel.check()
        if self.fault is not None:
            raise self.fault
        return self.to_name

    def face_picture(self, face: PhotoFace) -> ImageArray | None:
        return PICTURE

    # ------------------------------------------------------------------ changing

    def plan_deletion(self, identity: Identity) -> DeletionPlan:
        who = next(one for one in self.people if one.identity == identity)
        folders = (Path("/data") / who.name,)
        return DeletionPlan(identity, len(who.photos), 1, folders, who.vectors, self.stays)

    def delete(self, identities: Sequence[Identity]) -> Undo:
        after = [one for one in self.people if one.identity not in identities]
        return self._change("delete", identities[0], after, [one.name for one in identities])

    def merge(self, gone: Sequence[Identity], kept: Identity) -> Undo:
        after = [one for one in self.people if one.identity not in gone]
        return self._change("merge", kept, after, [one.name for one in gone])

    def remove_photos(self, identity: Identity, photos: Sequence[Path]) -> Undo:
        return self._change("remove photos", identity, self._without(identity, photos))

    def move_photos(self, source: Identity, target: Identity, photos: Sequence[Path]) -> Undo:
        after = [
            replace(one, photos=(*one.photos, *photos)) if one.identity == target else one
            for one in self._without(source, photos)
        ]
        return self._change("move", source, after, target.name, [photo.name for photo in photos])

    def split(self, source: Identity, groups: Sequence[tuple[Identity, Sequence[Path]]]) -> Undo:
        after = self._without(source, [photo for _, photos in groups for photo in photos])
        after += [entry(target.name, len(photos)) for target, photos in groups]
        return self._change("split", source, after, [target.name for target, _ in groups])

    def confirm(self, identity: Identity, photos: Sequence[Path]) -> Undo:
        return self._change("confirm", identity, list(self.people), [photo.name for photo in photos])

    def choose_portrait(self, identity: Identity, photo: Path) -> Undo:
        return self._change("portrait", identity, list(self.people), photo.name)

    def accept_faces(self, identity: Identity, pictures: Sequence[Path]) -> Undo:
        self.rejected = tuple(one for one in self.rejected if one not in pictures)
        return self._change("accept", identity, list(self.people), [picture.name for picture in pictures])

    def say_two(self, one: Identity, other: Identity) -> Undo:
        self.alike = ()
        return self._change("two", one, list(self.people), other.name)

    def take_enrollments_back(self, additions: Sequence[Addition]) -> None:
        self.calls.append(("take back", [one.identity.name for one in additions]))
        gone = [one.identity for one in additions if one.is_new]
        self.people = [one for one in self.people if one.identity not in gone]

    def _without(self, identity: Identity, photos: Sequence[Path]) -> list[RosterEntry]:
        return [
            replace(one, photos=tuple(path for path in one.photos if path not in photos))
            if one.identity == identity
            else one
            for one in self.people
        ]

    def record_consent(self, identity: Identity, purpose: str) -> None:
        if self.fault is not None:
            raise self.fault
        self.calls.append(("consent", identity.name, purpose))

    def rename(self, identity: Identity, name: str) -> Undo:
        if name == "Refused":
            raise GalleryError("the name cannot be given", hint="Choose another.")
        after = [
            replace(one, identity=Identity(one.identity.id, name)) if one.identity == identity else one
            for one in self.people
        ]
        return self._change("rename", identity, after)

    def _change(self, what: str, identity: Identity, after: list[RosterEntry], *more: Any) -> Undo:
        self.calls.append((what, identity.name, *more))
        before, self.people = self.people, after

        def undo() -> Identity:
            self.people = before
            return identity

        return undo

    def recover(self) -> None:
        self.recovered += 1

    def close(self) -> None:
        self.closed += 1
