"""What an order would be, before it is placed: who gets it, who is billed, the lines, the total."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from esd_desktop.models.wording import counted
from esd_desktop.services.order_preview import OrderPreview
from esd_desktop.ui.formats import as_count, as_money
from esd_desktop.ui.look.roles import Text, write_as
from esd_desktop.ui.look.theme import SPACE_4, SPACE_8, SPACE_16
from esd_desktop.ui.widgets.facts import Fact, FactGroup, FactList
from esd_desktop.ui.widgets.wrapped import wrapped_label

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
_HEADERS = ("Product", "Quantity", "Price", "Net")


class Summary(QScrollArea):
    """Scrolled where it is long; nothing of it is left out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Summary of the order")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)

    def show_preview(self, preview: OrderPreview, connection: str) -> None:
        """Show this order."""
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, SPACE_8, 0)
        column.setSpacing(SPACE_16)
        column.addWidget(_parties(preview, connection))
        column.addWidget(_table(preview))
        consequence = wrapped_label()
        consequence.setText(consequences(preview))
        column.addWidget(consequence)
        column.addStretch(1)
        self.setWidget(inner)


def consequences(preview: OrderPreview) -> str:
    """What happens once it is placed."""
    one = preview.licences == 1
    count = counted(preview.licences, "licence")
    mails = counted(preview.licences, "mail")
    them = "it" if one else "each of them"
    return (
        f"{count}, {mails}: Microsoft is asked for {them}, and the key and the activation link go "
        f"to {preview.address}. {preview.billed_to.name} gets one invoice."
    )


def _parties(preview: OrderPreview, connection: str) -> FactList:
    facts = FactList("Who gets it and who is billed")
    lines = [
        Fact("Customer", preview.account.name),
        Fact("Mailed to", preview.address),
        Fact("Billed to", preview.billed_to.name),
        Fact("Connection", connection),
    ]
    facts.show_groups([FactGroup("", lines)])
    return facts


def _table(preview: OrderPreview) -> QWidget:
    table = QWidget()
    table.setAccessibleName("Lines of the order")
    grid = QGridLayout(table)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(SPACE_16)
    grid.setVerticalSpacing(SPACE_4)
    grid.setColumnStretch(0, 1)
    for place, words in enumerate(_HEADERS):
        header = QLabel(words)
        write_as(header, Text.SMALL)
        grid.addWidget(header, 0, place, _RIGHT if place else Qt.AlignmentFlag.AlignLeft)
    for row, line in enumerate(preview.lines, 1):
        product = wrapped_label()
        product.setText(f"{line.product} ({line.sku})")
        grid.addWidget(product, row, 0)
        figures = (as_count(line.quantity), as_money(line.price), as_money(line.net))
        for place, figure in enumerate(figures, 1):
            grid.addWidget(_figure(figure), row, place, _RIGHT)
    rule = QFrame()
    rule.setFrameShape(QFrame.Shape.HLine)
    last = len(preview.lines) + 1
    grid.addWidget(rule, last, 0, 1, len(_HEADERS))
    sums = (
        ("Net amount", as_money(preview.net), Text.BODY),
        (_tax_words(preview), as_money(preview.tax), Text.BODY),
        ("Total", as_money(preview.total), Text.STRONG),
    )
    for row, (words, figure, text) in enumerate(sums, last + 1):
        label = QLabel(words)
        write_as(label, text)
        grid.addWidget(label, row, 0, 1, 3, _RIGHT)
        grid.addWidget(_figure(figure, text), row, 3, _RIGHT)
    return table


def _figure(words: str, text: Text = Text.BODY) -> QLabel:
    label = QLabel(words)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    write_as(label, text)
    return label


def _tax_words(preview: OrderPreview) -> str:
    if preview.tax_name is None:
        country = preview.billed_to.country
        return f"Tax (no rate for {country})" if country else "Tax (no country known)"
    return f"{preview.tax_name} {_percent(preview.tax_rate)}"


def _percent(rate: Decimal) -> str:
    return f"{rate.normalize():f} %"
