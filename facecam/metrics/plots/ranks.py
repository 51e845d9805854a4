"""The curve of cumulative matches: how often the right person is among the nearest few."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from facecam.metrics.plots.curves import named, titled_axes
from facecam.metrics.rates import Values

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_COLORS = ("#c2571a", "#0b6e99", "#5b7f2b", "#7a4fa3", "#8a8f98")


def draw_ranks(cumulative: Mapping[int, Values]) -> Figure:
    """Photos enrolled per person → share whose person is among the nearest 1, 2, …, float64 (R,)."""
    from matplotlib.ticker import MaxNLocator

    figure, axes = titled_axes("Cumulative matches: is the right person among the nearest?")
    for place, (photos, shares) in enumerate(cumulative.items()):
        label = f"{photos} photo{'' if photos == 1 else 's'} each: {shares[0]:.4f} at rank 1"
        color = _COLORS[place % len(_COLORS)]
        axes.plot(np.arange(1, len(shares) + 1), shares, "o-", markersize=4, color=color, label=label)
    least = min(float(shares.min()) for shares in cumulative.values())
    axes.set_ylim(max(0.0, 1 - 2 * max(1 - least, 0.005)), 1 + 0.1 * max(1 - least, 0.005))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    return named(figure, "rank", "share of photos looked up")
