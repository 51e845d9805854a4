"""Curves, wrong pairs and maps of one's own people, drawn in a process of its own.

Every pair of a thousand photos takes gigabytes for minutes: they go with the process, also when it is stopped.
"""

from __future__ import annotations

import pickle
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from facecam.core.children import command_of, environment_for
from facecam.core.config import Settings
from facecam.core.errors import DataError, FacecamError
from facecam.core.events import CancelToken, Event, EventSink, Progress, ignore
from facecam.core.types import ImageArray
from facecam.engine.evaluation.verification import EvaluateOptions, evaluate, write_plots
from facecam.engine.places import user_cache_folder
from facecam.metrics.plots.curves import require_matplotlib
from facecam.training.run import protocol
from facecam.vision.images.read import read_picture

_MODULE: Final = "facecam.engine.evaluation.verification_plots"
_SETTINGS_FILE: Final = "settings"
_POLL_S = 0.1


def own_plots(
    settings: Settings,
    *,
    on_event: EventSink = ignore,
    cancel: CancelToken | None = None,
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
    require_matplotlib()
    with tempfile.TemporaryDirectory(prefix="facecam-") as name:
        folder = Path(name)
        (folder / _SETTINGS_FILE).write_bytes(pickle.dumps(settings))
        files = _drawn(folder, artist or (_MODULE,), on_event, cancel or CancelToken())
        return tuple((file.stem, read_picture(file)) for file in files)


def _drawn(folder: Path, artist: Sequence[str], on_event: EventSink, cancel: CancelToken) -> list[Path]:
    process = subprocess.Popen(
        command_of(artist[0], str(folder), *artist[1:]),
        stdout=subprocess.PIPE,
        env=environment_for(PYTHONUNBUFFERED="1", PYTHONIOENCODING="utf-8"),
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    assert process.stdout is not None
    said: queue.Queue[bytes] = queue.Queue()

    def listen() -> None:
        for line in process.stdout or ():
            said.put(line)

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    try:
        while True:
            cancel.check()
            try:
                heard = protocol.parse(said.get(timeout=_POLL_S).decode("utf-8", "replace"))
            except queue.Empty:
                if not listener.is_alive():
                    raise DataError(
                        f"the plots were not finished (exit code {process.wait()})",
                        hint="Close other programs, or take fewer photos.",
                    ) from None
                continue
            if isinstance(heard, FacecamError):
                raise heard
            if isinstance(heard, dict):
                return [folder / name for name in heard["files"]]
            if heard is not None:
                on_event(heard)
    finally:
        process.kill()
        process.wait()
        listener.join()
        process.stdout.close()


def main(folder: Path, words: Callable[[str], str] | None = None) -> int:
    """What the process does: draws into a folder that holds the settings; `words` says texts in another language."""

    def on_event(event: Event) -> None:
        sys.stdout.write(f"{protocol.event_to_line(event)}\n")

    settings: Settings = pickle.loads((folder / _SETTINGS_FILE).read_bytes())
    try:
        options = EvaluateOptions(None, settings.data, cache=user_cache_folder())
        report = evaluate(settings, options, on_event=on_event)
        on_event(Progress("plots", 0, 0))
        files = write_plots(report, folder, on_event, words)
    except FacecamError as error:
        sys.stdout.write(f"{protocol.error_to_line(error)}\n")
        return 2
    sys.stdout.write(f"{protocol.result_to_line({'files': [file.name for file in files]})}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
