"""Get Services Definition: the button, how far it is, and a Stop that truly stops it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget
from shiboken6 import isValid

from esd_desktop.errors import EsdError
from esd_desktop.models.rights import Right
from esd_desktop.models.rows import ConnectionRow
from esd_desktop.models.wording import counted
from esd_desktop.services.changes import Changes
from esd_desktop.services.refresh_catalogue import CatalogueProgress, refresh_catalogue
from esd_desktop.ui.catalogue.wording import links
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.roles import Kind, Text, write_as
from esd_desktop.ui.look.theme import SPACE_4, SPACE_8
from esd_desktop.ui.widgets.busy_button import BusyButton
from esd_desktop.ui.widgets.elided import ElidedLabel
from esd_desktop.ui.widgets.progress_line import ProgressLine


class Reading(QWidget):
    """``read`` carries what was found (CatalogueRead), ``failed`` the fault, ``stopped`` nothing;
    ``began`` comes before any of them."""

    began = Signal()
    read = Signal(object)
    failed = Signal(object)
    stopped = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._connection: ConnectionRow | None = None
        self._get = BusyButton("Get Services Definition", kind=Kind.PRIMARY)
        self._get.set_tip("Read what Microsoft sells over this connection")
        self._stop = QPushButton("Stop")
        self._step = ElidedLabel(parent=self)
        self._line = ProgressLine("Reading the catalogue")
        self._lay_out()
        self._get.clicked.connect(self.start)
        desk.rights.guard(self._get, Right.CATALOGUE)
        self._stop.clicked.connect(self.stop)
        desk.tasks.changed.connect(self._task_changed)

    def show_connection(self, connection: ConnectionRow | None) -> None:
        """Say whose catalogue is read."""
        self._connection = connection
        self._get.set_refusal(None if connection else "There is no connection yet.")
        self._show_busy()

    def start(self) -> None:
        """Read it, unless that is under way already."""
        if self._connection is not None:
            self._desk.tasks.run(
                _key(self._connection),
                partial(self._carried_out, self._connection),
                owner=self,
                words=f"Reading the catalogue of “{self._connection.name}”",
            )

    def stop(self) -> None:
        """Stop reading, if that is under way; nothing is written then."""
        if self._connection is not None and self._desk.tasks.is_busy(_key(self._connection)):
            self._desk.tasks.cancel(_key(self._connection))
            self.stopped.emit()

    async def _carried_out(self, connection: ConnectionRow) -> None:
        self._step.setText("Asking Microsoft…")
        self.began.emit()
        touching = Changes(connections=frozenset({connection.id}))
        try:
            read = await self._desk.do(
                touching, refresh_catalogue, connection.id, progress=self._progress()
            )
        except EsdError as fault:
            self._desk.messages.fault(fault, quiet=True)
            self.failed.emit(fault)
        else:
            self._desk.messages.outcome(read, quiet=True, links=links(self._desk, connection.id))
            self.read.emit(read)

    def _task_changed(self, key: str) -> None:
        if self._connection is not None and key == _key(self._connection):
            self._show_busy()

    def _show_busy(self) -> None:
        connection = self._connection
        busy = connection is not None and self._desk.tasks.is_busy(_key(connection))
        if self._stop.hasFocus() and not busy:
            self._get.setFocus()
        self._get.set_busy(busy)
        self._stop.setVisible(busy)
        if not busy:
            self._step.clear()
        if busy:
            self._line.run()
        else:
            self._line.stop()

    def _progress(self) -> Callable[[CatalogueProgress], None]:
        """To be called from the worker's thread, also when this is gone."""
        return partial(_call_soon, asyncio.get_running_loop(), self._show_progress)

    def _show_progress(self, progress: CatalogueProgress) -> None:
        if isValid(self):
            pages, products = progress.pages, progress.products
            self._step.setText(f"{counted(pages, 'page')}, {counted(products, 'product')} read…")

    def _lay_out(self) -> None:
        write_as(self._step, Text.MUTED)
        self._step.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        for button in (self._get, self._stop):
            button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout()
        row.setSpacing(SPACE_8)
        row.addWidget(self._get)
        row.addWidget(self._stop)
        row.addWidget(self._step, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_4)
        # As much above the buttons as there is below, so that they stand in line with the rest.
        column.addSpacing(self._line.sizeHint().height())
        column.addLayout(row)
        column.addWidget(self._line)
        self._show_busy()


def _key(connection: ConnectionRow) -> str:
    """The same as wherever else it can be read, so that it is read once at a time."""
    return f"connection:{connection.id}:catalogue"


def _call_soon(
    loop: asyncio.AbstractEventLoop,
    tell: Callable[[CatalogueProgress], None],
    progress: CatalogueProgress,
) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(tell, progress)
