"""The steps of the tour: a clerk's day, from finding an account to undoing a deletion."""

from __future__ import annotations

import asyncio
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QTableView, QTreeView

from esd_desktop.demo.around import AROUND, find_nothing_at_odds
from esd_desktop.demo.asking import ASKING
from esd_desktop.demo.hands import (
    asked,
    choose,
    choose_tab,
    click_row,
    dialog,
    find,
    menu,
    press,
    press_segment,
    right_click,
    texts_of,
    type_into,
    until,
    until_told,
    workspace_of,
)
from esd_desktop.demo.many import update_many
from esd_desktop.demo.prepare import CUSTOMER_THAT_ORDERS
from esd_desktop.demo.tour import SIZE, Guide, expect, expect_returned
from esd_desktop.models.rows import AssetQuery, AssetRow
from esd_desktop.models.statuses import AssetStatus, ProvisioningSyncStatus, TokenStatus
from esd_desktop.services.browse import asset_page, find_account
from esd_desktop.ui.look.theme import Scheme

NARROW = (1000, 700)
_MANY = 1_000


async def see_everything(guide: Guide) -> None:
    """The window as it opens: every account, every asset (C1)."""
    await until(lambda: guide.window.workspace, "the panes")
    await until(lambda: _list(guide).model().rowCount(), "the assets")
    row = (await _returnable_elsewhere(guide))[0]
    await _select(guide, row)
    await guide.show("all-assets", "Every asset of every account; one is selected", row.id)


async def open_an_account(guide: Guide) -> None:
    """Find an account by typing, and open it (C2, C3)."""
    name = (await guide.desk.read(find_account, CUSTOMER_THAT_ORDERS)).name
    workspace = workspace_of(guide)
    field = workspace.accounts.findChild(QLineEdit)
    assert field is not None
    type_into(field, name.split()[0])
    tree = find(QTreeView, "Accounts", guide.window)
    await click_row(tree, name)
    await guide.show("account", f"Typed “{name.split()[0]}” and opened {name}")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    choose_tab(workspace.page.tabs, "Account")
    await guide.show("account-page", "The account's page, with its Assets section")


async def filter_the_active(guide: Guide) -> None:
    """All / Active / Cancelled."""
    choose_tab(workspace_of(guide).page.tabs, "Assets")
    await guide.at_rest()
    press_segment(guide.window, "Active")
    await guide.show("active", "The account's active assets")


async def search(guide: Guide) -> None:
    """Search as you type; an order number here."""
    order = (await _fresh(guide))[0].order_number
    type_into(find(QLineEdit, "Search assets", guide.window), order)
    await until(lambda: _all_rows_show(guide, order), f"only rows with “{order}”")
    await guide.show("search", f"Searched for the order {order}")


async def update_a_redeemed_one(guide: Guide) -> None:
    """The customer redeems a licence meanwhile; a double-click finds out (B1)."""
    row = (await _fresh(guide))[0]
    await _select(guide, row)
    await guide.show("before-update", "The record still says Activated", row.id)
    await guide.redeemed_by_customer(row.id)
    view = _list(guide)
    place = view.visualRect(view.currentIndex()).center()
    QTest.mouseDClick(
        view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place
    )
    await until_told(guide, "redeemed")
    said = await guide.show("redeemed", "Double-clicked after the customer redeemed it", row.id)
    expect(said, "store", token_status=TokenStatus.REDEEMED, status=AssetStatus.ACTIVE)
    expect(said, "sandbox", token_status="Redeemed")


async def resend_the_link(guide: Guide) -> None:
    """The address is shown before the mail goes; then it is read where it arrived (B2)."""
    row = (await _fresh(guide))[0]
    await _select(guide, row)
    before = len(await _mails(guide, row))
    press("Resend Activation Link", guide.window)
    question = await asked()
    await guide.show("resend-question", "To which address the mail would go", row.id)
    press("Send mail", question)
    await until_told(guide, "was sent to")
    said = await guide.show("resent", "Sent, and arrived in the sandbox's mail box", row.id)
    said["mail"] = await _newest_mail(guide, row)
    expect(said, "mail", number_of_mails=before + 1, has_the_key=True, has_the_link=True)


