"""What lies beside a model in `weights/` is what its card speaks of, also when its run is continued."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from facecam.core.config import Settings
from facecam.engine import components
from facecam.engine.models.cohorts import COHORT_FILE
from facecam.engine.training_jobs.publish import store_network
from facecam.runtime.store import WeightsStore
from facecam.training.run.folder import RunFolder


def test_a_model_judged_by_distances_has_no_cohort_beside_it(weights: Path, tmp_path: Path) -> None:
    """The run copied the cohort of the model it began with; another time it had been judged by scores."""
    shipped = components.open_weights(replace(Settings(), weights=weights))
    card, store = replace(shipped.card("dlib-resnet"), name="mine"), WeightsStore(tmp_path / "weights")
    assert card.cohort is not None
    run = RunFolder(tmp_path / "runs" / "2026-01-31-test-1")
    run.model.mkdir(parents=True)
    for name in card.sha256:
        (run.model / name).symlink_to(shipped.path("dlib-resnet") / name)
    (run.model / COHORT_FILE).write_bytes(b"a mixture")
    store_network(store, run, card)
    assert (store.path("mine") / COHORT_FILE).read_bytes() == b"a mixture"
    (store.path("mine") / "notes.txt").write_text("the user's own")
    store_network(store, run, replace(card, cohort=None))
    assert {path.name for path in store.path("mine").iterdir()} == {"card.json", "notes.txt", *card.sha256}
    assert not (run.model / COHORT_FILE).exists()
