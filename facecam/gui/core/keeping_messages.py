"""Engine messages about what is kept: rights, retention times, consent, the audit trail, backups."""

from __future__ import annotations

from facecam.gui.core.marked import QT_TRANSLATE_NOOP

FIXED: tuple[str, ...] = (
    QT_TRANSLATE_NOOP("engine", "a restoration that was cut off is finished now"),
    QT_TRANSLATE_NOOP("engine", "A backup holds files, not links: what they lead to is not in it."),
    QT_TRANSLATE_NOOP("engine", "Name a file somewhere else."),
    QT_TRANSLATE_NOOP("engine", "Write it in one line."),
    QT_TRANSLATE_NOOP("engine", "Delete it."),
    QT_TRANSLATE_NOOP("engine", "Close other programs, then repeat."),
    QT_TRANSLATE_NOOP("engine", "Wait until it has finished."),
)
PATTERNS: tuple[str, ...] = (
    QT_TRANSLATE_NOOP("engine", "{} could be read by other users of this computer: now only you can"),
    QT_TRANSLATE_NOOP("engine", "{} file or folder of people's faces"),
    QT_TRANSLATE_NOOP("engine", "{} files and folders of people's faces"),
    QT_TRANSLATE_NOOP("engine", "older than you keep, and deleted: {}"),
    QT_TRANSLATE_NOOP("engine", "{} should be gone and cannot be deleted: {}"),
    QT_TRANSLATE_NOOP("engine", "the audit trail has no line of this: {}"),
    QT_TRANSLATE_NOOP("engine", "could not back up to {}: {}"),
    QT_TRANSLATE_NOOP("engine", "{} lies in what is backed up"),
    QT_TRANSLATE_NOOP("engine", "{} was changed while it was backed up"),
    QT_TRANSLATE_NOOP("engine", "{} link left out, such as {}"),
    QT_TRANSLATE_NOOP("engine", "{} links left out, such as {}"),
    QT_TRANSLATE_NOOP("engine", "Give a number of days from {} to {}, or leave it out to keep everything."),
)
