"""What the program says, and where: results on stdout, everything else on stderr.

As text for people, or with ``--json`` as one JSON value for a script: an object, or an array that
is written while it is read, so that a list may be of any length.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterable, Sequence

from esd_desktop.cli import shapes
from esd_desktop.cli.shapes import Json
from esd_desktop.cli.table import Column, Table, shown
from esd_desktop.errors import EsdError

_COLOURS = {"ok": "32", "warning": "33", "bad": "31"}


class Output:
    """``failed`` is True once anything was said that makes the exit code 1."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self.failed = False
        self._items = 0
        self._in_list = False

    # Results

    def say(self, sentence: str) -> None:
        """A sentence that is the result, for people; with --json the object says it."""
        if not self.as_json:
            _write(shown(sentence))

    def text(self, text: str) -> None:
        """Several lines that are the result, for people."""
        if not self.as_json:
            for line in text.splitlines():
                _write(shown(line))

    def object(self, value: Json) -> None:
        """The one result, for a script."""
        if self.as_json:
            _write(json.dumps(value, ensure_ascii=False, indent=2))

    def long_object(self, value: Json, **lists: Iterable[Json]) -> None:
        """The one result with lists in it, of any length: they are written one by one."""
        if not self.as_json:
            return
        _write(json.dumps(value, ensure_ascii=False, indent=2).removesuffix("\n}"), end="")
        for name, items in lists.items():
            _write(f",\n  {json.dumps(name)}: [", end="")
            for at, item in enumerate(items):
                _write(f"{',' if at else ''}\n    {json.dumps(item, ensure_ascii=False)}", end="")
            _write("]", end="")
        _write("\n}")

    def begin_list(self) -> None:
        """From here on results are the items of one array; no error where it has begun."""
        if self.as_json and not self._in_list:
            _write("[", end="")
        self._in_list = True

    def item(self, value: Json) -> None:
        """One more item of the list, for a script."""
        if self.as_json:
            comma = "," if self._items else ""
            _write(f"{comma}\n{json.dumps(value, ensure_ascii=False)}", end="")
            self._items += 1

    def end_list(self) -> None:
        """The list is complete. Where it is broken off, its array stays open, so that no script
        takes a part for the whole."""
        self._in_list = False
        if self.as_json:
            _write("\n]" if self._items else "]")

    def table(self, columns: Sequence[Column]) -> Table:
        """A table that fits where it is shown."""
        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
        return Table(columns, width)

    def coloured(self, word: str) -> str:
        """A state's word, in its colour where there are colours."""
        if self.as_json or not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
            return word
        return f"\x1b[{_COLOURS[word.strip()]}m{word}\x1b[0m"

    def line(self, text: str) -> None:
        """A finished line of a table, for people."""
        if not self.as_json:
            _write(text)

    # Everything else

    def note(self, sentence: str) -> None:
        """A remark beside the result."""
        for line in sentence.splitlines():
            _write(shown(line), to_stderr=True)

    def progress(self, sentence: str) -> None:
        """How far a long work is, over and over on one line, where somebody is watching."""
        if sys.stderr.isatty():
            _write(f"\r\x1b[K{shown(sentence)}", end="", to_stderr=True)

    def end_progress(self) -> None:
        """The work is done: what follows begins on a line of its own."""
        if sys.stderr.isatty():
            _write("\r\x1b[K", end="", to_stderr=True)

    def complaint(self, subject: str, sentence: str, advice: str, correlation: str | None) -> None:
        """Something that is not as it was asked for, in words, on stderr."""
        self.failed = True
        self.note(f"{subject}: {sentence}" if subject else sentence)
        if advice:
            self.note(f"  {advice}")
        if correlation:
            self.note(f"  Correlation id for Microsoft's support: {correlation}")

    def fault(self, error: EsdError) -> None:
        """What was asked for failed altogether."""
        self.failed = True
        if self.as_json and not self._in_list:
            self.object({"error": shapes.fault(error)})
        else:
            self.complaint("", error.sentence, error.advice, error.correlation_id)


def use_utf8() -> None:
    """Write UTF-8 wherever the output goes, and never fail over a character."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _write(text: str, *, end: str = "\n", to_stderr: bool = False) -> None:
    stream = sys.stderr if to_stderr else sys.stdout
    stream.write(f"{text}{end}")
    stream.flush()
