"""Several sources played at once: a tile each, JSON lines with their source, words with their name."""

from __future__ import annotations

import contextlib
import sys
import time
from collections import Counter
from collections.abc import Sequence
from typing import TextIO

from facecam.cli.terminal.output import Printer, say
from facecam.cli.terminal.playback import Output, PlaybackOptions, check_targets, tell_what_to_expect
from facecam.core.config import Settings
from facecam.core.errors import ConfigError
from facecam.core.events import CancelToken, Notice
from facecam.core.words import counted
from facecam.engine.demo import Demo
from facecam.engine.diagnostics.retention import DailyRetention
from facecam.engine.places import DEMO_FOLDER
from facecam.engine.recognition.several import SETTLED_AFTER_S, Stations, carried, require_different
from facecam.vision.sources.open import open_sources


def play_several(settings: Settings, sources: Sequence[str], options: PlaybackOptions, stdout: TextIO) -> int:
    """Play until all sources end, `q` is pressed or Ctrl-C; returns the exit code.

    Raises:
        ConfigError: a recording was asked for, or a source named twice.
    """
    if options.output is not None:
        raise ConfigError("--output records one --source", hint="Leave it out, or start a `live` for each.")
    require_different(sources)
    check_targets(options)
    printer, cancel = Printer(), CancelToken()
    with contextlib.ExitStack() as stack:
        frames = open_sources(sources, on_event=printer, demo_clip=Demo(DEMO_FOLDER).clip)
        opened = [(name, stack.enter_context(one)) for name, one in zip(sources, frames, strict=True)]
        output = Output(settings, opened, options, cancel, stack, stdout)
        # Open already: what cannot be played is said before anything is.
        stations = Stations(
            settings,
            [(name, lambda source=source: source) for name, source in opened],  # type: ignore[misc]
            every=options.every,
            cancel=cancel,
            on_event=printer,
        )
        tell_what_to_expect(settings, stations.all[0].recognizer, printer)
        results = stations.results()
        stack.callback(results.close)
        started_s, pace_said = time.monotonic(), False
        if settings.deletes_what_is_old and any(source.live for _, source in opened):
            stack.enter_context(DailyRetention(lambda: settings, printer).looking())
        for station, result in results:
            if result is None:
                continue
            output.take(station.name, station.recognizer, result)
            elapsed_s = time.monotonic() - started_s
            if not pace_said and elapsed_s > SETTLED_AFTER_S:
                pace_said = True
                _tell_pace(output.frames, elapsed_s, printer)
            if options.max_frames is not None and output.frames.total() >= options.max_frames:
                break
    if not options.quiet:
        for name in sources:
            say(f"{name}: {counted(output.frames[name], 'frame')}", sys.stderr)
    return 0 if output.frames.total() and not any(one.fault for one in stations.all) else 1


def _tell_pace(frames: Counter[str], seconds: float, printer: Printer) -> None:
    """Once: how many sources this computer carries."""
    rates = [count / seconds for count in frames.values()]
    carries = carried(rates)
    if carries is not None:
        printer(
            Notice(
                f"{counted(len(frames), 'source')} at {min(rates):.1f} frames a second: "
                f"this computer carries about {carries}",
                "Leave some out, or use --every 5 or --detector blaze.",
            )
        )
