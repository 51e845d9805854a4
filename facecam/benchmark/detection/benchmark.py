"""Detection benchmark: how many faces each detector finds, how fast, and its false alarms."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Final, cast, get_args

import numpy as np
from numpy.random import Generator

from facecam.benchmark.detection.backgrounds import Backgrounds
from facecam.benchmark.detection.conditions import CONDITIONS, SCENE, Condition
from facecam.benchmark.detection.faces import BenchmarkFaces, choose_faces
from facecam.benchmark.detection.scenes import Scene, make_scene
from facecam.core.config import Settings
from facecam.core.errors import ConfigError, DataError, WeightsError
from facecam.core.events import NEVER, CancelToken, EventSink, Progress, ignore
from facecam.core.heap import make_room
from facecam.core.paths import printable
from facecam.core.types import Detection, ImageArray, box_rows
from facecam.engine import components
from facecam.engine.faces.face_finder import FaceFinder
from facecam.metrics.detection.matching import clipped, overlaps
from facecam.metrics.rates import Estimate, wilson
from facecam.vision.detect.protocol import Detector, DetectorName
from facecam.vision.detect.resizing import resized_by
from facecam.vision.sources.open import open_source

#: Overlap with the known place from which a face is found, in the right place and size.
FOUND_IOU: Final = 0.4
#: The detector the others' times are compared with.
YARDSTICK: Final = "hog"
#: Beside the detectors: the way photos are searched, by the detector of the settings, turned and again.
PHOTO_SEARCH: Final = "photos"
MADE_UP: Final = "made up"
_MADE_FRAMES: Final = 100
#: Larger frames are searched at this size, that of the largest films.
_MOST_FRAME_PX: Final = 9_000_000


@dataclass(frozen=True, slots=True)
class DetectionOptions:
    """What to measure on.

    Attributes:
        photos: photos of people, with subfolders.
        backgrounds: pictures without any face; None: made up ones.
        without_faces: folders, pictures or films without any face, for false alarms; empty: `backgrounds`.
        detectors: names, `photos` among them; empty: all that are prepared, and `photos`.
        faces: faces at most.
        frames: frames looked at, at most, of each of `without_faces`, evenly spread where its length is known.
        seed: of everything that is drawn.
    """

    photos: Path
    backgrounds: Path | None = None
    without_faces: Sequence[Path] = ()
    detectors: tuple[str, ...] = ()
    faces: int = 60
    frames: int = 240
    seed: int = 0


@dataclass(frozen=True, slots=True)
class ConditionResult:
    """What became of the faces under one condition.

    Attributes:
        condition: see `Condition`.
        found: detector → share of faces found, Wilson's interval.
        elsewhere: detector → boxes that are not the face.
    """

    condition: Condition
    found: Mapping[str, Estimate]
    elsewhere: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class DetectorPace:
    """How long a detector takes for a scene of `SCENE`.

    Attributes:
        median_ms: of all scenes.
        ratio: median of its time over that of `hog` for the same scene; None where that did not take part.
        scenes: how many.
    """

    median_ms: float
    ratio: float | None
    scenes: int


@dataclass(frozen=True, slots=True)
class FalseAlarms:
    """Boxes in frames without any face.

    Attributes:
        where: folder or film, or `made up`.
        frames: frames looked at.
        boxes: detector → boxes.
        frames_with: detector → share of the frames with at least one, Wilson's interval.
    """

    where: str
    frames: int
    boxes: Mapping[str, int]
    frames_with: Mapping[str, Estimate]


@dataclass(frozen=True, slots=True, eq=False)
class DetectionReport:
    """All of it.

    Attributes:
        faces: the faces used, and why others were not.
        results: one for each condition.
        paces: detector → its times.
        false_alarms: one for each place.
    """

    faces: BenchmarkFaces
    results: tuple[ConditionResult, ...]
    paces: Mapping[str, DetectorPace]
    false_alarms: tuple[FalseAlarms, ...]


class PhotoSearch:
    """Photos as the program searches them: turned and again where nothing is found, see `FaceFinder`.

    Args:
        settings: which detector comes first.
        detector: that one, where it is open already.
    """

    def __init__(self, settings: Settings, detector: Detector | None = None) -> None:
        self.name = cast(DetectorName, settings.detector)
        self._finder = FaceFinder(settings, detector)

    def detect(self, image: ImageArray) -> list[Detection]:
        """See `Detector.detect`."""
        found = self._finder.find(image)
        return [found.as_given(face) for face in found.detections]


def measured_detectors(settings: Settings, names: Sequence[str] = ()) -> dict[str, Detector]:
    """The detectors to measure, see `open_detectors`, and the way photos are searched: `photos`.

    Raises:
        ConfigError, WeightsError: see `open_detectors`.
    """
    others = tuple(name for name in names if name != PHOTO_SEARCH)
    opened = {} if names and not others else open_detectors(settings, others)
    if not names or PHOTO_SEARCH in names:
        opened = {**opened, PHOTO_SEARCH: PhotoSearch(settings, opened.get(settings.detector))}
    return opened


def open_detectors(
    settings: Settings, names: Sequence[str] = (), *, there: Mapping[str, Detector] | None = None
) -> dict[str, Detector]:
    """Detectors by name, with their own defaults; without names all that are prepared.

    Args:
        settings: where their models are.
        names: which.
        there: detectors that are open already, and are not opened again.

    Raises:
        ConfigError: there is no such detector.
        WeightsError: one that was named is not prepared, or none is.
    """
    known = get_args(DetectorName)
    for name in names:
        if name not in known:
            raise ConfigError(
                f"there is no detector {printable(name)}", hint=f"Choose from {', '.join(known)}."
            )
    opened: dict[str, Detector] = {}
    missing: WeightsError | None = None
    for name in dict.fromkeys(names or known):
        try:
            opened[name] = (there or {}).get(name) or components.open_detector(
                replace(settings, detector=name)
            )
        except WeightsError as fault:
            if names:
                raise
            missing = missing or fault
    if not opened and missing is not None:
        raise missing
    return opened


def each_alone(settings: Settings, names: Sequence[str]) -> Iterator[tuple[str, Detector]]:
    """Detectors that were measured, one open at a time: with pictures of any size all would take a gigabyte."""
    for name in names:
        yield name, measured_detectors(settings, (name,))[name]
        make_room()


def measure_detection(
    settings: Settings,
    options: DetectionOptions,
    *,
    conditions: Sequence[Condition] | None = None,
    on_event: EventSink = ignore,
    cancel: CancelToken = NEVER,
) -> DetectionReport:
    """Put known faces into scenes and look for them.

    The place of a face is agreed on by all prepared detectors, whichever are
    measured, so that figures of two runs can be compared. One scene is in
    memory at a time.

    Raises:
        ConfigError: an unknown detector.
        DataError: no photos, none with a clear face, or frames that cannot be read.
        WeightsError: a detector that is not prepared.
    """
    conditions = CONDITIONS if conditions is None else conditions
    detectors = measured_detectors(settings, options.detectors)
    backgrounds = Backgrounds(options.backgrounds, options.seed, on_event)
    judges = open_detectors(settings, there=detectors)
    faces = choose_faces(
        settings, options.photos, judges, options.faces, seed=options.seed, on_event=on_event, cancel=cancel
    )
    del judges
    watch = _Stopwatch(detectors)
    results = []
    for number, condition in enumerate(conditions):
        scenes = _scenes(faces, condition, backgrounds, (options.seed, 1, number))
        results.append(_judge(condition, scenes, watch, cancel))
        on_event(Progress("conditions", number + 1, len(conditions)))
    names, paces = watch.names, watch.paces()
    del detectors, watch  # Frames may be large: from here on one is open at a time.
    alarms = tuple(
        _false_alarms(where, frames, each_alone(settings, names), on_event, cancel)
        for where, frames in _faceless(options, backgrounds)
    )
    return DetectionReport(faces, tuple(results), paces, alarms)


def _scenes(
    faces: BenchmarkFaces, condition: Condition, backgrounds: Backgrounds, seeds: tuple[int, ...]
) -> Iterator[Scene]:
    """One scene of each face; each drawn by its own seed, so that none depends on what else is measured."""
    for number, face in enumerate(faces.faces):
        generator: Generator = np.random.default_rng((*seeds, number))
        background = backgrounds.scene(condition.size, generator)
        yield make_scene(face, condition, background, generator)


def _judge(
    condition: Condition, scenes: Iterator[Scene], watch: _Stopwatch, cancel: CancelToken
) -> ConditionResult:
    found, elsewhere, count = dict.fromkeys(watch.names, 0), dict.fromkeys(watch.names, 0), 0
    for scene in scenes:
        cancel.check()
        count += 1
        for name, detections in watch.detect(scene.image).items():
            right = matches(detections, scene)
            found[name] += bool(right.any())
            elsewhere[name] += int((~right).sum())
    return ConditionResult(
        condition, {name: wilson(number, count) for name, number in found.items()}, elsewhere
    )


def matches(detections: Sequence[Detection], scene: Scene) -> np.ndarray:
    """Which detections are the scene's face, bool (N,): only what is inside the picture is compared."""
    height, width = scene.image.shape[:2]
    found = clipped(box_rows([one.box for one in detections]), width, height)
    truth = clipped(box_rows([scene.face]), width, height)
    right: np.ndarray = overlaps(found, truth)[:, 0] >= FOUND_IOU
    return right


