"""A child process that reads a sealed file with the key it was handed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from facecam.core.children import environment_for
from facecam.core.encryption import at_rest, data_keys
from facecam.engine.places import ROOT


def run_child(command: Sequence[str], variables: Mapping[str, str]) -> str:
    """What it prints."""
    return subprocess.run(
        [part for part in command if part != "-P"],
        env=environment_for(**variables),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


if __name__ == "__main__":
    sys.stdout.write(f"{at_rest.read_text(Path(sys.argv[1]))} {data_keys.KEYS_VARIABLE not in os.environ}\n")
