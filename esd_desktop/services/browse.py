"""What a person looks at. Nothing here changes anything; rows come out, keys stay masked."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from esd_desktop.errors import InvalidInput, NotFound
from esd_desktop.models.discrepancy_rows import DiscrepancyRow
from esd_desktop.models.mail_rows import MailRow
from esd_desktop.models.offering_rows import OfferingPriceRow
from esd_desktop.models.request_rows import RequestRow
from esd_desktop.models.rows import (
    AccountRow,
    AssetCounts,
    AssetDetail,
    AssetQuery,
    AssetRow,
    AssetView,
    ConnectionRow,
    CustomerAssets,
    HistoryRow,
    OfferingRow,
)
from esd_desktop.models.store import (
    accounts,
    asset_details,
    assets,
    audit,
    connections,
    discrepancies,
    offerings,
    outbox,
    requests,
)
from esd_desktop.models.store import asset_rows as stored_rows
from esd_desktop.models.values import ProductKey, looks_like_whole_key
from esd_desktop.services.connect import under_policy
from esd_desktop.services.context import Services
from esd_desktop.services.rights import viewing

HISTORY_LIMIT = 200
SUGGESTED = 20


class ServiceState(Struct, frozen=True):
    """How Microsoft answered over a connection since the program started. ``fault`` is the sentence
    of the last call where that one failed to get through; None where it did or none was made."""

    connection: str
    last_answer_at: datetime | None
    fault: str | None


async def account_list(
    services: Services, search: str = "", *, reseller_id: int | None = None
) -> list[AccountRow]:
    """All accounts by name, or those found by the words, or those who buy through a reseller."""
    async with viewing(services) as connection:
        return await accounts.listed(connection, search=search, reseller_id=reseller_id)


async def account(services: Services, account_id: int) -> AccountRow:
    """One account. Raises NotFound."""
    async with viewing(services) as connection:
        return await accounts.one(connection, account_id)


async def account_suggestions(services: Services, search: str) -> list[AccountRow]:
    """The first accounts by name that are found by the words, to choose one from."""
    async with viewing(services) as connection:
        return await accounts.suggested(connection, search, SUGGESTED)


async def reseller_list(services: Services) -> list[AccountRow]:
    """All resellers by name."""
    async with viewing(services) as connection:
        return await accounts.resellers(connection)


async def find_account(services: Services, wanted: str) -> AccountRow:
    """The one account a person means by an id, a reference or a name.

    Raises NotFound where there is none, InvalidInput where there are several.
    """
    async with viewing(services) as connection:
        found = await accounts.matching(connection, wanted)
    if not found:
        raise NotFound(f"There is no account {wanted!r}.")
    if len(found) > 1:
        ids = ", ".join(f"{row.id} ({row.name})" for row in found[:5])
        raise InvalidInput(
            f"{len(found)} accounts are called {wanted!r}.",
            advice=f"Give an id: {ids}.",
        )
    return found[0]


async def asset_page(
    services: Services, query: AssetQuery, offset: int, limit: int, *, counted: int | None = None
) -> list[AssetRow]:
    """The rows at positions ``offset`` to ``offset + limit`` of a list. ``counted``: of the list as
    it was when it had so many, so that what one scrolls through does not move."""
    key_hash = await searched_key(services, query.search)
    async with viewing(services) as connection:
        listed = await assets.list_for(connection, query, key_hash, services.counts)
        return await services.maps.page(
            connection, listed, query, offset=offset, limit=limit, counted=counted
        )


async def asset_rows(services: Services, asset_ids: frozenset[int]) -> list[AssetRow]:
    """The rows of these assets as they are now, in no order."""
    async with viewing(services) as connection:
        return await stored_rows.by_ids(connection, asset_ids)


async def asset_counts(services: Services, query: AssetQuery) -> AssetCounts:
    """How many assets each status filter has, and how many the search leaves."""
    key_hash = await searched_key(services, query.search)
    async with viewing(services) as connection:
        listed = await assets.list_for(connection, query, key_hash, services.counts)
        found = None
        if query.search.strip():
            found = len(await services.maps.map(connection, listed, query))
        return await assets.counts(connection, query, services.counts, found)


async def asset_position(services: Services, query: AssetQuery, asset_id: int) -> int | None:
    """Where an asset stands in a list, from 0; None where the list does not show it."""
    key_hash = await searched_key(services, query.search)
    async with viewing(services) as connection:
        listed = await assets.list_for(connection, query, key_hash, services.counts)
        return (await services.maps.map(connection, listed, query)).position(asset_id)


async def map_assets(services: Services, query: AssetQuery) -> None:
    """Have the places of a list at hand, so that any page of it is read at once."""
    key_hash = await searched_key(services, query.search)
    async with viewing(services) as connection:
        listed = await assets.list_for(connection, query, key_hash, services.counts)
        await services.maps.map(connection, listed, query)


async def view_counts(services: Services, account_id: int | None) -> dict[AssetView, int]:
    """How many assets each ready-made view has."""
    async with viewing(services) as connection:
        return await assets.view_counts(connection, account_id, services.counts)


async def assets_by_customer(services: Services, query: AssetQuery) -> list[CustomerAssets]:
    """How the assets of an account, in a view, are spread over its customers, by name (C4)."""
    async with viewing(services) as connection:
        return await assets.by_customer(connection, query)


async def asset_detail(services: Services, asset_id: int) -> AssetDetail:
    """Everything about one asset but its key and link. Raises NotFound."""
    async with viewing(services) as connection:
        return await asset_details.one(connection, asset_id)


async def asset_history(
    services: Services, asset_id: int, *, limit: int | None = None, before: int | None = None
) -> list[HistoryRow]:
    """What was done with an asset, newest first: the last 200, or so many, or those ``before`` the
    row of an id."""
    async with viewing(services) as connection:
        return await audit.of_asset(connection, asset_id, limit or HISTORY_LIMIT, before)


async def account_history(
    services: Services, account_id: int, *, limit: int | None = None, before: int | None = None
) -> list[HistoryRow]:
    """What was done with an account and its assets, newest first: the last 200, or so many, or
    those ``before`` the row of an id."""
    async with viewing(services) as connection:
        return await audit.of_account(connection, account_id, limit or HISTORY_LIMIT, before)


async def latest_history(
    services: Services, *, limit: int | None = None, before: int | None = None
) -> list[HistoryRow]:
    """What was done by anybody, newest first: the last 200, or so many, or those ``before`` the row
    of an id."""
    async with viewing(services) as connection:
        return await audit.latest(connection, limit or HISTORY_LIMIT, before)


async def discrepancy(services: Services, asset_id: int) -> DiscrepancyRow:
    """What is at odds about an asset. Raises NotFound where nothing is."""
    async with viewing(services) as connection:
        return await discrepancies.one(connection, asset_id)


async def asset_mails(services: Services, asset_id: int) -> list[MailRow]:
    """The mails of an asset, newest first."""
    async with viewing(services) as connection:
        return await outbox.of_asset(connection, asset_id)


async def cancellation_request(services: Services, request_id: int) -> RequestRow:
    """One request to cancel. Raises NotFound."""
    async with viewing(services) as connection:
        return await requests.one(connection, request_id)


async def connection_list(services: Services) -> list[ConnectionRow]:
    """All connections by name."""
    async with viewing(services) as connection:
        return [under_policy(row) for row in await connections.listed(connection)]


async def service_states(services: Services) -> list[ServiceState]:
    """How Microsoft answers, by connection."""
    rows = await connection_list(services)
    used = {gateway.profile.id: gateway for gateway in services.gateways.opened()}
    states = []
    for row in rows:
        gateway = used.get(row.id)
        fault = gateway.last_fault if gateway else None
        states.append(
            ServiceState(
                row.name,
                gateway.last_answer_at if gateway else None,
                fault.sentence if fault else None,
            )
        )
    return states


async def store_name(services: Services) -> str:
    """Where the data lives, for people."""
    return services.store.name


async def offering_list(services: Services, connection_id: int) -> list[OfferingRow]:
    """A connection's catalogue by name."""
    async with viewing(services) as connection:
        return await offerings.listed(connection, connection_id)


async def offering_prices(services: Services, offering_id: int) -> list[OfferingPriceRow]:
    """What an offering was called and cost since it was first accepted, newest first."""
    async with viewing(services) as connection:
        return await offerings.prices(connection, offering_id)


async def searched_key(services: Services, search: str) -> str | None:
    """The hash to look for where the search is a whole key, as pasted; otherwise None."""
    if not looks_like_whole_key(search):
        return None
    cipher = await services.cipher.opened()
    return cipher.fingerprint(ProductKey.parse(search))


async def history_and_assets(
    services: Services, account_id: int | None, wanted: int
) -> tuple[list[HistoryRow], dict[int, AssetRow]]:
    """The newest audit rows of an account, or for None of all, and by id the assets that they are
    about."""
    if account_id is None:
        rows = await latest_history(services, limit=wanted)
    else:
        rows = await account_history(services, account_id, limit=wanted)
    ids = frozenset(row.asset_id for row in rows if row.asset_id is not None)
    return rows, {asset.id: asset for asset in await asset_rows(services, ids)}
