"""The portal under load: so many people at once, each with a browser of their own over TLS, who
load a page, read it for some seconds and go on. The portal runs in a process of its own."""

from __future__ import annotations

import asyncio
import random
import re
import ssl
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import select

from bench.place import Measure, Place
from bench.services import opened
from bench.table import Row, absolute, at_most, shown
from bench.timing import Times
from esd_desktop.models.account import Account
from esd_desktop.models.asset import Asset
from esd_desktop.models.statuses import AccountKind
from esd_desktop.portal import cookies
from esd_desktop.portal.config import PortalConfig
from esd_desktop.portal.serving import serve
from esd_desktop.sandbox.authority import Authority
from esd_desktop.services.context import Services
from esd_desktop.services.portal.sessions import begin_session

_P95_MS = 150
_USERS, _FEW_USERS = 200, 6
# Each reads a page for so long before the next: between nothing and twice as long.
_READS_S = 5.0
_LASTS_S = 60.0
_RESELLERS = 0.2
_WORDS = ("office", "visio 2024", "so-00", "windows pro", "zzzz")
_LICENCE = re.compile(rb'rowheader" scope="row"><a href="(/assets/\d+)"')
_OLDER = re.compile(rb'href="(/assets\?older=[^"]+)"')
_OPEN = re.compile(rb'href="(/\?open=[^"#]+)')
_CUSTOMER = re.compile(rb'class="name" href="(/customers/\d+)')


@dataclass(frozen=True, slots=True)
class _Who:
    token: str
    is_reseller: bool


@dataclass
class _Seen:
    """How long each kind of page took, in seconds, and what was answered that was no page."""

    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)


def portal(place: Place) -> Iterator[Row]:
    """Each kind of page by itself, then all of them."""
    is_everyday = place.rounds < _USERS
    users = _FEW_USERS if is_everyday else _USERS
    reads_s, lasts_s = (0.0, 0.0) if is_everyday else (_READS_S, _LASTS_S)
    with _written(place) as store, place.folder() as folder:
        Authority(folder).server()
        everybody = asyncio.run(_signed_in(store, users))
        with _served(store.address, folder) as address:
            began = time.perf_counter()
            seen = asyncio.run(_load(address, folder, everybody, reads_s, lasts_s))
            lasted = time.perf_counter() - began
    name = f"{users} people at once"
    for page, took in sorted(seen.took.items()):
        yield _p95(f"{name}: {page}, p95", took, f"median of {len(took):,}")
    every = [each for took in seen.took.values() for each in took]
    yield _p95(f"{name}: every page, p95", every, f"{len(every) / lasted:.0f} pages a second")
    yield shown("portal", f"{name}: every page, median", Times(tuple(every)))
    why = seen.errors[0] if seen.errors else ""
    yield absolute("portal", f"{name}: errors", len(seen.errors), at_most(0), why)


def _p95(what: str, took: list[float], against: str) -> Row:
    times = Times(tuple(took))
    told = against.replace("median", f"median {times.median * 1000:.0f} ms")
    return absolute("portal", what, times.at(0.95) * 1000, at_most(_P95_MS, " ms"), told)


@contextmanager
def _written(place: Place) -> Iterator[Place]:
    """A store that may be written to: signing in is. A server's is written to itself."""
    if not place.is_file:
        yield place
        return
    with place.copy() as copied:
        yield copied


async def _signed_in(place: Place, users: int) -> list[_Who]:
    """So many sessions, of who holds some of the licences: the more, the likelier."""
    async with opened(place.address, place.cache / "vault.json") as services:
        drawn = random.Random(1)
        return [
            await _one_signed_in(services, place.size, drawn, number < users * _RESELLERS)
            for number in range(users)
        ]


async def _one_signed_in(
    services: Services, size: int, drawn: random.Random, is_reseller: bool
) -> _Who:
    kind = AccountKind.RESELLER if is_reseller else AccountKind.CUSTOMER
    side = Asset.billing_to_id if is_reseller else Asset.customer_id
    async with services.store.read() as connection:
        query = (
            select(Account.id, Account.email)
            .join(Asset, side == Account.id)
            .where(Asset.id >= drawn.randint(1, max(1, size - 100)), Account.kind == kind)
            .order_by(Asset.id)
            .limit(1)
        )
        account_id, address = (await connection.execute(query)).one()
    assert address is not None
    acting = services.for_visitor(account_id, f"Portal: {address}")
    async with acting.store.change() as work:
        token = begin_session(acting, work, account_id, address, address, how="to be measured")
        await work.commit()
    return _Who(token, is_reseller)


