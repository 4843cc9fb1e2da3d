"""The process that keeps a throw-away PostgreSQL server: python -m tests.support.postgres_keeper F

It makes the server, writes into the file F where it is, and ends it once the last of those who have
connected to it is gone, in whatever way. So no server outlives the tests, and a run that is killed
leaves none behind. A line "stop" or "start" shuts the server down in order, or starts it again.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from contextlib import closing, suppress
from pathlib import Path

import psycopg

from tools import postgresql

ADMINISTRATOR = "esd_administrator"
OWNER = "esd_owner"
_NOBODY_CAME_S = 60.0
# The server of root's tests runs as one of these: as root it refuses to.
_ACCOUNTS = ("postgres", "nobody")

# Nothing of it is kept, so nothing need be safe on the disk.
_CONFIGURATION = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
port = {port}
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
"""


class Keeper:
    """A server of its own, made when this is."""

    def __init__(self) -> None:
        programs = postgresql.programs()
        if programs is None:
            raise SystemExit("There is no PostgreSQL here; python3 dev.py test says what to do.")
        self._programs = programs
        self._account = _account()
        self._folder = Path(tempfile.mkdtemp(prefix="esd-postgres-"))
        self._data = self._folder / "data"
        self._log = self._folder / "log"
        self._runs = False
        self.port = _free_port()
        self.password = os.urandom(16).hex()
        try:
            self._make()
        except BaseException:
            self.end()
            raise

    def start(self) -> None:
        """Start it, where it does not run, and wait until it lets in."""
        if not self._runs:
            self._runs = True  # perhaps, also where it does not say so in time
            self._run("pg_ctl", "start", "-D", str(self._data), "-l", str(self._log), "-w")

    def stop(self) -> None:
        """Shut it down as its service does: whoever is connected is cut off."""
        if self._runs:
            self._run("pg_ctl", "stop", "-D", str(self._data), "-m", "fast", "-w")
            self._runs = False

    def end(self) -> None:
        """Leave nothing behind."""
        with suppress(SystemExit):  # where it did not start, that has been said
            self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _make(self) -> None:
        secret = self._folder / "password"
        secret.touch(0o600)
        secret.write_text(self.password, encoding="ascii")
        if self._account is not None:
            shutil.chown(secret, self._account)
            shutil.chown(self._folder, self._account)
        self._run(
            *("initdb", "-D", str(self._data), "--no-sync", "--encoding=UTF8", "--locale=C"),
            *("-A", "scram-sha-256", "-U", ADMINISTRATOR, f"--pwfile={secret}"),
        )
        with (self._data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(_CONFIGURATION.format(port=self.port))
        (self._data / "pg_hba.conf").write_text(_ENTRY.format(owner=OWNER), encoding="utf-8")
        self.start()
        with psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user=ADMINISTRATOR,
            password=self.password,
            dbname="postgres",
        ) as connection:
            connection.execute(f"CREATE ROLE {OWNER} LOGIN")

    def _run(self, program: str, *arguments: str) -> None:
        # Into a file: a server that is started would keep a pipe open for as long as it runs.
        with tempfile.TemporaryFile() as said:
            done = subprocess.run(
                [str(self._programs / program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                check=False,
                cwd=self._folder,  # where that account may be
                user=self._account,
            )
            if done.returncode != 0:
                said.seek(0)
                log = self._log.read_bytes() if self._log.exists() else b""
                raise SystemExit((said.read() + log).decode(errors="replace"))


def keep(keeper: Keeper, addresses: Path) -> None:
    """Serve until the last user is gone."""
    users = 0
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
        nonlocal users
        while True:
            user, _ = listener.accept()
            with changed:
                users += 1
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
            changed.wait_for(lambda: users, _NOBODY_CAME_S)
            changed.wait_for(lambda: not users)
        addresses.unlink(missing_ok=True)


def _account() -> str | None:
    """As whom the server runs; None for the one who runs this."""
    if os.name == "nt" or os.geteuid() != 0:
        return None
    import pwd

    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in _ACCOUNTS if name in known)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    keeper = Keeper()
    try:
        keep(keeper, Path(sys.argv[1]))
    finally:
        keeper.end()


if __name__ == "__main__":
    main()
