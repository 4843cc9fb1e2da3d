"""The seams of the program: where it commits, calls, mails, and writes files and secrets.

They are wrapped from outside, so the program has no code for it. ``steps`` counts what goes through
them and asks a callback at each step, which may kill the process, raise, or hang::

    with steps() as seen:                    # record a run
        await cancel_licence(services, 7)
    print(*seen, sep="\\n")                  # commit 1 before, commit 1 after, call 1 before …

    def strike(step: Step) -> None:          # the second call to the service gets no answer
        if step.at == (Kind.CALL, 2, When.AFTER):
            raise httpx.ReadTimeout("no answer")

    with steps(strike):
        await cancel_licence(services, 7)

What a callback raises comes out of the wrapped function: before it did anything, or after it did
all of it. To hang, a callback returns an awaitable at the seams that are awaited (commit,
statement, call, sign-in, mail), and blocks by itself at the others, which run in threads.
"""

from __future__ import annotations

import io
import os
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from pathlib import Path
from threading import Lock
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import aiosmtplib
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import await_only

from esd_desktop.services.microsoft.http import Lines, Request
from esd_desktop.services.vault import FileVault, KeyringVault


class Kind(StrEnum):
    """What goes through a seam. A statement is sent to the store within a transaction; what comes
    of it is seen at the commit."""

    COMMIT = "commit"
    STATEMENT = "statement"
    CALL = "call"
    SIGN_IN = "sign-in"
    MAIL = "mail"
    VAULT = "vault"
    FILE = "file"


class When(StrEnum):
    """Nothing has happened yet, or all of it."""

    BEFORE = "before"
    AFTER = "after"


# Where a death leaves something else behind than at the step before.
LASTING = frozenset(Kind) - {Kind.STATEMENT}


@dataclass(frozen=True, slots=True)
class Step:
    """One passing of a seam: the how manieth of its kind, from 1."""

    kind: Kind
    number: int
    when: When
    what: str

    @property
    def at(self) -> tuple[Kind, int, When]:
        """What tells it from the other steps of a run."""
        return self.kind, self.number, self.when

    def __str__(self) -> str:
        return f"{self.kind} {self.number} {self.when} ({self.what})"


Strike = Callable[[Step], Awaitable[None] | None]
# Says in words what goes through; None where it is nothing to be counted.
Say = Callable[..., str | None]
_WRITING = os.O_WRONLY | os.O_RDWR


@contextmanager
def steps(strike: Strike = lambda step: None, kinds: Iterable[Kind] = Kind) -> Iterator[list[Step]]:
    """Count what goes through these kinds of seams; the list has every step that was reached."""
    passage = _Passage(strike)
    with ExitStack() as seams:
        for kind in kinds:
            for owner, name, manner, say in _SEAMS[kind]:
                wrapped = manner(passage, kind, getattr(owner, name), say)
                seams.enter_context(patch.object(owner, name, wrapped))
        yield passage.seen


class _Passage:
    """What has gone through so far, from whichever thread."""

    def __init__(self, strike: Strike) -> None:
        self.seen: list[Step] = []
        self._strike = strike
        self._counts: Counter[Kind] = Counter()
        self._counting = Lock()

    def number(self, kind: Kind) -> int:
        with self._counting:
            self._counts[kind] += 1
            return self._counts[kind]

    def reach(self, step: Step) -> Awaitable[None] | None:
        self.seen.append(step)
        return self._strike(step)


def _awaited(passage: _Passage, kind: Kind, original: Callable[..., Any], say: Say) -> Any:
    """A coroutine function."""

    async def reach(number: int, when: When, what: str) -> None:
        wait = passage.reach(Step(kind, number, when, what))
        if wait is not None:
            await wait

    @wraps(original)
    async def wrapped(*args: Any, **kwargs: Any) -> Any:
        what = say(*args, **kwargs)
        if what is None:
            return await original(*args, **kwargs)
        number = passage.number(kind)
        await reach(number, When.BEFORE, what)
        result = await original(*args, **kwargs)
        await reach(number, When.AFTER, what)
        return result

    return wrapped


def _plain(
    passage: _Passage,
    kind: Kind,
    original: Callable[..., Any],
    say: Say,
    wait: Callable[[Awaitable[None]], None] | None = None,
) -> Any:
    """A function that blocks its thread."""

    def reach(number: int, when: When, what: str) -> None:
        hanging = passage.reach(Step(kind, number, when, what))
        if hanging is not None:
            assert wait is not None, f"nobody can await here, at {kind} {number} {when}"
            wait(hanging)

    @wraps(original)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        what = say(*args, **kwargs)
        if what is None:
            return original(*args, **kwargs)
        number = passage.number(kind)
        reach(number, When.BEFORE, what)
        result = original(*args, **kwargs)
        reach(number, When.AFTER, what)
        return result

    return wrapped


def _of_the_store(passage: _Passage, kind: Kind, original: Callable[..., Any], say: Say) -> Any:
    """A function that SQLAlchemy calls between two awaits of ours."""
    return _plain(passage, kind, original, say, wait=await_only)


def _statement(_dialect: object, _cursor: object, statement: str, *_rest: object) -> str:
    return " ".join(statement.split()[:3])


def _service_call(_client: object, request: Request, **_rest: object) -> str | None:
    """The method and the path below the channel, without the licence's id."""
    _, is_service, path = urlsplit(request.url).path.partition("/v1/channels/")
    if not is_service:
        return None
    _channel, *parts = path.split("/")
    return " ".join((request.method, *(parts[:1] + parts[2:])))


def _sign_in(client: object, request: Request, **rest: object) -> str | None:
    if _service_call(client, request, **rest) is not None:
        return None
    return f"{request.method} {urlsplit(request.url).path.rpartition('/')[2]}"


def _opening(path: Any, mode: Any = "r", *_rest: object, **_options: object) -> str | None:
    """Opening a file to write it, by ``io.open`` or ``os.open``."""
    writes = bool(mode & _WRITING) if isinstance(mode, int) else set(mode) & set("wax+")
    return f"open {_name(path)}" if writes and not isinstance(path, int) else None


def _renaming(_path: Any, target: Any, *_rest: object, **_options: object) -> str:
    return f"rename to {_name(target)}"


def _name(path: Any) -> str:
    return Path(os.fsdecode(path)).name


_SEAMS: dict[Kind, tuple[tuple[Any, str, Callable[..., Any], Say], ...]] = {
    Kind.COMMIT: ((DefaultDialect, "do_commit", _of_the_store, lambda *_: "store"),),
    Kind.STATEMENT: tuple(
        (DefaultDialect, name, _of_the_store, _statement)
        for name in ("do_execute", "do_executemany", "do_execute_no_params")
    ),
    Kind.CALL: ((Lines, "send", _awaited, _service_call),),
    Kind.SIGN_IN: ((Lines, "send", _awaited, _sign_in),),
    Kind.MAIL: ((aiosmtplib.SMTP, "send_message", _awaited, lambda *_: "send"),),
    Kind.VAULT: tuple(
        (vault, verb, _plain, lambda _vault, name, *_, verb=verb: f"{verb} {name.split()[0]}")
        for vault in (FileVault, KeyringVault)
        for verb in ("get", "set", "delete")
    ),
    Kind.FILE: (
        (io, "open", _plain, _opening),
        (os, "open", _plain, _opening),
        (os, "replace", _plain, _renaming),
        (os, "rename", _plain, _renaming),
        (os, "fsync", _plain, lambda *_: "sync"),
    ),
}
