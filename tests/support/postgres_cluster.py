"""A PostgreSQL server's folder and process, thrown away afterwards: what the server that is written
to (postgres_keeper.py) and a replica of it (postgres_replica.py) have in common."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from tools import postgresql

# The server of root's tests runs as one of these: as root it refuses to.
_ACCOUNTS = ("postgres", "nobody")


class Cluster:
    """Made when this is, and running; ``end`` leaves nothing behind."""

    def __init__(self) -> None:
        programs = postgresql.programs()
        if programs is None:
            raise SystemExit("There is no PostgreSQL here; python3 dev.py test says what to do.")
        self._programs = programs
        self._account = _account()
        self.folder = Path(tempfile.mkdtemp(prefix="esd-postgres-"))
        self.data = self.folder / "data"
        self._log = self.folder / "log"
        self._runs = False
        self.port = _free_port()
        self.give(self.folder)
        try:
            self.make()
        except BaseException:
            self.end()
            raise

    def make(self) -> None:
        """Fill the folder ``data`` and start."""
        raise NotImplementedError

    def configure(self, lines: str) -> None:
        """Add to its settings, in the words of postgresql.conf."""
        with (self.data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(f"{lines}\nport = {self.port}\n")

    def give(self, path: Path) -> None:
        """Let the account as which the server runs have it."""
        if self._account is not None:
            shutil.chown(path, self._account)

    def start(self) -> None:
        """Start it, where it does not run, and wait until it lets in."""
        if not self._runs:
            self._runs = True  # perhaps, also where it does not say so in time
            self.run("pg_ctl", "start", "-D", str(self.data), "-l", str(self._log), "-w")

    def stop(self) -> None:
        """Shut it down as its service does: whoever is connected is cut off."""
        if self._runs:
            self.run("pg_ctl", "stop", "-D", str(self.data), "-m", "fast", "-w")
            self._runs = False

    def end(self) -> None:
        """Leave nothing behind."""
        with suppress(SystemExit):  # where it did not start, that has been said
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(
        self, program: str, *arguments: str, environment: Mapping[str, str] | None = None
    ) -> None:
        """Run one of PostgreSQL's programs. Raises SystemExit with what it and the server said."""
        # Into a file: a server that is started would keep a pipe open for as long as it runs.
        with tempfile.TemporaryFile() as said:
            done = subprocess.run(
                [str(self._programs / program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                check=False,
                cwd=self.folder,  # where that account may be
                user=self._account,
                env={**os.environ, **(environment or {})},
            )
            if done.returncode != 0:
                said.seek(0)
                log = self._log.read_bytes() if self._log.exists() else b""
                raise SystemExit((said.read() + log).decode(errors="replace"))


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
