"""The simple lists for whoever looks at them: orders, invoices, requests, mails, the catalogue,
discrepancies. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from esd_desktop.models.listing import ListCounts, ListKind, ListQuery
from esd_desktop.models.store import discrepancies, invoices, offerings, orders, outbox, requests
from esd_desktop.models.store.listing import Listing
from esd_desktop.services.context import Services

LISTINGS: Mapping[ListKind, Listing[Any]] = {
    ListKind.INVOICES: invoices.LISTING,
    ListKind.MAILS: outbox.LISTING,
    ListKind.DISCREPANCIES: discrepancies.LISTING,
    ListKind.OFFERINGS: offerings.LISTING,
    ListKind.ORDERS: orders.LISTING,
    ListKind.REQUESTS: requests.LISTING,
}


async def list_page(
    services: Services, kind: ListKind, query: ListQuery, offset: int, limit: int
) -> list[Any]:
    """The rows at positions ``offset`` to ``offset + limit`` of a list; their kind is the list's.
    Raises InvalidInput for a filter or sort that it does not know."""
    async with services.store.read() as connection:
        return await LISTINGS[kind].page(connection, query, offset=offset, limit=limit)


async def list_rows(services: Services, kind: ListKind, ids: Iterable[int]) -> list[Any]:
    """These rows of a list as they are now, in no order."""
    async with services.store.read() as connection:
        return await LISTINGS[kind].by_ids(connection, ids)


async def list_counts(services: Services, kind: ListKind, query: ListQuery) -> ListCounts:
    """How many rows each filter of a list has, and how many are found."""
    async with services.store.read() as connection:
        return await LISTINGS[kind].counts(connection, query)


async def list_position(
    services: Services, kind: ListKind, query: ListQuery, row_id: int
) -> int | None:
    """Where a row stands in a list, from 0; None where the list does not show it."""
    async with services.store.read() as connection:
        return await LISTINGS[kind].position(connection, query, row_id)


async def list_found(
    services: Services, queries: Mapping[ListKind, ListQuery]
) -> dict[ListKind, int]:
    """How many rows each of these lists finds, all at one moment."""
    async with services.store.read() as connection:
        return {
            kind: await LISTINGS[kind].found(connection, query) for kind, query in queries.items()
        }
