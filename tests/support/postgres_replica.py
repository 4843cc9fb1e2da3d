"""A streaming replica of the tests' PostgreSQL server: it is read, and follows what is written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.postgres import PostgresServer
from tests.support.postgres_cluster import Cluster
from tests.support.postgres_keeper import ADMINISTRATOR


class Replica(Cluster):
    """What pg_basebackup makes of the server."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        super().__init__()

    def make(self) -> None:
        self.run(
            *("pg_basebackup", "-h", "127.0.0.1", "-p", str(self._server.port)),
            *("-U", ADMINISTRATOR, "-D", str(self.data), "--no-sync", "--checkpoint=fast"),
            "--write-recovery-conf",
            environment={"PGPASSWORD": self._server.password},
        )
        self.configure("")
        self.start()

    def address(self, on_server: str) -> str:
        """Where it has what is at this address on the server."""
        return on_server.replace(f":{self._server.port}/", f":{self.port}/")


@contextmanager
def replica_of(server: PostgresServer) -> Iterator[Replica]:
    """One that follows the server for as long as the block lasts."""
    replica = Replica(server)
    try:
        yield replica
    finally:
        replica.end()
