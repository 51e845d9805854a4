"""Pictures of a measurement: curves, histograms, and the pairs that were judged wrongly.

matplotlib is optional and imported where it is needed. Figures are drawn
without `pyplot`: no display, no state shared between threads.
"""

from __future__ import annotations

import importlib
import io
import logging
import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from facecam.core.errors import DependencyError
from facecam.core.paths import atomic_write, printable
from facecam.core.types import ImageArray
from facecam.core.words import counted
from facecam.metrics.open_set import OpenSetCurve, OpenSetPoint
from facecam.metrics.rates import OperatingPoint, Rows, Scores, Values, area_under_roc, equal_error
from facecam.vision.images.crop import letterboxed
from facecam.vision.images.read import read_picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

#: Pairs a gallery shows at most.
MOST_PAIRS = 24
_PAIR_PX, _GAP_PX = 250, 8

_COLUMNS = 3
_DPI = 110
_SAME, _DIFFERENT, _QUIET, _POINT = "#0b6e99", "#c2571a", "#8a8f98", "#1b1f24"
_RANK_COLORS = (_DIFFERENT, _SAME, "#5b7f2b", "#7a4fa3", _QUIET)


@dataclass(frozen=True, slots=True, eq=False)
class PicturePair:
    """Two photos, uint8 (H, W, 3) RGB of any size, their names, and what is said of the two."""

    first: ImageArray
    second: ImageArray
    first_name: str
    second_name: str
    words: str


def picture_pair(photos: Sequence[Path], names: Sequence[str], words: str) -> PicturePair:
    """Two photos, read no larger than they are shown."""
    first, second = (read_picture(path, _PAIR_PX) for path in photos)
    return PicturePair(first, second, printable(names[0]), printable(names[1]), words)


def require_matplotlib() -> None:
    """Raise now rather than after a minute's work.

    Raises:
        DependencyError: matplotlib is not installed.
    """
    try:
        # It says on the terminal that it looks for fonts, once in its life.
        logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
        importlib.import_module("matplotlib.figure")
    except ImportError as error:
        raise DependencyError(
            "plots need the package matplotlib", hint="Run `python -m pip install matplotlib`."
        ) from error


def in_words(measure: str) -> str:
    """What `squared_l2` and `match_score` are called in a picture."""
    return {"squared_l2": "squared distance", "match_score": "match score"}[measure]


def draw_roc(scores: Scores, point: OperatingPoint) -> Figure:
    """TAR over FAR on a logarithmic axis, the line of chance, and the operating point."""
    figure, axes = titled_axes("ROC: true accepts over false accepts")
    far, tar = scores.rates(scores.thresholds())
    least = 0.5 / scores.pairs_different  # A logarithmic axis has no 0: it ends half a pair above.
    label = f"AUC {area_under_roc(scores):.4f}"
    axes.step(np.maximum(far, least), tar, where="post", color=_SAME, linewidth=2, label=label)
    chance = np.geomspace(least, 1, 200)
    axes.plot(chance, chance, color=_QUIET, linestyle="--", linewidth=1, label="chance")
    point_far, point_tar = scores.rates(np.array([point.threshold]))
    label = f"{point.rule}: FAR {point_far[0]:.4f}, TAR {point_tar[0]:.4f}"
    _dot(axes, max(point_far[0], least), point_tar[0], label)
    axes.set_xscale("log")
    axes.set_xlim(least, 1)
    axes.set_ylim(0, 1.02)
    return named(figure, "false accept rate (FAR); the left edge stands for 0", "true accept rate (TAR)")


