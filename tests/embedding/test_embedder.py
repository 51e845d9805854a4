"""Embedding: what the network is shown, batches, mirrored chips, unit vectors."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from openvino import Node
from openvino import opset13 as ops

from facecam.core.config import Settings
from facecam.core.errors import WeightsError
from facecam.core.types import Box, Detection, ImageArray
from facecam.embedding.embedder import Embedder
from facecam.engine import components
from facecam.engine.demo import Demo
from facecam.runtime.dlib_files import LANDMARKS, find_dlib_file
from facecam.vision.images.align import ChipSpec, extract_chip
from facecam.vision.images.read import read_picture
from facecam.vision.landmarks.model import Landmarker
from tests.embedding.seeing import SIDE_PX, embedder, input_spec, unit
from tests.engine.fixtures import Heads

MEAN, STD = (120.0, 100.0, 80.0), (60.0, 50.0, 40.0)


@pytest.fixture
def chips() -> list[ImageArray]:
    generator = np.random.default_rng(4)
    return [generator.integers(0, 256, (SIDE_PX, SIDE_PX, 3), np.uint8) for _ in range(33)]


# What the network is shown.


def test_normalized_inside_means_shown_as_it_is(tmp_path: Path, chips: list[ImageArray]) -> None:
    spec = input_spec(mean=MEAN, std=STD, normalised_inside=True)
    vectors = embedder(tmp_path, spec).embed(chips[:2]).vectors
    np.testing.assert_allclose(vectors, unit(chips[:2]), atol=1e-6)


def test_else_mean_and_deviation_of_the_card_are_applied_per_channel(
    tmp_path: Path, chips: list[ImageArray]
) -> None:
    vectors = embedder(tmp_path, input_spec(mean=MEAN, std=STD)).embed(chips[:2]).vectors
    shown = (np.stack(chips[:2]).astype(float) - MEAN) / STD
    np.testing.assert_allclose(vectors, unit(shown), atol=1e-6)


def test_a_pixel_by_hand(tmp_path: Path) -> None:
    """(180, 50, 120): (180−120)/60 = 1, (50−100)/50 = −1, (120−80)/40 = 1; 256 pixels: 1/√768 each."""
    chip = np.full((SIDE_PX, SIDE_PX, 3), (180, 50, 120), np.uint8)
    vector = embedder(tmp_path, input_spec(mean=MEAN, std=STD)).embed([chip]).vectors[0]
    np.testing.assert_allclose(vector[:3], np.array([1, -1, 1]) / np.sqrt(768), atol=1e-6)


def test_blue_comes_first_where_the_card_says_so(tmp_path: Path, chips: list[ImageArray]) -> None:
    """Mean and scale are those of blue, green, red then."""
    vectors = embedder(tmp_path, input_spec(channels="BGR", mean=MEAN, std=STD)).embed(chips[:2]).vectors
    shown = (np.stack(chips[:2])[..., ::-1].astype(float) - MEAN) / STD
    np.testing.assert_allclose(vectors, unit(shown), atol=1e-6)


def test_channels_come_first_where_the_card_says_so(tmp_path: Path, chips: list[ImageArray]) -> None:
    vectors = embedder(tmp_path, input_spec(layout="NCHW", mean=MEAN, std=STD)).embed(chips[:2]).vectors
    shown = (np.stack(chips[:2]).astype(float) - MEAN) / STD
    np.testing.assert_allclose(vectors, unit(shown.transpose(0, 3, 1, 2)), atol=1e-6)


def test_chips_are_resized_to_the_input_by_area(tmp_path: Path, chips: list[ImageArray]) -> None:
    """16 → 8 px: the mean of 2×2 pixels, rounded."""
    vectors = embedder(tmp_path, input_spec(height=8, width=8)).embed(chips[:2]).vectors
    blocks = np.stack(chips[:2]).reshape(2, 8, 2, 8, 2, 3).mean(axis=(2, 4))
    np.testing.assert_allclose(vectors, unit(blocks), atol=2e-3)


def test_height_and_width_are_not_confused(tmp_path: Path) -> None:
    """A chip whose left half is white, shown 4 px high and 8 px wide: each row is 4 × 255, 4 × 0."""
    chip = np.zeros((SIDE_PX, SIDE_PX, 3), np.uint8)
    chip[:, : SIDE_PX // 2] = 255
    vector = embedder(tmp_path, input_spec(height=4, width=8)).embed([chip]).vectors[0]
    assert (vector.reshape(4, 8, 3)[:, :4] > 0).all()
    assert (vector.reshape(4, 8, 3)[:, 4:] == 0).all()


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        ({"chip_size_px": 150, "chip_padding": 0.25}, ChipSpec(150, "dlib", 0.25)),
        ({"chip_size_px": 96, "chip_padding": 0.0}, ChipSpec(96, "dlib", 0.0)),
        ({"chip": "arcface", "input": input_spec(height=112, width=112)}, ChipSpec(112, "arcface", 0.25)),
    ],
)
def test_the_chip_is_the_one_of_the_card(tmp_path: Path, card: dict[str, Any], expected: ChipSpec) -> None:
    spec = card.pop("input", None)
    made = embedder(tmp_path, spec, **card)
    assert made.chip_spec == expected
    image = np.random.default_rng(1).integers(0, 256, (200, 300, 3), np.uint8)
    landmarks = np.array([(180, 80), (160, 82), (110, 80), (130, 82), (145, 120)], np.float32)
    chip = made.chip(image, Detection(Box(100, 50, 190, 140), 1.0, landmarks))
    np.testing.assert_array_equal(chip, extract_chip(image, landmarks, expected))


# Batches.


@pytest.mark.parametrize("batch", [-1, 1])
@pytest.mark.parametrize("count", [1, 2, 32, 33])
def test_every_chip_gets_its_own_vector_in_order(
    tmp_path: Path, chips: list[ImageArray], batch: int, count: int
) -> None:
    embeddings = embedder(tmp_path, batch=batch).embed(chips[:count])
    assert embeddings.vectors.dtype == np.float32
    np.testing.assert_allclose(embeddings.vectors, unit(chips[:count]), atol=1e-6)


def test_no_chips_give_no_vectors_of_the_right_length(tmp_path: Path) -> None:
    for mirror in (False, True):
        embeddings = embedder(tmp_path).embed([], mirror=mirror)
        assert embeddings.vectors.shape == (0, 3 * SIDE_PX * SIDE_PX)
        assert len(embeddings) == 0


def test_large_batches_are_cut(tmp_path: Path, chips: list[ImageArray]) -> None:
    """33 chips in two calls; where the network takes one at a time, in 33."""
    assert [len(shown) for shown in calls(embedder(tmp_path), chips)] == [32, 1]
    assert [len(shown) for shown in calls(embedder(tmp_path, batch=1), chips)] == [1] * 33


def calls(made: Embedder, chips: list[ImageArray]) -> list[np.ndarray]:
    """What the network is given, call by call."""
    network, given = made._network, []

    class Recorder:
        def __call__(self, *inputs: np.ndarray) -> list[np.ndarray]:
            given.append(inputs[0])
            return network(*inputs)

    made._network = Recorder()  # type: ignore[assignment]
    made.embed(chips)
    return given


def test_vectors_carry_the_models_id(tmp_path: Path, chips: list[ImageArray]) -> None:
    made = embedder(tmp_path)
    assert made.embed(chips[:1]).model_id == made.card.model_id == made.embed([]).model_id
    assert made.precision == "f32"


def test_a_vector_with_further_dimensions_of_one_is_flattened(
    tmp_path: Path, chips: list[ImageArray]
) -> None:
    """Some exports answer [N, D, 1, 1]."""

    def answer(image: Node) -> Node:
        return ops.reshape(image, np.array([0, -1, 1, 1]), special_zero=True)

    vectors = embedder(tmp_path, answer=answer).embed(chips[:3]).vectors
    np.testing.assert_allclose(vectors, unit(chips[:3]), atol=1e-6)


# Mirrored chips.


def test_the_mirrored_chips_unit_vector_is_added(tmp_path: Path, chips: list[ImageArray]) -> None:
    mirrored = [chip[:, ::-1] for chip in chips]
    expected = unit(unit(chips) + unit(mirrored))
    vectors = embedder(tmp_path).embed(chips, mirror=True).vectors
    np.testing.assert_allclose(vectors, expected, atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_a_mirrored_chip_has_the_same_vector(tmp_path: Path, chips: list[ImageArray]) -> None:
    made, mirrored = embedder(tmp_path), [chip[:, ::-1] for chip in chips]
    straight, turned = made.embed(chips, mirror=True), made.embed(mirrored, mirror=True)
    np.testing.assert_allclose(straight.vectors, turned.vectors, atol=1e-6)
    assert not np.allclose(made.embed(chips[:1]).vectors, made.embed(mirrored[:1]).vectors, atol=1e-2)


def test_a_dim_chip_counts_as_much_as_its_bright_mirror_twin(tmp_path: Path) -> None:
    """Each vector is made unit before they are added: here (1, 0) and (0, 1) whatever their lengths."""

    def left_and_right(image: Node) -> Node:
        """[sum of the left column, 9 · sum of the right one]."""
        halves = ops.reduce_sum(image, np.array([1, 3]), keep_dims=False)
        weights = np.zeros((SIDE_PX, 2), np.float32)
        weights[0, 0], weights[-1, 1] = 1, 9
        return ops.matmul(halves, ops.constant(weights), transpose_a=False, transpose_b=False)

    chip = np.zeros((SIDE_PX, SIDE_PX, 3), np.uint8)
    chip[:, 0] = 200
    vector = embedder(tmp_path, answer=left_and_right, dimensions=2).embed([chip], mirror=True).vectors[0]
    np.testing.assert_allclose(vector, [np.sqrt(0.5), np.sqrt(0.5)], atol=1e-6)


def test_twins_that_cancel_out_still_give_a_unit_vector(tmp_path: Path, chips: list[ImageArray]) -> None:
    """An odd network: the left half minus the mirrored right half changes its sign in the mirror."""

    def odd(image: Node) -> Node:
        backwards = ops.gather(image, np.arange(SIDE_PX)[::-1].copy(), np.array(2))
        return ops.reshape(ops.subtract(image, backwards), np.array([0, -1]), special_zero=True)

    vectors = embedder(tmp_path, answer=odd).embed(chips[:4], mirror=True).vectors
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_chips_are_not_changed(tmp_path: Path, chips: list[ImageArray]) -> None:
    before = [chip.copy() for chip in chips]
    embedder(tmp_path, input_spec(mean=MEAN, std=STD)).embed(chips, mirror=True)
    for chip, copy in zip(chips, before, strict=True):
        np.testing.assert_array_equal(chip, copy)


# Answers that are none: the same stand-in for every face would make all people one.


@pytest.mark.parametrize("factor", [np.nan, np.inf, 0.0], ids=["nan", "infinity", "zeros"])
@pytest.mark.parametrize("mirror", [False, True])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_strangers_never_get_one_vector_from_a_network_that_fails(
    tmp_path: Path, chips: list[ImageArray], factor: float, mirror: bool
) -> None:
    def broken(image: Node) -> Node:
        flat = ops.reshape(image, np.array([0, -1]), special_zero=True)
        return ops.multiply(flat, ops.constant(np.full((1, 1), factor, np.float32)))

    made = embedder(tmp_path, answer=broken)
    with pytest.raises(WeightsError):
        made.embed(chips[:2], mirror=mirror)


# The real one.


@pytest.fixture(scope="module")
def real(weights: Path) -> Embedder:
    return components.open_embedder(replace(Settings(), weights=weights, precision="f32"))


@pytest.fixture(scope="module")
def real_chips(demo: Demo, weights: Path) -> list[ImageArray]:
    landmarker = Landmarker(find_dlib_file(LANDMARKS, weights))
    pictures = [(read_picture(portrait.path), portrait.face) for portrait in demo.portraits()]
    return [extract_chip(image, landmarker(image, box)) for image, box in pictures]


def test_real_faces_have_unit_vectors_far_apart(real: Embedder, real_chips: list[ImageArray]) -> None:
    """Three people: every two above the card's threshold."""
    assert real.card.threshold is not None
    for mirror in (False, True):
        vectors = real.embed(real_chips, mirror=mirror).vectors
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
        distances = 2 - 2 * vectors @ vectors.T
        assert distances[np.triu_indices(len(vectors), 1)].min() > 2 * real.card.threshold


