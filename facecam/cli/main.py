"""Command choice, and what becomes of errors."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType, ModuleType
from typing import NoReturn

from facecam import __version__
from facecam.cli.terminal.flags import Parser, settings_from
from facecam.cli.terminal.output import Printer, end_bar, print_error, say
from facecam.cli.terminal.targets import require_folder
from facecam.core.config import Settings, did_you_mean
from facecam.core.encryption import data_keys, unlocking
from facecam.core.errors import ConfigError, DataError, FacecamError, reason_of
from facecam.core.events import Cancelled, Notice, faults_told
from facecam.core.paths import cure_of, printable
from facecam.engine.places import models_absent
from facecam.engine.runs.layout import WAITING_FILE, runs_folder
from facecam.engine.transactions.layout import (
    BACKING_UP_FILE,
    KEY_ASIDE,
    RESTORING_FILE,
    RESTORING_HALF,
    may_be_cut_off,
)

#: Command → module in this package and its line in the help. Modules are imported when needed: a fast start.
COMMANDS = {
    "start": ("start", "the window, or the demo where there is no display; what runs without a command"),
    "window": ("window", "the window; --measure says how fast it opens and how well it answers"),
    "live": ("live", "recognise a camera, video, stream, folder or the demo clip"),
    "recognize": ("recognize", "recognise the people in pictures"),
    "enroll": ("enroll", "make somebody known from photos"),
    "no-face": ("no_face", "say that what is found in a photo is no face, and take it back"),
    "people": ("people", "list, rename, merge, delete, rebuild, import and export people"),
    "models": ("models", "list, prepare, add, verify, deploy and remove models"),
    "train": ("train", "train a model on the photos in data/ and use it if it is as good"),
    "distil": ("distil", "teach ResNet50 dlib-ResNet's vectors with faces of anybody"),
    "generate": ("generate", "draw faces with a model that was trained for it"),
    "runs": ("runs", "list, show, compare and delete trainings"),
    "evaluate": ("evaluate", "measure on photos how well people are told apart"),
    "compare": ("compare", "say which photos show the same person"),
    "cluster": ("cluster", "sort photos by person without knowing anybody"),
    "classify": ("classify", "train a classifier on folders of people, and name photos with it"),
    "align": ("align", "cut the faces out of a folder of photos"),
    "embed": ("embed", "export vectors of photos as plain arrays"),
    "bench": ("bench", "measure speed and memory against face_recognition"),
    "backup": ("backup", "everything of yours in one encrypted file"),
    "restore": ("restore", "put what a backup holds into its places"),
    "serve": ("serve", "recognise for other programs of this computer: HTTP, events, MQTT"),
    "encrypt": ("encrypt", "encrypt what is kept of people, take it back, change the passphrase"),
    "doctor": ("doctor", "say what is there and what is missing, each with its cure"),
}
_INTERRUPTED = 130
#: These say what became of the very change they are asked for.
_RECOVERING = ("people", "enroll")
#: These look through the folders of people anyway.
_ABOUT_PEOPLE = (*_RECOVERING, "train", "doctor")
#: These say themselves that models are missing, and what to do, or need none.
_WITHOUT_MODELS = ("models", "doctor", "runs", "people", "start", "window", "encrypt")
#: These ask for a passphrase themselves, and not at the terminal.
_WINDOWS = ("start", "window")
#: These load models for longer than a key takes.
_UNLOCKED_WHILE_LOADING = ("live", "recognize", "start", "window")


def main(arguments: Sequence[str]) -> int:
    """Run the command line; returns the exit code (0 ok, 1 fault in the data, 2 usage or missing thing)."""
    _open_closed_streams()
    try:
        with _ended_in_order():
            return _dispatch(list(arguments))
    except FacecamError as error:
        print_error(error)
        return 2
    except (KeyboardInterrupt, Cancelled) as end:
        with contextlib.suppress(OSError):  # The terminal may be closed.
            say("stopped", sys.stderr)
        return 128 + end.number if isinstance(end, _Ended) else _INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has seen enough; Python would complain again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        # A path the system refuses even to look at: too long, not to be entered, on a drive that is gone.
        what = f"{error.filename}: " if error.filename else ""
        print_error(DataError(f"{what}{reason_of(error)}", hint=cure_of(error)))
        return 2
    finally:
        end_bar()


class _Ended(KeyboardInterrupt):
    """The system, a timer or a terminal that is closed ends the program."""

    def __init__(self, number: int) -> None:
        self.number = number


@contextlib.contextmanager
def _ended_in_order() -> Iterator[None]:
    """Asked to end, the program does it as after Ctrl+C: what it records is completed, what it began is put away."""
    before = {}
    is_main = threading.current_thread() is threading.main_thread()
    if is_main and signal.getsignal(signal.SIGINT) is signal.SIG_DFL:  # `main.py` has left it so.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in ("SIGTERM", "SIGHUP") if is_main else ():
        number = getattr(signal, name, None)  # Windows has no SIGHUP, and `nohup` wants it ignored.
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            before[number] = signal.signal(number, _end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(number: int, frame: FrameType | None) -> NoReturn:
    del frame
    raise _Ended(number)


def _open_closed_streams() -> None:
    """Python has None for a stream that was closed (`>&-`), and prints to another then: to stdout, into the JSON."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # Open as long as the program runs.


