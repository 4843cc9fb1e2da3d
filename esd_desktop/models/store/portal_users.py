"""Queries about who may sign in at the portal, and the organisations that vouch for people."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, Select, String, column, select, table
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.errors import NotFound
from esd_desktop.models.base import Id, WordColumn
from esd_desktop.models.portal import PortalProvider, PortalUser
from esd_desktop.models.portal_rows import Entry, ProviderRow
from esd_desktop.models.statuses import AccountKind
from esd_desktop.models.store.unit_of_work import UnitOfWork

# Views of migration 0009: what is known of an account before it is clear who asks; and who may sign
# in for it, namely whom staff named, and its own address.
portal_accounts = table(
    "portal_accounts",
    column("id", Id),
    column("name", String),
    column("kind", WordColumn(AccountKind)),
)
entries = table(
    "portal_entries",
    column("account_id", Id),
    column("account", String),
    column("address", String),
    column("name", String),
)


async def entries_of(connection: AsyncConnection, address: str) -> list[Entry]:
    """The accounts that an address, folded to lower case, may sign in for, by name."""
    columns = (entries.c.account_id, entries.c.account, entries.c.address, entries.c.name)
    query = select(*columns).where(entries.c.address == address).order_by(entries.c.account)
    return [Entry(**row._mapping) for row in await connection.execute(query)]


async def is_shut_out(connection: AsyncConnection, account_id: int, address: str) -> bool:
    """Whether staff took the right to sign in for the account away from an address."""
    query = select(PortalUser.active).where(
        PortalUser.account_id == account_id, PortalUser.address == address
    )
    return (await connection.execute(query)).scalar() is False


async def for_change(work: UnitOfWork, account_id: int, address: str) -> PortalUser | None:
    """Somebody whom staff named for the account, to be changed and locked until then."""
    query = select(PortalUser).where(
        PortalUser.account_id == account_id, PortalUser.address == address
    )
    return (await work.session.execute(query.with_for_update())).scalar_one_or_none()


async def providers(connection: AsyncConnection) -> list[ProviderRow]:
    """Every organisation's own sign-in, by domain."""
    rows = await connection.execute(_providers().order_by(PortalProvider.domain))
    return [_provider(row) for row in rows]


async def provider_for(connection: AsyncConnection, domain: str) -> ProviderRow | None:
    """Who vouches for the addresses of a domain."""
    row = (await connection.execute(_providers().where(PortalProvider.domain == domain))).first()
    return None if row is None else _provider(row)


async def provider(connection: AsyncConnection, provider_id: int) -> ProviderRow:
    """One organisation's sign-in. Raises NotFound."""
    row = (await connection.execute(_providers().where(PortalProvider.id == provider_id))).first()
    if row is None:
        raise NotFound("There is no such sign-in.")
    return _provider(row)


async def provider_for_change(work: UnitOfWork, domain: str) -> PortalProvider | None:
    """The record itself, to be changed and locked until then."""
    query = select(PortalProvider).where(PortalProvider.domain == domain).with_for_update()
    return (await work.session.execute(query)).scalar_one_or_none()


def _providers() -> Select[*tuple[Any, ...]]:
    return select(
        PortalProvider.id,
        PortalProvider.version,
        PortalProvider.account_id,
        portal_accounts.c.name.label("account"),
        PortalProvider.domain,
        PortalProvider.issuer,
        PortalProvider.client_id,
        PortalProvider.ca_file,
    ).join(portal_accounts, portal_accounts.c.id == PortalProvider.account_id)


def _provider(row: Row[Any]) -> ProviderRow:
    return ProviderRow(**row._mapping)
