"""Which photos are trained on and which are kept aside for measuring. No TensorFlow."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from facecam.core.errors import DataError
from facecam.training.options import TrainOptions

#: Two photos of somebody make a pair; with one nothing can be learned about them.
_FEWEST_PEOPLE = 2
#: Photos kept aside from which on half of them may choose and the other half judge.
_FEWEST_TO_DIVIDE = 20
#: Photos of each kind a person gives to a measurement at most, so that one with thousands is not all of it.
_MOST_OF_ONE = 30
_KINDS = ("train", "validate", "held")


@dataclass(frozen=True, slots=True)
class Sample:
    """A photo ready for training.

    Attributes:
        person: name.
        photo: the file in `data/`.
        digest: SHA-256 of the photo, 64 hex digits.
        chip: file of its chip.
    """

    person: str
    photo: Path
    digest: str
    chip: Path


@dataclass(frozen=True, slots=True)
class Split:
    """Photos by what they are for.

    Attributes:
        train: trained on, by person.
        validate: kept aside to choose between epochs; empty where that would leave too few for `held`.
        held: kept aside for the comparison with the model in use; nothing is chosen by them.
        by: `photo` or `person`.
    """

    train: tuple[Sample, ...]
    validate: tuple[Sample, ...]
    held: tuple[Sample, ...]
    by: str

    @property
    def people(self) -> tuple[str, ...]:
        """Names of those trained on, in the order of their class numbers."""
        return tuple(dict.fromkeys(sample.person for sample in self.train))

    @property
    def digest(self) -> str:
        """Of everything in it: equal digests, equal training data."""
        lines = [f"{kind} {one.person} {one.digest}" for kind, one in self._all()]
        return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """As written into a run's `data.json`."""
        kinds: dict[str, list[dict[str, str]]] = {kind: [] for kind in _KINDS}
        for kind, one in self._all():
            kinds[kind].append(
                {"person": one.person, "photo": str(one.photo), "sha256": one.digest, "chip": str(one.chip)}
            )
        return {"digest": self.digest, "by": self.by, "people": list(self.people), **kinds}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Split:
        """The reverse of `to_json`.

        Raises:
            DataError: something is missing in the document.
        """
        try:
            train, validate, held = (
                tuple(
                    Sample(one["person"], Path(one["photo"]), one["sha256"], Path(one["chip"]))
                    for one in document[kind]
                )
                for kind in _KINDS
            )
            return cls(train, validate, held, str(document["by"]))
        except (KeyError, TypeError) as error:
            raise DataError(
                f"the run's data.json is damaged ({error!r})", hint="Start a new training."
            ) from error

    def _all(self) -> Iterator[tuple[str, Sample]]:
        for kind in _KINDS:
            yield from ((kind, sample) for sample in getattr(self, kind))


def measured_photos(
    aside: Sequence[Sample], train: Sequence[Sample], most: int, *, seed: int = 0
) -> tuple[tuple[Sample, ...], tuple[Sample, ...]]:
    """Which photos a measurement takes where all would be too many: whole people, drawn at random.

    Args:
        aside: photos kept aside.
        train: photos trained on, with which they are compared.
        most: how many in all.
        seed: equal seeds draw alike.

    Returns:
        Some of `aside` and some of `train`; all, where they are few enough.
    """
    if len(aside) + len(train) <= most:
        return tuple(aside), tuple(train)
    generator = np.random.default_rng(seed)
    by_person = [_by_name(aside), _by_name(train)]
    names = list(by_person[0])
    chosen: tuple[list[Sample], list[Sample]] = ([], [])
    for index in generator.permutation(len(names)):
        mine = [photos.get(names[index], [])[:_MOST_OF_ONE] for photos in by_person]
        if chosen[0] and sum(map(len, (*chosen, *mine))) > most:
            break
        for part, photos in zip(chosen, mine, strict=True):
            part.extend(photos)
    room = most - len(chosen[0]) - len(chosen[1])
    taken = {(one.person, one.digest) for one in chosen[1]}
    others = [one for one in train if (one.person, one.digest) not in taken]
    filling = generator.permutation(len(others))[: max(0, room)]
    return tuple(chosen[0]), tuple(chosen[1]) + tuple(others[index] for index in sorted(filling))


