"""The card: read strictly, written so that it can be read."""

from __future__ import annotations

import itertools
import json
import math
import pickle
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from facecam.core.errors import WeightsError
from facecam.runtime.card import InputSpec, ModelCard, check_model_name, network_files, read_card, write_card

XML, BIN, ONNX, SOURCE = "a" * 64, "b" * 64, "c" * 64, "d" * 64


def make_card(**changes: Any) -> ModelCard:
    values: dict[str, Any] = {
        "name": "dlib-resnet",
        "title": "dlib’s ResNet, 29 layers",
        "task": "embedding",
        "files": ("model.xml",),
        "input": InputSpec(
            height=150,
            width=150,
            layout="NHWC",
            mean=(122.782, 117.001, 104.298),
            std=(256.0, 256.0, 256.0),
            normalised_inside=True,
        ),
        "chip": "dlib",
        "dimensions": 128,
        "unit_norm_inside": True,
        "threshold": 0.2,
        "false_accept_rate": 0.01,
        "calibration": ((0.001, 0.16), (0.01, 0.2)),
        "calibrated_on": "500 + 500 pairs",
        "distance_to_probability": ((0.0, 1.0), (0.2, 0.6), (0.4, 0.1)),
        "licence": "CC0-1.0",
        "lineage": "Trained by Davis King on about 3 million faces.",
        "source_sha256": SOURCE,
        "sha256": {"model.xml": XML, "model.bin": BIN},
    }
    return ModelCard(**{**values, **changes})


@pytest.fixture
def fault_of(tmp_path: Path) -> Callable[..., WeightsError]:
    """Writes a sound card, changes its JSON, and returns what reading it says."""

    def fault(change: Callable[[dict[str, Any]], object]) -> WeightsError:
        path = tmp_path / "card.json"
        write_card(make_card(), path)
        values = json.loads(path.read_text(encoding="utf-8"))
        change(values)
        path.write_text(json.dumps(values), encoding="utf-8")
        return refusal_of(path)

    return fault


def refusal_of(path: Path) -> WeightsError:
    with pytest.raises(WeightsError) as caught:
        read_card(path)
    assert str(path) in caught.value.message
    assert "\n" not in caught.value.message
    assert caught.value.hint
    return caught.value


def put(*keys: Any, value: object) -> Callable[[dict[str, Any]], object]:
    def change(values: dict[str, Any]) -> None:
        for key in keys[:-1]:
            values = values[key]
        values[keys[-1]] = value

    return change


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"threshold": None, "false_accept_rate": None, "calibration": (), "distance_to_probability": None},
        {"files": ("model.onnx",), "sha256": {"model.onnx": ONNX}, "source_sha256": None, "chip": "arcface"},
        {
            "task": "detection",
            "files": ("p.xml", "r.onnx"),
            "sha256": {"p.xml": XML, "p.bin": BIN, "r.onnx": ONNX, "windows.npy": SOURCE},
            "chip": None,
            "dimensions": 0,
        },
    ],
)
def test_round_trip(tmp_path: Path, changes: dict[str, Any]) -> None:
    card = make_card(**changes)
    write_card(card, tmp_path / "card.json")
    assert read_card(tmp_path / "card.json") == card
    assert pickle.loads(pickle.dumps(card)) == card


def test_the_file_says_file_for_one_and_files_for_several(tmp_path: Path) -> None:
    path = tmp_path / "card.json"
    write_card(make_card(), path)
    assert json.loads(path.read_text())["file"] == "model.xml"
    several = {"p.xml": XML, "p.bin": BIN, "r.onnx": ONNX}
    write_card(make_card(files=("p.xml", "r.onnx"), sha256=several), path)
    assert json.loads(path.read_text())["files"] == ["p.xml", "r.onnx"]
    assert "file" not in json.loads(path.read_text())


