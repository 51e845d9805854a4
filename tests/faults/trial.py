"""One fault in one scenario, and what is the matter afterwards."""

from __future__ import annotations

import contextlib
import errno
import importlib
import os
import pickle
import shutil
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from unittest import mock

from facecam.core.encryption.data_keys import KEY_FILE
from facecam.core.errors import FacecamError
from facecam.engine.people.editor import PeopleEditor
from tests.faults.hook import Fault, Mode
from tests.faults.scenarios import Scenario, by_name, command
from tests.faults.world import PEOPLE, State, World, found_in, left_overs, needles_of, order_of, state_of

T = TypeVar("T")
_BUG = 70
#: Somebody's folder is deleted by hand, or a file put in its place, before each change of this many.
_MEDDLED_EVERY = 16


@dataclass(frozen=True)
class Baseline:
    """A scenario undisturbed.

    Attributes:
        world: before it.
        before, after: everybody's state.
        allowed: states in which it may end when cut off.
        rc: its exit code.
        changes: to files.
        needles: see `needles_of`; none where nobody is deleted.
        hidden: the same of everybody, where nothing of them is to be seen.
        result: see `Scenario.result`.
    """

    world: World
    before: State
    after: State
    allowed: tuple[State, ...]
    rc: int
    changes: int
    needles: tuple[bytes, ...]
    hidden: tuple[bytes, ...] = ()
    result: object = None


@dataclass
class Outcome:
    """What was the matter; nothing if `problems` is empty."""

    scenario: str
    mode: str
    at: int
    how: str
    problems: list[str] = field(default_factory=list)


