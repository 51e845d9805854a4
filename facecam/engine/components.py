"""Composition root: the components that the settings name, put together."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, cast

from facecam.core.config import Settings
from facecam.core.errors import WeightsError
from facecam.core.events import EventSink, Notice, ignore
from facecam.core.home import HOME
from facecam.core.types import Box, FloatArray, ImageArray
from facecam.embedding.embedder import Embedder
from facecam.engine import scoring
from facecam.engine.scoring import Limit, limit_for, limit_of_people, open_cohort
from facecam.gallery.gallery import PLAIN_SCORE, Gallery
from facecam.gallery.matching.centers import SPREAD
from facecam.gallery.matching.cohort import Cohort
from facecam.gallery.matching.distances import RULE_IN_USE
from facecam.gallery.matching.match import Matcher
from facecam.gallery.matching.naming_odds import USUAL_STRANGERS, NamingOdds
from facecam.gallery.matching.neighbors import EXACT_UP_TO, NearRows, open_index
from facecam.gallery.matching.offsets import person_offsets
from facecam.gallery.storage.home import GalleryHome
from facecam.gallery.storage.store import GalleryStore
from facecam.runtime.card import ModelCard
from facecam.runtime.compiled import CompiledNetwork, Precision
from facecam.runtime.dlib_files import DOWNLOAD_FOLDER, HOG_FILTERS, LANDMARKS, find_dlib_file
from facecam.runtime.store import WeightsStore
from facecam.vision.detect.blaze import BlazeDetector
from facecam.vision.detect.centerface import CenterFaceDetector
from facecam.vision.detect.cnn import CnnDetector
from facecam.vision.detect.hog.detector import HogDetector
from facecam.vision.detect.mtcnn.detector import MtcnnDetector
from facecam.vision.detect.protocol import Detector, DetectorName, DetectorOptions
from facecam.vision.detect.strided import READERS, StridedDetector
from facecam.vision.landmarks.mesh import MeshFinder
from facecam.vision.landmarks.model import Landmarker

DEFAULT_MODEL = "dlib-resnet"
CENTERFACE_MODEL = "centerface"
BLAZE_MODEL = "blazeface"
MESH_MODEL = "facemesh"
CNN_MODEL = "dlib-mmod"
MTCNN_MODEL = "mtcnn"

#: Of the rules measured on 40 enrolled people and 40 strangers this one was
#: the best, whether people had few photos or many: see docs/EVALUATION.md.
MATCH_RULE: Final = RULE_IN_USE
#: Mean squared_l2 of two photos of one person, as a share of the model's threshold: that of dlib's
#: network on LFW, 0.082 to 0.086 by alignment, of 0.165. Other models measure on another scale, and
#: their thresholds with them.
_SPREAD_OF_THRESHOLD: Final = 0.51


def open_weights(settings: Settings) -> WeightsStore:
    """The weights folder of the settings."""
    return WeightsStore(settings.weights, default=DEFAULT_MODEL)


def open_detector(settings: Settings) -> Detector:
    """The detector the settings ask for.

    Raises:
        WeightsError: its model is missing or damaged.
    """
    options = DetectorOptions(min_face_px=settings.min_face_px, upsample=settings.upsample)
    if settings.detector == "centerface":
        return CenterFaceDetector(_detector_networks(settings, CENTERFACE_MODEL, precision=None)[0], options)
    landmarker = open_landmarker(settings)
    if settings.detector == "blaze":
        return BlazeDetector(_detector_networks(settings, BLAZE_MODEL)[0], landmarker, options)
    if settings.detector == "hog":
        kept = hog_filters_file(settings)
        # Asking dlib for its filters takes half a second; set-up keeps them.
        return HogDetector(landmarker, options, filters_file=kept if kept.is_file() else None)
    if settings.detector in READERS:
        return _fetched_detector(settings, landmarker, options)
    if settings.detector == "cnn":
        return CnnDetector(_detector_networks(settings, CNN_MODEL)[0], landmarker, options)
    return MtcnnDetector(landmarker, _detector_networks(settings, MTCNN_MODEL), options)


def _fetched_detector(settings: Settings, landmarker: Landmarker, options: DetectorOptions) -> Detector:
    name = cast(DetectorName, settings.detector)
    if not has_detector(settings, name):
        raise WeightsError(
            f"the detector {name} is not here yet", hint=f"Fetch it: python main.py models get {name}"
        )
    card, (network,) = _detector_model(settings, name, "f32")
    size_px = (card.input.height, card.input.width) if card.input.height else None
    return StridedDetector(name, network, landmarker, options, size_px)


def has_detector(settings: Settings, model: str) -> bool:
    """Whether a detector's networks were prepared."""
    return any(model in store.names() for store in _detector_stores(settings))


