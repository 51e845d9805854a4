"""A linear classifier on face vectors: probabilities for known people, and "none of them" for strangers."""

from __future__ import annotations

import io
import warnings
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from facecam.core.errors import DataError, GalleryError
from facecam.core.paths import atomic_write, make_folder, printable, read_file
from facecam.core.types import Embeddings, FloatArray, Identity
from facecam.gallery.gallery import PLAIN_SCORE, Gallery
from facecam.gallery.matching.cohort import Cohort
from facecam.gallery.matching.match import Matcher
from facecam.gallery.storage.npy import npy_bytes, parse_npy

#: Bytes. A classifier of 10,000 people with 20 photos each is smaller.
_LARGEST_FILE = 1 << 28
_FLOATS = ("coefficients", "intercepts", "slopes", "offsets", "vectors")
_NAMES = (*_FLOATS, "owners", "names", "model", "threshold")
#: Of a classifier that goes by scores.
_MATCH_THRESHOLD, _SCORE = "match_threshold", "score"


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """What the classifier says about one face.

    Attributes:
        name: the person, or None for a stranger.
        best: the person with the highest probability, accepted or not.
        probability: of `best` among the known people, in [0, 1].
        squared_l2: to the nearest training photos of `best`; not below the threshold: a stranger.
        match_score: what a cohort makes of it, and what then decides; None: the distance decided.
    """

    name: str | None
    best: str
    probability: float
    squared_l2: float
    match_score: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Classifier:
    """One linear support vector machine per person, with calibrated probabilities.

    A support vector machine divides the whole space among the people it knows
    and so gives every stranger a name. Here a face must also be as near to
    the person's training photos as a match has to be.

    Attributes:
        names: the people, P ≥ 2.
        coefficients: float32 (P, D).
        intercepts: float32 (P,).
        slopes: float32 (P,); with `offsets` the sigmoid of each person's
            score, 1 / (1 + exp(slope·score + offset)). (Platt, 1999)
        offsets: float32 (P,).
        vectors: float32 (M, D), unit rows, the training photos.
        owners: int32 (M,), the person of each.
        model_id: of the embedder.
        threshold: squared_l2 below which a face is accepted.
        match_threshold: the same for scores; None: distances decide.
        score: of which cohort these are, see `Gallery.threshold_score`.
    """

    names: tuple[str, ...]
    coefficients: FloatArray
    intercepts: FloatArray
    slopes: FloatArray
    offsets: FloatArray
    vectors: FloatArray
    owners: NDArray[np.int32]
    model_id: str
    threshold: float
    match_threshold: float | None = None
    score: str = PLAIN_SCORE

    def probabilities(self, vectors: FloatArray) -> FloatArray:
        """Of each person for each of float32 (N, D): float32 (N, P), rows summing to 1."""
        scores = vectors @ self.coefficients.T + self.intercepts
        each = 1 / (1 + np.exp(np.clip(self.slopes * scores + self.offsets, -50, 50)))
        return np.asarray(each / np.maximum(each.sum(axis=1, keepdims=True), 1e-12), np.float32)

    def predict(self, embeddings: Embeddings, cohort: Cohort | None = None) -> list[Prediction]:
        """Name faces.

        Args:
            embeddings: of the same model.
            cohort: of the model in use; unless it is the one of the training, distances decide.

        Raises:
            GalleryError: the vectors are another model's.
        """
        if embeddings.model_id != self.model_id:
            raise GalleryError(
                f"the classifier was trained with {self.model_id}, the model in use is {embeddings.model_id}",
                hint="Train it again, or choose that model with --model.",
            )
        if not len(embeddings):
            return []
        probabilities = self.probabilities(embeddings.vectors)
        # Where two people are equally probable the nearer one counts.
        matcher = self._matcher(cohort if cohort is not None and cohort.name == self.score else None)
        distances, scores = matcher.distances(embeddings.vectors), matcher.scores(embeddings.vectors)
        best = np.lexsort((scores, -probabilities), axis=1)[:, 0]
        return [
            self._prediction(int(person), probabilities[row], distances[row], scores[row], matcher)
            for row, person in enumerate(best)
        ]

    def _prediction(
        self,
        person: int,
        probabilities: FloatArray,
        distances: FloatArray,
        scores: FloatArray,
        matcher: Matcher,
    ) -> Prediction:
        score, name = float(scores[person]), self.names[person]
        accepted = name if score < matcher.limit else None
        decided = None if matcher.match_threshold is None else score
        return Prediction(accepted, name, float(probabilities[person]), float(distances[person]), decided)

    def _matcher(self, cohort: Cohort | None) -> Matcher:
        empty = Gallery.empty(self.model_id, self.vectors.shape[1])
        gallery = empty.add_all(
            (Identity(str(index), name), Embeddings(self.vectors[self.owners == index], self.model_id))
            for index, name in enumerate(self.names)
        )
        return Matcher(
            gallery, self.threshold, "k_nearest", cohort=cohort, match_threshold=self.match_threshold
        )