async def cancel_one(guide: Guide) -> None:
    """Right-click, Cancel: the question names what is given up; then it is credited (B3)."""
    row = (await _fresh(guide))[0]
    await _select(guide, row)
    right_click(_list(guide), _list(guide).currentIndex())
    await until(menu, "the menu of the asset")
    await guide.show("context-menu", "What can be done with the asset", row.id)
    opened = menu()
    assert opened is not None
    choose("Cancel", opened)
    question = await asked()
    await guide.show("cancel-question", "Product, customer, order and credit, before it is done")
    press("Cancel licence", question)
    await until_told(guide, "is cancelled")
    await guide.show("credited", "Cancelled: it left the list of the active ones", row.id)
    press_segment(guide.window, "Cancelled")
    await _select(guide, row)
    said = await guide.show("cancelled", "Among the cancelled, with its credit invoice", row.id)
    expect_returned(said)


async def be_refused(guide: Guide) -> None:
    """The customer is quicker than the clerk: no return, no credit, an up-to-date record."""
    row = (await _returnable_elsewhere(guide))[0]
    await _show_in_all(guide, row)
    press("Cancel", guide.window)
    question = await asked()
    await guide.redeemed_by_customer(row.id)
    press("Cancel licence", question)
    await until_told(guide, "redeemed")
    said = await guide.show("refused", "Refused: the customer had redeemed it meanwhile", row.id)
    expect(said, "store", status=AssetStatus.ACTIVE, token_status=TokenStatus.REDEEMED)
    expect(said, "sandbox", token_status="Redeemed", return_status="NONE")


async def delete_and_undo(guide: Guide) -> None:
    """Off the list, and back (B4); the licence stays at Microsoft."""
    row = (await _returnable_elsewhere(guide))[0]
    await _show_in_all(guide, row)
    view = _list(guide)
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Delete)
    question = await asked()
    await guide.show("delete-question", "The licence stays active at Microsoft", row.id)
    press("Delete record", question)
    await until_told(guide, "is deleted")
    said = await guide.show("deleted", "Deleted, with Undo", row.id)
    expect(said, "store", deleted=True)
    expect(said, "sandbox", token_status="Activated", return_status="NONE")
    newest = guide.window.toasts.shown[-1]
    press("Undo", newest)
    await until_told(guide, "back on the list")
    said = await guide.show("undone", "Undone: the record is back", row.id)
    expect(said, "store", deleted=False)


async def mend_a_failed_one(guide: Guide) -> None:
    """A failed provisioning shows its reason beside the status, and Retry (D3a)."""
    account = await guide.desk.read(find_account, CUSTOMER_THAT_ORDERS)
    rows = await _rows(guide, AssetQuery(account_id=account.id))
    failed = ProvisioningSyncStatus.FAILED
    row = next(
        one
        for one in rows
        if one.provisioning_sync_status is failed and one.order_number == rows[0].order_number
    )
    await _show_in_all(guide, row)
    said = await guide.show("failed", "Failed: Microsoft's reason, and Retry", row.id)
    expect(said, "store", provisioning_sync_status=failed, token_status=None)
    press("Retry Provisioning", workspace_of(guide).details)
    await until_told(guide, "issued the licence")
    said = await guide.show("retried", "Tried again under the same transaction: issued", row.id)
    expect(said, "store", provisioning_sync_status=ProvisioningSyncStatus.SYNCHRONIZED)
    expect(said, "sandbox", token_status="Activated", effects=["issue"])


