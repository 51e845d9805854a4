"""Tables for spreadsheet programs, with cells that cannot be taken for formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

#: Characters that make a cell a formula, their full-width twins, and blanks that programs trim first.
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(text: str) -> str:
    """`text`, with an apostrophe before it where a spreadsheet would run it as a formula.

    (OWASP, CSV Injection)

    Example:
        >>> safe_cell("=1+1"), safe_cell("Ada")
        ("'=1+1", 'Ada')
    """
    return f"'{text}" if text.lstrip(" \u00a0").startswith(_STARTS) or text.startswith(_STARTS) else text


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV file, UTF-8 with the mark by which spreadsheet programs know it; texts made safe."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(header)
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return buffer.getvalue().encode("utf-8-sig", "replace")
