"""Perceptual hashes of a person's photos, remembered beside them so that each is decoded once."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from facecam.core.errors import DataError
from facecam.core.paths import readable_os_errors, sweep_temporary
from facecam.engine.photos.json_store import read_document, write_document
from facecam.engine.photos.library import NOTES_FOLDER
from facecam.vision.images.fingerprint import fingerprint
from facecam.vision.images.read import read_picture

_FILE = "fingerprints.json"
_VERSION = 1
_HASH = re.compile("[0-9a-f]{64}")
_log = logging.getLogger(__name__)
#: By the photo's name below the folder: its size and times, its hash in hex digits.
Entries = dict[str, tuple[str, str]]


def library_fingerprints(folder: Path, photos: Iterable[Path]) -> list[int]:
    """Perceptual hashes of photos, see `vision.images.fingerprint`.

    A photo is decoded again when its size or one of its times has changed; one that cannot be read has no
    hash. A folder that cannot be written to costs the time of decoding, nothing else.

    Args:
        folder: `data/<person>`, where the hashes are remembered.
        photos: files in it or below.
    """
    file = folder / NOTES_FOLDER / _FILE
    known, now = _load(file), {}
    for photo in photos:
        name = photo.relative_to(folder).as_posix()
        try:
            status = photo.stat()
            stamp = f"{status.st_size} {status.st_mtime_ns} {status.st_ctime_ns}"
            entry = known.get(name)
            if entry is None or entry[0] != stamp:
                entry = (stamp, f"{fingerprint(read_picture(photo)):064x}")
        except (OSError, DataError) as error:
            # A photo in data/ that went bad cannot be a duplicate; `people check` reports it.
            _log.info("no fingerprint of %s: %s", photo, error)
            continue
        now[name] = entry
    if now != known:
        _save(file, now)
    return [int(digits, 16) for _, digits in now.values()]


def forget_fingerprints(photos: Iterable[Path]) -> None:
    """Forget the hashes of photos that are about to go from their person's folder, else all hashes of that folder.

    Raises:
        DataError: not even these can be deleted.
    """
    by_folder: dict[Path, set[str]] = {}
    for photo in photos:
        # In the person's folder or below.
        for folder in photo.parents:
            if (folder / NOTES_FOLDER).is_dir():
                by_folder.setdefault(folder, set()).add(photo.relative_to(folder).as_posix())
                break
    for folder, names in by_folder.items():
        file = folder / NOTES_FOLDER / _FILE
        known = _load(file)
        kept = {name: entry for name, entry in known.items() if name not in names}
        if len(kept) < len(known):
            try:
                _write(file, kept)
            except DataError:  # Of a full disk, for instance.
                with readable_os_errors("delete", file):
                    file.unlink(missing_ok=True)


def _load(file: Path) -> Entries:
    empty: Entries = {}
    return read_document(file, _parsed, empty, version=_VERSION, damage=logging.INFO)


def _parsed(content: Any) -> Entries:
    entries = {str(name): (str(stamp), str(digits)) for name, (stamp, digits) in content["photos"].items()}
    return {name: entry for name, entry in entries.items() if _HASH.fullmatch(entry[1])}


def _save(file: Path, entries: Entries) -> None:
    try:
        file.parent.mkdir(mode=0o700, exist_ok=True)
        sweep_temporary(file.parent)
        _write(file, entries)
    except (OSError, DataError) as error:
        _log.info("fingerprints are not kept: %s", error)


def _write(file: Path, entries: Entries) -> None:
    # A power cut costs decoding the photos once more, so nothing waits for the disk.
    write_document(file, {"version": _VERSION, "photos": entries}, lasting=False)
