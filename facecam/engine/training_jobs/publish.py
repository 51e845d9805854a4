"""Publication of a trained network in `weights/`, again when its run is continued."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from facecam.core.errors import DataError, WeightsError
from facecam.core.paths import readable_os_errors
from facecam.engine.models.cohorts import COHORT_FILE
from facecam.engine.runs.layout import BASE_FILE, HEAD_FILE, STORED_FILE
from facecam.engine.runs.trained_on import model_of
from facecam.runtime.card import ModelCard
from facecam.runtime.store import WeightsStore
from facecam.training.run.folder import RunFolder, read_json, write_json

KEPT_FILES: Final = (
    *("weights.npz", HEAD_FILE, BASE_FILE, COHORT_FILE),
    *("encoder.xml", "encoder.bin", "decoder.xml", "decoder.bin"),
)


def store_network(store: WeightsStore, run: RunFolder, card: ModelCard) -> None:
    """Add a run's exported network to `weights/`, in place of the one the same run added before.

    Args:
        store: the models.
        run: its `model/` holds the files of the card.
        card: of the network.

    Raises:
        WeightsError: somebody else's model has the name.
        DataError: the disk is full.
    """
    before, mine = _model_id(store, card.name), _stored_by(run)
    if before is not None and before not in mine:
        raise WeightsError(
            f"there is a model {card.name!r} already",
            hint=f"Another training made it. `models remove {card.name}`, then `train --resume {run.path.name}`.",
        )
    # First: a crash in between must not make our own model a stranger's.
    write_json(run.path / STORED_FILE, {"models": sorted({*mine, card.model_id})})
    files = {file: run.model / file for file in card.sha256}
    store.add(card.name, files, card, replace=before is not None)
    if card.cohort is None:  # Copied before it was found out that distances decide.
        with readable_os_errors("delete the cohort in", run.model):
            (run.model / COHORT_FILE).unlink(missing_ok=True)
    _keep_weights(run.model, store.path(card.name))


def stored_model(store: WeightsStore, run: RunFolder) -> str | None:
    """The model in `weights/` that a run put there; None where there is none, or somebody else's by now."""
    name = model_of(run)
    return name if name and _model_id(store, name) in _stored_by(run) else None


def _model_id(store: WeightsStore, name: str) -> str | None:
    """Of the model with that name; None while there is none."""
    return store.card(name).model_id if name in store.names() else None


def _stored_by(run: RunFolder) -> set[str]:
    try:
        return set(map(str, read_json(run.path / STORED_FILE).get("models", ())))
    except (DataError, TypeError):
        return set()  # Nothing yet; a damaged note makes our model somebody else's, which is the safe side.


def _keep_weights(folder: Path, model: Path) -> None:
    """What a later training can start from, beside the deployable network."""
    with readable_os_errors("keep the weights in", model):
        for name in KEPT_FILES:
            if (folder / name).is_file():
                shutil.copyfile(folder / name, model / name)
