"""Photos to vectors in batches, on all cores."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np

from facecam import __version__
from facecam.core.config import Settings
from facecam.core.errors import DataError
from facecam.core.events import CancelToken, EventSink, Progress
from facecam.core.paths import sha256_file
from facecam.core.types import Box, Detection, FloatArray, ImageArray
from facecam.embedding.embedder import Embedder
from facecam.engine.faces.face_finder import FoundFaces
from facecam.engine.faces.photo_reader import readers_of_threads
from facecam.engine.faces.thread_map import ordered_photo_map
from facecam.engine.photos.embedding_cache import VectorCache
from facecam.runtime.dlib_files import LANDMARKS, find_dlib_file
from facecam.runtime.per_thread import PerThread
from facecam.training.data.chips import ChipStore
from facecam.vision.images.align import extract_chip, face_chip
from facecam.vision.images.read import read_picture
from facecam.vision.landmarks.model import Landmarker

_log = logging.getLogger(__name__)

#: Side of the face assumed in a photo without one, as a share of the photo's shorter side.
CENTER_SHARE = 0.4
NO_FACE: Final = "no face found, the middle taken"
FIRST_ATTEMPT: Final = "found at once"
_EMBED_TOGETHER = 64


@dataclass(frozen=True, slots=True)
class PhotoFault:
    """A photo that could not be used; every pair with it is left out."""

    name: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True, eq=False)
class PhotoVectors:
    """Vectors of photos.

    Attributes:
        vectors: float32 (M, D), unit rows.
        rows: photo → its row.
        found_by: photo → how its face was found, or what else the reader was to describe.
        faults: photos that could not be read.
        looked_at: photos detected, aligned and embedded now.
        remembered: photos known from the cache.
    """

    vectors: FloatArray
    rows: Mapping[str, int]
    found_by: Mapping[str, str]
    faults: tuple[PhotoFault, ...]
    looked_at: int
    remembered: int


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A photo as it is looked at, before it is forgotten.

    Attributes:
        image: uint8 (H, W, 3) RGB, as the file has it.
        found: its faces, perhaps in the picture turned upright.
        face: the main one; None without any.
        views: uint8 (V, S, S, 3) RGB of that face, see `Embedder.views`, or of the middle.
    """

    image: ImageArray
    found: FoundFaces
    face: Detection | None
    views: ImageArray


def depends_on(settings: Settings, embedder: Embedder) -> dict[str, object]:
    """Everything besides the photo that what is seen in it and its vector depend on."""
    return {
        "program": __version__,
        "model_id": embedder.card.model_id,
        "precision": embedder.precision,
        "chip": asdict(embedder.chip_spec),
        **{name: getattr(settings, name) for name in ("detector", "upsample", "min_face_px")},
    }


def how_found(seen: Seen) -> str:
    """How the face of a photo was found, in words."""
    return NO_FACE if seen.face is None else seen.found.how or FIRST_ATTEMPT


@dataclass(frozen=True, slots=True, eq=False)
class _PhotoVectors:
    """What a thread of the pool found out about one photo; without views it is known already."""

    digest: bytes
    views: ImageArray | None = None
    how: str = ""


class PhotoEmbedder:
    """Makes vectors of photos on all cores: threads detect and align, batches are embedded meanwhile.

    Args:
        settings: which detector.
        embedder: the model.
        cache: remembers vectors by the content of the photo.
        flip: add the vector of the mirrored chip.
        describe: the words remembered beside a photo's vector; they end up in `PhotoVectors.found_by`.
        chips: gets the chips a training will want of the photos looked at, so that no face is looked for twice.
    """

    def __init__(
        self,
        settings: Settings,
        embedder: Embedder,
        cache: VectorCache,
        *,
        flip: bool,
        describe: Callable[[Seen], str] = how_found,
        chips: ChipStore | None = None,
    ) -> None:
        self._embedder, self._cache, self._flip = embedder, cache, flip
        self._describe, self._chips = describe, chips
        self._marks, self._readers = readers_of_threads(settings)
        self._landmarkers = PerThread(lambda: Landmarker(find_dlib_file(LANDMARKS, settings.weights)))

    def read(self, photos: Mapping[str, Path], on_event: EventSink, cancel: CancelToken) -> PhotoVectors:
        """Vectors of all photos (name → file); what is done before a stop or a fault stays in the cache."""
        digests: dict[str, bytes] = {}
        faults: list[PhotoFault] = []
        batch: list[_PhotoVectors] = []
        looked_at = 0
        try:
            with closing(ordered_photo_map(self._look, photos.items(), cancel)) as looks:
                for name, look in looks:
                    if isinstance(look, DataError):
                        faults.append(PhotoFault(name, look.message, look.hint))
                        continue
                    digests[name] = look.digest
                    if look.views is not None:
                        batch.append(look)
                        looked_at += 1
                    if len(batch) == _EMBED_TOGETHER:
                        self._embed(batch)
                    on_event(Progress("photos", len(digests) + len(faults), len(photos)))
            self._embed(batch)
        finally:
            self._cache.save()
        return self._gathered(digests, tuple(faults), looked_at)

    def _look(self, path: Path) -> _PhotoVectors | DataError:
        try:
            digest = bytes.fromhex(self._marks.digest_seen(path, sha256_file(path)))
            if digest in self._cache:
                return _PhotoVectors(digest)
            image = read_picture(path)
        except DataError as fault:
            return fault
        reader = self._readers.here()
        look = reader.look(path, image)
        found = look.found
        if found.detections:
            face = reader.main(path, look)
            seen = Seen(image, found, face, self._embedder.views(found.image, face))
        else:
            landmarks = self._landmarkers.here()(image, center_box(image))
            seen = Seen(image, found, None, extract_chip(image, landmarks, self._embedder.chip_spec)[None])
        self._keep_chip(digest.hex(), seen)
        return _PhotoVectors(digest, seen.views, self._describe(seen))

    def _keep_chip(self, digest: str, seen: Seen) -> None:
        if self._chips is None or self._chips.has_chip(digest) or self._chips.is_faceless(digest):
            return
        try:
            if seen.face is None:
                self._chips.add_faceless(digest)
            else:
                self._chips.add(digest, face_chip(seen.found.image, seen.face))
        except DataError as fault:
            _log.info("a training will look at this photo again: %s", fault)

    def _embed(self, batch: list[_PhotoVectors]) -> None:
        views = [look.views for look in batch if look.views is not None]
        vectors = self._embedder.embed(views, mirror=self._flip).vectors
        for look, vector in zip(batch, vectors, strict=True):
            self._cache.add(look.digest, look.how, vector)
        batch.clear()

    def _gathered(
        self, digests: Mapping[str, bytes], faults: tuple[PhotoFault, ...], looked_at: int
    ) -> PhotoVectors:
        known = {name: self._cache.get(digest) for name, digest in digests.items()}
        vectors = [entry.vector for entry in known.values()]
        return PhotoVectors(
            vectors=np.stack(vectors)
            if vectors
            else np.zeros((0, self._embedder.card.dimensions), np.float32),
            rows={name: row for row, name in enumerate(known)},
            found_by={name: entry.how for name, entry in known.items()},
            faults=faults,
            looked_at=looked_at,
            remembered=len(digests) - looked_at,
        )


def center_box(image: ImageArray) -> Box:
    """The face assumed in a photo in which none was found: a square in the middle, 40 % of the shorter side.

    Photos of face sets show their person in the middle at about this size.
    """
    height, width = image.shape[:2]
    half = CENTER_SHARE * min(height, width) / 2
    return Box(width / 2 - half, height / 2 - half, width / 2 + half, height / 2 + half)
