"""Rights at rest: what other users of this computer may read of what facecam keeps; what is ours is mended.

Ours are the database, run folders, the caches, the folders of people in `data/` that hold nothing but what was put
there by facecam, and elsewhere in `data/` the copies and notes it made. A folder of photos that the user made is
the user's: `open_folders` tells of it, and nothing changes it.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from facecam.core.config import Settings
from facecam.core.errors import ConfigError
from facecam.core.events import EventSink, Notice, ignore
from facecam.core.home import HOME
from facecam.core.private import is_open_to_others, make_private, make_private_alone
from facecam.engine.photos.copies import is_our_copy
from facecam.engine.places import user_cache_folder
from facecam.engine.runs.layout import runs_folder
from facecam.engine.transactions.layout import REMOVED_FOLDER

_README = "README.md"
#: What we keep in a database folder.
_IN_DATABASE = (
    "CURRENT",
    "gen-*",
    "damaged-*",
    ".*",
    "*.jsonl",
    "*.json",
    "*.lock",
    "faces_emb_reference.npy",
    "names_reference.txt",
    "consent_reference.csv",
    _README,
)


def mend_rights(settings: Settings, on_event: EventSink = ignore, *, photos: bool = True) -> int:
    """Take from others what they may read of ours; returns how many files and folders were mended, and says so once.

    What is private already costs a look at each place.

    Args:
        settings: where everything is.
        on_event: gets a notice if something was mended.
        photos: also look through the folders of people in `data/`, where that is open.
    """
    # Much is imported where it is needed only: this runs before the window opens.
    _close_empty_folders(settings)
    count = sum(_mend_database(settings.database)) + sum(map(_mended, _runs(settings)))
    count += sum(_mended(folder) for folder in _caches())
    count += _mend_home_of_runs(runs_folder(settings))
    if photos:
        count += _mend_photos(settings.data)
    if count:
        from facecam.core.words import counted

        what = counted(count, "file or folder of people's faces", "files and folders of people's faces")
        on_event(Notice(f"{what} could be read by other users of this computer: now only you can", ""))
    return count


def open_folders(settings: Settings) -> list[Path]:
    """What other users may still look into: folders that the user made, or that belong to somebody else."""
    places = [settings.database, *_caches(), *_runs(settings)]
    found = [place for place in places if is_open_to_others(place)]
    if not is_open_to_others(settings.data):
        return found
    people = [folder for folder in _folders_in(settings.data) if is_open_to_others(folder)]
    return [*found, *(people or [settings.data])]


def _close_empty_folders(settings: Settings) -> None:
    """Those of the program itself, before anybody is in them: nothing to speak of."""
    for folder, own in (
        (settings.data, HOME / "data"),
        (settings.database, HOME / "database"),
    ):
        if folder.absolute() == own and not {*_names_in(folder)} - {_README} and is_open_to_others(folder):
            make_private_alone(folder)


def _mended(place: Path) -> int:
    return make_private(place) if is_open_to_others(place) else 0


def _mend_database(folder: Path) -> Iterator[int]:
    if not is_open_to_others(folder):
        return
    from facecam.gallery.storage.store import DERIVED

    names, ours = _names_in(folder), (*_IN_DATABASE, *DERIVED)
    known = [name for name in names if any(fnmatch(name, pattern) for pattern in ours)]
    if not any(name == "CURRENT" or name.startswith("gen-") for name in names):
        return  # Nothing was saved there yet, or it is no database.
    for name in known:
        if name != _README:
            yield make_private(folder / name)
    if len(known) == len(names):
        yield make_private_alone(folder)


def _mend_home_of_runs(folder: Path) -> int:
    """Where somebody keeps other things under that name, it stays as it is."""
    is_ours = is_open_to_others(folder) and not any(map(is_open_to_others, _folders_in(folder)))
    return make_private_alone(folder) if is_ours and _folders_in(folder) else 0


def _runs(settings: Settings) -> list[Path]:
    if not (folders := _folders_in(runs_folder(settings))):
        return []
    from facecam.training.distil.plan import PLAN_FILE

    files = ("job.json", "data.json", PLAN_FILE)
    return [folder for folder in folders if any((folder / name).is_file() for name in files)]


def _caches() -> list[Path]:
    try:
        folder = user_cache_folder().parent
    except ConfigError:
        return []  # No home folder, no cache.
    return [folder] if folder.is_dir() else []


def _mend_photos(data: Path) -> int:
    if not is_open_to_others(data):
        return 0
    count, all_ours = 0, data.absolute() == HOME / "data"
    folders = _folders_in(data)
    for folder in folders:
        if folder.is_symlink():
            continue
        if is_open_to_others(folder):
            count += make_private(folder) if _is_all_ours(folder) else _mend_ours_in(folder)
    strays = {*_names_in(data)} - {folder.name for folder in folders} - {REMOVED_FOLDER, _README}
    all_ours |= bool(folders) and not strays and not any(map(is_open_to_others, folders))
    return count + (make_private_alone(data) if all_ours else 0)


def _ours_beside_photos() -> tuple[str, ...]:
    # Imported when a folder is open only: the library brings every decoder of pictures with it.
    from facecam.engine.photos.library import NOTES_FOLDER, PERSON_FILE, REJECTED_FOLDER

    return NOTES_FOLDER, REJECTED_FOLDER, PERSON_FILE


def _mend_ours_in(folder: Path) -> int:
    """In a folder of the user's."""
    count, ours = 0, _ours_beside_photos()
    for name in _names_in(folder):
        path = folder / name
        if not path.is_symlink() and is_open_to_others(path):
            count += make_private(path) if name in ours or is_our_copy(path) else 0
    return count


def _is_all_ours(folder: Path) -> bool:
    ours = _ours_beside_photos()
    names = [name for name in _names_in(folder) if name not in ours]
    return bool(names) and all(is_our_copy(folder / name) for name in names)


def _folders_in(folder: Path) -> list[Path]:
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        return sorted(Path(one.path) for one in entries if one.is_dir() and not one.name.startswith("."))
    return []


def _names_in(folder: Path) -> list[str]:
    with contextlib.suppress(OSError):
        return sorted(os.listdir(folder))
    return []
