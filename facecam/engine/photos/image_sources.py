"""Pictures in folders, zip files and TFRecord files, one list of them all."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from facecam.core.errors import ConfigError, DataError, reason_of
from facecam.core.events import EventSink, ignore
from facecam.core.paths import is_there, printable, readable_os_errors, resolved, sha256_file
from facecam.core.types import ImageArray
from facecam.training.data.tfrecords import is_record_file, read_record, record_files, record_places
from facecam.vision.images.read import is_picture_name, list_pictures, picture_from_bytes, read_picture

#: A member of a zip file that unpacks to more is no photo.
_MOST_MEMBER_BYTES = 256 << 20


@dataclass(frozen=True, slots=True)
class FaceSource:
    """One picture.

    Attributes:
        path: the file, or the zip or TFRecord file it is in.
        member: name within that file; None for a plain file.
        stamp: changes when the picture does.
        record: first byte and length in a TFRecord file; None elsewhere.
    """

    path: Path
    member: str | None
    stamp: str
    record: tuple[int, int] | None = None

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return printable(str(self.path) if self.member is None else f"{self.path}:{self.member}")

    @property
    def identity(self) -> str:
        """Name and stamp: equal only for the same picture."""
        return f"{resolved(self.path)}\n{self.member or ''}\n{self.stamp}"


class SourceReader:
    """Reads pictures; keeps the zip file it read last open."""

    def __init__(self) -> None:
        self._archive: zipfile.ZipFile | None = None
        self._path: Path | None = None

    def read(self, source: FaceSource) -> ImageArray:
        """The picture, uint8 (H, W, 3) RGB.

        Raises:
            DataError: it cannot be read.
        """
        if source.record is not None:
            return picture_from_bytes(read_record(source.path, *source.record).image_raw, source.name)
        if source.member is None:
            return read_picture(source.path)
        return picture_from_bytes(self._member(source), source.name)

    def digest(self, source: FaceSource) -> str:
        """SHA-256 of the picture as it was saved, 64 hex digits.

        Raises:
            DataError: it cannot be read.
        """
        if source.record is not None:
            return hashlib.sha256(read_record(source.path, *source.record).image_raw).hexdigest()
        if source.member is None:
            return sha256_file(source.path)
        return hashlib.sha256(self._member(source)).hexdigest()

    def close(self) -> None:
        """Close what is open."""
        if self._archive is not None:
            self._archive.close()
        self._archive = self._path = None

    def _member(self, source: FaceSource) -> bytes:
        archive, member = self._opened(source.path), source.member or ""
        try:
            if archive.getinfo(member).file_size > _MOST_MEMBER_BYTES:
                raise DataError(f"{source.name} is too large for a photo", hint="Save it smaller.")
            return archive.read(member)
        except DataError:
            raise
        except (
            Exception
        ) as error:  # zipfile raises RuntimeError, zlib.error, NotImplementedError, BadZipFile …
            raise DataError(
                f"{source.name} cannot be unpacked: {printable(reason_of(error))}",
                hint="Make the zip file again, without a password.",
            ) from error

    def _opened(self, path: Path) -> zipfile.ZipFile:
        if self._archive is None or self._path != path:
            self.close()
            self._archive, self._path = _open_zip(path), path
        return self._archive


def list_sources(paths: Sequence[Path], on_event: EventSink = ignore) -> list[FaceSource]:
    """All pictures of folders (with their subfolders), zip files, TFRecord files and single files, in a fixed order.

    TFRecord files count where they are named, or in a folder that is; not in its subfolders.

    Raises:
        ConfigError: a path does not exist.
        DataError: a folder or zip file is unreadable, or there is no picture at all.
    """
    sources = [source for path in paths for source in _sources_of(path, on_event)]
    unique = list(dict.fromkeys(sources))
    if not unique:
        raise DataError(
            f"no pictures in {', '.join(printable(path) for path in paths)}",
            hint="Name folders, TFRecord files or zip files with jpg, png, webp, bmp, pgm or heic files in them.",
        )
    return unique


def _sources_of(path: Path, on_event: EventSink) -> list[FaceSource]:
    if not is_there(path):
        raise ConfigError(f"{printable(path)} does not exist", hint="Check the spelling of the path.")
    if path.is_dir():
        pictures = [_plain(picture) for picture in list_pictures(path, recursive=True, on_event=on_event)]
        return pictures + [source for file in record_files(path) for source in _records(file)]
    if is_record_file(path):
        return _records(path)
    if path.suffix.lower() == ".zip":
        return _members(path)
    return [_plain(path)]


def _plain(path: Path) -> FaceSource:
    try:
        facts = path.stat()
        return FaceSource(path, None, f"{facts.st_size} {facts.st_mtime_ns}")
    except OSError:
        return FaceSource(path, None, "unreadable")  # Whoever reads it says why.


def _members(path: Path) -> list[FaceSource]:
    with _open_zip(path) as archive:
        return [
            FaceSource(path, member.filename, f"{member.file_size} {member.CRC}")
            for member in sorted(archive.infolist(), key=lambda member: member.filename)
            if _is_picture(member)
        ]


def _records(path: Path) -> list[FaceSource]:
    return [
        FaceSource(path, f"record {number}", f"{start} {length} {path.stat().st_mtime_ns}", (start, length))
        for number, (start, length) in enumerate(record_places(path), start=1)
    ]


def _is_picture(member: zipfile.ZipInfo) -> bool:
    hidden = any(part.startswith((".", "__MACOSX")) for part in member.filename.split("/"))
    return not member.is_dir() and not hidden and is_picture_name(member.filename)


def _open_zip(path: Path) -> zipfile.ZipFile:
    with readable_os_errors("read", path):
        try:
            return zipfile.ZipFile(path)
        except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
            raise DataError(
                f"{printable(path)} is not a readable zip file: {error}", hint="Make it again."
            ) from error
