"""Choice of the arithmetic a network may run in on this processor."""

from __future__ import annotations

import dataclasses
import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import openvino as ov

from facecam.core.errors import DataError, WeightsError
from facecam.core.paths import atomic_write, sha256_file
from facecam.runtime.card import (
    FORMAT_VERSION,
    build,
    check_version,
    faults_of,
    network_files,
    read_json_object,
)
from facecam.runtime.compiled import CompiledNetwork, Precision, processor_name, processor_precisions

RECORD_FILE = "precision.json"
#: Largest accepted difference from f32: absolute for unit vectors, else relative.
MAX_DIFFERENCE = 1e-2
#: The same for the maps of a detector where there are faces: by 0.02 LFW is aligned as well as before.
MAX_HEAT_DIFFERENCE = 5e-2
#: Smaller gains are within the noise of the timing, and f32 needs no excuse.
MIN_SPEEDUP = 1.05
#: Stands for a difference that is not a finite number.
NOT_COMPARABLE = 1e6
_ROUNDS = 7
_TIMING_BUDGET_S = 1.5

#: Outputs in f32 and in a reduced precision to their largest difference.
Comparison = Callable[[Sequence[np.ndarray], Sequence[np.ndarray]], float]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PrecisionReport:
    """What was chosen for one network on this processor, and why.

    Attributes:
        processor: its name.
        chosen: `f32`, or the fastest reduced precision that stays close to it.
        max_difference: per tried precision, the largest difference from f32
            over the probes; `NOT_COMPARABLE` when it did not run or gave NaN.
        speedups: per tried precision, time of f32 divided by its time.
    """

    processor: str
    chosen: Precision
    max_difference: Mapping[str, float]
    speedups: Mapping[str, float]

    @property
    def checked(self) -> bool:
        """Whether anything was compared: the processor has a reduced precision, and there were probes."""
        return bool(self.max_difference)


@dataclass(frozen=True, slots=True)
class _Record(PrecisionReport):
    """A report with everything that makes it out of date when it changes."""

    openvino: str
    fingerprint: str
    unit_vectors: bool


@dataclass(frozen=True, slots=True)
class _Records:
    format_version: int
    networks: Mapping[str, _Record]


def choose_precision(
    path: Path,
    probes: Sequence[np.ndarray],
    *,
    unit_vectors: bool,
    heat_above: float | None = None,
) -> PrecisionReport:
    """Choose the arithmetic for a network by trying it, once per processor, runtime and file.

    A reduced precision is taken when the processor computes it natively, it
    is at least 5 % faster than f32, and its outputs for `probes` differ from
    those of f32 by at most 1e-2 (`heat_above`: see there). The answer is kept in `precision.json`
    beside the network; where that cannot be written it is found again.

    Args:
        path: `.xml` or `.onnx`.
        probes: one array per input of the network, of its type (float32, or uint8
            for pictures), looking like what it will see (real faces, not noise); in
            the batch size that matters.
        unit_vectors: compare the outputs' rows divided by their norm, largest
            absolute difference; else the difference relative to f32's largest value.
        heat_above: for networks whose first output is a heat map, (N, 1, H, W), beside maps that mean something
            where it is high: compared there alone, absolute, up to 0.05 (0.05 of a cell of 4 px, or of a face).

    Raises:
        WeightsError: the network is missing or does not run in f32.
    """
    processor, candidates = processor_name(), processor_precisions()
    if not candidates or not probes:
        return PrecisionReport(processor, "f32", {}, {})
    fingerprint = network_fingerprint(path)
    record = _recorded(path, fingerprint)
    if record is None or record.unit_vectors != unit_vectors:
        compare = _unit_difference if unit_vectors else _relative_difference
        largest = MAX_DIFFERENCE if heat_above is None else MAX_HEAT_DIFFERENCE
        differences, speedups = _measure(path, probes, candidates, _comparison(compare, heat_above))
        chosen = _choose(candidates, differences, speedups, largest)
        record = _Record(
            processor, chosen, differences, speedups, ov.get_version(), fingerprint, unit_vectors
        )
        _keep(path, record)
    return record


def recorded_precision(path: Path, fingerprint: str) -> Precision:
    """What `choose_precision` found earlier for this file on this processor; else f32."""
    record = _recorded(path, fingerprint)
    return record.chosen if record else "f32"


def network_fingerprint(path: Path) -> str:
    """SHA-256 of each file of a network, joined with `+`; the same as from the card's digests.

    Raises:
        DataError: a file cannot be read.
    """
    return "+".join(sha256_file(path.with_name(file)) for file in network_files(path.name))


