"""detect → track → align → embed → match, frame by frame."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field, replace

import cv2
import numpy as np

from facecam.core.config import Settings
from facecam.core.distances import unit_squared_l2
from facecam.core.events import EventSink, ignore
from facecam.core.types import (
    Detection,
    Embeddings,
    Face,
    FloatArray,
    Frame,
    FrameResult,
    ImageArray,
    Life,
    Match,
)
from facecam.embedding.embedder import Embedder
from facecam.engine import components
from facecam.engine.photos.no_faces import NoFace, NoFaces, SourceSieve
from facecam.engine.recognition.duplicates import Claim, NameHolders
from facecam.engine.recognition.face_crops import FaceSample, is_worth_taking, take_sample, with_sample
from facecam.engine.recognition.gallery_alignment import tell_outdated
from facecam.engine.recognition.life.life_watch import LifeWatch, open_life_watch
from facecam.engine.recognition.rejected_tracks import RejectedTracks, rejected_in
from facecam.engine.recognition.still_images import faces_of_pictures
from facecam.engine.recognition.turned_search import TurnedSearch
from facecam.gallery.gallery import Gallery, OtherModelError
from facecam.gallery.matching.match import Matcher
from facecam.gallery.storage.home import GalleryHome
from facecam.metrics.false_accepts import tell_loose_threshold
from facecam.vision.detect.protocol import Detector, RegionDetector
from facecam.vision.images.quality import assess
from facecam.vision.track import Track, Tracker

#: A track is embedded again after these many seconds, then each last one: quickly while young.
_AGAIN_AFTER_S = (0.1, 0.25, 0.5, 1.0)
#: A face that is known is measured again after this long, to see whether it is clearer now.
_LOOK_EVERY_S = 0.1
#: … or as soon as a chip is better than the best one by this much.
_QUALITY_GAIN = 0.15
#: Chips a frame may cost. A face is embedded by all alignments and their mirror images, as thresholds were
#: measured; where there are many at once, each new one gets one chip now, and all of them in a later frame.
_CHIPS_A_FRAME = 6
#: In so many detections faces known from the last one are taken for faces without a second look, then not in one.
_BELIEVED = 4
#: Votes a track remembers.
_VOTES = 7
#: A vector this many thresholds from the last one is another person's: what was known is void.
_ANOTHER_PERSON = 2.0
#: Faces worse than this say nothing: no embedding, no name.
_LEAST_QUALITY = 0.02
#: In the stream in which a face was rejected, a person must be nearer than it by so many thresholds.
_REJECTED_MARGIN = 0.25


KeptBack = tuple[tuple[Detection, NoFace], ...]


@dataclass(slots=True, eq=False)
class _Memory:
    """What is known about the face of a track."""

    votes: deque[tuple[float, FloatArray, Match]] = field(default_factory=lambda: deque(maxlen=_VOTES))
    best_quality: float = 0.0
    quality: float = 0.0
    looked_at_s: float = float("-inf")
    embedded_at_s: float = float("-inf")
    count: int = 0
    match: Match | None = None
    samples: tuple[FaceSample, ...] = ()

    def deserves_a_look(self, now_s: float) -> bool:
        """Whether to measure the face's quality again; not in every frame once it is known."""
        return self._has_waited(now_s) or not 0 <= now_s - self.looked_at_s < _LOOK_EVERY_S

    def is_due(self, now_s: float, quality: float) -> bool:
        """Whether another embedding would tell more."""
        if quality < _LEAST_QUALITY:
            return False
        return self._has_waited(now_s) or quality > self.best_quality + _QUALITY_GAIN

    def _has_waited(self, now_s: float) -> bool:
        pause_s = 0.0 if not self.count else _AGAIN_AFTER_S[min(self.count, len(_AGAIN_AFTER_S)) - 1]
        return now_s - self.embedded_at_s >= pause_s


@dataclass(slots=True, eq=False)
class _Seen:
    """A frame with its faces as they were there, and what was kept back; None: there was none yet."""

    frame: Frame | None
    tracks: list[Track]
    kept_back: KeptBack = ()