def _dispatch(arguments: list[str]) -> int:
    if not arguments:
        arguments = ["start"]
    for argument in arguments:
        # Here for all paths and names there are: the system itself would only say so in the middle of the work.
        if "\0" in argument:
            raise ConfigError(
                f"{printable(argument)} holds a NUL character",
                hint="Leave it out: no file and no name has one.",
            )
    first = arguments[0]
    if first in ("-h", "--help"):
        say(_overview())
        return 0
    if first == "--version":
        say(f"facecam {__version__}")
        return 0
    if first.startswith("-"):
        if "--help" in arguments or "-h" in arguments:
            arguments = ["--help"]
        return _run(importlib.import_module("facecam.cli.actions.legacy"), "main.py", arguments)
    if first not in COMMANDS:
        hint = did_you_mean(first, COMMANDS, f"Commands: {', '.join(COMMANDS)}.")
        raise ConfigError(f"there is no command {first!r}", hint=hint)
    return _run(
        importlib.import_module(f"facecam.cli.{COMMANDS[first][0]}"), f"main.py {first}", arguments[1:]
    )


def _run(module: ModuleType, prog: str, arguments: list[str]) -> int:
    parser = Parser(prog=prog, description=module.__doc__, allow_abbrev=False)
    module.add_arguments(parser)
    parsed = parser.parse_args(arguments)
    if hasattr(parsed, "database"):
        _begin(parsed, prog.partition(" ")[2])
    return int(module.run(parsed))


def _look_at_folders(settings: Settings) -> None:
    """Raise `OSError` where one cannot even be looked at: to pathlib of Python 3.14 it would only be absent.

    Raises:
        ConfigError: one is, or lies in, a file.
    """
    for name in ("data", "database", "weights"):
        folder = getattr(settings, name)
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            folder.stat()
        require_folder(f"--{name}", folder, files_inside=False)


def _begin(parsed: argparse.Namespace, command: str) -> None:
    """What is done at the start of every command; where the window has to ask for the passphrase, it does it."""
    settings = settings_from(parsed)
    _look_at_folders(settings)
    if getattr(parsed, "forget_key", False):
        return  # Whatever looks at what is there would need the key that is lost.
    _finish_restoring(settings)  # Which may change whether anything is encrypted.
    settings = settings_from(parsed)  # Which may have been among what was restored.
    waits = _unlock(settings, getattr(parsed, "folders_passphrase_file", None), command)
    _sweep_caches()
    if not waits:
        _finish_encrypting(settings, command)
        if command not in _RECOVERING:
            _recover(settings)
        _forget_in_ended_runs(settings)
        if command not in _WINDOWS:  # It does this itself, once it is seen.
            _mend_rights(settings, photos=command in _ABOUT_PEOPLE)
            _delete_what_is_old(settings)
    makes_vectors = command not in _WITHOUT_MODELS or getattr(parsed, "action", None) == "rebuild"
    if makes_vectors and not getattr(parsed, "list_presets", False):
        _prepare(settings)