def _by_name(samples: Sequence[Sample]) -> dict[str, list[Sample]]:
    found: dict[str, list[Sample]] = {}
    for sample in samples:
        found.setdefault(sample.person, []).append(sample)
    return found


def split(people: Mapping[str, Sequence[Sample]], options: TrainOptions) -> Split:
    """Divide photos, the same way for the same seed.

    By photo: of everybody with enough photos the wanted share, but at least one, while two stay for
    training. By person: all photos of the wanted share of the people, but at least two people.

    Args:
        people: name → usable photos.
        options: `hold_out`, `hold_out_share`, `min_photos`, `seed`.

    Raises:
        DataError: too few people or photos; the hint says what would do.
    """
    least = max(2, options.min_photos) if options.loss == "triplet" else options.min_photos
    enough = {name: tuple(photos) for name, photos in people.items() if len(photos) >= least}
    _require_people(len(enough), len(people), least)
    generator = np.random.default_rng(options.seed)
    if options.hold_out == "person":
        train, aside = _by_person(enough, options.hold_out_share, generator)
    else:
        train, aside = _by_photo(enough, options.hold_out_share, generator)
    return Split(train, *_divided(aside, options.hold_out), options.hold_out)


def _require_people(enough: int, people: int, least: int) -> None:
    if enough >= _FEWEST_PEOPLE:
        return
    have = f"{enough} of {people} people in data/ have" if people != 1 else "the only person in data/ has"
    raise DataError(
        f"training needs {_FEWEST_PEOPLE} people with {least} usable photos each; {have} so many",
        hint="Add people and photos: `enroll NAME PHOTO…`, or copy photos into data/<person>/.",
    )


Parts = tuple[tuple[Sample, ...], tuple[Sample, ...]]


def _divided(aside: tuple[Sample, ...], by: str) -> Parts:
    """(to choose by, to judge by). Whoever chose the best epoch on some photos cannot judge it on them."""
    if len(aside) < _FEWEST_TO_DIVIDE:
        return (), aside
    people = {name: index for index, name in enumerate(dict.fromkeys(one.person for one in aside))}
    seen: dict[str, int] = {}
    halves: tuple[list[Sample], list[Sample]] = ([], [])
    for one in aside:
        # By photo everybody alternates, beginning with the other half than the person before.
        turn = people[one.person] + (0 if by == "person" else seen.get(one.person, 0))
        seen[one.person] = seen.get(one.person, 0) + 1
        halves[turn % 2].append(one)
    return tuple(halves[0]), tuple(halves[1])


def _by_photo(people: Mapping[str, Sequence[Sample]], share: float, generator: np.random.Generator) -> Parts:
    train: list[Sample] = []
    held: list[Sample] = []
    for photos in people.values():
        order = generator.permutation(len(photos))
        wanted = max(1, round(share * len(photos))) if share else 0
        aside = set(order[: min(wanted, len(photos) - 2)].tolist()) if len(photos) > 2 else set()
        for index, photo in enumerate(photos):
            (held if index in aside else train).append(photo)
    return tuple(train), tuple(held)


def _by_person(people: Mapping[str, Sequence[Sample]], share: float, generator: np.random.Generator) -> Parts:
    names = list(people)
    wanted = max(2, round(share * len(names))) if share else 0
    if wanted and len(names) - wanted < _FEWEST_PEOPLE:
        raise DataError(
            f"{len(names)} people are too few to keep {wanted} of them aside",
            hint="Use --hold-out photo, or add people.",
        )
    aside = {names[index] for index in generator.permutation(len(names))[:wanted]}
    train = tuple(photo for name, photos in people.items() if name not in aside for photo in photos)
    held = tuple(photo for name, photos in people.items() if name in aside for photo in photos)
    return train, held
