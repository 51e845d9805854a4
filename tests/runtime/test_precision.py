"""Reduced precision is taken only where it is native, close enough and faster."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from facecam.core.errors import DataError
from facecam.runtime import precision as module
from facecam.runtime.card import ModelCard
from facecam.runtime.compiled import processor_name, processor_precisions
from facecam.runtime.precision import (
    NOT_COMPARABLE,
    RECORD_FILE,
    choose_precision,
    network_fingerprint,
    recorded_precision,
)
from tests.runtime.tiny import card_for, save_embedder, save_mixer

PROBES = [np.zeros((2, 3), np.float32)]


class FakeNetwork:
    """Answers `outputs[precision]` and lets `costs_s[precision]` pass on the fake clock."""

    outputs: ClassVar[dict[str, np.ndarray]] = {}
    costs_s: ClassVar[dict[str, float]] = {}
    now_s = 0.0
    made: ClassVar[list[str]] = []

    def __init__(self, path: Path, *, precision: str) -> None:
        self.precision = precision
        FakeNetwork.made.append(precision)

    def __call__(self, *inputs: np.ndarray) -> list[np.ndarray]:
        FakeNetwork.now_s += self.costs_s[self.precision]
        return [self.outputs[self.precision]]


@pytest.fixture
def pretend(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Path]:
    """Sets what each precision answers and costs; returns the path of a network."""

    def setup(outputs: dict[str, Any], costs_s: dict[str, float]) -> Path:
        FakeNetwork.outputs = {name: np.asarray(values, np.float32) for name, values in outputs.items()}
        FakeNetwork.costs_s, FakeNetwork.now_s, FakeNetwork.made = costs_s, 0.0, []
        monkeypatch.setattr(module, "CompiledNetwork", FakeNetwork)
        monkeypatch.setattr(
            module, "processor_precisions", lambda: [name for name in outputs if name != "f32"]
        )
        monkeypatch.setattr("time.perf_counter", lambda: FakeNetwork.now_s)
        path = tmp_path / "model.onnx"
        path.write_bytes(b"numbers")
        return path

    return setup


UNIT = [[3.0, 4.0]]


@pytest.mark.parametrize(
    ("bf16", "f16", "costs_s", "chosen"),
    [
        ([[6.0, 8.0]], [[3.0, 4.0]], {"f32": 6, "bf16": 2, "f16": 3}, "bf16"),  # same direction, fastest
        ([[6.0, 8.0]], [[3.0, 4.0]], {"f32": 6, "bf16": 3, "f16": 2}, "f16"),
        ([[3.2, 4.0]], [[3.0, 4.0]], {"f32": 6, "bf16": 1, "f16": 3}, "f16"),  # bf16 fast but off
        ([[3.2, 4.0]], [[3.0, 4.2]], {"f32": 6, "bf16": 1, "f16": 1}, "f32"),
        ([[3.0, 4.0]], [[3.0, 4.0]], {"f32": 6, "bf16": 6, "f16": 5.9}, "f32"),  # no gain
        ([[np.nan, 4.0]], [[np.inf, 4.0]], {"f32": 6, "bf16": 1, "f16": 1}, "f32"),
    ],
)
def test_the_fastest_that_is_close_enough(
    pretend: Callable[..., Path], bf16: Any, f16: Any, costs_s: dict[str, float], chosen: str
) -> None:
    path = pretend({"f32": UNIT, "bf16": bf16, "f16": f16}, costs_s)
    report = choose_precision(path, PROBES, unit_vectors=True)
    assert (report.chosen, report.checked, report.processor) == (chosen, True, processor_name())
    assert report.speedups["bf16"] == pytest.approx(6 / costs_s["bf16"])


def test_unit_vectors_are_compared_by_direction() -> None:
    """(3, 4) and (4, 3) over 5: both components differ by 0.2; doubling changes nothing."""
    ours, theirs = np.array([[3.0, 4.0]]), np.array([[8.0, 6.0]])
    by_direction = module._comparison(module._unit_difference, None)
    assert module._difference([ours], [theirs], by_direction) == pytest.approx(0.2)
    assert module._difference([ours], [ours * 2], by_direction) == pytest.approx(0.0)


def test_other_outputs_are_compared_relative_to_the_largest() -> None:
    """Largest of f32 is 4; the difference 0.04 is 1 %."""
    ours, theirs = np.array([[-4.0, 1.0]]), np.array([[-4.0, 1.04]])
    relative = module._comparison(module._relative_difference, None)
    assert module._difference([ours], [theirs], relative) == pytest.approx(0.01)
    assert module._difference([ours, ours], [theirs, ours * np.nan], relative) == NOT_COMPARABLE
    assert module._difference([ours * 0], [theirs * 0], relative) == 0


def test_maps_of_a_detector_are_compared_where_there_are_faces() -> None:
    """Of two cells one is hot: there the sizes differ by 0.03; the other cell's 5 means nothing."""
    heat, sizes = np.array([[[[0.9, 0.1]]]]), np.array([[[[1.0, 1.0]]]])
    compare = module._comparison(module._relative_difference, 0.3)
    assert module._difference([heat, sizes], [heat, np.array([[[[1.03, 6.0]]]])], compare) == pytest.approx(
        0.03
    )
    assert module._difference([heat * 0, sizes], [heat, sizes], compare) == NOT_COMPARABLE
    assert module._difference([heat, sizes], [heat, sizes * np.nan], compare) == NOT_COMPARABLE


