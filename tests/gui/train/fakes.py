"""An engine for the Train tab that does what a test tells it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from facecam.core.errors import FacecamError
from facecam.core.events import CancelToken, Event, EventSink, Metrics, Notice, Progress, ignore
from facecam.core.types import ImageArray
from facecam.engine.audit.findings import Finding, PersonHealth
from facecam.engine.evaluation.open_set_report import Confusion, HurtingPhoto, PersonResult, SelfTestReport
from facecam.engine.models.portraits import Portraits
from facecam.engine.people.cures import PhotoCure
from facecam.engine.training_jobs.history import RunComparison
from facecam.engine.training_jobs.request import (
    DataSummary,
    GalleryInfo,
    Projection,
    RunSummary,
    TimeEstimate,
    TrainOutcome,
    TrainRequest,
)
from facecam.metrics.open_set import OpenSetCurve, OpenSetPoint
from facecam.metrics.rates import wilson
from facecam.training.config.options import TrainOptions
from facecam.training.config.preset import Preset
from facecam.training.gate.verification import GateReport, ModelScores, Verdict

RUN = Path("/runs/2026-05-01-fine-tune-1")


def warning(kind: str = "duplicate", person: str = "Ada") -> Finding:
    return Finding(kind, person, (Path(f"/data/{person}/a.jpg"),), f"something about {person}", "Look.")  # type: ignore[arg-type]


def summary(people: int = 3, usable: int = 5, warnings: Sequence[Finding] = ()) -> DataSummary:
    names = ["Ada", "Alan", "Grace", "Edsger", "Barbara", "Donald"][:people]
    return DataSummary(tuple(PersonHealth(name, 6, usable) for name in names), tuple(warnings), "0" * 64)


def gate(
    verdict: Verdict = "better", new: float = 0.971, old: float = 0.964, sure: float = 0.95
) -> GateReport:
    def scores(name: str, tar: float) -> ModelScores:
        return ModelScores(name, {0.01: tar, 0.001: None}, 0.99, 0.02, 800, 5000)

    return GateReport(
        scores("fine-tune-1", new), scores("dlib-resnet", old), verdict, sure, 180, 12, "As measured."
    )


def outcome(report: GateReport | None = None, **changes: object) -> TrainOutcome:
    made = TrainOutcome(RUN, "fine-tune-1", report or gate(), False, False)
    return replace(made, **changes)  # type: ignore[arg-type]


def run_summary(**changes: object) -> RunSummary:
    made = RunSummary(
        RUN,
        "fine-tune",
        "2026-05-01T10:00:00+00:00",
        "stopped",
        3,
        10,
        None,
        12,
        180,
        None,
        False,
        95.0,
        True,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def projection(people: int = 3, seed: int = 0, spread: float = 1.0) -> Projection:
    generator = np.random.default_rng(seed)
    centers = generator.normal(0, 3, (people, 2))
    points = np.concatenate([center + spread * generator.normal(0, 1, (15, 2)) for center in centers])
    names = tuple(f"person {index}" for index in range(people) for _ in range(15))
    return Projection(points.astype(np.float32), names)


def report(*, suggested: bool = True) -> SelfTestReport:
    thresholds = np.linspace(0, 0.4, 50)
    curve = OpenSetCurve(thresholds, np.clip((thresholds - 0.1) * 4, 0, 1), np.clip(1 - thresholds * 8, 0, 1))
    point = OpenSetPoint(0.132, wilson(2, 180), wilson(8, 180))
    return SelfTestReport(
        people=12,
        photos=180,
        model_id="test",
        target=0.01,
        in_use=OpenSetPoint(0.155, wilson(5, 180), wilson(4, 180)),
        suggested=point if suggested else None,
        curve=curve,
        results=(PersonResult("Ada", 15, 2, 3),),
        confusions=(
            Confusion("Ada Lovelace", "Grace Hopper", 2, 3, (Path("/data/Ada/a.jpg"),), 0.11),
            Confusion("Alan Turing", "Edsger Dijkstra", 0, 2, (Path("/data/Alan/b.jpg"),), 0.14),
        ),
        hurting=(
            HurtingPhoto(
                "Ada Lovelace",
                Path("/data/Ada/a.jpg"),
                "a.jpg is nearer to Grace Hopper than to the other photos of its person",
                3,
            ),
        ),
    )


def preset(name: str, title: str, words: str = "Words about it.", **options: object) -> Preset:
    return Preset(name, title, words, TrainOptions(**options))  # type: ignore[arg-type]


class FakeTrainService:
    """Implements `TrainService`. A training ends when `finish` or `fail` is called, or it is stopped."""

    def __init__(self) -> None:
        self.data: DataSummary | FacecamError = summary()
        self.all_presets: tuple[Preset, ...] = (
            preset("fine-tune", "Fine-tune"),
            preset("quick", "Quick", method="head"),
            preset("scratch", "From the beginning", start="random"),
        )
        self.time = TimeEstimate(370.0, "CPU", "Training on the processor: there is no NVIDIA graphics card.")
        self.all_runs: tuple[RunSummary, ...] = ()
        self.unreadable_runs: tuple[Notice, ...] = ()
        self.maps: tuple[Projection, Projection] | None = (projection(), projection(seed=1, spread=0.4))
        self.test_result: SelfTestReport | FacecamError = report()
        self.deploy_error: FacecamError | None = None
        self.requests: list[TrainRequest] = []
        self.deployed: list[str] = []
        self.kept: list[Path] = []
        self.applied: list[float] = []
        self.applied_scores: list[str] = []
        self.targets: list[float] = []
        self.estimated: list[TrainOptions] = []
        self.surveys = 0
        self.closed = 0
        self.mended: list[PhotoCure] = []
        self.past: tuple[Metrics, ...] = ()
        self.past_gate = threading.Event()
        self.past_gate.set()
        self.delete_error: FacecamError | None = None
        self.strangers = 0
        self.one_more = threading.Semaphore(0)
        self._sink: EventSink | None = None
        self._end: TrainOutcome | BaseException | None = None
        self._ended = threading.Event()
        self.started = threading.Event()

    # ------------------------------------------------------------------ what a test says

    def tell(self, *events: Event) -> None:
        """Events of the running training."""
        assert self._sink is not None
        for event in events:
            self._sink(event)

    def finish(self, result: TrainOutcome | None = None) -> None:
        """The training ends with this."""
        self._end = result or outcome()
        self._ended.set()

    def fail(self, error: BaseException) -> None:
        """The training ends with an error."""
        self._end = error
        self._ended.set()

    # ------------------------------------------------------------------ the service

    def survey(self, on_event: EventSink, cancel: CancelToken) -> DataSummary:
        self.surveys += 1
        on_event(Progress("photos", 1, 2))
        if isinstance(self.data, FacecamError):
            raise self.data
        return self.data

    def presets(self) -> tuple[Preset, ...]:
        return self.all_presets

    def estimate(self, options: TrainOptions, summary: DataSummary) -> TimeEstimate:
        self.estimated.append(options)
        return self.time

    def train(self, request: TrainRequest, on_event: EventSink, cancel: CancelToken) -> TrainOutcome:
        self.requests.append(request)
        self._sink, self._end = on_event, None
        self._ended.clear()
        self.started.set()
        while not self._ended.wait(0.01):
            if cancel.cancelled:
                return outcome(model=None, gate=None, stopped=True)
        assert self._end is not None
        if isinstance(self._end, BaseException):
            raise self._end
        return self._end

    def deploy(self, model: str, on_event: EventSink, cancel: CancelToken) -> GalleryInfo:
        on_event(Progress("people", 1, 3))
        if self.deploy_error is not None:
            raise self.deploy_error
        self.deployed.append(model)
        return GalleryInfo(model, 3, 15, ("Donald",))

    def keep(self, run: Path) -> None:
        self.kept.append(run)

    def runs(self, on_event: EventSink = ignore) -> tuple[RunSummary, ...]:
        for notice in self.unreadable_runs:
            on_event(notice)
        return self.all_runs

    def metrics_of(self, run: Path) -> tuple[Metrics, ...]:
        assert self.past_gate.wait(60)
        return self.past

    def options_of(self, run: Path) -> Mapping[str, str]:
        return {"learning_rate": "0.001", "refine: learning_rate": "0.0001"}

    def compare(self, runs: Sequence[Path]) -> RunComparison:
        chosen = tuple(run for run in self.all_runs if run.folder in runs)
        return RunComparison(chosen, {"epochs": tuple(str(run.epochs) for run in chosen)}, True)

    def delete_run(self, run: Path) -> None:
        if self.delete_error is not None:
            raise self.delete_error
        self.all_runs = tuple(one for one in self.all_runs if one.folder != run)

    def model_in_use(self) -> str:
        return self.deployed[-1] if self.deployed else "dlib-resnet"

    def projections(self, run: Path) -> tuple[Projection, Projection] | None:
        return self.maps

    def fetch_strangers(self, on_event: EventSink, cancel: CancelToken) -> Portraits:
        for number in range(self.strangers, 4):
            on_event(Progress("portraits", number, 4))
            self.started.set()
            while not self.one_more.acquire(timeout=0.01):
                cancel.check()
            self.strangers += 1
        return Portraits(Path("/strangers"), 4, 1, {})

    def self_test(self, target: float, on_event: EventSink, cancel: CancelToken) -> SelfTestReport:
        self.targets.append(target)
        on_event(Progress("photos", 3, 10))
        if isinstance(self.test_result, FacecamError):
            raise self.test_result
        return self.test_result

    def apply_threshold(self, threshold: float, score: str = "squared_l2") -> None:
        self.applied.append(threshold)
        self.applied_scores.append(score)

    def plots(self, on_event: EventSink, cancel: CancelToken) -> tuple[tuple[str, ImageArray], ...]:
        if isinstance(self.test_result, FacecamError):
            raise self.test_result
        picture = np.full((40, 60, 3), 250, np.uint8)
        return (("roc", picture), ("false-accepts", picture), ("people-pca", picture))

    def face_picture(self, photo: Path) -> ImageArray | None:
        return self.small_picture(photo)

    def mend(self, cure: PhotoCure) -> Callable[[], object]:
        self.mended.append(cure)
        return lambda: self.mended.remove(cure)

    def close(self) -> None:
        self.closed += 1

    def small_picture(self, photo: Path) -> ImageArray | None:
        return np.full((40, 30, 3), 120, np.uint8)
