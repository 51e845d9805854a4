"""Enrollment service: the tab's only door to the engine. What Live can do without is imported by the first job."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from facecam.core.config import Settings
from facecam.core.errors import DataError, FacecamError
from facecam.core.events import CancelToken, EventSink, ignore
from facecam.core.types import Box, FloatArray, Identity, ImageArray
from facecam.engine import components
from facecam.engine.demo import Demo
from facecam.engine.enrollment.addition import Addition
from facecam.engine.enrollment.consent import record_consent
from facecam.engine.enrollment.enroller import Enroller, EnrollReport, NothingFitError
from facecam.engine.enrollment.rejections import accept_pictures
from facecam.engine.faces.user_caches import PassingFolder
from facecam.engine.people.deletion_plan import DeletionPlan
from facecam.engine.people.editor import PeopleEditor
from facecam.engine.people.list import RosterEntry, roster
from facecam.engine.people.person_page import PersonPage, PersonPageBuilder
from facecam.engine.people.resemblances import TwoPeople
from facecam.engine.photos.groups import PhotoGroup, group_photos
from facecam.engine.photos.no_faces import NoFaces, SievedDetector, SourceSieve
from facecam.engine.places import DEMO_FOLDER
from facecam.gui.core.cameras import CameraChoice
from facecam.gui.enroll.service import (
    EnrollOutcome,
    EnrollRequest,
    FaceChoices,
    PhotoSink,
    Resemblance,
    Undo,
)
from facecam.vision.images.crop import shrunk
from facecam.vision.images.read import read_picture
from facecam.vision.images.save import write_picture
from facecam.vision.sources.camera import list_cameras
from facecam.vision.sources.open import open_source

if TYPE_CHECKING:
    from facecam.engine.enrollment.guide import Pose
    from facecam.engine.enrollment.guide_session import GuidedSession, Shot
    from facecam.engine.faces.photo_embeddings import PhotoFace
    from facecam.engine.tools.face_groups import FacesToName

#: Longer side of the picture in which a face is chosen, px.
_CHOOSE_PX = 1600
_SMALL_PX = 160


class EngineEnrollService:
    """Everything the tab asks of the engine, all but `close` from worker threads. Models stay open between jobs.

    Args:
        settings: gives the settings in force.
    """

    def __init__(self, settings: Callable[[], Settings]) -> None:
        self._settings = settings
        self._enrolling, self._looking = threading.RLock(), threading.RLock()
        self._editing = threading.RLock()
        self._enroller: tuple[object, Enroller] | None = None
        self._portraitist: tuple[object, PersonPageBuilder] | None = None
        self._editor: tuple[Settings, PeopleEditor] | None = None
        self._retired: list[PeopleEditor] = []
        self._frames: PassingFolder | None = None

    # ------------------------------------------------------------------ looking

    def roster(self, on_event: EventSink) -> tuple[RosterEntry, ...]:
        """Everybody."""
        return roster(self._settings(), on_event)

    def person_face(self, entry: RosterEntry) -> ImageArray | None:
        """A small picture of a person."""
        return self._portraits().face_of_person(entry.photos)

    def photo_face(self, photo: Path) -> ImageArray | None:
        """A small picture of the face in a photo of the library."""
        return self._portraits().face_of_photo(photo)

    def small_picture(self, photo: Path) -> ImageArray | None:
        """A small picture of any photo; None if it cannot be read."""
        try:
            return shrunk(read_picture(photo, max_side_px=2 * _SMALL_PX), _SMALL_PX)
        except DataError:
            return None  # The verdict of this photo says why.

    def page(self, identity: Identity, on_event: EventSink, cancel: CancelToken) -> PersonPage:
        """A person's photos, judged."""
        return self._portraits().page(identity, on_event=on_event, cancel=cancel)

    def groups(self, paths: Sequence[Path]) -> tuple[PhotoGroup, ...]:
        """What files and folders hold."""
        return group_photos(paths)

    def faces_in(self, photo: Path, person: str = "") -> FaceChoices:
        """The faces of a photo, to choose the person's from."""
        with self._enrolling:
            look = self._enroll().look(photo, person)
        image = shrunk(look.found.image, _CHOOSE_PX)
        scale = image.shape[1] / look.found.image.shape[1]
        return FaceChoices(
            photo,
            image,
            tuple(face.box.scaled(scale) for face in look.found.detections),
            scale,
            tuple(box.scaled(scale) for box in look.no_faces),
            look.meant.index,
        )

    def mark_no_face(self, photo: Path, box: Box) -> None:
        """Remember that a face found in a photo is none."""
        from facecam.engine.faces.false_alarms import mark_no_face

        with self._enrolling:
            mark_no_face(self._settings(), photo, box, looker=self._enroll().looker)

    def unmark_no_face(self, photo: Path, box: Box) -> None:
        """It is a face after all."""
        from facecam.engine.faces.false_alarms import unmark

        with self._enrolling:
            unmark(self._settings(), photo, box, looker=self._enroll().looker)

    # ------------------------------------------------------------------ enrolling

    def enroll(
        self, request: EnrollRequest, on_photo: PhotoSink, on_event: EventSink, cancel: CancelToken
    ) -> EnrollOutcome:
        """Enroll; what is wrong with the photos is in the outcome."""
        return self._enrolled(request, False, on_photo, on_event, cancel)

    def save_shots(
        self,
        name: str,
        shots: Sequence[Shot],
        consent: str | None,
        on_event: EventSink,
        cancel: CancelToken,
    ) -> EnrollOutcome:
        """Enroll from guided photos."""
        stamp = time.strftime("%Y%m%d-%H%M%S")
        with PassingFolder() as folder:
            paths = tuple(folder / f"webcam-{stamp}-{shot.pose}.jpg" for shot in shots)
            for path, shot in zip(paths, shots, strict=True):
                write_picture(shot.image, path, private=True)
            request = EnrollRequest(name, paths, consent=consent)
            return self._enrolled(request, True, _unheard, on_event, cancel)

    def _enrolled(
        self,
        request: EnrollRequest,
        distinct: bool,
        on_photo: PhotoSink,
        on_event: EventSink,
        cancel: CancelToken,
    ) -> EnrollOutcome:
        with self._enrolling:
            enroller = self._enroll().listening(on_event, cancel)
            try:
                report = enroller.enroll(
                    request.name,
                    request.photos,
                    chosen_faces=request.chosen_faces,
                    distinct=distinct,
                    on_photo=on_photo,
                    consent=request.consent,
                )
            except NothingFitError as error:
                return EnrollOutcome(request.name, None, error.verdicts, fault=error)
            except FacecamError as error:
                return EnrollOutcome(request.name, None, (), fault=error)
            resemblance = _resemblance(enroller, report)
        return EnrollOutcome(
            report.identity.name,
            report.identity,
            report.verdicts,
            resemblance,
            addition=report.addition,
            groups=tuple(tuple(report.places[photo] for photo in group) for group in report.groups),
        )

    # ------------------------------------------------------------------ groups to name

    def likely(self, photos: Sequence[Path], cancel: CancelToken) -> tuple[tuple[str, float], ...]:
        """Everybody by how much the face of photos looks like them, in percent."""
        return self._portraits().likely(photos, cancel)

    def faces_to_name(self, paths: Sequence[Path], on_event: EventSink, cancel: CancelToken) -> FacesToName:
        """The faces of unsorted photos, folders and films, by person."""
        from facecam.engine.tools.face_groups import faces_to_name

        with self._enrolling:
            if self._frames is not None:
                self._frames.cleanup()
            # Pictures taken out of a film are needed until the people are named.
            self._frames = PassingFolder()
            frames = self._frames.path
        return faces_to_name(self._settings(), paths, frames, on_event=on_event, cancel=cancel)

    def face_picture(self, face: PhotoFace) -> ImageArray | None:
        """A small picture of a face in any photo."""
        from facecam.engine.tools.face_groups import face_picture

        return face_picture(face)

    # ------------------------------------------------------------------ guided photos

    def cameras(self) -> tuple[CameraChoice, ...]:
        """The cameras there are."""
        return tuple(CameraChoice(str(camera.index), camera.name) for camera in list_cameras())

    def open_guide(
        self,
        spec: str,
        poses: Sequence[Pose],
        notify: Callable[[], None],
        on_finished: Callable[[BaseException | None], None],
    ) -> GuidedSession:
        """Open a source for guided photos."""
        from facecam.engine.enrollment.guide import Guide
        from facecam.engine.enrollment.guide_session import GuidedSession

        settings = self._settings()
        # What was said to be no face there is nobody who sits beside.
        sieve = SourceSieve(NoFaces(settings.database), spec)
        detector = SievedDetector(components.open_detector(settings), sieve)
        source = open_source(spec, demo_clip=Demo(DEMO_FOLDER).clip)
        return GuidedSession(source, detector, Guide(poses), notify=notify, on_finished=on_finished)

    # ------------------------------------------------------------------ changing

    def plan_deletion(self, identity: Identity) -> DeletionPlan:
        """What `delete` would take away."""
        return self._edit().plan_deletion(identity)

    def delete(self, identities: Sequence[Identity]) -> Undo:
        """Delete people, one or more, in one go."""
        return self._edit().delete_all(identities)

    def merge(self, gone: Sequence[Identity], kept: Identity) -> Undo:
        """Make people, one or more, part of another."""
        return self._edit().merge_all(gone, kept)

    def remove_photos(self, identity: Identity, photos: Sequence[Path]) -> Undo:
        """Remove photos and what the person is known by through them."""
        return self._edit().remove_photos(identity, self._with_vectors(identity, photos))

    def move_photos(self, source: Identity, target: Identity, photos: Sequence[Path]) -> Undo:
        """Give photos and what is known by them to somebody else."""
        return self._edit().move_photos(source, target, self._with_vectors(source, photos))

    def split(self, source: Identity, groups: Sequence[tuple[Identity, Sequence[Path]]]) -> Undo:
        """Give groups of photos to other people in one go."""
        return self._edit().split(
            source, [(target, self._with_vectors(source, photos)) for target, photos in groups]
        )

    def confirm(self, identity: Identity, photos: Sequence[Path]) -> Undo:
        """Remember that photos do show the person."""
        return self._portraits().confirm(identity, photos)

    def choose_portrait(self, identity: Identity, photo: Path) -> Undo:
        """Have the face of a photo stand for the person in lists."""
        undo = self._portraits().choose_portrait(photo)

        def take_back() -> Identity:
            undo()
            return identity

        return take_back

    def accept_faces(self, identity: Identity, pictures: Sequence[Path]) -> Undo:
        """Faces that were said not to be the person may be them again."""
        return accept_pictures(self._settings(), identity, pictures)

    def say_two(self, one: Identity, other: Identity) -> Undo:
        """Remember that two people only look alike."""
        said = TwoPeople(self._settings().database)
        said.say(one, other)

        def take_back() -> Identity:
            said.say(one, other, two=False)
            return one

        return take_back

    def take_enrollments_back(self, additions: Sequence[Addition]) -> None:
        """Everything is as it was before people were enrolled."""
        self._edit().take_enrollments_back(additions)

    def record_consent(self, identity: Identity, purpose: str) -> None:
        """Note what somebody known agreed to."""
        record_consent(self._settings(), identity, purpose)

    def rename(self, identity: Identity, name: str) -> Undo:
        """Rename a person."""
        return self._edit().rename(identity, name)

    def recover(self) -> None:
        """Delete what a crashed session left."""
        self._edit().recover()

    def close(self) -> None:
        """Delete for good what was removed."""
        with self._editing:
            editors = [*self._retired, *([self._editor[1]] if self._editor else [])]
            self._retired, self._editor = [], None
            frames, self._frames = self._frames, None
        if frames is not None:
            frames.cleanup()
        for editor in editors:
            editor.close()

    # ------------------------------------------------------------------ tools

    def _with_vectors(self, identity: Identity, photos: Sequence[Path]) -> dict[Path, FloatArray]:
        """Photos with the vectors by which the person is known through each."""
        portraits = self._portraits()
        return {photo: portraits.vectors_of_photo(identity, photo) for photo in photos}

    def _edit(self) -> PeopleEditor:
        settings = self._settings()
        with self._editing:
            if self._editor is None or self._editor[0] != settings:
                if self._editor is not None:
                    self._retired.append(self._editor[1])  # Its steps can still be taken back.
                self._editor = (settings, PeopleEditor(settings))
            return self._editor[1]

    def _enroll(self) -> Enroller:
        key = self._key()
        if self._enroller is None or self._enroller[0] != key:
            self._enroller = (key, Enroller(self._settings(), on_event=ignore))
        return self._enroller[1]

    def _portraits(self) -> PersonPageBuilder:
        key = self._key()
        with self._looking:
            if self._portraitist is None or self._portraitist[0] != key:
                settings = self._settings()
                self._portraitist = (key, PersonPageBuilder(settings, components.open_embedder(settings)))
            return self._portraitist[1]

    def _key(self) -> object:
        """What open models depend on: another deployed model needs other tools."""
        settings = self._settings()
        return settings, settings.model or components.open_weights(settings).deployed()


def _resemblance(enroller: Enroller, report: EnrollReport) -> Resemblance | None:
    if (alike := report.look_alike) is None:
        return None
    return Resemblance(alike.identity, enroller.embedder.card.percent(alike.squared_l2))


def _unheard(verdict: object) -> None:
    """Nobody waits for single photos."""
