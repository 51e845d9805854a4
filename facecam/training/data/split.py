"""Training and held-out split of photos or people. No TensorFlow.

Nothing is drawn: photos stand in the order of a hash of seed and content, people in that of a hash of seed and name,
and the first of them are kept aside; photos of one moment stay together. So a photo keeps its role when photos or
people are added later, except where a share grows into the next photo or person of the order; a model that was trained
before is then not judged on photos it has seen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from facecam.core.errors import DataError
from facecam.training.config.options import TrainOptions
from facecam.training.data.sample import Sample
from facecam.training.data.sessions import sessions_of

#: Two photos of somebody make a pair; with one nothing can be learned about them.
_FEWEST_PEOPLE = 2
#: Fewer people or photos kept aside are no evidence, whatever they show.
JUDGING_PEOPLE, JUDGING_PHOTOS = 8, 24
#: Photos kept aside from which on half of them may choose, where they do not all have to judge.
_FEWEST_TO_DIVIDE = 20
#: Photos of each kind a person gives to a measurement at most, so that one with thousands is not all of it.
_MOST_OF_ONE = 30
_KINDS = ("train", "validate", "held")


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
    """Which photos a measurement takes where all would be too many: whole people, in an order by hash.

    Args:
        aside: photos kept aside.
        train: photos trained on, with which they are compared.
        most: how many in all.
        seed: equal seeds choose alike; who is added later moves nobody before them in the order.

    Returns:
        Some of `aside` and some of `train`; all, where they are few enough.
    """
    if len(aside) + len(train) <= most:
        return tuple(aside), tuple(train)
    by_person = [_by_name(aside), _by_name(train)]
    chosen: tuple[list[Sample], list[Sample]] = ([], [])
    for name in _people_in_order(by_person[0], seed, "measured"):
        mine = [
            _photos_in_order(photos.get(name, ()), seed, "measured")[:_MOST_OF_ONE] for photos in by_person
        ]
        if chosen[0] and sum(map(len, (*chosen, *mine))) > most:
            break
        for part, photos in zip(chosen, mine, strict=True):
            part.extend(photos)
    room = max(0, most - len(chosen[0]) - len(chosen[1]))
    taken = {(one.person, one.digest) for one in chosen[1]}
    others = [one for one in train if (one.person, one.digest) not in taken]
    return tuple(chosen[0]), tuple(chosen[1] + _photos_in_order(others, seed, "filling")[:room])


def _photos_in_order(samples: Iterable[Sample], seed: int, purpose: str) -> list[Sample]:
    """Samples by a hash of their photos that has nothing to do with the hashes of other purposes."""
    return sorted(samples, key=lambda one: (_hash(seed, purpose, one.digest), one.person))


def _people_in_order(names: Iterable[str], seed: int, purpose: str) -> list[str]:
    return sorted(names, key=lambda name: _hash(seed, purpose, name))


def _hash(seed: int, purpose: str, what: str) -> bytes:
    return hashlib.sha256(f"{seed} {purpose} {what}".encode("utf-8", "surrogatepass")).digest()


def _by_name(samples: Sequence[Sample]) -> dict[str, list[Sample]]:
    found: dict[str, list[Sample]] = {}
    for sample in samples:
        found.setdefault(sample.person, []).append(sample)
    return found


def split(people: Mapping[str, Sequence[Sample]], options: TrainOptions) -> Split:
    """Divide photos, the same way for the same seed.

    By photo: of everybody with enough photos the wanted share, but at least one, while two stay for
    training; less where photos of one moment would be torn apart. By person: all photos of the wanted
    share of the people, but at least two people.

    Those with the smallest SHA-256 of seed and photo (by person: seed and name) are kept aside. Adding photos or
    people changes the role of those before only where a share is rounded to one more.

    Args:
        people: name → usable photos.
        options: `hold_out`, `hold_out_share`, `min_photos`, `seed`.

    Raises:
        DataError: too few people or photos; the hint says what would do.
    """
    least = max(2, options.min_photos) if options.loss == "triplet" else options.min_photos
    enough = {name: tuple(photos) for name, photos in people.items() if len(photos) >= least}
    _require_people(len(enough), len(people), least)
    divide = _by_person if options.hold_out == "person" else _by_photo
    train, aside = divide(enough, options.hold_out_share, options.seed)
    return Split(train, *_divided(aside, options.hold_out, options.seed), options.hold_out)


def _require_people(enough: int, people: int, least: int) -> None:
    if enough >= _FEWEST_PEOPLE:
        return
    have = "there is one person" if people == 1 else f"{enough} of {people} people have so many"
    raise DataError(
        f"training needs {_FEWEST_PEOPLE} people with {least} usable photos each; {have}",
        hint="Add people and photos: `enroll NAME PHOTO…`, or copy photos into data/<person>/.",
    )


Parts = tuple[tuple[Sample, ...], tuple[Sample, ...]]


def _divided(aside: tuple[Sample, ...], by: str, seed: int) -> Parts:
    """(to choose by, to judge by). Whoever chose the best epoch on some photos cannot judge it on them.

    All judge where they are enough for that and half of them would not be.
    """
    if len(aside) < _FEWEST_TO_DIVIDE:
        return (), aside
    photos = _by_name(aside)
    if by == "person":
        names = _people_in_order(photos, seed, "judged")
        judges = {one for name in names[: len(names) // 2] for one in photos[name]}
    else:
        judges = _half_of_everybody(photos, seed)
    parts = [tuple(one for one in aside if (one in judges) == judging) for judging in (False, True)]
    if _is_evidence(aside) and not _is_evidence(parts[1]):
        return (), aside
    return parts[0], parts[1]


def _is_evidence(photos: Collection[Sample]) -> bool:
    """Whether these are enough to judge a network by."""
    return len(photos) >= JUDGING_PHOTOS and len({one.person for one in photos}) >= JUDGING_PEOPLE


def _half_of_everybody(people: Mapping[str, Sequence[Sample]], seed: int) -> set[Sample]:
    """Half of each person's photos; of an odd number the one in the middle with every second person."""
    odd = _people_in_order((name for name in people if len(people[name]) % 2), seed, "judged")
    more = set(odd[: len(odd) // 2])
    half: set[Sample] = set()
    for name, photos in people.items():
        half.update(_whole_moments(photos, seed, "judged", len(photos) // 2 + (name in more)))
    return half


def _by_photo(people: Mapping[str, Sequence[Sample]], share: float, seed: int) -> Parts:
    aside: set[Sample] = set()
    for photos in people.values():
        wanted = max(1, round(share * len(photos))) if share else 0
        aside.update(_whole_moments(photos, seed, "aside", max(0, min(wanted, len(photos) - 2))))
    return _parted(people, aside)


def _whole_moments(photos: Sequence[Sample], seed: int, purpose: str, most: int) -> list[Sample]:
    """The first of somebody's photos in an order by hash; of one moment all or none."""
    moments: dict[int, list[Sample]] = {}
    for session, photo in zip(sessions_of(photos).tolist(), photos, strict=True):
        moments.setdefault(session, []).append(photo)
    chosen: list[Sample] = []
    for moment in sorted(
        moments.values(), key=lambda one: _hash(seed, purpose, min(photo.digest for photo in one))
    ):
        if len(chosen) + len(moment) <= most:
            chosen += moment
    return chosen


def _by_person(people: Mapping[str, Sequence[Sample]], share: float, seed: int) -> Parts:
    wanted = max(2, round(share * len(people))) if share else 0
    if wanted and len(people) - wanted < _FEWEST_PEOPLE:
        raise DataError(
            f"{len(people)} people are too few to keep {wanted} of them aside",
            hint="Use --hold-out photo, or add people.",
        )
    names = _people_in_order(people, seed, "aside")[:wanted]
    return _parted(people, {photo for name in names for photo in people[name]})


def _parted(people: Mapping[str, Sequence[Sample]], aside: set[Sample]) -> Parts:
    """(trained on, kept aside), both in the order of `people`."""
    everything = [photo for photos in people.values() for photo in photos]
    train = tuple(photo for photo in everything if photo not in aside)
    return train, tuple(photo for photo in everything if photo in aside)
