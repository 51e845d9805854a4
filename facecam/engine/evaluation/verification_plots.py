"""Curves, wrong pairs and maps of one's own people, drawn in a process of its own.

Every pair of a thousand photos takes gigabytes for minutes: they go with the process, also when it is stopped.
"""

from __future__ import annotations

import pickle
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from facecam.core.children import run_child, serve
from facecam.core.config import Settings
from facecam.core.encryption import at_rest
from facecam.core.errors import DataError
from facecam.core.events import NEVER, CancelToken, EventSink, Progress, ignore
from facecam.core.types import ImageArray
from facecam.engine.evaluation.verification import EvaluateOptions, evaluate, write_plots
from facecam.engine.places import user_cache_folder
from facecam.metrics.plots.curves import require_matplotlib
from facecam.vision.images.read import read_picture

_MODULE: Final = "facecam.engine.evaluation.verification_plots"
_SETTINGS_FILE: Final = "settings"


def own_plots(
    settings: Settings,
    *,
    on_event: EventSink = ignore,
    cancel: CancelToken = NEVER,
    artist: Sequence[str] = (),
) -> tuple[tuple[str, ImageArray], ...]:
    """What `evaluate --pairs all --images DATA --plots DIR` draws of the photos in `data/`.

    Args:
        settings: model, and the folder of photos.
        on_event: gets `Progress("photos", …)`, `Progress("plots", 0, 0)`, and hears why a map is missing.
        cancel: ends the process within a moment.
        artist: another module that draws, and what it is told beside the folder: it calls `main` with words of its own.

    Returns:
        (name of the plot, uint8 (H, W, 3) RGB) in the order of `engine.evaluate.PLOTS`.

    Raises:
        DataError: too few people or photos, or too many pairs; the process was killed.
        DependencyError: matplotlib is not installed.
        Cancelled: `cancel` was called.
    """
    with tempfile.TemporaryDirectory(prefix="facecam-") as name:
        folder = Path(name)
        (folder / _SETTINGS_FILE).write_bytes(pickle.dumps(settings))
        module, *told = artist or (_MODULE,)
        ended = run_child(
            module, str(folder), *told, on_event=on_event, cancel=cancel, variables=at_rest.for_child()
        )
        if ended.result is None:
            raise DataError(
                f"the plots were not finished (exit code {ended.code})",
                hint="Close other programs, or take fewer photos.",
            )
        files = [folder / name for name in ended.result["files"]]
        return tuple((file.stem, read_picture(file)) for file in files)


def main(folder: Path, words: Callable[[str], str] | None = None) -> int:
    """What the process does: draws into a folder that holds the settings; `words` says texts in another language."""

    settings: Settings = pickle.loads((folder / _SETTINGS_FILE).read_bytes())

    def draw(on_event: EventSink, cancel: CancelToken) -> dict[str, list[str]]:
        require_matplotlib()  # Here only: it would stay with whoever wants to see plots once.
        options = EvaluateOptions(None, settings.data, cache=user_cache_folder())
        report = evaluate(settings, options, on_event=on_event, cancel=cancel)
        on_event(Progress("plots", 0, 0))
        return {"files": [file.name for file in write_plots(report, folder, on_event, words)]}

    return serve(draw, CancelToken())


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
