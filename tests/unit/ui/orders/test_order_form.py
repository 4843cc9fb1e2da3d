"""The order form: put together by typing, seen as a summary, placed once, followed to its end."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QSpinBox, QTableView, QWidget

from esd_desktop.errors import InvalidInput, StoreFault
from esd_desktop.models.listing import ListKind, ListQuery
from esd_desktop.models.order_rows import OrderRow
from esd_desktop.models.store import offerings
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.add_account import AccountForm, add_account
from esd_desktop.services.browse import account, connection_list, offering_list
from esd_desktop.services.changes import Changes
from esd_desktop.services.context import Services
from esd_desktop.services.lists import list_page
from esd_desktop.services.order_licences import order_licences
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.orders.order_form import OrderForm, show_order_form
from esd_desktop.ui.orders.suggest_field import SuggestField
from esd_desktop.ui.orders.token_run import task_key
from tests.support.waiting import until
from tests.support.widgets import button, line, notice, press, press_in_time, window, words, write
from tests.support.window import Run

HOME = "EP2-06606"
WINDOWS = "KW9-00664"
_PLACING = "esd_desktop.ui.orders.order_form.order_licences"


async def opened(desk: Desk, below: QWidget, account_id: int | None = None) -> OrderForm:
    chosen = None if account_id is None else await desk.read(account, account_id)
    form = OrderForm(desk, below, await desk.read(connection_list), chosen)
    form.open()
    await until(lambda: not desk.tasks.is_busy("order catalogue"))
    return form


async def pick(field: SuggestField, typed: str) -> None:
    """Type, and take the first suggestion with the keyboard."""
    # Without a window manager nobody makes the form the active window again once the suggestions of
    # another field are gone.
    field.window().activateWindow()
    field.setFocus()
    await until(field.hasFocus)
    field.selectAll()
    QTest.keyClicks(field, typed)
    await until(field.popup.isVisible)
    QTest.keyClick(field.popup, Qt.Key.Key_Down)
    QTest.keyClick(field.popup, Qt.Key.Key_Return)
    assert field.value is not None
    assert not field.popup.isVisible()


def products(form: OrderForm) -> list[SuggestField]:
    fields = form.findChildren(SuggestField)
    return [one for one in fields if one.accessibleName() == "Product" and one.isVisibleTo(form)]


def quantities(form: OrderForm) -> list[QSpinBox]:
    return [one for one in form.findChildren(QSpinBox) if one.isVisibleTo(form)]


async def put_together(form: OrderForm, quantity: int) -> None:
    await pick(products(form)[0], HOME)
    quantities(form)[0].setValue(quantity)


async def summary(form: OrderForm) -> list[str]:
    press(form, "Summary…")
    await until(lambda: button_is_there(form, "Place order"))
    return words(form)


def button_is_there(form: OrderForm, text: str) -> bool:
    try:
        return button(form, text).isVisibleTo(form)
    except AssertionError:
        return False


def results(form: OrderForm) -> list[str]:
    (table,) = [one for one in form.findChildren(QTableView) if one.isVisibleTo(form)]
    model = table.model()
    return [str(model.index(row, 1).data()) for row in range(model.rowCount())]


async def make_price(services: Services, sku: str, amount: str) -> None:
    (connection,) = await connection_list(services)
    async with services.store.change() as work:
        offering = (await offerings.by_sku(work, connection.id, [sku]))[sku]
        offering.price_amount = Decimal(amount)
        await work.commit()


async def orders(desk: Desk) -> list[OrderRow]:
    return await desk.read(list_page, ListKind.ORDERS, ListQuery(), 0, 100)


def test_an_order_is_put_together_seen_placed_and_followed(
    run: Run, connected_desk: Desk, customer: int, below: QWidget
) -> None:
    async def scenario() -> None:
        form = await opened(connected_desk, below)
        await pick(form.findChildren(SuggestField)[0], "c-201")
        await put_together(form, 2)
        quantities(form)[0].setFocus()
        QTest.keyClick(quantities(form)[0], Qt.Key.Key_Return)
        await until(lambda: len(products(form)) == 2)
        await pick(products(form)[1], WINDOWS.lower())
        assert any(text.startswith("3 licences, ") for text in words(form))
        seen = " ".join(await summary(form))
        for told in ("3 licences, 3 mails", "office@aegean.example", HOME, WINDOWS, "Total"):
            assert told in seen
        press(form, "Place order")
        await until(lambda: notice(form), 20)
        assert notice(form) == "3 licences of 3 issued."
        assert results(form) == ["Issued"] * 3
        (row,) = await orders(connected_desk)
        assert (row.customer, row.licences, row.issued) == ("Aegean Shipping SA", 3, 3)
        press(form, "Close")
        assert not form.isVisible()

    run(scenario())


def test_two_presses_place_one_order(
    run: Run, connected_desk: Desk, customer: int, below: QWidget
) -> None:
    async def scenario() -> None:
        form = await opened(connected_desk, below, customer)
        await put_together(form, 1)
        await summary(form)
        place = button(form, "Place order")
        where = place.mapTo(form, place.rect().center())
        for _ in range(3):
            place.click()
            QTest.mouseClick(place, Qt.MouseButton.LeftButton)
        await until(lambda: notice(form), 20)
        assert len(await orders(connected_desk)) == 1
        # One press more at the same place does not close it either.
        assert form.childAt(where) is place
        QTest.mouseClick(place, Qt.MouseButton.LeftButton)
        assert form.isVisible()

    run(scenario())


def test_what_failed_is_told_and_retried_alone(
    run: Run, connected_desk: Desk, customer: int, below: QWidget, sandbox: SandboxControl
) -> None:
    async def scenario() -> None:
        form = await opened(connected_desk, below, customer)
        await put_together(form, 3)
        await summary(form)
        sandbox.set_fault("issue", "error", times=1, status=400, code="UnknownSku")
        press(form, "Place order")
        await until(lambda: notice(form), 20)
        assert (notice(form) or "").startswith("2 licences of 3 issued, 1 not.")
        failed = [text for text in results(form) if text != "Issued"]
        assert len(failed) == 1
        assert failed[0].startswith("Not issued: Microsoft does not sell this product")
        press(form, "Retry failed")
        await until(lambda: notice(form) == "1 licence of 1 issued.", 20)
        assert not button_is_there(form, "Retry failed")

    run(scenario())


def test_closing_it_leaves_the_tokens_to_come(
    run: Run, connected_desk: Desk, customer: int, below: QWidget
) -> None:
    async def scenario() -> None:
        form = await opened(connected_desk, below, customer)
        await put_together(form, 12)
        await summary(form)
        press(form, "Place order")
        await until(lambda: button_is_there(form, "Stop"), 20)
        press(form, "Close")
        form.deleteLater()
        told = connected_desk.messages.kept
        await until(lambda: any("12 licences of 12 issued" in each.sentence for each in told), 20)
        (row,) = await orders(connected_desk)
        assert row.issued == 12

    run(scenario())


def test_stop_finishes_what_is_under_way_and_the_rest_can_be_got_later(
    run: Run, connected_desk: Desk, customer: int, below: QWidget
) -> None:
    async def scenario() -> None:
        form = await opened(connected_desk, below, customer)
        await put_together(form, 60)
        await summary(form)
        press(form, "Place order")
        await until(lambda: button_is_there(form, "Stop") and results(form), 20)
        press(form, "Stop")
        await until(lambda: notice(form), 20)
        assert "It was stopped before the other" in (notice(form) or "")
        (row,) = await orders(connected_desk)
        assert row.waiting > 0
        assert row.issued + row.waiting == 60
        assert button_is_there(form, "Get the rest")

    run(scenario())


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ("customer", "Choose the customer who gets the licences."),
        ("product", "Choose at least one product."),
        ("typed", "A product was typed that is not chosen from the catalogue."),
    ],
)
def test_what_is_missing_is_told_beside_what_is_there(
    run: Run, connected_desk: Desk, customer: int, below: QWidget, missing: str, sentence: str
) -> None:
    async def scenario() -> None:
        form = await opened(connected_desk, below, None if missing == "customer" else customer)
        if missing == "customer":
            await put_together(form, 1)
        if missing == "typed":
            QTest.keyClicks(products(form)[0], "nothing of this name")
        press(form, "Summary…")
        await until(lambda: notice(form))
        assert (notice(form) or "").startswith(sentence)

    run(scenario())


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("0", f"The quantity of {HOME} must be at least 1."),
        ("10000000", "One order takes at most 10,000 licences, not 10,000,000."),
    ],
)
def test_a_quantity_that_cannot_be_ordered_is_refused_and_not_made_another(
    run: Run, connected_desk: Desk, customer: int, below: QWidget, typed: str, sentence: str
) -> None:
    async def scenario() -> None:
        form = await opened(connected_desk, below, customer)
        await put_together(form, 1)
        field = quantities(form)[0]
        field.selectAll()
        QTest.keyClicks(field, typed)
        press(form, "Summary…")
        await until(lambda: notice(form))
        assert (notice(form) or "").startswith(sentence)

    run(scenario())


def test_a_fault_while_placing_loses_nothing_and_trying_again_is_one_order(
    run: Run,
    connected_desk: Desk,
    customer: int,
    below: QWidget,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def answer_lost(*args, **kwargs):  # type: ignore[no-untyped-def]
        await order_licences(*args, **kwargs)
        monkeypatch.setattr(_PLACING, order_licences)
        raise StoreFault("The database server cannot be reached.")

    async def scenario() -> None:
        form = await opened(connected_desk, below, customer)
        await put_together(form, 2)
        await summary(form)
        monkeypatch.setattr(_PLACING, answer_lost)
        press(form, "Place order")
        await until(lambda: notice(form))
        assert (notice(form) or "").startswith("The database server cannot be reached.")
        await press_in_time(form, "Back")
        assert products(form)[0].value.sku == HOME
        await summary(form)
        press(form, "Place order")
        await until(lambda: notice(form) == "2 licences of 2 issued.", 20)
        assert len(await orders(connected_desk)) == 1

    run(scenario())


def test_placing_that_was_stopped_has_a_last_word_and_a_changed_order_is_not_a_second_one(
    run: Run,
    connected_desk: Desk,
    customer: int,
    below: QWidget,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    placed = asyncio.Event()

    async def answer_never_comes(*args, **kwargs):  # type: ignore[no-untyped-def]
        await order_licences(*args, **kwargs)
        monkeypatch.setattr(_PLACING, order_licences)
        placed.set()
        await asyncio.Event().wait()

    async def scenario() -> None:
        form = await opened(connected_desk, below, customer)
        await put_together(form, 2)
        await summary(form)
        monkeypatch.setattr(_PLACING, answer_never_comes)
        press(form, "Place order")
        await until(placed.is_set)
        connected_desk.tasks.cancel("place order")
        await until(lambda: notice(form))
        # What the order changed is heard of now; it must not take the word away.
        connected_desk.bus.announce(Changes(accounts=frozenset({customer})))
        await until(lambda: not connected_desk.tasks.is_busy("order customer"))
        assert "It was stopped." in (notice(form) or "")
        assert "It is not placed twice." in (notice(form) or "")
        await press_in_time(form, "Back")
        quantities(form)[0].setValue(5)
        await summary(form)
        press(form, "Place order")
        await until(lambda: notice(form))
        (row,) = await orders(connected_desk)
        assert row.licences == 2
        told = f"The earlier try had placed the order after all: it is {row.number}."
        assert (notice(form) or "").startswith(told)
        await until(lambda: not form._progress.running, 20)

    run(scenario())


def test_getting_the_tokens_that_was_cut_off_has_a_last_word(
    run: Run, connected_desk: Desk, customer: int, below: QWidget, sandbox: SandboxControl
) -> None:
    async def scenario() -> None:
        form = await opened(connected_desk, below, customer)
        await put_together(form, 2)
        await summary(form)
        sandbox.set_fault("issue", "hang", times=None)
        press(form, "Place order")
        await until(lambda: sandbox.calls()["issue"] == 2, 20)
        (row,) = await orders(connected_desk)
        connected_desk.tasks.cancel(task_key(row.id))
        assert (notice(form) or "").startswith("It was stopped.")
        assert not button_is_there(form, "Stop")
        assert button_is_there(form, "Get the rest")

    run(scenario())


def test_a_price_that_changed_since_is_looked_at_again(
    run: Run, connected_desk: Desk, customer: int, below: QWidget
) -> None:
    async def scenario() -> None:
        form = await opened(connected_desk, below, customer)
        await put_together(form, 1)
        await summary(form)
        await connected_desk.backend.call(make_price, HOME, "777.00")
        press(form, "Place order")
        await until(lambda: notice(form))
        assert "is now 777.00" in (notice(form) or "")
        assert await orders(connected_desk) == []
        await press_in_time(form, "Look again")
        await until(lambda: any("777.00" in text for text in words(form)))

    run(scenario())


def test_a_new_customer_is_added_on_the_way(run: Run, connected_desk: Desk, below: QWidget) -> None:
    async def scenario() -> None:
        form = await opened(connected_desk, below)
        QTest.keyClicks(line(form, "Customer"), "Olympia Logistics")
        press(form, "New customer…")
        dialog = await window("New customer")
        assert line(dialog, "Name").text() == "Olympia Logistics"
        write(dialog, "E-mail address", "it@olympia.example")
        press(dialog, "Add customer")
        field = form.findChildren(SuggestField)[0]
        await until(lambda: field.value is not None)
        assert field.value.email == "it@olympia.example"

    run(scenario())


def test_a_customer_without_address_is_told_at_once(
    run: Run, connected_desk: Desk, below: QWidget
) -> None:
    async def scenario() -> None:
        added = await connected_desk.read(add_account, AccountForm("Zephyr Ltd"))
        form = await opened(connected_desk, below, added.id)
        assert (notice(form) or "").startswith("Zephyr Ltd has no e-mail address")
        press(form, "Edit account…")
        dialog = await window("Edit account")
        write(dialog, "E-mail address", "office@zephyr.example")
        press(dialog, "Save account")
        await until(lambda: notice(form) is None)

    run(scenario())


def test_only_what_can_be_ordered_is_suggested(
    run: Run, connected_desk: Desk, customer: int, below: QWidget
) -> None:
    async def scenario() -> None:
        (connection,) = await connected_desk.read(connection_list)
        known = await connected_desk.read(offering_list, connection.id)
        gone = next(row for row in known if row.sku == "79G-05412")
        form = await opened(connected_desk, below, customer)
        field = products(form)[0]
        field.setFocus()
        QTest.keyClicks(field, gone.sku)
        asked: list[str] = []
        field.sought.connect(asked.append)
        await until(lambda: asked)
        assert not field.popup.isVisible()

    run(scenario())


def test_leaving_asks_where_something_would_be_lost(
    run: Run, connected_desk: Desk, customer: int, below: QWidget
) -> None:
    async def scenario() -> None:
        form = await opened(connected_desk, below, customer)
        await put_together(form, 1)
        form.reject()
        question = await window("Close without ordering?")
        press(question, "Go on")
        await until(lambda: not connected_desk.tasks.is_busy("leave order"))
        assert form.isVisible()
        form.reject()
        press(await window("Close without ordering?"), "Close without ordering")
        await until(lambda: not form.isVisible())
        assert form.result() == QDialog.DialogCode.Rejected

    run(scenario())


def test_without_a_connection_there_is_nothing_to_order_over(
    run: Run, desk: Desk, below: QWidget
) -> None:
    async def scenario() -> None:
        with pytest.raises(InvalidInput, match="no connection to order over"):
            await show_order_form(desk, below, None)

    run(scenario())
