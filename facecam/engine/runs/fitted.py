"""Cohorts and thresholds that were fitted to photos: the record of whose these were, by their SHA-256."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from facecam.core.config import Settings
from facecam.core.encryption import at_rest
from facecam.core.errors import DataError, FacecamError
from facecam.core.paths import delete_file, printable, sha256_file, sweep_temporary
from facecam.engine import components
from facecam.engine.runs.layout import FITTED_FILE, FITTED_LOCK_FILE, runs_folder
from facecam.gallery.storage.lock import locked
from facecam.runtime.card import ModelCard
from facecam.training.run.folder import read_json, write_json

#: In what a card says of a cohort that was fitted to the faces of a calibration.
ONE_PHOTO_EACH: Final = "one photo each of"
#: The same where photos in `data/` were among them.
OWN_PEOPLE: Final = "the user's people among them"
#: What is in force is called so, and ` of ` a model.
COHORT: Final = "the cohort"
THRESHOLD: Final = "the threshold"
OWN_THRESHOLD: Final = "the threshold in the database"
_LOCK_TIMEOUT_S: Final = 10.0
_DAY_S: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class _Noted:
    """When it was written down, s since 1970, and SHA-256 of the photos."""

    noted_s: float
    photos: tuple[str, ...]

    def without(self, digests: Collection[str]) -> _Noted:
        return replace(self, photos=tuple(one for one in self.photos if one not in digests))


def note_fitted(settings: Settings, what: str, digests: Iterable[str]) -> None:
    """Write down which photos something is about to be fitted to; of what is not there any more nothing is kept.

    Args:
        settings: where runs, models and the database are.
        what: see `mark_of_cohort`, `mark_of_threshold`, `mark_of_own_threshold`.
        digests: SHA-256 of the photos, 64 hex digits each.

    Raises:
        DataError: it cannot be written.
    """
    with _alone(settings):
        known, there, now = _read(settings), {mark for mark, _ in _marks(settings)}, time.time()
        # What was noted just now may not be in force yet.
        kept = {mark: one for mark, one in known.items() if mark in there or now - one.noted_s < _DAY_S}
        kept[what] = _Noted(now, tuple(sorted({*digests, *(kept[what].photos if what in kept else ())})))
        _save(settings, kept)


def digests_of(photos: Iterable[Path]) -> Iterator[str]:
    """SHA-256 of photos; from those that cannot be read nothing was learnt."""
    for photo in photos:
        with contextlib.suppress(DataError):
            yield sha256_file(photo)


def fitted_to(settings: Settings, digests: Collection[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is in force and was fitted to some of these photos, and cohorts of which nobody knows whose they are."""
    known = _read(settings)
    hit = _fitted_to_any(known, digests)
    certain = (what for mark, what in (_marks(settings) if hit else ()) if mark in hit)
    perhaps = (f"{COHORT} of {card.name}" for card in _cards(settings) if _is_of_somebody(card, known))
    return tuple(sorted(certain)), tuple(sorted(perhaps))


def with_cohorts_of_people(settings: Settings, digests: Collection[str] = ()) -> list[ModelCard]:
    """Cards of models whose cohort was fitted to the user's people: to these photos, or as they say themselves."""
    known = _read(settings)
    hit = _fitted_to_any(known, digests)
    return [
        card
        for card in _cards(settings)
        if card.cohort is not None
        and (
            OWN_PEOPLE in card.cohort.fitted_to or _is_of_somebody(card, known) or mark_of_cohort(card) in hit
        )
    ]


def forget_fitted(settings: Settings, digests: Collection[str]) -> None:
    """Take photos out of the record. Can be repeated.

    Raises:
        DataError: it cannot be written.
    """
    file = _file(settings)
    if not file.is_file():
        return
    # A full disk has no room for a lock that nobody ever took.
    with _alone(settings) if file.with_name(FITTED_LOCK_FILE).exists() else contextlib.nullcontext():
        known = _read(settings)
        if not known:
            delete_file(file)  # Nobody can say whose photos are in it.
        elif _fitted_to_any(known, digests):
            _save(settings, {mark: one.without(digests) for mark, one in known.items()})
        sweep_temporary(file.parent)


def mark_of_cohort(card: ModelCard) -> str:
    """By its content: whoever has a copy of it, as a model with a head has, is found, too."""
    return "" if card.cohort is None else f"cohort {card.cohort.sha256}"


def mark_of_threshold(card: ModelCard) -> str:
    """Of a model, as it was measured."""
    return f"threshold {card.model_id} {card.threshold}"


def mark_of_own_threshold(model_id: str, threshold: float) -> str:
    """Of the people in a database, as `evaluate --own --apply` found it."""
    return f"own threshold {model_id} {threshold}"


def _marks(settings: Settings) -> Iterator[tuple[str, str]]:
    """What is in force: its mark, and what it is called."""
    for card in _cards(settings):
        if card.cohort is not None:
            yield mark_of_cohort(card), f"{COHORT} of {card.name}"
        if card.threshold is not None:
            yield mark_of_threshold(card), f"{THRESHOLD} of {card.name}"
    with contextlib.suppress(FacecamError):  # It says itself what is the matter.
        gallery = components.open_store(settings).load()
        if gallery is not None and gallery.threshold is not None:
            yield mark_of_own_threshold(gallery.model_id, gallery.threshold), OWN_THRESHOLD


def _cards(settings: Settings) -> Iterator[ModelCard]:
    store = components.open_weights(settings)
    for name in store.names():
        with contextlib.suppress(FacecamError):  # A damaged one is told of by whoever uses it.
            yield store.card(name)


def _fitted_to_any(known: Mapping[str, _Noted], digests: Collection[str]) -> set[str]:
    """Marks of what was fitted to some of these photos."""
    theirs = set(digests)
    return {mark for mark, one in known.items() if not theirs.isdisjoint(one.photos)}


def _is_of_somebody(card: ModelCard, known: Mapping[str, _Noted]) -> bool:
    """Whether a cohort says that it was fitted to people, of whom there is no record."""
    if card.cohort is None or mark_of_cohort(card) in known:
        return False
    return any(words in card.cohort.fitted_to for words in (ONE_PHOTO_EACH, OWN_PEOPLE))


def _file(settings: Settings) -> Path:
    return runs_folder(settings) / FITTED_FILE


def _alone(settings: Settings) -> contextlib.AbstractContextManager[None]:
    lock = _file(settings).with_name(FITTED_LOCK_FILE)
    busy = DataError(f"another facecam writes to {printable(str(lock.parent))}", hint="Wait, then repeat.")
    return locked(lock, busy, timeout_s=_LOCK_TIMEOUT_S)


def _read(settings: Settings) -> dict[str, _Noted]:
    """By mark; empty where there is no record, or one that is damaged or whose key is not here."""
    file = _file(settings)
    try:
        found = read_json(file).get("fitted") if file.is_file() else None
        pairs = found.items() if isinstance(found, dict) else ()
        return {mark: _Noted(float(one["noted_s"]), tuple(map(str, one["photos"]))) for mark, one in pairs}
    except (DataError, at_rest.ForeignKey, KeyError, TypeError, ValueError):
        return {}


def _save(settings: Settings, known: Mapping[str, _Noted]) -> None:
    document = {mark: {"noted_s": one.noted_s, "photos": one.photos} for mark, one in known.items()}
    write_json(_file(settings), {"fitted": document})
