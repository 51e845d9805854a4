"""Speed benchmark: ours beside face_recognition, on the same pictures in the same run."""

from __future__ import annotations

import importlib
import importlib.metadata
import itertools
import os
import platform
import re
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import cv2
import dlib
import numpy as np

from facecam.benchmark.gallery import matching_rows
from facecam.benchmark.timing import Row, compare, row_from, time_ms
from facecam.core.children import command_of, environment_for
from facecam.core.config import Settings
from facecam.core.errors import DependencyError
from facecam.core.events import EventSink, Progress, ignore
from facecam.core.home import IN_CHECKOUT
from facecam.core.types import Frame, ImageArray
from facecam.embedding.embedder import Embedder
from facecam.engine import components
from facecam.engine.demo import Demo
from facecam.engine.diagnostics.packages import wanted_packages
from facecam.engine.enrollment.enroller import Enroller
from facecam.engine.recognition.recognizer import open_recognizer
from facecam.engine.recognition.stream import recognize_stream
from facecam.runtime.compiled import processor_name
from facecam.runtime.dlib_files import RESNET, find_dlib_file
from facecam.vision.images.align import extract_chip
from facecam.vision.images.read import read_picture
from facecam.vision.sources.open import open_source

_SIZES = ((320, 240), (640, 480), (1280, 720))
_BATCH = 32


@dataclass(frozen=True, slots=True)
class BenchOptions:
    """What to measure.

    Attributes:
        clip: a video; None: the demo clip.
        people: folder of folders of photos of the people to enroll; None: the demo people.
        runs: repetitions of each comparison.
        frames: frames of the clip to play at most.
        index: also build and try the index of a million vectors, which takes many minutes.
    """

    clip: Path | None = None
    people: Path | None = None
    runs: int = 5
    frames: int = 240
    index: bool = False


