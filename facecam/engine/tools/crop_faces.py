"""Face crops: from a tree of photos to a mirrored tree of crops, for training elsewhere."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from facecam.core.config import Settings
from facecam.core.errors import ConfigError, DataError
from facecam.core.events import EventSink, ignore, progressing
from facecam.core.paths import atomic_write, lies_in, make_folder, printable, readable_os_errors
from facecam.core.types import Box, Detection, ImageArray
from facecam.engine.faces.photo_reader import PhotoReader, PhotoReading
from facecam.engine.tools.crop_list import CropList
from facecam.vision.images.align import ChipSpec, face_chip
from facecam.vision.images.crop import crop, crop_box
from facecam.vision.images.read import list_pictures
from facecam.vision.images.save import png_bytes

CropFrame = Literal["box", "chip"]


@dataclass(frozen=True, slots=True)
class AlignOptions:
    """How crops are made.

    Attributes:
        size_px: side of a crop.
        margin_px: added around the detector's box, half of it on each side, in pixels of the photo; `box` only.
        frame: `box`: the upright box with its margin, as older programs cut it;
            `chip`: turned upright by the eyes, as facecam itself recognises.
        every_face: all faces of a photo, numbered, not only the main one.
    """

    size_px: int = 182
    margin_px: int = 44
    frame: CropFrame = "box"
    every_face: bool = False

    def __post_init__(self) -> None:
        if not 16 <= self.size_px <= 4096:
            raise ConfigError(f"--size is {self.size_px}", hint="Give a side from 16 to 4096 px.")
        if not 0 <= self.margin_px <= 10_000:
            raise ConfigError(f"--margin is {self.margin_px}", hint="Give a margin from 0 to 10000 px.")


@dataclass(frozen=True, slots=True)
class AlignReport:
    """What became of a tree.

    Attributes:
        crops: files written now.
        skipped: photos whose crop was there already.
        without_face: photos in which no face was found.
        faults: photos that could not be read, or whose crop's place is taken, with the reason.
        listing: the file `path x1 y1 x2 y2`.
    """

    crops: tuple[Path, ...]
    skipped: tuple[Path, ...]
    without_face: tuple[Path, ...]
    faults: tuple[tuple[Path, DataError], ...]
    listing: Path


def align(
    settings: Settings,
    source: Path,
    target: Path,
    options: AlignOptions = AlignOptions(),
    *,
    on_event: EventSink = ignore,
) -> AlignReport:
    """Cut the faces out of all photos below `source` into the same folders below `target`, as PNG.

    What is finished is skipped, so a run that was broken off goes on where it was.
    `bounding_boxes.txt` in `target` has a line per photo, `path x1 y1 x2 y2`
    with pixels of the upright photo, or the path alone where no face was
    found; several faces give several lines.

    Args:
        settings: which detector.
        source: a folder of photos, usually one folder per person in it.
        target: another folder, made when missing.
        options: see `AlignOptions`.
        on_event: gets progress.

    Raises:
        DataError: no photos, or a crop cannot be written (disk full).
        ConfigError: `target` is `source` or lies in it.
    """
    _check_folders(source, target)
    photos = list_pictures(source, recursive=True, on_event=on_event)
    if not photos:
        raise DataError(f"{printable(str(source))} holds no photos", hint="Name a folder with photos in it.")
    work = _Work(PhotoReader(settings), target, options)
    names = _target_names(photos, source)
    listing = CropList(target)
    crops, skipped, without, faults = [], [], [], []
    try:
        for photo in progressing(photos, "photos", on_event):
            if any(file.is_file() and listing.knows(file) for file in work.first_files(names[photo])):
                skipped.append(photo)
                continue
            written: list[tuple[Path, Box]] = []
            try:
                look = work.looker.look(photo)
            except DataError as fault:
                faults.append((photo, fault))
            else:
                try:
                    written = list(work.cut(photo, look, names[photo]))
                except _Taken as taken:
                    faults.append((photo, taken.error))
                    continue
                without += [] if written else [photo]
            crops += [file for file, _ in written]
            listing.set(photo.relative_to(source), written)
    finally:
        listing.save()
    return AlignReport(tuple(crops), tuple(skipped), tuple(without), tuple(faults), listing.path)


def _check_folders(source: Path, target: Path) -> None:
    if not source.is_dir():
        raise ConfigError(f"{printable(str(source))} is not a folder", hint="Name the folder of the photos.")
    if lies_in(target, source):
        raise ConfigError(
            f"the crops would go into the folder of the photos, {printable(str(target))}",
            hint="Name a folder that is not inside it.",
        )


def _target_names(photos: list[Path], source: Path) -> dict[Path, str]:
    """Photo → its place below the target without ending; two photos of one stem keep their endings."""
    stems = Counter(photo.relative_to(source).with_suffix("") for photo in photos)
    return {
        photo: (relative.with_suffix("") if stems[relative.with_suffix("")] == 1 else relative).as_posix()
        for photo in photos
        if (relative := photo.relative_to(source))
    }


class _Taken(Exception):
    """The place of a crop is taken by a file that is none of ours."""

    def __init__(self, file: Path) -> None:
        message = f"{printable(str(file))} is there already and is not this photo's crop: it stays as it is"
        self.error = DataError(message, hint="Remove that file, or choose another folder.")
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class _Work:
    """Cuts the faces of one photo after the other."""

    looker: PhotoReader
    target: Path
    options: AlignOptions

    def first_files(self, name: str) -> tuple[Path, Path]:
        """The first crop of a photo with one face, and with several."""
        return self._file(name, 0, 1), self._file(name, 0, 2)

    def cut(self, photo: Path, look: PhotoReading, name: str) -> Iterator[tuple[Path, Box]]:
        """Write the crops of a photo; gives each file and where it was cut."""
        found, faces = look.found, self._chosen(photo, look)
        for index, face in enumerate(faces):
            file = self._file(name, index, len(faces))
            box, picture = self._crop(found.image, face)
            _write_crop(picture, file)
            yield file, box

    def _chosen(self, photo: Path, look: PhotoReading) -> list[Detection]:
        found = look.found
        if not found.detections:
            return []
        if self.options.every_face:
            return sorted(found.detections, key=lambda detection: detection.box.left)
        return [self.looker.main(photo, look)]

    def _crop(self, image: ImageArray, face: Detection) -> tuple[Box, ImageArray]:
        box = crop_box(face.box, image, self.options.margin_px)
        if self.options.frame == "chip":
            return box, face_chip(image, face, ChipSpec(self.options.size_px))
        return box, crop(image, box, self.options.size_px)

    def _file(self, name: str, index: int, count: int) -> Path:
        path = self.target / name
        return path.with_name(f"{path.name}.png" if count == 1 else f"{path.name}_{index}.png")


def _write_crop(picture: ImageArray, file: Path) -> None:
    """Write a crop; one of a run that was killed before it could write its list is there already."""
    content = png_bytes(picture)
    make_folder(file.parent)
    with readable_os_errors("read", file):
        if not os.path.lexists(file):
            atomic_write(file, content)
        elif not file.is_file() or file.read_bytes() != content:
            raise _Taken(file)
