"""Where the data lives, and opening another store."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from esd_desktop.errors import EsdError
from esd_desktop.policy import in_force
from esd_desktop.services.browse import store_name
from esd_desktop.settings import folders
from esd_desktop.ui.ask import ask_file
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.roles import Kind, make_kind
from esd_desktop.ui.settings.form import add_file, button_row, form_layout
from esd_desktop.ui.settings.page import SettingsPage
from esd_desktop.ui.widgets.wrapped import ValueText

_EXPLANATION = (
    "The store holds the accounts and assets: a file on this computer, or a PostgreSQL database "
    "that several desktops share. A file that does not exist yet becomes a new, empty store."
)
_PLACEHOLDER = "A file, or postgresql://user@host/database"


class StorePage(SettingsPage):
    """``store_wanted`` carries the address of the store to open."""

    store_wanted = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(desk, parent, "Store", _EXPLANATION)
        self._now = ValueText("", "Open now")
        form = form_layout()
        form.addRow("Open now", self._now)
        self._address = add_file(form, "Another store", self._choose, placeholder=_PLACEHOLDER)
        self._open = QPushButton("Open this store")
        make_kind(self._open, Kind.PRIMARY)
        self._open.setEnabled(False)
        self._open.clicked.connect(lambda: self.store_wanted.emit(_absolute(self._address.text())))
        self._default = QPushButton("Back to the default store")
        self._default.setEnabled(False)
        self._default.setToolTip(_default_file())
        self._default.clicked.connect(lambda: self.store_wanted.emit(folders().default_store))
        self._address.textChanged.connect(lambda text: self._open.setEnabled(bool(text.strip())))
        self.body.addLayout(form)
        self.body.addWidget(button_row("Store", self._open, self._default))
        self.lock({"store": self._address})
        desk.tasks.run("store settings", self._read, owner=self, latest=True)

    async def _read(self) -> None:
        try:
            name = await self.desk.read(store_name)
        except EsdError as fault:
            name = fault.sentence
        self._now.set_value(name)
        self._default.setEnabled(name != _default_file() and "store" not in in_force().values)

    def _choose(self, line: QLineEdit) -> None:
        async def chosen() -> None:
            path = await ask_file(self, "Open a store", "Stores (*.db);;All files (*)")
            if path is not None:
                line.setText(str(path))

        self.desk.tasks.run("choose store", chosen, owner=self)


def _default_file() -> str:
    return folders().default_store.removeprefix("sqlite:///")


def _absolute(address: str) -> str:
    """A file is opened again at the next start, which may be in another folder."""
    address = address.strip()
    return address if "://" in address else str(Path(address).expanduser().absolute())