def test_a_real_face_and_its_mirror_image_are_one_when_both_are_added(
    real: Embedder, real_chips: list[ImageArray]
) -> None:
    mirrored = [chip[:, ::-1] for chip in real_chips]
    straight, turned = real.embed(real_chips, mirror=True), real.embed(mirrored, mirror=True)
    np.testing.assert_allclose(straight.vectors, turned.vectors, atol=1e-6)


def test_a_real_batch_is_what_its_chips_are_alone(real: Embedder, real_chips: list[ImageArray]) -> None:
    together = real.embed(real_chips * 11).vectors
    alone = np.concatenate([real.embed([chip]).vectors for chip in real_chips])
    np.testing.assert_allclose(together, np.tile(alone, (11, 1)), atol=1e-5)


# Views: one face, aligned in two ways.


def test_views_of_a_face_are_added_before_the_vector_gets_its_length(
    tmp_path: Path, chips: list[ImageArray]
) -> None:
    made = embedder(tmp_path)
    pair = np.stack(chips[:2])
    both, alone = made.embed([pair, chips[2]]).vectors
    np.testing.assert_allclose(both, unit((unit(chips[:2]).sum(axis=0))[None])[0], atol=1e-6)
    np.testing.assert_allclose(alone, unit(chips[2:3])[0], atol=1e-6)
    mirrored = made.embed([pair], mirror=True).vectors[0]
    four = np.concatenate([unit(chips[:2]), unit([chip[:, ::-1] for chip in chips[:2]])])
    np.testing.assert_allclose(mirrored, unit(four.sum(axis=0)[None])[0], atol=1e-6)


