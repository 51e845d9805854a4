"""Opening a source for the window: models, gallery, frames."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from facecam.core.config import Settings
from facecam.core.errors import GalleryError
from facecam.core.events import NEVER, CancelToken, EventSink, ignore
from facecam.embedding.embedder import Embedder
from facecam.engine import components
from facecam.engine.demo import Demo
from facecam.engine.live.session import LiveSession
from facecam.engine.live.state import LiveState
from facecam.engine.places import DEMO_FOLDER
from facecam.engine.recognition.recognizer import GalleryWatch, recognizer_for
from facecam.gallery.gallery import Gallery
from facecam.gallery.matching.match import Matcher
from facecam.runtime.card import ModelCard
from facecam.vision.detect.protocol import Detector
from facecam.vision.sources.camera_format import CameraFormat
from facecam.vision.sources.open import open_source
from facecam.vision.sources.protocol import FrameSource


@dataclass(frozen=True, slots=True, eq=False)
class LiveModels:
    """The opened models of some settings, to be used by one run after the other."""

    detector: Detector
    embedder: Embedder


def open_models(settings: Settings) -> LiveModels:
    """Open what the settings name; takes about a second.

    Raises:
        WeightsError: a model is missing or damaged.
    """
    models = LiveModels(components.open_detector(settings), components.open_embedder(settings))
    models.embedder.warm_up()
    return models


def open_frames(source: str, on_event: EventSink, camera_format: str = "") -> FrameSource:
    """What `source` names, as `open_source` takes it; `demo` is the demo clip, which is made where it is not there.

    Args:
        source: a camera, address, file or folder.
        on_event: gets notices.
        camera_format: as `CameraFormat.parse` takes it.

    Raises:
        CameraError, DataError, DependencyError: it cannot be opened.
        ConfigError: `camera_format` is none.
    """
    wanted = CameraFormat.parse(camera_format)
    demo = Demo(DEMO_FOLDER)
    if source == "demo":
        demo.prepare(on_event)
    return open_source(source, on_event=on_event, demo_clip=demo.clip, camera_format=wanted)


def open_live(
    settings: Settings,
    source: str,
    desk: LiveState,
    *,
    models: LiveModels | None = None,
    frames_of: Callable[[str, EventSink], FrameSource] = open_frames,
    every: int | None = None,
    notify: Callable[[], None],
    on_finished: Callable[[BaseException | None], None] = lambda error: None,
    on_event: EventSink = ignore,
    cancel: CancelToken = NEVER,
) -> LiveSession:
    """Open models, gallery and source; takes seconds, so not for a GUI thread.

    A gallery that cannot be used (of another model, damaged) does not stop the
    picture: everybody is then unknown, `LiveSession.gallery_error` says why, and a
    rebuilt one takes effect within a second.

    Args:
        settings: models, folders, detector, threshold.
        source: as `frames_of` takes it.
        desk: tray and log to go on with.
        models: opened ones for these settings; None: opened here.
        frames_of: opens the source.
        every: detect in every n-th frame; None: as often as the processor allows.
        notify: called from the recognition thread when a view waits.
        on_finished: called from that thread at the end, with the error or None.
        on_event: gets notices, from any thread.
        cancel: asked between the steps.

    Raises:
        WeightsError: a model is missing or damaged.
        CameraError, DataError: the source cannot be opened.
        Cancelled: `cancel` was called.
    """
    opened = models or open_models(settings)
    cancel.check()
    watch = GalleryWatch(settings, opened.embedder, on_event)
    matcher, gallery_error = _matcher(settings, watch, opened.embedder.card)
    recognizer = recognizer_for(
        settings, opened.detector, opened.embedder, matcher, source, every=every or 1, keep_samples=True
    )
    frames = frames_of(source, on_event)
    if cancel.cancelled:
        frames.close()
        cancel.check()
    run = LiveSession(settings, frames, recognizer, watch, desk, gallery_error, notify, on_finished, on_event)
    run.sparing = every is None
    return run


def _matcher(settings: Settings, watch: GalleryWatch, card: ModelCard) -> tuple[Matcher, GalleryError | None]:
    try:
        return watch.load(), None
    except GalleryError as error:
        nobody = Gallery.empty(card.model_id, card.dimensions)
        return components.open_matcher(settings, nobody, card), error
