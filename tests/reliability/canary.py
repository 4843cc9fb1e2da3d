"""Looking for a licence key where none must be: in plain, and in every form it may travel in."""

from __future__ import annotations

import base64
import gc
import gzip
import html
import io
import json
import math
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from pypdf import PdfReader

# Where a key is looked for; docs/security.md shows the same table.
PLACES = {
    "The store's file": "with its write-ahead log and its free pages",
    "Copies of the store": "backups, and what is left of them on the way",
    "Settings": "settings, the vault's file, what the window remembers, presence files",
    "The log": "at its most talkative, with the tracebacks of bugs that held a key",
    "Temporary files": "whatever was left in the system's folder",
    "Lists in files": "CSV and workbooks of every list, exported without keys",
    "Invoices": "their PDF files, as text",
    "Other mails": "all but the welcome to the licence's own customer",
    "The window": "each text, tooltip and accessible text while the key is masked",
    "The clipboard": "after its time, and at the end of the program",
    "The command line": "what it says without --reveal, and each process's own line",
    "Objects": "how each of the program's objects shows itself while a key is in hand",
}


@dataclass(frozen=True)
class Canary:
    """One licence whose key and link are looked for."""

    key: str
    link: str

    def forms(self) -> Iterator[tuple[str, bytes]]:
        """What to look for, and how it is disguised."""
        token = self.link.partition("token=")[2].partition("&")[0]
        names = {
            "the key": self.key,
            "the key without dashes": self.key.replace("-", ""),
            "the link's token": token,
            "the link's token, decoded": unquote(token),
        }
        for name, text in names.items():
            for form, disguised in _disguises(text):
                yield f"{name} ({form})", disguised

    def found_in(self, content: bytes | str) -> list[str]:
        """The forms of it that are there."""
        raw = content.encode() if isinstance(content, str) else content
        # As it is, and without what mails break long lines with.
        bare = raw.replace(b"=\r\n", b"").replace(b"=\n", b"")
        bare = bare.replace(b"\r", b"").replace(b"\n", b"")
        return [name for name, form in self.forms() if form in raw or form in bare]


def in_files(canaries: Iterable[Canary], folder: Path) -> list[str]:
    """Which files below a folder hold one of them, and in which form."""
    found = []
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            content = list(_contents(file))
            for canary in canaries:
                forms = {form for part in content for form in canary.found_in(part)}
                found += [f"{file.relative_to(folder)}: {form}" for form in sorted(forms)]
    return found


def in_text(canaries: Iterable[Canary], where: str, content: bytes | str) -> list[str]:
    """The same for one text."""
    return [f"{where}: {form}" for canary in canaries for form in canary.found_in(content)]


def in_objects(canaries: Iterable[Canary]) -> list[str]:
    """Which of the program's own objects would show one of them in a message or a traceback."""
    keys = [part for canary in canaries for part in (canary.key, canary.link)]
    found = set()
    for each in gc.get_objects():
        kind = type(each)
        if str(kind.__module__).startswith("esd_desktop"):
            shown = f"{each!r} {each!s}"
            if any(key in shown for key in keys):
                found.add(f"{kind.__module__}.{kind.__name__}")
    return sorted(found)


def _contents(file: Path) -> Iterator[bytes]:
    """What is in a file: itself, what is packed in it, and what a page shows."""
    raw = file.read_bytes()
    yield raw
    if zipfile.is_zipfile(io.BytesIO(raw)):
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            yield from map(packed.read, packed.namelist())
    elif raw.startswith(b"\x1f\x8b"):
        yield gzip.decompress(raw)
    elif raw.startswith(b"%PDF"):
        yield "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(raw)).pages).encode()


def _disguises(text: str) -> Iterator[tuple[str, bytes]]:
    raw = text.encode()
    yield "plain", raw
    yield "small letters", text.lower().encode()
    yield "UTF-16", text.encode("utf-16-le")
    yield "UTF-16, big end first", text.encode("utf-16-be")
    yield "hexadecimal", raw.hex().encode()
    yield "URL", quote(text, safe="").encode()
    yield "HTML", html.escape(text).encode()
    yield "JSON", json.dumps(text)[1:-1].encode()
    for place in range(3):
        # Wherever it begins, but for the letters that it shares with its neighbours.
        shared = math.ceil(place * 8 / 6)
        encoded = base64.b64encode(b"\0" * place + raw)[shared : -4 or None]
        yield f"base64, {place}", encoded
        yield f"base64 for URLs, {place}", encoded.translate(bytes.maketrans(b"+/", b"-_"))
