"""The catalogue in a window of its own: read it, look through it, accept what is new or changed."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from esd_desktop.errors import ChangedMeanwhile, EsdError
from esd_desktop.models.listing import ListCounts, ListKind, ListQuery
from esd_desktop.models.rights import Right
from esd_desktop.models.rows import ConnectionRow, OfferingRow
from esd_desktop.services.accept_offering import accept_offerings, waiting_offerings
from esd_desktop.services.browse import connection_list
from esd_desktop.services.changes import Changes
from esd_desktop.services.refresh_catalogue import CatalogueRead
from esd_desktop.ui.ask import opened
from esd_desktop.ui.catalogue.acceptance import ask_to_accept
from esd_desktop.ui.catalogue.columns import COLUMNS
from esd_desktop.ui.catalogue.offering_panel import OfferingPanel
from esd_desktop.ui.catalogue.reading import Reading
from esd_desktop.ui.catalogue.wording import ALL, CHANGED, DISCONTINUED, FILTERS, NEW
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.lists.record_page import RecordPage
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.look.roles import Text, write_as
from esd_desktop.ui.look.theme import SPACE_8, SPACE_12, SPACE_16, SPACE_20
from esd_desktop.ui.messages import TONES, tone_of
from esd_desktop.ui.settings.form import give_size
from esd_desktop.ui.widgets.announce import announce
from esd_desktop.ui.widgets.busy_button import BusyButton
from esd_desktop.ui.widgets.empty_state import EmptyState
from esd_desktop.ui.widgets.notice import Button, Notice

_SIZE = (1120, 700)
_PANEL_EMS = 24
_LEAST_LETTERS = 12
_ACCEPTING = "accept offerings"
_LAST_CONNECTION = "catalogue connection"


async def show_catalogue(
    desk: Desk, parent: QWidget, connection_id: int | None = None, filter_name: str = ALL
) -> None:
    """Show the catalogue of a connection, or of the one that was shown last, until it is closed.
    ``filter_name`` is "all", "new", "changed", "active" or "discontinued"."""
    await opened(CatalogueDialog(desk, parent, connection_id, filter_name))


class CatalogueDialog(QDialog):
    """Closing it stops a reading; then nothing of it is written."""

    def __init__(
        self, desk: Desk, parent: QWidget, connection_id: int | None, filter_name: str
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._connections: list[ConnectionRow] = []
        self._wanted = connection_id or desk.memory.recall(_LAST_CONNECTION, 0)
        self.setWindowTitle("Catalogue")
        self.setAccessibleName("Catalogue")
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        give_size(self, *_SIZE)
        self._choice = QComboBox()
        self._reading = Reading(desk)
        self._notice = Notice(Tone.NEUTRAL, "")
        self._page = RecordPage(
            desk,
            kind=ListKind.OFFERINGS,
            columns=COLUMNS,
            name="catalogue",
            title="Products",
            filters=FILTERS,
            search_hint="Product or SKU",
        )
        self._page.choose_filter(filter_name)
        self._panel = OfferingPanel(desk)
        self._accept_all = BusyButton("Accept all shown…")
        self._empty = EmptyState("catalogue", "Opening the catalogue…", "")
        self._pages = QStackedWidget()
        self._content = QWidget()
        self._close = QPushButton("Close")
        self._lay_out()
        self._follow()
        self._load()

    def done(self, result: int) -> None:
        self._reading.stop()
        self._page.remember()
        if self._connection is not None:
            self._desk.memory.keep(_LAST_CONNECTION, self._connection.id)
        super().done(result)

    @property
    def _connection(self) -> ConnectionRow | None:
        place = self._choice.currentIndex()
        return self._connections[place] if 0 <= place < len(self._connections) else None

    def _load(self) -> None:
        self._desk.tasks.run("catalogue connections", self._loaded, owner=self, latest=True)

    async def _loaded(self) -> None:
        try:
            self._connections = await self._desk.read(connection_list)
        except EsdError as fault:
            self._empty.tell_not_loaded(f"{fault.sentence} {fault.advice}".strip(), self._load)
            self._pages.setCurrentWidget(self._empty)
            return
        ids = [row.id for row in self._connections]
        self._choice.clear()
        self._choice.addItems([row.name for row in self._connections])
        if self._wanted in ids:
            self._choice.setCurrentIndex(ids.index(self._wanted))
        if ids:
            self._show_chosen()
            self._pages.setCurrentWidget(self._content)
            self._page.list.setFocus()
        else:
            self._tell_no_connection()

    def _tell_no_connection(self) -> None:
        self._reading.show_connection(None)
        add = ("Connections…", self._go_to_connections)
        self._empty.tell("connection", "No connection yet", _NO_CONNECTION, add)
        self._pages.setCurrentWidget(self._empty)

    def _go_to_connections(self) -> None:
        self.accept()
        self._desk.navigator.settings_wanted.emit("connections")

    def _show_chosen(self) -> None:
        connection = self._connection
        self._notice.hide()
        self._reading.show_connection(connection)
        self._page.show_connection(connection.id if connection else None)

    def _chosen_by_person(self) -> None:
        self._page.list.selection.clear()
        self._show_chosen()

    def _accept_one(self, row: OfferingRow) -> None:
        self._accept([row])

    def _accept(self, rows: list[OfferingRow]) -> None:
        self._desk.tasks.run(_ACCEPTING, partial(self._accepted, rows), owner=self)

    async def _accepted(self, rows: list[OfferingRow]) -> None:
        touching = Changes(offerings=frozenset(row.id for row in rows))
        seen = {row.id: row.version for row in rows}
        try:
            done = await self._desk.do(touching, accept_offerings, seen)
        except EsdError as fault:
            self._desk.messages.fault(fault, quiet=True)
            self._tell_fault(fault)
            if isinstance(fault, ChangedMeanwhile):
                await self._ask_again(fault, seen)
        else:
            self._desk.messages.outcome(done, quiet=True)
            self._tell(TONES[done.result], done.sentence, done.advice)

    async def _ask_again(self, fault: ChangedMeanwhile, chosen: Collection[int]) -> None:
        """What was chosen is another by now: show how it is, and leave it to the person."""
        query = self._page.list.query or self._page.query
        waiting = await self._desk.read(waiting_offerings, query)
        rows = [row for row in waiting if row.id in chosen]
        if rows and await ask_to_accept(self, rows, because=fault.sentence):
            await self._accepted(rows)

    def _ask_for_all(self) -> None:
        query = self._page.list.query or self._page.query
        self._desk.tasks.run(_ACCEPTING, partial(self._asked_for_all, query), owner=self)

    async def _asked_for_all(self, query: ListQuery) -> None:
        try:
            rows = await self._desk.read(waiting_offerings, query)
        except EsdError as fault:
            self._tell_fault(fault)
            return
        if not rows:
            self._tell(Tone.NEUTRAL, "None of the products shown is new or changed.")
        elif await ask_to_accept(self, rows):
            await self._accepted(rows)

    def _tell_read(self, read: CatalogueRead) -> None:
        self._tell(TONES[read.result], read.sentence, read.advice, self._links(read))

    def _links(self, read: CatalogueRead) -> list[Button]:
        """To what was found, by the number of each."""
        return [
            (f"{words} ({len(found)})", partial(self._page.choose_filter, name))
            for words, name, found in (
                ("New", NEW, read.new),
                ("Changed", CHANGED, read.changed),
                ("Discontinued", DISCONTINUED, read.discontinued),
            )
        ]

    def _tell_stopped(self) -> None:
        self._tell(Tone.NEUTRAL, "The reading was stopped.")

    def _tell_fault(self, fault: EsdError) -> None:
        self._tell(tone_of(fault), fault.sentence, fault.advice)

    def _tell(
        self, tone: Tone, sentence: str, advice: str = "", buttons: list[Button] | None = None
    ) -> None:
        self._notice.tell(tone, sentence, advice, buttons or ())
        self._notice.show()
        announce(self, f"{sentence} {advice}".strip(), at_once=tone is Tone.BAD)

    def _counted(self, counts: ListCounts) -> None:
        # Beside an empty catalogue there is nothing to select.
        self._panel.setVisible(bool(counts.by_filter[ALL]))

    def _show_busy(self, key: str) -> None:
        if key == _ACCEPTING:
            busy = self._desk.tasks.is_busy(_ACCEPTING)
            self._accept_all.set_busy(busy)
            self._panel.set_busy(busy)

    def _store_changed(self, changes: Changes) -> None:
        # A reading names its connection too; only a list of others has to be shown anew.
        known = {row.id for row in self._connections}
        if changes.everything or not changes.connections <= known or not known:
            self._load()

    def _follow(self) -> None:
        self._choice.activated.connect(self._chosen_by_person)
        self._reading.began.connect(self._notice.hide)
        self._reading.read.connect(self._tell_read)
        self._reading.failed.connect(self._tell_fault)
        self._reading.stopped.connect(self._tell_stopped)
        self._page.list.selected.connect(self._panel.show_offering)
        self._page.counted.connect(self._counted)
        self._panel.accept_wanted.connect(self._accept_one)
        self._accept_all.clicked.connect(self._ask_for_all)
        self._desk.rights.guard(self._accept_all, Right.CATALOGUE)
        self._close.clicked.connect(self.accept)
        self._desk.tasks.changed.connect(self._show_busy)
        self._desk.bus.store_changed.connect(self._store_changed)

    def _lay_out(self) -> None:
        self._page.list.set_nothing_yet(
            "This catalogue was not read yet",
            "Get Services Definition reads what Microsoft sells over this connection.",
            ("Get Services Definition", self._reading.start),
        )
        self._page.bar.addWidget(self._accept_all)
        self._accept_all.set_tip("Accept what is new or changed among the products shown")
        self._page.set_details(self._panel)
        self._panel.setMinimumWidth(_PANEL_EMS * self._desk.theme.px())
        self._notice.hide()
        column = QVBoxLayout(self._content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_12)
        column.addLayout(self._top())
        column.addWidget(self._notice)
        column.addWidget(self._page, 1)
        # Before it is known whose catalogue it is, there would be everybody's.
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self._content)
        bottom = QHBoxLayout()
        bottom.addStretch(1)
        bottom.addWidget(self._close)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(SPACE_20, SPACE_20, SPACE_20, SPACE_20)
        whole.setSpacing(SPACE_16)
        whole.addWidget(self._pages, 1)
        whole.addLayout(bottom)
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)

    def _top(self) -> QHBoxLayout:
        heading, label = QLabel("Catalogue"), QLabel("C&onnection")
        write_as(heading, Text.HEADING)
        label.setBuddy(self._choice)
        self._choice.setAccessibleName("Connection")
        self._choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._choice.setMinimumContentsLength(_LEAST_LETTERS)
        row = QHBoxLayout()
        row.setSpacing(SPACE_8)
        row.addWidget(heading)
        row.addSpacing(SPACE_16)
        row.addWidget(label)
        row.addWidget(self._choice)
        row.addSpacing(SPACE_8)
        row.addWidget(self._reading, 1)
        return row


_NO_CONNECTION = "A catalogue is read over a connection to Microsoft. Add one in the settings."