def draw_error_rates(scores: Scores, point: OperatingPoint, measure: str) -> Figure:
    """FAR and FRR over the threshold of a `measure`, where they cross (EER), and the operating point."""
    figure, axes = titled_axes("Errors over the threshold")
    thresholds = scores.thresholds()
    far, tar = scores.rates(thresholds)
    rate, crossing = equal_error(scores)
    axes.plot(thresholds, far, color=_DIFFERENT, linewidth=2, label="FAR: different people accepted")
    axes.plot(thresholds, 1 - tar, color=_SAME, linewidth=2, label="FRR: same person rejected")
    _dot(axes, crossing, rate, f"EER {rate:.4f} at {crossing:.4f}")
    _mark(axes, point)
    axes.set_xlim(0, thresholds[-1] * 1.02)
    axes.set_ylim(0, 1.02)
    return named(figure, f"threshold ({in_words(measure)})", "share of pairs")


def draw_histogram(scores: Scores, point: OperatingPoint, measure: str) -> Figure:
    """How a `measure` of same and different pairs is spread."""
    figure, axes = titled_axes("Distances of the pairs")
    bins = np.linspace(0, max(scores.same[-1], scores.different[-1]) * 1.001 + 1e-9, 60)
    same, different = scores.pairs_same, scores.pairs_different
    _bars(axes, scores.same, scores.same_counts, bins, _SAME, f"same person ({same:,} pairs)")
    label = f"different people ({different:,} pairs)"
    _bars(axes, scores.different, scores.different_counts, bins, _DIFFERENT, label)
    _mark(axes, point)
    axes.set_xlim(0, bins[-1])
    return named(figure, in_words(measure), "share of the pairs of its kind")


def draw_open_set(curve: OpenSetCurve, points: Mapping[str, OpenSetPoint], measure: str) -> Figure:
    """FPIR and FNIR over the threshold of a `measure`, and the thresholds of `points` (name → point)."""
    figure, axes = titled_axes("Strangers named and known people missed, over the threshold")
    axes.plot(curve.thresholds, curve.fpir, color=_DIFFERENT, linewidth=2, label="FPIR: strangers named")
    axes.plot(curve.thresholds, curve.fnir, color=_SAME, linewidth=2, label="FNIR: known people missed")
    for style, (name, point) in zip((":", "--"), points.items(), strict=False):
        rates = f"FPIR {point.fpir.value:.3f}, FNIR {point.fnir.value:.3f}"
        label = f"{name}: {point.threshold:.4f}, {rates}"
        axes.axvline(point.threshold, color=_POINT, linestyle=style, linewidth=1.4, label=label)
    axes.set_xlim(0, float(curve.thresholds[-1]) * 1.02)
    axes.set_ylim(0, 1.02)
    return named(figure, f"threshold ({in_words(measure)})", "share of photos")


def draw_ranks(cumulative: Mapping[int, Values]) -> Figure:
    """Photos enrolled per person → share whose person is among the nearest 1, 2, …, float64 (R,)."""
    from matplotlib.ticker import MaxNLocator

    figure, axes = titled_axes("Cumulative matches: is the right person among the nearest?")
    for place, (photos, shares) in enumerate(cumulative.items()):
        label = f"{counted(photos, 'photo')} each: {shares[0]:.4f} at rank 1"
        color = _RANK_COLORS[place % len(_RANK_COLORS)]
        axes.plot(np.arange(1, len(shares) + 1), shares, "o-", markersize=4, color=color, label=label)
    least = min(float(shares.min()) for shares in cumulative.values())
    axes.set_ylim(max(0.0, 1 - 2 * max(1 - least, 0.005)), 1 + 0.1 * max(1 - least, 0.005))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    return named(figure, "rank", "share of photos looked up")


