"""The portal as its visitors meet it: a real server over TLS on loopback, and a client that trusts
its certificate and keeps its cookies."""

from __future__ import annotations

import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx2 as httpx

from esd_desktop.models.portal import PortalLink
from esd_desktop.models.statuses import MailState
from esd_desktop.portal import cookies
from esd_desktop.portal.config import PortalConfig
from esd_desktop.portal.desk import Desk
from esd_desktop.portal.serving import serving_portal
from esd_desktop.sandbox.addresses import SandboxAddresses
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.context import Services
from esd_desktop.services.portal.sessions import begin_session
from esd_desktop.services.portal.sign_in import GOOD_FOR
from esd_desktop.services.portal.tokens import hash_of, new_token

_FORM_TOKEN = re.compile(r'name="form_token" value="([0-9a-f]{64})"')
_LINK = re.compile(r"https://\S+/sign-in/link\?token=\S+")


@dataclass
class PortalUnderTest:
    """A portal that is served, and what tests do with it besides visiting."""

    desk: Desk
    ca_file: str
    _clients: list[httpx.AsyncClient] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.desk.config.url

    @property
    def services(self) -> Services:
        return self.desk.services

    def client(self, **headers: str) -> httpx.AsyncClient:
        """A browser without a screen, in English unless the headers ask for something else."""
        made = httpx.AsyncClient(
            base_url=self.url,
            verify=ssl.create_default_context(cafile=self.ca_file),
            headers={"Accept-Language": "en", **headers},
            timeout=20,
        )
        self._clients.append(made)
        return made

    async def sign_in(self, client: httpx.AsyncClient, account_id: int, address: str) -> None:
        """Be signed in, without the way there."""
        token = await self.session(account_id, address)
        client.cookies.set(cookies.SESSION, token, domain="127.0.0.1", path="/")

    async def session(self, account_id: int, address: str) -> str:
        """The token of a new session."""
        acting = self.services.for_visitor(account_id, f"Portal: {address}")
        async with acting.store.change() as work:
            token = begin_session(acting, work, account_id, address, address, how="for a test")
            await work.commit()
        return token

    async def mailed_link(self, address: str) -> str:
        """The token of a new link, as if it had come by mail."""
        token, now = new_token(), self.services.now()
        async with self.services.store.change() as work:
            work.add(
                PortalLink(
                    address=address,
                    language="en",
                    message_id="<a test>",
                    token_hash=hash_of(token),
                    state=MailState.SENT,
                    attempts=1,
                    next_attempt_at=now,
                    asked_at=now,
                    ends_at=now + GOOD_FOR,
                )
            )
            await work.commit()
        return token

    async def post(
        self, client: httpx.AsyncClient, path: str, /, page: str = "/sign-in", **fields: str
    ) -> httpx.Response:
        """Send a form as it stands on a page, which is loaded for it."""
        loaded = await client.get(page, follow_redirects=True)
        token = form_token(loaded)
        return await client.post(path, data={"form_token": token, **fields})

    async def link_for(
        self, client: httpx.AsyncClient, address: str, sandbox: SandboxControl
    ) -> str:
        """Ask for a link and find it in the mail; a path of the portal."""
        before = len(sandbox.mails())
        answer = await self.post(client, "/sign-in", address=address)
        assert answer.status_code == 200, answer.text
        await self.desk.settled()
        mails = sandbox.mails()
        assert len(mails) == before + 1
        text = sandbox.mail(mails[-1]["number"])["text"]
        found = _LINK.search(text)
        assert found, text
        return found[0].removeprefix(self.url)

    async def close(self) -> None:
        for client in self._clients:
            await client.aclose()


@asynccontextmanager
async def served(services: Services, addresses: SandboxAddresses) -> AsyncIterator[PortalUnderTest]:
    """A portal on these services, with the certificate that the sandbox's authority issued."""
    folder = addresses.ca_file.parent
    config = PortalConfig(
        "127.0.0.1", 0, "https://127.0.0.1:0", folder / "server.pem", folder / "server.key"
    )
    async with serving_portal(services, config) as desk:
        portal = PortalUnderTest(desk, str(addresses.ca_file))
        try:
            yield portal
        finally:
            await portal.close()


def form_token(answer: httpx.Response) -> str:
    """What the forms of a page carry."""
    found = _FORM_TOKEN.search(answer.text)
    assert found, answer.text
    return found[1]