@dataclass(slots=True)
class _Stopwatch:
    """Runs the detectors one after the other on every scene, so that a busy moment of the machine hits all."""

    detectors: Mapping[str, Detector]
    _times_ms: dict[str, list[float]] = field(default_factory=dict)
    _is_warm: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.detectors)

    def detect(self, image: ImageArray) -> dict[str, list[Detection]]:
        if (image.shape[1], image.shape[0]) != SCENE:
            self._is_warm = False
            return dict(self._found_in_other(image))
        if not self._is_warm:
            self._is_warm = True
            make_room()  # What larger scenes took is not kept beside these.
            for detector in self.detectors.values():
                detector.detect(image)  # The first call takes memory and makes code for the size.
        found = {}
        for name, detector in self.detectors.items():
            started_s = time.perf_counter()
            found[name] = detector.detect(image)
            self._times_ms.setdefault(name, []).append((time.perf_counter() - started_s) * 1e3)
        return found

    def _found_in_other(self, image: ImageArray) -> Iterator[tuple[str, list[Detection]]]:
        for name, detector in self.detectors.items():
            make_room()  # Scenes are of several sizes, and what each network keeps for each is a gigabyte.
            yield name, detector.detect(image)
        make_room()

    def paces(self) -> dict[str, DetectorPace]:
        return {name: self._pace(times) for name, times in self._times_ms.items()}

    def _pace(self, times_ms: Sequence[float]) -> DetectorPace:
        yardstick = self._times_ms.get(YARDSTICK)
        ratio = None
        if yardstick is not None:
            ratio = statistics.median(own / his for own, his in zip(times_ms, yardstick, strict=True))
        return DetectorPace(statistics.median(times_ms), ratio, len(times_ms))


