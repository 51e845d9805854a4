"""Sets everything up, then does what was asked: `python3 -m facecam.setup GOAL [--cpu|--gpu]`.

Goals: run, test, check, bundle, prepare. What is done already is not done again: a stamp in the virtual environment
remembers the requirements, the Python and the models it was made for.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable

from facecam.setup import bundle, environment, system

_GOAL_AND_CHOICE = 2
#: The whole suite on two cores: where two processes run it, a quarter of the time nobody computes. Which tests stay
#: together, and what comes first, is said in tests/conftest.py.
_TWO_CORES = ("-n", "3", "--dist", "loadfile", "--no-loadscope-reorder")


def main(arguments: list[str]) -> int:
    """Prepare, then run `arguments[0]`; returns the exit code.

    `--cpu` does without the libraries for an NVIDIA card, from now on; `--gpu` takes that back.
    """
    cuda = None
    if arguments[-1:] in (["--cpu"], ["--gpu"]) and len(arguments) <= _GOAL_AND_CHOICE:
        cuda = arguments[-1] == "--gpu"
        arguments = arguments[:-1]
    goal = arguments[0] if arguments else "prepare"
    if goal not in _GOALS:
        return _fail(f"unknown goal {goal!r}", f"Choose one of {', '.join(_GOALS)}.")
    try:
        started = time.monotonic()
        changed = environment.prepare(report=_say, cuda=cuda)
        if changed:
            _say(f"set up in {time.monotonic() - started:.0f} s")
        return _GOALS[goal](arguments[1:])
    except KeyboardInterrupt:
        return 130  # What was running has said what it had to say.
    except system.SetupError as error:
        return _fail(error.message, error.hint)


def _say(text: str) -> None:
    print(f"[set-up] {text}", file=sys.stderr, flush=True)


def _fail(message: str, hint: str) -> int:
    print(f"facecam: {message}\n  {hint}", file=sys.stderr)
    return 2


def _python(*arguments: str) -> int:
    return subprocess.call([str(environment.PYTHON), *arguments], cwd=environment.ROOT)


def _run(arguments: list[str]) -> int:
    return _python("-m", "facecam", *(arguments or ["start"]))


def _test(arguments: list[str]) -> int:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        # uv compiles nothing, and the tests start some hundred processes: TensorFlow alone takes 7 s to compile.
        os.environ["PYTHONPYCACHEPREFIX"] = str(environment.FOLDER / "bytecode")
    return _python("-m", "pytest", *(arguments or _TWO_CORES))


def _check(arguments: list[str]) -> int:
    making = bundle.begin()  # On the second core, which the first checks leave alone.
    try:
        if code := _inspect() or making.wait():
            return code
    finally:
        making.kill()
    return _test(arguments)


def _inspect() -> int:
    for command in (
        ["-m", "ruff", "check", "."],
        ["-m", "ruff", "format", "--check", "."],
        ["-m", "mypy"],
        ["-m", "vulture"],
        ["-c", "from importlinter.cli import lint_imports_command as c; c()"],
    ):
        if code := _python(*command):
            return code
    return 0


def _bundle(arguments: list[str]) -> int:
    if code := bundle.begin().wait():
        return code
    _say("the bundle is build/bundle/facecam: give away the whole folder")
    return 0


_GOALS: dict[str, Callable[[list[str]], int]] = {
    "run": _run,
    "test": _test,
    "check": _check,
    "bundle": _bundle,
    "prepare": lambda arguments: 0,
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
