"""Sending a mail again from the window: the person sees to which address before it goes."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from esd_desktop.models.mail_rows import MailRow
from esd_desktop.services.changes import Changes
from esd_desktop.services.mail.kinds import WELCOME, title_of
from esd_desktop.ui.actions.action import task_key
from esd_desktop.ui.ask import Question, ask
from esd_desktop.ui.desk import Desk


def start_resend(desk: Desk, parent: QWidget, mail: MailRow) -> None:
    """Ask and send, unless something is being done with the licence."""
    work = partial(_resend, desk, parent, mail)
    desk.tasks.run(task_key(mail.asset_id), work, owner=parent, words="Send mail again")


async def _resend(desk: Desk, parent: QWidget, mail: MailRow) -> None:
    from esd_desktop.services.resend_mail import mail_recipient, resend_mail

    address = None
    if not mail.waits:
        address = await desk.read(mail_recipient, mail.id)
        if not (await ask(parent, question(mail, address))).yes:
            return
    touching = Changes(assets=frozenset({mail.asset_id}), mails=frozenset({mail.id}))
    outcome = await desk.do(touching, resend_mail, mail.id, confirmed_address=address)
    desk.messages.outcome(outcome)


def question(mail: MailRow, address: str) -> Question:
    """What the person is asked."""
    secret = (
        " It has the licence key and the activation link in it." if mail.template == WELCOME else ""
    )
    return Question(
        title="Send this mail again?",
        body=f"The mail “{title_of(mail.template)}” goes to this address.{secret}",
        facts=(("To", address), ("Customer", mail.customer), ("Product", mail.product)),
        yes="Send mail",
        no="Don’t send",
    )
