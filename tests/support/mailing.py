"""Mails in every state, written directly: no mail server is asked."""

from __future__ import annotations

from esd_desktop.models.mail_rows import MailRow
from esd_desktop.models.statuses import MailState
from esd_desktop.models.store import assets
from esd_desktop.services.browse import asset_mails
from esd_desktop.services.context import Services
from esd_desktop.services.queue_mail import queue_mail

ADDRESS = "it@mueller.example"
WHY = {
    MailState.FAILED: "The mail server mx.example refused the mail: 550 No such user",
    MailState.BOUNCED: "It came back: 550 5.1.1 User unknown.",
}


async def mail_in(
    services: Services, asset_id: int, state: MailState, *, template: str = "welcome"
) -> MailRow:
    """A mail about this asset, in this state."""
    async with services.store.change() as work:
        asset = await assets.for_change(work, asset_id)
        mail = await queue_mail(services, work, template, asset, ADDRESS)
        mail.state = state
        mail.last_error = WHY.get(state)
        mail.attempts = 0 if state is MailState.QUEUED else 1
        mail.sent_at = services.now() if state in (MailState.SENT, MailState.BOUNCED) else None
        await work.commit()
    return next(row for row in await asset_mails(services, asset_id) if row.id == mail.id)