def _detector_stores(settings: Settings) -> tuple[WeightsStore, ...]:
    # A folder of somebody's own embedders needs no detectors: those of the program do.
    return open_weights(settings), open_weights(replace(settings, weights=HOME / "weights"))


def _detector_networks(
    settings: Settings, model: str, precision: Precision | None = "f32"
) -> Sequence[CompiledNetwork]:
    """The networks of a detector; in f32, as reduced precision blurs which of two neighbouring windows is best."""
    return _detector_model(settings, model, precision)[1]


def _detector_model(
    settings: Settings, model: str, precision: Precision | None
) -> tuple[ModelCard, Sequence[CompiledNetwork]]:
    first, *others = _detector_stores(settings)
    store = next((one for one in (first, *others) if model in one.names()), first)
    return store.load(model, precision=precision)


def open_landmarker(settings: Settings) -> Landmarker:
    """The landmarks as the detector of the settings adds them.

    Raises:
        WeightsError: the model is missing or damaged.
    """
    # `hog` loads Numba for its own loops; a millisecond a face is not worth that to the others.
    path = find_dlib_file(LANDMARKS, settings.weights)
    return Landmarker(path, compiled=settings.detector == "hog")


def open_mesh_finder(settings: Settings) -> MeshFinder:
    """The face mesh.

    Raises:
        WeightsError: its model is missing or damaged.
    """
    # In reduced precision its points tremble by more than a lid moves.
    return MeshFinder(_detector_networks(settings, MESH_MODEL)[0])


class _SecondLandmarks:
    """dlib's landmarks for faces that have others already; the model is opened when the first face comes."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._opening = threading.Lock()
        self._landmarker: Landmarker | None = None

    def __call__(self, image: ImageArray, box: Box) -> FloatArray:
        """See `Landmarker`."""
        with self._opening:
            if self._landmarker is None:
                self._landmarker = open_landmarker(self._settings)
        return self._landmarker(image, box)


def hog_filters_file(settings: Settings) -> Path:
    """Where set-up keeps the filters of dlib's HOG detector."""
    return settings.weights / DOWNLOAD_FOLDER / HOG_FILTERS


def open_embedder(settings: Settings) -> Embedder:
    """The embedder the settings ask for, else the deployed one.

    Raises:
        WeightsError: it is missing, damaged, or not an embedder.
    """
    weights = open_weights(settings)
    name = model_in_use(settings)
    precision = None if settings.precision == "auto" else cast(Precision, settings.precision)
    card, networks = weights.load(name, precision=precision)
    if card.task != "embedding":
        raise WeightsError(
            f"{name} makes no vectors of faces", hint="Choose another --model; see `models list`."
        )
    return embedder_of(settings, card, networks[0])


def embedder_of(settings: Settings, card: ModelCard, network: CompiledNetwork) -> Embedder:
    """An embedder of a network that need not be in `weights/`."""
    return Embedder(card, network, _SecondLandmarks(settings))


def open_store(settings: Settings, on_event: EventSink = ignore) -> GalleryHome:
    """The saved database of the settings: the folder, or the server where one is named.

    Raises:
        DependencyError: a server is named, and psycopg is not installed.
    """
    if settings.server:
        from facecam.engine.photos.station_folders import follow_names
        from facecam.engine.visits.table import SightingTable
        from facecam.gallery.postgres.connection import driver
        from facecam.gallery.postgres.store import PostgresStore

        driver()
        visits = SightingTable(settings)
        return PostgresStore(
            settings.server,
            settings.database,
            on_event=on_event,
            forget=visits.forget_waiting,
            send=visits.send_waiting,
            heard=lambda: follow_names(settings, on_event),
        )
    return GalleryStore(settings.database, on_event=on_event)


def model_in_use(settings: Settings) -> str:
    """The name of the embedder the settings ask for, else of the deployed one.

    Raises:
        WeightsError: there is none.
    """
    return settings.model or open_weights(settings).deployed()


def load_gallery(store: GalleryHome, card: ModelCard) -> Gallery:
    """The saved gallery, or an empty one; never one of another model.

    Raises:
        GalleryError: unreadable, or made by another model (stale).
    """
    gallery = store.load() or Gallery.empty(card.model_id, card.dimensions)
    gallery.require_model(card.model_id, card.dimensions)
    return gallery


def accepted_threshold(settings: Settings, gallery: Gallery, card: ModelCard) -> float:
    """How near two photos of one person are, squared_l2: the flag's, else the gallery's, else the card's.

    Names are given by `open_matcher`, which also counts the people and may go by scores.

    Raises:
        WeightsError: nobody ever set one.
    """
    plain = gallery.threshold_score == PLAIN_SCORE
    if settings.threshold is None and gallery.threshold is not None and plain:
        return gallery.threshold
    return threshold_of(settings, card)


