from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QTextEdit, QWidget

from esd_desktop.models.account import Account
from esd_desktop.services.browse import asset_detail
from esd_desktop.services.changes import Changes
from esd_desktop.services.context import Services
from esd_desktop.services.delete_asset import delete_asset
from esd_desktop.ui.desk import Desk
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.window import Run
from tests.unit.ui.actions.asking import button as answer
from tests.unit.ui.actions.asking import question
from tests.unit.ui.detail.conftest import Shown
from tests.unit.ui.detail.reading import (
    badges,
    button,
    has_button,
    notices,
    shortcuts,
    value_of,
    words,
)

EVERY_FIELD = (
    *("Status", "Provisioning Sync Status", "Token", "Token Status", "Return Status", "Link"),
    *("Activation Date", "Customer", "Billing To", "Order", "Purchase Date"),
    *("Product Information", "SKU", "Quantity", "Unit Type", "Price", "Currency"),
    *("Connection", "Client Transaction ID", "Last Checked", "Returnable Until", "Invoice"),
)
STATES = ("activated", "redeemed", "cancelled", "failed", "unsynchronised", "odd", "deleted")


async def rename(services: Services, account_id: int, name: str) -> None:
    async with services.store.change() as work:
        account = await work.session.get(Account, account_id)
        assert account is not None
        account.name = name
        await work.commit()


