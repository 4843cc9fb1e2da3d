"""The mails of an asset in the pane: what became of each, and sending a failed one again."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton

from esd_desktop.models.statuses import MailState
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.detail.mails_view import MailsView
from tests.support.mailing import WHY, mail_in
from tests.support.sowing import Sown
from tests.support.widgets import press, window, words
from tests.support.window import Run


def offered(view: MailsView) -> list[str]:
    """The buttons that can be seen."""
    buttons = view.findChildren(QPushButton)
    return [one.text() for one in buttons if one.isVisibleTo(view)]


@pytest.mark.parametrize(
    ("state", "word", "again"),
    [
        (MailState.QUEUED, "Waiting", False),
        (MailState.SENT, "Sent", False),
        (MailState.FAILED, "Refused", True),
        (MailState.BOUNCED, "Returned", True),
    ],
)
def test_each_state_has_its_word_and_what_can_be_done(
    run: Run, desk: Desk, sown: Sown, state: MailState, word: str, again: bool
) -> None:
    mail = run(desk.backend.call(mail_in, sown.activated, state))
    view = MailsView(desk)
    view.show_mails([mail])
    said = words(view)
    assert "Activation link to it@mueller.example" in said
    assert word in said
    assert (WHY.get(state, "") in " ".join(said)) or state not in WHY
    assert ("Resend…" in offered(view)) == again
    view.deleteLater()


def test_a_failed_one_is_asked_about_before_it_goes_again(run: Run, desk: Desk, sown: Sown) -> None:
    async def scenario() -> None:
        mail = await desk.backend.call(mail_in, sown.activated, MailState.FAILED)
        view = MailsView(desk)
        view.show_mails([mail])
        view.show()
        press(view, "Resend…")
        press(await window("Send this mail again?"), "Don’t send")
        view.deleteLater()

    run(scenario())


def test_many_are_shown_on_request(run: Run, desk: Desk, sown: Sown) -> None:
    mail = run(desk.backend.call(mail_in, sown.activated, MailState.SENT))
    view = MailsView(desk)
    view.show_mails([mail] * 10)
    assert words(view).count("Sent") == 8
    view.more.click()
    assert words(view).count("Sent") == 10
    view.show_mails([])
    assert "No mail has been sent for this licence." in words(view)
    view.deleteLater()
