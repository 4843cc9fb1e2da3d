"""The top of the pane: names are shown as they are written, whatever is in them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from esd_desktop.ui.detail.header import Header
from tests.unit.ui.detail.making import make_detail


def test_a_name_with_markup_is_shown_as_it_is_written(qapp: QApplication) -> None:
    header = Header()
    header.show_detail(make_detail(customer="<i>Söhne</i>", order_number="SO-00001"))
    (whose,) = (each for each in header.findChildren(QLabel) if "SO-00001" in each.text())
    assert whose.textFormat() is Qt.TextFormat.PlainText