def test_nothing_selected_is_a_calm_empty_state(run: Run, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        assert "No asset selected" in words(shown.pane)
        await shown.select(sown.activated)
        assert "No asset selected" not in words(shown.pane)
        await shown.select(None)
        assert "No asset selected" in words(shown.pane)

    run(scenario())


@pytest.mark.parametrize("state", STATES)
def test_every_field_is_there_in_every_state(
    run: Run, sown: Sown, shown: Shown, state: str
) -> None:
    async def scenario() -> None:
        await shown.select(getattr(sown, state))
        assert all(value_of(shown.pane, label) for label in EVERY_FIELD)
        assert "Office Home & Business 2024" in words(shown.pane)
        assert notices(shown.pane)

    run(scenario())


def test_the_fields_say_what_the_record_says(run: Run, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.select(sown.redeemed)
        pane = shown.pane
        assert value_of(pane, "Token").startswith("•")
        assert value_of(pane, "Token").endswith("-00002")
        assert value_of(pane, "Token Status").startswith("Redeemed\nThe customer used it")
        assert value_of(pane, "Return Status") == "NONE"
        assert "2026" in value_of(pane, "Activation Date")
        assert value_of(pane, "Billing To") == "Helios Reselling GmbH"
        assert value_of(pane, "Order") == "SO-00002"
        assert badges(pane) == ["Redeemed", "Active"]

    run(scenario())


def test_the_invoice_is_opened_from_the_fields(
    run: Run, desk: Desk, sown: Sown, shown: Shown
) -> None:
    wanted: list[str] = []
    desk.navigator.invoice_number_wanted.connect(wanted.append)

    async def scenario() -> None:
        await shown.select(sown.activated)
        number = value_of(shown.pane, "Invoice").splitlines()[0]
        button(shown.pane, f"Open the invoice {number}").click()
        assert wanted == [number]

    run(scenario())


def test_accessible_names(run: Run, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.select(sown.activated)
        assert shown.pane.accessibleName() == "Asset details"
        texts = [one.text() for one in shortcuts(shown.pane)]
        assert texts == ["Update License Status", "Resend Activation Link", "Cancel", "Delete"]
        unnamed = [
            widget
            for widget in shown.pane.findChildren(QTextEdit)
            if widget.isVisibleTo(shown.pane) and not widget.accessibleName()
        ]
        assert unnamed == []

    run(scenario())


def test_what_is_refused_is_greyed_with_the_reason(run: Run, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.select(sown.redeemed)
        update, _, cancel, _ = shortcuts(shown.pane)
        assert update.isEnabled()
        assert not cancel.isEnabled()
        assert "has redeemed this licence" in cancel.toolTip()
        assert "has redeemed this licence" in cancel.accessibleDescription()

    run(scenario())


def test_a_failed_one_shows_its_reason_and_retry_starts(
    run: Run, desk: Desk, sown: Sown, shown: Shown
) -> None:
    async def scenario() -> None:
        await shown.select(sown.failed)
        assert any("does not sell the product" in text for text in words(shown.pane))
        assert not any(one.isEnabled() for one in shortcuts(shown.pane))
        button(shown.pane, "Retry Provisioning").click()
        assert desk.tasks.is_busy(f"asset:{sown.failed}")
        await until(lambda: desk.messages.kept)

    run(scenario())


def test_a_disagreement_is_shown_beside_the_standing(run: Run, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.select(sown.odd)
        first, second = notices(shown.pane)
        assert first == "Microsoft and this record disagree."
        assert second.startswith("The customer redeemed it")

    run(scenario())


def test_a_deleted_record_can_be_put_back(run: Run, desk: Desk, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.select(sown.deleted)
        assert "Deleted" in badges(shown.pane)
        button(shown.pane, "Restore Record").click()
        await until(lambda: "Deleted" not in badges(shown.pane))
        assert (await desk.read(asset_detail, sown.deleted)).deleted_at is None
        assert not has_button(shown.pane, "Restore Record")

    run(scenario())


def test_deleting_from_the_pane_asks_and_shows_it_busy(
    run: Run, desk: Desk, sown: Sown, shown: Shown
) -> None:
    async def scenario() -> None:
        await shown.select(sown.activated)
        delete = shortcuts(shown.pane)[3]
        delete.click()
        dialog = await question()
        assert delete.busy
        assert delete.isEnabled()
        assert not any(one.isEnabled() for one in shortcuts(shown.pane)[:3])
        answer(dialog, "Delete record").click()
        await until(lambda: "Deleted" in badges(shown.pane))
        assert not delete.busy
        assert "This record has been deleted." in delete.toolTip()

    run(scenario())


def test_a_change_made_elsewhere_is_shown(run: Run, desk: Desk, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.select(sown.activated)
        touched = Changes(assets=frozenset({sown.activated}))
        await desk.do(touched, delete_asset, sown.activated)
        await until(lambda: "Deleted" in badges(shown.pane))
        assert any("The record of Office" in text for text in words(shown.pane))

    run(scenario())


def test_only_what_concerns_the_asset_is_read_again(
    run: Run, desk: Desk, sown: Sown, shown: Shown
) -> None:
    started: list[str] = []
    desk.tasks.changed.connect(started.append)

    async def scenario() -> None:
        await shown.select(sown.activated)
        await desk.backend.call(rename, sown.customer, "Müller AG")
        started.clear()
        desk.bus.announce(Changes(assets=frozenset({sown.redeemed})))
        desk.bus.announce(Changes(accounts=frozenset({sown.empty_customer})))
        assert started == []
        desk.bus.announce(Changes(accounts=frozenset({sown.customer})))
        await until(lambda: value_of(shown.pane, "Customer") == "Müller AG")

    run(scenario())


def test_a_refresh_keeps_the_scroll_position_and_the_focus(
    run: Run, desk: Desk, sown: Sown, shown: Shown
) -> None:
    async def scenario() -> None:
        shown.pane.resize(360, 400)
        await shown.select(sown.activated)
        area = shown.pane.findChild(QScrollArea)
        assert area is not None
        field = next(
            one
            for one in shown.pane.findChildren(QTextEdit)
            if one.accessibleName() == "Client Transaction ID"
        )
        field.setFocus()
        area.verticalScrollBar().setValue(300)
        touched = Changes(assets=frozenset({sown.activated}))
        await desk.do(touched, delete_asset, sown.activated)
        await until(lambda: "Deleted" in badges(shown.pane))
        await shown.settled()
        assert area.verticalScrollBar().value() == 300
        focused = QApplication.focusWidget()
        assert focused is not None
        assert focused.accessibleName() == "Client Transaction ID"

    run(scenario())


def test_another_asset_begins_at_the_top(run: Run, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        shown.pane.resize(360, 400)
        await shown.select(sown.activated)
        area = shown.pane.findChild(QScrollArea)
        assert area is not None
        area.verticalScrollBar().setValue(200)
        await shown.select(sown.redeemed)
        assert area.verticalScrollBar().value() == 0

    run(scenario())


def test_the_keyboard_comes_to_the_first_thing_that_can_be_done(
    run: Run, desk: Desk, sown: Sown, shown: Shown
) -> None:
    async def scenario() -> None:
        await shown.select(sown.activated)
        desk.navigator.details_wanted.emit()
        assert shortcuts(shown.pane)[0].hasFocus()

    run(scenario())


def test_every_value_and_button_is_reached_with_tab(
    run: Run, desk: Desk, sown: Sown, shown: Shown
) -> None:
    async def scenario() -> None:
        await shown.select(sown.activated)
        desk.navigator.details_wanted.emit()
        reached: set[str] = set()
        for _ in range(80):
            focused = QApplication.focusWidget()
            assert focused is not None
            reached.add(focused.accessibleName() or _text(focused))
            QTest.keyClick(focused, Qt.Key.Key_Tab)
        wanted = {*EVERY_FIELD, "Show or hide key", "Copy key", "Copy link", "Cancel", "Delete"}
        assert wanted <= reached

    run(scenario())


def test_the_account_is_a_link(run: Run, desk: Desk, sown: Sown, shown: Shown) -> None:
    wanted: list[int] = []
    desk.navigator.account_wanted.connect(wanted.append)

    async def scenario() -> None:
        await shown.select(sown.activated)
        button(shown.pane, "Open the account Müller & Söhne KG").click()
        button(shown.pane, "Open the account Helios Reselling GmbH").click()
        assert wanted == [sown.customer, sown.reseller]

    run(scenario())


def test_what_cannot_be_loaded_says_why_and_can_be_tried_again(
    run: Run, sown: Sown, shown: Shown
) -> None:
    async def scenario() -> None:
        await shown.select(999_999)
        assert "There is no asset 999999." in words(shown.pane)
        assert button(shown.pane, "Try again").isEnabled()
        await shown.select(sown.activated)
        assert not has_button(shown.pane, "Try again")

    run(scenario())


@pytest.mark.parametrize("width", [260, 360, 520])
def test_no_shortcut_is_cut_at_any_width(run: Run, sown: Sown, shown: Shown, width: int) -> None:
    async def scenario() -> None:
        shown.pane.resize(width, 900)
        await shown.select(sown.activated)
        for one in shortcuts(shown.pane):
            assert one.width() >= one.sizeHint().width()
            assert _within(one, shown.pane)

    run(scenario())


def _text(widget: QWidget) -> str:
    return str(widget.property("text") or "")


def _within(widget: QWidget, pane: QWidget) -> bool:
    left = widget.mapTo(pane, widget.rect().topLeft()).x()
    return left >= 0 and left + widget.width() <= pane.width()