class StreamRecognizer:
    """Recognises the faces of a stream; keeps tracks, so use one per stream.

    Args:
        detector: finds the faces.
        embedder: turns chips into vectors.
        matcher: names them.
        every: detect in every n-th frame and follow the faces in between.
        keep_samples: remember the clearest looks at each face in view, see `samples_of`.
        same_person_twice: whether two faces of a frame may have one name. Else the better one keeps it.
        no_faces: what was said to be no face in this source is left out; None: nothing was.
        life: looks for signs of life; a face that has shown none has no name. None: nobody asks for any.
        pictures: finds the faces of a folder's picture, by its name, as for everybody who looks at pictures, px of it;
            None: they are searched as frames of a film are.
    """

    def __init__(
        self,
        detector: Detector,
        embedder: Embedder,
        matcher: Matcher,
        *,
        every: int = 1,
        keep_samples: bool = False,
        same_person_twice: bool = False,
        no_faces: SourceSieve | None = None,
        life: LifeWatch | None = None,
        pictures: Callable[[str, ImageArray], Sequence[Detection]] | None = None,
    ) -> None:
        self.detector, self.embedder, self.matcher = detector, embedder, matcher
        self._regions = detector if isinstance(detector, RegionDetector) else None
        self._search = TurnedSearch(self._regions) if self._regions else None
        self.every, self._keep_samples = every, keep_samples
        self._search_px: int | None = None
        self._scale = 1.0
        self._tracker = Tracker()
        self._since_detection = self._believed = 0
        self._ignored: set[int] = set()
        self._rejected = RejectedTracks()
        self._names = None if same_person_twice else NameHolders()
        self.no_faces, self._life, self._pictures = no_faces, life, pictures
        self._kept_back: KeptBack = ()
        # The last two frames with their faces as they were there: of a film, the next frame is recognized already
        # while one is shown.
        self._seen: deque[_Seen] = deque(maxlen=2)

    def search_in(self, longer_side_px: int | None) -> None:
        """Find and follow faces in pictures of at most this many px along the longer side from the next frame on.

        What is embedded is cut from the whole one. So a 4K frame takes little longer than a small one, and the
        smallest face found grows with the picture. None: always in the whole picture, as at first.
        """
        self._search_px = longer_side_px

    def samples_of(self, track_id: int, frame: Frame | None = None) -> tuple[FaceSample, ...]:
        """The clearest looks at a face of `frame`, one of the last two (None: the last), best first.

        Empty unless `keep_samples`.
        """
        for track in self._seen_in(frame).tracks:
            if track.id == track_id:
                return _memory(track).samples
        return ()

    def _seen_in(self, frame: Frame | None) -> _Seen:
        newest = self._seen[-1] if self._seen else _Seen(None, [])
        return next((seen for seen in reversed(self._seen) if seen.frame is frame), newest)

    def _all_seen(self) -> list[Track]:
        """The faces of the last two frames, the newest first; those of both twice."""
        return [track for seen in reversed(self._seen) for track in seen.tracks]

    def ignore(self, track_id: int) -> None:
        """Leave a face without a name until it goes out of view."""
        self._ignored.add(track_id)

    def reject(self, track_id: int, person: str) -> None:
        """A face is not the person of this id: for the rest of its track, and for later ones that look like it."""
        memory = next((_memory(track) for track in self._all_seen() if track.id == track_id), None)
        if memory is not None:
            looks = [vector for _, vector, _ in memory.votes]
            self._rejected.reject(track_id, person, [*(sample.vector for sample in memory.samples), *looks])

    def recall(self, rejected: Mapping[str, FloatArray]) -> None:
        """By id, faces, float32 (K, D), that were said not to be the person when this source was watched before."""
        for person, looks in rejected.items():
            self._rejected.recall(person, looks)

    def accept(self, person: str, vectors: FloatArray) -> None:
        """Faces near `vectors`, float32 (N, D), unit rows, may be the person again."""
        self._rejected.accept(person, vectors, self.matcher.threshold)

    def dismiss(self, track_id: int, mark: NoFace) -> None:
        """End a track at once: it is no face, says the mark."""
        self._tracker.drop(track_id)
        for seen in self._seen:
            gone = [(track.detection, mark) for track in seen.tracks if track.id == track_id]
            seen.tracks = [track for track in seen.tracks if track.id != track_id]
            seen.kept_back += tuple(gone)
        if self._seen:
            self._kept_back = self._seen[-1].kept_back

    def start_anew(self) -> None:
        """The next frame does not continue the last one: somebody else may stand where somebody was."""
        self._tracker.reset()

    def kept_back(self, frame: Frame | None = None) -> KeptBack:
        """What was found in `frame`, one of the last two (None: the last), and is no face, as was said; px of it."""
        return self._seen_in(frame).kept_back

    def use_matcher(self, matcher: Matcher) -> None:
        """Switch to another gallery or threshold; the faces in view are judged again."""
        self.matcher = matcher
        for memory in {id(memory): memory for memory in map(_memory, self._all_seen())}.values():
            votes = list(memory.votes)
            memory.votes.clear()
            for quality, vector, _ in votes:
                memory.votes.append((quality, vector, matcher.match(vector[None])[0]))
            memory.match = _elected(memory.votes)

    def process(self, frame: Frame) -> FrameResult:
        """Recognise the faces of the next frame of the stream."""
        timings_ms = dict.fromkeys(("detect", "track", "align", "embed", "match"), 0.0)
        started_s = time.perf_counter()
        if frame.name:  # One of a folder of pictures: it continues nothing.
            self._tracker.reset()
        tracks = self._locate(self._searched(frame), frame.name, timings_ms)
        if self._since_detection == 0 or any(track.changed for track in tracks):
            self._identify(frame, tracks, timings_ms)
        if self._life is not None and not frame.name:
            with _timed(timings_ms, "life"):
                self._life.look(frame.image, self._named(tracks), frame.captured_at)
        seen = [self._as_seen(track) for track in tracks]
        faces = self._faces(seen)
        self._seen.append(_Seen(frame, seen, self._kept_back))
        timings_ms["total"] = (time.perf_counter() - started_s) * 1e3
        return FrameResult(frame, faces, timings_ms)

    def _named(self, tracks: Sequence[Track]) -> list[tuple[int, str, Detection]]:
        """Faces that would get a name: track, person, and where they are in the frame."""
        matches = ((track, _memory(track).match) for track in tracks if track.id not in self._ignored)
        return [
            (track.id, person, self._in_frame(track))
            for track, match in matches
            if match is not None and (person := _person(match)) is not None
        ]

    def _life_of(self, track: Track, match: Match | None) -> Life | None:
        if self._life is None or match is None or match.identity is None:
            return None
        return self._life.of(track.id, match.identity.id)

    def _faces(self, tracks: Sequence[Track]) -> tuple[Face, ...]:
        """What is said of each face, see `_as_seen`: by its votes, what the user said, and the other faces."""
        matches: dict[int, Match | None] = {}
        claims = []
        for track in tracks:
            claim = _claim(track)
            match = None if track.id in self._ignored else _memory(track).match
            if match is not None and claim is not None:
                if self._is_rejected(track, claim):
                    match = match.without_name("unknown")
                elif (
                    life := self._life_of(track, match)
                ) is None or life.alive:  # A photo takes nobody's name.
                    claims.append(claim)
            matches[track.id] = match
        for face in self._duplicates(claims):
            match = matches[face]
            matches[face] = match.without_name("duplicate") if match else None
        return tuple(self._face(track, matches[track.id]) for track in tracks)

    def _face(self, track: Track, match: Match | None) -> Face:
        quality, ignored = _memory(track).quality, track.id in self._ignored
        life = self._life_of(track, match)
        return Face(track.detection, match, track.id, quality, ignored, life)

    def _is_rejected(self, track: Track, claim: Claim) -> bool:
        looks = [vector for _, vector, match in _memory(track).votes if _person(match) == claim.person]
        margin = _REJECTED_MARGIN * self.matcher.threshold
        return self._rejected.rules_out(track.id, claim.person, looks, claim.squared_l2, margin)

    def _duplicates(self, claims: Sequence[Claim]) -> frozenset[int]:
        """The tracks whose person another face of the frame is."""
        if self._names is None:
            return frozenset()
        return self._names.duplicates(claims, self._tracker.out_of_sight)

    def again(self, result: FrameResult) -> FrameResult:
        """One of the last two frames with what is known now: of people, the threshold, what is a face after all."""
        seen = self._seen_in(result.frame)
        if self.no_faces is not None and seen.kept_back:
            there = {mark.id for mark in self.no_faces.marks.all()}
            if any(mark.id not in there for _, mark in seen.kept_back):
                self._since_detection = self.every
                return self.process(result.frame)
        return replace(result, faces=self._faces(seen.tracks))

    def _searched(self, frame: Frame) -> ImageArray:
        """The picture in which faces are looked for; `_scale` leads from it to the frame."""
        image = frame.image
        whole = not self._search_px or (frame.name and self._pictures)
        self._scale = 1.0 if whole else max(1.0, max(image.shape[:2]) / (self._search_px or 1))
        if self._scale == 1.0:
            return image
        height, width = (max(1, round(side / self._scale)) for side in image.shape[:2])
        small = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
        return np.asarray(small, np.uint8)

    def _as_seen(self, track: Track) -> Track:
        """A track as it is in the last frame, px of that frame; what is known of the face is shared."""
        _memory(track)
        seen = copy(track)
        seen.detection = self._in_frame(track)
        return seen

    def _in_frame(self, track: Track) -> Detection:
        return self._scaled(track.detection)

    def _scaled(self, found: Detection) -> Detection:
        scale = self._scale
        if scale == 1.0:
            return found
        return replace(found, box=found.box.scaled(scale), landmarks=found.landmarks * np.float32(scale))

    def _locate(self, image: ImageArray, name: str, timings_ms: dict[str, float]) -> Sequence[Track]:
        self._since_detection += 1
        if self._since_detection < self.every and self._tracker.is_following:
            with _timed(timings_ms, "track"):
                if self._tracker.follow(image, self._regions.find_again if self._regions else None):
                    return self._tracker.tracks
        self._since_detection = 0
        with _timed(timings_ms, "detect"):
            detections = self._sifted(image, name, self._detected(image, name))
        with _timed(timings_ms, "track"):
            return self._tracker.update(image, detections)

    def _detected(self, image: ImageArray, name: str) -> list[Detection]:
        if name and self._pictures is not None:
            return list(self._pictures(name, image))
        if self._search is None:
            return self.detector.detect(image)
        self._believed = (self._believed + 1) % (_BELIEVED + 1)
        there = [track.detection for track in self._tracker.tracks]
        empty = not (name or there or self._tracker.out_of_sight)
        return self._search.detect(image, there, believe=bool(self._believed), empty=empty)

    def _sifted(self, image: ImageArray, name: str, found: list[Detection]) -> list[Detection]:
        if self.no_faces is None:
            return found
        faces, others = self.no_faces.at(name).split(image, found)
        self._kept_back = tuple((self._scaled(face), mark) for face, mark in others)
        return faces

    def _identify(self, frame: Frame, tracks: Sequence[Track], timings_ms: dict[str, float]) -> None:
        with _timed(timings_ms, "align"):
            due, chips = self._chips(frame, tracks)
        with _timed(timings_ms, "embed"):
            embeddings = self.embedder.embed(chips)
        with _timed(timings_ms, "match"):
            self._vote(frame, due, embeddings)

    def _chips(self, frame: Frame, tracks: Sequence[Track]) -> tuple[list[Track], list[ImageArray]]:
        due = [(track, chip) for track in tracks if (chip := self._chip_if_due(frame, track)) is not None]
        # Nobody waits for a name, or keeps another's, because others have many looks: one chip is theirs in any case.
        own = [int(track.changed or not _memory(track).count) for track, _ in due]
        left = (math.inf if frame.name else _CHIPS_A_FRAME) - sum(own)  # A picture has no later frame.
        chosen: list[tuple[Track, ImageArray]] = []
        for (track, chip), reserved in zip(due, own, strict=True):
            alignments = 1 if track.detection.scheme == "dlib" else 2
            if left + reserved >= 2 * alignments:
                views = self.embedder.views(frame.image, self._in_frame(track))
                chosen.append((track, np.concatenate([views, views[:, :, ::-1]])))
                left -= 2 * len(views) - reserved
            elif reserved:
                chosen.append((track, chip))
        return [track for track, _ in chosen], [chip for _, chip in chosen]

    def _chip_if_due(self, frame: Frame, track: Track) -> ImageArray | None:
        """The face's chip where another embedding would tell more; its quality is measured on the way."""
        memory = _memory(track)
        if not (track.changed or memory.deserves_a_look(frame.captured_at)):
            return None
        memory.looked_at_s = frame.captured_at
        detection = self._in_frame(track)
        chip = self.embedder.chip(frame.image, detection)
        memory.quality = assess(detection, chip, self.embedder.chip_spec, frame.image.shape[1::-1]).overall
        due = bool(frame.name) or track.changed  # Of a picture everything is told, as `recognize` does.
        return chip if due or memory.is_due(frame.captured_at, memory.quality) else None

    def _vote(self, frame: Frame, due: Sequence[Track], embeddings: Embeddings) -> None:
        matches = self.matcher.match(embeddings.vectors)
        for track, vector, match in zip(due, embeddings.vectors, matches, strict=True):
            memory = _memory(track)
            if track.changed and self._is_another(memory, vector):
                # What is known of the last frame's face stays with that frame.
                track.memory = memory = replace(memory, votes=deque(maxlen=_VOTES), samples=())
                self._rejected.end(track.id)
                if self._life is not None:
                    self._life.forget(track.id)
            self._rejected.see(track.id, vector)
            memory.votes.append((max(memory.quality, 1e-3), vector, match))
            memory.best_quality = max(memory.best_quality, memory.quality)
            memory.embedded_at_s = frame.captured_at
            memory.count += 1
            memory.match = _elected(memory.votes)
            if self._keep_samples and is_worth_taking(memory.samples, memory.quality, frame.captured_at):
                sample = take_sample(
                    frame.image, self._in_frame(track), vector, memory.quality, frame.captured_at
                )
                memory.samples = with_sample(memory.samples, sample) if sample else memory.samples

    def _is_another(self, memory: _Memory, vector: FloatArray) -> bool:
        if not memory.votes:
            return False
        _, last, _ = memory.votes[-1]
        return float(unit_squared_l2(last, vector)) > _ANOTHER_PERSON * self.matcher.threshold


