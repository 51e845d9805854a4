"""Groups of dropped photos: whose they are, by what files and folders say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from facecam.core.events import EventSink, ignore
from facecam.core.paths import is_folder
from facecam.vision.images.read import list_pictures


@dataclass(frozen=True, slots=True)
class PhotoGroup:
    """Photos that belong together; `name` is that of the folder they came in, empty for files."""

    name: str
    photos: tuple[Path, ...]


def group_photos(paths: Sequence[Path], on_event: EventSink = ignore) -> tuple[PhotoGroup, ...]:
    """Files form one group without a name; a folder one with its name, or one per subfolder with pictures.

    Pictures deeper than a subfolder count for the subfolder; pictures beside
    subfolders form a group with the folder's own name. Files that are no
    pictures are kept, so that somebody can be told so.

    Raises:
        DataError: a folder cannot be read.
    """
    files = [path for path in paths if not is_folder(path)]
    groups = [PhotoGroup("", tuple(files))] if files else []
    for folder in paths:
        if is_folder(folder):
            groups += _of_folder(folder, on_event)
    return tuple(groups)


def _of_folder(folder: Path, on_event: EventSink) -> Iterable[PhotoGroup]:
    by_name: dict[str, list[Path]] = {}
    for photo in list_pictures(folder, recursive=True, on_event=on_event):
        first = photo.relative_to(folder).parts[0]
        by_name.setdefault(folder.name if photo.parent == folder else first, []).append(photo)
    return [PhotoGroup(name, tuple(photos)) for name, photos in sorted(by_name.items())]
