"""Custom embedders: a model brought along, inspected, calibrated, added."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from facecam.core.config import Settings
from facecam.core.errors import ConfigError, DataError, WeightsError
from facecam.core.events import NEVER, CancelToken, Event, EventSink, Notice, Progress, ignore
from facecam.core.paths import atomic_write, printable, sha256_file
from facecam.core.types import FloatArray
from facecam.core.words import counted
from facecam.embedding.embedder import Embedder
from facecam.engine import components as parts
from facecam.engine.faces.photo_embeddings import no_face, read_faces
from facecam.engine.models.cohorts import calibrated_spec, fitted, helps, with_own, with_scores
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.recognition.gallery_alignment import photo_alignment
from facecam.engine.runs.fitted import ONE_PHOTO_EACH, mark_of_cohort, mark_of_threshold, note_fitted
from facecam.engine.scoring import cohort_from
from facecam.gallery.storage.audit_trail import note_in_trail
from facecam.metrics.calibration import FINE_RATES, calibrate, different_pairs
from facecam.metrics.grouping import best_limit
from facecam.metrics.mixture import components_for
from facecam.metrics.probability import probability_knots, same_pairs
from facecam.metrics.rates import Scores, area_under_roc
from facecam.runtime.card import InputSpec, LivenessSpec, ModelCard, faults_of, require_model_name
from facecam.runtime.compiled import CompiledNetwork
from facecam.runtime.onnx_probe import inspect_embedder
from facecam.runtime.store import WeightsStore

Normalization = Literal["imagenet", "half", "facenet", "none"]

#: (mean, std) in units of 0…255.
NORMALIZATIONS: Final[dict[str, tuple[tuple[float, float, float], tuple[float, float, float]]]] = {
    "imagenet": ((123.675, 116.28, 103.53), (58.395, 57.12, 57.375)),
    "half": ((127.5, 127.5, 127.5), (127.5, 127.5, 127.5)),
    "facenet": ((127.5, 127.5, 127.5), (128.0, 128.0, 128.0)),
    "none": ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0)),
}
#: The false-accept rate of pairs at which a new model's threshold is set, as for the shipped one.
_WANTED_RATE = 0.005
_ARCFACE_SIDE_PX = 112
#: squared_l2 below which numerical noise decides.
_LEAST_THRESHOLD = 1e-4
UNKNOWN_LINEAGE: Final = "added by the user; training data unknown"
_PHOTOS_PER_PERSON = 10
#: From so many pairs of one person on they show whether folders are people: of names drawn by lot the chance that a
#: pair of one is nearer than one of two is a half, of `resnet50`, the weakest network shipped, 0.98.
_FEWEST_SAME, _LEAST_CHANCE = 30, 0.7
_ENOUGH: Final = "Calibrate on about 15 people with 5 photos each: `models calibrate NAME --photos DIR`."
_MIXED: Final = (
    "Give a folder per person (`people check` finds mixed ones), or the normalization is another one."
)


@dataclass(frozen=True, slots=True)
class NewModel:
    """What the user says about a network that its file does not.

    Attributes:
        name: folder name in `weights/`; None: made from the file's name.
        normalization: which constants the network was trained with.
        channels: which color it wants first.
        chip: `dlib` or `arcface`; None: arcface for 112×112 networks, else dlib.
        licence: terms of the weights.
        lineage: where they come from.
        input_size: (height, width), px, for networks that leave it open.
        liveness: how a network for liveness is asked; None: it is an embedder.
        title: what people read in lists; None: the file's name.
    """

    name: str | None = None
    normalization: Normalization = "half"
    channels: Literal["RGB", "BGR"] = "RGB"
    chip: Literal["dlib", "arcface"] | None = None
    licence: str = "unknown"
    lineage: str = UNKNOWN_LINEAGE
    input_size: tuple[int, int] | None = None
    liveness: LivenessWish | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class LivenessWish:
    """What the user says about a network for liveness.

    Attributes:
        output: see `LivenessSpec`; None where it answers with one value.
        activation: likewise; None: softmax of several values, none of one.
        threshold, crop: likewise.
    """

    output: int | None = None
    activation: Literal["softmax", "sigmoid", "none"] | None = None
    threshold: float = 0.5
    crop: float = 2.7

    def spec(self, path: Path, values: int) -> LivenessSpec:
        """What the card says, for a network that answers with so many values."""
        if self.output is None and values > 1:
            raise ConfigError(
                f"{printable(path.name)} answers with {values} values",
                hint=f"Say which is that of a live face: --live-output N, from 0 to {values - 1}.",
            )
        usual: Literal["softmax", "none"] = "softmax" if values > 1 else "none"
        return LivenessSpec(
            output=self.output or 0,
            activation=self.activation or usual,
            threshold=self.threshold,
            crop=self.crop,
        )


def add_model(
    settings: Settings,
    path: Path,
    new: NewModel,
    *,
    calibrate_on: Path | None = None,
    replace_existing: bool = False,
    on_event: EventSink = ignore,
    cancel: CancelToken = NEVER,
) -> ModelCard:
    """Put a stranger's `.onnx` network into `weights/` and write its card; an embedder's threshold is calibrated.

    Args:
        settings: where `weights/` and `data/` are, and the detector.
        path: the file.
        new: what the file does not say.
        calibrate_on: folders of photos, one per person; None: the user's `data/`.
        replace_existing: a model of that name may be replaced.
        on_event: gets progress and notices.
        cancel: stops between photos; the model stays, uncalibrated.

    Raises:
        WeightsError: not a usable embedder, or the name is taken.
    """
    store = parts.open_weights(settings)
    card = _card(path, new)
    _require_answers(path, card)
    if replace_existing or not _is_there(store, card):
        store.add(card.name, {card.file: path}, card, replace=replace_existing)
    if card.task == "liveness":
        assert card.liveness is not None
        note_in_trail(
            settings.database, "threshold", on_event=on_event, value=card.liveness.threshold, kind="liveness"
        )
        return card
    try:
        return calibrate_model(settings, card.name, calibrate_on, on_event=on_event, cancel=cancel)
    except DataError as error:  # It can be calibrated later.
        on_event(Notice(error.message, error.hint))
        return store.card(card.name)


def _is_there(store: WeightsStore, card: ModelCard) -> bool:
    """Whether it is the same network, not measured yet: an earlier call was cut off while it did."""
    with contextlib.suppress(WeightsError):
        return store.card(card.name) == card
    return False


def _require_answers(path: Path, card: ModelCard) -> None:
    """Two pictures must not get the same answer, as those of a network of zeros are, nor another one together."""
    sides = (card.input.height, card.input.width)
    shape = (1, 3, *sides) if card.input.layout == "NCHW" else (1, *sides, 3)
    network, generator = CompiledNetwork(path), np.random.default_rng(0)
    pictures = [generator.uniform(0, high, shape).astype(np.float32) for high in (60, 255)]
    first, second = (network(one)[0] for one in pictures)
    if not (np.isfinite(first).all() and np.isfinite(second).all()) or np.array_equal(first, second):
        raise WeightsError(
            f"{printable(path.name)} answers the same to every picture, or nothing that is a number",
            hint="It is not the network it is said to be, or was exported wrongly; nothing has changed.",
        )
    if network.input_shapes[0].startswith("[?") and not _answers_together(network, pictures, [first, second]):
        raise WeightsError(
            f"{printable(path.name)} leaves open how many pictures it takes, and takes only one at a time",
            hint="Export it again, for 1 or for any number; nothing has changed.",
        )


def _answers_together(
    network: CompiledNetwork, pictures: Sequence[FloatArray], answers: Sequence[FloatArray]
) -> bool:
    try:
        (together,) = network(np.concatenate(pictures))
    except RuntimeError:  # As the runtime says: a shape within it is fixed.
        return False
    return len(together) == len(pictures) and together[0].size == answers[0].size


def calibrate_model(
    settings: Settings,
    name: str,
    photos: Path | None = None,
    *,
    on_event: EventSink = ignore,
    cancel: CancelToken = NEVER,
) -> ModelCard:
    """Find the thresholds of a model on pairs of different people and write them into its card.

    Of distances, and of scores where it has a cohort. A model without one gets
    its own from these photos if they show enough different people and scores
    by it do no worse.

    Raises:
        WeightsError: no such model, or it does not run.
        DataError: too few people and photos; the card stays as it is.
    """
    folder = photos or settings.data
    embedder = parts.open_embedder(replace(settings, model=name))
    vectors, owners, digests = _vectors(settings, embedder, folder, on_event, cancel)
    same, different = same_pairs(vectors, owners), different_pairs(vectors, owners)
    calibration = calibrate(different, FINE_RATES)
    point = calibration.best_for(_WANTED_RATE)
    if point is None:
        pairs = counted(calibration.different_pairs, "pair")
        reason = f"with {pairs} of different people {printable(folder)} has too few"
        raise _not_calibrated(embedder.card, reason, _ENOUGH)
    if len(same) >= _FEWEST_SAME and _chance_nearer(same, different) < _LEAST_CHANCE:
        reason = f"in {printable(folder)} photos of one person are hardly more alike to it than those of two"
        raise _not_calibrated(embedder.card, reason, _MIXED)
    if point[1] <= _LEAST_THRESHOLD:
        raise WeightsError(
            f"{name} gives different people the same vector: no threshold tells them apart",
            hint="The normalisation is probably another one: remove the model and add it again.",
        )
    # Not the folder: it may be named after somebody who is deleted later.
    people = counted(len(np.unique(owners)), "person")
    described = f"{calibration.different_pairs} different pairs of {people}, mirrored chip added"
    card = replace(
        embedder.card,
        threshold=round(point[1], 4),
        false_accept_rate=point[0],
        calibration=tuple((rate, round(threshold, 4)) for rate, threshold in calibration.points),
        calibrated_on=described,
        alignment=photo_alignment(settings),
        alignment_thresholds=(),
        distance_to_probability=probability_knots(same, different),
        group_distance=_rounded(best_limit(vectors, owners, point[1])),
    )
    if card.cohort is not None:
        spec = calibrated_spec(settings, card, vectors, owners, _WANTED_RATE, described, on_event)
        card = replace(card, cohort=spec)
    else:
        card = _with_own_cohort(settings, card, vectors, owners, digests, folder, described, on_event)
    note_fitted(settings, mark_of_threshold(card), digests)
    parts.open_weights(settings).renew_card(card)
    note_in_trail(settings.database, "threshold", on_event=on_event, value=point[1], kind="model")
    return card


def _rounded(limit: float | None) -> float | None:
    return None if limit is None else round(limit, 4)


def _with_own_cohort(
    settings: Settings,
    card: ModelCard,
    vectors: FloatArray,
    owners: NDArray[np.int32],
    digests: Sequence[str],
    folder: Path,
    described: str,
    on_event: EventSink,
) -> ModelCard:
    """The card with a cohort fitted to the photos of a calibration, where these show enough different people."""
    _, first = np.unique(owners, return_index=True)
    components = components_for(len(first))
    if not components:
        return card
    on_event(Notice(f"fitting a cohort to the faces of {len(first)} people; this may take minutes"))
    spec, content = fitted(
        vectors[first],
        components,
        fitted_to=with_own(settings, f"{ONE_PHOTO_EACH} {counted(len(first), 'person')}", [folder / "photo"]),
        licence="unknown",
    )
    cohort = cohort_from(spec, content)
    if not helps(cohort, vectors, owners, _WANTED_RATE):
        on_event(Notice(f"{card.name} gets no cohort: scores by it find fewer people than distances do"))
        return card
    note_fitted(settings, mark_of_cohort(replace(card, cohort=spec)), [digests[row] for row in first])
    atomic_write(parts.open_weights(settings).path(card.name) / spec.file, content)
    return replace(card, cohort=with_scores(spec, cohort, vectors, owners, _WANTED_RATE, described))


def _chance_nearer(same: FloatArray, different: FloatArray) -> float:
    """That a pair of one person is nearer than one of two."""
    return area_under_roc(Scores(np.sort(same.astype(np.float64)), np.sort(different.astype(np.float64))))


def _not_calibrated(card: ModelCard, reason: str, cure: str) -> DataError:
    kept = "has no threshold" if card.threshold is None else f"keeps its threshold {card.threshold:g}"
    return DataError(f"{card.name} {kept}: {reason}", hint=cure)


def _card(path: Path, new: NewModel) -> ModelCard:
    if new.normalization not in NORMALIZATIONS:
        raise ConfigError(
            f"normalisation {new.normalization!r}", hint=f"Choose one of {', '.join(NORMALIZATIONS)}."
        )
    shape = inspect_embedder(path, input_size=new.input_size, least_values=2 if new.liveness is None else 1)
    if new.name is not None:
        require_model_name(new.name)
    from_file = re.sub(r"[^a-z0-9._-]+", "-", path.stem.lower()).strip("-.")[:64] or "model"
    mean, std = NORMALIZATIONS[new.normalization]
    if new.channels == "BGR":
        mean, std = mean[::-1], std[::-1]
    arcface = (shape.height, shape.width) == (_ARCFACE_SIDE_PX, _ARCFACE_SIDE_PX)
    with faults_of(path):
        liveness = None if new.liveness is None else new.liveness.spec(path, shape.dimensions)
        return ModelCard(
            name=from_file if new.name is None else new.name,
            title=new.title or path.stem,
            task="embedding" if liveness is None else "liveness",
            files=("model.onnx",),
            input=InputSpec(
                height=shape.height,
                width=shape.width,
                channels=new.channels,
                layout=shape.layout,
                mean=mean,
                std=std,
                normalised_inside=new.normalization == "none",
            ),
            chip=None if liveness is not None else new.chip or ("arcface" if arcface else "dlib"),
            liveness=liveness,
            dimensions=shape.dimensions,
            unit_norm_inside=False,
            licence=new.licence,
            lineage=new.lineage,
            sha256={"model.onnx": sha256_file(path)},
        )


def _vectors(
    settings: Settings, embedder: Embedder, folder: Path, on_event: EventSink, cancel: CancelToken
) -> tuple[FloatArray, NDArray[np.int32], list[str]]:
    """Vectors of the first photos of each person, whose they are, and SHA-256 of each; of copies the first counts.

    Raises:
        DataError: there are no photos of two people, or none can be used.
    """
    owners, seen = dict[Path, int](), dict[str, Path]()
    for owner, photos in enumerate(PhotoLibrary(folder, on_event).people().values()):
        for photo in photos[:_PHOTOS_PER_PERSON]:
            digest = _digest(photo)
            if digest not in seen:
                owners[photo] = owner
                seen[digest] = photo

    def heard(event: Event) -> None:
        on_event(replace(event, stage="calibration") if isinstance(event, Progress) else event)

    # Calibration needs many photos, not every one; `people check` names the bad ones.
    found = read_faces(settings, embedder, list(owners), on_event=heard, cancel=cancel)
    if owners and not found.faces:
        fault = no_face(found.without_face, found.faults)
        raise _not_calibrated(embedder.card, fault.message, fault.hint)
    whose = np.array([owners[face.path] for face in found.faces], np.int32)
    if unusable := len(found.without_face) + len(found.faults):
        text = f"{counted(unusable, 'photo')} of {len(owners)} show no face or cannot be read: the others are used"
        on_event(Notice(text))
    if (people := len(np.unique(whose))) < 2:
        reason = f"{printable(folder)} has usable photos of {counted(people, 'person')}, copies counted once"
        raise _not_calibrated(embedder.card, reason, _ENOUGH)
    digests = {photo: digest for digest, photo in seen.items()}
    return found.vectors, whose, [digests[face.path] for face in found.faces]


def _digest(photo: Path) -> str:
    try:
        return sha256_file(photo)
    except DataError:  # Whoever reads it says so.
        return str(photo)


def deploy(settings: Settings, name: str, on_event: EventSink = ignore) -> ModelCard:
    """Make a model the one Live uses; a notice says where nobody can be named by it yet.

    Raises:
        WeightsError: no such model, damaged, or not an embedder.
    """
    store: WeightsStore = parts.open_weights(settings)
    card, _ = store.load(name, precision="f32")
    if card.task != "embedding":
        raise WeightsError(
            f"{name} makes no vectors of faces",
            hint="Deploy an embedding model; see `models list`.",
        )
    store.deploy(name)
    if card.threshold is None and settings.threshold is None:
        fault = parts.without_threshold(card)
        on_event(Notice(fault.message, fault.hint))
    return card
