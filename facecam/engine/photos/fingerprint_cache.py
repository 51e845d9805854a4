"""Perceptual hashes of a person's photos, remembered beside them so that each is decoded once."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path

from facecam.core.errors import DataError
from facecam.engine.photos.hash_cache import PhotoDigests
from facecam.engine.photos.library import NOTES_FOLDER
from facecam.vision.images.fingerprint import fingerprint
from facecam.vision.images.read import read_picture

_FILE = "fingerprints.json"
_log = logging.getLogger(__name__)


def library_fingerprints(folder: Path, photos: Iterable[Path]) -> list[int]:
    """Perceptual hashes of photos, see `vision.images.fingerprint`.

    A photo is decoded again when its size or one of its times has changed; one that cannot be read has no
    hash. A folder that cannot be written to costs the time of decoding, nothing else.

    Args:
        folder: `data/<person>`, where the hashes are remembered.
        photos: files in it or below.
    """
    known, found, there = _known(folder), [], []
    for photo in photos:
        try:
            found.append(int(known.of(photo), 16))
        except DataError as error:
            # A photo in data/ that went bad cannot be a duplicate; `people check` reports it.
            _log.info("no fingerprint of %s: %s", photo, error)
            continue
        there.append(photo)
    known.keep(there)
    known.save()
    return found


def forget_fingerprints(photos: Iterable[Path]) -> None:
    """Forget the hashes of photos that are about to go from their person's folder, else all hashes of that folder.

    Raises:
        DataError: not even these can be deleted.
    """
    by_folder: dict[Path, list[Path]] = {}
    for photo in photos:
        # In the person's folder or below.
        folder = next((one for one in photo.parents if (one / NOTES_FOLDER).is_dir()), None)
        if folder is not None:
            by_folder.setdefault(folder, []).append(photo)
    for folder, theirs in by_folder.items():
        known = _known(folder)
        known.forget_photos(theirs)
        known.save()


def _known(folder: Path) -> PhotoDigests:
    return PhotoDigests(
        folder / NOTES_FOLDER / _FILE, lambda photo: f"{fingerprint(read_picture(photo)):064x}", folder
    )
