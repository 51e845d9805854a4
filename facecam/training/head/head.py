"""A small layer on the vectors of a frozen model that knows the people it was trained on.

No TensorFlow: numpy to train and apply it, see `head_export` for the deployable network.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from facecam.core.errors import WeightsError
from facecam.core.paths import atomic_write, readable_os_errors
from facecam.core.types import FloatArray
from facecam.networks.npz import parse_npz

FORMAT_VERSION: Final = 1
_HINT: Final = "Train the head again, or restore the file."


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """Appends to each vector a code of who it may be, as far as that is certain.

    With x the unit vector of a face and c_k the centre of person k, the share w_k is the posterior
    probability of k in a mixture of von Mises-Fisher distributions of one concentration, in which
    "nobody" stands at a fixed similarity (Banerjee et al. 2005, Clustering on the Unit Hypersphere using
    von Mises-Fisher Distributions, JMLR 6, equation 3.2):

        w = softmax over k and nobody of (sharpness · (x·c_k − similarity), 0)
        y = unit([x, gain · Σ_k w_k code_k])

    For a stranger all w_k are near 0, and the distance between two strangers is that of the model without
    head. Two people of the training get different codes and move apart.

    Attributes:
        centers: float32 (K, D), unit rows, one for each person; K = 0: the head changes nothing.
        codes: float32 (K, C), unit rows.
        similarity: cosine to a centre at which "that person" and "nobody" are equally likely.
        sharpness: how fast certainty grows with the cosine; above 0.
        gain: length of a certain person's code, relative to x.
    """

    centers: FloatArray
    codes: FloatArray
    similarity: float
    sharpness: float
    gain: float

    def __post_init__(self) -> None:
        for name, rows in (("centers", self.centers), ("codes", self.codes)):
            if rows.dtype != np.float32 or rows.ndim != 2 or not np.isfinite(rows).all():
                raise ValueError(
                    f"expected {name} finite float32 (K, N). Received: {rows.dtype} {rows.shape}"
                )
        if len(self.centers) != len(self.codes):
            raise ValueError(
                f"expected a code for each centre. Received: {len(self.codes)} for {len(self.centers)}"
            )
        values = (self.similarity, self.sharpness, self.gain)
        if not np.isfinite(values).all() or self.sharpness <= 0 or self.gain < 0:
            raise ValueError(f"expected sharpness above 0 and gain of at least 0. Received: {values}")

    @classmethod
    def identity(cls, dimensions: int) -> Head:
        """The head that leaves vectors (N, dimensions) as they are."""
        nobody = np.zeros((0, dimensions), np.float32)
        return cls(nobody, np.zeros((0, 0), np.float32), 1.0, 1.0, 0.0)

    @property
    def is_identity(self) -> bool:
        """Whether vectors stay as they are."""
        return len(self.centers) == 0

    @property
    def input_dimensions(self) -> int:
        """D: length of the vectors it is given."""
        return int(self.centers.shape[1])

    @property
    def dimensions(self) -> int:
        """D + C: length of the vectors it makes."""
        return int(self.centers.shape[1] + self.codes.shape[1])

    def apply(self, vectors: FloatArray) -> FloatArray:
        """Unit vectors float32 (N, D) → unit vectors float32 (N, D + C)."""
        if vectors.ndim != 2 or vectors.shape[1] != self.input_dimensions:
            raise ValueError(f"expected vectors (N, {self.input_dimensions}). Received: {vectors.shape}")
        if self.is_identity:
            return vectors
        shares = certainty(vectors @ self.centers.T, self.similarity, self.sharpness)
        both = np.concatenate([vectors, self.gain * (shares @ self.codes)], axis=1)
        return np.asarray(both / np.linalg.norm(both, axis=1, keepdims=True), np.float32)

    def save(self, path: Path) -> None:
        """Write an `.npz`, whole or not at all.

        Raises:
            DataError: the file cannot be written.
        """
        memory = io.BytesIO()
        numbers = np.array([self.similarity, self.sharpness, self.gain], np.float64)
        np.savez(
            memory, version=np.int64(FORMAT_VERSION), centres=self.centers, codes=self.codes, numbers=numbers
        )
        atomic_write(path, memory.getvalue())

    @classmethod
    def load(cls, path: Path) -> Head:
        """Read what `save` wrote.

        Raises:
            WeightsError: not such a file.
            DataError: the file cannot be read.
        """
        with readable_os_errors("read", path):
            content = path.read_bytes()
        try:
            return _from_arrays(parse_npz(content), path)
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise WeightsError(f"{path} is not a trained head: {error}", hint=_HINT) from error


def _from_arrays(arrays: dict[str, NDArray[Any]], path: Path) -> Head:
    if int(arrays["version"]) != FORMAT_VERSION:
        raise WeightsError(f"{path} was made by another version of facecam", hint="Update facecam.")
    similarity, sharpness, gain = (float(value) for value in arrays["numbers"])
    return Head(arrays["centres"], arrays["codes"], similarity, sharpness, gain)


def certainty(cosines: NDArray[np.floating], similarity: float, sharpness: float) -> NDArray[np.floating]:
    """Shares of each person, (N, K), from cosines to their centres, (N, K); rows sum to less than 1."""
    logits = sharpness * (cosines - similarity)
    # The largest exponent, nobody's 0 included, is taken off: nothing overflows.
    largest = np.maximum(logits.max(axis=1, keepdims=True), 0.0)
    shares = np.exp(logits - largest)
    return np.asarray(shares / (shares.sum(axis=1, keepdims=True) + np.exp(-largest)))
