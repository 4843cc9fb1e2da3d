"""Doing the same to several things, and telling each one's result."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from esd_desktop.cli import shapes
from esd_desktop.cli.output import Output
from esd_desktop.cli.shapes import Json
from esd_desktop.errors import EsdError
from esd_desktop.services.changes import Outcome, Result

Thing = TypeVar("Thing")
_WENT_WELL = (Result.DONE, Result.UNCHANGED)


async def each(
    out: Output,
    things: Iterable[Thing],
    verb: Callable[[Thing], Awaitable[Outcome]],
    *,
    name: Callable[[Thing], str],
    mark: Callable[[Thing], Json],
) -> None:
    """Do it to one after the other; what goes wrong with one does not stop the others. ``name``
    says in words which one a result is of, ``mark`` in JSON."""
    out.begin_list()
    for thing in things:
        try:
            done = await verb(thing)
        except EsdError as error:
            _tell_fault(out, name(thing), mark(thing), error)
        else:
            out.item(mark(thing) | shapes.outcome(done))
            tell(out, done, subject=name(thing))
    out.end_list()


def tell_one(out: Output, done: Outcome, more: Json) -> None:
    """The result of what was done to one thing."""
    out.object(more | shapes.outcome(done))
    tell(out, done)


def tell(out: Output, done: Outcome, *, subject: str = "") -> None:
    """The outcome in words; one that is to be looked at goes to stderr and fails the command."""
    if done.result in _WENT_WELL:
        out.say(f"{subject}: {done.sentence}" if subject else done.sentence)
        if done.advice:
            out.say(f"  {done.advice}")
    elif out.as_json:
        out.failed = True
    else:
        out.complaint(subject, done.sentence, done.advice, done.correlation_id)


def _tell_fault(out: Output, subject: str, marked: Json, error: EsdError) -> None:
    out.failed = True
    if out.as_json:
        out.item(marked | {"result": "failed", "error": shapes.fault(error)})
    else:
        out.complaint(subject, error.sentence, error.advice, error.correlation_id)
