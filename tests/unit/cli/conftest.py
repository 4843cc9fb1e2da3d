"""Running the real command line within the test's process, on a store of the test's own."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import pytest

from esd_desktop.cli import main
from esd_desktop.opening import open_services
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.settings import Folders, load_settings
from tests.support.connecting import order_one
from tests.support.sowing import Sown
from tests.support.stores import Template


@dataclass(frozen=True)
class Said:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The output as the one JSON value that it must be."""
        return json.loads(self.out)


class Esd(Protocol):
    """Runs a command. ``typed`` is its standard input; a ``terminal`` is somebody's."""

    def __call__(self, *args: str, typed: str = "", terminal: bool = False) -> Said: ...


class Stdin(io.StringIO):
    """Standard input that may claim to be a terminal."""

    def __init__(self, text: str, terminal: bool) -> None:
        super().__init__(text)
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


@pytest.fixture(autouse=True)
def as_from_a_terminal() -> Iterator[None]:
    """Whoever runs the tests in the background of a shell has Ctrl+C ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def esd(
    places: Folders, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Esd:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level

    def run(*args: str, typed: str = "", terminal: bool = False) -> Said:
        monkeypatch.setattr(sys, "stdin", Stdin(typed, terminal))
        capsys.readouterr()
        try:
            code = main(args)
        finally:
            _end_logging(before, level)
        told = capsys.readouterr()
        return Said(code, told.out, told.err)

    return run


class Behind(Protocol):
    """Runs a coroutine on the services of the same store, beside the command line."""

    def __call__(self, work: Any) -> Any: ...


@pytest.fixture
def behind(places: Folders) -> Behind:
    async def with_services(work: Any) -> Any:
        services = await open_services(places, load_settings(places))
        try:
            return await work(services)
        finally:
            await services.close()

    return lambda work: asyncio.run(with_services(work))


@pytest.fixture
def sown(places: Folders, sown_store: Template[Sown]) -> Sown:
    """Accounts and assets in every state."""
    return sown_store.held


@pytest.fixture
def connected(places: Folders, sandbox: SandboxControl, connected_store: Template[int]) -> int:
    """The id of a connection to the sandbox."""
    return connected_store.held


@pytest.fixture
def bought(behind: Behind, connected: int) -> int:
    """The id of an asset bought at the sandbox, not yet redeemed."""
    made: int = behind(lambda services: order_one(services, connected))
    return made


def _end_logging(handlers: list[logging.Handler], level: int) -> None:
    root = logging.getLogger()
    for handler in root.handlers:
        if handler not in handlers:
            handler.close()
    root.handlers, root.level = handlers[:], level
