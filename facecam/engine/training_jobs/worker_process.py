"""The process that trains: started, listened to, stopped, and its end explained."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, Final

from facecam.core.children import command_of, environment_for
from facecam.core.encryption import at_rest
from facecam.core.errors import FacecamError, TrainingError
from facecam.core.events import CancelToken, EventSink
from facecam.core.paths import append, readable_os_errors
from facecam.core.private import private_opener
from facecam.training.run import protocol
from facecam.training.run.folder import RunFolder

#: Imported by name in the other process only: this one never sees TensorFlow.
_WORKER: Final = "facecam.training.worker"
_STOP_LINE = b"stop\n"
#: A process that was asked to stop finishes its step and writes a checkpoint; after this it is killed.
_PATIENCE_S = 120.0
_POLL_S = 0.1
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
        process = _start(worker, run.path, log)
        listener = _Listener(process, log, on_event)
        try:
            _wait(process, listener, cancel)
        finally:
            _end(process)
            listener.thread.join()
    if listener.error is not None:
        raise listener.error
    if listener.result is None or process.returncode != 0:
        raise _unexpected_end(process.returncode, run, command)
    return listener.result


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


def _start(worker: str, folder: Path, log: IO[bytes]) -> subprocess.Popen[bytes]:
    environment = environment_for(
        PYTHONUNBUFFERED="1",
        PYTHONIOENCODING="utf-8",
        TF_CPP_MIN_LOG_LEVEL=os.environ.get("TF_CPP_MIN_LOG_LEVEL", "2"),
        **at_rest.for_child(),
    )
    return subprocess.Popen(
        command_of(worker, str(folder.absolute())),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        env=environment,
        # Ctrl+C in the terminal is for this process, which then asks the other one to stop. In the same session,
        # since Linux shares the processor out by sessions first, and politeness would count for nothing.
        process_group=0 if os.name != "nt" else None,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _wait(process: subprocess.Popen[bytes], listener: _Listener, cancel: CancelToken) -> None:
    waited_s = 0.0
    asked = False
    while listener.thread.is_alive():
        if cancel.cancelled and not asked:
            asked = True
            _ask_to_stop(process)
        listener.thread.join(_POLL_S)
        waited_s += _POLL_S if asked else 0.0
        if waited_s > _PATIENCE_S:
            return


def _ask_to_stop(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    with contextlib.suppress(OSError):  # It has ended already, which is what was wanted.
        process.stdin.write(_STOP_LINE)
        process.stdin.flush()


def _end(process: subprocess.Popen[bytes]) -> None:
    """Leave no process behind, whatever happened here."""
    assert process.stdin is not None
    with contextlib.suppress(OSError):  # Its end of the pipe is gone.
        process.stdin.close()
    try:
        process.wait(timeout=10.0)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class _Listener:
    """Reads what the process says until it falls silent."""

    def __init__(self, process: subprocess.Popen[bytes], log: IO[bytes], on_event: EventSink) -> None:
        self.error: FacecamError | None = None
        self.result: dict[str, Any] | None = None
        self._process, self._log, self._on_event = process, log, on_event
        self.thread = threading.Thread(target=self._listen, name="training-listener", daemon=True)
        self.thread.start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for raw in self._process.stdout:
            said = protocol.parse(raw.decode("utf-8", "replace"))
            if isinstance(said, FacecamError):
                self.error = said
            elif isinstance(said, dict):
                self.result = said
            elif said is not None:
                self._on_event(said)
            else:
                self._log.write(raw)
                self._log.flush()


def _unexpected_end(code: int, run: RunFolder, command: str) -> TrainingError:
    hint = _RESUME_HINT.format(command=command, log=run.log)
    if code == -signal.SIGKILL.value if hasattr(signal, "SIGKILL") else False:
        return TrainingError(
            "the training process was killed, perhaps because memory ran out",
            hint=f"If so, use a smaller --batch-size. {hint}",
        )
    if code < 0:
        return TrainingError(f"the training process was ended by signal {-code}", hint=hint)
    return TrainingError(f"the training process fell over (exit code {code})", hint=hint)
