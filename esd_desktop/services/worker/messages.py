"""What the window and its worker process tell each other: pickled, each with its length before it.

Only these two write into the pipes, which nobody else can open.
"""

from __future__ import annotations

import pickle
import struct
from collections.abc import Mapping
from typing import IO, Any

from msgspec import Struct

from esd_desktop.services.changes import Changes
from esd_desktop.services.workshop import OpenServices

_LENGTH = struct.Struct(">Q")


class Open(Struct, frozen=True):
    """Close what is open, then open this store."""

    open_services: OpenServices


class Call(Struct, frozen=True):
    """Run a verb, which is a module's function. ``told``: the arguments by which the caller is told
    something meanwhile, such as ``progress``."""

    number: int
    verb: Any
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    told: tuple[str, ...]


class Cancel(Struct, frozen=True):
    """Nobody waits for this call any more."""

    number: int


class LetGo(Struct, frozen=True):
    """Stop what runs and close the store; it is answered once that is done."""

    number: int


class Answer(Struct, frozen=True):
    """What a call answered."""

    number: int
    value: Any


class Failed(Struct, frozen=True):
    """What a call raised."""

    number: int
    error: BaseException


class Told(Struct, frozen=True):
    """A call tells its caller something meanwhile."""

    number: int
    name: str
    args: tuple[Any, ...]


class Changed(Struct, frozen=True):
    """What goes on by itself has changed these."""

    changes: Changes


def write(pipe: IO[bytes], message: object) -> None:
    """Send a message. Raises OSError where nobody is there, and what cannot be pickled raises."""
    packed = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    pipe.write(_LENGTH.pack(len(packed)) + packed)
    pipe.flush()


def read(pipe: IO[bytes]) -> Any:
    """The next message. Raises EOFError where the other side is gone."""
    (length,) = _LENGTH.unpack(_exactly(pipe, _LENGTH.size))
    return pickle.loads(_exactly(pipe, length))  # noqa: S301 - our own process wrote it


def _exactly(pipe: IO[bytes], count: int) -> bytes:
    found = pipe.read(count)
    if len(found) < count:
        raise EOFError
    return found
