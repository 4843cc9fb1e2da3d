"""A list of things that happened, each a sentence with the particulars below it."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from esd_desktop.ui.formats import as_count
from esd_desktop.ui.look.roles import Kind, Text, make_kind, write_as
from esd_desktop.ui.look.theme import SPACE_8
from esd_desktop.ui.widgets.group import Group
from esd_desktop.ui.widgets.wrapped import wrapped_label

_FEW = 8


class Entry(Struct, frozen=True):
    """What happened, and the lines below."""

    sentence: str
    particulars: tuple[str, ...]


class EntryList(Group):
    """Shows the first few, and all on request. Texts change in place, so that neither the focus nor
    what is being read moves at a refresh.

    ``older_wanted``: all of them are shown, and the person wants those before.
    """

    older_wanted = Signal()

    def __init__(self, title: str, nothing: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self._nothing = Entry(nothing, ())
        self._entries: Sequence[Entry] = ()
        self._all = False
        self._older = False
        self._new_at: int | None = None
        self._lines: list[_Lines] = []
        heading = QLabel(title)
        write_as(heading, Text.SECTION)
        self.more = QPushButton()
        make_kind(self.more, Kind.LINK)
        self.more.clicked.connect(self._show_more)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE_8)
        self._column.addWidget(heading)
        self._column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)

    def show_entries(self, entries: Sequence[Entry], *, older: bool = False) -> None:
        """Show these; ``older``: there are more before them, which can be asked for."""
        self._entries = entries
        self._older = older
        self._show()
        new_at, self._new_at = self._new_at, None
        if new_at is not None and self._all and new_at < len(entries):
            self._lines[new_at].take_focus()

    def fold(self) -> None:
        """Show the first few only from the next time on, as at the beginning."""
        self._all = False

    def _show_more(self) -> None:
        if self._all:
            self._new_at = len(self._entries)
            self.older_wanted.emit()
            return
        self._all = True
        self._show()
        self._lines[min(_FEW, len(self._entries) - 1)].take_focus()

    def _show(self) -> None:
        shown = self._entries if self._all else self._entries[:_FEW]
        for place, entry in enumerate(shown or [self._nothing]):
            self._line(place).tell(entry)
        for spare in self._lines[max(len(shown), 1) :]:
            spare.hide()
        which = "the last" if self._older else "all"
        number = as_count(len(self._entries))
        self.more.setText("Older…" if self._all else f"Show {which} {number}")
        self.more.setVisible(len(shown) < len(self._entries) or self._older)

    def _line(self, place: int) -> _Lines:
        if place == len(self._lines):
            made = _Lines(self)
            self._lines.append(made)
            self._column.insertWidget(self._column.count() - 1, made)
        return self._lines[place]


class _Lines(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._sentence = wrapped_label()
        self._particulars = wrapped_label()
        write_as(self._particulars, Text.SMALL)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._sentence)
        column.addWidget(self._particulars)

    def tell(self, entry: Entry) -> None:
        particulars = "\n".join(entry.particulars)
        self._sentence.setText(entry.sentence)
        self._particulars.setText(particulars)
        self._particulars.setVisible(bool(particulars))
        self.show()

    def take_focus(self) -> None:
        self._sentence.setFocus(Qt.FocusReason.OtherFocusReason)
