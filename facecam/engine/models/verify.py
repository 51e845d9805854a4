"""Verification of model files, and of the choice of the one in use."""

from __future__ import annotations

from facecam.core.config import Settings
from facecam.core.errors import DataError, WeightsError
from facecam.engine import components
from facecam.engine.scoring import cohort_of
from facecam.runtime.store import DEPLOYED_FILE, Status, Verdict, WeightsStore


def verify_models(settings: Settings) -> list[Verdict]:
    """Read every file of every model; one verdict per sound model, one per fault.

    A model in use that is not there is a fault too, so that a folder without any model has one.
    """
    store = components.open_weights(settings)
    found = [fault for verdict in store.verify() for fault in _with_cohort(settings, store, verdict)]
    try:
        name = components.model_in_use(settings)
    except WeightsError as error:
        return [*found, Verdict(DEPLOYED_FILE, "missing file", DEPLOYED_FILE, error.message, error.hint)]
    if name in {verdict.name for verdict in found}:
        return found
    try:
        store.card(name)
    except WeightsError as error:
        found.append(
            Verdict(name, "missing file", "", f"{error.message}; it is the model in use", error.hint)
        )
    return found


def _with_cohort(settings: Settings, store: WeightsStore, verdict: Verdict) -> list[Verdict]:
    """The verdict, or for a sound model whose cohort is not, that one: it works, by plain distances."""
    if not verdict.ok:
        return [verdict]
    card = store.card(verdict.name)
    if card.cohort is None:
        return [verdict]
    try:
        cohort_of(settings.weights, card.name, card.cohort, card.dimensions)
    except DataError as error:
        missing = "is missing" in error.message
        status: Status = "missing file" if missing else "checksum differs"
        return [Verdict(card.name, status, card.cohort.file, error.message, error.hint)]
    return [verdict]
