"""Gallery generation: one complete copy on disk, a folder of three files, more with rejections and kept vectors."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from facecam.core.encryption import at_rest
from facecam.core.errors import GalleryError
from facecam.core.paths import fsync, fsync_folder, printable, readable_os_errors
from facecam.core.private import make_private_folder, private_opener
from facecam.core.types import AlignmentCodes
from facecam.gallery.gallery import Gallery
from facecam.gallery.owned_vectors import NO_VECTORS, OwnedVectors
from facecam.gallery.storage.document import (
    FORMAT_VERSION,
    BadDocument,
    Document,
    NewerFormat,
    document_bytes,
    parse_document,
)
from facecam.gallery.storage.npy import NotAnArray, npy_bytes, parse_npy

EMBEDDINGS_FILE = "embeddings.npy"
OWNERS_FILE = "owners.npy"
REJECTIONS_FILE = "rejections.npy"
REJECTED_FILE = "rejected.npy"
DOCUMENT_FILE = "gallery.json"


def kept_file(number: int) -> str:
    """The file of vectors kept for model number `number`, from 0."""
    return f"kept-{number}.npy"


def kept_owners_file(number: int) -> str:
    """The file that says whose they are."""
    return f"kept-{number}-owners.npy"


# What a folder with holes or a failing disk answers; anything else (no
# permission, too many open files) says nothing about the files themselves.
_DAMAGE_ERRNOS = (errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.EIO, errno.EBADMSG)


class Damaged(Exception):
    """A generation that cannot be trusted; the argument says why, in words."""


def write_generation(folder: Path, gallery: Gallery, *, forgets_older: bool) -> None:
    """Write `gallery` into the new folder `folder` and push it to the disk.

    Raises:
        OSError: as the system says; the folder is then incomplete.
    """
    files = _files(gallery, forgets_older=forgets_older)
    make_private_folder(folder)
    for name, content in files.items():
        _write_synced(folder / name, content)
    fsync_folder(folder)


def digest(gallery: Gallery) -> str:
    """SHA-256 in hex of everything a gallery holds, wherever it is kept."""
    return hashlib.sha256(_files(gallery, forgets_older=False)[DOCUMENT_FILE]).hexdigest()


def _files(gallery: Gallery, *, forgets_older: bool) -> dict[str, bytes]:
    arrays = {
        EMBEDDINGS_FILE: npy_bytes(np.ascontiguousarray(gallery.vectors, "<f4")),
        OWNERS_FILE: npy_bytes(np.ascontiguousarray(gallery.owners, "<i4")),
    }
    if len(gallery.rejections):
        arrays[REJECTIONS_FILE] = npy_bytes(np.ascontiguousarray(gallery.rejections.vectors, "<f4"))
        arrays[REJECTED_FILE] = npy_bytes(np.ascontiguousarray(gallery.rejections.owners, "<i4"))
    for number, kept in enumerate(gallery.kept.values()):
        arrays[kept_file(number)] = npy_bytes(np.ascontiguousarray(kept.vectors, "<f4"))
        arrays[kept_owners_file(number)] = npy_bytes(np.ascontiguousarray(kept.owners, "<i4"))
    checksums = {name: hashlib.sha256(content).hexdigest() for name, content in arrays.items()}
    # The document last: it vouches for the rest.
    return {**arrays, DOCUMENT_FILE: document_bytes(gallery, checksums, forgets_older=forgets_older)}


def read_generation(folder: Path) -> tuple[Gallery, Document]:
    """The gallery in `folder`, verified, and what its document says.

    A threshold found with another rule of matching is not the gallery's.

    Raises:
        Damaged: a file is missing, changed, cut off or makes no sense.
        GalleryError: the folder was written by a newer facecam.
        DataError: the system does not let us read it.
    """
    try:
        document = parse_document(_content(folder / DOCUMENT_FILE))
        vectors = _array(folder, EMBEDDINGS_FILE, document, "<f4", (document.vectors, document.dimensions))
        owners = _array(folder, OWNERS_FILE, document, "<i4", (document.vectors,))
        rejections = NO_VECTORS
        if document.rejections:
            files, alignments = (REJECTIONS_FILE, REJECTED_FILE), document.rejection_alignments
            rejections = _owned(folder, files, document, document.rejections, document.dimensions, alignments)
        kept = {}
        for number, entry in enumerate(document.kept):
            files, rows = (kept_file(number), kept_owners_file(number)), len(entry.alignments)
            kept[entry.model_id] = _owned(folder, files, document, rows, entry.dimensions, entry.alignments)
    except NewerFormat as newer:
        raise _newer_format(folder, newer) from newer
    except BadDocument as bad:
        raise Damaged(f"{DOCUMENT_FILE} cannot be used: {bad}") from bad
    except (ValueError, GalleryError) as bad:  # a person with an impossible name or date
        raise Damaged(f"{DOCUMENT_FILE} makes no sense: {bad}") from bad
    return _assembled(document, vectors, owners, rejections, kept), document


def _owned(
    folder: Path,
    files: tuple[str, str],
    document: Document,
    rows: int,
    dimensions: int,
    alignments: AlignmentCodes,
) -> OwnedVectors:
    vectors = _array(folder, files[0], document, "<f4", (rows, dimensions))
    owners = _array(folder, files[1], document, "<i4", (rows,))
    try:
        return OwnedVectors(
            vectors.astype(np.float32, copy=False), owners.astype(np.int32, copy=False), alignments
        )
    except ValueError as error:
        raise Damaged(f"{files[0]} makes no sense: {error}") from error


def _assembled(
    document: Document,
    vectors: np.ndarray,
    owners: np.ndarray,
    rejections: OwnedVectors,
    kept: Mapping[str, OwnedVectors],
) -> Gallery:
    try:
        gallery = Gallery(
            document.model_id,
            document.people,
            vectors.astype(np.float32, copy=False),
            owners.astype(np.int32, copy=False),
            document.threshold,
            rejections,
            document.alignments,
            document.alignment,
            kept,
        )
        return gallery.with_threshold(document.usable_threshold, document.threshold_score)
    except (ValueError, GalleryError) as error:
        raise Damaged(f"its files do not fit together: {error}") from error


def _array(folder: Path, name: str, document: Document, dtype: str, shape: tuple[int, ...]) -> np.ndarray:
    content = _content(folder / name)
    if hashlib.sha256(content).hexdigest() != document.checksums.get(name):
        raise Damaged(f"{name} is not what was written (its checksum differs)")
    try:
        array = parse_npy(content)
    except NotAnArray as error:
        raise Damaged(f"{name} cannot be used: {error}") from error
    if array.dtype != np.dtype(dtype) or array.shape != shape:
        raise Damaged(f"{name} holds {array.dtype} {array.shape} where {dtype} {shape} belongs")
    return array


def _content(path: Path) -> bytes:
    with readable_os_errors("read", path):
        try:
            return at_rest.read_bytes(path)
        except OSError as error:
            if error.errno == errno.ENOENT:
                raise Damaged(f"{path.name} is missing") from error
            if error.errno in _DAMAGE_ERRNOS:
                raise Damaged(f"{path.name} cannot be read ({error.strerror})") from error
            raise


def _write_synced(path: Path, content: bytes) -> None:
    with open(path, "xb", opener=private_opener) as file:
        file.write(at_rest.sealed(path, content))
        file.flush()
        fsync(file.fileno())


def _newer_format(folder: Path, newer: NewerFormat) -> GalleryError:
    return GalleryError(
        f"{printable(str(folder))} is in format {newer.args[0]}; this facecam reads formats up to {FORMAT_VERSION}",
        hint="Update facecam, or choose another folder with --database.",
    )
