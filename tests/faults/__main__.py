"""Runs every fault over everything that changes people, and over every file that is read, and counts: `make faults`.

What was tried is written down line by line, so that a run that was stopped goes on where it was. With another seed the
photos are others.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path

import cv2

from facecam.core.encryption import sealing
from tests.faults.others import OTHERS
from tests.faults.scenarios import SCENARIOS, Scenario
from tests.faults.stage import on_stage
from tests.faults.trial import Outcome, Trials, baseline
from tests.faults.world import World, build

#: Kinds of damaged files. What damages them is loaded where one is wanted: each of a thousand forks would be slower.
_KINDS = ("own", "pictures", "films")
#: Thousands of households are written; where there is a disk in memory they go there.
_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None


def main() -> int:
    """Returns 1 if something was the matter."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument(
        "scenarios", nargs="*", help="names of scenarios, or " + ", ".join(_KINDS) + " (default: all)"
    )
    parser.add_argument("--seed", type=int, default=0, help="of the photos")
    parser.add_argument("--log", type=Path, default=Path(tempfile.gettempdir()) / "facecam-faults.jsonl")
    parser.add_argument("--fresh", action="store_true", help="forget what was tried before")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every N-th trial")
    parser.add_argument(
        "--sample", type=int, metavar="N", help="only N trials of each scenario or kind, by the seed"
    )
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    sealing.COST = (4, 8, 1)  # type: ignore[misc]  # Thousands of passphrases are guessed right here.
    if arguments.fresh:
        for log in (arguments.log, arguments.log.with_suffix(".files.jsonl")):
            log.unlink(missing_ok=True)
    wanted = arguments.scenarios or [*(one.name for one in (*SCENARIOS, *OTHERS)), *_KINDS]
    chosen = [one for one in (*SCENARIOS, *OTHERS) if one.name in wanted]
    return max(
        _people(chosen, arguments), *(_damaged(kind, arguments) for kind in _KINDS if kind in wanted), 0
    )


def _damaged(kind: str, arguments: argparse.Namespace) -> int:
    from tests.faults.damage import Damaged, summary

    log = arguments.log.with_suffix(".files.jsonl")
    with tempfile.TemporaryDirectory(prefix="facecam-faults-", dir=_MEMORY) as folder:
        os.environ["XDG_CACHE_HOME"] = f"{folder}/user-cache"
        tried = Damaged(kind, Path(folder) / kind, log, arguments.seed, arguments.sample).run()
    sys.stdout.write(f"{summary(kind, tried)}\n")
    return 0 if all(one.fine for one in tried) else 1


def _people(chosen: list[Scenario], arguments: argparse.Namespace) -> int:
    if not chosen:
        return 0
    with tempfile.TemporaryDirectory(prefix="facecam-faults-", dir=_MEMORY) as folder, on_stage():
        base = build(Path(folder) / "base", arguments.seed)
        log = _Log(arguments.log, arguments.seed)
        for number, scenario in enumerate(chosen):
            _run(scenario, base, Path(folder) / str(number), log, arguments)
    return log.summary([one.name for one in chosen])


def _run(scenario: Scenario, base: World, folder: Path, log: _Log, arguments: argparse.Namespace) -> None:
    folder.mkdir()
    try:
        trials = Trials(scenario, baseline(base, scenario, folder), folder)
    except AssertionError as error:
        log.add(Outcome(scenario.name, "count", 0, "start", [str(error)]))
        return
    plan = list(trials.plan())[:: arguments.every]
    if arguments.sample is not None:
        plan = random.Random(f"{arguments.seed} {scenario.name}").sample(
            plan, min(arguments.sample, len(plan))
        )
    for mode, at, how in plan:
        if not log.knows(scenario.name, mode, at, how):
            log.add(trials.run(mode, at, how))


class _Log:
    def __init__(self, path: Path, seed: int) -> None:
        self._path, self._seed, self._began_s = path, seed, time.monotonic()
        self._outcomes: dict[tuple[str, str, int, str], Outcome] = {}
        for line in path.read_text().splitlines() if path.is_file() else ():
            entry = json.loads(line)
            if entry.pop("seed") == seed:
                self._keep(Outcome(**entry))

    def knows(self, *key: object) -> bool:
        return key in self._outcomes

    def add(self, outcome: Outcome) -> None:
        self._keep(outcome)
        with open(self._path, "a", encoding="utf-8") as file:
            file.write(f"{json.dumps({**asdict(outcome), 'seed': self._seed})}\n")

    def _keep(self, outcome: Outcome) -> None:
        self._outcomes[outcome.scenario, outcome.mode, outcome.at, outcome.how] = outcome

    def summary(self, scenarios: list[str]) -> int:
        """A line for each scenario, and the kinds of what was the matter."""
        bad = 0
        say = sys.stdout.write
        for name in scenarios:
            own = [one for one in self._outcomes.values() if one.scenario == name]
            faulty = [one for one in own if one.problems]
            bad += len(faulty)
            kinds = Counter(problem.split(":")[0] for one in faulty for problem in one.problems)
            killed = sum(one.mode == "kill" for one in own)
            words = ", ".join(f"{count} × {kind}" for kind, count in kinds.most_common())
            say(f"{name:32} {len(own):5} tried ({killed:4} killed), {len(faulty):4} faulty  {words}\n")
        tried = sum(one.scenario in scenarios for one in self._outcomes.values())
        say(f"{tried} tried, {bad} faulty, seed {self._seed}, {time.monotonic() - self._began_s:.0f} s\n")
        say(f"each: {self._path}\n")
        return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
