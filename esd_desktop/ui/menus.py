"""The menu bar: the usual menus and keys. What needs the panes is greyed until they are there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QAction, QActionGroup, QDesktopServices, QKeySequence
from PySide6.QtWidgets import QMenu

from esd_desktop.models.values import utc_now
from esd_desktop.services.browse import asset_detail
from esd_desktop.settings import folders, save_setting
from esd_desktop.ui.about import show_about, show_keys
from esd_desktop.ui.actions.action import AssetAction
from esd_desktop.ui.actions.registry import RETRY_PROVISIONING, SHORTCUTS, start
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.theme import Scheme

if TYPE_CHECKING:
    from esd_desktop.ui.main_window import MainWindow
    from esd_desktop.ui.workspace import Workspace

_SCHEMES = (
    (Scheme.SYSTEM, "Like the System"),
    (Scheme.LIGHT, "Light"),
    (Scheme.DARK, "Dark"),
)


class Menus:
    """Makes the menu bar of the main window, and keeps it true."""

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        self._desk = desk
        self._window = window
        self._asset_id: int | None = None
        self._of_workspace: list[QAction] = []
        self._of_asset: list[tuple[AssetAction, QAction]] = []
        for fill in (self._file, self._edit, self._view, self._account, self._asset):
            fill()
        self._tools()
        self._help()
        self.workspace_is_gone()
        desk.navigator.asset_selected.connect(self._asset_selected)

    def workspace_is_there(self, workspace: Workspace) -> None:
        """The panes are shown: what works on them can be chosen."""
        self._workspace = workspace
        for action in self._of_workspace:
            action.setEnabled(True)

    def workspace_is_gone(self) -> None:
        """There are no panes."""
        for action in self._of_workspace:
            action.setEnabled(False)
        self._asset_selected(None)

    def _file(self) -> None:
        menu = self._menu("&File")
        self._add(menu, "&Import…", self._window.import_file, "Ctrl+I")
        self._add(menu, "Open &Store…", lambda: self._window.show_settings("store"), "Ctrl+O")
        menu.addSeparator()
        settings = self._add(menu, "&Settings…", self._window.show_settings, "Ctrl+,")
        settings.setMenuRole(QAction.MenuRole.PreferencesRole)
        menu.addSeparator()
        leave = self._add(menu, "&Quit", self._window.close, "Ctrl+Q")
        leave.setMenuRole(QAction.MenuRole.QuitRole)

    def _edit(self) -> None:
        menu = self._menu("&Edit")
        find = self._add(menu, "&Find Asset", self._find_asset, QKeySequence.StandardKey.Find)
        account = self._add(menu, "Find &Account", self._find_account, "Ctrl+Shift+F")
        self._of_workspace += [find, account]

    def _view(self) -> None:
        menu = self._menu("&View")
        filters = (("&All Assets", "all"), ("A&ctive Assets", "active"))
        for number, (words, status) in enumerate((*filters, ("Cance&lled Assets", "cancelled")), 1):
            choose = lambda s=status: self._workspace.page.assets.choose_status(s)  # noqa: E731
            self._of_workspace.append(self._add(menu, words, choose, f"Ctrl+{number}"))
        menu.addSeparator()
        refresh = self._add(menu, "&Refresh", lambda: self._workspace.page.assets.refresh())
        refresh.setShortcuts([QKeySequence("F5"), QKeySequence("Ctrl+R")])
        following = self._add(menu, "&Next Pane", lambda: self._workspace.next_pane(1), "F6")
        before = self._add(
            menu, "&Previous Pane", lambda: self._workspace.next_pane(-1), "Shift+F6"
        )
        details = self._add(menu, "&Details Pane", self._toggle_details, "Ctrl+D")
        self._of_workspace += [refresh, following, before, details]
        activity = self._window.activity.toggleViewAction()
        activity.setText("Acti&vity")
        activity.setShortcut("Ctrl+Shift+A")
        menu.addAction(activity)
        menu.addSeparator()
        self._schemes(menu.addMenu("Appea&rance"))

    def _schemes(self, menu: QMenu) -> None:
        group = QActionGroup(menu)
        for scheme, words in _SCHEMES:
            action = self._add(menu, words, lambda s=scheme: self._choose_scheme(s))
            action.setCheckable(True)
            action.setChecked(self._desk.theme.scheme is scheme)
            group.addAction(action)

    def _account(self) -> None:
        menu = self._menu("A&ccount")
        everything = self._add(
            menu,
            "&All Accounts",
            lambda: self._desk.navigator.account_wanted.emit(None),
            "Ctrl+0",
        )
        self._of_workspace.append(everything)

    def _asset(self) -> None:
        menu = self._menu("&Asset")
        menu.setToolTipsVisible(True)
        for kind in (*SHORTCUTS, RETRY_PROVISIONING):
            action = self._add(menu, kind.text, lambda k=kind: self._start(k))
            # Del belongs to the list alone: in a text field it must delete a character.
            if kind.shortcut and kind.shortcut != "Del":
                action.setShortcut(kind.shortcut)
            self._of_asset.append((kind, action))
        menu.aboutToShow.connect(self._refresh_asset_menu)

    def _tools(self) -> None:
        menu = self._menu("&Tools")
        show = self._window.show_settings
        self._add(menu, "&Connections…", lambda: show("connections"))
        self._add(menu, "&Mail…", lambda: show("mail"))

    def _help(self) -> None:
        menu = self._menu("&Help")
        self._add(menu, "&Keys…", lambda: show_keys(self._desk, self._window), "F1")
        self._add(menu, "Open &Log Folder", _open_log_folder)
        menu.addSeparator()
        about = self._add(menu, "&About ESD Desktop", lambda: show_about(self._desk, self._window))
        about.setMenuRole(QAction.MenuRole.AboutRole)

    def _menu(self, words: str) -> QMenu:
        return self._window.menuBar().addMenu(words)

    def _add(
        self,
        menu: QMenu,
        words: str,
        do: Callable[[], object],
        keys: str | QKeySequence.StandardKey | None = None,
    ) -> QAction:
        action = menu.addAction(words)
        action.triggered.connect(lambda: do())
        if keys is not None:
            action.setShortcut(QKeySequence(keys))
        return action

    def _asset_selected(self, asset_id: int | None) -> None:
        self._asset_id = asset_id
        for _, action in self._of_asset:
            action.setEnabled(asset_id is not None)
            action.setToolTip("" if asset_id is not None else "Select an asset first.")

    def _refresh_asset_menu(self) -> None:
        asset_id = self._asset_id
        if asset_id is not None:
            self._desk.tasks.run(
                "asset menu", lambda: self._grey(asset_id), owner=self._window, latest=True
            )

    async def _grey(self, asset_id: int) -> None:
        """Grey what cannot succeed now, with the reason."""
        detail = await self._desk.read(asset_detail, asset_id)
        for kind, action in self._of_asset:
            refusal = kind.refusal(detail.facts, utc_now())
            action.setEnabled(refusal is None)
            action.setToolTip(refusal or "")

    def _start(self, kind: AssetAction) -> None:
        if self._asset_id is not None:
            start(self._desk, kind, self._window, self._asset_id)

    def _find_asset(self) -> None:
        self._workspace.page.assets.focus_search()

    def _find_account(self) -> None:
        self._workspace.accounts.focus_search()

    def _toggle_details(self) -> None:
        self._workspace.show_details(not self._workspace.details.isVisible())

    def _choose_scheme(self, scheme: Scheme) -> None:
        self._desk.theme.set_scheme(scheme)
        save_setting(folders(), "theme", scheme.value)


def _open_log_folder() -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folders().logs)))
