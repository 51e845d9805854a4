"""Playback of a source: frames in; JSON lines, a recording, a window or words out."""

from __future__ import annotations

import contextlib
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from facecam.cli.terminal.display import has_display
from facecam.cli.terminal.output import Printer, json_writer, say, similarity
from facecam.cli.terminal.targets import JSON_ENDINGS, require_free
from facecam.core.config import Settings, flag
from facecam.core.errors import ConfigError
from facecam.core.events import CancelToken, Notice
from facecam.core.types import FrameResult, ImageArray
from facecam.core.words import counted
from facecam.engine.demo import Demo
from facecam.engine.diagnostics.retention import DailyRetention
from facecam.engine.places import DEMO_FOLDER
from facecam.engine.recognition.face_blur import FaceBlur, blur_rule, doubts_about
from facecam.engine.recognition.json_lines import frame_report, limits_of
from facecam.engine.recognition.labels import annotated
from facecam.engine.recognition.recognizer import StreamRecognizer, open_recognizer
from facecam.engine.recognition.stream import recognize_stream
from facecam.engine.recognition.transport import Pacer
from facecam.engine.visits.presence import Change, Presence
from facecam.runtime.card import ModelCard
from facecam.vision.draw.preview import PreviewWindow
from facecam.vision.draw.tiles import tiled
from facecam.vision.draw.timed_recorder import TimedRecorder
from facecam.vision.sources.folder import FolderSource
from facecam.vision.sources.open import open_source
from facecam.vision.sources.protocol import FrameSource

#: A camera that was lost for longer leaves a gap; a film may hold a picture for as long as it likes, but a
#: jump of its time stamps by hours is a mistake.
_LONGEST_GAP_LIVE_S, _LONGEST_GAP_FILM_S = 2.0, 120.0
#: A picture of a folder is recorded for a second.
_PICTURES_PER_S = 1.0
_WINDOW = "facecam - press q to end"


@dataclass(frozen=True, slots=True)
class PlaybackOptions:
    """What to play and where the results go; see `live --help`."""

    source: str
    json_to: str | None = None
    output: Path | None = None
    show: bool = True
    max_frames: int | None = None
    every: int = 1
    quiet: bool = False
    overwrite: bool = False


def play(settings: Settings, options: PlaybackOptions, stdout: TextIO) -> int:
    """Play until the source ends, `q` is pressed or Ctrl-C; returns the exit code."""
    printer, cancel = Printer(), CancelToken()
    check_targets(options)
    with (
        open_source(options.source, on_event=printer, demo_clip=Demo(DEMO_FOLDER).clip) as source,
        contextlib.ExitStack() as stack,
    ):
        recognizer, watch = open_recognizer(
            settings, every=options.every, source=options.source, on_event=printer
        )
        tell_what_to_expect(settings, recognizer, printer)
        output = Output(settings, [(options.source, source)], options, cancel, stack, stdout)
        started_s = time.monotonic()
        results = recognize_stream(
            source, recognizer, watch, cancel=cancel, max_frames=options.max_frames, on_event=printer
        )
        stack.callback(results.close)
        if source.live and settings.deletes_what_is_old:
            stack.enter_context(DailyRetention(lambda: settings, printer).looking())
        for result in results:
            output.take(options.source, recognizer, result)
        seconds = time.monotonic() - started_s
    if not options.quiet:
        _summarize(output.frames.total(), seconds, output.presence[options.source])
    return 0 if output.frames.total() else 1


def tell_what_to_expect(settings: Settings, recognizer: StreamRecognizer, printer: Printer) -> None:
    """Before the first face, once for all sources: who can be named at all, and flags without effect."""
    if not len(recognizer.matcher.gallery):
        printer(Notice("nobody is enrolled: every face will be unknown", "python main.py enroll NAME PHOTO…"))
    for doubt in doubts_about(settings, (one.name for one in recognizer.matcher.gallery.identities)):
        printer(doubt)
    for name in ("live_challenge", "liveness_model"):
        if getattr(settings, name) and not settings.require_live:
            printer(Notice(f"{flag(name)} has no effect by itself", "Add --require-live."))
    if settings.require_live:
        printer(
            Notice(
                "people are named once their eyes or mouth were seen to move, those of pictures in a folder never",
                "A film of somebody has a name too: this is no login. See docs/TRUST.md.",
            )
        )


