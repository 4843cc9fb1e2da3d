"""Where the asset list reads its rows."""

from __future__ import annotations

from collections.abc import Iterable

from esd_desktop.models.rows import AssetCounts, AssetQuery, AssetRow, AssetView
from esd_desktop.services.browse import (
    asset_counts,
    asset_page,
    asset_position,
    asset_rows,
    map_assets,
)
from esd_desktop.services.changes import Changes
from esd_desktop.ui.assets import membership
from esd_desktop.ui.desk import Desk


class AssetSource:
    """Every asset of the store, a page at a time."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def counts(self, query: AssetQuery) -> AssetCounts:
        """How many assets each choice of the status filter has, and how many are found."""
        return await self._desk.read(asset_counts, query)

    async def page(
        self, query: AssetQuery, offset: int, limit: int, *, counted: int | None = None
    ) -> list[AssetRow]:
        """The assets at positions ``offset`` to ``offset + limit``."""
        return await self._desk.read(asset_page, query, offset, limit, counted=counted)

    async def map(self, query: AssetQuery) -> None:
        """Have all places of the list at hand, so that any page is read at once."""
        await self._desk.read(map_assets, query)

    async def rows(self, ids: Iterable[int]) -> list[AssetRow]:
        """These assets as they are now, in no order."""
        return await self._desk.read(asset_rows, frozenset(ids))

    async def position(self, query: AssetQuery, row_id: int) -> int | None:
        """Where an asset stands, from 0; None where the list does not show it."""
        return await self._desk.read(asset_position, query, row_id)

    def touched(self, changes: Changes) -> frozenset[int]:
        """The assets that changed."""
        return changes.assets

    def rereads(self, changes: Changes) -> bool:
        """An account's name stands in many rows."""
        return changes.everything or bool(changes.accounts)

    def stays_put(self, query: AssetQuery, before: AssetRow, after: AssetRow) -> bool:
        """Whether nothing changed that the list is filtered, searched or sorted by."""
        return membership.stays_put(query, before, after)

    def nothing_yet(self, query: AssetQuery, counts: AssetCounts) -> bool:
        """Whether there is no asset at all."""
        return counts.all == 0 and query.view is AssetView.EVERYTHING
