"""A sample of the damaged files of `make faults`: two lines at most, no crash, little time and memory."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from facecam.core.errors import FacecamError
from facecam.engine.evaluation.groups import read_groups
from facecam.engine.places import ROOT
from facecam.engine.tools.classifier import load as load_classifier
from facecam.engine.training_jobs.sweep import read_sweep
from facecam.gallery.storage.encodings import import_encodings
from facecam.metrics.detection.voc import read_voc
from facecam.metrics.detection.wider import read_wider
from facecam.metrics.pairs import read_pairs
from facecam.networks.weights_file import read_arrays
from facecam.runtime.card import read_card
from facecam.training.config.preset import read_preset
from facecam.training.optim.schedule_file import read_schedule
from tests.faults.damage import KINDS, Read
from tests.faults.foreign import films, pictures
from tests.faults.readers import readers


@pytest.mark.skipif(not hasattr(os, "fork"), reason="trials are forked; this system cannot")
@pytest.mark.parametrize(("kind", "trials"), [("own", 430), ("pictures", 500), ("films", 60)])
def test_damaged_files_are_two_lines_at_most(tmp_path: Path, kind: str, trials: int) -> None:
    log = tmp_path / "log.jsonl"
    command = [
        sys.executable,
        "-m",
        "tests.faults",
        kind,
        "--log",
        str(log),
        "--sample",
        str(trials),
        "--seed",
        "1",
    ]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment)
    assert run.returncode == 0, run.stdout + run.stderr
    tried = [json.loads(line) for line in log.with_suffix(".files.jsonl").read_text().splitlines()]
    ends = {one["end"] for one in tried}
    assert len(tried) == trials and ends == {"read", "refused"}
    assert len({one["name"] for one in tried}) > {"own": 35, "pictures": 15, "films": 3}[kind]


def test_what_takes_long_or_much_is_not_fine() -> None:
    ends = [
        Read("films", "a", 0, *rest) for rest in (("read", 4.9, 600), ("read", 5.1, 1), ("refused", 1.0, 701))
    ]
    assert [one.fine for one in (*ends, Read("films", "a", 0, "crash: status 11"))] == [
        True,
        False,
        False,
        False,
    ]


def test_sound_files_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user-cache"))
    not_read = []
    for reader in (*readers(tmp_path / "own"), *pictures(tmp_path / "pictures"), *films(tmp_path / "films")):
        if reader.name == "journal":
            continue  # Of no right kind to begin with: damage of what is never right.
        try:
            reader.read()
        except FacecamError as error:
            not_read.append((reader.name, str(error)))
    assert not_read == []
    assert sum(kind.trials for kind in KINDS.values()) >= 41_000


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("a.npz", import_encodings),
        ("a.npy", import_encodings),
        ("a.json", import_encodings),
        ("a.npz", read_arrays),
        ("a.zip", load_classifier),
        ("a.txt", read_pairs),
        ("a.csv", read_groups),
        ("a.txt", read_wider),
        ("a.xml", lambda file: read_voc([file])),
        ("a.txt", read_schedule),
        ("a.toml", read_preset),
        ("a.yaml", read_sweep),
        ("card.json", read_card),
    ],
)
def test_what_somebody_names_is_not_read_whole_to_find_out_that_it_is_no_such_thing(
    tmp_path: Path, name: str, read: Callable[[Path], object]
) -> None:
    """Before, 3 GB of zeros took 6 GB of memory as encodings or pairs."""
    file = tmp_path / name
    with file.open("wb") as stream:
        stream.truncate(3_000_000_000)
    limits = resource.getrlimit(resource.RLIMIT_AS)
    held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (held + 700_000_000, limits[1]))
    try:
        with pytest.raises(FacecamError) as caught:
            read(file)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, limits)
    assert caught.value.message and caught.value.hint