def _person(match: Match) -> str | None:
    return match.identity.id if match.identity else None


def _memory(track: Track) -> _Memory:
    if not isinstance(track.memory, _Memory):
        track.memory = _Memory()
    return track.memory


def _elected(votes: deque[tuple[float, FloatArray, Match]]) -> Match | None:
    """The verdict with the most quality behind it; its nearest match stands for it.

    A person needs more than all "unknown" votes together, so a stranger who
    looks like somebody in one frame keeps no name.
    """
    if not votes:
        return None
    weights: dict[str | None, float] = {}
    for quality, _, match in votes:
        weights[_person(match)] = weights.get(_person(match), 0.0) + quality
    winner = max(weights, key=lambda key: (weights[key], key is None))
    supporters = [match for _, _, match in votes if _person(match) == winner]
    return min(supporters, key=lambda match: match.score)


def _claim(track: Track) -> Claim | None:
    """Which name a track would have, by how much evidence; None for none."""
    memory = _memory(track)
    if memory.match is None or memory.match.identity is None:
        return None
    person = memory.match.identity.id
    looks = [(quality, match.squared_l2) for quality, _, match in memory.votes if _person(match) == person]
    mean = sum(quality * squared_l2 for quality, squared_l2 in looks) / sum(quality for quality, _ in looks)
    return Claim(track.id, person, mean, len(looks))


