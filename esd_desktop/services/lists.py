"""The simple lists for whoever looks at them: orders, invoices, requests, mails, the catalogue,
discrepancies, mass works. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from esd_desktop.models.asset_rows import AssetView
from esd_desktop.models.listing import ListCounts, ListKind, ListQuery
from esd_desktop.models.store import assets, listings
from esd_desktop.services.context import Services
from esd_desktop.services.rights import viewing


async def list_page(
    services: Services,
    kind: ListKind,
    query: ListQuery,
    offset: int,
    limit: int,
    *,
    counted: int | None = None,
) -> list[Any]:
    """The rows at positions ``offset`` to ``offset + limit`` of a list; their kind is the list's.
    ``counted``: of the list as it was when it had so many. Raises InvalidInput for a filter
    or sort that it does not know."""
    async with viewing(services) as connection:
        return await services.maps.page(
            connection, listings.LISTINGS[kind], query, offset=offset, limit=limit, counted=counted
        )


async def list_rows(services: Services, kind: ListKind, ids: Iterable[int]) -> list[Any]:
    """These rows of a list as they are now, in no order."""
    async with viewing(services) as connection:
        return await listings.LISTINGS[kind].by_ids(connection, ids)


async def list_counts(services: Services, kind: ListKind, query: ListQuery) -> ListCounts:
    """How many rows each filter of a list has, and how many are found."""
    async with viewing(services) as connection:
        return await listings.LISTINGS[kind].counts(connection, query)


async def list_position(
    services: Services, kind: ListKind, query: ListQuery, row_id: int
) -> int | None:
    """Where a row stands in a list, from 0; None where the list does not show it."""
    async with viewing(services) as connection:
        return (await services.maps.map(connection, listings.LISTINGS[kind], query)).position(
            row_id
        )


async def map_list(services: Services, kind: ListKind, query: ListQuery) -> None:
    """Have the places of a list at hand, so that any page of it is read at once."""
    async with viewing(services) as connection:
        await services.maps.map(connection, listings.LISTINGS[kind], query)


async def list_found(
    services: Services, queries: Mapping[ListKind, ListQuery]
) -> dict[ListKind, int]:
    """How many rows each of these lists finds, all at one moment."""
    found: dict[ListKind, int] = {}
    async with viewing(services) as connection:
        for kind, query in queries.items():
            if kind is ListKind.DISCREPANCIES and query == ListQuery(account_id=query.account_id):
                # As many as the assets' view of them has. A window asks for both at once.
                found[kind] = await assets.view_count(
                    connection, query.account_id, AssetView.DISCREPANCIES, services.counts
                )
            else:
                found[kind] = await listings.LISTINGS[kind].found(connection, query)
    return found
