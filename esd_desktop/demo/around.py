"""The tour's second part: from the catalogue over the order to the invoice."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QDialog, QLineEdit, QSpinBox, QTableView, QTreeView

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
from esd_desktop.demo.tour import Guide, expect
from esd_desktop.models.rows import AssetQuery, AssetRow
from esd_desktop.models.statuses import TokenStatus
from esd_desktop.services.browse import asset_page, find_account

_RESELLER = "Helios Cloud SL"
CUSTOMER = "Kestrel Robotics Ltd"
ADDRESS = "licences@kestrel-robotics.example"
_CHANGED, _NEW = "EP2-06606", "DEMO-00001"
_FAILING = "FQC-10572"


async def group_by_customer(guide: Guide) -> None:
    """A reseller's assets, customer by customer (C4)."""
    page = workspace_of(guide).page
    await click_row(find(QTreeView, "Accounts", guide.window), _RESELLER)
    await guide.at_rest()
    type_into(find(QLineEdit, "Search assets", guide.window), "")
    page.assets.bar.views.grouping.trigger()
    customers = page.assets.customers.table
    await until(lambda: customers.model().rowCount() > 2, "the customers with their numbers")
    await click_row(customers, "Bluebird Architects")
    await until(lambda: page.assets.list.model.rowCount() > 1, "the customer's assets")
    await guide.show("grouped", "A reseller's assets, customer by customer")
    page.assets.bar.views.grouping.trigger()
    await guide.at_rest()


async def read_the_catalogue(guide: Guide) -> None:
    """Microsoft changed a price and sells something new; a person accepts both (D2)."""
    change = guide.sandbox.change_product
    await asyncio.to_thread(change, _CHANGED, price="259.99")
    fields = {"name": "Visio Standard 2027", "price": "329.99", "unit_type": "licence"}
    await asyncio.to_thread(change, _NEW, **fields)
    guide.window.dialogs.catalogue()
    opened = await asked()
    await guide.at_rest()
    press("Get Services Definition", opened)
    await until_told(guide, "1 new, 1 changed")
    press_segment(opened, "Changed")
    await click_row(find(QTableView, "Products", opened), _CHANGED)
    await guide.show("catalogue", "What Microsoft changed, before it is accepted")
    press("Accept this change", opened)
    await until_told(guide, "accepted")
    press_segment(opened, "New")
    await click_row(find(QTableView, "Products", opened), _NEW)
    await until(lambda: _can_press("Accept this product", opened), "the product to be read")
    press("Accept this product", opened)
    await until_told(guide, "accepted")
    press_segment(opened, "All")
    await guide.show("accepted", "Accepted: it can be ordered at the new price")
    await _closed(opened)


async def order_for_a_new_customer(guide: Guide) -> None:
    """Three licences for a customer who is not known yet; one fails, and is retried (D3)."""
    press("Order licences…", workspace_of(guide).page.header)
    form = await asked()
    await guide.at_rest()
    await _add_the_customer(form)
    await _choose_product(form, 0, _CHANGED, 2)
    press("Add product", form)
    await _choose_product(form, 1, _FAILING, 1)
    await guide.show("order-form", "Three licences for a customer who was just added")
    press("Summary…", form)
    await until(lambda: _can_press("Place order", form), "the summary")
    await guide.show("order-summary", "Who gets what, where it is mailed, what it costs")
    await asyncio.to_thread(guide.sandbox.change_product, _FAILING, status="Discontinued")
    press("Place order", form)
    await until(lambda: _can_press("Retry failed", form), "the results")
    await guide.show("order-failed", "Two are issued, one failed with its reason")
    await asyncio.to_thread(guide.sandbox.change_product, _FAILING, status="Available")
    press("Retry failed", form)
    await until(lambda: not _can_press("Retry failed", form), "the results of the retry")
    await guide.at_rest()
    await guide.show("order-complete", "Retried under the same transaction: all three are issued")
    await _closed(form)
    for row in await licences_of_customer(guide):
        said = {"title": row.product, **await guide.witnesses(row.id)}
        expect(said, "store", token_status=TokenStatus.ACTIVATED)
        expect(said, "sandbox", token_status="Activated", effects=["issue"])


