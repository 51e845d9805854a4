"""Are the models sound, and is the one in use there at all?"""

from __future__ import annotations

from facecam.core.config import Settings
from facecam.core.errors import WeightsError
from facecam.engine import parts
from facecam.runtime.store import DEPLOYED_FILE, Verdict


def verify_models(settings: Settings) -> list[Verdict]:
    """Read every file of every model; one verdict per sound model, one per fault.

    A model in use that is not there is a fault too; a folder without any model has none: nothing was prepared yet.
    """
    store = parts.open_weights(settings)
    found = store.verify()
    if not found:
        return []
    try:
        name = settings.model or store.deployed()
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
