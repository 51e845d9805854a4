"""Plots: real PNG files, nothing half-written, and a clear word where matplotlib is missing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from facecam.core.errors import DataError, DependencyError
from facecam.metrics.plots import curves
from facecam.metrics.rates import Scores, operating_point

pytest.importorskip("matplotlib", reason="matplotlib is not installed")

SCORES = Scores.of([0.1, 0.2, 0.4, 0.3, 0.5, 0.6], [1, 1, 1, 0, 0, 0])
POINT = operating_point("in use", SCORES, 0.25)


def picture(height: int, width: int, color: tuple[int, int, int]) -> np.ndarray:
    return np.full((height, width, 3), color, np.uint8)


def pair(name: str = "a_0001", said: str = "0.1234") -> curves.PicturePair:
    red, blue = picture(100, 50, (200, 0, 0)), picture(60, 240, (0, 0, 200))
    return curves.PicturePair(red, blue, name, "b", said)


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        assert image.format == "PNG"
        return np.asarray(image.convert("RGB"))


def words(figure: object) -> list[str]:
    from matplotlib.text import Text

    return [text.get_text() for text in figure.findobj(Text)]  # type: ignore[attr-defined]


def test_the_curve_says_area_point_and_chance(tmp_path: Path) -> None:
    figure = curves.draw_roc(SCORES, POINT)
    said = words(figure)
    assert "AUC 0.8889" in said and "chance" in said and "in use: FAR 0.0000, TAR 0.6667" in said
    curves.save(figure, tmp_path / "roc.png")
    drawn = pixels(tmp_path / "roc.png")
    assert drawn.shape[0] > 400 and drawn.shape[1] > 700 and drawn.std() > 5


def test_the_error_rates_cross_at_the_equal_error(tmp_path: Path) -> None:
    figure = curves.draw_error_rates(SCORES, POINT, "match_score")
    assert figure.axes[0].get_xlabel() == "threshold (match score)"
    assert "EER 0.3333 at 0.4000" in words(figure) and "in use: 0.2500" in words(figure)
    far, frr = figure.axes[0].lines[:2]
    # A line falls where the other rises: they cross once.
    gap = np.asarray(far.get_ydata()) - np.asarray(frr.get_ydata())
    assert gap[0] == -1 and gap[-1] == 1 and (np.diff(gap) > 0).all()


def test_each_kind_of_the_histogram_adds_up_to_one() -> None:
    figure = curves.draw_histogram(SCORES, POINT, "match_score")
    assert figure.axes[0].get_xlabel() == "match score"
    heights = [[bar.get_height() for bar in bars] for bars in figure.axes[0].containers]
    assert [sum(kind) for kind in heights] == [pytest.approx(1), pytest.approx(1)]


def test_distances_that_are_all_zero_can_be_drawn(tmp_path: Path) -> None:
    nothing = Scores(np.zeros(1), np.zeros(1))
    point = operating_point("in use", nothing, 0.2)
    figures = [curves.draw_roc(nothing, point)]
    figures += [
        draw(nothing, point, "squared_l2") for draw in (curves.draw_error_rates, curves.draw_histogram)
    ]
    for figure in figures:
        curves.save(figure, tmp_path / "zero.png")
        drawn = pixels(tmp_path / "zero.png").reshape(-1, 3)
        assert len(np.unique(drawn, axis=0)) > 20, words(figure)


def test_a_gallery_shows_every_pair_with_names_and_words(tmp_path: Path) -> None:
    figure = curves.draw_gallery("Wrong: 2 pairs", [pair(), pair("c", "0.5000")])
    assert {"Wrong: 2 pairs", "0.1234", "0.5000", "a_0001", "c"} <= set(words(figure))
    curves.save(figure, tmp_path / "gallery.png")
    drawn = pixels(tmp_path / "gallery.png").reshape(-1, 3).astype(int)
    for color in ((200, 0, 0), (0, 0, 200)):
        assert (np.abs(drawn - color).max(axis=1) < 8).sum() > 2000


def test_a_gallery_of_nothing_says_so(tmp_path: Path) -> None:
    figure = curves.draw_gallery("Wrong: 0 pairs", [])
    assert "none" in words(figure)
    curves.save(figure, tmp_path / "none.png")


def test_the_numbers_at_the_axes_are_said_in_words_too(tmp_path: Path) -> None:
    figure = curves.draw_error_rates(SCORES, POINT, "squared_l2")
    curves.save(figure, tmp_path / "german.png", words=lambda text: text.replace(".", ","))
    said = words(figure)
    assert "EER 0,3333 at 0,4000" in said and "0,4" in said and not [one for one in said if "." in one]


def test_a_gallery_stops_at_its_limit() -> None:
    figure = curves.draw_gallery("many", [pair()] * (curves.MOST_PAIRS + 9))
    assert words(figure).count("0.1234") == curves.MOST_PAIRS


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", ["$x_{1$", "名前_0001", "\\frac{", "a" * 300])
def test_names_are_words_not_formulas(name: str, tmp_path: Path) -> None:
    figure = curves.draw_gallery(name[:40], [pair(name)])
    curves.save(figure, tmp_path / "odd.png")
    assert name[:40] in words(figure) and (pixels(tmp_path / "odd.png") < 128).any()


def test_photos_keep_their_shape() -> None:
    side = curves._side_by_side(pair())
    assert side.shape == (250, 508, 3)
    assert (side[125, 100] == (200, 0, 0)).all() and (side[125, 20] == 255).all()  # 125 px wide, centred
    assert (side[125, 300] == (0, 0, 200)).all() and (side[20, 300] == 255).all()  # 62 px high


def test_a_disk_that_refuses_leaves_the_old_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "roc.png"
    old.write_bytes(b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    figure = curves.draw_roc(SCORES, POINT)
    monkeypatch.setattr("os.replace", full)
    with pytest.raises(DataError, match="No space left"):
        curves.save(figure, old)
    assert old.read_bytes() == b"old" and list(tmp_path.iterdir()) == [old]


def test_without_matplotlib_the_command_to_get_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(DependencyError) as caught:
        curves.require_matplotlib()
    assert "pip install matplotlib" in caught.value.hint


def test_importing_costs_no_matplotlib_and_drawing_no_window() -> None:
    code = (
        "import sys; from facecam.metrics.plots import curves as plots\n"
        "assert not any(name.startswith('matplotlib') for name in sys.modules)\n"
        "plots.draw_gallery('x', [])\n"
        "assert 'matplotlib.figure' in sys.modules and 'matplotlib.pyplot' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
