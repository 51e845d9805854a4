"""Run records: how a run ended, written into its folder and read back."""

from __future__ import annotations

import importlib.metadata
import math
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any, Final

from facecam import __version__
from facecam.core.errors import DataError
from facecam.training.gate.strangers import StrangersReport
from facecam.training.gate.verification import GateReport, ModelScores
from facecam.training.run.folder import RunFolder, read_json, write_json

_RANGES: Final = {"candidate_range", "deployed_range", "gain_range"}
_PACKAGES: Final = ("tensorflow", "keras", "numpy", "openvino")


def environment() -> dict[str, Any]:
    """Versions and hardware, for `environment.json`."""
    return {
        "facecam": __version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "processors": os.cpu_count(),
        "packages": {name: _version(name) for name in _PACKAGES},
    }


def write_outcome(
    run: RunFolder,
    state: str,
    *,
    seconds: float,
    model: str | None = None,
    gate: GateReport | None = None,
    strangers: StrangersReport | None = None,
    deployed: bool = False,
    error: str = "",
) -> None:
    """Write `outcome.json`.

    Raises:
        DataError: the disk is full.
    """
    write_json(
        run.outcome,
        {
            "state": state,
            "seconds": round(seconds, 1),
            "model": model,
            "gate": None if gate is None else gate_to_json(gate),
            "strangers": None if strangers is None else asdict(strangers),
            "deployed": deployed,
            "error": error,
        },
    )


def read_outcome(run: RunFolder) -> dict[str, Any]:
    """What `write_outcome` wrote; empty while there is none, or it is damaged."""
    try:
        return read_json(run.outcome) if run.outcome.is_file() else {}
    except DataError:
        return {}


def gate_to_json(gate: GateReport) -> dict[str, Any]:
    """A comparison as plain values."""
    document = asdict(gate)
    for side in ("candidate", "deployed"):
        document[side]["tar_at_far"] = {
            f"{rate:g}": tar for rate, tar in document[side]["tar_at_far"].items()
        }
    return document


def gate_from_json(document: object) -> GateReport:
    """The reverse; what a later version has written besides is passed over.

    Raises:
        DataError: something is missing or of another kind.
    """
    try:
        values = _known(GateReport, document)
        for side in ("candidate", "deployed"):
            scores = _known(ModelScores, values[side])
            scores["tar_at_far"] = {float(rate): tar for rate, tar in dict(scores["tar_at_far"]).items()}
            values[side] = ModelScores(**scores)
        for name in _RANGES & values.keys():
            values[name] = None if values[name] is None else _range(values[name])
        gate = GateReport(**values)
        _check_kinds(gate)
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(
            f"the comparison of a run is damaged: {error}", hint="Train again to have one."
        ) from error
    return gate


def _known(kind: type, document: object) -> dict[str, Any]:
    """The entries of a JSON object that are fields of a dataclass."""
    if not isinstance(document, Mapping):
        raise TypeError(f"expected an object. Received: {type(document).__name__}")
    names = {field.name for field in fields(kind)}
    return {name: value for name, value in document.items() if name in names}


def _range(ends: Sequence[float]) -> tuple[float, float]:
    lower, upper = map(float, ends)
    if not math.isfinite(upper - lower):
        raise ValueError(f"expected two numbers. Received: {ends!r}")
    return lower, upper


def _check_kinds(gate: GateReport) -> None:
    for text in (gate.verdict, gate.text, gate.candidate.model, gate.deployed.model):
        if not isinstance(text, str):
            raise TypeError(f"expected text. Received: {text!r}")
    numbers = [gate.probability_better, gate.photos, gate.people]
    for scores in (gate.candidate, gate.deployed):
        numbers += [scores.auc, scores.eer, scores.pairs_same, scores.pairs_different]
        numbers += [tar for tar in scores.tar_at_far.values() if tar is not None]
    for number in numbers:
        if not isinstance(number, int | float) or not math.isfinite(number):
            raise TypeError(f"expected a number. Received: {number!r}")


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""