def test_the_answer_is_kept_until_something_changes(
    pretend: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = pretend({"f32": UNIT, "bf16": UNIT}, {"f32": 2, "bf16": 1})
    first = choose_precision(path, PROBES, unit_vectors=True)
    FakeNetwork.made.clear()
    assert choose_precision(path, PROBES, unit_vectors=True) == first
    assert FakeNetwork.made == []
    assert recorded_precision(path, network_fingerprint(path)) == "bf16"

    choose_precision(path, PROBES, unit_vectors=False)
    assert FakeNetwork.made == ["f32", "bf16"]
    path.write_bytes(b"other numbers")
    assert recorded_precision(path, network_fingerprint(path)) == "f32"
    choose_precision(path, PROBES, unit_vectors=False)
    assert len(FakeNetwork.made) == 4
    monkeypatch.setattr(module, "processor_name", lambda: "another")
    choose_precision(path, PROBES, unit_vectors=False)
    assert len(FakeNetwork.made) == 6
    monkeypatch.setattr("openvino.get_version", lambda: "newer")
    choose_precision(path, PROBES, unit_vectors=False)
    assert len(FakeNetwork.made) == 8


def test_networks_of_one_folder_have_their_own_record(pretend: Callable[..., Path]) -> None:
    path = pretend({"f32": UNIT, "bf16": UNIT}, {"f32": 2, "bf16": 1})
    other = path.with_name("other.onnx")
    other.write_bytes(b"slow in bf16")
    choose_precision(path, PROBES, unit_vectors=True)
    FakeNetwork.costs_s = {"f32": 1, "bf16": 2}
    choose_precision(other, PROBES, unit_vectors=True)
    assert recorded_precision(path, network_fingerprint(path)) == "bf16"
    assert recorded_precision(other, network_fingerprint(other)) == "f32"
    assert set(json.loads((path.parent / RECORD_FILE).read_text())["networks"]) == {
        "model.onnx",
        "other.onnx",
    }


@pytest.mark.parametrize("content", ["", "[]", '{"format_version": 9, "networks": {}}', '{"networks": 3}'])
def test_a_damaged_record_is_measured_again(pretend: Callable[..., Path], content: str) -> None:
    path = pretend({"f32": UNIT, "bf16": UNIT}, {"f32": 2, "bf16": 1})
    (path.parent / RECORD_FILE).write_text(content)
    assert recorded_precision(path, network_fingerprint(path)) == "f32"
    assert choose_precision(path, PROBES, unit_vectors=True).chosen == "bf16"
    assert recorded_precision(path, network_fingerprint(path)) == "bf16"


def test_a_folder_that_cannot_be_written_only_costs_time(
    pretend: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, content: bytes) -> None:
        raise DataError("read-only", hint="")

    path = pretend({"f32": UNIT, "bf16": UNIT}, {"f32": 2, "bf16": 1})
    monkeypatch.setattr(module, "atomic_write", refuse)
    assert choose_precision(path, PROBES, unit_vectors=True).chosen == "bf16"
    assert choose_precision(path, PROBES, unit_vectors=True).chosen == "bf16"
    assert FakeNetwork.made == ["f32", "bf16"] * 2


def test_nothing_is_run_where_there_is_nothing_to_choose(pretend: Callable[..., Path]) -> None:
    path = pretend({"f32": UNIT}, {"f32": 1})
    report = choose_precision(path, PROBES, unit_vectors=True)
    assert (report.chosen, report.checked, report.speedups) == ("f32", False, {})
    path = pretend({"f32": UNIT, "bf16": UNIT}, {"f32": 2, "bf16": 1})
    assert not choose_precision(path, [], unit_vectors=True).checked
    assert FakeNetwork.made == []


def test_the_fingerprint_is_the_one_of_the_card(tmp_path: Path) -> None:
    files = save_embedder(tmp_path)
    card: ModelCard = card_for("tiny", files)
    assert network_fingerprint(files["model.xml"]) == card.fingerprint("model.xml")


def test_on_this_processor(tmp_path: Path) -> None:
    """Whatever is chosen here keeps its promise."""
    save_mixer(tmp_path / "model.xml")
    probes = [np.random.default_rng(0).normal(size=(16, 768)).astype(np.float32)]
    report = choose_precision(tmp_path / "model.xml", probes, unit_vectors=True)
    assert set(report.speedups) <= set(processor_precisions())
    assert report.checked == bool(processor_precisions())
    if report.chosen != "f32":
        assert report.max_difference[report.chosen] <= 1e-2
        assert report.speedups[report.chosen] >= 1.05
