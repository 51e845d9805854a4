"""Maps of faces: vectors in the plane, coloured by person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from facecam.core.errors import DependencyError
from facecam.core.types import FloatArray
from facecam.metrics.plots.curves import require_matplotlib

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: More colours cannot be told apart.
MOST_PEOPLE = 20
#: Beyond this t-SNE takes minutes.
MOST_FOR_TSNE = 5000
LEAST_PHOTOS = 3
_SEED = 0
_DPI = 110


@dataclass(frozen=True, slots=True, eq=False)
class MapOfPeople:
    """Vectors of the people shown.

    Attributes:
        vectors: float32 (N, D), unit rows.
        people: name of each row's person.
        left_out: people who are not shown.
    """

    vectors: FloatArray
    people: tuple[str, ...]
    left_out: int


def project(vectors: FloatArray, kind: str) -> FloatArray:
    """Vectors float32 (N, D) in the plane, float32 (N, 2).

    Args:
        vectors: N ≥ 3.
        kind: `pca`: the two directions of most variance; `tsne`: neighbours stay neighbours (van der Maaten
            and Hinton, 2008).

    Raises:
        DependencyError: `tsne` without scikit-learn.
    """
    if not np.ptp(vectors, axis=0).any():
        return np.zeros(
            (len(vectors), 2), np.float32
        )  # Copies of one picture: t-SNE would divide by 0, and crash.
    if kind == "tsne":
        return _tsne(vectors)
    centered = vectors - vectors.mean(axis=0)
    _, _, directions = np.linalg.svd(centered, full_matrices=False)
    # A direction may point either way: its largest entry is made positive, so that maps can be compared.
    signs = np.sign(directions[np.arange(2), np.abs(directions[:2]).argmax(axis=1)])
    return np.asarray(centered @ (directions[:2] * signs[:, None]).T, np.float32)


def most_photographed(
    vectors: FloatArray, people: Sequence[str], most: int = MOST_PEOPLE, least: int = 2
) -> MapOfPeople:
    """Those people with the most vectors, at least `least` each, in the order of the rows."""
    names, counts = np.unique(np.asarray(people, dtype=object).astype(str), return_counts=True)
    order = np.argsort(-counts, kind="stable")
    chosen = [str(names[place]) for place in order if counts[place] >= least][:most]
    rows = [row for row, name in enumerate(people) if str(name) in set(chosen)]
    return MapOfPeople(vectors[rows], tuple(str(people[row]) for row in rows), len(names) - len(chosen))


def draw_people(points: FloatArray, people: Sequence[str], title: str) -> Figure:
    """Points float32 (N, 2), each a photo, coloured by person; of many people those with the most points."""
    require_matplotlib()
    from matplotlib import colormaps
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 6), dpi=_DPI, layout="constrained")
    axes = figure.add_subplot()
    names, counts = np.unique(np.asarray(people), return_counts=True)
    shown = sorted(names[np.argsort(-counts, kind="stable")][:MOST_PEOPLE].tolist())
    colors = colormaps["tab20"]
    for place, name in enumerate(shown):
        own = points[np.asarray(people) == name]
        axes.scatter(own[:, 0], own[:, 1], s=14, color=colors(place % colors.N), label=_label(name))
    axes.set_title(title, loc="left", fontsize=10, parse_math=False)
    axes.set_xticks([])
    axes.set_yticks([])
    legend = axes.legend(fontsize=6, ncols=2, loc="best")
    for text in legend.get_texts():
        text.set_parse_math(False)
    return figure


def _label(name: str) -> str:
    """Labels that begin with _ are left out of a legend."""
    return f"\u200a{name[:24]}"


def _tsne(vectors: FloatArray) -> FloatArray:
    try:
        from sklearn.manifold import TSNE
    except ImportError as error:
        raise DependencyError(
            "a t-SNE map needs the package scikit-learn",
            hint="Install it with `python -m pip install scikit-learn`, or take pca instead.",
        ) from error
    perplexity = min(30.0, max(2.0, (len(vectors) - 1) / 3))
    made = TSNE(perplexity=perplexity, init="pca", random_state=_SEED).fit_transform(vectors)
    return np.asarray(made, np.float32)
