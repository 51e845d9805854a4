"""Clustering: which photos show the same person, when nobody has named anybody yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from facecam.core.config import Settings
from facecam.core.distances import unit_squared_l2
from facecam.core.errors import ConfigError, FacecamError
from facecam.core.events import NEVER, CancelToken, EventSink, Notice, faults_told, ignore
from facecam.core.types import FloatArray
from facecam.engine import components
from facecam.engine.enrollment.enroller import expand
from facecam.engine.faces.face_shards import FaceShards, key_of
from facecam.engine.faces.photo_embeddings import PhotoFace, PhotoFaces, no_face
from facecam.engine.faces.user_caches import unfinished_folder
from facecam.engine.scoring import Limit, distance_of_groups, higher, open_cohort
from facecam.gallery.matching.cohort import Cohort
from facecam.gallery.matching.linkage import average_linkage, rising_linkage
from facecam.gallery.matching.match import Matcher
from facecam.metrics.grouping import JoinLimit
from facecam.runtime.card import ModelCard

Method = Literal["average", "chinese-whispers", "dbscan"]
#: Scores worked on at once, 16 MB of float32.
_BLOCK_VALUES = 4_000_000
METHODS: tuple[Method, ...] = get_args(Method)
#: The one whose groups are people on every set of photos it was measured on: see docs/EVALUATION.md.
DEFAULT_METHOD: Final[Method] = "average"


@dataclass(frozen=True, slots=True)
class Cluster:
    """Faces that seem to be one person.

    Attributes:
        number: from 1, the largest cluster first.
        faces: indices into `Clusters.found.faces`, in their order.
        name: of the enrolled person they are; None where nobody enrolled is near enough.
    """

    number: int
    faces: tuple[int, ...]
    name: str | None

    @property
    def label(self) -> str:
        """The name, or `person 3`."""
        return self.name or f"person {self.number}"


@dataclass(frozen=True, slots=True, eq=False)
class Clusters:
    """Photos sorted by person.

    Attributes:
        found: the faces, and the photos that have none or cannot be read.
        clusters: the largest first.
        ungrouped: indices of faces that are like too few others.
        squared_l2: `average`: groups with a smaller mean distance became one; else: two faces closer
            than this were neighbours; where distances decide.
        match_score: the same for scores, where a cohort takes part; None: distances decided.
    """

    found: PhotoFaces
    clusters: tuple[Cluster, ...]
    ungrouped: tuple[int, ...]
    squared_l2: float
    match_score: float | None = None

    def faces_of(self, cluster: Cluster) -> list[PhotoFace]:
        """The faces of one cluster."""
        return [self.found.faces[index] for index in cluster.faces]


def cluster(
    settings: Settings,
    paths: Iterable[Path],
    *,
    method: Method = DEFAULT_METHOD,
    squared_l2: float | None = None,
    min_faces: int = 2,
    use: Callable[[Clusters], None] | None = None,
    on_event: EventSink = ignore,
    cancel: CancelToken = NEVER,
) -> Clusters:
    """Group all faces of photos by person.

    `average` (see `gallery.linkage`) joins groups whose faces are near each
    other on average, so neither one bad photo nor a chain of likenesses joins
    two people. `dbscan` (Ester et al., 1996) joins everything that is connected
    through faces with `min_faces` neighbours; `chinese-whispers` (Biemann, 2006;
    dlib's implementation) lets each face take the opinion of its neighbours.
    All compare plain distances, or scores where a cohort takes part (see
    `gallery.cohort`); none needs the number of people.

    Args:
        settings: model, detector, threshold, and the database for names.
        paths: photos and folders of photos.
        method: see above.
        squared_l2: by plain distance, see `Clusters.squared_l2`; None: for `average` the model card's, or a
            higher one that follows from the groups there are (`metrics.grouping.JoinLimit`), whatever threshold is
            set for names; for the others the threshold in force.
        min_faces: smaller groups are left ungrouped, from 1.
        use: what is done with the groups before what was found in the photos is forgotten: should it fail, the next
            run has it still.
        on_event: gets progress, and a notice when enrolled people cannot be compared with.
        cancel: asked between photos.

    Raises:
        EnrollmentError: no photo given.
        DataError: no face in any photo.
        ConfigError: a distance or size that cannot be meant.
        WeightsError: a model is missing, damaged, or has no threshold.
    """
    _check(method, squared_l2, min_faces)
    embedder = components.open_embedder(settings)
    # What is missing is said before the photos are read.
    _limit(settings, embedder.card, method, squared_l2, 0, on_event)
    photos = expand(paths, on_event)
    unfinished = unfinished_folder(photos, key_of(settings, embedder, every_face=True))
    shards = FaceShards(settings, embedder, unfinished, every_face=True, on_event=on_event, cancel=cancel)
    found = shards.read(photos)
    if not found.faces:
        raise no_face(found.without_face, found.faults)
    limit, cohort = _limit(settings, embedder.card, method, squared_l2, len(found.faces), ignore)
    shifts = None if cohort is None else cohort.shifts(found.vectors)
    if method == "average" and limit.origin == "model card":
        labels, limit = _people(found.vectors, embedder.card, limit, min_faces, shifts)
    else:
        labels = group(found.vectors, limit.value, method, min_faces, shifts)
    groups = [np.flatnonzero(labels == label) for label in range(labels.max() + 1)]
    groups.sort(key=lambda rows: (-len(rows), rows[0]))
    names = _names(settings, found, groups, on_event)
    clusters = tuple(
        Cluster(number, tuple(rows.tolist()), name)
        for number, (rows, name) in enumerate(zip(groups, names, strict=True), 1)
    )
    alone = tuple(np.flatnonzero(labels < 0).tolist())
    groups_found = Clusters(found, clusters, alone, limit.squared_l2, limit.match_score)
    if use is not None:
        use(groups_found)
    shards.remove()
    return groups_found


def group(
    vectors: FloatArray,
    limit: float,
    method: Method,
    min_faces: int,
    shifts: FloatArray | None = None,
) -> NDArray[np.intp]:
    """A label ≥ 0 per row of float32 (N, D), unit rows; −1 for rows in no group of `min_faces`.

    Args:
        vectors: the faces.
        limit: of neighbours, or of the mean distance of groups: squared_l2, or with shifts a score.
        method, min_faces: see `cluster`.
        shifts: float32 (N,), of the faces, see `Cohort`; None: plain distances.
    """
    if not len(vectors):
        return np.empty(0, np.intp)
    if method == "average":
        found = average_linkage(vectors, limit, shifts)
    else:
        first, second = neighbors(
            vectors, np.zeros(len(vectors), np.float32) if shifts is None else shifts, limit
        )
        if method == "dbscan":
            found = _dbscan(first, second, len(vectors), min_faces)
        else:
            found = _whispers(first, second, len(vectors))
    return _large_enough(found, min_faces)


def _people(
    vectors: FloatArray, card: ModelCard, least: Limit, min_faces: int, shifts: FloatArray | None
) -> tuple[NDArray[np.intp], Limit]:
    """As `group` by average linkage, with a limit that follows from the groups there are."""
    measured = card.cohort if shifts is not None and card.cohort is not None else card
    most = least.value if measured.threshold is None else measured.threshold
    joins = JoinLimit(vectors, measured.calibration, least.value, most, shifts)
    found, last = rising_linkage(vectors, joins, shifts)
    return _large_enough(found, min_faces), higher(least, card, last)


def _large_enough(found: NDArray[np.intp], min_faces: int) -> NDArray[np.intp]:
    numbers, counts = np.unique(found[found >= 0], return_counts=True)
    kept = numbers[counts >= min_faces]
    places = np.searchsorted(kept, found).clip(0, max(0, len(kept) - 1))
    return np.where(np.isin(found, kept), places, -1).astype(np.intp)


def _limit(
    settings: Settings,
    card: ModelCard,
    method: Method,
    squared_l2: float | None,
    faces: int,
    on_event: EventSink,
) -> tuple[Limit, Cohort | None]:
    if squared_l2 is not None:
        return Limit(squared_l2, None, "given"), None
    if method != "average":
        cohort = open_cohort(settings, card, on_event)
        return components.limit_of_pairs(settings, card, cohort), cohort
    if card.threshold is None and settings.threshold is not None:
        return Limit(distance_of_groups(card, settings.threshold), None, "given"), None
    # Otherwise a threshold by hand is one of names: it says nothing about the mean distance of groups.
    cohort = open_cohort(replace(settings, threshold=None), card, on_event)
    return components.limit_of_groups(card, cohort, faces), cohort


def neighbors(
    vectors: FloatArray, shifts: FloatArray, limit: float
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pairs of rows with a score strictly below the limit, the lower row first; a face is not its own neighbour."""
    firsts, seconds = [np.empty(0, np.intp)], [np.empty(0, np.intp)]
    rows = max(1, _BLOCK_VALUES // max(1, len(vectors)))
    for start in range(0, len(vectors), rows):
        scores = unit_squared_l2(vectors[start : start + rows], vectors[start:])
        scores += shifts[start : start + rows, None] + shifts[start:]
        first, second = np.nonzero(scores < limit)
        later = first < second
        firsts.append(first[later] + start)
        seconds.append(second[later] + start)
    return np.concatenate(firsts), np.concatenate(seconds)


def _dbscan(
    first: NDArray[np.intp], second: NDArray[np.intp], count: int, min_faces: int
) -> NDArray[np.intp]:
    """Labels from the pairs of neighbours; a face between two groups goes to the earlier one."""
    from scipy.sparse import coo_matrix
    from sklearn.cluster import DBSCAN  # Takes a second to import: only when clusters are asked for.

    near = coo_matrix((np.ones(len(first)), (first, second)), (count, count))
    found = DBSCAN(eps=1, min_samples=min_faces, metric="precomputed").fit_predict(near + near.T)
    return np.asarray(found, np.intp)


def _whispers(first: NDArray[np.intp], second: NDArray[np.intp], count: int) -> NDArray[np.intp]:
    import dlib

    # Each face also names itself, or those without a neighbour would have no label.
    edges = [(row, row) for row in range(count)]
    edges += list(zip(first.tolist(), second.tolist(), strict=True))
    return np.asarray(dlib.chinese_whispers(edges), np.intp)


def _check(method: str, squared_l2: float | None, min_faces: int) -> None:
    if method not in METHODS:
        raise ConfigError(f"there is no method {method!r}", hint=f"Choose one of {', '.join(METHODS)}.")
    if squared_l2 is not None and not 0 < squared_l2 <= 4:
        raise ConfigError(
            f"--eps is {squared_l2:g}", hint="Give a squared distance above 0 and up to 4, such as 0.15."
        )
    if min_faces < 1:
        raise ConfigError(f"--min-faces is {min_faces}", hint="Give a whole number from 1.")


def _names(
    settings: Settings, found: PhotoFaces, groups: Sequence[NDArray[np.intp]], on_event: EventSink
) -> list[str | None]:
    """The enrolled person each group is: the one most of its faces match."""
    matcher = matcher_of_enrolled(settings, on_event)
    if matcher is None:
        return [None] * len(groups)
    matches = matcher.match(found.vectors)
    return [_majority([matches[row].identity for row in rows]) for rows in groups]


def matcher_of_enrolled(settings: Settings, on_event: EventSink = ignore) -> Matcher | None:
    """The matcher for the people enrolled; None where nobody is, or, with a notice, nobody can be compared with."""
    try:
        card = components.open_embedder(settings).card
        gallery = components.load_gallery(components.open_store(settings, on_event), card)
    except FacecamError as error:
        on_event(Notice(f"groups get no names: {error.message}", error.hint))
        return None
    return components.open_matcher(settings, gallery, card) if len(gallery) else None


def _majority(identities: Sequence[object]) -> str | None:
    named = [getattr(one, "name", None) for one in identities]
    best = max(set(named), key=lambda name: (named.count(name), str(name)), default=None)
    return best if best is not None and 2 * named.count(best) > len(named) else None


def require_groups(clusters: Clusters, numbers: Iterable[int]) -> None:
    """Raise `ConfigError` for the number of a group that there is not."""
    count = len(clusters.clusters)
    for number in numbers:
        if not 1 <= number <= count:
            hint = (
                f"Groups are numbered 1 to {count}." if count else "No group was found: try a larger --eps."
            )
            raise ConfigError(f"there is no group {number}", hint=hint)


def enroll_clusters(
    settings: Settings, clusters: Clusters, names: Mapping[int, str], *, on_event: EventSink = ignore
) -> list[str]:
    """Make clusters known as people.

    Args:
        settings: folders and models.
        clusters: what `cluster` found.
        names: number of a cluster → the person's name.
        on_event: gets progress and, for a cluster whose photos are all unfit, a notice.

    Returns:
        The names that were enrolled.

    Raises:
        ConfigError: there is no cluster of that number.
        GalleryError: a name that cannot be one, or the database is stale.
    """
    from facecam.engine.enrollment.enroller import Enroller

    require_groups(clusters, names)
    by_number = {one.number: one for one in clusters.clusters}
    enroller, enrolled = Enroller(settings, on_event=on_event), list[str]()
    for number, name in names.items():
        photos = dict.fromkeys(face.path for face in clusters.faces_of(by_number[number]))
        with faults_told(on_event, what=f"group {number}"):
            enrolled.append(enroller.enroll(name, photos).identity.name)
    return enrolled