@contextmanager
def _timed(timings_ms: dict[str, float], stage: str) -> Iterator[None]:
    started_s = time.perf_counter()
    yield
    timings_ms[stage] = timings_ms.get(stage, 0.0) + (time.perf_counter() - started_s) * 1e3


class GalleryWatch:
    """Notices that somebody was enrolled, renamed or deleted while recognition runs.

    Args:
        settings: where the database is and which threshold is asked for.
        embedder: whose vectors the gallery must hold.
        on_event: gets the notices of the store.
    """

    def __init__(self, settings: Settings, embedder: Embedder, on_event: EventSink = ignore) -> None:
        self._settings, self._embedder = settings, embedder
        self._store: GalleryHome = components.open_store(settings, on_event)
        self._on_event = on_event
        self._version = ""
        self._looked_at_s = float("-inf")
        #: What was wrong when the database was last read: another model made it. None when nothing was.
        self.error: OtherModelError | None = None

    def use_threshold(self, squared_l2: float | None) -> None:
        """Match by this from the next load on; None: the gallery's, else the model card's."""
        self._settings = replace(self._settings, threshold=squared_l2)

    def check_now(self) -> None:
        """Let the next `changed` look at once."""
        self._looked_at_s = float("-inf")

    def load(self) -> Matcher:
        """The matcher for the newest gallery.

        Raises:
            GalleryError: unreadable, or made by another model.
        """
        version = self._store.version()
        try:
            gallery = components.load_gallery(self._store, self._embedder.card)
        except OtherModelError as error:
            # Reading it again changes nothing: that takes another database.
            self._version, self.error = version, error
            raise
        matcher = components.open_matcher(self._settings, gallery, self._embedder.card, self._on_event)
        # Only now: what could not be loaded is tried again.
        self._version, self.error = version, None
        return matcher

    def nobody(self) -> Matcher:
        """The matcher while another model's database cannot be matched: its people, by whom no face is known.

        Raises:
            GalleryError: the database is unreadable.
        """
        card, stored = self._embedder.card, self._store.load()
        gallery = Gallery.empty(card.model_id, card.dimensions)
        if stored is not None:
            nothing = Embeddings(np.empty((0, card.dimensions), np.float32), card.model_id)
            gallery = gallery.add_all((person, nothing) for person in stored.people)
        return components.open_matcher(self._settings, gallery, card)

    def changed(self, pause_s: float = 1.0) -> Matcher | None:
        """A new matcher if the database changed since the last look; looks every `pause_s`.

        Raises:
            GalleryError: the changed database is unreadable or stale; tried again at the next look.
        """
        now_s = time.monotonic()
        if now_s - self._looked_at_s < min(pause_s, self._store.pause_s):
            return None
        self._looked_at_s = now_s
        return self.load() if self._store.version() != self._version else None