def test_a_second_alignment_counts_where_both_agree_on_the_eyes(tmp_path: Path) -> None:
    """Eyes 40 px apart: dlib's may be 12 px away, not 13."""
    image = np.random.default_rng(1).integers(0, 256, (200, 300, 3), np.uint8)
    five = np.array([(120, 80), (160, 80), (140, 100), (125, 120), (155, 120)], np.float32)
    face = Detection(Box(100, 50, 190, 140), 1.0, five, "five")
    dlibs = np.array([(165, 80), (155, 80), (115, 80), (125, 80), (140, 105)], np.float32)
    for away_px, count in ((0, 2), (11, 2), (13, 1)):
        made = embedder(
            tmp_path, landmarker=lambda image, box, away_px=away_px: dlibs + np.float32((0, away_px))
        )
        views = made.views(image, face)
        assert len(views) == count
        np.testing.assert_array_equal(views[0], made.chip(image, face))
        assert made.alignment_of(face, views) == ("five+dlib" if count == 2 else "five")
    as_dlib = replace(face, landmarks=dlibs, scheme="dlib")
    assert len(made.views(image, as_dlib)) == 1
    assert made.alignment_of(as_dlib, made.views(image, as_dlib)) == "dlib"
    assert made.alignment_of(face, made.chip(image, face)) == "five"
    assert len(embedder(tmp_path).views(image, face)) == 1


