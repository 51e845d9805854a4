"""Duplicates: faces of one frame that would get the same person's name. The better face keeps it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from facecam.core.types import Match
from facecam.gallery.matching.match import DEFAULT_MIN_GAP

#: A name goes over to a face that is nearer to the person by this squared_l2; nearer by less may be chance …
_CLEARLY_NEARER = DEFAULT_MIN_GAP
#: … and has been looked at this often (or as often as the one that has the name): 0.35 s in a stream.
_ESTABLISHED_LOOKS = 3


@dataclass(frozen=True, slots=True)
class Claim:
    """A face that would get a person's name.

    Attributes:
        face: its number, the same from frame to frame.
        person: the person's id: its own nearest one, never a second choice.
        squared_l2: distance to the person, over all looks that say so.
        looks: how many those are.
    """

    face: int
    person: str
    squared_l2: float
    looks: int = 1


class NameHolders:
    """Settles which face has a person's name; use one per stream.

    Of new faces the nearest to the person gets the name, the first of equals.
    It keeps the name as long as it is in view and wants it, unless another has
    shown to be clearly nearer: so names do not jump from frame to frame.
    """

    def __init__(self) -> None:
        self._holders: dict[str, int] = {}
        self._without: frozenset[int] = frozenset()

    def duplicates(self, claims: Sequence[Claim], out_of_sight: Collection[int] = ()) -> frozenset[int]:
        """The faces of a frame that do not get the name they claim.

        Args:
            claims: of the faces in the frame.
            out_of_sight: faces that were missed just now and may be back in the next frame. Who had
                to go without a name because of one of them still does; a face that is new is
                probably the missed one itself and gets it.
        """
        rivals: defaultdict[str, list[Claim]] = defaultdict(list)
        for claim in claims:
            rivals[claim.person].append(claim)
        missed = {person: face for person, face in self._holders.items() if face in out_of_sight}
        holders = {person: self._holder(person, own, person in missed) for person, own in rivals.items()}
        self._holders = missed | {person: face for person, face in holders.items() if face is not None}
        self._without = frozenset(claim.face for claim in claims if holders[claim.person] != claim.face)
        return self._without

    def _holder(self, person: str, rivals: Sequence[Claim], missed: bool) -> int | None:
        if missed:
            rivals = [claim for claim in rivals if claim.face not in self._without]
        nearest = min(rivals, key=lambda claim: claim.squared_l2, default=None)
        if nearest is None:
            return None
        holder = next((claim for claim in rivals if claim.face == self._holders.get(person)), None)
        return nearest.face if holder is None or _takes_over(nearest, holder) else holder.face


def _takes_over(nearest: Claim, holder: Claim) -> bool:
    enough = nearest.looks >= min(_ESTABLISHED_LOOKS, holder.looks)
    return enough and nearest.squared_l2 + _CLEARLY_NEARER < holder.squared_l2


def named_once(matches: Sequence[Match]) -> list[Match]:
    """The matches of one picture's faces, each person named at most once: the nearest face keeps the name."""
    claims = [
        Claim(face, match.identity.id, match.squared_l2)
        for face, match in enumerate(matches)
        if match.identity is not None
    ]
    duplicates = NameHolders().duplicates(claims)
    return [
        match.without_name("duplicate") if face in duplicates else match for face, match in enumerate(matches)
    ]
