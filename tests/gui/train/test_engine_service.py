"""The real engine behind the tab, on a handful of photos."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.core.events import CancelToken, Event, Progress, ignore
from facecam.engine import components
from facecam.gui.train.engine_service import EngineTrainService
from tests.engine.fixtures import Enrol, Heads, enrolled, faces, heads, models_opened_once
from tests.engine.studio import EILEEN, JOE, mirrored, save

__all__ = ["enrolled", "faces", "heads", "models_opened_once"]


@pytest.fixture
def filled(settings: Settings, heads: Heads, tmp_path: Path) -> Settings:
    """Two people with two photos each, one of Joe's twice."""
    for name in (EILEEN, JOE):
        save(heads[name], settings.data / name / "a.png")
        save(mirrored(heads[name]), settings.data / name / "b.png")
    save(heads[JOE], settings.data / JOE / "copy.png")
    return settings


def test_photos_presets_estimate_and_test(
    filled: Settings, enrolled: Enrol, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = EngineTrainService(lambda: filled)
    events: list[Event] = []
    summary = service.survey(events.append, CancelToken())
    assert events and (summary.people_count, summary.photos_count, summary.usable_count) == (2, 5, 4)
    kinds = [one.kind for one in summary.warnings]
    assert kinds.count("duplicate") == 1 and kinds.count("few photos") == 2
    presets = {one.name: one for one in service.presets()}
    quick = service.estimate(presets["quick"].options, summary)
    full = service.estimate(presets["fine-tune"].options, summary)
    assert 0 < quick.seconds < full.seconds and quick.device == "CPU"
    report = service.self_test(0.01, ignore, CancelToken())
    assert (report.people, report.photos) == (2, 5)
    # What draws is loaded by the process that draws, and goes with it.
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    events.clear()
    plots = dict(service.plots(events.append, CancelToken()))
    assert list(plots)[:2] == ["roc", "error-rates"]
    assert {"histogram", "false-accepts", "false-rejects"} < set(plots)
    stages = [event.stage for event in events if isinstance(event, Progress)]
    assert "photos" in stages and stages[-1] == "plots"
    assert all(image.dtype == np.uint8 and np.ptp(image) > 100 for image in plots.values())
    enrolled(JOE)
    service.apply_threshold(0.12)
    stored = components.open_store(filled).load()
    assert stored is not None and stored.threshold == 0.12


def test_small_pictures_and_what_is_none(filled: Settings, tmp_path: Path) -> None:
    service = EngineTrainService(lambda: filled)
    picture = service.small_picture(filled.data / JOE / "a.png")
    assert picture is not None and max(picture.shape) <= 192
    (tmp_path / "broken.jpg").write_bytes(b"no picture")
    assert service.small_picture(tmp_path / "broken.jpg") is None


def test_without_runs_there_is_nothing_to_show(filled: Settings, tmp_path: Path) -> None:
    """Runs lie beside the models; an empty place has none."""
    elsewhere = replace(filled, weights=tmp_path / "elsewhere" / "weights")
    service = EngineTrainService(lambda: elsewhere)
    assert service.runs() == ()
    assert service.projections(tmp_path / "no run") is None
