"""The menu bar: the usual menus and keys. What needs the panes is greyed until they are there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QDesktopServices,
    QGuiApplication,
    QKeySequence,
)
from PySide6.QtWidgets import QMenu

from esd_desktop.errors import EsdError
from esd_desktop.models.rights import Right
from esd_desktop.models.rows import AssetView, StatusFilter
from esd_desktop.services.changes import Changes
from esd_desktop.settings import folders
from esd_desktop.ui.about import show_about, show_keys
from esd_desktop.ui.accounts.tabs import Tab
from esd_desktop.ui.asset_menu import AssetEntries
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.edit_menu import EditEntries
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.look.theme import Scheme
from esd_desktop.ui.messages import Message
from esd_desktop.ui.settings.appearance_page import SCHEMES, choose_scheme
from esd_desktop.ui.widgets.facts import Fact, FactGroup

if TYPE_CHECKING:
    from esd_desktop.ui.assets.page import AssetsPage
    from esd_desktop.ui.main_window import MainWindow
    from esd_desktop.ui.workspace import Workspace

_FILTERS: tuple[tuple[str, StatusFilter], ...] = (
    ("&All Assets", "all"),
    ("A&ctive Assets", "active"),
    ("Cance&lled Assets", "cancelled"),
)
_VIEWS = (
    ("&Failed Provisioning", AssetView.FAILED),
    ("&Unsynchronised", AssetView.UNSYNCHRONISED),
    ("D&iscrepancies", AssetView.DISCREPANCIES),
    ("Re&quests to Cancel", AssetView.REQUESTED),
)


_RECORDS = (
    ("Its &Orders", Tab.ORDERS),
    ("Its &Invoices", Tab.INVOICES),
    ("Its &Requests to Cancel", Tab.REQUESTS),
    ("Its Discre&pancies", Tab.DISCREPANCIES),
    ("Its &Mails", Tab.MAILS),
)


_NOTE_THE_HEAD = (
    "Keep a copy of its head elsewhere: with it “esd audit verify --expect HEAD” shows later that "
    "nothing up to here was written anew."
)


class Menus(QObject):
    """Makes the menu bar of the main window, and keeps it true."""

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._of_workspace: set[QAction] = set()
        self._is_workspace_there = False
        self._needs: dict[QAction, Right] = {}
        self._schemes: dict[Scheme, QAction] = {}
        self._file(self._menu("&File"))
        self._edit(self._menu("&Edit"))
        self._view(self._menu("&View"))
        self._account(self._menu("A&ccount"))
        self._asset = AssetEntries(desk, self._menu("&Asset"), window)
        self._tools(self._menu("&Tools"))
        self._help(self._menu("&Help"))
        self.workspace_is_gone()
        desk.rights.changed.connect(self._allow)
        desk.theme.changed.connect(self._show_scheme)
        self._show_scheme()

    def workspace_is_there(self, workspace: Workspace) -> None:
        """The panes are shown: what works on them can be chosen."""
        self._workspace = workspace
        self._is_workspace_there = True
        self._allow()

    def workspace_is_gone(self) -> None:
        """There are no panes."""
        self._is_workspace_there = False
        self._allow()
        self._asset.forget()

    def key_groups(self) -> list[FactGroup]:
        """The keys of every menu, for people."""
        groups = []
        for top in self._window.menuBar().actions():
            menu = top.menu()
            entries = menu.actions() if isinstance(menu, QMenu) else []
            facts = [_key_of(action) for action in entries if action.shortcuts()]
            if facts:
                groups.append(FactGroup(_plain(top), facts))
        return groups

    def _file(self, menu: QMenu) -> None:
        menu.setToolTipsVisible(True)
        bring = self._add(menu, "&Import…", self._window.dialogs.import_file, "Ctrl+I")
        export = self._add_to_panes(menu, "&Export…", self._export, "Ctrl+Shift+E")
        self._needs |= {bring: Right.IMPORT, export: Right.EXPORT}
        self._add(menu, "Open S&tore…", partial(self._window.show_settings, "store"), "Ctrl+O")
        menu.addSeparator()
        settings = self._add(menu, "&Settings…", self._window.show_settings, "Ctrl+,")
        settings.setMenuRole(QAction.MenuRole.PreferencesRole)
        menu.addSeparator()
        leave = self._add(menu, "&Quit", self._window.close, "Ctrl+Q")
        leave.setMenuRole(QAction.MenuRole.QuitRole)

    def _edit(self, menu: QMenu) -> None:
        EditEntries(menu)
        menu.addSeparator()
        find = QKeySequence.StandardKey.Find
        self._add_to_panes(menu, "&Find Asset", self._find_asset, find)
        self._add_to_panes(menu, "Find &Account", self._find_account, "Ctrl+Shift+F")

    def _view(self, menu: QMenu) -> None:
        for number, (words, status) in enumerate(_FILTERS, 1):
            self._add_to_panes(menu, words, partial(self._choose_status, status), f"Ctrl+{number}")
        menu.addSeparator()
        for words, view in _VIEWS:
            self._add_to_panes(menu, words, partial(self._choose_view, view))
        menu.addSeparator()
        refresh = self._add_to_panes(menu, "&Refresh", self._refresh)
        refresh.setShortcuts([QKeySequence("F5"), QKeySequence("Ctrl+R")])
        menu.addSeparator()
        self._add_to_panes(menu, "&Next Pane", partial(self._go_to_pane, 1), "F6")
        self._add_to_panes(menu, "&Previous Pane", partial(self._go_to_pane, -1), "Shift+F6")
        self._add_to_panes(menu, "Show or Hide &Details", self._toggle_details, "Ctrl+D")
        activity = self._window.activity.toggleViewAction()
        activity.setText("Acti&vity")
        activity.setShortcut("Ctrl+Shift+A")
        menu.addAction(activity)
        self._add(menu, "Go to Newest &Message", self._window.go_to_newest_message, "F8")
        menu.addSeparator()
        self._appearance(menu.addMenu("App&earance"))

    def _appearance(self, menu: QMenu) -> None:
        group = QActionGroup(menu)
        for scheme, words in SCHEMES:
            action = self._add(menu, words, partial(self._choose_scheme, scheme))
            action.setCheckable(True)
            group.addAction(action)
            self._schemes[scheme] = action

    def _account(self, menu: QMenu) -> None:
        menu.setToolTipsVisible(True)
        everything = partial(self._desk.navigator.account_wanted.emit, None)
        of_all = self._add_to_panes(menu, "&All Assets of All Accounts", everything, "Ctrl+0")
        of_all.setToolTip("Billing, Assets: every asset of every account")
        go = self._add_to_panes(menu, "&Go to an Account", self._find_account)
        go.setToolTip("Office, Accounts: find an account and open it")
        of_one = self._add_to_panes(menu, "A&ssets of the Account", self._assets)
        of_one.setToolTip("The list of its assets, in front of its other tabs")
        for words, tab in _RECORDS:
            self._add_to_panes(menu, words, partial(self._show_records, tab))
        menu.addSeparator()
        order = self._add_to_panes(menu, "Or&der Licences…", self._order, "Ctrl+N")
        dialogs = self._window.dialogs
        new = self._add_to_panes(menu, "&New Customer…", dialogs.new_account, "Ctrl+Shift+N")
        self._edit_account = self._add(menu, "&Edit Account…", self._edit_the_account)
        self._needs |= {order: Right.ORDER, new: Right.ACCOUNTS}
        menu.aboutToShow.connect(self._tell_edit_account)

    def _tools(self, menu: QMenu) -> None:
        menu.setToolTipsVisible(True)
        self._add_to_panes(menu, "Ca&talogue…", self._window.dialogs.catalogue, "Ctrl+T")
        self._add_to_panes(menu, "Mail Tem&plates…", self._window.dialogs.templates)
        works = partial(self._desk.navigator.work_wanted.emit, None)
        self._add_to_panes(menu, "Mass &Work", works, "Ctrl+Shift+M")
        menu.addSeparator()
        for words, page in (
            ("&Connections…", "connections"),
            ("&Mail…", "mail"),
            ("&Invoices and Tax…", "invoices"),
            ("&Requests to Cancel…", "requests"),
            ("Licence &Keys…", "keys"),
            ("Pe&ople…", "people"),
            ("&Backups…", "backups"),
        ):
            self._add(menu, words, partial(self._window.show_settings, page))
        menu.addSeparator()
        verify = self._add_to_panes(menu, "&Verify the Audit", self._verify_audit)
        self._needs[verify] = Right.AUDIT

    def _help(self, menu: QMenu) -> None:
        self._add(menu, "&Keyboard Shortcuts", self._show_keys, "F1")
        self._add(menu, "Open the &Demo", self._desk.navigator.demo_wanted.emit)
        self._add(menu, "Open &Log Folder", self._open_log_folder)
        menu.addSeparator()
        about = self._add(menu, "&About ESD Desktop", partial(show_about, self._desk, self._window))
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

    def _add_to_panes(
        self,
        menu: QMenu,
        words: str,
        do: Callable[[], object],
        keys: str | QKeySequence.StandardKey | None = None,
    ) -> QAction:
        """What works only while the panes are there."""
        action = self._add(menu, words, do, keys)
        self._of_workspace.add(action)
        return action

    def _allow(self) -> None:
        """Grey what there is nothing for, and with its reason what the person may not do."""
        for action in self._of_workspace:
            action.setEnabled(self._is_workspace_there)
        for action, right in self._needs.items():
            _grey(action, self._desk.rights.refusal(right))
            if action in self._of_workspace and not self._is_workspace_there:
                action.setEnabled(False)

    def _find_asset(self) -> None:
        self._assets().focus_search()

    def _find_account(self) -> None:
        self._workspace.accounts.focus_search()

    def _choose_status(self, status: StatusFilter) -> None:
        self._assets().choose_status(status)

    def _choose_view(self, view: AssetView) -> None:
        self._assets().choose_view(view)

    def _assets(self) -> AssetsPage:
        """The Assets tab, whichever was in front of it."""
        self._workspace.page.show_assets()
        return self._workspace.page.assets

    def _show_records(self, tab: Tab) -> None:
        self._workspace.page.show_records(tab)

    def _order(self) -> None:
        self._window.dialogs.order(self._workspace.page.account_id)

    def _edit_the_account(self) -> None:
        account_id = self._workspace.page.account_id
        if account_id is not None:
            self._window.dialogs.edit_account(account_id)

    def _tell_edit_account(self) -> None:
        workspace = self._window.workspace
        is_open = workspace is not None and workspace.page.account_id is not None
        refusal = self._desk.rights.refusal(Right.ACCOUNTS)
        _grey(self._edit_account, refusal or (None if is_open else "Open an account first"))

    def _export(self) -> None:
        self._workspace.page.export()

    def _refresh(self) -> None:
        """Others may have written anything: every view reads again what it shows."""
        self._desk.bus.announce(Changes(everything=True))

    def _go_to_pane(self, step: int) -> None:
        self._workspace.next_pane(step)

    def _toggle_details(self) -> None:
        self._workspace.show_details(not self._workspace.details.isVisible())

    def _choose_scheme(self, scheme: Scheme) -> None:
        try:
            choose_scheme(self._desk.theme, scheme)
        except EsdError as fault:
            self._desk.messages.fault(fault)

    def _show_scheme(self) -> None:
        self._schemes[self._desk.theme.scheme].setChecked(True)

    def _verify_audit(self) -> None:
        words = "Verifying the audit"
        self._desk.tasks.run("verify audit", self._verified, owner=self, words=words)

    async def _verified(self) -> None:
        from esd_desktop.services.verify_audit import verify_audit

        found = await self._desk.read(verify_audit)
        head = str(found.head)
        copy = ("Copy Its Head", lambda: QGuiApplication.clipboard().setText(head))
        told = Message(Tone.GOOD, found.sentence, _NOTE_THE_HEAD, action=copy)
        self._desk.messages.post(told)

    def _show_keys(self) -> None:
        show_keys(self._desk, self._window, self.key_groups())

    def _open_log_folder(self) -> None:
        logs = folders().logs
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(logs))):
            sentence = f"The log folder could not be opened here. It is {logs}."
            self._desk.messages.post(Message(Tone.WARNING, sentence))


def _grey(action: QAction, refusal: str | None) -> None:
    action.setEnabled(refusal is None)
    # Without a text of its own, the tooltip is the action's name.
    action.setToolTip(refusal or "")
    action.setStatusTip(refusal or "")


def _key_of(action: QAction) -> Fact:
    native = QKeySequence.SequenceFormat.NativeText
    keys = ", ".join(one.toString(native) for one in action.shortcuts())
    return Fact(_plain(action), keys)


def _plain(action: QAction) -> str:
    """Its text without the mark of the letter that Alt reaches."""
    return action.text().replace("&", "").rstrip("…")
