"""Address of a database server: `postgresql://…` where else the folder of the database is named."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from facecam.core.errors import ConfigError

_SCHEMES = ("postgresql:", "postgres:")


def is_address(text: str) -> bool:
    """Whether it names a server, and no folder, perhaps with a slash too few."""
    return text.lower().startswith(_SCHEMES)


def folder_or_address(text: str) -> Path | str:
    """What `--database` names: an address stays text.

    Raises:
        ConfigError: it is an address of something else; the message does not repeat it, see `require_usable`.
    """
    if "://" in text and not is_address(text):
        raise ConfigError(
            "--database is no folder, and no address of a PostgreSQL server",
            hint="Write it as postgresql://NAME@HOST/DATABASE, or name a folder.",
        )
    return text if is_address(text) else Path(text)


def require_usable(address: str) -> None:
    """Refuse what is no address, or holds a secret: arguments and settings are read by others.

    Raises:
        ConfigError: the message does not repeat the address.
    """
    try:
        parts = urlsplit(address)
        secrets = [name for name in parse_qs(parts.query) if "password" in name.lower()]
    except ValueError:
        secrets, parts = [], urlsplit("")
    if not is_address(address) or parts.scheme == "" or "://" not in address or not address.isprintable():
        raise ConfigError(
            "--database is no address of a server",
            hint="Write it as postgresql://NAME@HOST/DATABASE?sslmode=verify-full.",
        )
    if parts.password or secrets:
        raise ConfigError(
            "--database holds a password",
            hint="Take it out: it belongs into ~/.pgpass, the file that PGPASSFILE names, or the keyring.",
        )