def _choose(
    candidates: Sequence[Precision],
    differences: Mapping[str, float],
    speedups: Mapping[str, float],
    largest: float,
) -> Precision:
    fit = [
        name for name in candidates if differences[name] <= largest and speedups.get(name, 0.0) >= MIN_SPEEDUP
    ]
    return max(fit, key=lambda name: speedups[name], default="f32")


def _measure(
    path: Path,
    probes: Sequence[np.ndarray],
    candidates: Sequence[Precision],
    compare: Comparison,
) -> tuple[dict[str, float], dict[str, float]]:
    networks = {"f32": CompiledNetwork(path, precision="f32")}
    expected = networks["f32"](*probes)
    differences = dict.fromkeys(map(str, candidates), NOT_COMPARABLE)
    for name in candidates:
        try:
            networks[name] = CompiledNetwork(path, precision=name)
        except WeightsError as error:
            _log.info("%s does not run in %s: %s", path, name, error)
            continue
        differences[name] = _difference(expected, networks[name](*probes), compare)
    times_s = _fastest_s(networks, probes)
    return differences, {name: times_s["f32"] / times_s[name] for name in networks if name != "f32"}


def _comparison(compare: Callable[[np.ndarray, np.ndarray], float], heat_above: float | None) -> Comparison:
    def all_outputs(expected: Sequence[np.ndarray], received: Sequence[np.ndarray]) -> float:
        return max(compare(ours, theirs) for ours, theirs in zip(expected, received, strict=True))

    def where_hot(expected: Sequence[np.ndarray], received: Sequence[np.ndarray]) -> float:
        hot = expected[0][:, 0] > heat_above
        apart = [
            np.abs(ours - theirs).max(axis=1)[hot] for ours, theirs in zip(expected, received, strict=True)
        ]
        # Without a face in the probes nothing was compared: then f32 is right.
        return _or_not_comparable(np.concatenate(apart).max(initial=0.0)) if hot.any() else NOT_COMPARABLE

    return all_outputs if heat_above is None else where_hot


def _difference(expected: Sequence[np.ndarray], received: Sequence[np.ndarray], compare: Comparison) -> float:
    with np.errstate(all="ignore"):  # Overflow in reduced precision is what is looked for.
        largest = compare(expected, received)
    return float(largest) if largest < NOT_COMPARABLE else NOT_COMPARABLE


def _unit_difference(expected: np.ndarray, received: np.ndarray) -> float:
    first, second = (rows.reshape(len(rows), -1).astype(np.float64) for rows in (expected, received))
    units = [rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (first, second)]
    return _or_not_comparable(np.abs(units[0] - units[1]).max())


def _relative_difference(expected: np.ndarray, received: np.ndarray) -> float:
    scale = max(float(np.abs(expected).max()), np.finfo(np.float32).tiny)
    return _or_not_comparable(np.abs(expected.astype(np.float64) - received).max() / scale)


def _or_not_comparable(difference: float) -> float:
    # max() of several differences would lose a NaN.
    return difference if np.isfinite(difference) else NOT_COMPARABLE


def _fastest_s(networks: Mapping[str, CompiledNetwork], probes: Sequence[np.ndarray]) -> dict[str, float]:
    fastest_s = dict.fromkeys(networks, float("inf"))
    started_s = time.perf_counter()
    for _ in range(_ROUNDS):
        # Taking turns lets a busy moment of the machine hit every precision alike.
        for name, network in networks.items():
            before_s = time.perf_counter()
            network(*probes)
            fastest_s[name] = min(fastest_s[name], time.perf_counter() - before_s)
        if time.perf_counter() - started_s > _TIMING_BUDGET_S:
            break
    return fastest_s


def _recorded(path: Path, fingerprint: str) -> _Record | None:
    record = _records(path).get(path.name)
    if record is None or (record.processor, record.openvino, record.fingerprint) != (
        processor_name(),
        ov.get_version(),
        fingerprint,
    ):
        return None
    usable = record.chosen == "f32" or record.chosen in processor_precisions()
    return record if usable else None


def _records(path: Path) -> Mapping[str, _Record]:
    file = path.with_name(RECORD_FILE)
    if not file.is_file():
        return {}
    try:
        with faults_of(file):
            values = read_json_object(file)
            check_version(values)
            return build(_Records, values).networks
    except WeightsError as error:
        _log.info("measuring again: %s", error)
        return {}


def _keep(path: Path, record: _Record) -> None:
    networks = {**_records(path), path.name: record}
    text = json.dumps(dataclasses.asdict(_Records(FORMAT_VERSION, networks)), indent=2, allow_nan=False)
    try:
        atomic_write(path.with_name(RECORD_FILE), f"{text}\n".encode())
    except DataError as error:
        _log.info("the choice of precision is not kept: %s", error)
