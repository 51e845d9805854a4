"""Encryption of what is kept of people: gallery, copied photos, chips, visits, records of trainings."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from facecam.cli.terminal.flags import Parser, add_shared_flags, settings_from
from facecam.cli.terminal.output import Printer, print_json, say
from facecam.cli.terminal.passphrase import passphrase_from
from facecam.core.config import Settings
from facecam.core.encryption import data_keys, unlocking
from facecam.core.encryption.unlocking import PASSPHRASE_VARIABLE
from facecam.core.errors import ConfigError
from facecam.core.paths import printable
from facecam.core.vault import Lock
from facecam.core.words import counted

if TYPE_CHECKING:
    from facecam.engine.transactions.encryption import EncryptionStatus

_WORDS = {
    "off": "Encryption is off.",
    "on": "Encryption is on.",
    "turning on": "Encryption is being turned on; the next command goes on with it.",
    "turning off": "Encryption is being turned off; the next command goes on with it.",
}


def add_arguments(parser: Parser) -> None:
    """The flags of `encrypt`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    on = actions.add_parser("on", help="encrypt everything, and from now on whatever is written")
    _add_keyring_flag(on)
    actions.add_parser("off", help="decrypt everything, and forget the key")
    actions.add_parser("status", help="say what is encrypted")
    change = actions.add_parser("change-passphrase", help="another passphrase; nothing is encrypted anew")
    _add_keyring_flag(change)
    change.path(
        "--new-passphrase-file",
        "FILE",
        "its first line is the new passphrase (default: asked for at the terminal)",
    )
    for action in actions.choices.values():
        action.json()
        add_shared_flags(action)


def run(arguments: argparse.Namespace) -> int:
    """Do what is asked."""
    from facecam.engine.transactions import encryption

    settings, printer, action = settings_from(arguments), Printer(), arguments.action
    if action == "status":
        status = encryption.status(settings)
    elif action == "on":
        status = encryption.turn_on(settings, _lock_for(arguments, settings, printer), on_event=printer)
    elif action == "off":
        status = encryption.turn_off(settings, on_event=printer)
    else:
        _unlock(settings)
        new = arguments.new_passphrase_file
        lock = Lock() if arguments.keyring else Lock(passphrase_from(new, printer, twice=True, of="now on"))
        encryption.change_lock(settings, lock, printer)
        status = encryption.status(settings)
    _tell(status, settings.server, as_json=arguments.json)
    if action == "change-passphrase" and not arguments.json:
        say("  The key is kept in another way now; backups have passphrases of their own.")
    return 0


def _add_keyring_flag(parser: Parser) -> None:
    parser.switch(
        "--keyring",
        "keep the key in the system's keyring, which opens when you log in, instead of a passphrase",
    )


def _lock_for(arguments: argparse.Namespace, settings: Settings, printer: Printer) -> Lock:
    """How a new key is kept; one that is there stays as it is."""
    if arguments.keyring or data_keys.about_key(settings.database / data_keys.KEY_FILE) is not None:
        return Lock()
    file = arguments.folders_passphrase_file
    passphrase = os.environ.get(PASSPHRASE_VARIABLE, "") if file is None else ""
    return Lock(passphrase or passphrase_from(file, printer, twice=True))


def _unlock(settings: Settings) -> None:
    """First: whoever cannot open it needs no new passphrase."""
    if data_keys.about_key(settings.database / data_keys.KEY_FILE) is None:
        raise ConfigError("nothing is encrypted here", hint="`python main.py encrypt on` turns it on.")
    unlocking.unlock(settings.database / data_keys.KEY_FILE)


def _tell(status: EncryptionStatus, server: str, *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "state": status.state,
                "key": status.lock or None,
                "folders": [str(place) for place in status.places],
                "encrypted_files": status.sealed,
                "plain_files": status.plain,
                "photos_of_yours": status.of_the_user,
                "server": server or None,
            }
        )
        return
    say(_WORDS[status.state])
    if status.lock:
        kept = "the system's keyring" if status.lock == "keyring" else "a passphrase"
        say(f"  {counted(status.sealed, 'file')} with a key from {kept}, in:")
        for place in status.places:
            say(f"    {printable(str(place))}")
    if status.lock and status.plain:
        say(f"  {counted(status.plain, 'file')} still plain: python main.py encrypt on")
    if status.lock and status.of_the_user:
        say(f"  {counted(status.of_the_user, 'photo')} that you put there yourself stay as they are.")
    if server:
        say(f"  People, vectors and visits are on {server}: encrypted there if its disk is.")
    if status.state == "on":
        say(
            "  Without the key nobody can read them, you neither: keep a backup (python main.py backup FILE)."
        )
