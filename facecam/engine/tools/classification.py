"""Classification: a classifier trained on a folder of people, and photos named with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sized
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from facecam.core.config import Settings
from facecam.core.errors import ConfigError, DataError
from facecam.core.events import EventSink, Notice, ignore
from facecam.core.paths import printable, resolved
from facecam.core.types import Embeddings
from facecam.engine import components
from facecam.engine.enrollment.enroller import expand
from facecam.engine.faces.photo_embeddings import PhotoFaces, read_faces
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.photos.people_folders import nameable
from facecam.engine.scoring import open_cohort
from facecam.engine.tools.classifier import Classifier, Prediction, fit, load, save
from facecam.gallery.gallery import PLAIN_SCORE
from facecam.gallery.matching.cohort import Cohort


@dataclass(frozen=True, slots=True)
class ClassifyOptions:
    """Who takes part in training.

    Attributes:
        min_photos: people with fewer photos are left out, at least 2.
        train_photos: photos of each person that are trained on; the others test. At least 2.
        seed: which of the photos these are.
    """

    min_photos: int = 20
    train_photos: int = 10
    seed: int = 0

    def __post_init__(self) -> None:
        if self.train_photos < 2 or self.min_photos < 2:
            raise ConfigError(
                f"--min-photos {self.min_photos} --train-photos {self.train_photos}: one photo is too few",
                hint="Give 2 or more for each.",
            )
        if self.train_photos > self.min_photos:
            raise ConfigError(
                f"--train-photos {self.train_photos} is more than --min-photos {self.min_photos}",
                hint="Ask for at least as many photos per person as are trained on.",
            )


@dataclass(frozen=True, slots=True, eq=False)
class ClassifierReport:
    """What was trained, and how it does on photos it has not seen.

    Attributes:
        file: the classifier.
        people: who it knows.
        trained_on: number of photos.
        tested_on: number of other photos of the same people.
        accuracy: share of those named rightly; None without any.
        taken_for_strangers: share of those called a stranger; None without any.
        left_out: people with too few usable photos, or a name that cannot be one.
        found: the photos without a face or unreadable.
    """

    file: Path
    people: tuple[str, ...]
    trained_on: int
    tested_on: int
    accuracy: float | None
    taken_for_strangers: float | None
    left_out: tuple[str, ...]
    found: PhotoFaces


@dataclass(frozen=True, slots=True, eq=False)
class ClassifiedPhotos:
    """The faces of photos, each with what the classifier says."""

    found: PhotoFaces
    predictions: tuple[Prediction, ...]


def train_classifier(
    settings: Settings,
    photos: Path,
    file: Path,
    options: ClassifyOptions = ClassifyOptions(),
    *,
    on_event: EventSink = ignore,
) -> ClassifierReport:
    """Train on a folder with one folder per person, test on the photos left over, and save.

    Args:
        settings: model, detector, and the threshold for strangers.
        photos: the folder.
        file: where the classifier is written, as plain arrays.
        options: see `ClassifyOptions`.
        on_event: gets progress and notices.

    Raises:
        DataError: fewer than two people have enough photos with a face.
        WeightsError: a model is missing, damaged, or has no threshold.
    """
    people, nameless = nameable(PhotoLibrary(photos, on_event).people(), on_event)
    paths = [path for own in people.values() for path in own]
    if not paths:
        raise DataError(
            f"{printable(str(photos))} holds no folders with photos",
            hint="It should have one folder per person with their photos in it.",
        )
    _require_two(people, options, "")  # Before minutes are spent on looking at them.
    embedder = components.open_embedder(settings)
    found = read_faces(settings, embedder, paths, on_event=on_event)
    row_of = {face.path: row for row, face in enumerate(found.faces)}
    rows = {name: [row_of[path] for path in own if path in row_of] for name, own in people.items()}
    chosen = {name: own for name, own in rows.items() if len(own) >= options.min_photos}
    too_few = [name for name in people if name not in chosen]
    _require_two(rows, options, " with a face")
    training, testing = _split(chosen, options)
    cohort = open_cohort(settings, embedder.card, on_event)
    limit = components.limit_of_pairs(settings, embedder.card, cohort)
    classifier = fit(
        found.vectors[[row for row, _ in training]],
        np.array([owner for _, owner in training], np.int32),
        tuple(chosen),
        embedder.card.model_id,
        limit.squared_l2,
        limit.match_score,
        PLAIN_SCORE if cohort is None else cohort.name,
    )
    right, strangers = _tested(classifier, found, testing, cohort)
    # It holds vectors of faces; one that the user names elsewhere is theirs to share.
    save(classifier, file, private=resolved(file.parent) == resolved(settings.database))
    for name in too_few:
        on_event(
            Notice(
                f"{name} has too few photos with a face and is left out",
                f"{options.min_photos} are needed: add some, or give --min-photos a smaller number.",
            )
        )
    return ClassifierReport(
        file, tuple(chosen), len(training), len(testing), right, strangers, (*too_few, *nameless), found
    )


def _require_two(photos: Mapping[str, Sized], options: ClassifyOptions, kind: str) -> None:
    chosen = sum(len(own) >= options.min_photos for own in photos.values())
    if chosen < 2:
        raise DataError(
            f"{chosen} of {len(photos)} people have {options.min_photos} photos{kind}; two are needed",
            hint="Add photos, or lower --min-photos and --train-photos.",
        )


Labeled = list[tuple[int, int]]


def _split(chosen: dict[str, list[int]], options: ClassifyOptions) -> tuple[Labeled, Labeled]:
    """(row, person) to train on and to test on."""
    draw = np.random.default_rng(options.seed)
    training: Labeled = []
    testing: Labeled = []
    for owner, rows in enumerate(chosen.values()):
        order = draw.permutation(rows).tolist()
        training += [(row, owner) for row in order[: options.train_photos]]
        testing += [(row, owner) for row in order[options.train_photos :]]
    return training, testing


def _tested(
    classifier: Classifier, found: PhotoFaces, testing: Labeled, cohort: Cohort | None
) -> tuple[float | None, float | None]:
    if not testing:
        return None, None
    vectors = found.vectors[[row for row, _ in testing]]
    predictions = classifier.predict(Embeddings(vectors, found.model_id), cohort)
    right = [
        prediction.name == classifier.names[owner]
        for prediction, (_, owner) in zip(predictions, testing, strict=True)
    ]
    strangers = [prediction.name is None for prediction in predictions]
    return float(np.mean(right)), float(np.mean(strangers))


def classify(
    settings: Settings, file: Path, paths: Iterable[Path], *, on_event: EventSink = ignore
) -> ClassifiedPhotos:
    """Name all faces of photos with a saved classifier.

    Args:
        settings: the model it was trained with, and the detector.
        file: the classifier.
        paths: photos and folders of photos.
        on_event: gets progress.

    Raises:
        DataError: the file is missing, damaged, or no classifier.
        EnrollmentError: no photo given.
        GalleryError: it was trained with another model.
    """
    classifier = load(file)
    embedder = components.open_embedder(settings)
    photos = expand(paths, on_event)
    found = read_faces(settings, embedder, photos, every_face=True, on_event=on_event)
    cohort = open_cohort(settings, embedder.card, on_event)
    predictions = classifier.predict(Embeddings(found.vectors, found.model_id), cohort)
    return ClassifiedPhotos(found, tuple(predictions))
