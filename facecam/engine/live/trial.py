"""Trial of a model: a trained one that names the faces of a running source beside the one in use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from facecam.core.config import Settings
from facecam.core.errors import EnrollmentError, FacecamError
from facecam.core.events import NEVER, CancelToken, EventSink, ignore, progressing
from facecam.core.types import Detection, FrameResult, ImageArray, Life
from facecam.embedding.embedder import Embedder
from facecam.engine import components
from facecam.engine.enrollment.enroller import Enroller
from facecam.engine.live.view import SeenFace, seen_faces
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.recognition.face_blur import BlurRule
from facecam.engine.recognition.gallery_alignment import photo_alignment
from facecam.engine.recognition.recognizer import StreamRecognizer
from facecam.engine.scoring import open_cohort
from facecam.gallery.gallery import Gallery, Person
from facecam.gallery.matching.match import Matcher
from facecam.vision.detect.protocol import DetectorName


@dataclass(frozen=True, slots=True, eq=False)
class TrialModel:
    """A model made ready beside the one in use; nothing of it is written down.

    Attributes:
        name: in `weights/`.
        embedder: the model.
        matcher: names by the vectors that it makes of the people's photos.
    """

    name: str
    embedder: Embedder
    matcher: Matcher


def open_trial(
    settings: Settings, name: str, on_event: EventSink = ignore, cancel: CancelToken = NEVER
) -> TrialModel:
    """Open a model and embed everybody's photos with it; takes seconds, database and settings stay as they are.

    Raises:
        WeightsError: no such model, damaged, or not an embedder.
        EnrollmentError: no photo in `data/` can be used.
        Cancelled: `cancel` was called.
    """
    # A threshold by hand is one of the model in use.
    own = replace(settings, model=name, threshold=None)
    enroller = Enroller(own, on_event=ignore, cancel=cancel)
    card = enroller.embedder.card
    known = _known(settings)
    people = PhotoLibrary(own.data).people()
    gallery = Gallery.empty(card.model_id, card.dimensions, photo_alignment(own))
    for person in progressing(people, "people", on_event, cancel):
        embeddings, _ = enroller.vectors_from_library(person)
        if embeddings is not None:
            gallery = gallery.add(known.get(person) or Person.new(person), embeddings)
    if not len(gallery):
        raise EnrollmentError("there are no photos to try the model with", hint="Enroll people first.")
    # Without an index: those are kept in the database folder, for the model in use.
    cohort = open_cohort(own, card, ignore)
    limit = components.limit_in_force(own, gallery, card, cohort)
    matcher = components.matcher_of(gallery, limit, card, cohort, strangers=own.strangers_expected)
    return TrialModel(name, enroller.embedder, matcher)


def _known(settings: Settings) -> Mapping[str, Person]:
    """Who is enrolled, by name: whoever is to be blurred or rejected is so under the same id."""
    try:
        gallery = components.open_store(settings).load()
    except FacecamError:
        return {}  # Said by whoever uses the database; photos alone are enough here.
    return {person.identity.name: person for person in gallery.people} if gallery else {}


class Trial:
    """A trial in one stream: the faces are those that were found already, the names are the other model's.

    Args:
        model: made ready.
        same_person_twice: whether two faces of a frame may have one name.
        require_live: whether only whom the stream has seen to be alive has a name.
    """

    def __init__(self, model: TrialModel, *, same_person_twice: bool, require_live: bool = False) -> None:
        self.model, self._found, self._require_live = model, _FoundAlready(), require_live
        self._recognizer = StreamRecognizer(
            self._found, model.embedder, model.matcher, same_person_twice=same_person_twice
        )

    def look(self, result: FrameResult, shown: Sequence[SeenFace], rule: BlurRule) -> tuple[SeenFace, ...]:
        """The faces of a result with the names this model gives; who is hidden in `shown` stays so."""
        self._found.faces = [face.detection for face in result.faces]
        tried = self._recognizer.process(result.frame)
        if self._require_live:
            tried = _as_alive_as(tried, result)
        named = seen_faces(tried, self.model.embedder.card, {}, rule)
        hidden = {face.box for face in shown if face.hidden}
        return tuple(replace(face, hidden=True) if face.box in hidden else face for face in named)


def _as_alive_as(tried: FrameResult, result: FrameResult) -> FrameResult:
    """The faces of a trial with what the stream knows of the life of each: of one without a name there, nothing."""
    lives = {face.detection.box: face.life for face in result.faces}
    faces = (replace(face, life=lives.get(face.detection.box) or Life(False)) for face in tried.faces)
    return replace(tried, faces=tuple(faces))


class _FoundAlready:
    """Stands in for a detector where another recognizer has looked."""

    name: DetectorName = "centerface"

    def __init__(self) -> None:
        self.faces: list[Detection] = []

    def detect(self, image: ImageArray) -> list[Detection]:
        """What was found."""
        return self.faces
