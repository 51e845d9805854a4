"""A cohort of faces that belong to nobody, and how much nearer than usual a face is to it.

Some faces are near to everybody: strangers are then easily taken for them, and
they for others. How near a face is to the faces of a fixed cohort tells it, and
a share of that is taken off every comparison. (Score normalisation: Auckenthaler,
Carey and Lloyd-Thomas 2000, Score normalization for text-independent speaker
verification systems; Matejka et al. 2017, Analysis of score normalization in
multilingual speaker recognition, who average over the nearest of the cohort)
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from facecam.core.distances import normalized
from facecam.core.types import FloatArray
from facecam.networks.npz import parse_npz

# Cosines worked on at once, 16 MB of float32: they stay near the processor.
_BLOCK_VALUES = 4_000_000
# Faces whose nearness is remembered: a gallery that is loaded again, and looks of one track.
_REMEMBERED = 20_000
_ARRAYS = ("shares", "means", "factors")
#: Bytes. The shipped one has half a million.
_LARGEST_FILE = 1 << 26


class BadMixture(ValueError):
    """A file that is no mixture; the message says why."""


@dataclass(frozen=True, slots=True, eq=False)
class Mixture:
    """A Gaussian mixture with full covariances: it tells what faces are like without holding one.

    Attributes:
        shares: float64 (C,), of each component, sum 1.
        means: float32 (C, D).
        factors: float32 (C, D, D), lower triangular; factor · factorᵀ is the covariance.

    Raises:
        BadMixture: shapes that do not fit, values that cannot be meant.
    """

    shares: NDArray[np.float64]
    means: FloatArray
    factors: FloatArray

    def __post_init__(self) -> None:
        components, dimensions = len(self.shares), self.means.shape[-1]
        if self.means.shape != (components, dimensions) or dimensions < 2 or not components:
            raise BadMixture(f"means of shape {self.means.shape} for {components} components")
        if self.factors.shape != (components, dimensions, dimensions):
            raise BadMixture(f"covariances of shape {self.factors.shape}")
        arrays = (self.shares, self.means, self.factors)
        if not all(np.isfinite(array).all() for array in arrays):
            raise BadMixture("values that are no numbers")
        if (self.shares < 0).any() or abs(float(self.shares.sum()) - 1) > 1e-3:
            raise BadMixture("shares that do not add up to 1")

    @property
    def dimensions(self) -> int:
        """Values of a vector (D)."""
        return int(self.means.shape[1])

    def sample(self, count: int, seed: int) -> FloatArray:
        """Vectors of faces that never were, float32 (count, D), unit rows; the same for the same seed."""
        generator = np.random.Generator(np.random.PCG64(seed))
        shares = self.shares / self.shares.sum()
        # As many of each as its share says, not drawn: a rare component is never left out by chance.
        ends = np.round(np.cumsum(shares) * count).astype(int)
        parts = []
        for component, (start, end) in enumerate(zip([0, *ends[:-1]], ends, strict=True)):
            noise = generator.standard_normal((end - start, self.dimensions), np.float32)
            parts.append(self.means[component] + noise @ self.factors[component].T)
        return normalized(np.concatenate(parts))


def mixture_bytes(mixture: Mixture) -> bytes:
    """A mixture as a zip of arrays, float16; of the factors only what is not zero. The same bytes each time."""
    rows, columns = np.tril_indices(mixture.dimensions)
    values = (mixture.shares, mixture.means, mixture.factors[:, rows, columns])
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, value in zip(_ARRAYS, values, strict=True):
            content = io.BytesIO()
            np.lib.format.write_array(content, np.asarray(value, np.float16), allow_pickle=False)
            # A fixed time, or two files of the same mixture would differ.
            archive.writestr(
                zipfile.ZipInfo(f"{name}.npy"), content.getvalue(), compress_type=zipfile.ZIP_DEFLATED
            )
    return buffer.getvalue()


def parse_mixture(content: bytes) -> Mixture:
    """The reverse of `mixture_bytes`, believing nothing.

    Raises:
        BadMixture: it is something else.
    """
    try:
        arrays = parse_npz(content, _LARGEST_FILE)
        shares, means, packed = (arrays[name] for name in _ARRAYS)
    except (ValueError, KeyError) as error:
        raise BadMixture(f"it is no such file: {error}") from error
    if any(one.dtype.kind != "f" for one in (shares, means, packed)):
        raise BadMixture("an array in it holds no numbers")
    if shares.ndim != 1 or means.ndim != 2 or packed.ndim != 2 or len(packed) != len(means):
        raise BadMixture("arrays of other shapes")
    dimensions = means.shape[1]
    values = dimensions * (dimensions + 1) // 2
    if packed.shape[1] != values:
        raise BadMixture(f"{packed.shape[1]} values a covariance where {values} belong")
    rows, columns = np.tril_indices(dimensions)
    factors = np.zeros((len(means), dimensions, dimensions), np.float32)
    factors[:, rows, columns] = packed
    rounded = shares.astype(np.float64)
    # Half precision rounds each share: their sum is 1 only about.
    return Mixture(rounded / max(float(rounded.sum()), 1e-9), means.astype(np.float32), factors)


class Cohort:
    """How much a face's own nearness to faces in general is to be taken off.

    The shift of a face is 2·weight·(m − usual), in units of squared_l2, with m
    its mean cosine to its `nearest` nearest vectors of the cohort and `usual`
    what m is for the cohort itself, on average. A score is a squared_l2 plus
    the shifts of both sides: for two usual faces it is the distance itself.

    Args:
        vectors: float32 (M, D), unit rows.
        nearest: how many of them, from 1 to M − 1.
        weight: in [0, 1]; 0 takes nothing off.
        name: says which cohort it is: scores of different ones are not compared.

    Raises:
        ValueError: numbers that cannot be meant.
    """

    def __init__(self, vectors: FloatArray, nearest: int, weight: float, name: str = "") -> None:
        if not 1 <= nearest < len(vectors):
            raise ValueError(f"expected 1 to {len(vectors) - 1} nearest vectors. Received: {nearest}")
        if not 0 <= weight <= 1:
            raise ValueError(f"expected a weight from 0 to 1. Received: {weight}")
        self.vectors, self.nearest, self.weight = normalized(vectors), nearest, weight
        self.name = name or fingerprint(self.vectors.tobytes(), nearest, weight)
        self._known: dict[bytes, float] = {}
        # Of two hundred evenly spread ones; each is its own nearest, so one more is asked for.
        some = self.vectors[:: max(1, len(self.vectors) // 200)]
        more = self._mean_of_nearest(some, nearest + 1) * (nearest + 1) - 1
        self.usual = float(more.mean() / nearest)

    @property
    def dimensions(self) -> int:
        """Values of a vector (D)."""
        return int(self.vectors.shape[1])

    def widened(self, dimensions: int) -> Cohort:
        """The same for vectors with more values, all 0 for faces of nobody in particular, as a head appends them."""
        zeros = np.zeros((len(self.vectors), dimensions - self.dimensions), np.float32)
        return Cohort(np.concatenate([self.vectors, zeros], axis=1), self.nearest, self.weight, self.name)

    def shifts(self, vectors: FloatArray) -> FloatArray:
        """What is added to every squared_l2 of float32 (N, D), unit rows: float32 (N,)."""
        keys = [row.tobytes() for row in vectors]
        known = [self._known.get(key) for key in keys]
        fresh = [row for row, mean in enumerate(known) if mean is None]
        means = np.array([0.0 if mean is None else mean for mean in known], np.float32)
        if fresh:
            means[fresh] = self._mean_of_nearest(normalized(vectors[fresh]), self.nearest)
            self._remember({keys[row]: float(means[row]) for row in fresh})
        return np.asarray(2 * self.weight * (means - self.usual), np.float32)

    def _remember(self, means: dict[bytes, float]) -> None:
        if len(self._known) + len(means) > _REMEMBERED:
            self._known = {}  # Not cleared: another thread may be reading it.
        if len(means) <= _REMEMBERED:
            self._known.update(means)

    def _mean_of_nearest(self, vectors: FloatArray, count: int) -> FloatArray:
        rows = max(1, _BLOCK_VALUES // len(self.vectors))
        last = len(self.vectors) - count
        parts = [np.empty(0, np.float32)]
        for start in range(0, len(vectors), rows):
            cosines = vectors[start : start + rows] @ self.vectors.T
            cosines.partition(last, axis=1)
            parts.append(cosines[:, last:].mean(axis=1))
        return np.concatenate(parts)


def fingerprint(content: bytes, nearest: int, weight: float) -> str:
    """The name of a cohort: the same only for the same vectors used in the same way."""
    digest = hashlib.sha256(content + f"|{nearest}|{weight:g}".encode()).hexdigest()
    return f"cohort-{digest[:12]}"
