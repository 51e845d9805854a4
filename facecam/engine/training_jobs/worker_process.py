"""The process that trains: started, listened to, stopped, and its end explained."""

from __future__ import annotations

import contextlib
import os
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, Final

from facecam.core.children import run_child
from facecam.core.encryption import at_rest
from facecam.core.errors import TrainingError
from facecam.core.events import CancelToken, EventSink
from facecam.core.paths import append, readable_os_errors
from facecam.core.private import private_opener
from facecam.training.run.folder import RunFolder

#: Imported by name in the other process only: this one never sees TensorFlow.
_WORKER: Final = "facecam.training.worker"
#: A process that was asked to stop finishes its step and writes a checkpoint; after this it is killed.
_PATIENCE_S = 120.0
#: A file that is on no disk, where the system has such.
_memory_file: Callable[[str], int] | None = getattr(os, "memfd_create", None)
_RESUME_HINT = (
    "The model in use is untouched. Continue with `python main.py {command} --resume`; details: {log}"
)


def train_in_child(
    run: RunFolder,
    on_event: EventSink,
    cancel: CancelToken,
    *,
    worker: str = _WORKER,
    command: str = "train",
) -> dict[str, Any]:
    """Run the training of a run folder in a process of its own.

    Args:
        run: its plan is written already.
        on_event: gets everything the process reports.
        cancel: passed on; the process stops within one step and keeps a checkpoint.
        worker: module that is run, given the folder.
        command: of this program with which a run that broke off is continued.

    Returns:
        What the process says about its end, see `worker`.

    Raises:
        FacecamError: the process said what is wrong, with its cure.
        TrainingError: it fell over or was killed.
    """
    with readable_os_errors("write", run.log), _log_to(run.log) as log:
        ended = run_child(
            worker,
            str(run.path.absolute()),
            on_event=on_event,
            cancel=cancel,
            patience_s=_PATIENCE_S,
            log=log,
            variables={
                "TF_CPP_MIN_LOG_LEVEL": os.environ.get("TF_CPP_MIN_LOG_LEVEL", "2"),
                **at_rest.for_child(),
            },
        )
    if ended.result is None or ended.code != 0:
        raise _unexpected_end(ended.code, run, command)
    return ended.result


@contextlib.contextmanager
def _log_to(path: Path) -> Iterator[IO[bytes]]:
    """What the process writes its log into; where encryption is on, the log is sealed once it has ended."""
    if not at_rest.adds_whole(path):
        with open(path, "ab", opener=private_opener) as log:
            yield log
        return
    with tempfile.TemporaryFile() if _memory_file is None else open(_memory_file("log"), "w+b") as log:
        try:
            yield log
        finally:
            log.seek(0)
            append(path, log.read())


def _unexpected_end(code: int, run: RunFolder, command: str) -> TrainingError:
    hint = _RESUME_HINT.format(command=command, log=run.log)
    if code == -signal.SIGKILL.value if hasattr(signal, "SIGKILL") else False:
        return TrainingError(
            "the training process was killed, perhaps because memory ran out",
            hint=f"If so, close other programs, or begin anew with a smaller --batch-size. {hint}",
        )
    if code < 0:
        return TrainingError(f"the training process was ended by signal {-code}", hint=hint)
    return TrainingError(f"the training process fell over (exit code {code})", hint=hint)
