"""The networks that can be trained: each builds, learns, is saved, reloads and exports."""

from __future__ import annotations

import os
from typing import Any

import pytest

from tests.networks.conftest import plain_keras

#: Half a minute of the suite; their code is Keras's own, as that of resnet50 and inception-v3 is.
LARGEST = ("resnet101", "inception-resnet-v2")
LEFT_OUT = () if os.environ.get("FACECAM_ALL_BACKBONES") else LARGEST
NAMES = (
    "resnet50",
    "resnet8",
    "resnet8-crops",
    "resnet18",
    "resnet34",
    "resnet101",
    "inception-v3",
    "inception-resnet-v1",
    "inception-resnet-v2",
    "squeezenet",
    "mobilefacenet",
    "dfc-vae",
    "dlib-resnet",
)
#: Trainable parameters without the embedding layer, from the papers' layouts (Keras's own count for its four).
PARAMETERS = {
    "resnet50": 23_534_592,
    "resnet8": 684_160,
    # Five of them and what makes 26 values of each.
    "resnet8-crops": 5 * 684_160 + 5 * 192 * 26 + 5 * 26,
    "resnet18": 11_176_512,
    "resnet34": 21_284_672,
    "resnet101": 42_552_832,
    "inception-v3": 21_768_352,
    # The layer before the batch normalization that is its embedding too.
    "inception-resnet-v1": 22_549_808 + 1792 * 128,
    "inception-resnet-v2": 54_276_192,
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What `backbone_answers` finds, TensorFlow loaded no sooner than it is asked for."""
    with plain_keras():
        from tests.networks.backbone_answers import all_answers

        return all_answers(tmp_path_factory.mktemp("backbones"), LEFT_OUT)


def answer_of(answers: dict[str, Any], name: str) -> dict[str, Any]:
    if name in LEFT_OUT:
        pytest.skip("the largest backbones are tried when FACECAM_ALL_BACKBONES is set")
    return dict(answers[name])


@pytest.mark.slow
def test_all_backbones_were_tried(answers: dict[str, Any]) -> None:
    assert set(answers) == {*NAMES, "faults", "freezing"} - {*LEFT_OUT}


@pytest.mark.parametrize("name", NAMES)
def test_a_backbone_learns_and_is_the_same_after_saving(answers: dict[str, Any], name: str) -> None:
    found = answer_of(answers, name)
    assert found["shape"] == [2, 130 if name == "resnet8-crops" else 128] and found["dtype"] == "float32"
    assert found["norms"] == pytest.approx([1, 1], abs=1e-5)
    assert found["apart"] > 0  # Else sameness below would show nothing.
    assert found["without_gradient"] == []
    assert found["reloaded"] < 1e-6  # from whole numbers before saving, from float32 after


@pytest.mark.parametrize("name", ["squeezenet", "mobilefacenet", "resnet8", "resnet8-crops"])
def test_an_exported_backbone_gives_the_same_vectors(answers: dict[str, Any], name: str) -> None:
    assert answers[name]["exported"] < 1e-4


@pytest.mark.parametrize(("name", "parameters"), PARAMETERS.items())
def test_a_backbone_has_the_parameters_of_its_layout(
    answers: dict[str, Any], name: str, parameters: int
) -> None:
    assert answer_of(answers, name)["backbone"] == parameters


def test_resnet18_with_a_head_of_128_has_11_242_176_parameters(answers: dict[str, Any]) -> None:
    assert answers["resnet18"]["trainable"] == 11_242_176


def test_freezing_the_backbone_leaves_the_embedding(answers: dict[str, Any]) -> None:
    assert answers["freezing"]["backbone"] == ["embedding/kernel", "embedding/bias"]


def test_freezing_all_but_the_last_stage_does_so_in_every_crop(answers: dict[str, Any]) -> None:
    learning = {name.split("_block")[0] for name in answers["freezing"]["crops, early"]}
    crops = ("all", "head", "face", "upper", "lower")
    assert {name for name in learning if "_stage" in name} == {f"{crop}_stage3" for crop in crops}
    assert {f"embedding_{crop}/kernel" for crop in crops} < learning


def test_freezing_batch_norm_leaves_all_else(answers: dict[str, Any]) -> None:
    everything, rest = (answers["freezing"][what] for what in ("nothing", "batch_norm"))
    assert {name.split("_")[-1].split("/")[0] for name in set(everything) - set(rest)} == {"bn"}
    assert "stem_conv/kernel" in rest and not any("bn/" in name for name in rest)


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("missing", "missing embedding/kernel"),
        ("extra", "not of this network stranger/kernel"),
        ("shape", "embedding/bias (65,) instead of (64,)"),
        ("nan", "finite numbers"),
        ("pickle", "not a readable weights file"),
        ("cut", "not a readable weights file"),
        ("damaged", "not a readable weights file"),
        ("nowhere", "is missing"),
    ],
)
def test_a_weights_file_that_does_not_fit_is_refused(answers: dict[str, Any], file: str, words: str) -> None:
    kind, message, hint = answers["faults"][file]
    assert kind == "WeightsError" and hint
    assert words in message and f"{file}.npz" in message


def test_a_refused_file_changes_nothing(answers: dict[str, Any]) -> None:
    assert answers["faults"]["untouched"] == ["True"]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("name", "no backbone 'resnet51'"),
        ("small", "inception-v3 at 40 px"),
        ("dimensions", "vectors of 32 values"),
        ("parts", "vectors of 5 equal parts"),
        ("dlib", "128 values, not 256"),
        ("open", "mobilefacenet at 0 px"),
    ],
)
def test_impossible_sizes_are_refused(answers: dict[str, Any], fault: str, words: str) -> None:
    kind, message, hint = answers["faults"][fault]
    assert kind == "ConfigError" and words in message and hint