def threshold_of(settings: Settings, card: ModelCard) -> float:
    """The threshold of distances where no gallery has a say: the flag's, else the card's.

    Raises:
        WeightsError: nobody ever set one.
    """
    for threshold in (settings.threshold, card.threshold):
        if threshold is not None:
            return threshold
    raise without_threshold(card)


def limit_of_pairs(settings: Settings, card: ModelCard, cohort: Cohort | None) -> Limit:
    """The threshold for two faces, enrolled people left aside: the flag's, else the card's.

    Raises:
        WeightsError: nobody ever set one.
    """
    return _required(limit_of_people(settings, card, cohort, 0), card)


def limit_of_groups(card: ModelCard, cohort: Cohort | None, faces: int) -> Limit:
    """The limit by which faces are grouped, see `gallery.linkage`; people enrolled and thresholds by hand left aside.

    Raises:
        WeightsError: the model was never calibrated.
    """
    return _required(scoring.limit_of_groups(card, cohort, faces), card)


def limit_in_force(settings: Settings, gallery: Gallery, card: ModelCard, cohort: Cohort | None) -> Limit:
    """The threshold by which names are given, see `limit_for`.

    Raises:
        WeightsError: nobody ever set one.
    """
    return _required(limit_for(settings, gallery, card, cohort), card)


def _required(limit: Limit | None, card: ModelCard) -> Limit:
    if limit is None:
        raise without_threshold(card)
    return limit


def without_threshold(card: ModelCard) -> WeightsError:
    """What is the matter with a model by which nobody can be named yet."""
    return WeightsError(
        f"the model {card.name} has no threshold yet",
        hint=f"Calibrate it: `models calibrate {card.name} --photos DIR` (15 people or so), or give --threshold.",
    )


def open_matcher(
    settings: Settings, gallery: Gallery, card: ModelCard, on_event: EventSink = ignore
) -> Matcher:
    """The matcher for a gallery; a very large one gets an index, kept in the database folder.

    Raises:
        WeightsError: nobody ever set a threshold.
    """
    by_distance = gallery.threshold is not None and gallery.threshold_score == PLAIN_SCORE
    cohort = None if by_distance else open_cohort(settings, card, on_event)
    limit = limit_in_force(settings, gallery, card, cohort)
    if settings.threshold is None and gallery.threshold is not None and limit.origin != "own people":
        on_event(
            Notice(
                f"the threshold {gallery.threshold:.3f} stored with the people is one of another score: not used",
                "Find one again: python main.py evaluate --own --apply",
            )
        )
    large = len(gallery.vectors) > EXACT_UP_TO
    index = _index(settings, gallery, on_event) if large else None
    return matcher_of(gallery, limit, card, cohort, index, strangers=settings.strangers_expected)


def _index(settings: Settings, gallery: Gallery, on_event: EventSink) -> NearRows:
    if not settings.server:
        return open_index(settings.database, gallery.vectors, on_event=on_event)
    from facecam.gallery.postgres.nearest import ServerNeighbors

    neighbors = ServerNeighbors(settings.server, gallery, on_event)
    neighbors.open()
    return neighbors


def matcher_of(
    gallery: Gallery,
    limit: Limit,
    card: ModelCard,
    cohort: Cohort | None = None,
    index: NearRows | None = None,
    *,
    strangers: float = USUAL_STRANGERS,
) -> Matcher:
    """The matcher by the rule in use, for vectors of a model; it goes by scores if `limit` is one of them.

    People whose vectors are of another alignment than the card's are judged by
    the threshold measured for theirs, unless the limit was given by hand and
    is to be compared as it is.

    Args:
        gallery: whom to look for.
        limit: by which names are given.
        card, cohort: of the model.
        index: for a very large gallery.
        strangers: share of the faces that are nobody's, for the probability of names.
    """
    by_score = None if card.cohort is None else card.cohort.score_to_probability
    own_threshold = None if limit.origin == "given" else card.threshold
    return Matcher(
        gallery,
        limit.squared_l2,
        MATCH_RULE,
        index=index,
        spread=spread_of(card),
        offsets=None if own_threshold is None else person_offsets(gallery, own_threshold, card.threshold_for),
        cohort=None if limit.match_score is None else cohort,
        match_threshold=limit.match_score,
        odds=NamingOdds(card.distance_to_probability, by_score, strangers),
    )


def spread_of(card: ModelCard) -> float:
    """How far two photos of one person are apart by a model, mean squared_l2, as its threshold tells."""
    return SPREAD if card.threshold is None else _SPREAD_OF_THRESHOLD * card.threshold
