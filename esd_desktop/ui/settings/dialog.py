"""The settings dialog: pages on the left, one page on the right; each page saves for itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from esd_desktop.ui.ask import Question, ask, opened
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.icons import icon
from esd_desktop.ui.look.roles import Ground, lay_on
from esd_desktop.ui.look.theme import SPACE_8, SPACE_12, SPACE_20, theme
from esd_desktop.ui.settings.appearance_page import AppearancePage
from esd_desktop.ui.settings.backups_page import BackupsPage
from esd_desktop.ui.settings.connections_page import ConnectionsPage
from esd_desktop.ui.settings.form import give_size
from esd_desktop.ui.settings.invoices_page import InvoicesPage
from esd_desktop.ui.settings.keys_page import KeysPage
from esd_desktop.ui.settings.mail_page import MailPage
from esd_desktop.ui.settings.page import SettingsPage
from esd_desktop.ui.settings.people_page import PeoplePage
from esd_desktop.ui.settings.portal_page import PortalPage
from esd_desktop.ui.settings.requests_page import RequestsPage
from esd_desktop.ui.settings.store_page import StorePage
from esd_desktop.ui.settings.updates_page import UpdatesPage

_SIZE = (880, 600)


async def show_settings(
    desk: Desk, parent: QWidget, page: str, open_store: Callable[[str], None]
) -> None:
    """Open the settings on a page ("connections", "mail", "invoices", "requests", "keys",
    "people", "portal", "store", "backups", "updates", "appearance") until they are closed."""
    await opened(SettingsDialog(desk, parent, page, open_store))


class SettingsDialog(QDialog):
    """``open_store`` is called with the address of another store the person wants."""

    def __init__(
        self, desk: Desk, parent: QWidget, page: str, open_store: Callable[[str], None]
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._open_store = open_store
        self.setWindowTitle("Settings")
        store = StorePage(desk, self)
        store.store_wanted.connect(self._leave_for)
        backups = BackupsPage(desk, self)
        backups.restore_wanted.connect(self._leave_to_restore)
        self._pages: dict[str, tuple[str, str, SettingsPage]] = {
            "connections": ("connection", "Connections", ConnectionsPage(desk, self)),
            "mail": ("mail", "Mail", MailPage(desk, self)),
            "invoices": ("invoice", "Invoices", InvoicesPage(desk, self)),
            "requests": ("cancel", "Requests", RequestsPage(desk, self)),
            "keys": ("key", "Licence keys", KeysPage(desk, self)),
            "people": ("account", "People", PeoplePage(desk, self)),
            "portal": ("customer", "Portal", PortalPage(desk, self)),
            "store": ("store", "Store", store),
            "backups": ("clock", "Backups", backups),
            "updates": ("refresh", "Updates", UpdatesPage(desk, self)),
            "appearance": ("appearance", "Appearance", AppearancePage(desk, self)),
        }
        self._list = QListWidget(self)
        self._stack = QStackedWidget(self)
        self._close = QPushButton("Close", self)
        self._fill()
        self._lay_out()
        self._fit()
        self._list.setCurrentRow(list(self._pages).index(page))
        self._list.setFocus()
        theme().changed.connect(self._fit)
        give_size(self, *_SIZE)

    def reject(self) -> None:
        """Close, after asking where something would be lost."""
        unsaved = [title for _, title, page in self._pages.values() if page.unsaved]
        if not unsaved:
            super().reject()
            return
        self._desk.tasks.run("leave settings", lambda: self._asked_to_leave(unsaved), owner=self)

    async def _asked_to_leave(self, unsaved: list[str]) -> None:
        question = Question(
            title="Close without saving?",
            body=f"What you changed under “{', '.join(unsaved)}” has not been saved.",
            yes="Close without saving",
            no="Go on editing",
            dangerous=True,
        )
        if (await ask(self, question)).yes:
            super().reject()

    def _leave_for(self, address: str) -> None:
        self.accept()
        self._open_store(address)

    def _leave_to_restore(self, backup: Path) -> None:
        self.accept()
        self._desk.navigator.restore_wanted.emit(backup)

    def _fill(self) -> None:
        self._list.setAccessibleName("Settings pages")
        self._list.setProperty("flat", True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for drawing, title, page in self._pages.values():
            QListWidgetItem(icon(drawing), title, self._list)
            self._stack.addWidget(page)
        self._list.currentRowChanged.connect(self._stack.setCurrentIndex)

    def _fit(self) -> None:
        """As wide as the longest title needs."""
        self._list.setFixedWidth(self._list.sizeHintForColumn(0) + 2 * SPACE_20)
        side = round(16 * theme().scale)
        self._list.setIconSize(QSize(side, side))

    def _lay_out(self) -> None:
        self._close.setAutoDefault(False)
        self._close.clicked.connect(self.reject)
        side = QFrame(self)
        lay_on(side, Ground.SIDEBAR)
        pages = QVBoxLayout(side)
        pages.setContentsMargins(SPACE_8, SPACE_12, SPACE_8, SPACE_12)
        pages.addWidget(self._list)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(SPACE_20, SPACE_12, SPACE_20, SPACE_20)
        buttons.addStretch(1)
        buttons.addWidget(self._close)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self._stack, 1)
        right.addLayout(buttons)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(side)
        whole.addLayout(right, 1)
