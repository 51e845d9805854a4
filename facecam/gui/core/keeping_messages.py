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
    QT_TRANSLATE_NOOP("engine", "encryption was being turned on: it is done now"),
    QT_TRANSLATE_NOOP("engine", "encryption was being turned off: it is done now"),
    QT_TRANSLATE_NOOP("engine", "encryption is being turned off"),
    QT_TRANSLATE_NOOP(
        "engine",
        "You put them there. Enrolled from elsewhere (`enroll NAME PHOTO…`), their copies are encrypted.",
    ),
    QT_TRANSLATE_NOOP("engine", "Wait for it, or stop it; then repeat."),
    QT_TRANSLATE_NOOP("engine", "the system's keyring needs the package keyring, which is not installed"),
    QT_TRANSLATE_NOOP("engine", "Use a passphrase, or install it: pip install keyring"),
    QT_TRANSLATE_NOOP("engine", "Use a passphrase instead: leave out --keyring."),
    QT_TRANSLATE_NOOP("engine", "Unlock the keyring, then repeat."),
    QT_TRANSLATE_NOOP(
        "engine",
        "Try again; nothing was changed. Without the passphrase nobody can read what is there.",
    ),
    QT_TRANSLATE_NOOP(
        "engine",
        "Start facecam again and type it, or give --passphrase-file FILE or the variable FACECAM_PASSPHRASE.",
    ),
    QT_TRANSLATE_NOOP(
        "engine",
        "Put it back from where it went, or restore a backup: without it nobody can read these files.",
    ),
    QT_TRANSLATE_NOOP(
        "engine", "Put back the key file from a backup of the folder; nothing was overwritten."
    ),
    QT_TRANSLATE_NOOP("engine", "Take it from a backup, or delete it; nothing was overwritten."),
    QT_TRANSLATE_NOOP("engine", "Check the address, and that the server runs."),
    QT_TRANSLATE_NOOP(
        "engine", "Check the name, and the password in ~/.pgpass (mode 600), PGPASSFILE or the keyring."
    ),
    QT_TRANSLATE_NOOP("engine", "Check the address, or have the database made: see docs/POSTGRES.md."),
    QT_TRANSLATE_NOOP("engine", "Make room there, then repeat."),
    QT_TRANSLATE_NOOP("engine", "Wait until it has finished, then repeat."),
    QT_TRANSLATE_NOOP("engine", "Have it granted: see docs/POSTGRES.md."),
    QT_TRANSLATE_NOOP("engine", "It is tried again all the time; see whether the server runs."),
    QT_TRANSLATE_NOOP("engine", "--database holds a password"),
    QT_TRANSLATE_NOOP(
        "engine", "Take it out: it belongs into ~/.pgpass, the file that PGPASSFILE names, or the keyring."
    ),
    QT_TRANSLATE_NOOP(
        "engine", "Add ?sslmode=verify-full to the address, once the server has a certificate."
    ),
    QT_TRANSLATE_NOOP("engine", "Back them up there, too: pg_dump --schema=facecam"),
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
    QT_TRANSLATE_NOOP("engine", "photos of yours in {} stayed as they are: {}"),
    QT_TRANSLATE_NOOP("engine", "{} is an export and stayed as it is"),
    QT_TRANSLATE_NOOP("engine", "the training {} is running"),
    QT_TRANSLATE_NOOP("engine", "there is no working keyring here: {}"),
    QT_TRANSLATE_NOOP("engine", "the system's keyring does not give the key: {}"),
    QT_TRANSLATE_NOOP("engine", "the key of {} is no longer in the system's keyring"),
    QT_TRANSLATE_NOOP("engine", "this is not the passphrase of {}"),
    QT_TRANSLATE_NOOP("engine", "{} is encrypted, and there is no passphrase"),
    QT_TRANSLATE_NOOP("engine", "{} is encrypted, and its key is not here"),
    QT_TRANSLATE_NOOP("engine", "{} is encrypted, and its key file {} is not there"),
    QT_TRANSLATE_NOOP("engine", "{} is encrypted already, with the key of another database"),
    QT_TRANSLATE_NOOP("engine", "Use that one: --database {}"),
    QT_TRANSLATE_NOOP("engine", "Put it back; or, if nothing encrypted is to be kept there, delete {}"),
    QT_TRANSLATE_NOOP("engine", "the key file {} is damaged, or was changed by somebody"),
    QT_TRANSLATE_NOOP("engine", "encryption is half turned on or off: {}"),
    QT_TRANSLATE_NOOP("engine", "Give a number of days from {} to {}, or leave it out to keep everything."),
    QT_TRANSLATE_NOOP("engine", "the database server {} does not answer: {}"),
    QT_TRANSLATE_NOOP("engine", "the database server {} refuses the name or the password"),
    QT_TRANSLATE_NOOP("engine", "there is no such database: {}"),
    QT_TRANSLATE_NOOP("engine", "the disk of the database server {} is full: nothing was changed"),
    QT_TRANSLATE_NOOP("engine", "the database server {} is read-only now: nothing was changed"),
    QT_TRANSLATE_NOOP("engine", "another station is writing to {} for longer than 10 seconds"),
    QT_TRANSLATE_NOOP("engine", "the role of the address has no right to do that: {}"),
    QT_TRANSLATE_NOOP("engine", "the connection to {} is lost: recognition goes on with the people it knows"),
    QT_TRANSLATE_NOOP("engine", "the connection to {} is back"),
    QT_TRANSLATE_NOOP("engine", "the connection to {} is not encrypted: faces travel as they are"),
    QT_TRANSLATE_NOOP("engine", "the people and visits on {} are not in this backup"),
)
