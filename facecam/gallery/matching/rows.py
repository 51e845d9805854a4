"""Rows of vectors by person."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class RowsByOwner:
    """Finds the rows of a person without looking through all.

    Args:
        owners: int32 (M,), the person of each row, from 0.
    """

    def __init__(self, owners: NDArray[np.int32]) -> None:
        self._rows = np.argsort(owners, kind="stable")
        self._starts = np.searchsorted(owners[self._rows], np.arange(owners.max(initial=-1) + 2))

    def __getitem__(self, person: int) -> NDArray[np.int64]:
        """Rows of a person who has some, rising."""
        return self._rows[self._starts[person] : self._starts[person + 1]]
