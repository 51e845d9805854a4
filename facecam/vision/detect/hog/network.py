"""Scores of all windows of a sheet of HOG features.

The five 10×10 filters over 31 features cost most of the arithmetic. Written
as a matrix of 50 filter rows by 310 values they have nearly rank 24, so a
network for OpenVINO computes scores that are good to about 0.1 at half the
cost; windows that may be faces are then judged with the filters themselves.
"""

from __future__ import annotations

import os
from functools import lru_cache

import numpy as np
import openvino as ov
import openvino.opset13 as op
from numpy.typing import NDArray

from facecam.core.types import FloatArray
from facecam.runtime.compiled import RunningModel, openvino_core, processor_precisions
from facecam.vision.detect.hog.filters import CHANNELS, WINDOW_CELLS, FaceFilters
from facecam.vision.detect.hog.sheets import CELLS_AFTER, CELLS_BEFORE, SheetShape

WORKERS = max(1, min(4, os.cpu_count() or 1))
PADDING = CELLS_BEFORE + CELLS_AFTER

_RANK = 24
# The largest error seen on photos was 0.45; bfloat16 adds 0.03.
_APPROXIMATION_ERROR = 0.7
# Features are positive: besides their scatter, their common mean matters for the approximation.
_MEAN_WEIGHT = 0.4


class HogNetwork(RunningModel):
    """Window scores for sheets of one shape; callable from several threads at once.

    Args:
        filters: dlib's filters.
        shape: rows and columns of the sheets.
    """

    def __init__(self, filters: FaceFilters, shape: SheetShape) -> None:
        self._filters = filters.weights.reshape(len(filters.weights), -1).T
        self._offsets = filters.offsets
        super().__init__(openvino_core().compile_model(_build(filters, shape), "CPU", _options()))

    def faces(
        self, features: FloatArray, wanted: NDArray[np.bool_], min_score: float
    ) -> tuple[NDArray[np.intp], FloatArray]:
        """Windows scoring at least `min_score`.

        Args:
            features: float32 (rows + 9, columns + 9, 31): 4 rows and columns of
                zeros, the sheet, 5 of zeros.
            wanted: bool (rows, columns), windows to look at.

        Returns:
            Their places, int (N, 2) row and column, and scores, float32 (N,); a
            window found by several filters is listed once for each.
        """
        with self.in_use():
            roughly = self._approximate(features)
            maybe = np.argwhere(wanted & (roughly.max(axis=0) > min_score - _APPROXIMATION_ERROR))
        exactly = self._exact(features, maybe)
        window, filter_index = np.nonzero(exactly >= min_score)
        return maybe[window], exactly[window, filter_index]

    def _approximate(self, features: FloatArray) -> FloatArray:
        answers = self.request().infer({0: features[None]}, share_inputs=True, share_outputs=True)
        scores: FloatArray = answers[0][0]
        return scores

    def _exact(self, features: FloatArray, places: NDArray[np.intp]) -> FloatArray:
        windows = np.lib.stride_tricks.sliding_window_view(
            features, (WINDOW_CELLS, WINDOW_CELLS), axis=(0, 1)
        )
        picked = windows[places[:, 0], places[:, 1]].reshape(len(places), len(self._filters))
        scores: FloatArray = picked @ self._filters - self._offsets
        return scores


@lru_cache(maxsize=4)
def hog_network(filters: FaceFilters, shape: SheetShape) -> HogNetwork:
    """The network for sheets of `shape`, compiled once."""
    return HogNetwork(filters, shape)


def low_rank(filters: FaceFilters, rank: int) -> tuple[FloatArray, FloatArray]:
    """Split the filters into one step along rows and one along columns.

    Returns:
        float32 (rank, 31, 1, 10) and (F, rank, 10, 1), whose convolution one
        after the other comes closest to the filters for inputs with mean and scatter.
    """
    count = len(filters.weights)
    matrix = filters.weights.transpose(0, 2, 1, 3).reshape(count * WINDOW_CELLS, -1).astype(np.float64)
    size = matrix.shape[1]
    root = np.linalg.cholesky(np.eye(size) + _MEAN_WEIGHT * np.ones((size, size)))
    left, strength, right = np.linalg.svd(matrix @ root, full_matrices=False)
    along_rows = np.linalg.solve(root.T, right[:rank].T).T.reshape(rank, CHANNELS, 1, WINDOW_CELLS)
    along_columns = (left[:, :rank] * strength[:rank]).reshape(count, WINDOW_CELLS, rank, 1).swapaxes(1, 2)
    return along_rows.astype(np.float32), along_columns.astype(np.float32)


def _options() -> dict[str, object]:
    return {
        "INFERENCE_PRECISION_HINT": "bf16" if "bf16" in processor_precisions() else "f32",
        "INFERENCE_NUM_THREADS": WORKERS,
        "NUM_STREAMS": WORKERS,
        "ENABLE_CPU_PINNING": False,
    }


def _build(filters: FaceFilters, shape: SheetShape) -> ov.Model:
    features = op.parameter([1, shape[0] + PADDING, shape[1] + PADDING, CHANNELS], np.float32)
    by_channel = op.transpose(features, op.constant(np.array([0, 3, 1, 2], np.int64)))
    along_rows, along_columns = low_rank(filters, _RANK)
    inner = _convolve(_convolve(by_channel, along_rows), along_columns)
    return ov.Model([op.subtract(inner, op.constant(filters.offsets.reshape(1, -1, 1, 1)))], [features])


def _convolve(data: ov.Node, kernel: FloatArray) -> ov.Node:
    return op.convolution(data, op.constant(kernel), [1, 1], [0, 0], [0, 0], [1, 1])
