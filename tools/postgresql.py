"""A PostgreSQL server for the tests, which start one of their own and throw it away: its programs
are found on this computer, or installed with apt."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tools import apt
from tools.trouble import Trouble

_OLDEST = 14
_PROGRAMS = ("initdb", "postgres")
# Debian and Ubuntu, Red Hat, Homebrew, Postgres.app, Windows; none of them puts it on the path.
_PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
    "C:/Program Files/PostgreSQL/*/bin",
)
_CLUSTERS = Path("/etc/postgresql")
_HINTS = {
    "darwin": "Install it, for example with: brew install postgresql@17",
    "win32": "Install it from postgresql.org; its service need not run.",
}


def programs() -> Path | None:
    """The folder with initdb and postgres: the one on the path, or else the newest."""
    found = {folder: _version(folder) for folder in _folders()}
    usable = {folder: version for folder, version in found.items() if version >= _OLDEST}
    on_path = _on_path()
    return on_path if on_path in usable else max(usable, key=lambda f: usable[f], default=None)


def provide() -> None:
    """See that there is one. Raises Trouble with the sentence that says what to install."""
    if programs() is not None:
        return
    why = f"The tests need a PostgreSQL server, version {_OLDEST} or newer."
    if sys.platform in _HINTS:
        raise Trouble(f"{why} {_HINTS[sys.platform]}")
    before = _clusters()
    apt.provide(why, [["postgresql"]])
    for version, name in _clusters() - before:
        # The package comes with a server that would run from now on; nobody asked for it.
        apt.run_as_root(["pg_dropcluster", "--stop", version, name])
    if programs() is None:
        raise Trouble(f"{why} What apt installed is none.")


def _folders() -> Iterator[Path]:
    on_path = _on_path()
    if on_path is not None:
        yield on_path
    for pattern in _PLACES:
        place = Path(pattern)
        yield from Path(place.anchor).glob(str(place.relative_to(place.anchor)))


def _on_path() -> Path | None:
    found = shutil.which("postgres")
    return None if found is None else Path(found).resolve().parent


def _version(folder: Path) -> int:
    """0 where it is not whole."""
    ending = ".exe" if os.name == "nt" else ""
    if not all((folder / f"{name}{ending}").exists() for name in _PROGRAMS):
        return 0
    command = [str(folder / f"postgres{ending}"), "--version"]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    number = re.search(r"\(PostgreSQL\) (\d+)", said)
    return int(number[1]) if number else 0


def _clusters() -> set[tuple[str, str]]:
    """Debian's servers of this computer, by version and name."""
    return {(each.parent.name, each.name) for each in _CLUSTERS.glob("*/*")}