class Bench:
    """One run of all measurements.

    Args:
        settings: which models.
        demo: supplies portraits, and the clip unless another is given.
        options: see `BenchOptions`.
        on_event: gets progress.

    Raises:
        DependencyError: the peer or the demo material is missing.
    """

    def __init__(
        self, settings: Settings, demo: Demo, options: BenchOptions, on_event: EventSink = ignore
    ) -> None:
        self._settings, self._demo, self._options, self._on_event = settings, demo, options, on_event
        self._peer = _import_peer()
        portraits = demo.portraits()
        if not portraits:
            raise DependencyError(
                "the demo portraits are missing", hint="Run `python main.py models prepare`."
            )
        self._portrait, self._face = read_picture(portraits[0].path), portraits[0].face

    def rows(self) -> Iterator[Row]:
        """Measure everything; one row at a time, as it is known."""
        _frames(self._clip(), 1)  # One that cannot be played is said before minutes of work.
        steps: list[Callable[[], Iterator[Row]]] = [
            self._detection,
            self._embedding,
            self._matching,
            self._mining,
            self._end_to_end,
            self._start_and_memory,
        ]
        for index, step in enumerate(steps):
            self._on_event(Progress("benchmark", index, len(steps)))
            yield from step()
        self._on_event(Progress("benchmark", len(steps), len(steps)))

    # ------------------------------------------------------------------ parts

    def _detection(self) -> Iterator[Row]:
        runs = self._options.runs
        for name, (width, height) in itertools.product(("centerface", "hog", "cnn", "mtcnn"), _SIZES):
            image = _scene(self._portrait, width, height)
            plain = replace(self._settings, detector=name, upsample=0, min_face_px=None)
            ours = partial(components.open_detector(plain).detect, image)
            peer: Callable[[], object] | None = None
            if name != "mtcnn":
                # It has none like centerface: the one it uses unless told otherwise.
                model = "cnn" if name == "cnn" else "hog"
                peer = partial(self._peer.face_locations, image, number_of_times_to_upsample=0, model=model)

            wanted = "25×" if (name, width) == ("cnn", 640) else ""
            slow = name == "cnn" and width > 640
            what, times = f"detect {name} {width}×{height}", max(2, runs // 2) if slow else runs
            yield compare(what, ours, peer, runs=times, calls=3, wanted=wanted)

    def _embedding(self) -> Iterator[Row]:
        image, face = self._portrait, self._face
        landmarker = components.open_landmarker(self._settings)
        left, top, right, bottom = face.as_ints()
        chip = extract_chip(image, landmarker(image, face))
        dlib_network = dlib.face_recognition_model_v1(str(find_dlib_file(RESNET, self._settings.weights)))
        location = [(top, right, bottom, left)]

        peer = partial(self._peer.face_encodings, image, known_face_locations=location, model="small")
        # Without the setting, the precision is the best of this machine.
        for precision, wanted in (("f32", "8×"), ("auto", "30×")):
            embedder = components.open_embedder(
                replace(self._settings, precision=precision, model=components.DEFAULT_MODEL)
            )
            label = precision if precision != "auto" else f"best precision: {embedder.precision}"

            def whole(embedder: Embedder = embedder) -> object:
                return embedder.embed([extract_chip(image, landmarker(image, face))])

            runs = self._options.runs
            what = f"one face, landmarks to vector ({label})"
            yield compare(what, whole, peer, runs=runs, calls=10, wanted=wanted)
            what = f"one chip to vector ({label}); peer: dlib's network"
            dlibs = partial(dlib_network.compute_face_descriptor, chip)
            yield compare(what, partial(embedder.embed, [chip]), dlibs, runs=runs, calls=10)
            yield _batched(embedder, chip, label, self._options.runs)

    def _matching(self) -> Iterator[Row]:
        return matching_rows(self._peer, self._options.runs, through_index=self._options.index)

    def _mining(self) -> Iterator[Row]:
        # Imported here: what is missing for training (Numba) keeps nobody from the other figures.
        from facecam.benchmark.training import mining_rows

        return mining_rows(self._options.runs)

    # ------------------------------------------------------------------ the whole

    def _end_to_end(self) -> Iterator[Row]:
        clip = self._clip()
        frames = _frames(clip, self._options.frames)
        with tempfile.TemporaryDirectory(prefix="facecam-bench-") as folder:
            settings = self._enrolled(Path(folder))
            known = self._peer_encodings(settings)
            plays: tuple[tuple[str, dict[str, Any], str], ...] = (
                ("centerface, every frame", {"detector": "centerface"}, "30 frames/s"),
                (
                    "centerface, every 5th frame, followed between",
                    {"detector": "centerface", "every": 5},
                    "100 frames/s",
                ),
                ("hog, every frame", {"detector": "hog"}, "30 frames/s; 5×"),
                ("hog, every 5th frame, tracked between", {"detector": "hog", "every": 5}, "100 frames/s"),
                ("cnn, every frame", {"detector": "cnn"}, "10 frames/s"),
            )
            height, width = frames[0].shape[:2]
            for label, choice, wanted in plays:
                every = choice.pop("every", 1)
                rates = []
                peers = []
                for _ in range(max(2, self._options.runs // 2)):
                    rates.append(_our_rate(replace(settings, **choice), clip, every, self._options.frames))
                    if label == "hog, every frame":
                        peers.append(_peer_rate(self._peer, frames, known))
                yield row_from(f"clip {width}×{height}: {label}", "frames/s", rates, peers, wanted=wanted)
            yield from _latency(settings, frames)

    def _start_and_memory(self) -> Iterator[Row]:
        with tempfile.TemporaryDirectory(prefix="facecam-bench-") as folder:
            settings = self._enrolled(Path(folder))
            starts, peaks = [], []
            for _ in range(max(3, self._options.runs // 2)):
                first_s, peak_mb = _start_live(settings, self._clip(), self._options.frames)
                starts.append(first_s)
                peaks.append(peak_mb)
        yield row_from("`live`: start to first result", "s", starts, wanted="2.5 s")
        yield row_from("`live`: peak memory over the clip", "MB", peaks, wanted="450 MB")

    def _clip(self) -> Path:
        clip = self._options.clip or self._demo.clip
        if not clip.is_file():
            raise DependencyError(
                f"the clip {clip} is missing", hint="Run `models prepare`, or name a video with --clip."
            )
        return clip

    def _enrolled(self, folder: Path) -> Settings:
        settings = replace(self._settings, data=folder / "data", database=folder / "database")
        enroller = Enroller(settings)
        if self._options.people is not None:
            for person in sorted(path for path in self._options.people.iterdir() if path.is_dir()):
                enroller.enroll(person.name, [person])
        else:
            for portrait in self._demo.portraits():
                enroller.enroll(portrait.name, [portrait.path])
        return settings

    def _peer_encodings(self, settings: Settings) -> list[Any]:
        known = []
        for photo in sorted(settings.data.glob("*/*.*")):
            if photo.suffix == ".json":
                continue
            known += self._peer.face_encodings(read_picture(photo))[:1]
        return known


def _batched(embedder: Embedder, chip: ImageArray, label: str, runs: int) -> Row:
    chips = [chip] * _BATCH
    per_chip_ms = [time_ms(lambda: embedder.embed(chips)) / _BATCH for _ in range(runs)]
    return row_from(f"one chip in a batch of {_BATCH} ({label})", "ms", per_chip_ms)


def machine() -> dict[str, str]:
    """What the figures were measured on."""
    memory_gb = (
        os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30 if hasattr(os, "sysconf") else 0
    )
    return {
        "processor": f"{processor_name()}, {os.cpu_count()} threads",
        "memory": f"{memory_gb:.0f} GB",
        "system": platform.platform(),
        "python": platform.python_version(),
        "packages": ", ".join(_pins(("openvino", "numpy", "opencv-python", "dlib-bin", "face_recognition"))),
    }


def _pins(names: tuple[str, ...]) -> Iterator[str]:
    wanted = wanted_packages()
    for name in names:
        yield f"{name} {wanted.get(name) or importlib.metadata.version(name)}"


def _import_peer() -> ModuleType:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Its use of pkg_resources is its own affair.
            peer = importlib.import_module("face_recognition")
    except (ImportError, SystemExit) as error:
        raise DependencyError(
            "the peer face_recognition is not installed",
            hint="Run `make setup`." if IN_CHECKOUT else "Measure in a checkout, which has it.",
        ) from error
    return peer


def _scene(portrait: ImageArray, width: int, height: int) -> ImageArray:
    """The portrait at the wanted size, its sides continued by mirroring."""
    factor = height / portrait.shape[0]
    small = cv2.resize(portrait, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    missing = max(0, width - small.shape[1])
    wide = cv2.copyMakeBorder(small, 0, 0, missing // 2, missing - missing // 2, cv2.BORDER_REFLECT_101)
    return np.ascontiguousarray(wide[:height, :width], np.uint8)


def _frames(clip: Path, count: int) -> list[ImageArray]:
    with open_source(str(clip)) as source:
        frames: list[ImageArray] = []
        while len(frames) < count and (frame := source.read()) is not None:
            frames.append(frame.image)
    return frames


def _our_rate(settings: Settings, clip: Path, every: int, count: int) -> float:
    """Frames per second from file to names, decoding included."""
    recognizer, watch = open_recognizer(settings, every=every)
    with open_source(str(clip)) as source:
        started_s = time.perf_counter()
        played = sum(1 for _ in recognize_stream(source, recognizer, watch, max_frames=count))
        return played / (time.perf_counter() - started_s)


def _peer_rate(peer: ModuleType, frames: list[ImageArray], known: list[Any]) -> float:
    """The loop of the peer's webcam example: quarter size, every second frame.

    Frames are decoded beforehand: a kindness to the peer.
    """
    started_s = time.perf_counter()
    for frame in frames[::2]:
        small = np.ascontiguousarray(cv2.resize(frame, (0, 0), fx=0.25, fy=0.25))
        for encoding in peer.face_encodings(small, peer.face_locations(small)):
            peer.compare_faces(known, encoding)
            peer.face_distance(known, encoding)
    return len(frames) / (time.perf_counter() - started_s)


def _latency(settings: Settings, frames: list[ImageArray]) -> Iterator[Row]:
    """From a frame in memory to its names."""
    recognizer, _ = open_recognizer(settings)
    results = [
        recognizer.process(Frame(image, index, index / 25)).timings_ms for index, image in enumerate(frames)
    ]
    totals = [timings["total"] for timings in results[5:]]
    what = f"latency of a frame, {settings.detector}, every frame"
    yield row_from(what, "ms", totals)
    yield row_from(f"{what}: 95 % under", "ms", [float(np.percentile(totals, 95))], wanted="40 ms")


def _start_live(settings: Settings, clip: Path, frames: int) -> tuple[float, float]:
    """Seconds from starting Python to the first JSON line, and peak memory (MB) of that process."""
    command = command_of("facecam", "live", "--source", str(clip), "--json", "-", "--no-show")
    command += ["--max-frames", str(frames), "--weights", str(settings.weights)]
    command += ["--data", str(settings.data), "--database", str(settings.database)]
    started_s = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment_for()) as process:
        assert process.stdout is not None
        process.stdout.readline()
        first_s = time.perf_counter() - started_s
        peak_mb = 0.0
        for _ in process.stdout:
            peak_mb = max(peak_mb, _peak_mb(process.pid))
    return first_s, peak_mb


def _peak_mb(pid: int) -> float:
    """The kernel's high-water mark of a process's memory; 0 where it keeps none."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0
