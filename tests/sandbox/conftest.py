"""A client of the sandbox, signed in. The sandbox itself is everybody's: tests/conftest.py."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.sandbox.process import SandboxProcess
from tests.sandbox.calling import Caller


@pytest.fixture
def caller(sandbox: SandboxControl) -> Iterator[Caller]:
    """A client that speaks the contract by hand."""
    client = Caller(sandbox.addresses)
    yield client
    client.http.close()


@pytest.fixture(autouse=True)
def sandbox_is_silent(sandbox_process: SandboxProcess) -> Iterator[None]:
    """Whatever it is asked and whatever faults are set: the sandbox itself complains of nothing."""
    yield
    assert sandbox_process.complaints() == ""
