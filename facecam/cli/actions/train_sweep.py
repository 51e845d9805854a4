"""`train --sweep`: the trials of a sweep as they end, and the best of them."""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import sys

from facecam.cli.terminal.flags import given
from facecam.cli.terminal.output import print_json, say
from facecam.cli.terminal.train_report import JsonLines, Lines, how_to_use
from facecam.core.config import Settings
from facecam.core.errors import ConfigError
from facecam.engine.training_jobs.sweep import Sweep, SweepTrial, read_sweep, run_sweep
from facecam.training.config.options import TrainOptions
from facecam.training.config.preset import find_preset


def sweep(settings: Settings, arguments: argparse.Namespace) -> int:
    """Carry it out; Ctrl+C stops, and the same command goes on.

    Raises:
        FacecamError: see `engine.training_jobs.sweep.run_sweep`.
    """
    wanted = read_sweep(arguments.sweep)
    for flag in ("preset", "resume", "name"):
        if getattr(arguments, flag) is not None:
            raise ConfigError(f"--sweep and --{flag} do not go together", hint=f"Leave --{flag} out.")
    as_json = arguments.json

    def on_trial(trial: SweepTrial) -> None:
        print_json({"event": "trial", **dataclasses.asdict(trial)}) if as_json else say(_line(trial, wanted))

    options = dataclasses.replace(find_preset(wanted.preset).options, **given(arguments, TrainOptions))
    try:
        best = run_sweep(
            settings,
            wanted,
            options,
            on_event=JsonLines() if as_json else Lines(sys.stdout),
            on_trial=on_trial,
        )
    except KeyboardInterrupt as end:
        with contextlib.suppress(OSError):  # The terminal may be closed.
            say("stopped; the same command goes on with this sweep", sys.stderr)
        if type(end) is not KeyboardInterrupt:  # The system ends the program.
            raise
        return 0
    if as_json:
        print_json({"event": "best", **dataclasses.asdict(best)})
        return 0
    say(f"best: {_line(best, wanted)}")
    say(f"run {best.run} and model {best.model} were kept, not in use; the other runs were deleted")
    # The best of many on the same photos has too generous a threshold, if any.
    say(how_to_use(best.model, usable=False))
    return 0


def _line(trial: SweepTrial, wanted: Sweep) -> str:
    chosen = ", ".join(f"{name} {_short(value)}" for name, value in trial.parameters.items())
    figure = trial.state if trial.value is None else f"{wanted.metric} {trial.value:.4f}"
    return f"trial {trial.number + 1}: {figure} ({chosen})"


def _short(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