def test_keys_with_a_usual_value_may_be_left_out(tmp_path: Path) -> None:
    path = tmp_path / "card.json"
    write_card(make_card(), path)
    values = json.loads(path.read_text(encoding="utf-8"))
    for key in ("chip_padding", "chip_size_px", "distance_to_probability"):
        del values[key]
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(values).encode())  # As Windows Notepad saves it.
    card = read_card(path)
    assert (card.chip_padding, card.chip_size_px, card.distance_to_probability) == (0.25, 150, None)


def test_every_other_key_must_be_there(fault_of: Callable[..., WeightsError], tmp_path: Path) -> None:
    write_card(make_card(), tmp_path / "whole.json")
    values = json.loads((tmp_path / "whole.json").read_text(encoding="utf-8"))
    optional = {
        "chip_padding",
        "chip_size_px",
        "distance_to_probability",
        "group_distance",
        "cohort",
        "alignment",
        "alignment_thresholds",
        "liveness",
    }
    required = set(values) - optional
    assert len(required) == 17
    for key in required:
        fault = fault_of(lambda values, key=key: values.pop(key))
        assert f"{'files' if key == 'file' else key}: missing key" in fault.message
    for key in values["input"]:
        assert f"input.{key}: missing key" in fault_of(lambda v, key=key: v["input"].pop(key)).message


def test_unknown_keys_are_guessed(fault_of: Callable[..., WeightsError]) -> None:
    fault = fault_of(put("treshold", value=0.2))
    assert "'treshold': unknown key" in fault.message
    assert fault.hint == "Did you mean threshold?"
    assert fault_of(put("input", "hieght", value=1)).hint == "Did you mean input.height?"
    assert "Known keys" in fault_of(put("qqqqqq", value=1)).hint


