"""The folder `data/`: photos per person. Nothing in it is changed or removed unasked."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
from collections.abc import Iterator
from pathlib import Path

from facecam.core.encryption import at_rest
from facecam.core.errors import ConfigError, DataError, FacecamError, reason_of
from facecam.core.events import EventSink, Notice, ignore
from facecam.core.json_text import parse_json
from facecam.core.paths import (
    atomic_write,
    copy_file,
    delete_file,
    folder_name_for,
    make_folder,
    printable,
    readable_os_errors,
    sha256_file,
    sweep_temporary,
)
from facecam.gallery.names import clean_name
from facecam.vision.images.read import is_picture_name, list_pictures, picture_ending

PERSON_FILE = "person.json"
_NAME_HINT = 'Write {"name": "…"} into it, with whose photos these are, or take it from a backup.'
#: Inside a person's folder: what was found out about the photos; can be found out again.
NOTES_FOLDER = ".facecam"
#: Hidden, so that nobody takes these faces for the person's own.
REJECTED_FOLDER = ".not-this-person"
#: Where encryption is on, the names of folders and photos tell nobody: who it is stands in `person.json`.
VEILED_PREFIX = "person-"
VEILED_STEM = "photo"
_DIGEST_DIGITS = 12


class PhotoLibrary:
    """Photos per person under one folder.

    Args:
        folder: `data/`; made when the first photo is added.
        on_event: gets a notice for a folder that cannot be read.
    """

    def __init__(self, folder: Path, on_event: EventSink = ignore) -> None:
        self.folder = folder
        self._on_event = on_event
        self._told: set[Path] = set()

    def folder_of(self, name: str) -> Path:
        """Where a person's photos are or would be.

        A folder the user made by hand, named as the person is, is used too;
        one that belongs to somebody else (renamed since) is not.
        """
        return next(iter(self.folders_of(name)), None) or self._free_folder(name)

    def folders_of(self, name: str) -> list[Path]:
        """All folders that belong to a person: more than one after a rename onto a folder made by hand."""
        return [path for path, owner in self.owners() if owner == clean_name(name)]

    def owner_of(self, folder: Path) -> str:
        """The true name of the person whose folder this is."""
        file = folder / PERSON_FILE
        if not file.exists():
            return _name_from(folder)
        try:
            return clean_name(parse_json(at_rest.read_text(file))["name"])
        except (OSError, ValueError, KeyError, TypeError, FacecamError) as error:
            if isinstance(error, ConfigError) and not isinstance(error, at_rest.ForeignKey):
                raise  # No passphrase: nobody's name can be read, and a folder's is not one.
            if file not in self._told:
                said = f"{printable(file)} is not readable ({reason_of(error)}); the folder's name is used instead"
                self._on_event(Notice(said, _NAME_HINT))
            self._told.add(file)
            return _name_from(folder)

    def owners(self) -> Iterator[tuple[Path, str]]:
        """Each folder of photos, with whose it is."""
        if not self.folder.is_dir():
            return
        with readable_os_errors("read", self.folder):
            folders = sorted(
                path for path in self.folder.iterdir() if path.is_dir() and not path.name.startswith(".")
            )
        for path in folders:
            yield path, self.owner_of(path)

    def people(self) -> dict[str, list[Path]]:
        """True name → photos, in alphabetical order."""
        found: dict[str, list[Path]] = {}
        for path, owner in self.owners():
            found.setdefault(owner, []).extend(self._pictures_in(path))
        return dict(sorted(found.items()))

    def photos_of(self, name: str) -> list[Path]:
        """Photos of one person, sorted; empty if there are none."""
        return [photo for folder in self.folders_of(name) for photo in self._pictures_in(folder)]

    def place_of(self, name: str, photo: Path) -> Path:
        """Where the copy of a photo is or would be; the photo itself if it lies in the person's folder.

        Raises:
            DataError: it cannot be read.
        """
        if any(folder.resolve() in photo.resolve().parents for folder in self.folders_of(name)):
            return photo
        digest = sha256_file(photo)[:_DIGEST_DIGITS]
        folder = self.folder_of(name)
        stem = VEILED_STEM if at_rest.veiled(self.folder, "photo") else _short_stem(photo)
        return _kept(folder, f"{stem}-{digest}{picture_ending(photo)[:10]}", digest)

    def add(self, name: str, photo: Path) -> Path:
        """Copy a photo into a person's folder; the same content is kept once.

        Raises:
            DataError: it cannot be read, or the disk is full; nothing half-written stays.
        """
        place = self.place_of(name, photo)
        if not place.exists():
            self.put(name, place, photo)
        return place

    def place_of_png(self, name: str, stem: str, content: bytes, *, rejected: bool = False) -> Path:
        """Where a picture is or would be kept that was never a file; the same content is kept once.

        Args:
            name: the person.
            stem: how its name begins.
            content: of the file.
            rejected: it shows a face that is *not* the person: it is kept where it is not taken for a photo of them.
        """
        folder, digest = self.folder_of(name), hashlib.sha256(content).hexdigest()[:_DIGEST_DIGITS]
        return _kept(folder / REJECTED_FOLDER if rejected else folder, f"{stem}-{digest}.png", digest)

    def put(self, name: str, place: Path, picture: Path | bytes) -> None:
        """Write a picture, or copy its file, to where `place_of` or `place_of_png` said.

        Raises:
            DataError: it cannot be read, the disk is full, or no permission; nothing half-written stays.
        """
        folder = self._made_folder(name)
        if place.parent != folder:
            make_folder(place.parent, private=True)
        if not place.exists():
            sweep_temporary(place.parent)
            if isinstance(picture, bytes):
                atomic_write(place, picture, private=True)
            else:
                copy_file(picture, place, private=True)

    def rejected_of(self, name: str) -> list[Path]:
        """Pictures of faces that are not this person, sorted."""
        folders = [folder / REJECTED_FOLDER for folder in self.folders_of(name)]
        return [path for folder in folders if folder.is_dir() for path in sorted(folder.glob("*.png"))]

    def claim_of(self, folder: Path) -> str | None:
        """The text of a folder's `person.json`; None without one."""
        file = folder / PERSON_FILE
        with readable_os_errors("read", file):
            return at_rest.read_text(file, "surrogateescape") if file.is_file() else None

    def claims(self, owner: str, name: str) -> tuple[tuple[Path, str | None, str], ...]:
        """The folders of somebody, each with what `claim_of` reads and with whom it is to name."""
        return tuple((folder, self.claim_of(folder), name) for folder in self.folders_of(owner))

    def claim(self, folder: Path, name: str) -> None:
        """Say in `person.json` whose photos a folder holds, unless it is called so; the folder stays where it is.

        Raises:
            DataError: it cannot be written.
        """
        self.restore_claim(folder, None if _name_from(folder) == clean_name(name) else owner_text(name))

    def restore_claim(self, folder: Path, text: str | None) -> None:
        """Have `person.json` say what `claim_of` read; None removes it.

        Raises:
            DataError: it cannot be written.
        """
        if self.claim_of(folder) == text:
            return
        if text is None:
            delete_file(folder / PERSON_FILE)
        else:
            atomic_write(folder / PERSON_FILE, text.encode("utf-8", "surrogateescape"), private=True)

    def _free_folder(self, name: str) -> Path:
        veiled = at_rest.veiled(self.folder, clean_name(name))
        return free_path(self.folder / (f"{VEILED_PREFIX}{veiled}" if veiled else folder_name_for(name)))

    def _pictures_in(self, folder: Path) -> list[Path]:
        return list_pictures(folder, recursive=True, on_event=self._on_event)

    def _made_folder(self, name: str) -> Path:
        folder = self.folder_of(name)
        make_folder(folder, private=True)
        if not (folder / PERSON_FILE).exists() and folder.name != clean_name(name):
            self.claim(folder, name)
        return folder


def _kept(folder: Path, wanted: str, digest: str) -> Path:
    """The file in a folder that is called by a digest, else `folder / wanted`.

    What a process that was killed left half-written is hidden and no file of ours.
    """
    names = (path for path in folder.glob(f"*{digest}.*") if is_picture_name(path))
    found = (path for path in names if not path.name.startswith("."))
    return next(found, folder / wanted)


def free_path(wanted: Path) -> Path:
    """`wanted`, or with `~2`, `~3` … where something is there already."""
    numbered = (wanted.with_name(f"{wanted.name}~{number}") for number in itertools.count(2))
    return next(path for path in itertools.chain([wanted], numbered) if not os.path.lexists(path))


def _name_from(folder: Path) -> str:
    try:
        return clean_name(folder.name)
    except FacecamError:
        return folder.name  # No name could be enrolled from it, but its photos are listed.


def owner_text(name: str) -> str:
    """What `person.json` says of a person's folder."""
    return f"{json.dumps({'name': clean_name(name)}, ensure_ascii=False)}\n"


def _short_stem(photo: Path) -> str:
    try:
        stem = folder_name_for(photo.stem)
    except DataError:
        stem = "photo"
    return stem.encode()[:80].decode(errors="ignore").strip(". ") or "photo"
