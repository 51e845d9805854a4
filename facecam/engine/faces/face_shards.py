"""Shards of a large set of photos: what was found in some dozens of them, a file each, until all are done."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple
from pathlib import Path
from typing import Any, Final

import numpy as np

from facecam.core.config import Settings
from facecam.core.encryption import at_rest
from facecam.core.errors import DataError
from facecam.core.events import NEVER, CancelToken, EventSink, Notice, Progress, ignore
from facecam.core.json_text import parse_json
from facecam.core.paths import atomic_write, make_folder, readable_os_errors, sweep_temporary
from facecam.core.types import Box
from facecam.core.words import counted
from facecam.embedding.embedder import Embedder
from facecam.engine.faces.photo_batches import depends_on
from facecam.engine.faces.photo_embeddings import PhotoFace, PhotoFaces, PhotoLooker
from facecam.engine.photos.rotation import Turn

#: So much is looked at again, at most, after a crash; and no set this small leaves files.
SHARD_PHOTOS: Final = 64
#: Files read at once where each is only hashed: disks and networks answer several sooner than one after the other.
_READERS: Final = 8
_ENDING: Final = ".faces"
_DIGEST_DIGITS = 64
#: Raised when files say something else than before.
_FORMAT = 3
_log = logging.getLogger(__name__)


class FaceShards:
    """Reads the faces of any number of photos, and goes on where an earlier run ended.

    A shard is known by the content of its photos, their order, and all that their vectors depend on; so a photo
    that changed, or on which a face was marked, is looked at again, with the others of its shard. A file is
    written whole or not at all, and begins with the SHA-256 of what follows: a damaged one is looked at again.

    Args:
        settings: which detector.
        embedder: the model.
        folder: of the shards, made when the first one is done.
        every_face: all faces of a photo, not only the main one.
        on_event: gets `Progress("photos", …)` and notices.
        cancel: asked between photos; what is done stays.
    """

    def __init__(
        self,
        settings: Settings,
        embedder: Embedder,
        folder: Path,
        *,
        every_face: bool,
        on_event: EventSink = ignore,
        cancel: CancelToken = NEVER,
    ) -> None:
        self._looker = PhotoLooker(settings, embedder, every_face=every_face)
        self.folder = folder
        self._card, self._on_event = embedder.card, on_event
        self._cancel = cancel
        self.key = key_of(settings, embedder, every_face=every_face)

    def read(self, photos: Sequence[Path]) -> PhotoFaces:
        """The faces of all photos; those of shards that are there already are not looked at again."""
        shards = list(shards_of(photos))
        found = self._known(shards)
        done = sum(len(shards[place]) for place in found)
        if done:
            self._on_event(Notice(f"{counted(done, 'photo')} are known from a run that was broken off"))

        def count() -> None:
            nonlocal done
            done += 1
            self._on_event(Progress("photos", done, len(photos)))

        missing = [place for place in range(len(shards)) if place not in found]
        looks = self._looker.read([shards[place] for place in missing], count, self._cancel)
        with contextlib.closing(looks) as parts:
            for place, (digests, part) in zip(missing, parts, strict=True):
                found[place] = part
                if len(shards) > 1:
                    self._save(shards[place], digests, part)
        return PhotoFaces.joined([found[place] for place in range(len(shards))])

    def make(self, shard: Sequence[Path]) -> str:
        """Have one shard done, if it is not, for whoever gathers them all; returns the name of its file."""
        name = self._name(self._looker.digest(photo) for photo in shard)
        if self.load(name, shard) is None:
            ((digests, part),) = self._looker.read([shard], lambda: None, self._cancel)
            name = self._save(shard, digests, part)
        return name

    def load(self, name: str, shard: Sequence[Path]) -> PhotoFaces | None:
        """What a file says of its photos; None where it is missing or damaged."""
        file = self.folder / name
        try:
            content = at_rest.read_bytes(file)
            return _unpacked(content, shard, self._card.model_id, self._card.dimensions)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, LookupError, TypeError) as error:
            _log.info("shard %s: %s", file, error)
            self._on_event(
                Notice(f"a damaged file was passed over: {file}", "Its photos are looked at again.")
            )
            return None

    def remove(self) -> None:
        """Delete all shards of the folder, when they are not needed any more.

        Raises:
            DataError: they cannot be deleted.
        """
        if not self.folder.is_dir():
            return
        sweep_temporary(self.folder)
        with readable_os_errors("delete", self.folder):
            for file in self.folder.glob(f"*{_ENDING}"):
                file.unlink(missing_ok=True)
            with contextlib.suppress(OSError):  # Somebody put something into it.
                self.folder.rmdir()

    def _known(self, shards: Sequence[Sequence[Path]]) -> dict[int, PhotoFaces]:
        """Shards that are there already, by their place; photos are read for it only where there are any."""
        known: dict[int, PhotoFaces] = {}
        if not self.folder.is_dir():
            return known
        there = {file.name for file in self.folder.glob(f"*{_ENDING}")}
        looked_up, photos = 0, sum(map(len, shards))
        with ThreadPoolExecutor(_READERS, thread_name_prefix="photos known") as pool:
            for place, shard in enumerate(shards) if there else ():
                self._cancel.check()
                name = self._name(pool.map(self._looker.digest, shard))
                part = self.load(name, shard) if name in there else None
                if part is not None:
                    known[place] = part
                looked_up += len(shard)
                self._on_event(Progress("photos known", looked_up, photos))
        return known

    def _name(self, digests: Iterable[str]) -> str:
        text = "\n".join([self.key, *digests])
        return f"{hashlib.sha256(text.encode()).hexdigest()}{_ENDING}"

    def _save(self, shard: Sequence[Path], digests: Sequence[str], part: PhotoFaces) -> str:
        # Vectors of faces are personal data: for this user's eyes only.
        make_folder(self.folder, private=True)
        name = self._name(digests)
        atomic_write(self.folder / name, _packed(part, shard), private=True)
        return name


def key_of(settings: Settings, embedder: Embedder, *, every_face: bool) -> str:
    """What shards depend on besides the photos, in words."""
    about = {"every_face": every_face, "format": _FORMAT}
    return json.dumps({**about, **depends_on(settings, embedder)}, sort_keys=True)


def shards_of(photos: Sequence[Path]) -> Iterator[Sequence[Path]]:
    """Photos in shards, in their order; at least one shard."""
    for start in range(0, max(1, len(photos)), SHARD_PHOTOS):
        yield photos[start : start + SHARD_PHOTOS]


def _packed(part: PhotoFaces, shard: Sequence[Path]) -> bytes:
    """The SHA-256 of the rest in hex, one line of JSON, the vectors as little-endian float32."""
    place = {path: number for number, path in enumerate(shard)}
    about = {
        "faces": [
            [place[one.path], one.face, one.faces, astuple(one.turn), one.fit, *map(float, astuple(one.box))]
            for one in part.faces
        ],
        "without_face": [place[path] for path in part.without_face],
        "faults": [[place[path], fault.message, fault.hint] for path, fault in part.faults],
    }
    body = f"{json.dumps(about)}\n".encode() + part.vectors.astype("<f4").tobytes()
    return hashlib.sha256(body).hexdigest().encode() + body


def _unpacked(content: bytes, shard: Sequence[Path], model_id: str, dimensions: int) -> PhotoFaces:
    """What `_packed` wrote; ValueError if it is anything else."""
    body = content[_DIGEST_DIGITS:]
    if hashlib.sha256(body).hexdigest().encode() != content[:_DIGEST_DIGITS]:
        raise ValueError("the content does not fit its checksum")
    header, _, numbers = body.partition(b"\n")
    about: Any = parse_json(header)
    faces = tuple(
        PhotoFace(shard[place], Box(*box), number, count, Turn(*turn), fit)
        for place, number, count, turn, fit, *box in about["faces"]
    )
    vectors = np.frombuffer(numbers, "<f4").reshape(len(faces), dimensions).astype(np.float32)
    without = tuple(shard[place] for place in about["without_face"])
    faults = tuple((shard[place], DataError(what, hint=hint)) for place, what, hint in about["faults"])
    return PhotoFaces(faces, vectors, model_id, without, faults)