# ---------------------------------------------------------------------- frames without any face


#: Makes the frames anew; what cannot be read is told.
Frames = Callable[[EventSink], Iterator[ImageArray]]


def _faceless(options: DetectionOptions, backgrounds: Backgrounds) -> Iterator[tuple[str, Frames]]:
    places = options.without_faces or ((options.backgrounds,) if options.backgrounds is not None else ())
    for place in places:
        yield printable(place), partial(_frames_of, place, options.frames)
    if not places:
        yield MADE_UP, lambda _: _made_up(backgrounds, options.seed)


def _made_up(backgrounds: Backgrounds, seed: int) -> Iterator[ImageArray]:
    for number in range(_MADE_FRAMES):
        yield backgrounds.scene(SCENE, np.random.default_rng((seed, 2, number)))


def _frames_of(place: Path, most: int, on_event: EventSink) -> Iterator[ImageArray]:
    """Frames of a film or pictures of a folder, evenly spread."""
    with open_source(str(place), on_event=on_event) as source:
        step = max(1.0, (source.frame_count or 0) / most)
        taken = number = 0
        while taken < most and (frame := source.read()) is not None:
            if number >= taken * step:
                taken += 1
                image = frame.image
                del frame  # 50 MB are not kept while the smaller one is looked at.
                image = resized_by(
                    image, min(1.0, math.sqrt(_MOST_FRAME_PX / (image.shape[0] * image.shape[1])))
                )
                yield image
            number += 1


def _false_alarms(
    where: str,
    frames: Frames,
    detectors: Iterator[tuple[str, Detector]],
    on_event: EventSink,
    cancel: CancelToken,
) -> FalseAlarms:
    boxes: dict[str, int] = {}
    with_any: dict[str, Estimate] = {}
    count = 0
    for name, detector in detectors:
        found = []
        for image in frames(ignore if boxes else on_event):  # What cannot be read is told once.
            cancel.check()
            found.append(len(detector.detect(image)))
            make_room()  # Frames are of all sizes.
        if not found:
            raise DataError(
                f"there is no frame in {where}",
                hint="Name a folder of pictures or a film without faces.",
            )
        count = len(found)
        boxes[name], with_any[name] = sum(found), wilson(sum(map(bool, found)), count)
    return FalseAlarms(where, count, boxes, with_any)
