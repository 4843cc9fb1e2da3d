from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtWidgets import QCheckBox, QPlainTextEdit, QWidget

from esd_desktop.models.statuses import AssetStatus, Requester
from esd_desktop.services.browse import asset_detail
from esd_desktop.ui.actions.cancel_licence import question as question_about_cancelling
from esd_desktop.ui.actions.registry import REQUEST_CANCELLATION, start
from esd_desktop.ui.actions.request_cancellation import RequestDialog
from esd_desktop.ui.desk import Desk
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.window import Run
from tests.unit.ui.actions.asking import button, facts, question
from tests.unit.ui.detail.making import make_detail


def test_a_request_is_made_on_the_customers_behalf(
    run: Run, desk: Desk, sown: Sown, window: QWidget
) -> None:
    async def scenario() -> None:
        start(desk, REQUEST_CANCELLATION, window, sown.activated)
        dialog = await question()
        assert facts(dialog)["Customer"] == "Müller & Söhne KG"
        field, confirm = dialog.findChild(QPlainTextEdit), dialog.findChild(QCheckBox)
        assert isinstance(field, QPlainTextEdit)
        assert isinstance(confirm, QCheckBox)
        assert confirm.isChecked()
        assert "it@mueller.example" in confirm.text()
        field.setPlainText("Called this morning")
        confirm.click()
        button(dialog, "Request cancellation").click()
        await until(lambda: desk.messages.kept)
        detail = await desk.read(asset_detail, sown.activated)
        assert detail.status is AssetStatus.ACTIVE
        assert detail.request is not None
        assert detail.request.requester is Requester.STAFF
        assert detail.request.comment == "Called this morning"
        assert not detail.request.confirm_by_mail
        # Cancelling it now approves that, and says so before.
        assert "approved by that" in question_about_cancelling(detail).body

    run(scenario())


def test_keeping_it_makes_no_request(run: Run, desk: Desk, sown: Sown, window: QWidget) -> None:
    async def scenario() -> None:
        start(desk, REQUEST_CANCELLATION, window, sown.activated)
        button(await question(), "Keep licence").click()
        await until(lambda: not desk.tasks.running())
        assert (await desk.read(asset_detail, sown.activated)).request is None

    run(scenario())


def test_without_an_address_no_confirmation_can_be_wished(window: QWidget) -> None:
    dialog = RequestDialog(replace(make_detail(), customer_email=None), window)
    confirm = dialog.findChild(QCheckBox)
    assert isinstance(confirm, QCheckBox)
    assert not confirm.isEnabled()
    assert not dialog.confirms
    dialog.answer(False)