async def look_around(guide: Guide) -> None:
    """The activity list, dark colours, a narrow window."""
    await click_row(find(QTreeView, "Accounts", guide.window), "All accounts")
    choose_tab(workspace_of(guide).page.tabs, "Assets")
    await guide.at_rest()
    type_into(find(QLineEdit, "Search assets", guide.window), "")
    await until(lambda: _list(guide).model().rowCount() > 1, "every asset again")
    guide.window.activity.show()
    await guide.show("activity", "Everything that was told stays in the activity list")
    guide.window.activity.hide()
    guide.desk.theme.set_scheme(Scheme.DARK)
    await guide.show("dark", "Dark")
    guide.desk.theme.set_scheme(Scheme.LIGHT)
    guide.window.resize(*NARROW)
    await guide.show("narrow", "A narrow window folds the details away")
    guide.window.resize(*SIZE)
    guide.window.show_settings("connections")
    await asked()
    await guide.show("settings", "Settings: the connections to Microsoft")
    opened = dialog()
    assert opened is not None
    opened.reject()
    await until(lambda: dialog() is None, "the settings to close")


def _list(guide: Guide) -> QTableView:
    return find(QTableView, "Assets", guide.window)


async def _rows(guide: Guide, query: AssetQuery) -> list[AssetRow]:
    return await guide.desk.read(asset_page, query, 0, _MANY)


async def _fresh(guide: Guide) -> list[AssetRow]:
    """The account's licences that were bought last and are not used yet."""
    account = await guide.desk.read(find_account, CUSTOMER_THAT_ORDERS)
    rows = await _rows(guide, AssetQuery(account_id=account.id, status="active"))
    return [row for row in rows if row.token_status is TokenStatus.ACTIVATED]


async def _returnable_elsewhere(guide: Guide) -> list[AssetRow]:
    """Other customers' licences that nobody has used: the record and Microsoft both say so."""
    account = await guide.desk.read(find_account, CUSTOMER_THAT_ORDERS)
    rows = await _rows(guide, AssetQuery(status="active"))
    licences = await asyncio.to_thread(guide.sandbox.licences)
    states = {one["transaction_id"]: one["token_status"] for one in licences}
    return [
        row
        for row in rows
        if row.customer != account.name
        and row.token_status is TokenStatus.ACTIVATED
        and states[row.client_transaction_id] == TokenStatus.ACTIVATED.value
    ]


async def _select(guide: Guide, row: AssetRow) -> None:
    """Click the asset in the list: its key's last five are nobody else's."""
    words = (row.masked_key or row.product)[-5:]
    await click_row(_list(guide), words)
    await guide.at_rest()


async def _show_in_all(guide: Guide, row: AssetRow) -> None:
    """Find an asset among those of all accounts, and select it."""
    await click_row(find(QTreeView, "Accounts", guide.window), "All accounts")
    await guide.at_rest()
    press_segment(guide.window, "All")
    words = f"{row.order_number} {row.product}"
    type_into(find(QLineEdit, "Search assets", guide.window), words)
    await until(lambda: _all_rows_show(guide, row.order_number), f"only rows with “{words}”")
    await _select(guide, row)


def _all_rows_show(guide: Guide, words: str) -> bool:
    rows = texts_of(_list(guide))
    return bool(rows) and all(any(words in text for text in texts) for _, texts in rows)


async def _mails(guide: Guide, row: AssetRow) -> list[dict[str, Any]]:
    email = (await guide.detail(row.id)).customer_email
    return await asyncio.to_thread(guide.sandbox.mails, email)


async def _newest_mail(guide: Guide, row: AssetRow) -> dict[str, Any]:
    """The mail as it arrived; of the key and the link only whether they are in it."""
    mails = await _mails(guide, row)
    mail = await asyncio.to_thread(guide.sandbox.mail, mails[-1]["number"])
    licence = await asyncio.to_thread(guide.sandbox.licence, row.client_transaction_id)
    assert licence is not None
    return {
        "number_of_mails": len(mails),
        "to": mail["recipients"],
        "subject": mail["subject"],
        "has_the_key": licence["product_key"] in mail["text"],
        "has_the_link": licence["activation_link"] in mail["text"],
    }


STEPS = (
    see_everything,
    open_an_account,
    filter_the_active,
    search,
    update_a_redeemed_one,
    resend_the_link,
    cancel_one,
    be_refused,
    delete_and_undo,
    mend_a_failed_one,
    update_many,
    *AROUND,
    *ASKING,
    find_nothing_at_odds,
    look_around,
)
