"""Frame results as the JSON lines of the command line."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

from facecam.core.types import Face, FrameResult, ImageArray
from facecam.gallery.matching.match import Matcher

#: Distance reported when there is nobody to compare with: the largest possible one.
_NOBODY_SQUARED_L2 = 4.0


def limits_of(matcher: Matcher) -> tuple[float, float | None]:
    """The thresholds of distances and, where they decide, of scores: what the reports say of undecided faces."""
    return matcher.threshold, matcher.match_threshold


def frame_report(
    result: FrameResult, threshold: float, match_threshold: float | None = None
) -> dict[str, Any]:
    """One frame as plain values, see DESIGN of the `live --json` line.

    Args:
        result: the frame.
        threshold: squared_l2 in force, reported for faces not yet judged.
        match_threshold: the same for scores; None: distances decide.
    """
    report: dict[str, Any] = {
        "frame": result.frame.index,
        "time_s": round(result.frame.captured_at, 4),
        "faces": [face_report(face, result.frame.image, threshold, match_threshold) for face in result.faces],
        "timings_ms": {stage: round(value, 3) for stage, value in result.timings_ms.items()},
    }
    if result.frame.name:
        report["name"] = result.frame.name
    return report


def face_report(
    face: Face, image: ImageArray, threshold: float, match_threshold: float | None = None
) -> dict[str, Any]:
    """One face of `image` as plain values: its box as far as that is inside; `name` is null for faces without one.

    `match_score` and `match_threshold` decide. Where distances do, they are
    the same as `squared_l2` and `threshold`; else `threshold` is what the
    former comes to for this face, so that both pairs always say the same. A
    `probability` is that of `name`, 0 to 1, by the number of people enrolled
    and the expected share of strangers (`Match.probability`); null without a
    name, and for a model of which nobody measured it. A
    `duplicate` has `looks_like` too: the name that another face of the frame has. With
    `--require-live` named faces have `life`: `alive`, the `sign` seen, what is `asked`
    for, the `seconds` it was looked at, and with `--liveness-model` its `chance`; who was not yet seen to be alive is
    `unproven`, has no `name` and is in `looks_like`.
    """
    match = face.match
    squared_l2 = match.squared_l2 if match else _NOBODY_SQUARED_L2
    score = match.score if match else _NOBODY_SQUARED_L2
    if match:
        threshold, match_threshold = match.threshold, match.match_threshold
    report: dict[str, Any] = {
        "box": list(face.detection.box.ints_inside(image)),
        "name": face.identity.name if face.identity else None,
        "squared_l2": _finite(squared_l2),
        "threshold": round(threshold, 5),
        "score": round(face.detection.score, 4),
        "track": face.track_id,
        "quality": round(face.quality, 3),
        "verdict": "unproven" if face.state == "unproven" else match.verdict if match else "undecided",
        "match_score": _finite(score),
        "match_threshold": round(threshold if match_threshold is None else match_threshold, 5),
        "probability": _probability(face),
    }
    if face.looks_like is not None:
        report["looks_like"] = face.looks_like.name
    if face.life is not None:
        report["life"] = {**asdict(face.life), "seconds": round(face.life.seconds, 2)}
        if face.life.chance is None:
            del report["life"]["chance"]
    return report


def _probability(face: Face) -> float | None:
    if face.identity is None or face.match is None or face.match.probability is None:
        return None
    return round(face.match.probability, 5)


def _finite(value: float) -> float:
    return round(value if math.isfinite(value) else _NOBODY_SQUARED_L2, 5)
