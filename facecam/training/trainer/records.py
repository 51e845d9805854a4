"""Numbers of a run as they come, in a CSV file. No TensorFlow."""

from __future__ import annotations

import contextlib
import csv
import io
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from facecam.core.encryption import at_rest
from facecam.core.paths import atomic_write, readable_os_errors

COLUMNS: Final = (
    *("stage", "phase", "epoch", "step", "seconds", "loss"),
    *("triplet", "adaptive", "softmax", "cosface", "arcface", "centre", "prelogits", "anchor"),
    *("likeness", "divergence"),
    *("triplets", "positive_fraction", "learning_rate", "gradient_norm", "spread", "input_share"),
    *("tar", "auc", "eer"),
)


class MetricsFile:
    """`metrics.csv`: one row per step and per validation; a row is there whole as soon as it is written.

    Args:
        path: of the file; it is continued if it is there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        if not path.is_file():
            atomic_write(path, (",".join(COLUMNS) + "\n").encode(), private=True, sealed=False)

    def add(self, values: Mapping[str, Any]) -> None:
        """Append a row; columns without a value stay empty.

        Raises:
            DataError: the disk is full.
        """
        line = io.StringIO()
        csv.writer(line, lineterminator="\n").writerow([_shown(values.get(name)) for name in COLUMNS])
        with readable_os_errors("write", self._path), open(self._path, "a", encoding="utf-8") as file:
            file.write(line.getvalue())

    def forget_after(self, step: int) -> None:
        """Drop the rows of steps that are going to be done again."""
        rows = [row for row in read_metrics(self._path) if int(row["step"] or 0) <= step]
        text = io.StringIO()
        writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        atomic_write(self._path, text.getvalue().encode(), private=True, sealed=False)


def read_metrics(path: Path) -> list[dict[str, str]]:
    """The rows of a `metrics.csv`, with the columns known here; a last line cut off by a kill is left out."""
    if not path.is_file():
        return []
    with readable_os_errors("read", path):
        text = at_rest.read_text(path, "replace")
    whole = text[: text.rfind("\n") + 1]
    rows: list[dict[str, str]] = []
    with contextlib.suppress(csv.Error):  # a field without end: the lines before it count
        for row in csv.DictReader(io.StringIO(whole)):
            if (row.get("step") or "").isdecimal():
                rows.append({name: row.get(name) or "" for name in COLUMNS})
    return rows


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.7g}" if isinstance(value, float) else str(value)


def column(rows: Sequence[Mapping[str, str]], name: str) -> list[float]:
    """A column as numbers, NaN where it is empty."""
    return [_number(row[name]) for row in rows]


def _number(text: str | None) -> float:
    try:
        return float(text or math.nan)
    except ValueError:
        return math.nan
