"""Paired timing of two things on a noisy machine."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One measured line.

    Attributes:
        what: what was measured.
        unit: `ms`, `s`, `frames/s`, `%` or `MB`.
        ours: median of ours.
        peer: median of the peer, or None where there is none.
        ratio: median of how many times better ours is, pair by pair; None without a peer.
        spread: smallest and largest of those ratios, or of ours without a peer.
        runs: repetitions.
        wanted: what it should at least be, in words; empty when nothing is asked for.
    """

    what: str
    unit: str
    ours: float
    peer: float | None = None
    ratio: float | None = None
    spread: tuple[float, float] = (0.0, 0.0)
    runs: int = 0
    wanted: str = ""


def time_ms(work: Callable[[], object], calls: int = 1) -> float:
    """Wall time of one call, ms, averaged over `calls` in a row."""
    started_s = time.perf_counter()
    for _ in range(calls):
        work()
    return (time.perf_counter() - started_s) * 1e3 / calls


def compare(
    what: str,
    ours: Callable[[], object],
    peer: Callable[[], object] | None = None,
    *,
    runs: int = 5,
    calls: int = 1,
    wanted: str = "",
) -> Row:
    """Time ours and the peer in turn, so that a busy moment of the machine hits both.

    Args:
        what: name of the row.
        ours: one call of ours; called `calls` times a run.
        peer: one call of the peer; called once a run, since it is the slower one.
        runs: repetitions after one of each that is not counted.
        calls: see `ours`.
        wanted: see `Row`.
    """
    ours()
    if peer is not None:
        peer()
    own_ms, peer_ms = [], []
    for _ in range(runs):
        own_ms.append(time_ms(ours, calls))
        if peer is not None:
            peer_ms.append(time_ms(peer))
    return row_from(what, "ms", own_ms, peer_ms, wanted=wanted)


def row_from(
    what: str, unit: str, ours: Sequence[float], peer: Sequence[float] = (), *, wanted: str = ""
) -> Row:
    """A row from paired measurements; more is better for `frames/s`, less for all else."""
    median = statistics.median
    if not peer:
        return Row(what, unit, median(ours), spread=(min(ours), max(ours)), runs=len(ours), wanted=wanted)
    more_is_better = unit == "frames/s"
    ratios = [a / b if more_is_better else b / a for a, b in zip(ours, peer, strict=True)]
    spread = min(ratios), max(ratios)
    return Row(what, unit, median(ours), median(peer), median(ratios), spread, len(ours), wanted)
