"""A sample of the faults of `make faults`: whatever is cut off, people are changed as a whole or not at all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from facecam.engine.places import ROOT
from tests.faults.hook import Fault
from tests.faults.scenarios import SCENARIOS

#: Trials of each scenario.
SAMPLE = 4

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="trials are forked; this system cannot")


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, object]]]:
    """Scenario → its trials. In a process of its own: it forks, and other tests may have started threads."""
    log = tmp_path_factory.mktemp("faults") / "log.jsonl"
    command = [
        sys.executable,
        "-m",
        "tests.faults",
        "--log",
        str(log),
        "--sample",
        str(SAMPLE),
        "--seed",
        "7",
        *(one.name for one in SCENARIOS),
    ]
    run = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"}
    )
    assert log.is_file(), run.stderr
    found: dict[str, list[dict[str, object]]] = {}
    for line in log.read_text().splitlines():
        entry = json.loads(line)
        found.setdefault(entry["scenario"], []).append(entry)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("scenario", [one.name for one in SCENARIOS])
def test_whole_or_not_at_all(outcomes: dict[str, list[dict[str, object]]], scenario: str) -> None:
    assert len(outcomes[scenario]) == SAMPLE
    assert [one for one in outcomes[scenario] if one["problems"]] == []


def test_the_hook_sees_what_python_does_to_files(tmp_path: Path) -> None:
    """Else a trial would be one of nothing."""
    script = """
import os, shutil, sys
from pathlib import Path
from tests.faults.hook import Fault
root = Path(sys.argv[1])
fault = Fault("count", root)
fault.install()
(root / "a").mkdir()
(root / "a" / "b").write_text("b")
os.replace(root / "a" / "b", root / "c")
os.open(root / "d", os.O_CREAT | os.O_WRONLY)
(root / "a" / "e").symlink_to(root / "c")
(root / "c").read_text()
print(fault.count)
shutil.rmtree(root / "a")
(root / "c").unlink()
print(fault.count)
"""
    command = [sys.executable, "-c", script, str(tmp_path)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert run.stdout.split() == ["5", "8"], run.stderr


def test_a_full_disk_gives_the_room_back_that_was_freed(tmp_path: Path) -> None:
    (tmp_path / "b").write_bytes(bytes(5000))
    fault = Fault("full", tmp_path, at=1)
    with pytest.raises(OSError, match="No space left"):
        fault._happens("os.mkdir", tmp_path / "a", True)
    (tmp_path / "b").unlink()
    for name in ("a", "c"):
        fault._happens("os.mkdir", tmp_path / name, True)
        (tmp_path / name).mkdir()
    with pytest.raises(OSError, match="No space left"):
        fault._happens("open", tmp_path / "d", True)
