"""Damaged files by the thousand, each read in a process that may crash, with what it took of time and memory."""

from __future__ import annotations

import json
import os
import random
import signal
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from facecam.core.errors import FacecamError
from tests.faults import foreign
from tests.faults.mutations import mutated, mutated_at_its_beginning
from tests.faults.readers import Reader, readers

#: Seconds of one core that a file may take, and megabytes of the whole process.
MOST_S, MOST_MB = 5.0, 700
#: Seconds by the clock after which a file is said to hang: others may be using the computer.
_HANGS_S = 120
_IN_A_PROCESS = 50


@dataclass(frozen=True)
class Read:
    """A damaged file.

    Attributes:
        kind: `own`, `pictures` or `films`.
        name: of its reader.
        number: of the trial.
        end: `read`, `refused`, or what was the matter.
        seconds: of one core.
        megabytes: the most that the process held.
    """

    kind: str
    name: str
    number: int
    end: str
    seconds: float = 0.0
    megabytes: int = 0

    @property
    def fine(self) -> bool:
        return self.end in ("read", "refused") and self.seconds <= MOST_S and self.megabytes <= MOST_MB


@dataclass(frozen=True)
class Kind:
    """Files that are damaged in one way.

    Attributes:
        trials: of all of them together.
        sound: makes them in a folder.
        damage: see `mutated`.
    """

    trials: int
    sound: Callable[[Path], Iterator[Reader]]
    damage: Callable[[bytes, random.Random], bytes]


KINDS = {
    "own": Kind(21_500, readers, mutated),
    "pictures": Kind(20_000, foreign.pictures, mutated_at_its_beginning),
    "films": Kind(1_000, foreign.films, mutated_at_its_beginning),
}


def refused(reader: Reader) -> str:
    """How the reader takes its file: `read`, `refused`, or what is wrong with that."""
    try:
        reader.read()
    except FacecamError as error:
        return "refused" if error.message and error.hint else f"an error without a cure: {error!r}"
    except Exception:
        return traceback.format_exc(limit=-3)
    return "read"


class Damaged:
    """Trials of one kind, written down line by line; those written down already are not made again.

    Args:
        kind: which.
        folder: a new one.
        log: see above.
        seed: of the damage.
        trials: how many; None: as many as the kind says.
    """

    def __init__(self, kind: str, folder: Path, log: Path, seed: int, trials: int | None = None) -> None:
        self._kind, self._log, self._seed = kind, log, seed
        self._sound = list(KINDS[kind].sound(folder))
        self._content = [one.file.read_bytes() for one in self._sound]
        self._trials = KINDS[kind].trials if trials is None else trials

    def run(self) -> list[Read]:
        """All of them."""
        while (start := len(self._known())) < self._trials:
            self._some(range(start, min(self._trials, start + _IN_A_PROCESS)))
        return self._known()[: self._trials]

    def _known(self) -> list[Read]:
        found = []
        for line in self._log.read_text().splitlines() if self._log.is_file() else ():
            entry = json.loads(line)
            if entry.pop("seed", None) == self._seed and entry.get("kind") == self._kind:
                found.append(Read(**entry))
        return found

    def _some(self, numbers: range) -> None:
        child = os.fork()
        if child == 0:
            self._child(numbers)
        _, status = os.waitpid(child, 0)
        if status:
            reached = len(self._known())
            name = self._sound[reached % len(self._sound)].name
            self._write(Read(self._kind, name, reached, f"crash: status {status}"))

    def _child(self, numbers: range) -> None:
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        try:
            for number in numbers:
                self._write(self._one(number))
        finally:
            os._exit(0 if number == numbers[-1] else 1)

    def _one(self, number: int) -> Read:
        place = number % len(self._sound)
        reader, sound = self._sound[place], self._content[place]
        rng = random.Random(f"{self._seed} {self._kind} {number}")
        reader.file.parent.mkdir(parents=True, exist_ok=True)
        reader.file.write_bytes(KINDS[self._kind].damage(sound, rng))
        signal.alarm(_HANGS_S)
        _forget_peak()
        began_s = time.process_time()
        end = refused(reader)
        seconds = round(time.process_time() - began_s, 3)
        signal.alarm(0)
        reader.file.parent.mkdir(parents=True, exist_ok=True)
        reader.file.write_bytes(sound)
        return Read(self._kind, reader.name, number, end, seconds, _peak_mb())

    def _write(self, one: Read) -> None:
        with open(self._log, "a", encoding="utf-8") as file:
            file.write(f"{json.dumps({**asdict(one), 'seed': self._seed})}\n")


def _forget_peak() -> None:
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:  # Not on this system, or not ours to write: then the peak is that of the process.
        return


def _peak_mb() -> int:
    status = Path("/proc/self/status")
    if not status.is_file():
        return 0
    return int(status.read_text().split("VmHWM:")[1].split()[0]) // 1024


def summary(kind: str, tried: Sequence[Read]) -> str:
    """Counts, and one line for each kind of what was the matter."""
    ends = Counter(one.end if one.end in ("read", "refused") else "faulty" for one in tried)
    faulty = [one for one in tried if not one.fine]
    slowest = max((one.seconds for one in tried), default=0.0)
    largest = max((one.megabytes for one in tried), default=0)
    words = ", ".join(f"{count} {end}" for end, count in sorted(ends.items()))
    lines = [
        f"{kind:10} {len(tried):6} tried: {words}; {len(faulty)} faulty; at most {slowest:.1f} s and {largest} MB"
    ]
    said: dict[str, Read] = {}
    for one in faulty:
        said.setdefault(f"{one.name}: {one.end.strip().splitlines()[-1]}", one)
    lines += [
        f"  {what} (number {one.number}, {one.seconds} s, {one.megabytes} MB)" for what, one in said.items()
    ]
    return "\n".join(lines)
