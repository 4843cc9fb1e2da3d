"""Help: everything that the program is made of, each with the text of its licence."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QPlainTextEdit, QWidget

from esd_desktop.licences import LGPL_NOTICE, Component, components
from esd_desktop.ui.ask import answered
from esd_desktop.ui.look.theme import SPACE_12, theme
from esd_desktop.ui.widgets.dialog import Dialog

_SIZE = QSize(620, 380)
_LIST_WIDTH = 220


async def show_licences(parent: QWidget) -> None:
    """Show them until the dialog is closed."""
    # From the metadata of what is installed it takes a moment.
    parts = await asyncio.to_thread(components)
    dialog = Dialog("Licences", LGPL_NOTICE, parent)
    dialog.body.addWidget(LicenceView(parts))
    dialog.add_button("Close", None, default=True, escape=True)
    await answered(dialog)


class LicenceView(QWidget):
    """Names at the left, the text of the chosen one at the right."""

    def __init__(self, parts: list[Component]) -> None:
        super().__init__()
        self._parts = parts
        self._list, self._text = QListWidget(), QPlainTextEdit()
        self._list.setAccessibleName("Parts of the program")
        self._list.addItems([f"{one.name} {one.version}".strip() for one in parts])
        self._list.setFixedWidth(round(_LIST_WIDTH * theme().scale))
        self._text.setReadOnly(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_12)
        row.addWidget(self._list)
        row.addWidget(self._text, 1)
        self.setMinimumSize(_SIZE * theme().scale)
        self._list.currentRowChanged.connect(self._show)
        self._list.setCurrentRow(0)

    def _show(self, place: int) -> None:
        part = self._parts[place]
        self._text.setAccessibleName(f"Licence of {part.name}")
        self._text.setPlainText(f"{part.name} {part.version}\n{part.licence}\n\n{part.text}")
