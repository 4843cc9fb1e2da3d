"""Writes the licences of all that is in the frozen program where it looks for them: it has no
metadata of its own libraries any more."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from importlib.metadata import packages_distributions
from pathlib import Path, PurePosixPath

from cryptography.hazmat.backends.openssl.backend import backend

from esd_desktop import licences
from esd_desktop.licences import Component, as_json, components
from tools.package.trimmed import Entry
from tools.trouble import Trouble

# Where the file lies in the frozen program, and how it is called there.
PLACE = "esd_desktop/resources/licences"
NAME = "collected.json"
_OF_DEBIAN = "see its text"


def collect(folder: Path, entries: Iterable[Entry]) -> Path:
    """Write the file into a folder, for the modules and libraries that are in the program; answers
    it. Raises Trouble where a text is missing."""
    there = list(entries)
    modules = {top_level(place) for place, _, _ in there}
    parts = shipped(components(), modules)
    if sys.platform == "linux":
        more = [*_compiled_here(modules), *_of_system(there)]
        parts = sorted([*_on_linux(parts), *more], key=lambda one: one.name.lower())
    silent = [one.name for one in parts if not one.text or not one.licence]
    if silent:
        raise Trouble(f"Without a licence: {', '.join(silent)}.")
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / NAME
    file.write_text(as_json(parts), encoding="utf-8")
    return file


def shipped(parts: list[Component], modules: set[str]) -> list[Component]:
    """The parts of which anything is there, by the names that Python imports."""
    names = {
        licences.canonical(distribution)
        for module, distributions in packages_distributions().items()
        if module in modules
        for distribution in distributions
    }
    return [one for one in parts if not one.on_pypi or licences.canonical(one.name) in names]


def top_level(place: str) -> str:
    """The importable name that a module (``a.b``) or a file (``a/b.so``, ``a.cpython-311.so``)
    begins with."""
    return re.split(r"[./\\]", place)[0]


def _on_linux(parts: list[Component]) -> list[Component]:
    """The system's OpenSSL and libpq are used there; cryptography has an OpenSSL of its own, and Qt
    an ICU whose data are fewer here (icu.py)."""
    openssl = backend.openssl_version_text().split()[1]
    text = licences.own_text("ICU.txt")
    changed = "Its data were made fewer for this program.\n\n"
    return [
        *(one for one in parts if one.name not in ("OpenSSL", "libpq")),
        *(
            Component("OpenSSL", openssl, one.licence, one.text, on_pypi=False)
            for one in parts
            if one.name == "OpenSSL"
        ),
        Component("ICU", "73", "Unicode-DFS-2016", changed + text, on_pypi=False),
    ]


def _compiled_here(modules: set[str]) -> list[Component]:
    """What is there for this system's sake, and not for the unfrozen program's (build.py)."""
    return [licences.component("psycopg-c")] if "psycopg_c" in modules else []


def _of_system(entries: list[Entry]) -> list[Component]:
    """The libraries of Debian or Ubuntu that were copied from this computer: each package once."""
    copied = {
        str(Path(file).resolve())
        for place, file, kind in entries
        if kind == "BINARY" and file.startswith(("/lib/", "/usr/lib/")) and ".so" in place
    }
    # /lib may be a link to /usr/lib, and dpkg's lists have either.
    patterns = {f"*/{'/'.join(PurePosixPath(file).parts[-2:])}" for file in copied}
    packages = {_said("dpkg-query", "--search", each).split(":")[0] for each in patterns}
    return [_of_debian(package) for package in sorted(packages)]


def _of_debian(package: str) -> Component:
    version = _said("dpkg-query", "--show", "--showformat=${Version}", package)
    text = Path("/usr/share/doc", package, "copyright").read_text("utf-8")
    return Component(package, version, _OF_DEBIAN, text, on_pypi=False)


def _said(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Trouble(f"Whose library that is cannot be told: {done.stderr.strip()}")
    return done.stdout