@pytest.mark.parametrize(
    ("keys", "value", "words"),
    [
        (["format_version"], 2, "format_version: expected 1. Received: 2"),
        (["format_version"], True, "format_version"),
        (["name"], "Dlib", "name: expected"),
        (["name"], "../up", "name: expected"),
        (["title"], "", "title: expected some words"),
        (["title"], "\x1b[2J", "title: expected text without control characters"),
        (["title"], "\ud800", "title: expected text without control characters"),
        (["task"], "segmentation", "task: expected embedding or detection"),
        (["file"], "model.pb", "file: expected names ending"),
        (["file"], "other.xml", "sha256: expected an entry for 'other.xml'"),
        (["files"], ["model.xml"], "files: expected either"),
        (["input"], [], "input: expected an object"),
        (["input", "height"], "150", "input.height: expected a whole number. Received: '150'"),
        (["input", "height"], 150.0, "input.height: expected a whole number"),
        (["input", "height"], True, "input.height: expected a whole number"),
        (["input", "height"], 0, "input.height: expected a size"),
        (["input", "channels"], "GBR", "input.channels: expected RGB or BGR"),
        (["input", "layout"], "HWC", "input.layout: expected NHWC or NCHW"),
        (["input", "mean"], [1, 2], "input.mean: expected 3 values"),
        (["input", "std"], [1, 0, 1], "input.std: expected finite and above 0"),
        (["input", "std"], [1, "2", 1], "input.std[1]: expected a finite number"),
        (["input", "normalised_inside"], 1, "input.normalised_inside: expected true or false"),
        (["chip"], None, "chip: expected dlib or arcface"),
        (["chip"], "vgg", "chip: expected dlib or arcface"),
        (["dimensions"], 0, "dimensions: expected between 2"),
        (["threshold"], 0, "threshold: expected above 0"),
        (["threshold"], 4.01, "threshold: expected above 0 and at most 4"),
        (["threshold"], None, "false_accept_rate: expected null while threshold is null"),
        (["threshold"], 10**400, "threshold: expected a finite number"),
        (["false_accept_rate"], 1.5, "false_accept_rate: expected between 0 and 1"),
        (["calibration"], [[0.1, 0.2, 0.3]], "calibration[0]: expected 2 values"),
        (["calibration"], [[0.01, 0.3], [0.1, 0.2]], "calibration: expected thresholds"),
        (["distance_to_probability"], [[0, 1]], "distance_to_probability: expected at least two"),
        (["distance_to_probability"], [[0, 0.5], [1, 0.6]], "probabilities falling"),
        (["distance_to_probability"], [[1, 0.6], [1, 0.5]], "distances rising"),
        (["distance_to_probability"], [[0, 100], [1, 0]], "probabilities in 0 to 1"),
        (["source_sha256"], "D" * 64, "source_sha256: expected 64 lower-case"),
        (
            ["sha256"],
            {"model.xml": XML},
            "sha256: expected an entry for 'model.bin', which 'model.xml' needs",
        ),
        (["sha256", "model.bin"], "b" * 63, "sha256.model.bin: expected 64"),
        (["sha256", "../model.bin"], BIN, "sha256: expected plain file names"),
        (["sha256", "card.json"], BIN, "sha256: expected plain file names"),
    ],
)
def test_wrong_values_are_named(
    fault_of: Callable[..., WeightsError], keys: list[Any], value: object, words: str
) -> None:
    assert words in fault_of(put(*keys, value=value)).message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not valid JSON"),
        (b"[]", "expected a JSON object"),
        (b"{", "not valid JSON"),
        (b'{"threshold": NaN}', "expected finite numbers. Received: NaN"),
        (b'{"threshold": -Infinity}', "expected finite numbers. Received: -Infinity"),
        (b'{"name": "a", "name": "b"}', "'name': this key occurs twice"),
        (b"\xff\xfe{\x00", "not UTF-8 text at byte 0"),
        (b"[" * 200_000, "not valid JSON"),
        (b" " * (1 << 20) + b"{}", "larger than 1048576 bytes"),
    ],
)
def test_files_that_hold_no_card(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "card.json"
    path.write_bytes(content)
    assert words in refusal_of(path).message


def test_missing_file_and_folder_in_its_place(tmp_path: Path) -> None:
    assert "is missing" in refusal_of(tmp_path / "card.json").message
    assert "could not read" in refusal_of(tmp_path).message


def test_a_card_is_checked_when_made_in_code() -> None:
    with pytest.raises(ValueError, match="threshold"):
        make_card(threshold=math.nan)
    with pytest.raises(ValueError, match=r"input\.mean"):
        replace(make_card().input, mean=(0.0, math.inf, 0.0))


def test_writing_what_could_not_be_read_back_leaves_the_old_card(tmp_path: Path) -> None:
    path = tmp_path / "card.json"
    write_card(make_card(), path)
    before = path.read_bytes()
    with pytest.raises(WeightsError, match="dimensions: expected a whole number"):
        write_card(make_card(dimensions=128.0), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_numbers_of_numpy_are_written_as_numbers(tmp_path: Path) -> None:
    path = tmp_path / "card.json"
    write_card(make_card(threshold=np.float32(0.25), dimensions=np.int64(128)), path)
    assert read_card(path).threshold == 0.25


def test_model_id_names_the_numbers_and_not_their_description() -> None:
    assert make_card().model_id == "dlib-resnet@dddddddddddd"
    assert make_card(source_sha256=None).model_id == "dlib-resnet@bbbbbbbbbbbb"
    onnx = make_card(source_sha256=None, files=("m.onnx",), sha256={"m.onnx": ONNX})
    assert onnx.model_id == "dlib-resnet@cccccccccccc"
    assert onnx.file == "m.onnx"
    assert make_card().fingerprint("model.xml") == f"{XML}+{BIN}"


def test_percent_follows_the_knots() -> None:
    """Knots (0, 1), (0.2, 0.6), (0.4, 0.1): 0.1 lies half-way, 80 %; 0.3 gives 35 %; from 0.4 on 10 %."""
    card = make_card()
    distances = [0.0, 0.1, 0.2, 0.3, 0.4, 3.0]
    assert [card.percent(value) for value in distances] == pytest.approx([100, 80, 60, 35, 10, 10])


def test_percent_without_knots_gives_50_at_the_threshold_and_falls() -> None:
    """d = 2·threshold: 100/(1 + 2⁴) = 100/17."""
    card = make_card(distance_to_probability=None)
    assert card.percent(0.0) == 100
    assert card.percent(0.2) == pytest.approx(50)
    assert card.percent(0.4) == pytest.approx(100 / 17)
    steps = [card.percent(float(value)) for value in np.linspace(0, 4, 401)]
    assert all(left > right >= 0 for left, right in itertools.pairwise(steps))


def test_percent_before_calibration_is_the_cosine() -> None:
    card = make_card(threshold=None, false_accept_rate=None, distance_to_probability=None)
    assert [card.percent(value) for value in (0.0, 0.5, 1.0, 2.0, 4.0)] == [100, 75, 50, 0, 0]


@pytest.mark.parametrize("knots", [None, ((0.0, 1.0), (4.0, 0.5))])
def test_percent_of_odd_distances(knots: Any) -> None:
    card = make_card(distance_to_probability=knots)
    assert card.percent(math.inf) == 0
    assert card.percent(-1e-9) == 100
    assert card.percent(1e300) == card.percent(4.0)
    with pytest.raises(ValueError, match="nan"):
        card.percent(math.nan)


@pytest.mark.parametrize("name", ["a", "dlib-resnet", "resnet50_2.1", "0" * 64])
def test_model_names(name: str) -> None:
    assert check_model_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        ".a",
        "a.",
        "A",
        "é",
        "a/b",
        "a\\b",
        "a b",
        "a\n",
        "0" * 65,
        "nul",
        "com1.x",
        "x.json",
        "y.part",
    ],
)
def test_names_that_are_no_folder_everywhere(name: str) -> None:
    with pytest.raises(ValueError, match="name: expected"):
        check_model_name(name)