def check_targets(options: PlaybackOptions) -> None:
    """Refuse what would cost the user a file, before anything is loaded."""
    json_to = None if options.json_to in (None, "-") else Path(str(options.json_to))
    for name, path, endings in (("--output", options.output, None), ("--json", json_to, JSON_ENDINGS)):
        if path is None:
            continue
        if _is_same_file(options.source, path):
            raise ConfigError(f"{name} is the file that is being played", hint="Give it another name.")
        require_free(name, [path], overwrite=options.overwrite, endings=endings)


class Output:
    """What becomes of the results of one source, or of several: JSON lines, a recording, a window, words.

    Of several each has a tile of the window, and lines and words say whose they are; they are not recorded.

    Args:
        settings: whose faces are blurred.
        opened: the sources by name.
        options: where the results go.
        cancel: is cancelled when somebody ends the window.
        stack: closes what is opened here.
        stdout: for JSON lines.

    Attributes:
        frames: how many, by source.
        presence: who was in sight, by source.
    """

    def __init__(
        self,
        settings: Settings,
        opened: Sequence[tuple[str, FrameSource]],
        options: PlaybackOptions,
        cancel: CancelToken,
        stack: contextlib.ExitStack,
        stdout: TextIO,
    ) -> None:
        self.frames = Counter({name: 0 for name, _ in opened})
        self.presence = {name: Presence() for name, _ in opened}
        self._is_one, self._quiet, self._cancel = len(opened) == 1, options.quiet, cancel
        self._blurs = {name: FaceBlur(blur_rule(settings)) for name, _ in opened}
        self._pictures: dict[str, ImageArray | None] = {name: None for name, _ in opened}
        self._write = json_writer(stack, options.json_to, stdout)
        source = opened[0][1]
        self._recorder: TimedRecorder | None = None
        if options.output is not None:
            self._recorder = stack.enter_context(contextlib.closing(_recorder_of(source, options.output)))
        self._window: PreviewWindow | None = None
        if options.show and has_display():
            self._window = stack.enter_context(contextlib.closing(PreviewWindow(_WINDOW)))
        self._pacer = Pacer(cancel) if self._is_one and not source.live else None

    def take(self, name: str, recognizer: StreamRecognizer, result: FrameResult) -> None:
        """One result of a source: written, drawn, told."""
        self.frames[name] += 1
        if self._write is not None:
            report = frame_report(result, *limits_of(recognizer.matcher))
            self._write(report if self._is_one else {"source": name, **report})
        if self._recorder is not None or self._window is not None:
            self._draw(name, recognizer, result)
        for change in () if self._quiet else self.presence[name].update(result):
            whose = "" if self._is_one else f"{name}  "
            say(f"{whose}{_change_in_words(change, recognizer.embedder.card)}")

    def _draw(self, name: str, recognizer: StreamRecognizer, result: FrameResult) -> None:
        picture = annotated(result, recognizer.embedder.card, self._blurs[name])
        if self._recorder is not None:
            self._recorder.write(picture, result.frame.captured_at)
        if self._window is None:
            return
        self._pictures[name] = picture
        if self._pacer is not None:
            self._pacer.wait_for(result.frame.captured_at)
        if not self._window.show(picture if self._is_one else tiled(list(self._pictures.values()))):
            self._cancel.cancel()


def _recorder_of(source: FrameSource, path: Path) -> TimedRecorder:
    """In step with the time stamps of the frames; only where a camera was lost for long is the gap left out."""
    gap_s = _LONGEST_GAP_LIVE_S if source.live else _LONGEST_GAP_FILM_S
    fps = source.fps or (_PICTURES_PER_S if isinstance(source, FolderSource) else None)
    return TimedRecorder(path, fps, longest_gap_s=gap_s)


def _change_in_words(change: Change, card: ModelCard) -> str:
    """When, who, and whether they came (+) or left (-)."""
    minutes, seconds = divmod(max(change.time_s, 0.0), 60)
    who = change.identity.name if change.identity else "somebody unknown"
    detail = ""
    if change.match is not None and change.identity:
        detail = f"  {similarity(card.percent_of(change.match))}"
    return f"{minutes:02.0f}:{seconds:04.1f}  {'+' if change.kind == 'came' else '-'} {who}{detail}"


def _summarize(frames: int, seconds: float, presence: Presence) -> None:
    rate = frames / seconds if seconds else 0.0
    say(f"{counted(frames, 'frame')} in {seconds:.1f} s ({rate:.0f} frames/s)", sys.stderr)
    for name, seen_s in sorted(presence.seconds_seen.items(), key=lambda item: -item[1]):
        say(f"  {name}: in sight for {seen_s:.1f} s", sys.stderr)


def _is_same_file(spec: str, output: Path) -> bool:
    try:
        return Path(spec).samefile(output)
    except (OSError, ValueError):
        return False
