"""A portal for tests: served over TLS on loopback, on records in every state."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.sandbox.process import SandboxProcess
from esd_desktop.services.context import Services
from tests.portal import browsing
from tests.portal.browsing import Chrome
from tests.portal.serving import PortalUnderTest, served
from tests.support.sowing import Sown


@pytest.fixture
async def portal(
    services: Services, sown: Sown, sandbox: SandboxControl
) -> AsyncIterator[PortalUnderTest]:
    """The portal on the sown records; mails are not set up."""
    async with served(services, sandbox.addresses) as portal:
        yield portal


@pytest.fixture
def customer(sown: Sown) -> tuple[int, str]:
    """Who signs in in most tests: a customer of a reseller."""
    return sown.customer, "it@mueller.example"


@pytest.fixture(scope="session")
def chrome(sandbox_process: SandboxProcess) -> Iterator[Chrome]:
    """A browser for the whole run of a worker, which trusts the portal's certificate."""
    certificate = sandbox_process.addresses.ca_file.parent / "server.pem"
    with browsing.chrome(certificate) as chrome:
        yield chrome
