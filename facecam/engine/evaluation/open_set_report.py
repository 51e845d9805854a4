"""Report of the self-test: request and result, in figures and in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from facecam.core.errors import ConfigError
from facecam.core.words import counted
from facecam.engine.faces.photo_batches import PhotoFault
from facecam.gallery.gallery import PLAIN_SCORE
from facecam.metrics.open_set import FEWEST_PEOPLE, FEWEST_PHOTOS, OpenSetCurve, OpenSetPoint
from facecam.metrics.plots.people_map import MapOfPeople
from facecam.metrics.rates import Estimate

DEFAULT_TARGET: Final = 0.01
_FLATTERED: Final = (
    "The model in use was trained on these photos: on new ones it will do less well, and a threshold "
    "found here would let strangers in."
)


@dataclass(frozen=True, slots=True)
class SelfTestOptions:
    """What to test.

    Attributes:
        target: share of strangers' photos that may get a name, in (0, 0.5].
        remember: keep what is seen of the photos beside the database.
    """

    target: float = DEFAULT_TARGET
    remember: bool = True

    def __post_init__(self) -> None:
        if not 0 < self.target <= 0.5:
            raise ConfigError(
                f"the share of strangers to be named is {self.target}",
                hint="Give a number such as 0.01 (1 %).",
            )


@dataclass(frozen=True, slots=True)
class Confusion:
    """Photos of one person that get the name of another at the threshold in use.

    Attributes:
        person: who is in the photos.
        taken_for: whose name they get.
        as_known: photos named wrongly although the person is enrolled.
        as_stranger: photos named so if the person were not enrolled.
        photos: the photos, the nearest first.
        squared_l2: distance of the nearest one.
    """

    person: str
    taken_for: str
    as_known: int
    as_stranger: int
    photos: tuple[Path, ...]
    squared_l2: float


@dataclass(frozen=True, slots=True)
class HurtingPhoto:
    """A photo without which the test would go better.

    Attributes:
        person: whose it is.
        path: the file.
        text: why, one line.
        attracts: photos of others that get this person's name because of it.
    """

    person: str
    path: Path
    text: str
    attracts: int


@dataclass(frozen=True, slots=True)
class PersonResult:
    """One person's part at the threshold in use.

    Attributes:
        name: who.
        photos: how many were tested.
        missed: of them, not named as this person.
        attracted: photos of others that get this person's name when their own person is not enrolled.
    """

    name: str
    photos: int
    missed: int
    attracted: int


@dataclass(frozen=True, slots=True)
class LookedUp:
    """One photo at the threshold in use.

    Attributes:
        person: whose it is.
        photo: the file.
        missed: whether it does not get its person's name; None where the person has no other photo to be known by.
        accepted: whether it gets somebody's name when its person is a stranger.
    """

    person: str
    photo: Path
    missed: bool | None
    accepted: bool


@dataclass(frozen=True, slots=True, eq=False)
class SelfTestReport:
    """What the test found.

    Attributes:
        people: how many were tested.
        photos: how many photos of them.
        model_id: of the embedder.
        target: share of strangers' photos that may get a name.
        in_use: what the threshold in use does.
        suggested: what the threshold for the target does; None with too few people or photos, and for a model
            that was trained on these photos.
        curve: both rates over the threshold.
        results: per person, the worst first.
        confusions: who is taken for whom, the most photos first.
        hurting: photos that do harm, the worst first.
        score: what the thresholds are of: `squared_l2`, or the name of a cohort, see `Gallery.threshold_score`.
        trained_on: whether the model was trained on photos of these people: then the figures flatter.
        faces: vectors of the most photographed people, for a map.
        looked_up: every photo by itself.
        plain_curve: both rates over a threshold of plain distances; None where nobody asked.
        faults: photos that could not be read, and were not tested.
    """

    people: int
    photos: int
    model_id: str
    target: float
    in_use: OpenSetPoint
    suggested: OpenSetPoint | None
    curve: OpenSetCurve
    results: tuple[PersonResult, ...]
    confusions: tuple[Confusion, ...]
    hurting: tuple[HurtingPhoto, ...]
    trained_on: bool = False
    faces: MapOfPeople | None = None
    score: str = PLAIN_SCORE
    looked_up: tuple[LookedUp, ...] = ()
    plain_curve: OpenSetCurve | None = None
    faults: tuple[PhotoFault, ...] = ()

    @property
    def measure(self) -> str:
        """Under which name thresholds are written down: `squared_l2` or `match_score`."""
        return "squared_l2" if self.score == PLAIN_SCORE else "match_score"

    @property
    def text(self) -> str:
        """All of it in one paragraph of plain words."""
        return " ".join(sentences(self))


def sentences(report: SelfTestReport) -> list[str]:
    """The report in plain words, sentence by sentence."""
    now, then = report.in_use, report.suggested
    words = [
        f"{report.people} people were tested with {report.photos} photos.",
        f"With the threshold in use, {now.threshold:.3f}, {_right(now.fnir)} of the photos get the right name "
        f"(95 % sure: {_percent(1 - now.fnir.high)} to {_percent(1 - now.fnir.low)}).",
        f"Were each of these people in turn a stranger, {_percent(now.fpir.value)} of their photos would get "
        f"somebody else's name (95 % sure: {_percent(now.fpir.low)} to {_percent(now.fpir.high)}).",
    ]
    if report.trained_on:
        words.append(_FLATTERED)
    elif then is None:
        words.append(
            f"For a threshold of your own this is too little: it takes {FEWEST_PEOPLE} people "
            f"and {FEWEST_PHOTOS} photos."
        )
    else:
        words.append(
            f"So that about {_percent(report.target)} of strangers' photos get a name, {then.threshold:.3f} is "
            f"suggested: then {_right(then.fnir)} of the photos of your people get the right one."
        )
    if report.confusions:
        worst = report.confusions[0]
        photos = counted(max(worst.as_known, worst.as_stranger), "photo")
        words.append(f"Confused most: {worst.person}, taken for {worst.taken_for} in {photos}.")
    else:
        words.append("Nobody is taken for somebody else.")
    if report.hurting:
        words.append(
            f"{counted(len(report.hurting), 'photo does', 'photos do')} harm and should be looked at."
        )
    return words


def _right(fnir: Estimate) -> str:
    return _percent(1 - fnir.value)


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"
