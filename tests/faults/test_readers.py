"""No damaged file of our own gets further than two lines; `FACECAM_MUTATIONS` sets how many are tried of each."""

from __future__ import annotations

import os
import random
import traceback
from pathlib import Path

import pytest

from facecam.core.errors import FacecamError
from tests.faults.mutations import mutated
from tests.faults.readers import Reader, readers

TRIALS = int(os.environ.get("FACECAM_MUTATIONS", "25"))
SEED = int(os.environ.get("FACECAM_MUTATION_SEED", "1"))


@pytest.fixture
def sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Reader]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user-cache"))
    return list(readers(tmp_path / "world"))


def refused(reader: Reader) -> str:
    """What is wrong with how the reader takes its file; empty when nothing is."""
    try:
        reader.read()
    except FacecamError as error:
        return "" if error.message and error.hint else f"an error without a cure: {error!r}"
    except Exception:
        return traceback.format_exc(limit=-3)
    return ""


def test_damaged_files_of_our_own_are_two_lines_at_most(sound: list[Reader], tmp_path: Path) -> None:
    faults: dict[str, str] = {}
    tried = 0
    for reader in sound:
        content = reader.file.read_bytes()
        rng = random.Random(f"{SEED} {reader.name}")
        for number in range(TRIALS):
            damaged = mutated(content, rng)
            reader.file.parent.mkdir(parents=True, exist_ok=True)
            reader.file.write_bytes(damaged)
            tried += 1
            if fault := refused(reader):
                faults.setdefault(f"{reader.name}: {fault.strip().splitlines()[-1]}", f"{number}: {fault}")
        reader.file.parent.mkdir(parents=True, exist_ok=True)
        reader.file.write_bytes(content)
    said = "\n".join(f"{name}\n{fault}" for name, fault in faults.items())
    assert not faults, f"{tried} damaged files of {len(sound)} kinds\n{said}"
    assert tried == TRIALS * len(sound) and len(sound) > 35


def test_sound_files_are_read(sound: list[Reader]) -> None:
    not_read = []
    for reader in sound:
        if reader.name in ("classifier", "journal"):
            continue  # Of no right kind to begin with: damage of what is never right.
        try:
            reader.read()
        except FacecamError as error:
            not_read.append((reader.name, str(error)))
    assert not_read == []