def _sweep_caches() -> None:
    from facecam.engine.faces.user_caches import sweep_old

    sweep_old(time.time())


def _unlock(settings: Settings, file: Path | None, command: str) -> bool:
    """Say where the passphrase comes from, should anything be encrypted; returns whether the window has to ask."""
    data_keys.enter(settings.database)
    if data_keys.about_key(settings.database / data_keys.KEY_FILE) is None:
        return False
    from facecam.cli.terminal.passphrase import passphrase_of_folders

    unlocking.ask_with(
        lambda of: passphrase_of_folders(file, Printer(), of, command=command), is_person=file is None
    )
    if command in _UNLOCKED_WHILE_LOADING:
        unlocking.unlock_soon(settings.database)
    return command in _WINDOWS and unlocking.wants_passphrase(settings.database)


def _finish_restoring(settings: Settings) -> None:
    """One that was cut off has taken some places and not others; a backup has left half of itself."""
    if (settings.database / BACKING_UP_FILE).exists():
        from facecam.engine.tools.backup_leftovers import sweep

        sweep(settings)
    folder = settings.database.absolute().parent
    signs = (folder / RESTORING_FILE, folder / RESTORING_HALF, settings.database / KEY_ASIDE)
    if any(sign.exists() for sign in signs):
        from facecam.engine.tools.restoring import finish

        if finish(settings):
            Printer()(Notice("a restoration that was cut off is finished now", ""))


def _finish_encrypting(settings: Settings, command: str) -> None:
    """Turning it on or off goes on where it was cut off, and so does what a restoration has left to it."""
    about = data_keys.about_key(settings.database / data_keys.KEY_FILE)
    if about is not None and about["state"] != "on" and command != "encrypt":
        from facecam.engine.transactions.encryption import finish_if_possible

        finish_if_possible(settings, Printer())


def _recover(settings: Settings) -> None:
    """Finish a change of people that was cut off, whatever is done now; what is in the way of it is said."""
    if may_be_cut_off(settings):
        from facecam.engine.transactions.journal import recover_if_possible

        recover_if_possible(settings, Printer())


def _forget_in_ended_runs(settings: Settings) -> None:
    """A training that was killed has not forgotten who was deleted meanwhile."""
    if any(runs_folder(settings).glob(f"*/{WAITING_FILE}")):
        from facecam.engine.runs.people import forget_in_ended_runs

        with faults_told(Printer()):
            forget_in_ended_runs(settings, Printer())


def _mend_rights(settings: Settings, *, photos: bool) -> None:
    """Older versions let others on the computer read what is kept of people."""
    from facecam.engine.diagnostics.rights import mend_rights

    mend_rights(settings, Printer(), photos=photos)


def _delete_what_is_old(settings: Settings) -> None:
    """As the user has set; by default nothing is."""
    if settings.deletes_what_is_old:
        from facecam.engine.diagnostics.retention import enforce_retention

        # Without a passphrase: whoever asks for models needs none.
        with faults_told(Printer(), ConfigError, what="what is old was not looked for"):
            enforce_retention(settings, Printer())


def _prepare(settings: Settings) -> None:
    """Make the models, with a bar of progress, where this is the first command that needs them."""
    if models_absent(settings):
        from facecam.engine.models.first_use import prepare_at_first_use

        prepare_at_first_use(settings, on_event=Printer())


def _overview() -> str:
    lines = ["facecam recognises faces live.", "", "python main.py COMMAND --help, with COMMAND one of", ""]
    lines += [f"  {name:<10} {text}" for name, (_, text) in COMMANDS.items()]
    lines += [
        "",
        "The older flags work too: python main.py -t False -wc True; see `python main.py -t --help`.",
    ]
    return "\n".join(lines)
