"""Figures by group of people: every share for each group by itself, with its interval, and whether it says anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from facecam.core.words import counted
from facecam.metrics.open_set import FEWEST_PEOPLE, FEWEST_PHOTOS, clustered_share, share_of_pairs
from facecam.metrics.rates import Estimate, pairs_needed


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """What came of some trials of one kind.

    Attributes:
        figure: what the share of hits is called, such as `fnmr`.
        hits: bool (N,).
        people: whose trial each was, one person or the two of a pair: those of one person go well or badly together.
        groups: the group of each trial; None: of no group, or of two at once.
        hits_are_errors: else the share that is no hit is the error.
    """

    figure: str
    hits: NDArray[np.bool_]
    people: Sequence[tuple[str, ...]]
    groups: Sequence[str | None]
    hits_are_errors: bool = True

    def __post_init__(self) -> None:
        if not len(self.hits) == len(self.people) == len(self.groups):
            raise ValueError(
                f"expected a person and a group for each of {len(self.hits)} trials. "
                f"Received: {len(self.people)} and {len(self.groups)}"
            )


@dataclass(frozen=True, slots=True)
class GroupFigure:
    """One figure of one group.

    Attributes:
        figure: its name.
        estimate: the share, with an interval from drawing people again; None without any trial.
        trials: how many it rests on.
        people: of how many people.
        too_small: why it says nothing yet; empty when it does.
    """

    figure: str
    estimate: Estimate | None
    trials: int
    people: int
    too_small: str


@dataclass(frozen=True, slots=True)
class Group:
    """A group and its figures."""

    name: str
    people: int
    figures: tuple[GroupFigure, ...]


def by_group(names: Sequence[str], kinds: Sequence[Outcomes], *, seed: int = 0) -> tuple[Group, ...]:
    """The figures of each group.

    A share is said to be too small where it rests on fewer than 8 people or 24 trials, or where an error as frequent
    as over all groups would probably not have shown even once (see `pairs_needed`).

    Args:
        names: of the groups, in the order wanted.
        kinds: trials; those of no group count for the comparison only.
        seed: of the intervals.
    """
    return tuple(_group(name, kinds, seed) for name in names)


def _group(name: str, kinds: Sequence[Outcomes], seed: int) -> Group:
    figures = tuple(_figure(name, kind, seed) for kind in kinds)
    people = {
        person
        for kind in kinds
        for whose, group in zip(kind.people, kind.groups, strict=True)
        if group == name
        for person in whose
    }
    return Group(name, len(people), figures)


def _figure(name: str, kind: Outcomes, seed: int) -> GroupFigure:
    mine = np.array([group == name for group in kind.groups], np.bool_)
    trials = int(mine.sum())
    if not trials:
        return GroupFigure(kind.figure, None, 0, 0, "no trial")
    whose = [kind.people[row] for row in np.flatnonzero(mine).tolist()]
    sides = np.array([(one[0], one[-1]) for one in whose], str)
    owners, rows = np.unique(sides, return_inverse=True)
    first, second = rows.reshape(-1, 2).T
    alone = np.array_equal(first, second)
    hits = kind.hits[mine]
    estimate = (
        clustered_share(hits, first, seed=seed) if alone else share_of_pairs(hits, first, second, seed=seed)
    )
    return GroupFigure(kind.figure, estimate, trials, len(owners), _too_small(kind, trials, len(owners)))


def _too_small(kind: Outcomes, trials: int, people: int) -> str:
    if people < FEWEST_PEOPLE:
        return f"{counted(people, 'person')}, {FEWEST_PEOPLE} needed"
    share = float(kind.hits.mean())
    error = share if kind.hits_are_errors else 1 - share
    needed = max(FEWEST_PHOTOS, pairs_needed(error) if error > 0 else 0)
    return f"{trials:,} trials, {needed:,} needed" if trials < needed else ""
