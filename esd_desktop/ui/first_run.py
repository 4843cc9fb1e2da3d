"""The first-run guide: an empty store, and the three ways to begin."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from esd_desktop.services.changes import Changes
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.roles import Text
from esd_desktop.ui.look.theme import SPACE_8, SPACE_16, SPACE_20

_CARD_WIDTH = 260


class FirstRunGuide(QWidget):
    """``done`` is called once there is something to show, or the person wants to look anyway."""

    def __init__(self, desk: Desk, done: Callable[[], object]) -> None:
        super().__init__()
        self._desk = desk
        self._done = done
        navigator = desk.navigator
        cards = (
            self._card(
                "Look around first",
                "The demo opens in a window of its own: a few hundred invented licences, a "
                "sandbox in Microsoft's place, and nothing that could go wrong.",
                "Open the demo",
                navigator.demo_wanted.emit,
            ),
            self._card(
                "Connect to Microsoft",
                "You need your tenant, client id, channel id and the certificate that Microsoft "
                "knows you by.",
                "Add a connection…",
                lambda: navigator.settings_wanted.emit("connections"),
            ),
            self._card(
                "Bring your records",
                "Accounts and assets from a CSV or XLSX file, as your other system exports them.",
                "Import a file…",
                navigator.import_wanted.emit,
            ),
        )
        self._lay_out(cards)
        desk.bus.store_changed.connect(self._store_changed)

    def _store_changed(self, changes: Changes) -> None:
        if changes.everything or changes.accounts:
            self._done()

    def _lay_out(self, cards: tuple[QFrame, ...]) -> None:
        title = QLabel("Welcome to ESD Desktop", self)
        title.setFont(self._desk.theme.font(Text.TITLE))
        sentence = QLabel("This store is empty. How would you like to begin?", self)
        row = QHBoxLayout()
        row.setSpacing(SPACE_16)
        for card in cards:
            row.addWidget(card)
        skip = QPushButton("Show the empty window", self)
        skip.setFlat(True)
        skip.clicked.connect(lambda: self._done())
        layout = QVBoxLayout(self)
        layout.setSpacing(SPACE_20)
        layout.addStretch(2)
        layout.addWidget(title, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(sentence, 0, Qt.AlignmentFlag.AlignHCenter)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addLayout(row)
        middle.addStretch(1)
        layout.addLayout(middle)
        layout.addWidget(skip, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)

    def _card(
        self, heading: str, sentence: str, label: str, begin: Callable[[], object]
    ) -> QFrame:
        card = QFrame(self)
        card.setObjectName("card")
        card.setFixedWidth(_CARD_WIDTH)
        title = QLabel(heading, card)
        title.setFont(self._desk.theme.font(Text.HEADING))
        words = QLabel(sentence, card)
        words.setWordWrap(True)
        words.setAlignment(Qt.AlignmentFlag.AlignTop)
        button = QPushButton(label, card)
        button.clicked.connect(lambda: begin())
        layout = QVBoxLayout(card)
        layout.setContentsMargins(SPACE_16, SPACE_16, SPACE_16, SPACE_16)
        layout.setSpacing(SPACE_8)
        layout.addWidget(title)
        layout.addWidget(words, 1)
        layout.addWidget(button)
        return card
