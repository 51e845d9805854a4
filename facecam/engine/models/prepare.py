"""Preparation at set-up: converted models, the choice of precision, demo material."""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np

from facecam.core.config import Settings
from facecam.core.errors import FacecamError, WeightsError
from facecam.core.events import EventSink, Notice, Progress, ignore
from facecam.core.paths import sha256_file
from facecam.engine import components
from facecam.engine.demo import Demo
from facecam.engine.models.catalog import RECIPES, Recipe
from facecam.engine.models.hog_warm_up import warm_up_hog
from facecam.runtime.card import ModelCard, network_files
from facecam.runtime.dlib_files import LANDMARKS, find_dlib_file
from facecam.runtime.precision import PrecisionReport, choose_precision
from facecam.runtime.store import WeightsStore
from facecam.vision.images.align import extract_chip
from facecam.vision.images.crop import around
from facecam.vision.images.read import read_picture
from facecam.vision.landmarks.model import Landmarker

#: Probe faces for the choice of precision.
_PROBES = 4
#: Side of the probe pictures for the detector's, px, and the heat from which its maps mean something.
_PROBE_PX, _HEAT = 320, 0.3


def prepare(settings: Settings, demo: Demo, *, on_event: EventSink = ignore) -> None:
    """Make what is missing or out of date; a model that is sound is left alone.

    Raises:
        WeightsError: the original weights are missing, damaged or cannot be converted.
    """
    store = components.open_weights(settings)
    find_dlib_file(LANDMARKS, settings.weights)
    # Compiling takes a core, and fetching a connection, while the models are converted.
    with ThreadPoolExecutor(2) as beside:
        warmed, shown = beside.submit(warm_up_hog, settings), beside.submit(_demo_notice, demo)
        for index, recipe in enumerate(RECIPES):
            on_event(Progress(f"model {recipe.name}", index, len(RECIPES)))
            if not is_current(store, recipe, settings.weights):
                _make(store, recipe, settings.weights, on_event)
            elif card_is_former(card := store.card(recipe.name), recipe):
                store.renew_card(recipe.card(card.source_sha256 or "", dict(card.sha256)))
        on_event(Progress("models", len(RECIPES), len(RECIPES)))
        warmed.result()
        notice = shown.result()
    if notice is not None:
        on_event(notice)
    check_precision(settings, demo)


def _demo_notice(demo: Demo) -> Notice | None:
    """Make the demo; why there is none, as the program is complete without it."""
    try:
        demo.prepare()
    except FacecamError as error:
        return Notice(f"no demo: {error.message}", error.hint)
    return None


def _make(store: WeightsStore, recipe: Recipe, weights: Path, on_event: EventSink) -> None:
    try:
        recipe.source(weights)
        convert(store, recipe, weights)
    except WeightsError as error:
        if not recipe.optional:
            raise
        on_event(Notice(f"no model {recipe.name}: {error.message}", error.hint))


def is_current(store: WeightsStore, recipe: Recipe, weights: Path) -> bool:
    """Whether a prepared model is there, sound, and made from the original weights at hand."""
    if recipe.name not in store.names():
        return False
    try:
        store.load(recipe.name, precision="f32")
        return store.card(recipe.name).source_sha256 == recipe.digest(recipe.source(weights))
    except WeightsError:
        return False


def card_is_former(card: ModelCard, recipe: Recipe) -> bool:
    """Whether a card holds what an earlier facecam measured; one that the user calibrated is left alone."""
    own = recipe.values.get("calibrated_on", "")
    if card.calibrated_on not in (own, *recipe.formerly):
        return False
    return card != recipe.card(card.source_sha256 or "", dict(card.sha256))


def convert(store: WeightsStore, recipe: Recipe, weights: Path) -> ModelCard:
    """Convert one model and put it in place.

    Raises:
        WeightsError: the original weights are missing or of another network.
    """
    source = recipe.source(weights)
    with tempfile.TemporaryDirectory(prefix="facecam-") as folder:
        recipe.export(source, Path(folder))
        names = [file for network in recipe.values["files"] for file in network_files(network)]
        files = {name: Path(folder) / name for name in names}
        card = recipe.card(recipe.digest(source), {name: sha256_file(path) for name, path in files.items()})
        store.add(recipe.name, files, card, replace=True)
    return card


def check_precision(settings: Settings, demo: Demo) -> PrecisionReport:
    """Choose the arithmetic of detector and default embedder on the demo people's faces; f32 without them.

    Returns:
        What was chosen for the embedder.
    """
    store = components.open_weights(settings)
    detector = store.path(components.CENTERFACE_MODEL) / store.card(components.CENTERFACE_MODEL).file
    choose_precision(detector, _probe_pictures(demo), unit_vectors=False, heat_above=_HEAT)
    card = store.card(components.DEFAULT_MODEL)
    chips = _probe_chips(settings, demo)
    probes = (
        [np.stack([chips[index % len(chips)] for index in range(_PROBES)]).astype(np.float32)]
        if chips
        else []
    )
    path = store.path(components.DEFAULT_MODEL) / card.file
    return choose_precision(path, probes, unit_vectors=True)


def _probe_pictures(demo: Demo) -> list[np.ndarray]:
    """One batch of 320×320 px around the demo people's faces, uint8 (N, 320, 320, 3)."""
    pictures = []
    for portrait in demo.portraits():
        picture = around(read_picture(portrait.path), portrait.face)
        pictures.append(cv2.resize(picture, (_PROBE_PX, _PROBE_PX), interpolation=cv2.INTER_AREA))
    return [np.stack(pictures)] if pictures else []


def _probe_chips(settings: Settings, demo: Demo) -> list[np.ndarray]:
    landmarker = Landmarker(find_dlib_file(LANDMARKS, settings.weights))
    chips: list[np.ndarray] = []
    for portrait in demo.portraits():
        image = read_picture(portrait.path)
        chips.append(extract_chip(image, landmarker(image, portrait.face)))
    return chips
