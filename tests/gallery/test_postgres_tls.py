"""Encrypted connections: libpq of the driver against certificates that are right, and wrong in every way.

The server that the tests bring is built without TLS: a front before its socket speaks it, with real certificates.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import socket
import ssl
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from facecam.core.errors import FacecamError
from facecam.gallery.postgres.connection import ServerError, connect
from tests.certificates import Certificate, Root
from tests.servers import OwnServer

_HOST = "db.test"
_SECRET = "a secret that nobody may read"
_ASKS_FOR_TLS, _ASKS_FOR_GSS = 80877103, 80877104


class TlsFront:
    """Speaks TLS on the loopback for a server at a socket, as one whose pg_hba.conf has `hostssl` lines only.

    Args:
        path: of the socket.
        certificate: None: no TLS at all.
    """

    def __init__(self, path: Path, certificate: Certificate | None) -> None:
        self._path, self._context = path, None
        if certificate is not None:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(certificate.certificate, certificate.key)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        """Take nobody any more."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._met, args=(client,), daemon=True).start()

    def _met(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError), client:
            while True:
                head = client.recv(8, socket.MSG_WAITALL)
                asked = struct.unpack("!ii", head)[1] if len(head) == 8 else 0
                if asked == _ASKS_FOR_TLS and self._context is not None:
                    client.sendall(b"S")
                    with self._context.wrap_socket(client, server_side=True) as encrypted:
                        self._handed_on(encrypted)
                    return
                if asked not in (_ASKS_FOR_TLS, _ASKS_FOR_GSS):
                    break
                client.sendall(b"N")
            words = 'no pg_hba.conf entry for host "127.0.0.1", user "desk", database "faces", no encryption'
            fields = f"SFATAL\0VFATAL\0C28000\0M{words}\0\0".encode()
            client.sendall(b"E" + struct.pack("!i", len(fields) + 4) + fields)

    def _handed_on(self, client: ssl.SSLSocket) -> None:
        with socket.socket(socket.AF_UNIX) as server:
            server.connect(str(self._path))
            back = threading.Thread(target=_pumped, args=(server, client))
            back.start()
            _pumped(client, server)
            back.join()