def open_recognizer(
    settings: Settings,
    *,
    every: int = 1,
    keep_samples: bool = False,
    source: str = "",
    embedder: Embedder | None = None,
    on_event: EventSink = ignore,
) -> tuple[StreamRecognizer, GalleryWatch]:
    """A recognizer made of what the settings name, and the watch over its gallery.

    `source` is what will be watched, as the user named it: what was said to be no face there is left out.
    `embedder` is an open one of these settings, which may be used by several.

    Raises:
        WeightsError: a model is missing or damaged.
        GalleryError: the database is unreadable or stale.
    """
    embedder = embedder or components.open_embedder(settings)
    embedder.warm_up()
    watch = GalleryWatch(settings, embedder, on_event)
    matcher = watch.load()
    tell_outdated(settings, matcher.gallery, on_event)
    tell_loose_threshold(settings, embedder.card, len(matcher.gallery), on_event)
    detector = components.open_detector(settings)
    recognizer = recognizer_for(
        settings, detector, embedder, matcher, source, every=every, keep_samples=keep_samples
    )
    return recognizer, watch


def recognizer_for(
    settings: Settings,
    detector: Detector,
    embedder: Embedder,
    matcher: Matcher,
    source: str,
    *,
    every: int = 1,
    keep_samples: bool = False,
) -> StreamRecognizer:
    """A recognizer as the settings want it, which knows what was said of the faces of `source`; "" for none.

    Raises:
        WeightsError: see `open_life_watch`.
    """
    recognizer = StreamRecognizer(
        detector,
        embedder,
        matcher,
        every=every,
        keep_samples=keep_samples,
        same_person_twice=settings.same_person_twice,
        no_faces=SourceSieve(NoFaces(settings.database), source) if source else None,
        life=open_life_watch(settings),
        pictures=faces_of_pictures(settings, source, detector) if source else None,
    )
    if source:
        recognizer.recall(rejected_in(settings, source, matcher.gallery))
    return recognizer
