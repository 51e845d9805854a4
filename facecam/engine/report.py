"""Frame results as the JSON lines of the command line."""

from __future__ import annotations

import math
from typing import Any

from facecam.core.types import Face, FrameResult

#: Distance reported when there is nobody to compare with: the largest possible one.
_NOBODY_SQUARED_L2 = 4.0


def frame_report(result: FrameResult, threshold: float) -> dict[str, Any]:
    """One frame as plain values, see DESIGN of the `live --json` line.

    Args:
        result: the frame.
        threshold: squared_l2 in force, reported for faces not yet judged.
    """
    report: dict[str, Any] = {
        "frame": result.frame.index,
        "time_s": round(result.frame.captured_at, 4),
        "faces": [face_report(face, threshold) for face in result.faces],
        "timings_ms": {stage: round(value, 3) for stage, value in result.timings_ms.items()},
    }
    if result.frame.name:
        report["name"] = result.frame.name
    return report


def face_report(face: Face, threshold: float) -> dict[str, Any]:
    """One face as plain values; `name` is null for faces without one.

    A `duplicate` has `looks_like` too: the name that another face of the frame has.
    """
    match = face.match
    squared_l2 = match.squared_l2 if match else _NOBODY_SQUARED_L2
    report: dict[str, Any] = {
        "box": list(face.detection.box.as_ints()),
        "name": face.identity.name if face.identity else None,
        "squared_l2": round(squared_l2 if math.isfinite(squared_l2) else _NOBODY_SQUARED_L2, 5),
        "threshold": match.threshold if match else threshold,
        "score": round(face.detection.score, 4),
        "track": face.track_id,
        "quality": round(face.quality, 3),
        "verdict": match.verdict if match else "undecided",
    }
    if face.looks_like is not None:
        report["looks_like"] = face.looks_like.name
    return report
