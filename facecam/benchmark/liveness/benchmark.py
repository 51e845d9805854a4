"""Liveness benchmark: how often held photos are taken for people, and people for photos."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.random import Generator

from facecam.benchmark.liveness.camera import Camera
from facecam.benchmark.liveness.films import LEAST_FACE_PX, Stretch, stretches
from facecam.benchmark.liveness.held_photo import WAYS, HeldPhoto
from facecam.core.config import Settings
from facecam.core.errors import DataError, FacecamError
from facecam.core.events import EventSink, Notice, Progress, ignore
from facecam.core.paths import printable
from facecam.core.types import Box, Detection, ImageArray, LifeSign, LifeTask
from facecam.engine import components
from facecam.engine.faces.face_finder import main_face
from facecam.engine.recognition.life.life_watch import LOOK_EVERY_S, FaceLife, drawn_tasks
from facecam.engine.recognition.life.liveness import TaskProgress
from facecam.metrics.exact import clopper_pearson
from facecam.metrics.rates import Estimate
from facecam.vision.detect.protocol import Detector
from facecam.vision.images.read import list_pictures, read_picture
from facecam.vision.landmarks.mesh import MeshFinder

#: How long somebody stands before the camera, if nothing else is said.
SECONDS: Final = 3.0
TRIALS, CAMERAS = 300, 2
_LONGEST_PHOTO_PX: Final = 1600
_MOST_PHOTOS: Final = 200

What = Literal["photo", "person", "film"]


@dataclass(frozen=True, slots=True)
class LivenessOptions:
    """What to measure on.

    Attributes:
        photos: photos of people, all subfolders too.
        films: films of people, and folders of them.
        trials: held photos.
        cameras: cameras by which each stretch of a film is seen.
        seconds: for how long each stands before the camera.
        seed: of everything that is drawn.
    """

    photos: Path
    films: Sequence[Path] = ()
    trials: int = TRIALS
    cameras: int = CAMERAS
    seconds: float = SECONDS
    seed: int = 0


@dataclass(frozen=True, slots=True)
class LivenessTrial:
    """What became of one face before the camera.

    Attributes:
        what: a photo held to it, a person, or a film of a person on a screen held to it.
        way: how a photo or film was held.
        source: the photo or film.
        sign: the sign of life seen; None: none.
        after_s: when it was seen.
        looked: whether the face was found and looked at for at least half of the time.
        did_tasks: whether it did, by chance, what the challenge would have asked for.
    """

    what: What
    way: str
    source: str
    sign: LifeSign | None
    after_s: float | None
    looked: bool
    did_tasks: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class LivenessReport:
    """All trials, and the figures."""

    trials: tuple[LivenessTrial, ...]
    photos_used: int
    passed_over: Mapping[str, int] = field(default_factory=dict)

    def of(self, what: What) -> list[LivenessTrial]:
        """The trials of one kind."""
        return [one for one in self.trials if one.what == what]

    def alive(self, what: What, way: str | None = None, by_s: float = math.inf) -> Estimate | None:
        """Share that was seen to be alive within `by_s`, with its exact interval; None without any trial."""
        there = [one for one in self.of(what) if way in (None, one.way)]
        if not there:
            return None
        hits = sum(one.after_s is not None and one.after_s <= by_s + 1e-6 for one in there)
        return clopper_pearson(hits, len(there))

    @property
    def refused(self) -> Estimate | None:
        """Share of people who showed no sign of life in time."""
        people = self.of("person")
        return clopper_pearson(sum(one.sign is None for one in people), len(people)) if people else None


def measure_liveness(
    settings: Settings, options: LivenessOptions, *, on_event: EventSink = ignore
) -> LivenessReport:
    """Hold photos to a simulated camera, let the people of films stand before it, and hold these films to it too.

    Raises:
        DataError: no photo shows a face that is large enough.
        WeightsError: a model is missing or damaged.
    """
    bench = _Bench(settings, options, on_event)
    faces = bench.faces()
    if not faces:
        raise DataError(
            f"no photo in {printable(str(options.photos))} shows a face {LEAST_FACE_PX:.0f} px wide",
            hint="Name a folder of clear photos of people with --photos.",
        )
    trials = [*bench.photos(faces), *bench.people()]
    return LivenessReport(tuple(trials), len(faces), dict(bench.passed_over))


@dataclass(frozen=True, slots=True, eq=False)
class _Portrait:
    name: str
    image: ImageArray
    face: Box


class _Bench:
    def __init__(self, settings: Settings, options: LivenessOptions, on_event: EventSink) -> None:
        self._options, self._on_event = options, on_event
        self._detector: Detector = components.open_detector(settings)
        self._finder: MeshFinder = components.open_mesh_finder(settings)
        self.passed_over: Counter[str] = Counter()

    def faces(self) -> list[_Portrait]:
        found = []
        paths = list_pictures(self._options.photos, recursive=True)
        order = np.random.default_rng(self._options.seed).permutation(len(paths))
        for index in order.tolist():
            portrait = self._portrait(paths[index])
            if portrait is not None:
                found.append(portrait)
                self._on_event(Progress("photos", len(found), min(_MOST_PHOTOS, len(paths))))
            if len(found) == _MOST_PHOTOS:
                break
        return found

    def _portrait(self, path: Path) -> _Portrait | None:
        try:
            image = read_picture(path, _LONGEST_PHOTO_PX)
        except FacecamError as fault:
            self._on_event(Notice(f"left out: {fault.message}", fault.hint))
            self.passed_over["unreadable"] += 1
            return None
        found = self._detector.detect(image)
        if not found:
            self.passed_over["no face"] += 1
            return None
        face = main_face(found, image).box
        if face.width < LEAST_FACE_PX:
            self.passed_over["too small"] += 1
            return None
        return _Portrait(path.name, image, face)

    def photos(self, faces: Sequence[_Portrait]) -> Iterator[LivenessTrial]:
        for number in range(self._options.trials):
            self._on_event(Progress("held photos", number, self._options.trials))
            medium, movement = WAYS[number % len(WAYS)]
            random = np.random.default_rng((self._options.seed, 1, number))
            portrait = faces[int(random.integers(len(faces)))]
            held = HeldPhoto(portrait.image, portrait.face, medium, movement, random)
            camera = Camera.drawn(random)
            seen = (camera.see(held.at(at_s), at_s) for at_s in self._times())
            yield self._trial("photo", f"{medium}, {movement}", portrait.name, seen, random)

    def people(self) -> Iterator[LivenessTrial]:
        number = 0
        for film in _films(self._options.films):
            try:
                rate = 1 / LOOK_EVERY_S
                parts = list(stretches(film, self._detector, seconds=self._options.seconds, looks_per_s=rate))
            except FacecamError as fault:
                self._on_event(Notice(fault.message, fault.hint))
                continue
            for index, part in enumerate(parts):
                self._on_event(Progress(f"people in {film.name}", index, len(parts)))
                for _ in range(self._options.cameras):
                    number += 1
                    yield self._person(part, np.random.default_rng((self._options.seed, 2, number)))
                yield self._replay(part, number)

    def _person(self, part: Stretch, random: Generator) -> LivenessTrial:
        camera, scenes = Camera.drawn(random), part.scaled(random)
        seen = (camera.see(scene, at_s) for scene, at_s in zip(scenes, self._times(), strict=True))
        return self._trial("person", "", part.name, seen, random)

    def _replay(self, part: Stretch, number: int) -> LivenessTrial:
        """The film itself, on a screen held to the camera."""
        random = np.random.default_rng((self._options.seed, 3, number))
        held = HeldPhoto(part.pictures, part.face, "screen", "held", random)
        camera = Camera.drawn(random)
        seen = (camera.see(held.at(at_s, index), at_s) for index, at_s in enumerate(self._times()))
        return self._trial("film", "screen, held", part.name, seen, random)

    def _trial(
        self, what: What, way: str, source: str, seen: Iterator[ImageArray], random: Generator
    ) -> LivenessTrial:
        def draw() -> tuple[LifeTask, ...]:
            return drawn_tasks(random.integers(2, size=2).tolist())

        life, after_s, face = FaceLife(TaskProgress(tuple(draw()), 0.0)), None, None
        for at_s, picture in zip(self._times(), seen, strict=True):
            face = life.box(face) or self._first(picture)
            if face is not None:
                life.see(self._finder, picture, face, at_s, draw)
            if life.sign is not None and after_s is None:
                after_s = at_s
        looked = life.state.seconds >= self._options.seconds / 2
        done = life.asked is not None and life.asked.now is None
        return LivenessTrial(what, way, source, life.sign, after_s, looked, done and life.sign is not None)

    def _times(self) -> list[float]:
        return [index * LOOK_EVERY_S for index in range(round(self._options.seconds / LOOK_EVERY_S))]

    def _first(self, picture: ImageArray) -> Detection | None:
        found = self._detector.detect(picture)
        return main_face(found, picture) if found else None


def _films(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        yield from sorted(one for one in path.iterdir() if one.is_file()) if path.is_dir() else [path]
