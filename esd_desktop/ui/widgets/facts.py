"""What is known about a thing: labels and values in groups."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from msgspec import Struct
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QToolButton, QWidget

from esd_desktop.records import Discreet
from esd_desktop.ui.look.icons import icon
from esd_desktop.ui.look.roles import Kind, Text, make_kind, write_as
from esd_desktop.ui.look.theme import SPACE_4, SPACE_8, SPACE_16, theme
from esd_desktop.ui.widgets.wrapped import ValueText

_LABEL_SHARE = 0.42
_LEAST_EMS = 6


class FactButton(Struct, frozen=True):
    """A button behind a value; ``name`` is its tooltip and what a screen reader says. Where there
    is a ``refusal`` it is greyed, and that is its tooltip."""

    icon: str
    name: str
    run: Callable[[], object]
    refusal: str | None = None


class Fact(Discreet, frozen=True):
    """A label and its value: text, or a widget such as a badge.

    A ``secret`` value cannot be selected: its buttons are the only way to copy it.
    """

    KEPT_BACK: ClassVar = ("value",)

    label: str
    value: str | QWidget
    buttons: Sequence[FactButton] = ()
    secret: bool = False


class FactGroup(Struct, frozen=True):
    """Facts under a title."""

    title: str
    facts: Sequence[Fact]


class FactList(QWidget):
    """Groups of facts. Every value can be reached with Tab and read; none is ever cut.

    Labels stand beside the values, or above them where there is no room for both.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(SPACE_8)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(1, 1)
        self._titles: list[QLabel] = []
        self._rows: list[_Row] = []
        self._outline: object = None
        self._stacked = False
        theme().changed.connect(self._fit)

    def show_groups(self, groups: Sequence[FactGroup]) -> None:
        """Show these. Under the same labels values change in place: focus and selection stay."""
        outline = [(group.title, [_outline_of(fact) for fact in group.facts]) for group in groups]
        if outline != self._outline:
            self._rebuild(groups)
            self._outline = outline
            return
        facts = (fact for group in groups for fact in group.facts)
        for row, fact in zip(self._rows, facts, strict=True):
            row.show(fact)
        self._fit()

    def value_of(self, label: str) -> QWidget:
        """What shows the value beside a label; KeyError where there is no such label."""
        for row in self._rows:
            if row.label.text() == label:
                return row.cell.value
        raise KeyError(label)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._needed_width(), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _rebuild(self, groups: Sequence[FactGroup]) -> None:
        for widget in self._widgets():
            self._grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._titles, self._rows = [], []
        for group in groups:
            title = QLabel(group.title, self)
            write_as(title, Text.SECTION)
            title.setContentsMargins(0, SPACE_16 if self._titles else 0, 0, SPACE_4)
            self._titles.append(title)
            self._rows += [_Row(title, fact, self) for fact in group.facts]
        self._place()
        self._fit()

    def _widgets(self) -> list[QWidget]:
        parts = [(row.label, row.cell) for row in self._rows]
        return [*self._titles, *(widget for pair in parts for widget in pair)]

    def _place(self) -> None:
        """Put every widget where it belongs; a later call moves them."""
        for widget in self._widgets():
            self._grid.removeWidget(widget)
        line = 0
        for title in self._titles:
            self._grid.addWidget(title, line, 0, 1, 2)
            for row in (row for row in self._rows if row.title is title):
                line += 1
                self._grid.addWidget(row.label, line, 0, 1, 2 if self._stacked else 1)
                line += self._stacked
                place = (line, 0, 1, 2) if self._stacked else (line, 1, 1, 1)
                self._grid.addWidget(row.cell, *place)
            line += 1
        for title in self._titles:
            title.setVisible(bool(title.text()))
        for row in self._rows:
            row.label.show()
            row.cell.show()

    def _fit(self) -> None:
        """Labels are as wide as the widest, but leave the values more than half of the room."""
        widest = max((_width_of(row.label) for row in self._rows), default=0)
        room = self.width() - self._needed_width() - SPACE_8
        least = min(widest, theme().px() * _LEAST_EMS)
        if self._stacked != (room < least):
            self._stacked = room < least
            self._place()
        beside = max(min(widest, room, round(self.width() * _LABEL_SHARE)), least)
        for row in self._rows:
            row.label.setFixedWidth(self.width() if self._stacked else beside)

    def _needed_width(self) -> int:
        return max((row.cell.minimumSizeHint().width() for row in self._rows), default=0)


class _Row:
    def __init__(self, title: QLabel, fact: Fact, parent: QWidget) -> None:
        self.title = title
        self.label = _label(fact.label, parent)
        self.cell = _Cell(fact, parent)
        self.label.setBuddy(self.cell.value)

    def show(self, fact: Fact) -> None:
        self.cell.show_fact(fact)
        self.label.setBuddy(self.cell.value)


class _Cell(QWidget):
    """A value and its buttons."""

    def __init__(self, fact: Fact, parent: QWidget) -> None:
        super().__init__(parent)
        self._fact = fact
        self._row = QHBoxLayout(self)
        self._row.setSpacing(0)
        # A text stands this far inside its own frame; a badge has none.
        inset = 0 if isinstance(fact.value, str) else SPACE_4
        self._row.setContentsMargins(inset, inset // 2, 0, inset // 2)
        self.value = _value(fact)
        self._row.addWidget(self.value)
        for place, wanted in enumerate(fact.buttons):
            button = _button(wanted)
            button.clicked.connect(lambda _=False, at=place: self._fact.buttons[at].run())
            self._row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        if inset:
            self._row.addStretch(1)

    def show_fact(self, fact: Fact) -> None:
        self._fact = fact
        if isinstance(fact.value, str) and isinstance(self.value, ValueText):
            self.value.set_value(fact.value)
        elif fact.value is not self.value:
            self._replace_value()

    def _replace_value(self) -> None:
        former, self.value = self.value, _value(self._fact)
        self._row.replaceWidget(former, self.value)
        self.value.show()
        if former.hasFocus():
            self.value.setFocus()
        former.hide()
        former.deleteLater()


def _value(fact: Fact) -> QWidget:
    if isinstance(fact.value, str):
        return ValueText(fact.value, fact.label, secret=fact.secret)
    fact.value.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return fact.value


def _label(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    write_as(label, Text.MUTED)
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
    label.setContentsMargins(0, SPACE_4, 0, SPACE_4)
    return label


def _button(wanted: FactButton) -> QToolButton:
    button = QToolButton()
    make_kind(button, Kind.QUIET)
    button.setIcon(icon(wanted.icon))
    button.setToolTip(wanted.refusal or wanted.name)
    button.setAccessibleName(wanted.name)
    button.setAccessibleDescription(wanted.refusal or "")
    button.setEnabled(wanted.refusal is None)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button


def _outline_of(fact: Fact) -> object:
    """What must be equal for a value to change in place."""
    buttons = [(button.icon, button.name, button.refusal) for button in fact.buttons]
    return fact.label, isinstance(fact.value, str), fact.secret, buttons


def _width_of(label: QLabel) -> int:
    return label.fontMetrics().horizontalAdvance(label.text()) + 2
