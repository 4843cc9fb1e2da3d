"""The journal: a file with one line of JSON for each change, in the order they happened.

A line reaches the operating system before the answer that depends on it is sent, so whatever was
answered survives a ``kill -9`` of the sandbox. It is not forced to the disk line by line: only a
power failure could take back what was answered, and the sandbox need not survive that.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from esd_desktop.errors import EsdError

Record = dict[str, Any]


class Journal:
    """Call ``replay`` once, to its end, before the first ``append``."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("ab", buffering=0)

    def replay(self) -> Iterator[Record]:
        """Every record so far. A last line that a kill cut short is removed from the file."""
        sound = 0
        with self._path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if not line.endswith(b"\n"):
                    break
                yield self._parsed(line, number)
                sound += len(line)
        self._file.truncate(sound)

    def append(self, *records: Record) -> None:
        """Write the records in one go; when this returns they survive the end of the process."""
        self._write(b"".join(json.dumps(each).encode() + b"\n" for each in records))

    def append_many(self, records: Iterable[Record], *, at_a_time: int = 5000) -> None:
        """Write any number of records in bounded memory."""
        batch: list[Record] = []
        for record in records:
            batch.append(record)
            if len(batch) == at_a_time:
                self.append(*batch)
                batch.clear()
        self.append(*batch)

    def begin_again(self) -> None:
        """Forget every record."""
        self._file.truncate(0)

    def close(self) -> None:
        """Let the file go."""
        self._file.close()

    def _write(self, content: bytes) -> None:
        remaining = memoryview(content)
        while remaining:
            remaining = remaining[self._file.write(remaining) :]

    def _parsed(self, line: bytes, number: int) -> Record:
        try:
            record = json.loads(line)
        except ValueError as fault:
            raise EsdError(
                f"Line {number} of the sandbox's journal {self._path} is damaged.",
                advice="Delete the sandbox's directory to begin with a new one.",
            ) from fault
        if not isinstance(record, dict):
            raise EsdError(f"Line {number} of the sandbox's journal {self._path} is no record.")
        return record
