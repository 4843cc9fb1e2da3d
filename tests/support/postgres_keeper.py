"""The process that keeps a throw-away PostgreSQL server: python -m tests.support.postgres_keeper F

It makes the server, writes into the file F where it is, and ends it once the last of those who have
connected to it is gone, in whatever way. So no server outlives the tests, and a run that is killed
leaves none behind. A line "stop" or "start" shuts the server down in order, or starts it again.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import threading
from contextlib import closing
from pathlib import Path

import psycopg

from tests.support.postgres_cluster import Cluster

ADMINISTRATOR = "esd_administrator"
OWNER = "esd_owner"
_NOBODY_CAME_S = 60.0

# Nothing of it is kept, so nothing need be safe on the disk.
_CONFIGURATION = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 300
fsync = off
full_page_writes = off
synchronous_commit = off
autovacuum = off
"""
# The owner's databases are invented, and a password takes a while to check; the administrator
# could start programs.
_ENTRY = """
host all {owner} 127.0.0.1/32 trust
host all all 127.0.0.1/32 scram-sha-256
host replication {administrator} 127.0.0.1/32 scram-sha-256
"""


class Keeper(Cluster):
    """A server of its own, made when this is."""

    def __init__(self) -> None:
        self.password = os.urandom(16).hex()
        super().__init__()

    def make(self) -> None:
        secret = self.folder / "password"
        secret.touch(0o600)
        secret.write_text(self.password, encoding="ascii")
        self.give(secret)
        self.run(
            *("initdb", "-D", str(self.data), "--no-sync", "--encoding=UTF8", "--locale=C"),
            *("-A", "scram-sha-256", "-U", ADMINISTRATOR, f"--pwfile={secret}"),
        )
        self.configure(_CONFIGURATION)
        entry = _ENTRY.format(owner=OWNER, administrator=ADMINISTRATOR)
        (self.data / "pg_hba.conf").write_text(entry, encoding="utf-8")
        self.start()
        with psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user=ADMINISTRATOR,
            password=self.password,
            dbname="postgres",
        ) as connection:
            connection.execute(f"CREATE ROLE {OWNER} LOGIN")


def keep(keeper: Keeper, addresses: Path) -> None:
    """Serve until the last user is gone."""
    users = came = 0
    changed = threading.Condition()

    def serve(user: socket.socket) -> None:
        nonlocal users
        try:
            with user, user.makefile("rw", encoding="ascii") as lines:
                for line in lines:
                    {"stop": keeper.stop, "start": keeper.start}[line.strip()]()
                    lines.write("done\n")
                    lines.flush()
        except ConnectionError:
            pass  # killed; it has no more wishes
        finally:
            with changed:
                users -= 1
                changed.notify()

    def welcome(listener: socket.socket) -> None:
        nonlocal users, came
        while True:
            user, _ = listener.accept()
            with changed:
                users += 1
                came += 1
                changed.notify()
            threading.Thread(target=serve, args=(user,), daemon=True).start()

    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        threading.Thread(target=welcome, args=(listener,), daemon=True).start()
        told = {
            "port": keeper.port,
            "password": keeper.password,
            "control": listener.getsockname()[1],
        }
        unfinished = addresses.with_suffix(".part")
        unfinished.write_text(json.dumps(told), encoding="utf-8")
        unfinished.replace(addresses)
        with changed:
            # Whoever came may be gone again before this is looked at.
            changed.wait_for(lambda: came, _NOBODY_CAME_S)
            changed.wait_for(lambda: not users)
        addresses.unlink(missing_ok=True)


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    keeper = Keeper()
    try:
        keep(keeper, Path(sys.argv[1]))
    finally:
        keeper.end()


if __name__ == "__main__":
    main()
