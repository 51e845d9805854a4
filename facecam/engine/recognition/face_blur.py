"""Whose faces are made unrecognisable in recordings, saved pictures and on the screen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, cast

from facecam.core.config import Settings
from facecam.core.events import Notice
from facecam.core.types import Box, FaceState, Identity

BlurWhom = Literal["nobody", "strangers", "all", "all-but", "only"]
#: A face that was blurred stays so where it was for this long, since a detector may miss it in a frame.
_HOLD_S = 0.6


@dataclass(frozen=True, slots=True)
class BlurRule:
    """Whose faces are blurred.

    Attributes:
        whom: `nobody`; `strangers`: everybody without a name; `all`; `all-but` the chosen; `only` the chosen.
        chosen: names, as they are compared: without regard to case.
    """

    whom: BlurWhom = "nobody"
    chosen: frozenset[str] = frozenset()

    def hides(self, state: FaceState, identity: Identity | None, looks_like: Identity | None = None) -> bool:
        """Whether a face is blurred. Of whom nothing is known yet, is, unless nobody is to be."""
        if self.whom == "nobody":
            return False
        if self.whom == "all":
            return True
        named = identity if state == "known" else None
        if self.whom == "strangers":
            return named is None
        if self.whom == "all-but":
            return named is None or not self._is_chosen(named)
        who = named or looks_like
        return state in ("undecided", "ignored") or (who is not None and self._is_chosen(who))

    def _is_chosen(self, who: Identity) -> bool:
        return who.name.casefold() in self.chosen


def blur_rule(settings: Settings) -> BlurRule:
    """What the settings say."""
    return BlurRule(cast(BlurWhom, settings.blur_faces), names_in(settings.blur_people))


def names_in(text: str) -> frozenset[str]:
    """`Ada; Eve` as names to be compared without regard to case."""
    return frozenset(name.casefold() for part in text.split(";") if (name := " ".join(part.split())))


def doubts_about(settings: Settings, enrolled: Iterable[str]) -> tuple[Notice, ...]:
    """What is odd about whom to blur: names that nobody has, and names that nothing asks for."""
    names = names_in(settings.blur_people)
    if settings.blur_faces not in ("all-but", "only"):
        if not names:
            return ()
        return (
            Notice(
                f"--blur-people has no effect with --blur-faces {settings.blur_faces}",
                "Choose --blur-faces all-but or only.",
            ),
        )
    return nobody_called(settings.blur_people, enrolled)


def nobody_called(text: str, enrolled: Iterable[str]) -> tuple[Notice, ...]:
    """Those names of `Ada; Eve` that none of the enrolled people has."""
    known = names_in(";".join(enrolled))
    names = {" ".join(part.split()): names_in(part) for part in text.split(";")}
    return tuple(
        Notice(f"nobody enrolled is called {name!r}, so nobody is meant by it", "See `people list`.")
        for name, compared in names.items()
        if compared - known
    )


class FaceBlur:
    """Where to blur in the frames of a stream, one after the other.

    Args:
        rule: whose faces.
    """

    def __init__(self, rule: BlurRule) -> None:
        self.rule = rule
        self._held: dict[int, tuple[float, Box]] = {}

    def places(
        self, hidden: Iterable[tuple[int | None, Box]], in_sight: Iterable[int | None], at_s: float
    ) -> tuple[Box, ...]:
        """Boxes (px) to blur in a frame.

        Args:
            hidden: track (None in photos) and box of the faces that the rule hides.
            in_sight: tracks of all faces of the frame: one that got a name is let go of at once.
            at_s: time of the frame, s.
        """
        if self.rule.whom == "nobody":
            return ()
        now = tuple(hidden)
        there = set(in_sight)
        for track, (seen_s, _) in list(self._held.items()):
            if track in there or not 0 <= at_s - seen_s <= _HOLD_S:
                del self._held[track]
        held = tuple(box for _, box in self._held.values())
        self._held.update((track, (at_s, box)) for track, box in now if track is not None)
        return (*(box for _, box in now), *held)
