"""What the program is made of, and under which licences: for About, for the frozen program, and for
the bill of materials.

The installed libraries tell it by their metadata, Python and the libraries within it by themselves.
A frozen program has no metadata any more; tools/package/licences.py has written it down for it.
"""

from __future__ import annotations

import json
import platform
import re
import sqlite3
import ssl
from importlib import metadata, resources
from importlib.resources.abc import Traversable

from msgspec import Struct
from msgspec.structs import asdict

_OWN = "esd-desktop"
_WRITTEN_DOWN = "collected.json"
_TEXTS = re.compile(r"(^|[/\\])(LICEN[CS]E|COPYING|NOTICE|AUTHORS)[^/\\]*$", re.IGNORECASE)
_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9._-]+)\s*(?:\[([^\]]*)\])?")
_EXTRA = re.compile(r"extra\s*==\s*['\"]([^'\"]+)['\"]")
_LONGEST_NAME = 40
_CLASSIFIER = "License :: OSI Approved :: "
LGPL_NOTICE = (
    "Qt, PySide6 and psycopg are free software under the GNU Lesser General Public License, "
    "version 3. They are used as they were published, as libraries in files of their own: you may "
    "change them and put yours in their place, and take this program apart to mend what you "
    "changed. Their source is at https://download.qt.io and https://github.com/psycopg/psycopg."
)


class Component(Struct, frozen=True):
    """A library or font that the program has in it. ``text`` is its licence with its notices;
    ``on_pypi`` says whether it is a distribution of Python's package index."""

    name: str
    version: str
    licence: str
    text: str
    on_pypi: bool = True


def components() -> list[Component]:
    """Everything, by name."""
    written = _own_texts() / _WRITTEN_DOWN
    if written.is_file():
        return from_json(written.read_text("utf-8"))
    found = [component(name) for name in _required()]
    return sorted([*found, *_besides(found)], key=lambda one: one.name.lower())


def as_json(parts: list[Component]) -> str:
    """What a frozen program reads in place of the metadata."""
    return json.dumps([asdict(one) for one in parts])


def from_json(text: str) -> list[Component]:
    """What ``as_json`` gave."""
    return [Component(**one) for one in json.loads(text)]


def _required() -> list[str]:
    """The distributions that the program needs and that are here, with what those need."""
    wanted, found = [(_OWN, frozenset[str]())], dict[str, frozenset[str]]()
    while wanted:
        name, extras = wanted.pop()
        key = canonical(name)
        if extras <= found.get(key, frozenset()) and key in found:
            continue
        found[key] = extras | found.get(key, frozenset())
        try:
            distribution = metadata.distribution(name)
        except metadata.PackageNotFoundError:  # for another system, or not wanted
            del found[key]
            continue
        wanted += _requirements(distribution, found[key])
    return [name for name in found if name != _OWN]


def _requirements(
    distribution: metadata.Distribution, extras: frozenset[str]
) -> list[tuple[str, frozenset[str]]]:
    wanted = []
    for line in distribution.requires or []:
        only_for = _EXTRA.search(line)
        match = _REQUIREMENT.match(line)
        if match and (only_for is None or only_for[1] in extras):
            names = (each.strip() for each in (match[2] or "").split(","))
            wanted.append((match[1], frozenset(filter(None, names))))
    return wanted


def component(name: str) -> Component:
    """An installed distribution, as its metadata tell of it. Raises PackageNotFoundError."""
    distribution = metadata.distribution(name)
    said = distribution.metadata
    texts = [
        file.read_text("utf-8")
        for file in distribution.files or []
        if _TEXTS.search(str(file)) and ".dist-info" in str(file)
    ]
    licence = _field(said, "License-Expression") or _in_a_line(said) or "see its text"
    if "LGPL" in licence:  # which builds upon the GPL; some of them come without any text
        texts = [LGPL_NOTICE, *_lgpl()]
    return Component(
        name=said["Name"],
        version=distribution.version,
        licence=licence,
        text="\n\n".join(text.strip() for text in texts) or _without_text(said),
    )


def _field(said: metadata.PackageMetadata, name: str) -> str:
    """Where a field is missing, Python answers None, and what may stand in for it an error."""
    return (said[name] or "") if name in said else ""


def _in_a_line(said: metadata.PackageMetadata) -> str:
    """Some put the whole text there."""
    line = _field(said, "License").strip()
    if 0 < len(line) < _LONGEST_NAME:
        return line
    found = [each for each in said.get_all("Classifier") or [] if each.startswith(_CLASSIFIER)]
    return ", ".join(each.removeprefix(_CLASSIFIER) for each in found)


def _without_text(said: metadata.PackageMetadata) -> str:
    where = _field(said, "Home-page") or said["Name"]
    return f"It was published without the text of its licence: {where}."


def _besides(found: list[Component]) -> list[Component]:
    """What is in the program and no distribution of its own."""
    versions = {one.name: one.version for one in found}
    qt = versions.get("PySide6_Essentials", "")
    apache, static = own_text("Apache-2.0.txt"), resources.files("esd_desktop.portal") / "static"
    htmx = (static / "htmx.LICENSE").read_text("utf-8")
    fonts = (resources.files("esd_desktop.resources") / "fonts" / "LICENSE").read_text("utf-8")
    openssl = ssl.OPENSSL_VERSION.split()[1]
    return [
        Component("Python", platform.python_version(), "PSF-2.0", own_text("Python.txt"), False),
        Component("Qt", qt, "LGPL-3.0-only", "\n\n".join([LGPL_NOTICE, *_lgpl()]), False),
        Component("OpenSSL", openssl, "Apache-2.0", apache, False),
        Component("SQLite", sqlite3.sqlite_version, "blessing", _SQLITE, False),
        Component("libpq", _libpq(), "PostgreSQL", own_text("PostgreSQL.txt"), False),
        Component("DejaVu fonts", "2.37", "Bitstream-Vera", fonts, False),
        Component("htmx", _htmx_version(static), "0BSD", htmx, False),
    ]


_SQLITE = (
    "SQLite is in the public domain. Its authors write in place of a licence:\n\n"
    "May you do good and not evil.\nMay you find forgiveness for yourself and forgive others.\n"
    "May you share freely, never taking more than you give."
)


def _lgpl() -> list[str]:
    return [own_text("LGPL-3.0.txt"), own_text("GPL-3.0.txt")]


def _libpq() -> str:
    from psycopg import pq

    number = pq.version()
    return f"{number // 10_000}.{number % 10_000}"


def _htmx_version(static: Traversable) -> str:
    found = re.search(r'version:"([0-9.]+)"', (static / "htmx.min.js").read_text("utf-8"))
    return found[1] if found else ""


def _own_texts() -> Traversable:
    return resources.files("esd_desktop.resources") / "licences"


def own_text(name: str) -> str:
    """A text that is kept with the program."""
    return (_own_texts() / name).read_text("utf-8").strip()


def canonical(name: str) -> str:
    """A distribution's name, however it is written."""
    return re.sub(r"[-_.]+", "-", name).lower()
