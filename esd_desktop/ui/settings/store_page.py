"""Where the data lives, and opening another store."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from esd_desktop.errors import EsdError
from esd_desktop.services.browse import store_name
from esd_desktop.ui.ask import ask_file
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.settings.form import add_file, button_row, form_layout, page_layout, words

_EXPLANATION = (
    "The store holds the accounts and assets: a file on this computer, or a PostgreSQL database "
    "that several desktops share (postgresql://user@host/database)."
)


class StorePage(QWidget):
    """``store_wanted`` carries the address of the store to open."""

    store_wanted = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._now = words("", self)
        form = form_layout()
        self._address = add_file(form, "File or address", self, self._choose)
        self._open = QPushButton("Open this store", self)
        self._open.setEnabled(False)
        self._open.clicked.connect(lambda: self.store_wanted.emit(self._address.text().strip()))
        self._address.textChanged.connect(lambda text: self._open.setEnabled(bool(text.strip())))
        layout = page_layout(self, _EXPLANATION)
        layout.addWidget(self._now)
        layout.addLayout(form)
        layout.addLayout(button_row(self._open))
        layout.addStretch(1)
        desk.tasks.run("store settings", self._read, owner=self, latest=True)

    async def _read(self) -> None:
        try:
            self._now.setText(f"Open now: {await self._desk.read(store_name)}")
        except EsdError as fault:
            self._now.setText(fault.sentence)

    def _choose(self, line: QLineEdit) -> None:
        async def chosen() -> None:
            path = await ask_file(self, "Open a store", "Stores (*.db);;All files (*)")
            if path is not None:
                line.setText(str(path))

        self._desk.tasks.run("choose store", chosen, owner=self)
