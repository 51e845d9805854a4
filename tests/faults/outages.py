"""Outages of a stream, and how long it takes to be back: `python -m tests.faults.outages 100`."""

from __future__ import annotations

import argparse
import random
import sys
import time

from facecam.vision.sources.open import open_source
from facecam.vision.sources.protocol import FrameSource
from tests.vision.sources.rtsp_server import OUTAGES, RtspCamera

#: Seconds without a stream once it is there again.
MOST_S = 3.0
_PATIENCE_S = 30.0
_LENGTHS_S = (0.3, 1.0, 2.0, 3.0, 5.0, 9.0, 14.0)


def main() -> int:
    """Returns 1 if one took longer than it may."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.outages", description=__doc__)
    parser.add_argument("outages", type=int, help="how many")
    parser.add_argument("--seed", type=int, default=0, help="of their lengths")
    arguments = parser.parse_args()
    rng, late = random.Random(arguments.seed), 0
    with RtspCamera() as device, open_source(device.address) as source:
        for number in range(arguments.outages):
            kind, length_s = OUTAGES[number % len(OUTAGES)], rng.choice(_LENGTHS_S) + rng.random()
            _watch(source, 1.5)
            device.fail(kind)
            _watch(source, length_s)
            device.recover()
            back_s = _until_a_frame(source)
            late += back_s > MOST_S
            sys.stdout.write(f"{number} {kind:7} {length_s:5.1f} s, back after {back_s:.2f} s\n")
            sys.stdout.flush()
    sys.stdout.write(f"{arguments.outages} outages, {late} took longer than {MOST_S:g} s\n")
    return 1 if late else 0


def _watch(source: FrameSource, length_s: float) -> None:
    end = time.monotonic() + length_s
    while time.monotonic() < end:
        source.read(0.05)


def _until_a_frame(source: FrameSource) -> float:
    source.read(0)  # Perhaps one from before the outage.
    began = time.monotonic()
    while time.monotonic() - began < _PATIENCE_S:
        if source.read(0.05) is not None:
            break
    return time.monotonic() - began


if __name__ == "__main__":
    sys.exit(main())
