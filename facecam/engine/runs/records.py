"""Run records: how a run ended, written into its folder and read back."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from dataclasses import asdict
from typing import Any, Final

from facecam import __version__
from facecam.core.errors import DataError
from facecam.engine.runs.people import document_of
from facecam.runtime.card import build
from facecam.training.gate.strangers import StrangersReport
from facecam.training.gate.verification import GateReport
from facecam.training.run.folder import RunFolder, write_json

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
    return document_of(run.outcome)


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
        return build(GateReport, document, strict=False)
    except ValueError as error:
        raise DataError(
            f"the comparison of a run is damaged: {error}", hint="Train again to have one."
        ) from error


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""
