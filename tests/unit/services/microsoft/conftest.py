"""Gateways that reach the sandbox over HTTPS, with little patience."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Protocol

import pytest
from msgspec.structs import replace

from esd_desktop.models.licence import Purchase
from esd_desktop.models.values import new_id
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.microsoft.gateway import EsdGateway
from esd_desktop.services.microsoft.http import TimeLimits
from esd_desktop.services.microsoft.profile import CallIds, ConnectionProfile
from esd_desktop.services.microsoft.retry import Patience

QUICK = Patience(
    attempts=3,
    first_wait=0.01,
    longest_wait=0.02,
    jitter=0.0,
    total=10.0,
    longest_pause=5.0,
    unnamed_pause=0.05,
)


class MakeGateway(Protocol):
    """Makes a gateway of the sandbox's connection with some fields changed."""

    def __call__(
        self, patience: Patience = ..., limits: TimeLimits = ..., **changes: Any
    ) -> EsdGateway: ...


@pytest.fixture
def profile(sandbox: SandboxControl) -> ConnectionProfile:
    """The connection that the sandbox wants."""
    addresses = sandbox.addresses
    return ConnectionProfile(
        id=1,
        version=1,
        name="Sandbox",
        authority=addresses.authority,
        tenant=addresses.tenant,
        client_id=addresses.client_id,
        certificate_file=addresses.certificate_file,
        key_file=addresses.key_file,
        passphrase=None,
        algorithm="PS256",
        resource_api=addresses.resource_api,
        service_url=addresses.service_url,
        channel_id=addresses.channel_id,
        country=addresses.country,
        language=addresses.language,
        ca_file=addresses.ca_file,
    )


@pytest.fixture
async def make_gateway(profile: ConnectionProfile) -> AsyncIterator[MakeGateway]:
    """What it made is closed after the test."""
    made: list[EsdGateway] = []

    def make(
        patience: Patience = QUICK, limits: TimeLimits | None = None, **changes: Any
    ) -> EsdGateway:
        gateway = EsdGateway(replace(profile, **changes), patience, limits)
        made.append(gateway)
        return gateway

    yield make
    for gateway in made:
        await gateway.aclose()


@pytest.fixture
def gateway(make_gateway: MakeGateway) -> EsdGateway:
    return make_gateway()


@pytest.fixture
def ids() -> CallIds:
    return CallIds(correlation_id=new_id())


@pytest.fixture
def purchase() -> Purchase:
    """One licence, not bought yet."""
    return Purchase(
        client_transaction_id=new_id(),
        sku="EP2-06606",
        country="GB",
        language="en-GB",
        order_reference="PO-1001",
    )
