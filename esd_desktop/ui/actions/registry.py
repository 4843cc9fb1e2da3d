"""All actions of an asset, how one is started, and the menu of them."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from esd_desktop.models.rows import AssetDetail
from esd_desktop.models.statuses import ProvisioningSyncStatus
from esd_desktop.models.values import utc_now
from esd_desktop.ui.actions.action import AssetAction, task_key
from esd_desktop.ui.actions.cancel_licence import CANCEL_LICENCE
from esd_desktop.ui.actions.delete_asset import DELETE_ASSET
from esd_desktop.ui.actions.provision import RETRY_PROVISIONING
from esd_desktop.ui.actions.request_cancellation import REQUEST_CANCELLATION
from esd_desktop.ui.actions.resend_link import RESEND_LINK
from esd_desktop.ui.actions.update_status import UPDATE_STATUS
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.icons import icon

__all__ = [
    "CANCEL_LICENCE",
    "DELETE_ASSET",
    "MENU",
    "REQUEST_CANCELLATION",
    "RESEND_LINK",
    "RETRY_PROVISIONING",
    "SHORTCUTS",
    "UPDATE_STATUS",
    "context_menu",
    "refusal_now",
    "start",
]

SHORTCUTS = (UPDATE_STATUS, RESEND_LINK, CANCEL_LICENCE, DELETE_ASSET)
# What the menus offer besides the Shortcuts, in its place among them.
MENU = (UPDATE_STATUS, RESEND_LINK, REQUEST_CANCELLATION, CANCEL_LICENCE, DELETE_ASSET)
_BUSY = "Something is being done with this licence just now."


def start(desk: Desk, action: AssetAction, parent: QWidget, asset_id: int) -> bool:
    """Begin an action, asking over ``parent`` where it asks. Answers False, and does nothing, while
    another one runs on the same asset."""
    return desk.tasks.run(
        task_key(asset_id),
        partial(action.run, desk, parent, asset_id),
        owner=parent,
        words=action.words,
    )


def refusal_now(desk: Desk, action: AssetAction, detail: AssetDetail) -> str | None:
    """Why the action is greyed now; None where it is not."""
    forbidden = desk.rights.refusal(*action.needs)
    if forbidden is not None:
        return forbidden
    if desk.tasks.is_busy(task_key(detail.id)):
        return _BUSY
    return action.refusal(detail.facts, utc_now())


def context_menu(desk: Desk, parent: QWidget, detail: AssetDetail) -> QMenu:
    """The menu of an asset, for ``popup()``; it is gone once it is hidden. Greyed actions carry the
    reason in their tooltip and their status tip."""
    menu = QMenu(parent)
    menu.setAccessibleName("Asset")
    menu.setToolTipsVisible(True)
    for action in MENU:
        if action is CANCEL_LICENCE:
            menu.addSeparator()
        menu.addAction(_entry(desk, menu, parent, action, detail))
    if detail.provisioning_sync_status is not ProvisioningSyncStatus.SYNCHRONIZED:
        menu.addSeparator()
        menu.addAction(_entry(desk, menu, parent, RETRY_PROVISIONING, detail))
    menu.aboutToHide.connect(menu.deleteLater)
    return menu


def _entry(
    desk: Desk, menu: QMenu, parent: QWidget, action: AssetAction, detail: AssetDetail
) -> QAction:
    refusal = refusal_now(desk, action, detail)
    entry = QAction(icon(action.icon), action.text, menu)
    entry.setObjectName(action.name)
    entry.setShortcut(QKeySequence(action.shortcut))
    # Shown here only: the key itself belongs to the list and the menu bar.
    entry.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
    entry.setShortcutVisibleInContextMenu(True)
    entry.setEnabled(refusal is None)
    entry.setToolTip(refusal or action.hint)
    entry.setStatusTip(refusal or action.hint)
    entry.triggered.connect(lambda: start(desk, action, parent, detail.id))
    return entry