def fit(
    vectors: FloatArray,
    owners: NDArray[np.int32],
    names: tuple[str, ...],
    model_id: str,
    threshold: float,
    match_threshold: float | None = None,
    score: str = PLAIN_SCORE,
) -> Classifier:
    """Train on vectors float32 (M, D) of two or more people with two or more photos each.

    The sigmoids are fitted to scores of photos that were left out in turn
    (up to five folds), so that a photo does not vouch for itself.

    Raises:
        DataError: fewer than two people, or somebody with one photo.
    """
    counts = np.bincount(owners, minlength=len(names))
    if len(names) < 2 or counts.min() < 2:
        raise DataError(
            f"{len(names)} people with {counts.min() if len(counts) else 0} photos or more are too few to classify",
            hint="Give two or more people with two or more photos each.",
        )
    machines = [_one_against_the_rest(vectors, owners == person) for person in range(len(names))]
    # Coefficients, intercepts, slopes, offsets.
    a, b, c, d = (np.asarray(column, np.float32) for column in zip(*machines, strict=True))
    vectors, owners = np.array(vectors, np.float32), np.array(owners, np.int32)
    return Classifier(names, a, b, c, d, vectors, owners, model_id, threshold, match_threshold, score)


def _one_against_the_rest(
    vectors: FloatArray, is_person: NDArray[np.bool_]
) -> tuple[FloatArray, float, float, float]:
    # Takes a second to import: only when something is trained.
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.svm import LinearSVC

    folds = int(min(5, is_person.sum(), (~is_person).sum()))
    machine = CalibratedClassifierCV(
        LinearSVC(C=10.0, class_weight="balanced", random_state=0), method="sigmoid", cv=folds, ensemble=False
    )
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # "failed to converge" on identical photos: its answer is still usable.
        machine.fit(vectors, is_person)
    fitted = machine.calibrated_classifiers_[0]
    linear, sigmoid = fitted.estimator, fitted.calibrators[0]
    return linear.coef_[0], float(linear.intercept_[0]), float(sigmoid.a_), float(sigmoid.b_)


def save(classifier: Classifier, path: Path, *, private: bool = False) -> None:
    """Write a classifier as a zip of plain arrays; nothing in it can be run.

    Raises:
        DataError: it cannot be written; an older file stays.
    """
    arrays = {name: getattr(classifier, name) for name in (*_FLOATS, "owners")}
    arrays |= {"names": np.array(classifier.names), "model": np.array([classifier.model_id])}
    arrays["threshold"] = np.array([classifier.threshold])
    if classifier.match_threshold is not None:
        # An older facecam does not look at these, and goes by distances.
        arrays[_MATCH_THRESHOLD] = np.array([classifier.match_threshold])
        arrays[_SCORE] = np.array([classifier.score])
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, value in arrays.items():
            archive.writestr(f"{name}.npy", npy_bytes(value))
    make_folder(path.parent)
    atomic_write(path, buffer.getvalue(), private=private)


def load(path: Path) -> Classifier:
    """Read a classifier.

    Raises:
        DataError: missing, damaged, or no classifier.
    """
    if not path.exists():
        raise DataError(
            f"there is no classifier {printable(str(path))}",
            hint="Train one first: python main.py classify train",
        )
    content = read_file(path, _LARGEST_FILE)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(member.file_size for member in archive.infolist()) > _LARGEST_FILE:
                raise ValueError("it is too large")
            there = set(archive.namelist())
            wanted = [*_NAMES, *(name for name in (_MATCH_THRESHOLD, _SCORE) if f"{name}.npy" in there)]
            arrays = {name: parse_npy(archive.read(f"{name}.npy")) for name in wanted}
        return _checked(arrays)
    except Exception as error:  # zipfile, zlib and numpy raise whatever they stumble on
        raise DataError(
            f"{printable(str(path))} is no classifier: {error}", hint="Train one: `classify train`."
        ) from error


def _checked(arrays: dict[str, np.ndarray]) -> Classifier:
    names = tuple(map(str, arrays["names"].ravel()))
    vectors, owners = arrays["vectors"], arrays["owners"]
    people, dimensions = len(names), vectors.shape[-1]
    shapes = {
        "coefficients": (people, dimensions), "intercepts": (people,), "slopes": (people,), "offsets": (people,),
        "owners": (len(vectors),), "model": (1,), "threshold": (1,),
    }  # fmt: skip
    scored = _MATCH_THRESHOLD in arrays and _SCORE in arrays
    if scored:
        shapes |= {_MATCH_THRESHOLD: (1,), _SCORE: (1,)}
    for name, shape in shapes.items():
        if arrays[name].shape != shape:
            raise ValueError(f"{name} has shape {arrays[name].shape} where {shape} belongs")
    floats = (*_FLOATS, "threshold", *([_MATCH_THRESHOLD] if scored else []))
    if any(arrays[name].dtype.kind != "f" or not np.isfinite(arrays[name]).all() for name in floats):
        raise ValueError("it holds values that are no numbers")
    if people < 2 or owners.dtype.kind != "i" or not ((owners >= 0) & (owners < people)).all():
        raise ValueError("its photos belong to nobody")
    Embeddings(np.asarray(vectors, np.float32), "")  # Checks the norms.
    a, b, c, d, rows = (np.array(arrays[name], np.float32) for name in _FLOATS)
    return Classifier(
        names,
        *(a, b, c, d, rows),
        np.array(owners, np.int32),
        str(arrays["model"][0]),
        float(arrays["threshold"][0]),
        float(arrays[_MATCH_THRESHOLD][0]) if scored else None,
        str(arrays[_SCORE][0]) if scored else PLAIN_SCORE,
    )
