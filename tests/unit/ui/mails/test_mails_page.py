"""The list of mails with the selected one beside it: read, sent again, noted as returned."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QUrl
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication, QTextEdit

from esd_desktop.models.statuses import MailState
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import asset_mails
from esd_desktop.services.mail.render import MailText
from esd_desktop.services.send_mails import send_due_mails
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.mails.mails_page import MailsPage
from esd_desktop.ui.mails.preview import MailPreview
from tests.support import bounces
from tests.support.mailing import ADDRESS, mail_in
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.widgets import notice, press, window, words
from tests.support.window import Run


@pytest.fixture
def page(desk: Desk, qapp: QApplication) -> Iterator[MailsPage]:
    made = MailsPage(desk)
    made.resize(1200, 800)
    yield made
    made.close()
    made.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def test_all_states_are_listed_filtered_and_scoped(
    run: Run, desk: Desk, sown: Sown, page: MailsPage
) -> None:
    async def scenario() -> None:
        for state in MailState:
            await desk.backend.call(mail_in, sown.activated, state)
        page.show()
        await until(lambda: page.list.model.rowCount() == len(MailState))
        page.choose_filter("failed")
        await until(lambda: page.list.model.rowCount() == 2)
        page.choose_filter("all")
        page.show_account(sown.other_customer)
        await until(lambda: "No mails yet" in words(page))

    run(scenario())


def test_the_selected_mail_is_told_and_read_with_its_key_masked(
    run: Run, desk: Desk, sown: Sown, page: MailsPage
) -> None:
    async def scenario() -> None:
        mail = await desk.backend.call(mail_in, sown.activated, MailState.BOUNCED)
        page.show()
        page.select(mail.id)
        await until(page.details.preview.subject.text)
        told = notice(page.details)
        assert told is not None
        assert "Returned as undeliverable." in told
        assert "550 5.1.1 User unknown" in told
        text = page.details.preview.text.toPlainText()
        assert "Müller & Söhne KG" in text
        assert sown.key not in text + page.details.preview.html.toPlainText()
        assert sown.key[-5:] in text

    run(scenario())


def test_a_failed_mail_is_sent_again_to_the_address_that_was_shown(
    run: Run, connected_desk: Desk, bought: int, sandbox: SandboxControl, page: MailsPage
) -> None:
    async def scenario() -> None:
        desk = connected_desk
        sandbox.set_fault("mail", "refuse")
        await desk.backend.call(send_due_mails)
        (mail,) = await desk.read(asset_mails, bought)
        page.show()
        page.select(mail.id)
        await until(lambda: notice(page.details))
        press(page.details, "Resend…")
        question = await window("Send this mail again?")
        facts = [one.toPlainText() for one in question.findChildren(QTextEdit)]
        assert "office@aegean.example" in facts
        press(question, "Send mail")
        await until(sandbox.mails)
        await until(lambda: "Sent" in (notice(page.details) or ""))
        (again,) = await desk.read(asset_mails, bought)
        assert (again.state, again.message_id) == (MailState.SENT, mail.message_id)

    run(scenario())


def test_a_dropped_notice_marks_the_mail(
    run: Run, desk: Desk, sown: Sown, page: MailsPage, tmp_path: Path
) -> None:
    async def scenario() -> None:
        mail = await desk.backend.call(mail_in, sown.activated, MailState.SENT)
        file = tmp_path / "notice.eml"
        file.write_bytes(bounces.report(mail.message_id))
        page.show()
        page.select(mail.id)
        await until(lambda: notice(page.details))
        page.note_files([tmp_path / "missing.eml", file])
        await until(lambda: "Returned as undeliverable" in (notice(page.details) or ""))
        assert "User unknown" in (notice(page.details) or "")

    run(scenario())


def test_what_waits_is_tried_at_once(
    run: Run, connected_desk: Desk, bought: int, sandbox: SandboxControl, page: MailsPage
) -> None:
    async def scenario() -> None:
        sandbox.set_fault("mail", "refuse_for_now")
        await connected_desk.backend.call(send_due_mails)
        page.show()
        await until(lambda: page.list.model.rowCount() == 1)
        press(page, "Send waiting")
        await until(sandbox.mails)
        (mail,) = await connected_desk.read(asset_mails, bought)
        assert mail.to_address != ADDRESS

    run(scenario())


def test_a_preview_loads_nothing_from_anywhere(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        secret = tmp_path / "secret.txt"
        secret.write_text("geheim", "utf-8")
        preview = MailPreview()
        preview.show_mail(MailText("x", "x", f'<img src="{secret.as_uri()}"><p>there</p>'))
        kind = QTextDocument.ResourceType.ImageResource.value
        for address in (secret.as_uri(), "https://elsewhere.example/pixel.png"):
            assert preview.html.loadResource(kind, QUrl(address)) is None
        assert not preview.html.openLinks()
        assert "there" in preview.html.toPlainText()

    run(scenario())
