"""The top of the account page: whose it is, in a line, and the account's Shortcuts (C2)."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from esd_desktop.models.rows import AccountRow
from esd_desktop.models.statuses import AccountKind
from esd_desktop.ui.accounts.wording import in_short
from esd_desktop.ui.look.icons import icon, paint_icon
from esd_desktop.ui.look.roles import Text, write_as
from esd_desktop.ui.look.theme import SPACE_4, SPACE_8, SPACE_16, SPACE_20, theme
from esd_desktop.ui.widgets.busy_button import BusyButton
from esd_desktop.ui.widgets.status_badge import badge_font
from esd_desktop.ui.widgets.wrapped import wrapped_label

_BESIDE_EMS = 30
_Direction = QBoxLayout.Direction
_PICTURES = {AccountKind.RESELLER: "reseller", AccountKind.CUSTOMER: "customer"}


class AccountHeader(QWidget):
    """``shortcuts`` is the menu of where the page can lead; ``order_wanted`` asks for the order
    form."""

    order_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = _Name()
        self._kind = _KindBadge()
        self._first = QBoxLayout(_Direction.LeftToRight)
        self._line = wrapped_label()
        write_as(self._line, Text.MUTED)
        self._button = QPushButton("Shortcuts")
        self._button.setAccessibleName("Account shortcuts")
        self.shortcuts = QMenu(self._button)
        self._button.setMenu(self.shortcuts)
        self.order = BusyButton("Order licences…")
        self.order.clicked.connect(lambda: self.order_wanted.emit())
        self._lay_out()

    def add_shortcut(self, picture: str, words: str, go: Callable[[], object]) -> None:
        """Append an entry to the menu."""
        self.shortcuts.addAction(icon(picture), words).triggered.connect(lambda: go())

    def show_account(self, account: AccountRow) -> None:
        """Show an account."""
        self._name.setText(account.name)
        self._kind.tell(account.kind)
        self._kind.show()
        self._tell(in_short(account))
        self._button.show()

    def show_all(self) -> None:
        """Show that this is about every account (C1)."""
        self._name.setText("All accounts")
        self._kind.hide()
        self._tell("Everything that any account holds or is billed for")
        self._button.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _tell(self, line: str) -> None:
        self._line.setText(line)
        self._line.setVisible(bool(line))

    def _lay_out(self) -> None:
        self._first.setSpacing(SPACE_4)
        self._first.addWidget(self._name)
        self._first.addSpacing(SPACE_8)
        self._first.addWidget(self._kind, 0, Qt.AlignmentFlag.AlignTop)
        self._first.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(SPACE_4)
        words.addLayout(self._first)
        words.addWidget(self._line)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_20, SPACE_16, SPACE_20, SPACE_8)
        row.setSpacing(SPACE_16)
        row.addLayout(words, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_8)
        buttons.addWidget(self.order)
        buttons.addWidget(self._button)
        row.addLayout(buttons)
        row.setAlignment(buttons, Qt.AlignmentFlag.AlignTop)

    def _fit(self) -> None:
        """The kind stands beside the name, or below it where that would squeeze the name."""
        beside = self.width() >= _BESIDE_EMS * theme().px()
        self._first.setDirection(_Direction.LeftToRight if beside else _Direction.TopToBottom)


class _Name(QLabel):
    """One line where there is room, more where there is not."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        # Framed as the line below is, so that both begin at the same place.
        self.setProperty("readable", True)
        self.setIndent(0)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        write_as(self, Text.TITLE)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance(self.text()) + SPACE_4
        return QSize(width, self.heightForWidth(width))


class _KindBadge(QLabel):
    """Reseller or customer, as picture and word; as high as a line of the name beside it."""

    def __init__(self) -> None:
        super().__init__()
        self._picture = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.updateGeometry)

    def tell(self, kind: AccountKind) -> None:
        """Show another kind."""
        self._picture = _PICTURES[kind]
        self.setText(kind.value)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(badge_font())
        words = metrics.ascent() + SPACE_4 + metrics.horizontalAdvance(self.text())
        return QSize(words + 2 * SPACE_8, QFontMetrics(theme().font(Text.TITLE)).height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        colours, metrics = theme().palette, QFontMetrics(badge_font())
        height, side = metrics.height() + SPACE_4, metrics.ascent()
        pill = QRectF(0, (self.height() - height) / 2, self.width(), height)
        square = QRectF(SPACE_8, (self.height() - side) / 2, side, side)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.neutral_tint))
        painter.drawRoundedRect(pill, height / 2, height / 2)
        paint_icon(painter, square, self._picture, colours.neutral)
        painter.setFont(badge_font())
        painter.setPen(QColor(colours.neutral))
        room = pill.adjusted(SPACE_8 + side + SPACE_4, 0, 0, 0)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.end()
