"""A workbook's table of strings, kept out of memory.

A million licences have millions of different strings, keys and links among them. They go to a
temporary file, encrypted under a key that only this process has ever had.
"""

from __future__ import annotations

import json
import tempfile
from array import array
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_IN_BLOCK = 256
_BLOCKS_AT_HAND = 64


class SharedStrings:
    """Strings by number: first all are added, then any is read."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        self._cipher = AESGCM(AESGCM.generate_key(256))
        self._ends = array("Q", [0])
        self._filling: list[str] = []
        self._count = 0
        self._block = lru_cache(_BLOCKS_AT_HAND)(self._read_block)

    def add(self, text: str) -> None:
        """The next string."""
        self._filling.append(text)
        self._count += 1
        if len(self._filling) == _IN_BLOCK:
            self._write_block()

    def complete(self) -> None:
        """No more will be added."""
        self._write_block()

    def close(self) -> None:
        """Forget all of them."""
        self._block.cache_clear()
        self._file.close()

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, number: int) -> str:
        if not 0 <= number < self._count:
            raise IndexError(number)
        block, place = divmod(number, _IN_BLOCK)
        return self._block(block)[place]

    def _write_block(self) -> None:
        nonce = (len(self._ends) - 1).to_bytes(12, "big")
        sealed = self._cipher.encrypt(nonce, json.dumps(self._filling).encode(), None)
        self._file.write(sealed)
        self._ends.append(self._ends[-1] + len(sealed))
        self._filling = []

    def _read_block(self, block: int) -> list[str]:
        start, end = self._ends[block], self._ends[block + 1]
        self._file.seek(start)
        nonce = block.to_bytes(12, "big")
        strings: list[str] = json.loads(
            self._cipher.decrypt(nonce, self._file.read(end - start), None)
        )
        return strings