def _pumped(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while content := source.recv(1 << 16):
            target.sendall(content)
        target.shutdown(socket.SHUT_WR)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    folder = tmp_path_factory.mktemp("certificates")
    right, wrong = Root(folder, "right"), Root(folder, "wrong")
    return SimpleNamespace(
        good=right.sign(_HOST),
        expired=right.sign(_HOST, expired=True),
        other=right.sign("elsewhere.test"),
        none=None,
        right=right.file,
        wrong=wrong.file,
        missing=folder / "missing.crt",
    )


@pytest.fixture(scope="module")
def role(database_server: OwnServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """One who has a password, in a file: its name and its database."""
    name, address = database_server.with_password(_SECRET)
    file = tmp_path_factory.mktemp("home") / "pgpass"
    file.write_text(f"*:*:*:{name}:{_SECRET}\n")
    file.chmod(0o600)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PGPASSFILE", str(file))
        yield SimpleNamespace(name=name, database=address.partition("@/")[2].partition("?")[0])


@contextlib.contextmanager
def front(server: OwnServer, certificate: Certificate | None) -> Iterator[int]:
    """Its port."""
    folder = Path(server.address().partition("host=")[2])
    [path] = [one for one in folder.glob(".s.PGSQL.*") if not one.name.endswith(".lock")]
    one = TlsFront(path, certificate)
    try:
        yield one.port
    finally:
        one.close()


def address_at(port: int, role: SimpleNamespace, how: str) -> str:
    return f"postgresql://{role.name}@{_HOST}:{port}/{role.database}?hostaddr=127.0.0.1&{how}"


def test_with_the_right_root_and_name_the_connection_is_encrypted(
    database_server: OwnServer, certificates: SimpleNamespace, role: SimpleNamespace
) -> None:
    with front(database_server, certificates.good) as port:
        how = f"sslmode=verify-full&sslrootcert={certificates.right}"
        with connect(address_at(port, role, how)) as connection:
            assert connection.pgconn.ssl_in_use
            assert connection.execute("SELECT current_user").fetchone() == (role.name,)


#: What a program loads in which order, and what it is told then: each in a process of its own, which ends where the
#: driver finds TensorFlow's OpenSSL.
_TOLD = "TensorFlow was loaded before psycopg: an encrypted connection would end this program"
_ORDERS = {
    "import tensorflow, psycopg; told()": _TOLD,
    "import tensorflow; assert opened().load() is None; told()": "True",
    "store = opened(); import tensorflow; assert store.load() is None; told()": "True",
}
_TELLING = """
def opened():
    from facecam.engine.components import Settings, open_store
    return open_store(Settings(server=ADDRESS))

def told():
    from facecam.gallery.postgres.connection import connect
    try:
        print(connect(ADDRESS).pgconn.ssl_in_use)
    except Exception as error:
        print(error.message)

"""


@pytest.mark.parametrize("order", _ORDERS)
def test_a_program_that_has_tensorflow_connects_encrypted_or_is_told_in_which_order(
    database_server: OwnServer, certificates: SimpleNamespace, role: SimpleNamespace, order: str
) -> None:
    if importlib.util.find_spec("tensorflow") is None:
        pytest.skip("TensorFlow is not installed")
    with front(database_server, certificates.good) as port:
        address = address_at(port, role, f"sslmode=verify-full&sslrootcert={certificates.right}")
        code = (_TELLING + order).replace("ADDRESS", repr(address))
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, f"{_ORDERS[order]}\n"), done.stderr[-2000:]


def test_the_roots_of_the_system_are_found(
    database_server: OwnServer,
    certificates: SimpleNamespace,
    role: SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The driver brings an OpenSSL of its own, which looks for them where no system has them."""
    paths = ssl.get_default_verify_paths()
    for variable in (paths.openssl_cafile_env, paths.openssl_capath_env):
        monkeypatch.setenv(variable, "")  # Put back afterwards.
        del os.environ[variable]
    monkeypatch.setattr(
        ssl, "get_default_verify_paths", lambda: paths._replace(cafile=str(certificates.right), capath=None)
    )
    with (
        front(database_server, certificates.good) as port,
        connect(address_at(port, role, "sslmode=verify-full&sslrootcert=system")) as connection,
    ):
        assert connection.pgconn.ssl_in_use


@pytest.mark.parametrize(
    ("server", "root", "mode", "words"),
    [
        ("good", "wrong", "verify-full", ("signed by another root, or expired", "sslrootcert=")),
        ("expired", "right", "verify-full", ("signed by another root, or expired", "renewed")),
        ("other", "right", "verify-full", ("for another name", "name of the certificate")),
        ("good", "missing", "verify-full", ("root certificate is missing", "sslrootcert=")),
        ("good", "right", "disable", ("not encrypted", "sslmode=verify-full")),
        ("none", "right", "verify-full", ("no encrypted connections", "ssl = on")),
    ],
)
def test_what_is_wrong_is_said_in_two_lines_without_a_password(
    database_server: OwnServer,
    certificates: SimpleNamespace,
    role: SimpleNamespace,
    server: str,
    root: str,
    mode: str,
    words: tuple[str, str],
) -> None:
    with front(database_server, getattr(certificates, server)) as port:
        how = f"sslmode={mode}&sslrootcert={getattr(certificates, root)}"
        with pytest.raises(ServerError) as caught:
            connect(address_at(port, role, how))
    error: FacecamError = caught.value
    assert words[0] in error.message and words[1] in (error.hint or "")
    assert "\n" not in f"{error.message}{error.hint}" and "secret" not in f"{error.message}{error.hint}"


def test_a_wrong_password_is_not_taken_for_a_wrong_certificate(
    database_server: OwnServer,
    certificates: SimpleNamespace,
    role: SimpleNamespace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = tmp_path / "pgpass"
    file.write_text(f"*:*:*:{role.name}:secret but wrong\n")
    file.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(file))
    how = f"sslmode=verify-full&sslrootcert={certificates.right}"
    with (
        front(database_server, certificates.good) as port,
        pytest.raises(ServerError, match="refuses the name or the password") as caught,
    ):
        connect(address_at(port, role, how))
    assert "secret" not in f"{caught.value.message}{caught.value.hint}"
