"""What can be done with the rows of the asset list: the actions of an asset, and its menu."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from esd_desktop.models.rows import AssetQuery, AssetRow
from esd_desktop.services.browse import asset_detail
from esd_desktop.ui.actions.registry import DELETE_ASSET, UPDATE_STATUS, context_menu, start
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.links import link_to_asset
from esd_desktop.ui.lists.record_list import RecordList
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.look.icons import icon
from esd_desktop.ui.mass.menu import list_menu, selection_entries
from esd_desktop.ui.mass.target import MassTarget
from esd_desktop.ui.messages import Message
from esd_desktop.ui.widgets.announce import announce


class RowActions(QObject):
    """Does what the table's signals ask for: a double-click asks Microsoft, Enter goes to the
    details."""

    def __init__(
        self, desk: Desk, assets: RecordList[AssetQuery, AssetRow], target: MassTarget
    ) -> None:
        super().__init__(assets)
        self._desk = desk
        self._list = assets
        self._target = target
        assets.table.open_wanted.connect(self._update)
        assets.table.enter_pressed.connect(desk.navigator.details_wanted)
        assets.delete_wanted.connect(self._delete)
        assets.menu_wanted.connect(self._show_menu)

    def _update(self, position: int) -> None:
        row = self._list.model.row_at(position)
        if row is not None:
            start(self._desk, UPDATE_STATUS, self._list.table, row.id)

    def _delete(self) -> None:
        row = self._list.selection.single_row()
        if row is not None:
            start(self._desk, DELETE_ASSET, self._list.table, row.id)
        elif self._list.selection.count > 1:
            sentence = "Records are deleted one at a time."
            advice = "Select just the one to delete."
            self._desk.messages.post(Message(Tone.NEUTRAL, sentence, advice))

    def _show_menu(self, at: QPoint) -> None:
        row = self._list.selection.single_row()
        if row is not None:
            work = partial(self._show_menu_of, row.id, at)
            key = f"{self._list.feed.task} menu"
            self._desk.tasks.run(key, work, owner=self._list.table)
        elif self._list.selection.count > 1:
            self._show_menu_of_several(at)

    def _show_menu_of_several(self, at: QPoint) -> None:
        menu = QMenu(self._list.table)
        menu.setAccessibleName("Selected assets")
        menu.setToolTipsVisible(True)
        menu.addActions(selection_entries(self._desk, self._list.table, self._target, menu))
        menu.aboutToHide.connect(menu.deleteLater)
        self._open(menu, at)

    async def _show_menu_of(self, asset_id: int, at: QPoint) -> None:
        detail = await self._desk.read(asset_detail, asset_id)
        menu = context_menu(self._desk, self._list.table, detail)
        self._open(menu, at, asset_id)

    def _open(self, menu: QMenu, at: QPoint, asset_id: int | None = None) -> None:
        """What every menu of the list ends with: all of it, and copying; of one asset its link
        as well."""
        menu.addSeparator()
        menu.addMenu(list_menu(self._desk, menu, self._list.table, self._target))
        menu.addSeparator()
        self._list.add_copying(menu)
        if asset_id is not None:
            link = menu.addAction(icon("copy"), "Copy Link")
            link.triggered.connect(lambda: self._copy_link(asset_id))
        menu.popup(at)

    def _copy_link(self, asset_id: int) -> None:
        QGuiApplication.clipboard().setText(link_to_asset(asset_id))
        announce(self._list.table, "Link copied")
