"""The folder `data/`: photos per person. Nothing in it is changed or removed unasked."""

from __future__ import annotations

import hashlib
import itertools
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from facecam.core.errors import DataError, FacecamError
from facecam.core.events import EventSink, Notice, ignore
from facecam.core.paths import atomic_write, folder_name_for, printable, readable_os_errors, sha256_file
from facecam.gallery.names import clean_name
from facecam.vision.picture import is_picture_name, list_pictures, picture_ending

_PERSON_FILE = "person.json"
#: Inside a person's folder: what was found out about the photos; can be found out again.
NOTES_FOLDER = ".facecam"
#: Hidden, so that nobody takes these faces for the person's own.
_REJECTED_FOLDER = ".not-this-person"
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

    def folder_of(self, name: str) -> Path:
        """Where a person's photos are or would be.

        A folder the user made by hand, named as the person is, is used too;
        one that belongs to somebody else (renamed since) is not.
        """
        return next(iter(self.folders_of(name)), None) or self._free_folder(name)

    def folders_of(self, name: str) -> list[Path]:
        """All folders that belong to a person: more than one after a rename onto a folder made by hand."""
        return [path for path, owner in self._owners() if owner == clean_name(name)]

    def owner_of(self, folder: Path) -> str:
        """The true name of the person whose folder this is."""
        return self._owner_of(folder)

    def people(self) -> dict[str, list[Path]]:
        """True name → photos, in alphabetical order."""
        found: dict[str, list[Path]] = {}
        for path, owner in self._owners():
            found.setdefault(owner, []).extend(self._pictures_in(path))
        return dict(sorted(found.items()))

    def photos_of(self, name: str) -> list[Path]:
        """Photos of one person, sorted; empty if there are none."""
        return [photo for folder in self.folders_of(name) for photo in self._pictures_in(folder)]

    def add(self, name: str, photo: Path) -> Path:
        """Copy a photo into a person's folder; the same content is kept once.

        Raises:
            DataError: it cannot be read, or the disk is full; nothing half-written stays.
        """
        if any(folder.resolve() in photo.resolve().parents for folder in self.folders_of(name)):
            return photo
        digest = sha256_file(photo)[:_DIGEST_DIGITS]
        folder = self._made_folder(name)
        kept = next(filter(is_picture_name, folder.glob(f"*{digest}.*")), None)
        if kept is not None:
            return kept
        with readable_os_errors("read", photo):
            content = photo.read_bytes()
        return _written(folder, f"{_short_stem(photo)}-{digest}{picture_ending(photo)[:10]}", content)

    def add_png(self, name: str, stem: str, content: bytes) -> Path:
        """Keep a picture of a person that was never a file; the same content is kept once.

        Raises:
            DataError: the disk is full, or no permission; nothing half-written stays.
        """
        return _written(self._made_folder(name), _png_name(stem, content), content)

    def add_rejected_png(self, name: str, stem: str, content: bytes) -> Path:
        """Keep a picture of a face that is *not* the person, where it is not taken for a photo of them.

        Raises:
            DataError: the disk is full, or no permission.
        """
        folder = self._made_folder(name) / _REJECTED_FOLDER
        with readable_os_errors("make the folder", folder):
            folder.mkdir(exist_ok=True)
        return _written(folder, _png_name(stem, content), content)

    def rejected_of(self, name: str) -> list[Path]:
        """Pictures of faces that are not this person, sorted."""
        folders = [folder / _REJECTED_FOLDER for folder in self.folders_of(name)]
        return [path for folder in folders if folder.is_dir() for path in sorted(folder.glob("*.png"))]

    def remove_person(self, name: str) -> int:
        """Delete a person's folders; returns how many photos were in them.

        Raises:
            DataError: something in them cannot be deleted.
        """
        folders, count = self.folders_of(name), len(self.photos_of(name))
        for folder in folders:
            with readable_os_errors("delete", folder):
                shutil.rmtree(folder)
        return count

    def rename_person(self, old: str, new: str) -> None:
        """Give a person's photos to another name; the folder itself stays where it is.

        Raises:
            DataError: `person.json` cannot be written.
        """
        for folder in self.folders_of(old):
            _write_owner(folder, new)

    def claim(self, folder: Path, name: str) -> None:
        """Say in `person.json` whose photos a folder holds; the folder itself stays where it is.

        Raises:
            DataError: it cannot be written.
        """
        _write_owner(folder, name)

    def move_photos(self, source: str, target: str) -> int:
        """Put the photos of one person into the folder of another; returns how many.

        Raises:
            DataError: a photo cannot be moved; those moved before stay moved.
        """
        photos, old_folders = self.photos_of(source), self.folders_of(source)
        for photo in photos:
            copy = self.add(target, photo)
            if not copy.samefile(photo):
                with readable_os_errors("delete", photo):
                    photo.unlink()
        for folder in old_folders:
            self._hand_over(folder, self._made_folder(target))
        return len(photos)

    def _hand_over(self, folder: Path, target: Path) -> None:
        """Move what is no photo (notes, films) along, then remove the empty folder."""
        with readable_os_errors("move the rest of", folder):
            (folder / _PERSON_FILE).unlink(missing_ok=True)
            shutil.rmtree(folder / NOTES_FOLDER, ignore_errors=True)
            if (folder / _REJECTED_FOLDER).is_dir() and (target / _REJECTED_FOLDER).is_dir():
                for path in sorted((folder / _REJECTED_FOLDER).iterdir()):
                    shutil.move(path, free_path(target / _REJECTED_FOLDER / path.name))
                (folder / _REJECTED_FOLDER).rmdir()
            for path in sorted(folder.iterdir()):
                shutil.move(path, free_path(target / path.name))
            folder.rmdir()

    def _free_folder(self, name: str) -> Path:
        return free_path(self.folder / folder_name_for(name))

    def _pictures_in(self, folder: Path) -> list[Path]:
        return list_pictures(folder, recursive=True, on_event=self._on_event)

    def _made_folder(self, name: str) -> Path:
        folder = self.folder_of(name)
        with readable_os_errors("make the folder", folder):
            folder.mkdir(parents=True, exist_ok=True)
        if not (folder / _PERSON_FILE).exists() and folder.name != clean_name(name):
            _write_owner(folder, name)
        return folder

    def _owners(self) -> Iterator[tuple[Path, str]]:
        if not self.folder.is_dir():
            return
        with readable_os_errors("read", self.folder):
            folders = sorted(
                path for path in self.folder.iterdir() if path.is_dir() and not path.name.startswith(".")
            )
        for path in folders:
            yield path, self._owner_of(path)

    def _owner_of(self, folder: Path) -> str:
        file = folder / _PERSON_FILE
        if not file.exists():
            return _name_from(folder)
        try:
            return clean_name(json.loads(file.read_text(encoding="utf-8"))["name"])
        except (OSError, ValueError, KeyError, TypeError, FacecamError) as error:
            self._on_event(
                Notice(
                    f"{printable(str(file))} is not readable ({error}); the folder's name is used instead",
                    'It should hold {"name": "…"}.',
                )
            )
            return _name_from(folder)


def _written(folder: Path, name: str, content: bytes) -> Path:
    target = folder / name
    if not target.exists():
        atomic_write(target, content)
    return target


def _png_name(stem: str, content: bytes) -> str:
    return f"{stem}-{hashlib.sha256(content).hexdigest()[:_DIGEST_DIGITS]}.png"


def free_path(wanted: Path) -> Path:
    """`wanted`, or with `~2`, `~3` … where something is there already."""
    numbered = (wanted.with_name(f"{wanted.name}~{number}") for number in itertools.count(2))
    return next(path for path in itertools.chain([wanted], numbered) if not path.exists())


def _name_from(folder: Path) -> str:
    try:
        return clean_name(folder.name)
    except FacecamError:
        return folder.name  # No name could be enrolled from it, but its photos are listed.


def _write_owner(folder: Path, name: str) -> None:
    text = json.dumps({"name": clean_name(name)}, ensure_ascii=False)
    atomic_write(folder / _PERSON_FILE, f"{text}\n".encode())


def _short_stem(photo: Path) -> str:
    try:
        stem = folder_name_for(photo.stem)
    except DataError:
        stem = "photo"
    return stem.encode()[:80].decode(errors="ignore").strip(". ") or "photo"
