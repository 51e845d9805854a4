"""Prices of a threshold: strangers who would get a name, and known people who would be missed.

From the last test on one's own people, as long as it was made with these people and this model; else from the model's
calibration. The test is kept beside the database in `own-test.json`: two curves, no names.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from facecam.engine.photos.json_store import read_document, write_document
from facecam.gallery.gallery import Gallery
from facecam.metrics.false_accepts import rate_at, share_of_strangers
from facecam.runtime.card import ModelCard

FILE: Final = "own-test.json"
_VERSION = 1
_STEPS = 400


@dataclass(frozen=True, slots=True)
class Prices:
    """What a threshold costs, as shares; None where nobody measured it.

    Attributes:
        strangers: of strangers, those who would get somebody's name.
        missed: of photos of known people, those that would not get their name.
        own: whether that was tested on these very people.
    """

    strangers: float | None = None
    missed: float | None = None
    own: bool = False


@dataclass(frozen=True, slots=True)
class OwnTest:
    """A test on the people of a gallery.

    Attributes:
        people: whom, see `people_key`.
        in_use: the threshold that decided (of scores, where there is a cohort), and its two prices.
        curve: squared_l2, strangers named, known missed; thresholds rising.
    """

    people: str
    in_use: tuple[float, float, float]
    curve: tuple[tuple[float, float, float], ...]

    def save(self, database: Path) -> None:
        """Keep it for Live.

        Raises:
            DataError: disk full or no permission.
        """
        write_document(database / FILE, {"version": _VERSION, **asdict(self)})

    @classmethod
    def of(cls, database: Path, gallery: Gallery) -> OwnTest | None:
        """The one kept, if it is of these people; None without one."""

        def parsed(content: Any) -> OwnTest | None:
            curve = tuple(map(_three, content["curve"]))
            test = cls(content["people"], _three(content["in_use"]), curve)
            return test if curve and test.people == people_key(gallery) else None

        return read_document(database / FILE, parsed, None, version=_VERSION)

    def at(self, squared_l2: float) -> Prices:
        """The prices of a threshold of plain distances."""
        thresholds, strangers, missed = np.array(self.curve).T
        named, lost = (float(np.interp(squared_l2, thresholds, one)) for one in (strangers, missed))
        return Prices(named, lost, own=True)


def people_key(gallery: Gallery) -> str:
    """Changes with the people, with what they are known by, and with the model."""
    people = sorted(
        f"{person.identity.id} {count}"
        for person, count in zip(gallery.people, gallery.counts().tolist(), strict=True)
    )
    return hashlib.sha256("\n".join([gallery.model_id, *people]).encode()).hexdigest()[:32]


def prices_at(
    card: ModelCard, gallery: Gallery, test: OwnTest | None, squared_l2: float, limit: float | None = None
) -> Prices:
    """What a threshold costs.

    Args:
        card, gallery: in use.
        test: on these people; None: the model's calibration decides.
        squared_l2: the threshold.
        limit: the number that decides where names go by the recommended threshold, see `Limit.value`; else None.
    """
    if test is not None:
        if limit is not None and abs(limit - test.in_use[0]) < 1e-3:
            return Prices(*test.in_use[1:], own=True)
        return test.at(squared_l2)
    named = share_of_strangers(card.calibration, squared_l2, len(gallery))
    return Prices(named, missed_share(card, squared_l2))


def missed_share(card: ModelCard, squared_l2: float) -> float | None:
    """Share of pairs of one person farther apart than a threshold, by the calibration; None if never measured.

    The card knows how many different pairs lie below each distance, and how probable it is at a distance that a pair
    is of one person. Where both kinds are equally frequent, p / (1 − p) is how much denser the pairs of one person are
    there, and that summed up over the distances is their distribution.
    """
    odds = np.array(card.distance_to_probability, np.float64).reshape(-1, 2)
    if len(odds) < 2 or len(card.calibration) < 2:
        return None
    distances = np.linspace(1e-3, float(odds[-2, 0]), _STEPS)
    different = np.gradient([rate_at(card.calibration, one) or 0.0 for one in distances], distances)
    probability = np.clip(np.interp(distances, odds[:, 0], odds[:, 1]), 1e-9, 1 - 1e-9)
    same = np.cumsum(different * probability / (1 - probability))
    if same[-1] <= 0:
        return None
    return float(1 - np.interp(squared_l2, distances, same / same[-1]))


def _three(values: Sequence[Any]) -> tuple[float, float, float]:
    first, second, third = map(float, values)
    if not np.isfinite([first, second, third]).all():
        raise ValueError("a share is no number")
    return first, second, third
