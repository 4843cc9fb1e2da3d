"""What came of an import, and how far it has come."""

from __future__ import annotations

import json
import tempfile
import weakref
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Any, Generic, TypeVar

from msgspec import Struct, field
from msgspec.structs import astuple

from esd_desktop.services.changes import Changes
from esd_desktop.services.importing.columns import ColumnMatch

KEPT_AT_HAND = 1_000
_IN_MEMORY = 1 << 20


class Remark(Struct, frozen=True):
    """Something about one line of the file. ``line`` counts from 1, the header included; ``column``
    is the field's name, or empty for the line as a whole. No key or link is ever in ``reason``."""

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        return f"Line {self.line}: {f'{self.column} {self.reason}'.strip()}."


class BadLine(Remark, frozen=True):
    """Why a line cannot be imported. A line may have several."""


class LineWarning(Remark, frozen=True):
    """What is odd about a line that can be imported all the same."""


RemarkT = TypeVar("RemarkT", bound=Remark)


class Remarks(Generic[RemarkT]):
    """Remarks in the order of the file. The first thousand are at hand; all are read by iterating,
    from a temporary file once they are many, so that a million of them take no memory."""

    def __init__(self, kind: type[RemarkT], remarks: Iterable[RemarkT] = ()) -> None:
        self._kind = kind
        self._file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115
        weakref.finalize(self, self._file.close)
        self._first: list[RemarkT] = []
        self._count = 0
        for remark in remarks:
            self.add(remark)

    @property
    def first(self) -> tuple[RemarkT, ...]:
        """The first thousand."""
        return tuple(self._first)

    def add(self, remark: RemarkT) -> None:
        """Take one more, at the end."""
        if self._count < KEPT_AT_HAND:
            self._first.append(remark)
        self._file.write(json.dumps(astuple(remark)).encode() + b"\n")
        self._count += 1

    def __len__(self) -> int:
        return self._count

    def __reduce__(self) -> tuple[Any, ...]:
        """From one process to another with everything in the file."""
        self._file.seek(0)
        return _remarks_again, (self._kind, self._first, self._count, self._file.read())

    def __iter__(self) -> Iterator[RemarkT]:
        position = 0
        for _ in range(self._count):
            self._file.seek(position)
            line = self._file.readline()
            position = self._file.tell()
            yield self._kind(*json.loads(line))
        self._file.seek(0, 2)


def _remarks_again(
    kind: type[RemarkT], first: list[RemarkT], count: int, written: bytes
) -> Remarks[RemarkT]:
    remarks = Remarks(kind)
    remarks._first, remarks._count = first, count  # noqa: SLF001 - this class's own
    remarks._file.write(written)  # noqa: SLF001
    return remarks


class Phase(StrEnum):
    """What an import is doing."""

    READING = "Reading"
    COMPARING = "Comparing"
    WRITING = "Writing"
    SAVING = "Saving"


class ImportProgress(Struct, frozen=True):
    """How far it has come: ``done`` of ``total`` within the phase, and the lines so far. Once it is
    SAVING it can no longer be cancelled."""

    phase: Phase
    done: int
    total: int
    lines: int
    bad: int


class ImportReport(Struct, frozen=True):
    """What an import did, or, for a dry run or with a bad line, what it would have done.

    ``applied``: the store now holds every line of the file. ``notices`` are sentences about the
    file as a whole.
    """

    dry_run: bool
    applied: bool
    lines: int
    bad: int
    accounts_new: int
    accounts_known: int
    assets_new: int
    assets_known: int
    columns: tuple[ColumnMatch, ...]
    ignored_columns: tuple[str, ...]
    notices: tuple[str, ...]
    bad_lines: Remarks[BadLine]
    warnings: Remarks[LineWarning]
    changes: Changes = field(default_factory=Changes)

    @property
    def sentence(self) -> str:
        """The whole in one sentence."""
        if self.bad:
            of_all = f"{self.bad:,} of {_many(self.lines, 'line')}"
            return f"{of_all} cannot be imported; nothing was written."
        there = f"{_many(self.assets_known, 'asset')} and {_many(self.accounts_known, 'account')}"
        if not (self.assets_new or self.accounts_new):
            return f"Nothing in it is new: {there} are there already."
        if self.dry_run:
            good = f"All {_many(self.lines, 'line')} can be imported"
            return f"{good}: {self.added} are new; {there} are there already."
        return f"{self.added} were added; {there} were there already."

    @property
    def added(self) -> str:
        """How much of it is new, in words."""
        return f"{_many(self.assets_new, 'asset')} and {_many(self.accounts_new, 'account')}"


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