def test_both_landmarks_cut_the_same_square_of_a_face(heads: Heads, settings: Settings) -> None:
    """Aligned by either, a face is as like itself as two photos of a person are on average, or more."""
    made, detector = components.open_embedder(settings), components.open_detector(settings)
    for image in heads.values():
        views = made.views(image, detector.detect(image)[0])
        assert len(views) == 2
        first, second = made.embed(list(views), mirror=True).vectors
        assert float(2 - 2 * first @ second) < 0.05


@pytest.mark.parametrize(("batch", "sizes"), [(-1, {1, 4, 8}), (1, {1})])
def test_warming_up_runs_every_usual_batch_and_asks_for_landmarks(
    tmp_path: Path, batch: int, sizes: set[int]
) -> None:
    asked: list[Box] = []

    def landmarks(image: ImageArray, box: Box) -> np.ndarray:
        asked.append(box)
        return np.zeros((5, 2), np.float32)

    made = embedder(tmp_path, batch=batch, landmarker=landmarks)
    network, given = made._network, set()

    class Recorder:
        def __call__(self, *inputs: np.ndarray) -> list[np.ndarray]:
            given.add(len(inputs[0]))
            return network(*inputs)

    made._network = Recorder()  # type: ignore[assignment]
    made.warm_up()
    assert given == sizes and len(asked) == 1
