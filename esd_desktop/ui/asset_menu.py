"""The Asset menu: what can be done with the selected asset, greyed with the reason where not."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from esd_desktop.errors import EsdError
from esd_desktop.services.browse import asset_detail
from esd_desktop.ui.actions.action import AssetAction
from esd_desktop.ui.actions.registry import MENU, RETRY_PROVISIONING, refusal_now, start
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.icons import icon

_NOTHING_SELECTED = "Select an asset first."
_DELETE_KEY = "Del"


class AssetEntries(QObject):
    """Fills the menu. The keys work while an asset is selected; whether the action can succeed is
    looked up when the menu opens, or by the action itself."""

    def __init__(self, desk: Desk, menu: QMenu, window: QWidget) -> None:
        super().__init__(menu)
        self._desk = desk
        self._menu = menu
        self._window = window
        self._asset_id: int | None = None
        self._entries = [(kind, self._entry(kind)) for kind in (*MENU, RETRY_PROVISIONING)]
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(self._look)
        menu.aboutToHide.connect(self._allow)
        desk.navigator.asset_selected.connect(self.select)
        self._allow()

    def select(self, asset_id: int | None) -> None:
        """Be about another asset, or about none."""
        self._asset_id = asset_id
        self._allow()

    def _entry(self, kind: AssetAction) -> QAction:
        action = self._menu.addAction(icon(kind.icon), kind.text)
        action.setObjectName(kind.name)
        action.setShortcut(QKeySequence(kind.shortcut))
        if kind.shortcut == _DELETE_KEY:
            # Shown here only: it belongs to the list, since in a field it deletes a letter.
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(lambda _=False, kind=kind: self._start(kind))
        return action

    def _allow(self) -> None:
        """While the menu is closed the keys start everything; what cannot be says so itself."""
        for kind, action in self._entries:
            selected = self._asset_id is not None
            action.setEnabled(selected)
            action.setToolTip(kind.hint if selected else _NOTHING_SELECTED)

    def _look(self) -> None:
        asset_id = self._asset_id
        if asset_id is not None:
            self._desk.tasks.run(
                "asset menu", lambda: self._grey(asset_id), owner=self, latest=True
            )

    async def _grey(self, asset_id: int) -> None:
        """Grey what cannot succeed now, with the reason."""
        try:
            detail = await self._desk.read(asset_detail, asset_id)
        except EsdError as fault:
            self._refuse({kind: fault.sentence for kind, _ in self._entries})
            return
        self._refuse({kind: refusal_now(self._desk, kind, detail) for kind, _ in self._entries})

    def _refuse(self, refusals: dict[AssetAction, str | None]) -> None:
        if not self._menu.isVisible():
            return
        for kind, action in self._entries:
            action.setEnabled(refusals[kind] is None)
            action.setToolTip(refusals[kind] or kind.hint)

    def _start(self, kind: AssetAction) -> None:
        if self._asset_id is not None:
            start(self._desk, kind, self._window, self._asset_id)
