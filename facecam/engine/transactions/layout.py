"""Layout of a pending change of people. Light: what only looks for one loads nothing else."""

from __future__ import annotations

import contextlib
from typing import Final

from facecam.core.config import Settings

#: In `database/`: what is being changed, see `people_journal`.
JOURNAL_FILE: Final = "changing.json"
#: What cannot be read any more: set aside until somebody is deleted for good, since it may hold their name.
DAMAGED_JOURNAL_FILE: Final = "changing-damaged.json"
#: Beside `database/`: what a restoration is about to put in place, see `tools.restoring`.
RESTORING_FILE: Final = ".facecam-restoring.json"
#: The same while it is being written.
RESTORING_HALF: Final = f"{RESTORING_FILE}.tmp"
#: In `database/`: the key file that a restoration gives up, until what it locks is gone.
KEY_ASIDE: Final = "facecam-key.lost.json"
#: In `database/`: where a backup is being written, see `tools.backup_leftovers`.
BACKING_UP_FILE: Final = ".backing-up.json"
#: In `database/`: what `people export` of older versions left there, for other programs to read.
EXPORT_FILES: Final = ("faces_emb_reference.npy", "names_reference.txt", "consent_reference.csv")
#: In `data/`: what was removed and can still be taken back, see `trash`.
REMOVED_FOLDER: Final = ".removed"


def may_be_cut_off(settings: Settings) -> bool:
    """Whether there is something for `people_journal.recover`; also while somebody is at work."""
    with contextlib.suppress(OSError):
        journal, removed = settings.database / JOURNAL_FILE, settings.data / REMOVED_FOLDER
        return journal.exists() or removed.is_dir() or any(settings.database.glob(".*.tmp"))
    return False
