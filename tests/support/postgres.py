"""A real PostgreSQL server for the tests, a fresh store on it for each, and logins of people.

One server serves a whole run: the first who wants one starts it (postgres_keeper.py), the others
find it, and it ends with the last of them. Each test has a database of its own, copied from one
that has the schema.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, LiteralString, Self, TypeVar

import psycopg
from psycopg import sql

from esd_desktop.models.rights import Role
from esd_desktop.models.store.engine import open_store
from tests.support.postgres_keeper import ADMINISTRATOR, OWNER
from tools.one_at_a_time import one_at_a_time

Result = TypeVar("Result")

_ROOT = Path(__file__).resolve().parents[2]
_STARTED_WITHIN_S = 90.0
_PAUSE_S = 0.02
_TEMPLATE = "esd_template"
PASSWORD = "swordfish-on-loopback"  # everybody's whose login a test makes
_HOST = "127.0.0.1"
_CREATE = "CREATE DATABASE {} TEMPLATE {} OWNER {}"
# Written to the log page by page, as is usual since version 15, a copy takes four times as long.
_COPY = f"{_CREATE} STRATEGY file_copy"
_WITH_STRATEGIES = 150_000


def lived(life: Coroutine[Any, Any, Result]) -> Result:
    """Run it to its end, on a loop that psycopg takes on every system."""
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        return runner.run(life)


class PostgresServer:
    """A server that runs for as long as somebody holds one of these on ``addresses``, the file in
    which its keeper tells where it is. Whoever comes first starts it."""

    def __init__(self, addresses: Path) -> None:
        self._addresses = addresses
        self._numbers = count(1)
        self._create: LiteralString = _CREATE
        with one_at_a_time(addresses.with_suffix(".lock")):
            if not self._found():
                self._start_keeper()
            if not self._has_template():
                self._make_template()

    def address(self, database: str, login: str | None = None) -> str:
        """Where a store is, for its owner or for a person's login."""
        user = OWNER if login is None else f"{login}:{PASSWORD}"
        return f"postgresql://{user}@{_HOST}:{self.port}/{database}"

    def connect(self, database: str = "postgres", login: str = ADMINISTRATOR) -> psycopg.Connection:
        """A connection that goes round the program. Each statement is committed."""
        password = {ADMINISTRATOR: self.password, OWNER: None}.get(login, PASSWORD)
        return psycopg.connect(
            host=_HOST,
            port=self.port,
            user=login,
            password=password,
            dbname=database,
            autocommit=True,
        )

    @contextmanager
    def store(self, *, tables: bool = True) -> Iterator[PostgresStore]:
        """A store in which nothing is yet, gone after the block; without ``tables`` a database that
        no program has opened."""
        name = f"esd_{os.getpid()}_{next(self._numbers)}"
        template = _TEMPLATE if tables else "template0"
        self.run(self._create, name, template, OWNER)
        made = PostgresStore(self, name)
        try:
            yield made
        finally:
            self.start()
            self.run("DROP DATABASE {} WITH (FORCE)", name)
            for login in made.logins:
                self.run("DROP ROLE {}", login)

    def run(self, statement: LiteralString, *names: str) -> None:
        """Let the administrator run a statement about what these names name."""
        with self.connect() as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def stop(self) -> None:
        """Shut it down in order: whoever is connected is cut off."""
        self._tell("stop")

    def start(self) -> None:
        """Start it again, at the same port."""
        self._tell("start")

    def close(self) -> None:
        """Let it go."""
        self._answers.close()
        self._keeper.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _found(self) -> bool:
        """Connect to the keeper where there is one. One that is just ending does not answer."""
        try:
            told = json.loads(self._addresses.read_text(encoding="utf-8"))
            self._keeper = socket.create_connection((_HOST, told["control"]))
        except OSError:
            return False
        self.port: int = told["port"]
        self.password: str = told["password"]
        self._answers = self._keeper.makefile("r", encoding="ascii")
        try:
            self.start()
        except OSError:
            self.close()
            return False
        return True

    def _start_keeper(self) -> None:
        with tempfile.TemporaryFile() as complaints:
            keeper = subprocess.Popen(
                [sys.executable, "-m", "tests.support.postgres_keeper", self._addresses],
                cwd=_ROOT,
                stdin=subprocess.DEVNULL,
                stdout=complaints,
                stderr=complaints,
                start_new_session=True,  # what ends the tests must not end it before they are gone
            )
            deadline = time.monotonic() + _STARTED_WITHIN_S
            while not self._found():
                if keeper.poll() is not None or time.monotonic() > deadline:
                    complaints.seek(0)
                    raise RuntimeError(complaints.read().decode(errors="replace"))
                time.sleep(_PAUSE_S)
            keeper.returncode = 0  # it ends after this process, which need not wait for it

    def _tell(self, wish: str) -> None:
        self._keeper.sendall(f"{wish}\n".encode("ascii"))
        if not self._answers.readline():
            raise ConnectionError(f"The keeper of the PostgreSQL server could not {wish} it.")

    def _has_template(self) -> bool:
        with self.connect() as connection:
            if connection.info.server_version >= _WITH_STRATEGIES:
                self._create = _COPY
            query = "SELECT datistemplate FROM pg_database WHERE datname = %s"
            return connection.execute(query, [_TEMPLATE]).fetchone() == (True,)

    def _make_template(self) -> None:
        """Let the program make its tables, as it does where a database is empty."""
        self.run("DROP DATABASE IF EXISTS {}", _TEMPLATE)  # left by who could not finish it
        self.run("CREATE DATABASE {} OWNER {}", _TEMPLATE, OWNER)

        async def make() -> None:
            await (await open_store(self.address(_TEMPLATE))).close()

        # In a thread of its own: here there may be a loop already.
        with ThreadPoolExecutor(max_workers=1) as aside:
            aside.submit(lived, make()).result()
        self.run("ALTER DATABASE {} IS_TEMPLATE true", _TEMPLATE)


class PostgresStore:
    """A database with the store's tables and nothing in them."""

    def __init__(self, server: PostgresServer, name: str) -> None:
        self.server = server
        self.name = name
        self.logins: list[str] = []

    @property
    def address(self) -> str:
        """What the owner writes into Settings, Store."""
        return self.server.address(self.name)

    def person(self, name: str, *roles: Role) -> str:
        """Make a login for somebody with these roles, a stranger where there are none, whom the
        store does not let in; answers the address that he or she uses."""
        login = f"{name}_{self.name}"
        self.server.run(f"CREATE ROLE {{}} LOGIN PASSWORD '{PASSWORD}'", login)
        self.logins.append(login)
        if roles:
            self.name_person(login, *roles)
            self.fetch("SELECT esd_admit(%s)", login)
        return self.server.address(self.name, login)

    def name_person(self, login: str, *roles: Role) -> None:
        """Put a login among the people of this store. From the first one on, others may nothing."""
        with self.server.connect(self.name, OWNER) as connection:
            connection.execute(_NEW_OPERATOR, [login, login, ",".join(roles)])

    def fetch(self, query: LiteralString, *values: Any) -> list[tuple[Any, ...]]:
        """Rows as they are, read past the program."""
        with self.server.connect(self.name, OWNER) as connection:
            return connection.execute(query, values).fetchall()

    def execute(self, statement: LiteralString) -> None:
        """Change something past the program, as the owner of the tables."""
        with self.server.connect(self.name, OWNER) as connection:
            connection.execute(statement)


_NEW_OPERATOR = """
INSERT INTO operators (version, login, name, roles, active, added_by, added_at)
VALUES (1, %s, %s, %s, true, 'a test', now())
"""
