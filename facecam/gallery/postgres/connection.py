"""Connections to the database server, and its refusals in two lines."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import ssl
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from facecam.core.encryption.unlocking import open_keyring, secret_in
from facecam.core.errors import DataError, DependencyError, FacecamError
from facecam.core.events import EventSink, Notice, ignore
from facecam.core.extras import how_to_add

if TYPE_CHECKING:
    from psycopg import Connection

#: Under which a password stands in the keyring; its account is the address.
KEYRING_SERVICE: Final = "facecam"
#: A server that says nothing is given up after so long; a cable that was pulled is noticed in about that time.
PATIENCE_S: Final = 5
#: So long somebody who writes is waited for.
LOCK_TIMEOUT: Final = "10s"
_OPTIONS: Final = {
    "application_name": "facecam",
    "client_encoding": "utf8",  # Whatever a role has, or a database that has none.
    "connect_timeout": PATIENCE_S,
    "keepalives_idle": 2,
    "keepalives_interval": 1,
    "keepalives_count": 3,
    "tcp_user_timeout": 1000 * PATIENCE_S,
}
#: What the server says, beginning with the SQLSTATE, which a port may look like, or in words: what that means, and
#: what to do. `{}` is the address.
_REFUSALS: Final = (
    (
        r"^28P01|password authentication failed|no password supplied|role \".*\" does not exist",
        "the database server {} refuses the name or the password",
        "Check the name, and the password in ~/.pgpass (mode 600), PGPASSFILE or the keyring.",
    ),
    (
        r"^3D000|database \".*\" does not exist",
        "there is no such database: {}",
        "Check the address, or have the database made: see docs/POSTGRES.md.",
    ),
    (
        r"does not match host name",
        "the certificate of the database server is for another name than that in {}",
        "Write the name of the certificate into the address, or have one made for this name.",
    ),
    (
        r"certificate verify failed",
        "the certificate of the database server {} does not count: it is signed by another root, or expired",
        "Name the file of its root with sslrootcert= in the address (system: public ones), or have it renewed.",
    ),
    (
        r"root certificate file .* does not exist",
        "the root certificate is missing by which the server {} is to be known",
        "Name its file with sslrootcert= in the address; sslrootcert=system where a public root signed it.",
    ),
    (
        r"does not support SSL",
        "the database server {} takes no encrypted connections",
        "Have `ssl = on` and a certificate set there: see docs/POSTGRES.md.",
    ),
    (
        r"pg_hba.*(no encryption|SSL off)",
        "the database server {} takes no connection that is not encrypted",
        "Put sslmode=verify-full in the place of sslmode=disable in the address.",
    ),
    (
        r"SSL (?!SYSCALL|connection has been closed)|certificate|pg_hba",
        "there is no connection to {} in the way the address asks for",
        "Check its sslmode and sslrootcert, and pg_hba.conf of the server.",
    ),
    (
        r"^53300|too many (connections|clients)|connection slots are reserved",
        "the database server {} takes no further connection: too many are open",
        "Repeat it once others have ended, or have max_connections or the limit of the role raised there.",
    ),
    (
        r"^53100",
        "the disk of the database server {} is full: nothing was changed",
        "Make room there, then repeat.",
    ),
    (
        r"^25006",
        "the database server {} is read-only now: nothing was changed",
        "Write to the primary server, or wait until it may be written again.",
    ),
    (
        r"^55P03",
        "another station is writing to {} for longer than 10 seconds",
        "Wait until it has finished, then repeat.",
    ),
    (
        r"^57014|^25P0[34]",
        "the database server {} has cut off what takes longer than it allows: nothing was changed",
        "Have statement_timeout and the other timeouts raised there for the role of the address.",
    ),
    (
        r"^22P05",
        "the database {} cannot hold a letter of that: its encoding is not UTF8",
        "Have a database made with ENCODING 'UTF8', and move everybody there with `people move`.",
    ),
    (
        r"^42501",
        "the role of the address has no right to do that: {}",
        "Have it granted: see docs/POSTGRES.md.",
    ),
    (
        r"^58P01|^0A000",
        "the database server {} has no pgvector",
        "Have it installed there: see docs/POSTGRES.md.",
    ),
)
#: The type of vectors is found wherever the extension was put, by its bare name.
_FIND_VECTORS: Final = (
    b"SELECT set_config('search_path', quote_ident(nspname), false)"
    b" FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace WHERE extname = 'vector'"
)
_told_plain: set[str] = set()
#: What was loaded so that it takes the OpenSSL it brings.
_own_openssl_at: set[str] = set()


class ServerError(DataError):
    """A database server that does not answer, or refuses."""


def driver(flag: str = "--database postgresql://") -> Any:
    """The package psycopg, loaded when it is needed.

    Raises:
        DependencyError: it is not installed.
    """
    try:
        with _own_openssl():
            import psycopg
    except ImportError as error:
        raise DependencyError(
            f"{flag} needs the package psycopg, which is not installed", hint=f"{how_to_add('postgres')}."
        ) from error
    # What it says of a connection that is lost is said in two lines.
    logging.getLogger("psycopg").setLevel(logging.ERROR)
    return psycopg


@contextlib.contextmanager
def _own_openssl() -> Iterator[None]:
    """TensorFlow, where a program has it already, shows its OpenSSL to all: the driver shall take the one it brings."""
    deep = getattr(os, "RTLD_DEEPBIND", 0)  # Of Linux, where libraries see each other's names.
    if not deep or "tensorflow" not in sys.modules or "psycopg" in sys.modules:
        yield
        return
    flags = sys.getdlopenflags()
    sys.setdlopenflags(flags | deep)
    try:
        yield
        _own_openssl_at.add("psycopg")
    finally:
        sys.setdlopenflags(flags)


def _require_own_openssl(psycopg: Any, address: str) -> None:
    """Where the program itself loaded the driver after TensorFlow, its first encrypted connection would be its end."""
    loaded = list(sys.modules)
    if not hasattr(os, "RTLD_DEEPBIND") or _own_openssl_at or "tensorflow" not in loaded:
        return
    where = psycopg.conninfo.conninfo_to_dict(address)
    is_socket = str(where.get("host", "")).startswith(("/", "@")) or not {"host", "hostaddr"} & where.keys()
    if is_socket or where.get("sslmode") == "disable" or loaded.index("tensorflow") > loaded.index("psycopg"):
        return
    raise DependencyError(
        "TensorFlow was loaded before psycopg: an encrypted connection would end this program",
        hint="Write `import psycopg` before `import tensorflow`.",
    )


def connect(address: str, on_event: EventSink = ignore, *, autocommit: bool = False) -> Connection:
    """A connection; where the server asks for a password that no file has, the one in the keyring.

    Args:
        address: of the server.
        on_event: gets a notice of a plain connection.
        autocommit: it stays open for long, without a transaction.

    Raises:
        ServerError: there is none to be had.
        DependencyError: psycopg is not installed.
    """
    psycopg = driver()
    if "sslrootcert=system" in address:
        _show_roots()
    with translated(address):
        _require_own_openssl(psycopg, address)
        try:
            connection: Connection = psycopg.connect(address, autocommit=autocommit, **_OPTIONS)
        except psycopg.OperationalError as error:
            secret = _from_keyring(address) if "no password supplied" in str(error) else None
            if secret is None:
                raise
            connection = psycopg.connect(address, autocommit=autocommit, password=secret, **_OPTIONS)
        if autocommit:
            # It stays, and says nothing for hours, or builds an index.
            connection.execute(
                "SELECT set_config(name, '0', false) FROM pg_settings"
                " WHERE name IN ('idle_session_timeout', 'statement_timeout')"
            )
            connection.execute(_FIND_VECTORS)
    _warn_of_plain(connection, address, on_event)
    return connection


@contextlib.contextmanager
def transaction(address: str, on_event: EventSink = ignore, *, reading: bool = False) -> Iterator[Connection]:
    """A connection with one transaction: it counts when the block ends, and nothing of it where it raises.

    Args:
        address: of the server.
        on_event: gets a notice of a plain connection.
        reading: nothing is written, and all is read as it was at one moment.

    Raises:
        ServerError: it does not answer, or refuses.
    """
    connection = connect(address, on_event)
    with translated(address), connection:
        # Who writes sees, once it is their turn, what the others wrote, whatever is usual at that server.
        kind = "REPEATABLE READ, READ ONLY" if reading else "READ COMMITTED"
        # A block of vectors is sorted in memory: on a full disk there, too, people can be read.
        connection.execute(
            f"SET TRANSACTION ISOLATION LEVEL {kind}; SET LOCAL lock_timeout = '{LOCK_TIMEOUT}';"
            f" SET LOCAL work_mem = '256MB';".encode()
            + _FIND_VECTORS
        )
        yield connection


@contextlib.contextmanager
def translated(address: str) -> Iterator[None]:
    """What the driver raises becomes a `ServerError`; libpq never repeats passwords, and no address holds one."""
    psycopg = driver()
    try:
        yield
    except psycopg.Error as error:
        raise _refusal(error, address) from error


def _refusal(error: Any, address: str) -> ServerError:
    words = f"{error.sqlstate or ''} {error}".strip()
    for pattern, what, hint in _REFUSALS:
        if re.search(pattern, words):
            return ServerError(what.format(address), hint=hint)
    # The first line: the following ones guess, or name every address of a host.
    reason = words.splitlines()[0].removeprefix("connection failed: ") if words else type(error).__name__
    reason = reason.removeprefix("connection is bad: ")
    if error.sqlstate is None and (
        isinstance(error, driver().ProgrammingError) or reason.startswith("invalid ")
    ):
        return ServerError(
            f"{address} is no address of a server: {reason}",
            hint="Write it as postgresql://NAME@HOST/DATABASE?sslmode=verify-full.",
        )
    if isinstance(error, driver().OperationalError):
        return ServerError(
            f"the database server {address} does not answer: {reason}",
            hint="Check the address, and that the server runs.",
        )
    return ServerError(
        f"the database server {address} refuses: {reason}", hint="See docs/POSTGRES.md, and the server's log."
    )


def _show_roots() -> None:
    """The driver's own OpenSSL looks for the roots of the system where none has them: this is where ours finds them."""
    paths = ssl.get_default_verify_paths()
    for variable, place in (
        (paths.openssl_cafile_env, paths.cafile),
        (paths.openssl_capath_env, paths.capath),
    ):
        if place is not None:
            os.environ.setdefault(variable, place)


def _from_keyring(address: str) -> str | None:
    with contextlib.suppress(FacecamError):
        return secret_in(open_keyring(), KEYRING_SERVICE, address)
    return None


def _warn_of_plain(connection: Connection, address: str, on_event: EventSink) -> None:
    """Once: whoever listens on the way to another computer reads the vectors along."""
    info = connection.info
    if goes_elsewhere(info.host) and not connection.pgconn.ssl_in_use and address not in _told_plain:
        _told_plain.add(address)
        on_event(
            Notice(
                f"the connection to {address} is not encrypted: faces travel as they are",
                "Add ?sslmode=verify-full to the address, once the server has a certificate.",
            )
        )


def goes_elsewhere(host: str) -> bool:
    """Whether a host is another computer: neither a socket nor the loopback."""
    return not (host in ("", "localhost", "::1") or host.startswith(("/", "@", "127.")))
