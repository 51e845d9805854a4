"""Vectors of photos, remembered on disk between runs."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from facecam.core.encryption import at_rest
from facecam.core.errors import DataError, reason_of
from facecam.core.events import EventSink, Notice, ignore
from facecam.core.held_files import patiently
from facecam.core.json_text import parse_json
from facecam.core.paths import atomic_write, make_folder, printable, readable_os_errors, sweep_temporary
from facecam.core.types import FloatArray

_log = logging.getLogger(__name__)

_SAVE_EVERY = 256


#: Bytes of the digest something is remembered under that are always the photo's own.
PHOTO_BYTES = 24


@dataclass(frozen=True, slots=True, eq=False)
class CachedEmbedding:
    """A photo's vector, float32 (D,) of norm 1, and how its face was found."""

    how: str
    vector: FloatArray


class VectorCache:
    """Vectors by the SHA-256 of the photo, kept on disk between runs.

    The content of a photo identifies it, not its path and date: these change
    when a folder is copied, and stay when a photo is replaced by a program
    that restores dates. Hashing costs a hundredth of finding a face.

    Every few hundred vectors become one file, which is written once, whole or
    not at all, under the SHA-256 of its own content. So a run that is killed
    loses little, two runs do not disturb each other, and a damaged file is
    known by its name: it is removed and its photos are looked at again. The
    files are plain numbers; nothing in them can be run.

    Args:
        folder: of the cache; None: remember only while this object lives.
        key: what the vectors depend on besides the photo; other keys have other folders.
        dimensions: D.
        on_event: gets a notice for what is damaged or cannot be written.
    """

    def __init__(
        self, folder: Path | None, key: Mapping[str, object], dimensions: int, on_event: EventSink = ignore
    ) -> None:
        text = json.dumps(dict(key), sort_keys=True)
        name = hashlib.sha256(text.encode()).hexdigest()[:16]
        self._folder = None if folder is None else folder / name
        self._about, self._dimensions, self._on_event = text, dimensions, on_event
        self._known: dict[bytes, CachedEmbedding] = {}
        self._unsaved: list[bytes] = []
        if self._folder is not None and self._folder.is_dir():
            self._load(self._folder)

    def __contains__(self, digest: bytes) -> bool:
        return digest in self._known

    def __len__(self) -> int:
        return len(self._known)

    def get(self, digest: bytes) -> CachedEmbedding:
        """What is known of a photo; KeyError if nothing is."""
        return self._known[digest]

    def add(self, digest: bytes, how: str, vector: FloatArray) -> None:
        """Remember a photo; saved with the next few hundred."""
        if digest not in self._known:
            self._unsaved.append(digest)
        self._known[digest] = CachedEmbedding(how, vector)
        if len(self._unsaved) >= _SAVE_EVERY:
            self.save()

    def save(self) -> None:
        """Write what is not written yet; a disk that refuses ends saving, not the evaluation."""
        if self._folder is None or not self._unsaved:
            return
        entries = [(digest, self._known[digest]) for digest in self._unsaved]
        try:
            # Vectors of faces are personal data: for this user's eyes only.
            make_folder(self._folder, private=True)
            _write(self._folder, entries)
            if not (self._folder / "about.json").exists():
                atomic_write(self._folder / "about.json", f"{self._about}\n".encode(), private=True)
        except DataError as error:
            self._on_event(Notice(f"vectors are not remembered: {error.message}", error.hint))
            self._folder = None
            return
        self._unsaved.clear()

    def _load(self, folder: Path) -> None:
        with readable_os_errors("read the cache", folder):
            files = sorted(folder.glob("*.vectors"))
        for file in files:
            try:
                self._known.update(_unpacked(file, self._dimensions))
            except (OSError, ValueError) as error:
                self._discard(file, error)

    def _discard(self, file: Path, error: Exception) -> None:
        _log.info("cache file %s: %s", file, error)
        self._on_event(
            Notice(f"a damaged file of the cache was discarded: {file}", "Its photos are looked at again.")
        )
        try:
            file.unlink()
        except OSError as refusal:
            _log.warning("could not remove %s: %s", printable(file), reason_of(refusal))


def forget(folder: Path, digests: Set[bytes]) -> int:
    """Remove photos from all caches in `folder`, whatever their key; returns how many entries are gone.

    What was said about a photo's faces changes the end of the digest it is remembered under, never its beginning.

    Raises:
        DataError: a file cannot be read or removed.
    """
    gone, photos = 0, {digest[:PHOTO_BYTES] for digest in digests}
    with readable_os_errors("read the cache", folder):
        for part in folder.glob("*/"):
            sweep_temporary(part)
        files = sorted(folder.glob("*/*.vectors"))
    for file in files:
        with readable_os_errors("clean the cache file", file):
            content = at_rest.read_bytes(file)
            entries = []
            with contextlib.suppress(ValueError):  # A damaged file goes when it is loaded.
                entries = _entries(content)
            kept = [entry for entry in entries if entry[0][:PHOTO_BYTES] not in photos]
            if len(kept) < len(entries):
                gone += len(entries) - len(kept)
                patiently(file.unlink)
                if kept:
                    _write(file.parent, kept)
    return gone


def _entries(content: bytes, dimensions: int = -1) -> list[tuple[bytes, CachedEmbedding]]:
    """The entries of a file as written, of some dimension or any; ValueError if it is damaged."""
    header, _, body = content.partition(b"\n")
    found_by = _found_by(parse_json(header))
    count = len(found_by)
    vectors = np.frombuffer(body, "<f4", offset=32 * count).reshape(count, dimensions).astype(np.float32)
    digests = [body[32 * row : 32 * row + 32] for row in range(count)]
    return list(zip(digests, map(CachedEmbedding, found_by, vectors), strict=True))


def _write(folder: Path, entries: Sequence[tuple[bytes, CachedEmbedding]]) -> None:
    content = _packed(entries)
    atomic_write(folder / f"{hashlib.sha256(content).hexdigest()}.vectors", content, private=True)


def _packed(entries: Sequence[tuple[bytes, CachedEmbedding]]) -> bytes:
    """One line of JSON, then the digests, then the vectors as little-endian float32."""
    header = json.dumps({"how": [entry.how for _, entry in entries]}, ensure_ascii=False)
    digests = b"".join(digest for digest, _ in entries)
    vectors = np.stack([entry.vector for _, entry in entries]).astype("<f4")
    return f"{header}\n".encode() + digests + vectors.tobytes()


def _unpacked(file: Path, dimensions: int) -> list[tuple[bytes, CachedEmbedding]]:
    """The entries of a file; ValueError if it is not exactly what was written."""
    content = at_rest.read_bytes(file)
    if hashlib.sha256(content).hexdigest() != file.stem:
        raise ValueError("the content does not fit the name")
    entries = _entries(content, dimensions)
    if not np.allclose(np.linalg.norm([entry.vector for _, entry in entries], axis=1), 1.0, atol=1e-3):
        raise ValueError("the vectors are not of norm 1")
    return entries


def _found_by(header: object) -> list[str]:
    words = header.get("how") if isinstance(header, dict) else None
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise ValueError("the header is not one of ours")
    return words
