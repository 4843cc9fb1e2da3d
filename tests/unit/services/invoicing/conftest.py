"""A store that many drawn examples share, on a loop of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from esd_desktop.opening import open_services
from esd_desktop.services.context import Services
from esd_desktop.settings import Folders, load_settings
from tests.support.billing import billed_account


@pytest.fixture
def opened(places: Folders) -> Iterator[tuple[asyncio.Runner, Services, int, int]]:
    """A loop, the services on it, and an account and a connection."""
    with asyncio.Runner() as runner:
        services = runner.run(open_services(places, load_settings(places)))
        account, connection = runner.run(billed_account(services))
        yield runner, services, account, connection
        runner.run(services.close())
