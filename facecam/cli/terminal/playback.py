"""Playback of a source: frames in; JSON lines, a recording, a window or words out."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable
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

Sink = Callable[[FrameResult], None]
Draw = Callable[[FrameResult], ImageArray]


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


@dataclass(slots=True)
class Playback:
    """What was played, in numbers."""

    frames: int = 0
    seconds: float = 0.0
    presence: Presence | None = None


def play(settings: Settings, options: PlaybackOptions, stdout: TextIO) -> int:
    """Play until the source ends, `q` is pressed or Ctrl-C; returns the exit code."""
    printer = Printer()
    check_targets(options)
    with open_source(options.source, on_event=printer, demo_clip=Demo(DEMO_FOLDER).clip) as source:
        recognizer, watch = open_recognizer(
            settings, every=options.every, source=options.source, on_event=printer
        )
        tell_what_to_expect(settings, recognizer, printer)
        cancel = CancelToken()
        presence = Presence()
        with contextlib.ExitStack() as stack:
            sinks = _sinks(stack, settings, options, source, recognizer, presence, cancel, stdout)
            played = Playback(presence=presence)
            started_s = time.monotonic()
            results = recognize_stream(
                source, recognizer, watch, cancel=cancel, max_frames=options.max_frames, on_event=printer
            )
            stack.callback(results.close)
            if source.live and settings.deletes_what_is_old:
                stack.enter_context(DailyRetention(lambda: settings, printer).looking())
            for result in results:
                played.frames += 1
                for sink in sinks:
                    sink(result)
            played.seconds = time.monotonic() - started_s
    if not options.quiet:
        _summarize(played)
    return 0 if played.frames else 1


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


def _sinks(
    stack: contextlib.ExitStack,
    settings: Settings,
    options: PlaybackOptions,
    source: FrameSource,
    recognizer: StreamRecognizer,
    presence: Presence,
    cancel: CancelToken,
    stdout: TextIO,
) -> list[Sink]:
    sinks: list[Sink] = []
    write = json_writer(stack, options.json_to, stdout)
    if write is not None:
        sinks.append(lambda result: write(frame_report(result, *limits_of(recognizer.matcher))))
    draw = _drawn_once(settings, recognizer)
    if options.output is not None:
        sinks.append(_recording_sink(stack, options.output, source, draw))
    if options.show and has_display():
        sinks.append(_window_sink(stack, source, draw, cancel))
    if not options.quiet:
        sinks.append(lambda result: _print_changes(presence.update(result), recognizer))
    return sinks


def _drawn_once(settings: Settings, recognizer: StreamRecognizer) -> Draw:
    """The picture of a result, with names and what is to be blurred: one for recording and window."""
    blur = FaceBlur(blur_rule(settings))
    last: tuple[FrameResult, ImageArray] | None = None

    def draw(result: FrameResult) -> ImageArray:
        nonlocal last
        if last is None or last[0] is not result:
            last = (result, annotated(result, recognizer.embedder.card, blur))
        return last[1]

    return draw


def _recording_sink(stack: contextlib.ExitStack, path: Path, source: FrameSource, draw: Draw) -> Sink:
    """In step with the time stamps of the frames; only where a camera was lost for long is the gap left out."""
    gap_s = _LONGEST_GAP_LIVE_S if source.live else _LONGEST_GAP_FILM_S
    fps = source.fps or (_PICTURES_PER_S if isinstance(source, FolderSource) else None)
    recorder = TimedRecorder(path, fps, longest_gap_s=gap_s)
    stack.callback(recorder.close)
    return lambda result: recorder.write(draw(result), result.frame.captured_at)


def _window_sink(stack: contextlib.ExitStack, source: FrameSource, draw: Draw, cancel: CancelToken) -> Sink:
    window = PreviewWindow(_WINDOW)
    stack.callback(window.close)
    pacer = Pacer(cancel)

    def show(result: FrameResult) -> None:
        if not source.live:
            pacer.wait_for(result.frame.captured_at)
        if not window.show(draw(result)):
            cancel.cancel()

    return show


def _print_changes(changes: list[Change], recognizer: StreamRecognizer) -> None:
    for change in changes:
        say(change_in_words(change, recognizer.embedder.card))


def change_in_words(change: Change, card: ModelCard) -> str:
    """When, who, and whether they came (+) or left (-)."""
    minutes, seconds = divmod(max(change.time_s, 0.0), 60)
    who = change.identity.name if change.identity else "somebody unknown"
    detail = ""
    if change.match is not None and change.identity:
        detail = f"  {similarity(card.percent_of(change.match))}"
    return f"{minutes:02.0f}:{seconds:04.1f}  {'+' if change.kind == 'came' else '-'} {who}{detail}"


def _summarize(played: Playback) -> None:
    rate = played.frames / played.seconds if played.seconds else 0.0
    say(f"{counted(played.frames, 'frame')} in {played.seconds:.1f} s ({rate:.0f} frames/s)", sys.stderr)
    seen = played.presence.seconds_seen if played.presence else {}
    for name, seconds in sorted(seen.items(), key=lambda item: -item[1]):
        say(f"  {name}: in sight for {seconds:.1f} s", sys.stderr)


def _is_same_file(spec: str, output: Path) -> bool:
    try:
        return Path(spec).samefile(output)
    except (OSError, ValueError):
        return False
