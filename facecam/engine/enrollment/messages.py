"""Why photos could not make somebody known, in words."""

from __future__ import annotations

from collections.abc import Sequence

from facecam.core.paths import printable
from facecam.engine.photos.quality import PhotoVerdict


def nothing_fit(name: str, verdicts: Sequence[PhotoVerdict]) -> str:
    """Why nobody was enrolled, in one line."""
    if len(verdicts) == 1:
        verdict = verdicts[0]
        why = f"{printable(verdict.path)}: {verdict.reason}, {verdict.detail}"
        return f"{printable(name)} was not enrolled: {why}"
    counts: dict[str, int] = {}
    for verdict in verdicts:
        counts[verdict.reason] = counts.get(verdict.reason, 0) + 1
    reasons = ", ".join(f"{count} × {reason}" for reason, count in counts.items())
    return f"{printable(name)} was not enrolled: none of {len(verdicts)} photos can be used ({reasons})"


def first_hint(verdicts: Sequence[PhotoVerdict]) -> str:
    """What to do about it, in one line."""
    hint = next((verdict.hint for verdict in verdicts if verdict.reason != "duplicate"), "")
    return f"{hint[0].upper()}{hint[1:]}." if hint else "All of them are among the person's photos already."
