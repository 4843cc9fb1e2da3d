"""The list of assets: who is told of its selection, what can be done in it, its empty states."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from esd_desktop.models.rows import AssetQuery, AssetRow, AssetView
from esd_desktop.models.values import looks_like_whole_key
from esd_desktop.ui.actions.action import task_key
from esd_desktop.ui.assets.columns import COLUMNS, Column
from esd_desktop.ui.assets.row_actions import RowActions
from esd_desktop.ui.assets.source import AssetSource
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.lists.record_list import RecordList, nothing_found
from esd_desktop.ui.mass.target import MassTarget


class AssetList(RecordList[AssetQuery, AssetRow]):
    """Shows the assets of a query; ``columns`` are those that are shown at first.

    The navigator is told which asset is selected while the list is on the screen, and when it comes
    there.
    """

    def __init__(
        self,
        desk: Desk,
        parent: QWidget | None,
        *,
        columns: Sequence[Column],
        name: str,
        accessible_name: str = "Assets",
    ) -> None:
        super().__init__(
            desk,
            parent,
            source=AssetSource(desk),
            columns=replace(COLUMNS, shown=tuple(columns)),
            name=name,
            accessible_name=accessible_name,
            icon="asset",
        )
        self.target = MassTarget(self)
        RowActions(desk, self, self.target)
        self.set_nothing_yet(
            "No assets yet", "Licences appear here once they are ordered or imported."
        )
        self.set_nothing_found(no_asset_found)
        self.selected.connect(self._tell_navigator)
        desk.tasks.changed.connect(self._asset_task_changed)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            self._desk.navigator.asset_selected.emit(self.selected_id)
            self._desk.navigator.assets_in_front.emit(self.target)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():
            self._desk.navigator.assets_in_front.emit(self.target)

    def _tell_navigator(self, asset_id: int | None) -> None:
        if self.isVisible():
            self._desk.navigator.asset_selected.emit(asset_id)

    def _asset_task_changed(self, key: str) -> None:
        asset_id = _asset_of(key)
        if asset_id is not None:
            self.set_busy(asset_id, self._desk.tasks.is_busy(key))


def no_asset_found(query: AssetQuery) -> str:
    """What is said where filter and search hide every asset."""
    if looks_like_whole_key(query.search):
        return "No asset has this key"
    if query.search.strip():
        return nothing_found(query)
    of_view = {
        AssetView.FAILED: "failed asset",
        AssetView.UNSYNCHRONISED: "unsynchronised asset",
        AssetView.DISCREPANCIES: "asset with a discrepancy",
        AssetView.REQUESTED: "asset with a request to cancel",
    }
    what = of_view.get(query.view, "asset")
    status = "" if query.status == "all" else f"{query.status} "
    return f"There is no {status}{what}"


def _asset_of(key: str) -> int | None:
    """The asset that a task works on, told by its key."""
    number = key.rpartition(":")[2]
    return int(number) if number.isdecimal() and task_key(int(number)) == key else None