@contextmanager
def _served(store: str, certificates: Path) -> Iterator[str]:
    """The portal in a process of its own; its address."""
    command = [sys.executable, "-m", "bench.portal", store, str(certificates)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        try:
            yield running.stdout.readline().strip()
        finally:
            running.stdin.close()


async def _load(
    address: str, certificates: Path, everybody: list[_Who], reads_s: float, lasts_s: float
) -> _Seen:
    seen = _Seen()
    trusting = ssl.create_default_context(cafile=str(certificates / "ca.pem"))
    until = time.perf_counter() + lasts_s
    async with asyncio.TaskGroup() as group:
        for number, who in enumerate(everybody):
            browser = _Browser(address, trusting, who, seen, random.Random(number))
            group.create_task(browser.visit(reads_s, until))
    return seen


class _Browser:
    """One connection that is kept, as a browser's is, and reads no more than it must."""

    def __init__(
        self,
        address: str,
        trusting: ssl.SSLContext,
        who: _Who,
        seen: _Seen,
        drawn: random.Random,
    ) -> None:
        self._parts = urlsplit(address)
        self._trusting = trusting
        self._who = who
        self._seen = seen
        self._drawn = drawn

    async def visit(self, reads_s: float, until: float) -> None:
        """Go through the pages again and again, until it is time; at least once."""
        await asyncio.sleep(self._drawn.uniform(0, 2 * reads_s))  # not all at the same moment
        self._reader, self._writer = await asyncio.open_connection(
            self._parts.hostname, self._parts.port, ssl=self._trusting
        )
        try:
            while True:
                async for _ in self._through():
                    await asyncio.sleep(self._drawn.uniform(0, 2 * reads_s))
                if time.perf_counter() >= until:
                    return
        finally:
            self._writer.close()

    async def _through(self) -> AsyncIterator[None]:
        """What somebody looks at, one after the other, as far as the pages lead there."""
        first = await self._page("workspace", "/")
        yield
        if self._who.is_reseller:
            for customer in self._some(_CUSTOMER, first):
                await self._page("workspace of a customer", customer)
                yield
            await self._page("grouped by customer", "/assets/customers")
            yield
        for product in self._some(_OPEN, first):
            await self._page("workspace, one product open", product)
            yield
        listed = await self._page("list", "/assets")
        yield
        for older in self._some(_OLDER, listed):
            await self._page("list, further down", older)
            yield
        await self._page("list, cancelled", "/assets?status=cancelled")
        yield
        await self._page("list, searched", f"/assets?search={self._word}")
        yield
        for licence in self._some(_LICENCE, listed):
            await self._page("licence", licence)
            yield

    @property
    def _word(self) -> str:
        return self._drawn.choice(_WORDS).replace(" ", "+")

    def _some(self, pattern: re.Pattern[bytes], page: bytes) -> list[str]:
        """One of what the page leads to, if it does."""
        found = pattern.findall(page)
        return [self._drawn.choice(found).decode().replace("&amp;", "&")] if found else []

    async def _page(self, kind: str, path: str) -> bytes:
        began = time.perf_counter()
        self._writer.write(
            f"GET {path} HTTP/1.1\r\nHost: {self._parts.netloc}\r\nAccept-Language: en\r\n"
            f"Cookie: {cookies.SESSION}={self._who.token}\r\n\r\n".encode()
        )
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = re.search(r"content-length: (\d+)", head)
        body = await self._reader.readexactly(int(length[1]) if length else 0)
        self._seen.took[kind].append(time.perf_counter() - began)
        if head.split()[1] != "200":
            self._seen.errors.append(f"{head.splitlines()[0]} for {path}")
        return body


async def _serve(store: str, certificates: Path) -> None:
    pair = certificates / "server.pem", certificates / "server.key"
    config = PortalConfig("127.0.0.1", 0, "https://127.0.0.1:0", *pair)
    async with opened(store) as services:
        await serve(services, config, _told_to_stop, lambda served: print(served.url, flush=True))


async def _told_to_stop() -> None:
    await asyncio.to_thread(sys.stdin.read)


MEASURES: dict[str, Measure] = {"portal": portal}


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], Path(sys.argv[2])))
