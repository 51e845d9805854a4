"""Fixtures shared by the tests of the engine and of the command line.

Models are opened once for all of them, faces embedded once, and no network is asked the same twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.core.types import Embeddings, ImageArray
from facecam.engine import components
from facecam.engine.demo import Demo
from facecam.engine.faces.face_finder import FaceFinder
from facecam.engine.recognition.gallery_alignment import photo_alignment
from facecam.gallery.gallery import Gallery
from facecam.runtime import store
from facecam.runtime.compiled import CompiledNetwork
from facecam.vision.detect.centerface import CenterFaceDetector
from facecam.vision.detect.pointed_faces import PointedFaces
from facecam.vision.images.read import read_picture
from tests.engine.studio import head
from tests.gallery.factories import aligned

Heads = dict[str, ImageArray]
Faces = dict[str, Embeddings]
Enrol = Callable[..., Gallery]

_WHAT_MATTERS = ("model", "precision", "detector", "upsample", "min_face_px")
_opened: dict[tuple[Any, ...], Any] = {}
_networks: dict[tuple[object, ...], CompiledNetwork] = {}
_MOST_NETWORKS = 12
#: By network, what it answered to what it was asked.
_answers: WeakKeyDictionary[CompiledNetwork, dict[bytes, list[np.ndarray]]] = WeakKeyDictionary()
_MOST_BYTES, _LARGEST_BYTES = 100_000_000, 1_000_000
#: What CenterFace found, by its network, and by the picture, its scale and the least score.
_found: WeakKeyDictionary[CompiledNetwork, dict[tuple[object, ...], PointedFaces]] = WeakKeyDictionary()


@pytest.fixture(autouse=True)
def models_opened_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening a model again takes most of the time of a small test, looking again at the same photo most of the rest.

    Nothing else is changed: what a network was not asked yet it computes.
    """
    for name in ("open_detector", "open_embedder"):
        monkeypatch.setattr(components, name, _remembering(name, getattr(components, name)))
    monkeypatch.setattr(store, "_compiled", _compiling_once(store._compiled))
    monkeypatch.setattr(CompiledNetwork, "_answers", _answering_once(CompiledNetwork._answers))
    monkeypatch.setattr(CenterFaceDetector, "_search", _searching_once(CenterFaceDetector._search))


def _remembering(name: str, original: Callable[[Settings], Any]) -> Callable[[Settings], Any]:
    def remembering(settings: Settings) -> Any:
        if settings.weights != Settings().weights:
            return original(settings)
        key = (name, *(getattr(settings, one) for one in _WHAT_MATTERS))
        if key not in _opened:
            _opened[key] = original(settings)
        return _opened[key]

    return remembering


def _compiling_once(original: Callable[..., CompiledNetwork]) -> Callable[..., CompiledNetwork]:
    """One network for the same file, wherever a test has put it."""

    def compiling(path: Path, *what: object) -> CompiledNetwork:
        key = (path.name, *what)  # Among it the fingerprint of the file.
        if key not in _networks:
            if len(_networks) == _MOST_NETWORKS:
                _networks.pop(next(iter(_networks)))
            _networks[key] = original(path, *what)
            _answers[_networks[key]] = {}
        return _networks[key]

    return compiling


def _answering_once(original: Callable[..., list[np.ndarray]]) -> Callable[..., list[np.ndarray]]:
    """Of the networks above, not of those that are only tried."""

    def answering(network: CompiledNetwork, inputs: Sequence[np.ndarray]) -> list[np.ndarray]:
        known = _answers.get(network)
        if known is None:
            return original(network, inputs)
        key = _digest(inputs)
        answers = known.get(key)
        if answers is None:
            answers = original(network, inputs)
            if sum(one.nbytes for one in answers) > _LARGEST_BYTES:
                return answers
            known[key] = answers
            if len(known) % 10 == 0:
                _forget_too_many()
        return [one.copy() for one in answers]

    return answering


def _searching_once(original: Callable[..., PointedFaces]) -> Callable[..., PointedFaces]:
    """A frame of a film is searched once: what the network answers is too large to be kept, the faces are not."""

    def searching(detector: CenterFaceDetector, image: ImageArray, scale: float) -> PointedFaces:
        if not isinstance(detector._network, CompiledNetwork):
            return original(detector, image, scale)
        found = _found.setdefault(detector._network, {})
        key = (_digest([image]), scale, detector._min_score)
        if key not in found:
            found[key] = original(detector, image, scale)
        return found[key]

    return searching


def _digest(arrays: Sequence[np.ndarray]) -> bytes:
    asked = hashlib.blake2b(digest_size=16)
    for one in arrays:
        asked.update(f"{one.shape} {one.dtype}".encode())
        asked.update(np.ascontiguousarray(one).data)
    return asked.digest()


def _forget_too_many() -> None:
    held = list(_answers.values())
    if sum(one.nbytes for known in held for answers in list(known.values()) for one in answers) > _MOST_BYTES:
        for known in held:
            known.clear()


@pytest.fixture(scope="session")
def heads(demo: Demo) -> Heads:
    """The three faces, 120 px wide, by name."""
    return {one.name: head(read_picture(one.path), one.face) for one in demo.portraits()}


@pytest.fixture(scope="session")
def faces(heads: Heads, weights: Path) -> Faces:
    """One vector of each of the three, by name, made by the shipped embedder."""
    settings = replace(Settings(), weights=weights)
    embedder, finder = components.open_embedder(settings), FaceFinder(settings)
    found: Faces = {}
    for name, picture in heads.items():
        face = finder.find(picture).detections[0]
        views = embedder.views(picture, face)
        vectors = embedder.embed([views], mirror=True).vectors
        found[name] = aligned(vectors, embedder.card.model_id, embedder.alignment_of(face, views))
    return found


@pytest.fixture
def enrolled(settings: Settings, faces: Faces) -> Enrol:
    """Writes people straight into the database of `settings`: `enrolled("Ada", vectors_of=EILEEN)`."""

    def enrol(name: str, vectors_of: str | None = None) -> Gallery:
        vectors = faces[vectors_of or name]
        empty = Gallery.empty(vectors.model_id, vectors.vectors.shape[1], photo_alignment(settings))
        return components.open_store(settings).update(lambda gallery: (gallery or empty).add(name, vectors))

    return enrol


@pytest.fixture
def studio(tmp_path: Path) -> Path:
    """An empty folder for the user's own photos."""
    folder = tmp_path / "photos of mine"
    folder.mkdir()
    return folder
