"""The connections as a list: the name, and below it how and until when it signs in."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from esd_desktop.models.certificate_expiry import Nearness, expiry
from esd_desktop.models.rows import ConnectionRow
from esd_desktop.models.values import utc_now
from esd_desktop.ui.certificate_notice import tone_of
from esd_desktop.ui.formats import as_date
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.look.roles import Text
from esd_desktop.ui.look.theme import SPACE_4, SPACE_8, SPACE_12, theme
from esd_desktop.ui.widgets.shapes import paint_shape

_ROW = Qt.ItemDataRole.UserRole
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class ConnectionList(QListWidget):
    """What is selected stays selected when the list is read again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[ConnectionRow] = []
        self.setAccessibleName("Connections")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(_Delegate(self))
        theme().changed.connect(self.scheduleDelayedItemsLayout)

    @property
    def chosen(self) -> ConnectionRow | None:
        """The connection that is selected."""
        place = self.currentRow()
        return self._rows[place] if 0 <= place < len(self._rows) else None

    def has(self, name: str | None) -> bool:
        """Whether there is a connection of this name."""
        return any(row.name == name for row in self._rows)

    def show_rows(self, rows: list[ConnectionRow]) -> None:
        """Show these; what was selected stays so, or else the first is."""
        before = self.chosen
        self.clear()
        self._rows = rows
        for row in rows:
            item = QListWidgetItem(self)
            item.setData(_ROW, row)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{row.name}, {details(row)}")
            item.setToolTip(f"{details(row)}\nCertificate thumbprint {row.thumbprint}")
        self.choose(before.id if before else None)

    def choose(self, connection_id: int | None) -> None:
        """Select a connection, or the first."""
        ids = [row.id for row in self._rows]
        self.setCurrentRow(ids.index(connection_id) if connection_id in ids else 0)


class _Delegate(QStyledItemDelegate):
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        lines = sum(QFontMetrics(theme().font(text)).height() for text in (Text.STRONG, Text.BODY))
        return QSize(0, lines + SPACE_4 + 2 * SPACE_8)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        self.initStyleOption(option, index)
        option.text = ""
        area: QRect = option.rect
        widget: QWidget = option.widget
        widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, widget)
        painter.save()
        _paint_row(painter, area.adjusted(SPACE_12, SPACE_8, -SPACE_12, -SPACE_8), index.data(_ROW))
        painter.restore()


def details(row: ConnectionRow) -> str:
    """Where it is for, and until when it can sign in."""
    return f"{row.country}, {row.language} · Channel {row.channel_id} · {_certificate(row)}"


def tone(row: ConnectionRow, now: datetime) -> Tone:
    """Whether its certificate lasts."""
    return tone_of(_nearness(row, now))


def _certificate(row: ConnectionRow) -> str:
    until = as_date(row.certificate_expires_at)
    words = {Nearness.FAR: "valid until", Nearness.PAST: "expired on"}
    return f"Certificate {words.get(_nearness(row, utc_now()), 'expires on')} {until}"


def _nearness(row: ConnectionRow, now: datetime) -> Nearness:
    return expiry(row.name, row.certificate_expires_at, now).nearness


def _paint_row(painter: QPainter, area: QRect, row: ConnectionRow) -> None:
    colours = theme().palette
    strong = QFontMetrics(theme().font(Text.STRONG))
    name = QRect(area.left(), area.top(), area.width(), strong.height())
    below = QRect(area.left(), name.bottom() + SPACE_4, area.width(), area.bottom() - name.bottom())
    painter.setFont(theme().font(Text.STRONG))
    painter.setPen(QColor(colours.text))
    elide = Qt.TextElideMode.ElideRight
    painter.drawText(name, _LEFT, strong.elidedText(row.name, elide, name.width()))
    told = tone(row, utc_now())
    ink = colours.text_muted if told is Tone.NEUTRAL else colours.ink(told).text
    if told is not Tone.NEUTRAL:
        side = theme().px()
        mark = QRectF(below.left(), below.center().y() - side / 2, side, side)
        paint_shape(painter, mark, told, ink)
        below.setLeft(below.left() + side + SPACE_4)
    body = QFontMetrics(theme().font())
    painter.setFont(theme().font())
    painter.setPen(QColor(ink))
    painter.drawText(below, _LEFT, body.elidedText(details(row), elide, below.width()))
