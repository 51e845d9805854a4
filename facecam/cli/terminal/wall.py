"""Several sources played at once: a tile each, JSON lines with their source, words with their name."""

from __future__ import annotations

import contextlib
import sys
import time
from collections import Counter
from collections.abc import Sequence
from typing import TextIO

from facecam.cli.terminal.display import has_display
from facecam.cli.terminal.output import Printer, json_writer, say
from facecam.cli.terminal.playback import (
    PlaybackOptions,
    change_in_words,
    check_targets,
    tell_what_to_expect,
)
from facecam.core.config import Settings
from facecam.core.errors import ConfigError
from facecam.core.events import CancelToken, Notice
from facecam.core.types import FrameResult, ImageArray
from facecam.core.words import counted
from facecam.engine.demo import Demo
from facecam.engine.diagnostics.retention import DailyRetention
from facecam.engine.places import DEMO_FOLDER
from facecam.engine.recognition.face_blur import FaceBlur, blur_rule
from facecam.engine.recognition.json_lines import frame_report, limits_of
from facecam.engine.recognition.labels import annotated
from facecam.engine.recognition.several import SETTLED_AFTER_S, Station, Stations, carried, require_different
from facecam.engine.visits.presence import Presence
from facecam.vision.draw.preview import PreviewWindow
from facecam.vision.draw.tiles import tiled
from facecam.vision.sources.open import open_sources

_WINDOW = "facecam - press q to end"


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
        wall = _Wall(settings, sources, options, cancel, stack, stdout)
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
            wall.take(station, result)
            elapsed_s = time.monotonic() - started_s
            if not pace_said and elapsed_s > SETTLED_AFTER_S:
                pace_said = True
                _tell_pace(wall.frames, elapsed_s, printer)
            if options.max_frames is not None and wall.frames.total() >= options.max_frames:
                break
    if not options.quiet:
        for name in sources:
            say(f"{name}: {counted(wall.frames[name], 'frame')}", sys.stderr)
    return 0 if wall.frames.total() and not any(one.fault for one in stations.all) else 1


class _Wall:
    """What becomes of the results of all sources."""

    def __init__(
        self,
        settings: Settings,
        sources: Sequence[str],
        options: PlaybackOptions,
        cancel: CancelToken,
        stack: contextlib.ExitStack,
        stdout: TextIO,
    ) -> None:
        self.frames = Counter(dict.fromkeys(sources, 0))
        self._cancel, self._quiet = cancel, options.quiet
        self._presence = {name: Presence() for name in sources}
        self._pictures: dict[str, ImageArray | None] = dict.fromkeys(sources)
        self._blurs = {name: FaceBlur(blur_rule(settings)) for name in sources}
        self._write = json_writer(stack, options.json_to, stdout)
        self._window: PreviewWindow | None = None
        if options.show and has_display():
            self._window = PreviewWindow(_WINDOW)
            stack.callback(self._window.close)

    def take(self, station: Station, result: FrameResult) -> None:
        """One result: told, written, shown."""
        name, recognizer = station.name, station.recognizer
        self.frames[name] += 1
        if self._write is not None:
            self._write({"source": name, **frame_report(result, *limits_of(recognizer.matcher))})
        if not self._quiet:
            for change in self._presence[name].update(result):
                say(f"{name}  {change_in_words(change, recognizer.embedder.card)}")
        if self._window is not None:
            self._pictures[name] = annotated(result, recognizer.embedder.card, self._blurs[name])
            if not self._window.show(tiled(list(self._pictures.values()))):
                self._cancel.cancel()


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
