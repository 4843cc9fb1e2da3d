"""A sandbox over HTTPS on loopback, and gateways that reach it with little patience."""

from __future__ import annotations

import asyncio
import base64
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from cryptography.hazmat.primitives import hashes
from starlette.applications import Starlette

from esd_desktop.models.licence import Purchase
from esd_desktop.models.values import new_id
from esd_desktop.sandbox import assertion
from esd_desktop.sandbox.answers import SandboxProtocol
from esd_desktop.sandbox.authority import Authority
from esd_desktop.sandbox.entra import Entra
from esd_desktop.sandbox.esd_service import EsdService
from esd_desktop.sandbox.faults import Fault
from esd_desktop.sandbox.identity import Identity
from esd_desktop.sandbox.licensing import Licensing
from esd_desktop.sandbox.stage import Stage
from esd_desktop.sandbox.state import State
from esd_desktop.services.microsoft.gateway import EsdGateway
from esd_desktop.services.microsoft.http import TimeLimits
from esd_desktop.services.microsoft.profile import CallIds, ConnectionProfile
from esd_desktop.services.microsoft.retry import Patience

assertion._thumbprint = lambda c, a: base64.urlsafe_b64encode(
    c.fingerprint(hashes.SHA256() if a == "PS256" else hashes.SHA1())
).decode()


class Sandbox:
    def __init__(self, directory: Path) -> None:
        self.authority = Authority(directory / "certificates")
        self.client = self.authority.client()
        server = self.authority.server()
        self.identity = Identity()
        self.sock = socket.create_server(("127.0.0.1", 0))
        port = self.sock.getsockname()[1]
        self.url = f"https://localhost:{port}"
        self.state = State(directory / "journal")
        self.licensing = Licensing(self.state, b"x")
        self.ready = threading.Event()

        def run() -> None:
            async def main() -> None:
                self.loop = asyncio.get_running_loop()
                self.stage = Stage()
                entra = Entra(
                    self.identity, self.url, self.client.certificate, self.state, self.stage
                )
                esd = EsdService(self.identity, self.state, self.licensing, self.stage)
                app = Starlette(routes=[*esd.routes(), *entra.routes()])
                config = uvicorn.Config(
                    app,
                    http=SandboxProtocol,
                    ssl_certfile=server.certificate_file,
                    ssl_keyfile=server.key_file,
                    log_level="critical",
                    lifespan="off",
                )
                self.server = uvicorn.Server(config)
                self.ready.set()
                await self.server.serve([self.sock])

            asyncio.run(main())

        self.thread = threading.Thread(target=run, daemon=True)
        self.thread.start()
        self.ready.wait()

    def set_fault(self, call: str, kind: str, **fields: Any) -> None:
        self.stage.faults.set.append(Fault.from_json({"call": call, "kind": kind, **fields}))

    def clear_faults(self):
        self.stage.faults.set.clear()

    def count(self, call: str) -> int:
        return self.stage.counters[call]

    def calls(self, call: str):
        return [each for each in self.stage.notes if each.call == call]

    def change_settings(self, **settings: Any) -> None:
        self.state.save_settings(self.state.settings.changed(settings))

    def redeem(self, transaction_id: str) -> None:
        self.licensing.redeem(transaction_id)

    def revoke_tokens(self) -> None:
        self.state.revoke_tokens()

    def begin_again(self) -> None:
        self.state.begin_again()
        self.stage.begin_again()


QUICK = Patience(
    attempts=3,
    first_wait=0.01,
    longest_wait=0.02,
    jitter=0.0,
    total=0.6,
    longest_pause=0.5,
    unnamed_pause=0.05,
)
SHORT = TimeLimits(connect=2.0, read=0.25, attempt=5.0)

MakeGateway = Callable[..., EsdGateway]


@pytest.fixture(scope="session")
def running_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    return Sandbox(tmp_path_factory.mktemp("sandbox"))


@pytest.fixture
def sandbox(running_sandbox: Sandbox) -> Iterator[Sandbox]:
    """The sandbox as new: no licences, no faults, no counts."""
    running_sandbox.begin_again()
    yield running_sandbox
    running_sandbox.clear_faults()


@pytest.fixture
def profile(sandbox: Sandbox) -> ConnectionProfile:
    return ConnectionProfile(
        id=1,
        version=1,
        name="Sandbox",
        authority=sandbox.url,
        tenant=sandbox.identity.tenant,
        client_id=sandbox.identity.client_id,
        certificate_file=sandbox.client.certificate_file,
        key_file=sandbox.client.key_file,
        passphrase=None,
        algorithm="PS256",
        resource_api=sandbox.identity.resource_api,
        service_url=f"{sandbox.url}/esd",
        channel_id=sandbox.identity.channel_id,
        country="GB",
        language="en-GB",
        ca_file=sandbox.authority.ca_file,
    )


@pytest.fixture
async def make_gateway(profile: ConnectionProfile) -> AsyncIterator[MakeGateway]:
    """A gateway of the sandbox's connection with some fields changed; closed after the test."""
    made: list[EsdGateway] = []

    def make(
        patience: Patience = QUICK, limits: TimeLimits = SHORT, **changes: Any
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
    return Purchase(
        client_transaction_id=new_id(),
        sku="EP2-06606",
        country="GB",
        language="en-GB",
        order_reference="PO-1001",
    )