def in_child(work: Callable[[], T]) -> T | int:
    """What `work` returns in a process of its own; minus the signal that ended it, if one did."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _work_and_exit(work, writing)
    os.close(writing)
    with open(reading, "rb") as pipe:
        answer = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return -os.WTERMSIG(status)
    return pickle.loads(answer) if answer else _BUG  # type: ignore[no-any-return]


def _work_and_exit(work: Callable[[], object], writing: int) -> None:
    silence = os.open(os.devnull, os.O_WRONLY)
    if not os.environ.get("FACECAM_FAULTS_ALOUD"):
        os.dup2(silence, 1)
        os.dup2(silence, 2)
    try:
        answer: object = work()
    except FacecamError:
        answer = 2
    except BaseException:
        traceback.print_exc()
        answer = _BUG
    with open(writing, "wb") as pipe:
        pipe.write(pickle.dumps(answer))
    os._exit(0)


def baseline(base: World, scenario: Scenario, folder: Path) -> Baseline:
    """Prepare a scenario and run it once.

    Args:
        base: the household.
        scenario: what to do to it.
        folder: a new one.
    """
    world = copy_of(base, folder / "before")
    in_child(lambda: scenario.prepare(world))
    done = copy_of(world, folder / "after")
    counted = in_child(lambda: _counted(scenario, done))
    assert isinstance(counted, tuple), f"{scenario.name} does not run: {counted}"
    rc, changes, loaded = counted
    before, after = in_child(lambda: state_of(world)), in_child(lambda: state_of(done))
    assert isinstance(before, dict) and isinstance(after, dict)
    allowed = [before, after]
    if scenario.via:
        assert in_child(lambda: order_of(world)) == in_child(lambda: order_of(done)), "undone, not as before"
        half = copy_of(world, folder / "via")
        in_child(lambda: by_name(scenario.via).run(half))
        allowed.append(in_child(lambda: state_of(half)))  # type: ignore[arg-type]
    needles = in_child(lambda: _needles(world, scenario.deletes)) if scenario.deletes else []
    hidden = in_child(lambda: _needles(world, *PEOPLE)) if scenario.seals else []
    _load([*loaded, *in_child(lambda: _modules_of_a_start(done))])  # type: ignore[misc]
    result = in_child(lambda: scenario.result(done))
    shutil.rmtree(folder / "after")
    return Baseline(
        world,
        before,
        after,
        tuple(allowed),
        rc,
        changes,
        tuple(needles),
        tuple(hidden),
        result,  # type: ignore[arg-type]
    )


def _needles(world: World, *names: str) -> list[bytes]:
    world.enter()
    known = {name for name in state_of(world) if name in names}
    return [needle for name in sorted(known) for needle in needles_of(world, name)]


def _counted(scenario: Scenario, world: World) -> tuple[int, int, list[str]]:
    fault = Fault("count", world.root)
    fault.install()
    return scenario.run(world), fault.count, list(sys.modules)


def _modules_of_a_start(world: World) -> list[str]:
    _next_start(world)
    return list(sys.modules)


def _load(modules: list[str]) -> None:
    """Else each of some hundred children would load them again."""
    for name in modules:
        with contextlib.suppress(ImportError):  # Some are there by another name only.
            importlib.import_module(name)


def copy_of(world: World, root: Path) -> World:
    """The household somewhere else."""
    shutil.copytree(world.root, root, symlinks=True)
    for link in (root / "data").iterdir() if (root / "data").is_dir() else ():
        if link.is_symlink():
            target = root / link.readlink().relative_to(world.root)
            link.unlink()
            link.symlink_to(target, target_is_directory=True)
    return World(root)


class Trials:
    """Faults in one scenario.

    Args:
        scenario: which.
        base: see `baseline`.
        folder: for copies; each is removed after its trial.
    """

    def __init__(self, scenario: Scenario, base: Baseline, folder: Path) -> None:
        self.scenario, self.base, self._folder = scenario, base, folder

    def plan(self) -> Iterator[tuple[str, int, str]]:
        """Every trial: mode, change, and what follows."""
        hows = ("start", "repeat") if self.scenario.repeatable else ("start",)
        for at in range(1, self.base.changes + 1):
            for how in hows:
                yield "kill", at, how
            yield "full", at, "start"
        for folder in ("data", "database"):
            yield f"read-only {folder}", 0, "start"
        yield "no fsync", 0, "start"
        for at in range(1, self.base.changes + 1, _MEDDLED_EVERY) if self.scenario.changed else ():
            yield "gone", at, "start"
            yield "file", at, "start"
        if self.scenario.twice:
            for attempt in range(3):
                yield "two processes", attempt, "repeat"

    def run(self, mode: str, at: int, how: str) -> Outcome:
        """One trial."""
        outcome = Outcome(self.scenario.name, mode, at, how)
        root = self._folder / f"{mode}-{at}-{how}"
        world = copy_of(self.base.world, root)
        try:
            self._run(world, outcome)
        finally:
            shutil.rmtree(root)
        return outcome

    def _run(self, world: World, outcome: Outcome) -> None:
        if outcome.mode == "two processes":
            self._twice(world, outcome)
            return
        kind: Mode = "read-only" if outcome.mode.startswith("read-only") else outcome.mode  # type: ignore[assignment]
        refused = world.root / outcome.mode.split()[-1] if kind == "read-only" else None
        if outcome.mode == "no fsync":
            kind = "count"
        if kind in ("gone", "file"):
            refused = world.root / "data" / self.scenario.changed[0]

        def disturbed() -> int:
            Fault(kind, world.root, outcome.at, refused).install()
            with mock.patch("os.fsync", _refuse) if outcome.mode == "no fsync" else contextlib.nullcontext():
                return self.scenario.run(world)

        rc = in_child(disturbed)
        if rc == _BUG:
            outcome.problems.append("traceback")
        if kind == "kill" and rc != -signal.SIGKILL:
            outcome.problems.append(f"was not killed: {rc}")
        if kind == "full" and self.scenario.deletes and rc != self.base.rc:
            outcome.problems.append(f"not deleted on a full disk: {rc}")
        if outcome.mode == "no fsync" and rc != self.base.rc:
            outcome.problems.append(f"not done where the file system knows no fsync: {rc}")
        if kind in ("gone", "file"):
            self._meddled(world, outcome)
            return
        acknowledged = rc == self.base.rc and kind != "kill"
        if outcome.how == "start":
            self._start(world, outcome, acknowledged)
        else:
            self._repeat(world, outcome)

    def _start(self, world: World, outcome: Outcome, acknowledged: bool) -> None:
        if in_child(lambda: _next_start(world)) != 0:
            outcome.problems.append("the next start fails")
        self._search_hidden(world, outcome, acknowledged)
        # In the user's own folders, half-written files are seen to when the same is written again.
        found = self._state(world, outcome, swept=self.base.result is None)
        if found is None:
            return
        if not self.scenario.repeatable and in_child(lambda: self.scenario.result(world)) != self.base.result:
            outcome.problems.append("lost")
        if found not in self.base.allowed and not self.scenario.stepwise:
            outcome.problems.append(f"half: {_difference(found, self.base.before)}")
        if acknowledged and found != self.base.after:
            outcome.problems.append("acknowledged, and not done")
        to_be_repeated = found != self.base.after or (self.scenario.stepwise and not acknowledged)
        if self.scenario.deletes and not to_be_repeated:
            self._search(world, outcome)
        if self.scenario.repeatable and (to_be_repeated or self.base.result is not None):
            self._repeat(world, outcome)

    def _meddled(self, world: World, outcome: Outcome) -> None:
        """Of whom it was nothing can be asked; nobody else is touched, and nothing is in the way of what comes next."""
        if in_child(lambda: _next_start(world)) != 0:
            outcome.problems.append("the next start fails")
        self._state(world, outcome)

    def _repeat(self, world: World, outcome: Outcome) -> None:
        rc = in_child(lambda: self.scenario.run(world))
        if rc != self.base.rc and not (rc == 2 and "enroll" in self.scenario.name):
            outcome.problems.append(f"repeated: {rc} instead of {self.base.rc}")
        found = self._state(world, outcome)
        if found is not None and found != self.base.after:
            outcome.problems.append(f"not whole when repeated: {_difference(found, self.base.after)}")
        if self.scenario.deletes:
            self._search(world, outcome)
        if in_child(lambda: self.scenario.result(world)) != self.base.result:
            outcome.problems.append("made something else when repeated")
        self._search_hidden(world, outcome, rc == self.base.rc)

    def _twice(self, world: World, outcome: Outcome) -> None:
        children = []
        for _ in range(2):
            child = os.fork()
            if child == 0:
                _work_and_exit(lambda: self.scenario.run(world), os.open(os.devnull, os.O_WRONLY))
            children.append(child)
        for child in children:
            os.waitpid(child, 0)
        found = self._state(world, outcome)
        if found is not None and found != self.base.after:
            outcome.problems.append(f"two at once: {_difference(found, self.base.after)}")

    def _state(self, world: World, outcome: Outcome, *, swept: bool = True) -> State | None:
        found: Any = in_child(lambda: state_of(world))
        if not isinstance(found, dict):
            outcome.problems.append("unreadable")
            return None
        for name, what in self.base.before.items():
            if name not in self.scenario.changed and not name.startswith("(") and found.get(name) != what:
                outcome.problems.append(f"somebody else changed: {name}")
        before = left_overs(self.base.world)
        for path in left_overs(world) if swept else ():
            if path in before:
                continue  # Somebody else's, from before.
            outcome.problems.append(f"left over: {path}")
        return found

    def _search_hidden(self, world: World, outcome: Outcome, is_done: bool) -> None:
        """Encryption is on as a whole, or not begun; then nothing is to be seen of anybody."""
        if not self.scenario.seals or outcome.mode.startswith("read-only"):
            return
        if not (world.settings.database / KEY_FILE).is_file():
            if is_done:
                outcome.problems.append("acknowledged, and not encrypted")
            return
        for path in found_in(world, self.base.hidden):
            outcome.problems.append(f"plain bytes: {path}")

    def _search(self, world: World, outcome: Outcome) -> None:
        for path in found_in(world, self.base.needles):
            outcome.problems.append(f"personal bytes: {path}")


def _refuse(descriptor: int) -> None:
    raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))


def _next_start(world: World) -> int:
    rc = command("people", "list")(world)
    PeopleEditor(world.settings).recover()
    return rc


def _difference(found: State, wanted: State) -> str:
    names = sorted({*found, *wanted})
    return ", ".join(name for name in names if found.get(name) != wanted.get(name))