async def see_the_invoice(guide: Guide) -> None:
    """One invoice with an item per licence, as it looks on paper (D3)."""
    await _open_the_customer(guide)
    choose_tab(workspace_of(guide).page.tabs, "Orders")
    await guide.at_rest()
    await click_row(find(QTableView, "Orders", guide.window), CUSTOMER)
    await guide.show("order", "The order, and how far each of its licences has come")
    choose_tab(workspace_of(guide).page.tabs, "Invoices")
    await guide.at_rest()
    await click_row(find(QTableView, "Invoices", guide.window), "INV-")
    await guide.show("invoice", "The invoice as it looks on paper; it can be saved and printed")


async def find_nothing_at_odds(guide: Guide) -> None:
    """Store and Microsoft agree about this customer; every mail is there to be read (D5)."""
    choose_tab(workspace_of(guide).page.tabs, "Discrepancies")
    await guide.show("no-discrepancies", "Nothing disagrees with Microsoft")
    choose_tab(workspace_of(guide).page.tabs, "Mails")
    await guide.at_rest()
    await click_row(find(QTableView, "Mails", guide.window), "confirmed")
    await guide.show("mails", "Every mail to this customer, and what became of it")
    choose_tab(workspace_of(guide).page.tabs, "History")
    await guide.show("history", "What was done for this customer, by whom, with the ids")
    guide.window.dialogs.templates("cancellation_confirmed")
    opened = await asked()
    await guide.show("templates", "The mail's template, with a preview on a real licence")
    await _closed(opened)


async def _add_the_customer(form: QDialog) -> None:
    press("New customer…", form)
    await until(lambda: _customer_form(form) is not None, "the form of the customer")
    fields = _customer_form(form)
    assert fields is not None
    type_into(find(QLineEdit, "Name", fields), CUSTOMER)
    type_into(find(QLineEdit, "E-mail address", fields), ADDRESS)
    type_into(find(QLineEdit, "Country", fields), "GB")
    type_into(find(QLineEdit, "Language of its mails", fields), "en")
    press("Add customer", fields)
    await until(lambda: _customer_form(form) is None, "the customer to be added")


def _customer_form(form: QDialog) -> QDialog | None:
    """The dialog over the order form."""
    found = (one for one in form.findChildren(QDialog) if one.isVisible())
    return next(found, None)


async def _choose_product(form: QDialog, line: int, sku: str, quantity: int) -> None:
    """Type a SKU into a line of the order, and take the suggestion."""
    fields = [one for one in form.findChildren(QLineEdit) if one.accessibleName() == "Product"]
    field = fields[line]
    type_into(field, sku)
    await until(lambda: _suggested(field), f"{sku} to be suggested")
    QTest.keyClick(field, Qt.Key.Key_Return)
    numbers = [one for one in form.findChildren(QSpinBox) if one.isVisible()]
    numbers[line].setValue(quantity)


def _suggested(field: QLineEdit) -> bool:
    return field.completer().model().rowCount() == 1


def _can_press(name: str, form: QDialog) -> bool:
    buttons = (one for one in form.findChildren(QAbstractButton) if one.text() == name)
    return any(one.isVisible() and one.isEnabled() for one in buttons)


async def _closed(opened: QDialog) -> None:
    opened.reject()
    await until(lambda: dialog() is None, "the dialog to close")


async def licences_of_customer(guide: Guide) -> list[AssetRow]:
    """The new customer's licences."""
    account = await guide.desk.read(find_account, CUSTOMER)
    query = AssetQuery(account_id=account.id)
    rows: list[AssetRow] = await guide.desk.read(asset_page, query, 0, 100)
    return rows


async def _open_the_customer(guide: Guide) -> None:
    field = workspace_of(guide).accounts.findChild(QLineEdit)
    assert field is not None
    type_into(field, CUSTOMER.split(maxsplit=1)[0])
    await click_row(find(QTreeView, "Accounts", guide.window), CUSTOMER)
    QTest.keyClick(field, Qt.Key.Key_Escape)
    await guide.at_rest()


async def select_asset(guide: Guide, row: AssetRow) -> None:
    type_into(find(QLineEdit, "Search assets", guide.window), "")
    press_segment(guide.window, "All")
    shown = workspace_of(guide).page.assets.list.table
    await until(shown.isVisible, "the list to be searched anew")
    await click_row(find(QTableView, "Assets", guide.window), (row.masked_key or "")[-5:])
    await guide.at_rest()


AROUND = (
    group_by_customer,
    read_the_catalogue,
    order_for_a_new_customer,
    see_the_invoice,
)
