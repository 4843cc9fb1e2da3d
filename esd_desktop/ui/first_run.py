"""The first-run guide: a store without accounts, and what can be done first."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from msgspec import Struct
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from esd_desktop.errors import EsdError
from esd_desktop.models.rights import Right
from esd_desktop.models.rows import ConnectionRow
from esd_desktop.services.browse import connection_list
from esd_desktop.services.changes import Changes
from esd_desktop.services.refresh_catalogue import refresh_catalogue
from esd_desktop.ui.catalogue.wording import links
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.look.icons import icon
from esd_desktop.ui.look.roles import Ground, Kind, Text, lay_on, make_kind, write_as
from esd_desktop.ui.look.theme import SPACE_8, SPACE_12, SPACE_16, SPACE_20, theme
from esd_desktop.ui.messages import TONES, tone_of
from esd_desktop.ui.rights import OwnRights
from esd_desktop.ui.widgets.busy_button import BusyButton
from esd_desktop.ui.widgets.notice import Notice
from esd_desktop.ui.widgets.wrapped import wrapped_label

_ICON_PX = 24
_CARD_EMS = 17
_WIDEST_EMS = 62


class Step(Struct, frozen=True):
    """One thing to begin with: a card with a button. ``key`` is the task that the button starts,
    where it starts one that takes a while; ``right`` what it takes."""

    icon: str
    title: str
    sentence: str
    label: str
    begin: Callable[[], object]
    primary: bool = False
    key: str = ""
    right: Right | None = None


class FirstRunGuide(QWidget):
    """Offers the demo, a connection or an import; once there is a connection, what comes next.

    ``done`` is called when there are accounts, or the person wants to see the window anyway.
    """

    def __init__(
        self, desk: Desk, connections: list[ConnectionRow], done: Callable[[], object]
    ) -> None:
        super().__init__()
        self._desk = desk
        self._done = done
        self._shown: list[str] | None = None
        self._block = QWidget()
        self._title = QLabel()
        self._sentence = QLabel()
        self._notice = Notice(Tone.NEUTRAL, "")
        self._cards = _Cards(desk.rights)
        self._skip = QPushButton("Show the empty window")
        self._skip.clicked.connect(lambda: done())
        self._lay_out()
        self._show_steps(connections)
        desk.bus.store_changed.connect(self._store_changed)
        desk.tasks.changed.connect(self._task_changed)
        desk.theme.changed.connect(self._fit)

    def _store_changed(self, changes: Changes) -> None:
        if changes.everything or changes.accounts:
            self._done()
        elif changes.connections:
            self._desk.tasks.run("first run", self._read, owner=self, latest=True)

    def _task_changed(self, key: str) -> None:
        self._cards.show_busy(key, self._desk.tasks.is_busy(key))

    def _fit(self) -> None:
        self._block.setMaximumWidth(_WIDEST_EMS * theme().px())

    async def _read(self) -> None:
        self._show_steps(await self._desk.read(connection_list))

    def _show_steps(self, connections: list[ConnectionRow]) -> None:
        shown = [connection.name for connection in connections[:1]]
        if shown == self._shown:
            return
        self._shown = shown
        self._notice.hide()
        self._skip.setVisible(not connections)
        if connections:
            self._title.setText(f"“{connections[0].name}” is set up")
            self._sentence.setText("What would you like to do next?")
            self._cards.show_steps(self._next_steps(connections[0]))
        else:
            self._title.setText("Welcome to ESD Desktop")
            self._sentence.setText("This store is empty. How would you like to begin?")
            self._cards.show_steps(self._first_steps())

    def _first_steps(self) -> tuple[Step, ...]:
        navigator = self._desk.navigator
        return (
            Step(
                "eye",
                "Look around first",
                "The demo opens in a window of its own: a few hundred invented licences, a "
                "sandbox in Microsoft's place, and nothing that could go wrong.",
                "Open the demo",
                navigator.demo_wanted.emit,
            ),
            Step(
                "connection",
                "Connect to Microsoft",
                "You need your tenant, client id, channel id and the certificate that Microsoft "
                "knows you by.",
                "Add a connection…",
                lambda: navigator.settings_wanted.emit("connections"),
                primary=True,
                right=Right.CONNECTIONS,
            ),
            self._import_step(primary=False),
        )

    def _next_steps(self, connection: ConnectionRow) -> tuple[Step, ...]:
        return (
            Step(
                "catalogue",
                "Read the catalogue",
                "Asks Microsoft which products this connection offers, and shows that it works. "
                "Nothing is ordered.",
                "Read the catalogue",
                partial(self._read_catalogue, connection),
                key=_catalogue_key(connection),
                right=Right.CATALOGUE,
            ),
            self._import_step(primary=True),
            Step(
                "details",
                "Look at the window",
                "Accounts, assets and their details. Everything offered here is in the menus too.",
                "Show the empty window",
                self._done,
            ),
        )

    def _import_step(self, *, primary: bool) -> Step:
        return Step(
            "import",
            "Bring your records",
            "Accounts and assets from a CSV or XLSX file, as your other system exports them. The "
            "file is checked before anything is written.",
            "Import a file…",
            self._desk.navigator.import_wanted.emit,
            primary=primary,
            right=Right.IMPORT,
        )

    def _read_catalogue(self, connection: ConnectionRow) -> None:
        self._desk.tasks.run(
            _catalogue_key(connection),
            partial(self._catalogue_read, connection),
            owner=self,
            words=f"Reading the catalogue of “{connection.name}”",
        )

    async def _catalogue_read(self, connection: ConnectionRow) -> None:
        self._notice.hide()
        try:
            outcome = await self._desk.do(Changes(), refresh_catalogue, connection.id)
        except EsdError as fault:
            self._desk.messages.fault(fault, quiet=True)
            self._notice.tell(tone_of(fault), fault.sentence, fault.advice)
        else:
            found = links(self._desk, connection.id)
            self._desk.messages.outcome(outcome, quiet=True, links=found)
            self._notice.tell(TONES[outcome.result], outcome.sentence, outcome.advice, found)
        self._notice.show()

    def _lay_out(self) -> None:
        centre = Qt.AlignmentFlag.AlignHCenter
        write_as(self._title, Text.TITLE)
        write_as(self._sentence, Text.MUTED)
        make_kind(self._skip, Kind.LINK)
        column = QVBoxLayout(self._block)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_8)
        column.addStretch(2)
        for label in (self._title, self._sentence):
            label.setAlignment(centre)
            label.setWordWrap(True)
            column.addWidget(label)
        column.addSpacing(SPACE_16)
        for part in (self._notice, self._cards):
            column.addWidget(part)
        column.addSpacing(SPACE_12)
        column.addWidget(self._skip, 0, centre)
        column.addStretch(3)
        content = QWidget()
        middle = QHBoxLayout(content)
        middle.setContentsMargins(SPACE_20, SPACE_20, SPACE_20, SPACE_20)
        middle.addWidget(self._block)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(content)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        self._fit()


class _Cards(QWidget):
    """The steps side by side, or below one another where there is no room."""

    def __init__(self, rights: OwnRights) -> None:
        super().__init__()
        self._rights = rights
        self._cards: list[_Card] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(SPACE_16)
        theme().changed.connect(self._place)

    def show_steps(self, steps: tuple[Step, ...]) -> None:
        for card in self._cards:
            self._grid.removeWidget(card)
            card.hide()
            card.deleteLater()
        self._cards = [_Card(step, self) for step in steps]
        for card, step in zip(self._cards, steps, strict=True):
            if step.right is not None:
                self._rights.guard(card.button, step.right)
        self._place()

    def show_busy(self, key: str, busy: bool) -> None:
        for card in self._cards:
            if card.key == key:
                card.button.set_busy(busy)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        em = theme().px()
        beside = self.width() >= len(self._cards) * _CARD_EMS * em
        for place, card in enumerate(self._cards):
            self._grid.addWidget(card, *((0, place) if beside else (place, 0)))
        for place in range(len(self._cards)):
            self._grid.setColumnStretch(place, 1 if beside or place == 0 else 0)


class _Card(QFrame):
    def __init__(self, step: Step, parent: QWidget) -> None:
        super().__init__(parent)
        self.key = step.key
        lay_on(self, Ground.RAISED)
        picture = _Picture(step.icon, self)
        title = QLabel(step.title, self)
        write_as(title, Text.HEADING)
        sentence = wrapped_label()
        sentence.setText(step.sentence)
        sentence.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.button = BusyButton(step.label, kind=Kind.PRIMARY if step.primary else Kind.PLAIN)
        self.button.clicked.connect(lambda: step.begin())
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_16, SPACE_16, SPACE_16, SPACE_16)
        column.setSpacing(SPACE_8)
        for part in (picture, title):
            column.addWidget(part)
        column.addWidget(sentence, 1)
        column.addSpacing(SPACE_8)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)


class _Picture(QLabel):
    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._icon = icon(name, _ICON_PX, colour="accent")
        theme().changed.connect(self._draw)
        self._draw()

    def _draw(self) -> None:
        side = round(_ICON_PX * theme().scale)
        self.setPixmap(self._icon.pixmap(QSize(side, side), self.devicePixelRatio()))


def _catalogue_key(connection: ConnectionRow) -> str:
    return f"connection:{connection.id}"