def test_network_files() -> None:
    assert network_files("a.xml") == ("a.xml", "a.bin")
    assert network_files("a.onnx") == ("a.onnx",)


def with_alignments(**changes: Any) -> ModelCard:
    thresholds = (("five+dlib", "dlib", 0.21), ("five", "five+dlib", 0.22))
    return make_card(**{"alignment": "five+dlib", "alignment_thresholds": thresholds, **changes})


def test_a_threshold_is_of_the_alignments_of_both_sides() -> None:
    card = with_alignments()
    assert card.threshold_for("five+dlib") == 0.2
    assert card.threshold_for("dlib") == 0.21
    assert card.threshold_for("five+dlib", probe="dlib") == 0.21, "whichever side is which"
    assert card.threshold_for("five+dlib", probe="five") == 0.22
    assert card.threshold_for("five", probe="dlib") == 0.2, "nobody measured it"
    assert make_card().threshold_for("five") == 0.2


def test_alignments_are_written_and_read(tmp_path: Path) -> None:
    write_card(with_alignments(), tmp_path / "card.json")
    assert read_card(tmp_path / "card.json") == with_alignments()


def test_a_card_that_does_not_say_is_of_dlibs_alignment(tmp_path: Path) -> None:
    write_card(make_card(), tmp_path / "card.json")
    values = json.loads((tmp_path / "card.json").read_text(encoding="utf-8"))
    del values["alignment"], values["alignment_thresholds"]
    (tmp_path / "card.json").write_text(json.dumps(values), encoding="utf-8")
    assert read_card(tmp_path / "card.json").alignment == "dlib"


@pytest.mark.parametrize(
    "thresholds",
    [
        (("dlib", "five", 0.0),),
        (("dlib", "five", 4.1),),
        (("dlib", "five", 0.2), ("five", "dlib", 0.3)),
        (("five+dlib", "five+dlib", 0.2),),
    ],
)
def test_alignment_thresholds_that_cannot_be_meant(thresholds: tuple[tuple[str, str, float], ...]) -> None:
    with pytest.raises(ValueError, match="alignment_thresholds"):
        with_alignments(alignment_thresholds=thresholds)


def test_an_alignment_nobody_knows_is_refused(fault_of: Callable[..., WeightsError]) -> None:
    assert "alignment" in fault_of(lambda values: values.update(alignment="nose")).message
