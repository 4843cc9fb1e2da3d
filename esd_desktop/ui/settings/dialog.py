"""The settings dialog: pages on the left, one page on the right. It stays open beside the window's
work; each page saves for itself."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QListWidget,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from esd_desktop.ui.ask import opened
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.theme import SPACE_16
from esd_desktop.ui.settings.connections_page import ConnectionsPage
from esd_desktop.ui.settings.keys_page import KeysPage
from esd_desktop.ui.settings.mail_page import MailPage
from esd_desktop.ui.settings.store_page import StorePage

_SIZE = (860, 560)
_LIST_WIDTH = 150


async def show_settings(
    desk: Desk, parent: QWidget, page: str, open_store: Callable[[str], None]
) -> None:
    """Open the settings on a page ("connections", "mail", "store", "keys") until they are closed."""
    await opened(SettingsDialog(desk, parent, page, open_store))


class SettingsDialog(QDialog):
    """``open_store`` is called with the address of another store the person wants."""

    def __init__(
        self, desk: Desk, parent: QWidget, page: str, open_store: Callable[[str], None]
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Settings")
        self.resize(*_SIZE)
        store = StorePage(desk, self)
        store.store_wanted.connect(self._leave_for(open_store))
        self._pages: dict[str, tuple[str, QWidget]] = {
            "connections": ("Connections", ConnectionsPage(desk, self)),
            "mail": ("Mail", MailPage(desk, self)),
            "keys": ("Licence keys", KeysPage(desk, self)),
            "store": ("Store", store),
        }
        self._list = QListWidget(self)
        self._list.setAccessibleName("Settings pages")
        self._list.setFixedWidth(_LIST_WIDTH)
        self._stack = QStackedWidget(self)
        for words, widget in self._pages.values():
            self._list.addItem(words)
            self._stack.addWidget(widget)
        self._list.currentRowChanged.connect(self._stack.setCurrentIndex)
        self._list.setCurrentRow(list(self._pages).index(page))
        self._lay_out()

    def _leave_for(self, open_store: Callable[[str], None]) -> Callable[[str], None]:
        def leave(address: str) -> None:
            self.accept()
            open_store(address)

        return leave

    def _lay_out(self) -> None:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        middle = QHBoxLayout()
        middle.setSpacing(SPACE_16)
        middle.addWidget(self._list)
        middle.addWidget(self._stack, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_16, SPACE_16, SPACE_16, SPACE_16)
        layout.setSpacing(SPACE_16)
        layout.addLayout(middle, 1)
        layout.addWidget(buttons, 0, Qt.AlignmentFlag.AlignRight)
