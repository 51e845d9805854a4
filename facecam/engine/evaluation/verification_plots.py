"""Curves, wrong pairs and maps of one's own people, as pictures in memory."""

from __future__ import annotations

import tempfile
from pathlib import Path

from facecam.core.config import Settings
from facecam.core.events import CancelToken, EventSink, ignore
from facecam.core.types import ImageArray
from facecam.engine.evaluation.verification import EvaluateOptions, evaluate, write_plots
from facecam.engine.photos.embedding_cache import user_cache_folder
from facecam.metrics.plots.curves import require_matplotlib
from facecam.vision.images.read import read_picture


def own_plots(
    settings: Settings, *, on_event: EventSink = ignore, cancel: CancelToken | None = None
) -> tuple[tuple[str, ImageArray], ...]:
    """What `evaluate --pairs all --images DATA --plots DIR` draws of the photos in `data/`.

    Args:
        settings: model, and the folder of photos.
        on_event: gets progress, and hears why a map is missing.
        cancel: asked between photos.

    Returns:
        (name of the plot, uint8 (H, W, 3) RGB) in the order of `engine.evaluate.PLOTS`.

    Raises:
        DataError: too few people or photos, or too many pairs.
        DependencyError: matplotlib is not installed.
    """
    require_matplotlib()
    options = EvaluateOptions(None, settings.data, cache=user_cache_folder())
    report = evaluate(settings, options, on_event=on_event, cancel=cancel)
    with tempfile.TemporaryDirectory(prefix="facecam-") as folder:
        files = write_plots(report, Path(folder), on_event)
        return tuple((file.stem, read_picture(file)) for file in files)
