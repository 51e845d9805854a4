"""Detectors against faces that somebody marked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from facecam.benchmark.detection.benchmark import each_alone, measured_detectors
from facecam.core.config import Settings
from facecam.core.errors import DataError
from facecam.core.events import NEVER, CancelToken, EventSink, Progress, ignore
from facecam.core.heap import make_room
from facecam.core.paths import printable, readable_os_errors
from facecam.core.types import Detection, ImageArray, box_rows
from facecam.engine.faces.photo_batches import PhotoFault
from facecam.metrics.detection.marked import MarkedPicture
from facecam.metrics.detection.matching import PUBLISHED_IOU, DetectionFigures, Judged, figures, judge
from facecam.metrics.detection.voc import read_voc
from facecam.metrics.detection.wider import read_wider
from facecam.vision.images.read import PICTURE_ENDINGS, read_picture

#: Larger pictures would be reduced when read, and their boxes no longer fit.
_LONGEST_PX: Final = 4096
_VOC_PICTURES: Final = "JPEGImages"


@dataclass(frozen=True, slots=True)
class BoxOptions:
    """What to measure on.

    Attributes:
        boxes: a text file as WIDER FACE has it, a Pascal VOC xml, or a folder of those.
        images: folder of the pictures; None: that of `boxes`, or `JPEGImages` beside a folder of xml files.
        detectors: names, `photos` among them; empty: all that are prepared, and `photos`.
        label: name of the VOC objects that are faces.
        iou: overlap from which a face is found.
        min_box_px: narrower boxes are ignored.
        seed: of the intervals.
    """

    boxes: Path
    images: Path | None = None
    detectors: tuple[str, ...] = ()
    label: str = "face"
    iou: float = PUBLISHED_IOU
    min_box_px: float = 0.0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class BoxReport:
    """The figures.

    Attributes:
        figures: one for each detector.
        listed: pictures in the list.
        ignored: marked faces of the pictures read that do not count.
        faults: pictures that are missing or unreadable; their faces are left out.
    """

    figures: Mapping[str, DetectionFigures]
    listed: int
    ignored: int
    faults: tuple[PhotoFault, ...]


def measure_boxes(
    settings: Settings,
    options: BoxOptions,
    *,
    on_event: EventSink = ignore,
    cancel: CancelToken = NEVER,
) -> BoxReport:
    """Precision, recall and average precision against marked faces; one detector and one picture are held at a time.

    Raises:
        ConfigError: an unknown detector.
        DataError: the boxes are malformed, or no picture can be read.
        WeightsError: a detector that is not prepared.
    """
    marked = read_boxes(options.boxes, options.label)
    folder = options.images or pictures_of(options.boxes)
    names = tuple(measured_detectors(settings, options.detectors))
    judged: dict[str, list[Judged]] = {}
    faults: list[PhotoFault] = []
    in_read, done = 0, 0
    for name, detector in each_alone(settings, names):
        is_first = not judged
        verdicts = judged[name] = []
        for picture in marked:
            cancel.check()
            try:
                image = _read(folder, picture)
            except DataError as fault:
                if is_first:  # What cannot be read is told once.
                    faults.append(PhotoFault(picture.name, f"{picture.where}: {fault.message}", fault.hint))
            else:
                in_read += len(picture.boxes) if is_first else 0
                verdicts.append(_judged(detector.detect(image), picture, options))
                make_room()  # Pictures are of all sizes.
            done += 1
            on_event(Progress("pictures", done, len(names) * len(marked)))
    if len(faults) == len(marked):
        raise DataError(
            f"none of the {len(marked)} pictures can be read; {faults[0].message}",
            hint="Name the folder they are in with --images.",
        )
    counted = {name: figures(of_one, seed=options.seed) for name, of_one in judged.items()}
    faces = next(iter(counted.values())).faces
    return BoxReport(counted, len(marked), in_read - faces, tuple(faults))


def read_boxes(path: Path, label: str = "face") -> list[MarkedPicture]:
    """Marked pictures of a file or folder; its kind is told by its name: `.xml` and folders hold VOC, others WIDER.

    Raises:
        DataError: unreadable, malformed (naming the line), or nothing in it.
    """
    with readable_os_errors("read the boxes", path):
        is_folder = path.is_dir()
        files = sorted(path.rglob("*.xml")) if is_folder else [path]
        path.stat()
    if is_folder and not files:
        raise DataError(
            f"there is no .xml file in {printable(str(path))}",
            hint="Name a folder of Pascal VOC files, or a text file in the format of WIDER FACE.",
        )
    if is_folder or path.suffix.lower() == ".xml":
        return read_voc(files, label)
    return read_wider(path)


def pictures_of(boxes: Path) -> Path:
    """Where the pictures of a list are likely to be: VOC keeps them beside the folder of its xml files."""
    folder = boxes if boxes.is_dir() else boxes.parent
    beside = folder.parent / _VOC_PICTURES
    return beside if beside.is_dir() else folder


def _read(folder: Path, picture: MarkedPicture) -> ImageArray:
    path = next(_places(folder, picture.name))
    image = read_picture(path, _LONGEST_PX + 1)
    if max(image.shape) > _LONGEST_PX:
        raise DataError(
            f"{printable(str(path))} is larger than {_LONGEST_PX} px", hint="Reduce it and its boxes."
        )
    return image


def _places(folder: Path, name: str) -> Iterator[Path]:
    """Where a picture is; files of other pictures' formats where the list has the wrong ending."""
    wanted = folder / name
    candidates = (wanted, *(wanted.with_suffix(ending) for ending in sorted(PICTURE_ENDINGS)))
    with readable_os_errors("read", wanted):
        yield from (path for path in candidates if path.is_file())
    yield wanted


def _judged(found: Sequence[Detection], picture: MarkedPicture, options: BoxOptions) -> Judged:
    return judge(
        box_rows([one.box for one in found]),
        np.array([one.score for one in found], np.float64),
        picture.boxes,
        picture.ignored,
        iou=options.iou,
        min_px=options.min_box_px,
    )
