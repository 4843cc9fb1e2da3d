"""The list of requests with its details, as a person uses it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QTextEdit

from esd_desktop.models.store.requests import LISTING
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.requests.columns import COLUMNS
from esd_desktop.ui.requests.requests_page import RequestsPage
from tests.support.requesting import CUSTOMER
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.widgets import button, press
from tests.support.window import Run
from tests.unit.ui.actions.asking import question
from tests.unit.ui.requests.conftest import Ask


@pytest.fixture
def page(desk: Desk, qapp: QApplication) -> Iterator[RequestsPage]:
    """Not on the screen yet."""
    made = RequestsPage(desk)
    made.resize(1200, 700)
    yield made
    made.close()
    made.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def value(page: RequestsPage, label: str) -> str:
    """What the details say beside a label; of two, the first."""
    shown = page.details.facts.value_of(label)
    assert isinstance(shown, QTextEdit)
    return shown.toPlainText()


def test_the_selected_request_is_shown_in_full_and_decided(
    run: Run, desk: Desk, sown: Sown, page: RequestsPage, asked: Ask
) -> None:
    request = asked(sown.activated)
    assets: list[int] = []
    desk.navigator.asset_wanted.connect(assets.append)

    async def scenario() -> None:
        page.show()
        page.show_account(sown.customer)
        page.select(request.id)
        await until(page.details.notice.isVisible)
        assert value(page, "Requested By") == f"{CUSTOMER}, the customer"
        assert value(page, "Comment") == "Bought twice"
        assert "Do not use the key" in value(page, "Instructions")
        assert value(page, "Confirmation") == "The customer is not told by mail"
        page.list.opened.emit(request.id)
        assert assets == [sown.activated]
        press(page.details, "Withdraw…")
        dialog = await question()
        button(dialog, "Withdraw request").click()
        await until(lambda: page.details.notice.accessibleName() == "Withdrawn.")
        assert page.details.notice.buttons() == []
        await until(lambda: not desk.tasks.running())

    run(scenario())


def test_filters_and_accounts_narrow_the_list(
    run: Run, desk: Desk, sown: Sown, page: RequestsPage, asked: Ask
) -> None:
    asked(sown.activated)

    async def scenario() -> None:
        page.show()
        await until(lambda: page.list.model.rowCount() == 1)
        page.choose_filter("declined")
        await until(lambda: page.list.model.rowCount() == 0)
        page.choose_filter("waiting")
        await until(lambda: page.list.model.rowCount() == 1)
        page.show_account(sown.other_customer)
        await until(lambda: page.list.model.rowCount() == 0)
        await until(lambda: not desk.tasks.running())

    run(scenario())


def test_every_column_says_something_of_a_request(
    run: Run, desk: Desk, sown: Sown, asked: Ask
) -> None:
    row = asked(sown.activated)
    told = {spec.name: spec.cell(row).spoken for spec in COLUMNS.specs}
    assert all(told.values())
    assert told["state"] == "Waiting for a decision"
    assert set(COLUMNS.shown) <= set(COLUMNS.names)
    assert {spec.sort for spec in COLUMNS.specs if spec.sort} <= set(LISTING.sorts)
