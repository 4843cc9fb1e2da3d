"""Other programs on the same store: one that holds it locked, and further desktops."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from datetime import timedelta

from msgspec.structs import replace

from esd_desktop.models.store.engine import open_store
from esd_desktop.models.values import utc_now
from esd_desktop.opening import open_services
from esd_desktop.services.context import Services
from esd_desktop.services.edit_account import account_for_edit, edit_account
from esd_desktop.services.keys import KeyCipher
from esd_desktop.services.mail.smtp import Mailer
from esd_desktop.services.microsoft.gateways import Gateways
from esd_desktop.settings import Folders, load_settings
from tests.conftest import QUICK


@contextmanager
def held(services: Services) -> Iterator[sqlite3.Connection]:
    """Another program holds the store for writing while the block runs."""
    with closing(sqlite3.connect(services.store.name, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other
        if other.in_transaction:
            other.execute("ROLLBACK")


@asynccontextmanager
async def second_desktop(services: Services, address: str | None = None) -> AsyncIterator[Services]:
    """The same store opened by another desktop, whose user is called Berta: at the same address,
    or as somebody whom the server knows (``PostgresStore.person``)."""
    store = await open_store(address or address_of(services))
    other = Services(
        store=store,
        gateways=Gateways(QUICK),
        vault=services.vault,
        cipher=KeyCipher(store, services.vault),
        mailer=Mailer(),
        operator="Berta",
    )
    try:
        yield other
    finally:
        await other.close()


def address_of(services: Services) -> str:
    """Where these services have their store, with the password."""
    return services.store._url.render_as_string(hide_password=False)


def later(services: Services, **time: float) -> None:
    """The clock of these services is ahead by so much."""
    services.clock = lambda: utc_now() + timedelta(**time)


@asynccontextmanager
async def elsewhere(places: Folders, address: str | None = None) -> AsyncIterator[Services]:
    """The services of another program on the same store, or on that at an address."""
    settings = load_settings(places)
    other = await open_services(places, replace(settings, store=address or ""))
    try:
        yield other
    finally:
        await other.close()


async def rename(services: Services, account_id: int, name: str) -> None:
    """What somebody else does to an account."""
    opened = await account_for_edit(services, account_id)
    form = type(opened.form)(name, opened.form.email, opened.form.country)
    await edit_account(services, account_id, opened.version, form)
