"""The tour's part about many assets at once: chosen, asked, followed, with a result for each."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QTreeView

from esd_desktop.demo.hands import (
    asked,
    choose_tab,
    click_row,
    dialog,
    find,
    press,
    press_segment,
    type_into,
    until,
    until_told,
    workspace_of,
)
from esd_desktop.demo.tour import Guide

_CUSTOMER = "Bluebird Architects"
_HAS = 9
_RESELLER = "Helios Cloud SL"


async def update_many(guide: Guide) -> None:
    """Ask Microsoft about all licences of a customer, and see what came of each."""
    await _select_all(guide)
    await guide.show("many", "Nine assets are selected, and what can be done to all of them")
    press(f"Update License Status of {_HAS} assets", workspace_of(guide).page.assets)
    question = await asked()
    await guide.show("many-question", "The question says how many")
    press("Update status", question)
    await until(lambda: dialog() is None, "the work to begin")
    await until_told(guide, "has begun")
    press("Show Progress", guide.window)
    await until(lambda: _far(guide).startswith(f"{_HAS} of {_HAS}"), "a result for each")
    await guide.show("many-results", "What came of each of them")
    choose_tab(workspace_of(guide).page.tabs, "Assets")
    await guide.at_rest()


async def _select_all(guide: Guide) -> None:
    accounts = find(QTreeView, "Accounts", guide.window)
    await click_row(accounts, _RESELLER)
    await guide.at_rest()
    await click_row(accounts, _CUSTOMER)
    await guide.at_rest()
    type_into(find(QLineEdit, "Search assets", guide.window), "")
    press_segment(guide.window, "All")
    table = workspace_of(guide).page.assets.list.table
    await until(lambda: table.model().rowCount() == _HAS, "the customer's assets")
    await click_row(table, "SO-")
    QTest.keyClick(table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    await guide.at_rest()


def _far(guide: Guide) -> str:
    """How many have their result, as the window says it."""
    labels = (each.text() for each in guide.window.findChildren(QLabel) if each.isVisible())
    return next((text for text in labels if text.endswith("have their result")), "")
