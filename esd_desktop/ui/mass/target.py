"""What mass work that is begun from a list would be done to: its selected rows, or all of it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from esd_desktop.errors import Refused
from esd_desktop.models.asset_rows import AssetChoice
from esd_desktop.models.rows import AssetQuery, AssetRow
from esd_desktop.ui.formats import as_count
from esd_desktop.ui.lists.record_list import RecordList

MOST_SELECTED = 10_000
_READ_AT_ONCE = 1_000


class MassTarget(QObject):
    """``changed`` tells that other rows are selected, or that the list shows more or fewer."""

    changed = Signal()

    def __init__(self, assets: RecordList[AssetQuery, AssetRow]) -> None:
        super().__init__(assets)
        self._list = assets
        assets.selection_counted.connect(self.changed)
        assets.counted.connect(self.changed)
        assets.not_loaded.connect(self.changed)

    @property
    def in_front(self) -> bool:
        """Whether the list is on the screen."""
        return self._list.isVisible()

    @property
    def selected(self) -> int:
        """How many rows are selected."""
        return self._list.selection.count

    @property
    def found(self) -> int:
        """How many rows the list has."""
        return self._list.model.rowCount()

    @property
    def has_several(self) -> bool:
        """Whether what is done to the selection is mass work."""
        return self.selected > 1

    async def selection(self) -> AssetChoice:
        """The selected assets. Raises Refused where they are too many to be named one by one."""
        query = self._query()
        if self.selected > MOST_SELECTED and self.selected == self.found:
            return AssetChoice(query)
        if self.selected > MOST_SELECTED:
            raise Refused(
                f"At most {as_count(MOST_SELECTED)} rows can be chosen one by one.",
                advice="Filter the list down to what you want, and choose all of it.",
            )
        # Named by their ids they stay the same, whatever becomes of the list meanwhile.
        return AssetChoice(AssetQuery(account_id=query.account_id), tuple(await self._ids(query)))

    async def everything(self) -> AssetChoice:
        """All that the list shows, with its filter and search."""
        return AssetChoice(self._query())

    def _query(self) -> AssetQuery:
        query = self._list.query
        if query is None:
            raise Refused("The list is not there yet.", advice="Try again in a moment.")
        return query

    async def _ids(self, query: AssetQuery) -> list[int]:
        ids = self._list.selected_ids()
        if len(ids) == self.selected:
            return ids
        rows: list[AssetRow] = []
        for first, last in self._list.selection.ranges():
            for begin in range(first, last + 1, _READ_AT_ONCE):
                end = min(last, begin + _READ_AT_ONCE - 1)
                rows += await self._list.feed.rows(query, begin, end)
        return [row.id for row in rows]
