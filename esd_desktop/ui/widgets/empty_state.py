"""What stands where nothing can be shown, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from esd_desktop.ui.look.icons import paint_icon
from esd_desktop.ui.look.roles import Kind, Text, make_kind, write_as
from esd_desktop.ui.look.theme import SPACE_4, SPACE_12, SPACE_16, SPACE_20, theme
from esd_desktop.ui.widgets.flow_toolbar import FlowToolbar

Action = tuple[str, Callable[[], object]]

_PICTURE = 40
_EMS = 30


class EmptyState(QWidget):
    """A drawing, a title, a sentence and a button, in the middle of the free room. ``others`` are
    further ways out, as links below it."""

    def __init__(
        self,
        icon: str,
        title: str,
        sentence: str,
        action: Action | None = None,
        parent: QWidget | None = None,
        *,
        others: Sequence[Action] = (),
    ) -> None:
        super().__init__(parent)
        self._block = QWidget()
        self._picture = _Picture()
        self._title = QLabel()
        self._sentence = QLabel()
        self._button = QPushButton()
        self._run: Callable[[], object] = _nothing
        self._button.clicked.connect(lambda: self._run())
        self._links = FlowToolbar("", fill=False)
        self._links.set_items(_link(*other) for other in others)
        self._lay_out()
        self.tell(icon, title, sentence, action)
        theme().changed.connect(self._fit)

    @property
    def button(self) -> QPushButton:
        """The one button, hidden where there is no action."""
        return self._button

    def tell(self, icon: str, title: str, sentence: str, action: Action | None = None) -> None:
        """Say something else."""
        self._picture.draw(icon)
        self._title.setText(title)
        self._sentence.setText(sentence)
        self._button.setVisible(action is not None)
        if action is not None:
            self._button.setText(action[0])
            self._run = action[1]
        self.setAccessibleName(title)
        self.setAccessibleDescription(sentence)

    def tell_nothing_yet(self, icon: str, title: str, sentence: str, action: Action | None) -> None:
        """Nothing exists yet; the sentence says what creates it."""
        self.tell(icon, title, sentence, action)

    def tell_all_hidden(self, title: str, clear: Callable[[], object]) -> None:
        """There is something, but the filter hides all of it."""
        sentence = "Everything is hidden by the filter or the search."
        self.tell("filter", title, sentence, ("Clear filter and search", clear))

    def tell_not_loaded(self, sentence: str, retry: Callable[[], object]) -> None:
        """It could not be loaded; the sentence says why."""
        self.tell("error", "This could not be loaded", sentence, ("Try again", retry))

    def _lay_out(self) -> None:
        centre = Qt.AlignmentFlag.AlignHCenter
        write_as(self._title, Text.HEADING)
        write_as(self._sentence, Text.MUTED)
        column = QVBoxLayout(self._block)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addStretch(2)
        column.addWidget(self._picture, 0, centre)
        column.addSpacing(SPACE_16)
        for label in (self._title, self._sentence):
            label.setAlignment(centre)
            label.setWordWrap(True)
            column.addWidget(label)
            column.addSpacing(SPACE_4)
        column.addSpacing(SPACE_12)
        column.addWidget(self._button, 0, centre)
        if self._links.items():
            column.addSpacing(SPACE_12)
            column.addWidget(self._links, 0, centre)
        column.addStretch(3)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_20, SPACE_20, SPACE_20, SPACE_20)
        row.addWidget(self._block)
        self._fit()

    def _fit(self) -> None:
        self._block.setMaximumWidth(_EMS * theme().px())


class _Picture(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._name = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def draw(self, name: str) -> None:
        self._name = name
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_PICTURE, _PICTURE)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_icon(painter, QRectF(self.rect()), self._name, theme().palette.text_muted)
        painter.end()


def _link(text: str, run: Callable[[], object]) -> QPushButton:
    link = QPushButton(text)
    make_kind(link, Kind.LINK)
    link.clicked.connect(lambda: run())
    return link


def _nothing() -> None:
    """What the button does while there is no action."""
