"""Training report, while it goes on and when it is over, for people and for programs."""

from __future__ import annotations

import sys
import time
from dataclasses import asdict
from typing import Any, TextIO

from facecam.cli.terminal.output import Printer, plain, print_json, say
from facecam.core.events import Event, Metrics, Notice, Progress
from facecam.core.paths import printable
from facecam.engine.training_jobs.request import TrainOutcome

#: A line of figures appears this often at most, s.
_LINE_EVERY_S = 2.0
_SHOWN = ("loss", "learning_rate")


class Lines:
    """Events as a bar and lines on stderr, the outcome on a stream."""

    def __init__(self, to: TextIO) -> None:
        self._to = to
        self._printer = Printer()
        self._said_s = 0.0

    def __call__(self, event: Event) -> None:
        if not isinstance(event, Metrics):
            self._printer(event)
            return
        now_s = time.monotonic()
        if event.stage == "train" and now_s - self._said_s < _LINE_EVERY_S:
            return
        self._said_s = now_s
        say(metrics_line(event), sys.stderr)

    def finish(self, outcome: TrainOutcome) -> None:
        for line in outcome_lines(outcome):
            say(line, self._to)


class JsonLines:
    """Every event as a line of JSON on stdout."""

    def __call__(self, event: Event) -> None:
        if isinstance(event, Progress):
            print_json({"event": "progress", "stage": event.stage, "done": event.done, "total": event.total})
        elif isinstance(event, Metrics):
            finite = {name: value for name, value in event.values.items() if value == value}
            print_json({"event": "metrics", "stage": event.stage, "step": event.step, "values": finite})
        elif isinstance(event, Notice):
            print_json({"event": "notice", "text": event.text, "hint": event.hint})

    def finish(self, outcome: TrainOutcome) -> None:
        print_json({"event": "outcome", **outcome_document(outcome)})


def metrics_line(event: Metrics) -> str:
    """`epoch 3 step 40: loss 0.1201, learning rate 1e-05, 34% of 72 triplets count`."""
    values = event.values
    start = f"epoch {values.get('epoch', 0):.0f} step {event.step}:"
    if event.stage == "validate":
        tar = f"TAR at FAR 1 % {values['tar']:.1%}, " if "tar" in values else ""
        return f"{start} on photos kept aside {tar}area {values['auc']:.4f}"
    parts = [f"{name.replace('_', ' ')} {values[name]:.4g}" for name in _SHOWN if name in values]
    if "positive_fraction" in values:
        parts.append(f"{values['positive_fraction']:.0%} of {values['triplets']:.0f} triplets count")
    if event.stage not in ("train", "validate"):
        return f"{event.stage}: {', '.join(f'{name} {value:.4g}' for name, value in values.items())}"
    return f"{start} {', '.join(parts)}"


def outcome_lines(outcome: TrainOutcome) -> list[str]:
    """What became of a training, for people."""
    run = printable(outcome.run)
    if outcome.stopped:
        return [f"stopped; continue with: python main.py train --resume {outcome.run.name}", f"run: {run}"]
    if outcome.model is None:
        return ["no model was made: there is nothing to be gained", f"run: {run}"]
    state = "now in use, the database was made anew" if outcome.deployed else "kept, not in use"
    lines = [f"model {outcome.model}: {state}"]
    if outcome.gate is not None:
        lines.append(outcome.gate.text)
        lines.append(f"probability that it is better: {outcome.gate.probability_better:.0%}")
    if outcome.strangers is not None:
        lines.append(outcome.strangers.text)
    if outcome.caution:
        lines.append(outcome.caution)
    if not outcome.deployed:
        lines.append(how_to_use(outcome.model, outcome.usable))
    return [*lines, f"run: {run}"]


def how_to_use(model: str, usable: bool) -> str:
    """The commands that put a model in use; one without a threshold names nobody and needs it first."""
    first = "" if usable else f"models calibrate {model} --photos DIR, then "
    return f"to use it: python main.py {first}models deploy {model}, then people rebuild"


def outcome_document(outcome: TrainOutcome) -> dict[str, Any]:
    """The same for JSON."""
    from facecam.engine.runs.records import gate_to_json

    return {
        "run": str(outcome.run),
        **plain(outcome, "model", "deployed", "stopped", "unusable", "caution"),
        "gate": None if outcome.gate is None else gate_to_json(outcome.gate),
        "strangers": None if outcome.strangers is None else asdict(outcome.strangers),
        "notices": [{"text": notice.text, "hint": notice.hint} for notice in outcome.notices],
    }