def draw_gallery(title: str, pairs: Sequence[PicturePair]) -> Figure:
    """Pairs side by side with their names and words; a line of words where there are none."""
    from matplotlib.figure import Figure

    shown = pairs[:MOST_PAIRS]
    columns = max(1, min(_COLUMNS, len(shown)))
    rows = max(1, math.ceil(len(shown) / columns))
    # The title takes 6.5 inches, however few the pairs.
    size_in = max(6.5, 4.1 * columns), 2.35 * rows + 0.6
    figure = Figure(figsize=size_in, dpi=_DPI, layout="constrained")
    figure.suptitle(title, fontsize=12, parse_math=False)
    if not shown:
        figure.text(0.5, 0.42, "none", ha="center", color=_QUIET, fontsize=14)
        return figure
    cells = figure.subplots(rows, columns, squeeze=False)
    for cell in cells.flat:
        cell.set_axis_off()
    for cell, pair in zip(cells.flat, shown, strict=False):
        cell.imshow(_side_by_side(pair))
        cell.set_title(pair.words, fontsize=10, pad=3, parse_math=False)
        for place, name in ((0.25, pair.first_name), (0.75, pair.second_name)):
            how = {"ha": "center", "va": "top", "fontsize": 6.5, "color": _POINT, "parse_math": False}
            cell.text(place, -0.03, _shortened(name), transform=cell.transAxes, **how)
    return figure


def save(
    figure: Figure, path: Path, *, private: bool = False, words: Callable[[str], str] | None = None
) -> None:
    """Write a figure as PNG, whole or not at all.

    Args:
        figure: drawn; used up.
        path: of the PNG.
        private: for this user's eyes only, see `core.private`.
        words: says each text of it in another language.

    Raises:
        DataError: disk full or no permission.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.text import Text

    if words is not None:
        for text in figure.findobj(Text):
            assert isinstance(text, Text)
            text.set_text(words(text.get_text()))
        for axis in (axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)):
            _translate_ticks(axis, words)
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        # Names in scripts the built-in font lacks are drawn as boxes; no reason to alarm anybody.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        FigureCanvasAgg(figure)
        figure.savefig(buffer, format="png")
    atomic_write(path, buffer.getvalue(), private=private)


def _translate_ticks(axis: Axis, words: Callable[[str], str]) -> None:
    """The numbers at an axis are made anew whenever it is drawn."""
    formatter = axis.get_major_formatter()
    plain = formatter.format_ticks
    formatter.format_ticks = lambda values: [words(one) for one in plain(values)]  # type: ignore[method-assign]


def titled_axes(title: str) -> tuple[Figure, Axes]:
    require_matplotlib()
    from matplotlib.figure import Figure

    # Its messages about building a list of fonts are for its developers.
    logging.getLogger("matplotlib.font_manager").setLevel(logging.WARNING)
    figure = Figure(figsize=(7.2, 4.6), dpi=_DPI, layout="constrained")
    axes = figure.add_subplot()
    axes.set_title(title, loc="left", fontsize=12)
    axes.grid(color="#e4e6ea", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def named(figure: Figure, x: str, y: str) -> Figure:
    """The figure with words at its axes, and the legend below, where it hides nothing."""
    axes = figure.axes[0]
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    figure.legend(loc="outside lower center", ncols=2, frameon=False)
    return figure


def _dot(axes: Axes, x: float, y: float, label: str) -> None:
    axes.plot([x], [y], "o", color=_POINT, markersize=7, clip_on=False, zorder=3, label=label)


def _mark(axes: Axes, point: OperatingPoint) -> None:
    label = f"{point.rule}: {point.threshold:.4f}"
    axes.axvline(point.threshold, color=_POINT, linestyle=":", linewidth=1.4, label=label)


def _bars(axes: Axes, values: Values, counts: Rows | None, bins: Values, color: str, label: str) -> None:
    shares = np.full(len(values), 1 / len(values)) if counts is None else counts / counts.sum()
    axes.hist(values, bins=bins.tolist(), weights=shares, color=color, alpha=0.65, label=label)


def _side_by_side(pair: PicturePair) -> ImageArray:
    """Both photos at one height on white with a gap, uint8 (250, W, 3)."""
    size, gap = (_PAIR_PX, _PAIR_PX), np.full((_PAIR_PX, _GAP_PX, 3), 255, np.uint8)
    first, second = (letterboxed(one, size, ground=255) for one in (pair.first, pair.second))
    return np.concatenate([first, gap, second], axis=1)


def _shortened(name: str) -> str:
    return name if len(name) <= 34 else f"{name[:20]}…{name[-13:]}"
