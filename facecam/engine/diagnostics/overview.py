"""The state of everything in a few numbers, without loading a network."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

from facecam.core.config import Settings
from facecam.core.errors import DataError, FacecamError, WeightsError, reason_of
from facecam.core.paths import cure_of
from facecam.engine import components
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.recognition.gallery_alignment import outdated
from facecam.gallery.gallery import Gallery
from facecam.runtime.card import ModelCard
from facecam.runtime.compiled import processor_name
from facecam.runtime.precision import recorded_precision

T = TypeVar("T")
GalleryState = Literal["empty", "ready", "other model", "other alignment", "damaged", "away", "unknown"]


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What lists of models show.

    Attributes:
        name: of its folder.
        title: what people read.
        task: `embedding` or `detection`.
        licence: terms of the weights.
        lineage: where they come from.
        in_use: the one Live uses.
    """

    name: str
    title: str
    task: str
    licence: str
    lineage: str
    in_use: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """What there is, and what is wrong with it.

    Attributes:
        people: enrolled people.
        waiting: people with photos who are not enrolled.
        photos: pictures in `data/`.
        gallery: `ready`: made by the model in use; `other alignment`: and recognised, but a rebuild would make
            it better; `away`: its server does not give it; `unknown`: there is no usable model to compare with.
        gallery_fault: what is wrong with the database, if anything.
        model: the model in use; None while it is missing or damaged.
        model_fault: what is wrong with it, if anything.
        models: all models with a readable card.
        precision: arithmetic of the model in use; empty without one.
        processor: its name.
    """

    people: int
    waiting: int
    photos: int
    gallery: GalleryState
    gallery_fault: FacecamError | None
    model: ModelInfo | None
    model_fault: FacecamError | None
    models: tuple[ModelInfo, ...]
    precision: str
    processor: str


def take_overview(settings: Settings) -> Overview:
    """Look at folders, database and cards; faults are told, not raised."""
    card, model_fault = _attempt(lambda: _card_in_use(settings))
    gallery, gallery_fault = _attempt(lambda: components.open_store(settings).load())
    photos, photos_fault = _attempt(lambda: PhotoLibrary(settings.data).people())
    enrolled = {one.name for one in gallery.identities} if gallery else set()
    people = photos or {}
    return Overview(
        people=len(enrolled),
        waiting=sum(1 for name, paths in people.items() if paths and name not in enrolled),
        photos=sum(map(len, people.values())),
        gallery=_gallery_state(settings, gallery, gallery_fault, card, people),
        gallery_fault=gallery_fault or photos_fault,
        model=_info(card, in_use=True) if card else None,
        model_fault=model_fault,
        models=_models(settings, card),
        precision=_precision(settings, card),
        processor=processor_name(),
    )


def _attempt(look: Callable[[], T]) -> tuple[T | None, FacecamError | None]:
    try:
        return look(), None
    except FacecamError as error:
        return None, error
    except OSError as error:
        fault = DataError(f"{error.filename}: {reason_of(error)}", hint=cure_of(error))
        return None, fault


def _card_in_use(settings: Settings) -> ModelCard:
    store = components.open_weights(settings)
    name = components.model_in_use(settings)
    card = store.card(name)
    for verdict in store.verify():
        if verdict.name == name and not verdict.ok:
            raise WeightsError(verdict.message, hint=verdict.hint)
    return card


def _gallery_state(
    settings: Settings,
    gallery: Gallery | None,
    fault: FacecamError | None,
    card: ModelCard | None,
    photos: Mapping[str, Sequence[Path]],
) -> GalleryState:
    if fault is not None:
        return "away" if settings.server else "damaged"
    if gallery is None or not gallery.identities:
        return "empty"
    if card is None:
        return "unknown"
    if gallery.model_id != card.model_id:
        return "other model"
    with_photos = {name for name, paths in photos.items() if paths}
    return "other alignment" if outdated(settings, gallery, with_photos) else "ready"


def _models(settings: Settings, in_use: ModelCard | None) -> tuple[ModelInfo, ...]:
    store = components.open_weights(settings)
    cards = [_attempt(lambda name=name: store.card(name))[0] for name in store.names()]  # type: ignore[misc]
    chosen = in_use.name if in_use else ""
    return tuple(_info(card, in_use=card.name == chosen) for card in cards if card is not None)


def _info(card: ModelCard, *, in_use: bool) -> ModelInfo:
    return ModelInfo(card.name, card.title, card.task, card.licence, card.lineage, in_use)


def _precision(settings: Settings, card: ModelCard | None) -> str:
    if card is None:
        return ""
    if settings.precision != "auto":
        return settings.precision
    path = components.open_weights(settings).path(card.name) / card.file
    return recorded_precision(path, card.fingerprint(card.file))
