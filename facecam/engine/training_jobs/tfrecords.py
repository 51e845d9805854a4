"""Photos out of and into the TFRecord files of older programs."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from facecam.core.config import Settings
from facecam.core.errors import ConfigError, DataError
from facecam.core.events import NEVER, CancelToken, EventSink, Notice, Progress, ignore
from facecam.core.paths import atomic_write, make_folder
from facecam.core.types import ImageArray
from facecam.core.words import counted
from facecam.engine.faces.chip_cache import chip_store, prepare_photos
from facecam.engine.faces.chip_reader import training_chip
from facecam.engine.faces.face_finder import FaceFinder, main_face
from facecam.gallery.storage.audit_trail import note_in_trail
from facecam.training.config.options import TrainOptions
from facecam.training.data.chips import decoded, jpeg_of, read_chip
from facecam.training.data.sample import Sample
from facecam.training.data.split import Split, split
from facecam.training.data.tfrecords import FaceRecord, read_tfrecords, record_files, write_tfrecords
from facecam.vision.images.align import DLIB_CHIP, face_chip

TRAIN_FILE, VALIDATION_FILE, INFO_FILE = FILES = ("train.tfrecords", "val.tfrecords", "info.csv")
_INFO_COLUMNS: Final = ("train_num", "val_num")


def export_tfrecords(
    settings: Settings,
    folder: Path,
    options: TrainOptions,
    *,
    on_event: EventSink = ignore,
) -> tuple[int, int]:
    """Write the photos' chips as older programs want them; returns how many to train and to validate on.

    Args:
        settings: where the photos are.
        folder: gets `train.tfrecords`, `val.tfrecords` and `info.csv`; made if missing.
        options: which photos are kept aside.
        on_event: gets progress.

    Raises:
        DataError: too few photos, or the folder cannot be written.
    """
    prepared = prepare_photos(settings, training_chip(options), on_event=on_event)
    chosen = split(prepared.people, options)
    make_folder(folder)
    aside = chosen.validate + chosen.held
    names = dict.fromkeys(one.person for one in chosen.train + aside)
    numbers = {name: number for number, name in enumerate(names)}
    counts = tuple(
        write_tfrecords(folder / file, _records(samples, numbers))
        for file, samples in ((TRAIN_FILE, chosen.train), (VALIDATION_FILE, aside))
    )
    table = io.StringIO(newline="")
    csv.writer(table, lineterminator="\n").writerows([_INFO_COLUMNS, counts])
    atomic_write(folder / INFO_FILE, table.getvalue().encode())
    on_event(Progress("export", sum(counts), sum(counts)))
    note_in_trail(settings.database, "export", on_event=on_event, kind="faces", count=len(names))
    return counts[0], counts[1]


def split_of_tfrecords(
    settings: Settings, folder: Path, *, on_event: EventSink = ignore, cancel: CancelToken = NEVER
) -> Split:
    """The pictures of TFRecord files as training data; those of `val*` files are kept aside.

    Faces are found and aligned as in photos; a picture without one is taken for a face as it is, since older
    programs cut them out beforehand.

    Raises:
        ConfigError: no such folder, or no TFRecord in it.
        DataError: a file is damaged or of another layout.
    """
    if not folder.is_dir():
        raise ConfigError(
            f"--from-tfrecords {folder} is not a folder", hint="Name the folder with the files."
        )
    files = record_files(folder)
    if not files:
        raise ConfigError(f"there are no .tfrecord files in {folder}", hint="Name the folder with the files.")
    reader = _RecordReader(settings, cancel, on_event)
    train = [sample for path in files if "val" not in path.name for sample in reader.samples(path)]
    held = [sample for path in files if "val" in path.name for sample in reader.samples(path)]
    people = {sample.person for sample in train}
    if len(people) < 2:
        raise DataError(
            f"{folder} holds pictures of {counted(len(people), 'person')} to train on",
            hint="Training needs two or more.",
        )
    if reader.whole:
        on_event(Notice(f"No face was found in {counted(reader.whole, 'picture')}, taken whole.", ""))
    by = "photo" if any(sample.person in people for sample in held) else "person"
    return Split(tuple(train), (), tuple(held), by)


def _records(samples: Sequence[Sample], numbers: dict[str, int]) -> Iterator[FaceRecord]:
    for sample in samples:
        chip = read_chip(sample.chip)
        height, width, channels = chip.shape
        yield FaceRecord(jpeg_of(chip), numbers[sample.person], (height, width, channels))


class _RecordReader:
    """Records to chips, which are remembered like those of photos."""

    def __init__(self, settings: Settings, cancel: CancelToken, on_event: EventSink) -> None:
        self._store, self._finder = chip_store(settings), FaceFinder(settings)
        self._cancel, self._on_event = cancel, on_event
        self._done = 0
        self.whole = 0

    def samples(self, path: Path) -> Iterator[Sample]:
        """One per record."""
        for number, record in enumerate(read_tfrecords(path), start=1):
            self._cancel.check()
            digest = hashlib.sha256(record.image_raw).hexdigest()
            if not self._store.has_chip(digest):
                self._store.add(digest, self._chip(_picture(record, f"{path}, record {number}")))
            self._done += 1
            self._on_event(Progress("prepare", self._done, 0))
            yield Sample(f"id {record.id}", Path(f"{path}#{number}"), digest, self._store.path(digest))

    def _chip(self, image: ImageArray) -> ImageArray:
        found = self._finder.find(image)
        if found.detections:
            return face_chip(found.image, main_face(found.detections, found.image))
        self.whole += 1
        side_px = DLIB_CHIP.side_px
        return np.asarray(cv2.resize(image, (side_px, side_px), interpolation=cv2.INTER_AREA), np.uint8)


def _picture(record: FaceRecord, where: str) -> ImageArray:
    picture = decoded(record.image_raw)
    if picture is None:
        raise DataError(f"{where}: image_raw is not a picture", hint="Write the files again.")
    return picture
