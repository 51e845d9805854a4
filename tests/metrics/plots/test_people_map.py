"""Maps of people: who is shown, and where."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from facecam.core.errors import DependencyError
from facecam.metrics.plots.curves import draw_ranks
from facecam.metrics.plots.people_map import draw_people, most_photographed, project
from tests.gallery.factories import on_circle, random_units


def test_the_most_photographed_are_shown_in_the_order_of_the_photos() -> None:
    people = ["b", "a", "c", "a", "b", "a", "d", "d"]
    shown = most_photographed(on_circle(*range(8)), people, most=2)
    assert shown.people == ("b", "a", "a", "b", "a") and shown.left_out == 2
    np.testing.assert_array_equal(shown.vectors, on_circle(0, 1, 3, 4, 5))


def test_people_with_one_photo_say_nothing() -> None:
    shown = most_photographed(on_circle(0, 1, 2), ["a", "a", "b"])
    assert shown.people == ("a", "a") and shown.left_out == 1
    assert most_photographed(on_circle(0), ["a"]).vectors.shape == (0, 2)


def test_pca_finds_the_directions_of_most_variance() -> None:
    """Points along (3, 4) / 5, scattered little across: the first coordinate is the way along."""
    along, across = np.array([0.6, 0.8, 0.0]), np.array([-0.8, 0.6, 0.0])
    steps = np.array([-2.0, -1.0, 1.0, 2.0])
    sideways = np.array([0.1, -0.1, -0.1, 0.1])
    vectors = (steps[:, None] * along + sideways[:, None] * across).astype(np.float32)
    points = project(vectors, "pca")
    np.testing.assert_allclose(points[:, 0], steps, atol=1e-6)
    np.testing.assert_allclose(np.abs(points[:, 1]), 0.1, atol=1e-6)


@pytest.mark.parametrize("kind", ["pca", "tsne"])
def test_copies_of_one_picture_are_one_point(kind: str) -> None:
    np.testing.assert_array_equal(project(on_circle(7, 7, 7, 7), kind), np.zeros((4, 2)))


def test_tsne_keeps_two_people_apart() -> None:
    pytest.importorskip("sklearn", reason="scikit-learn is not installed")
    centers = np.repeat(random_units(2, 16), 10, axis=0)
    points = project(np.asarray(centers + 0.01 * random_units(20, 16, 1), np.float32), "tsne")
    middles = points.reshape(2, 10, 2).mean(axis=1)
    spread = np.linalg.norm(points.reshape(2, 10, 2) - middles[:, None], axis=2).max()
    assert np.linalg.norm(middles[0] - middles[1]) > 2 * spread


def test_tsne_without_its_package_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.manifold", None)
    with pytest.raises(DependencyError, match="scikit-learn") as caught:
        project(random_units(5, 4), "tsne")
    assert "pip install" in caught.value.hint


def test_each_person_has_a_color_and_a_name_as_it_is_written() -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    names = ["_under", "$x$", "Ada"]
    (axes,) = draw_people(random_units(9, 2), names * 3, "$5 title").axes
    assert sorted(text.get_text().strip("\u200a") for text in axes.get_legend().get_texts()) == sorted(names)
    assert len({tuple(dots.get_facecolor()[0]) for dots in axes.collections}) == 3


def test_ranks_are_drawn_from_one() -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    figure = draw_ranks({1: np.array([0.9, 1.0]), 5: np.array([1.0, 1.0])})
    lines = figure.axes[0].get_lines()
    assert [line.get_xdata().tolist() for line in lines] == [[1, 2], [1, 2]]
    assert [line.get_label() for line in lines] == [
        "1 photo each: 0.9000 at rank 1", "5 photos each: 1.0000 at rank 1",
    ]  # fmt: skip
    assert figure.axes[0].get_ylim()[0] == pytest.approx(0.8)
