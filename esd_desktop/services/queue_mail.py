"""Putting a mail into the outbox, within the change of the verb that it tells of: so that nothing
happens without its mail, and no mail goes out about what did not happen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esd_desktop.models.statuses import MailState
from esd_desktop.models.values import new_id
from esd_desktop.services.context import Services

if TYPE_CHECKING:
    from esd_desktop.models.asset import Asset
    from esd_desktop.models.notification import OutboxMail
    from esd_desktop.models.store.unit_of_work import UnitOfWork


async def queue_mail(
    services: Services,
    work: UnitOfWork,
    template: str,
    asset: Asset,
    to_address: str,
    *,
    language: str | None = None,
    request_id: int | None = None,
) -> OutboxMail:
    """A mail about an asset, to be sent as soon as the change is made; it has its id already.

    ``language`` is that of its text, the account's where it is None; ``request_id`` the request to
    cancel that it tells of. The caller writes the audit row that says where the mail goes.
    """
    from esd_desktop.models.notification import OutboxMail

    now = services.now()
    mail = OutboxMail(
        message_id=f"<{new_id()}@esd-desktop.invalid>",
        template=template,
        language=language,
        asset_id=asset.id,
        request_id=request_id,
        to_address=to_address,
        state=MailState.QUEUED,
        attempts=0,
        next_attempt_at=now,
        queued_by=services.operator,
        queued_at=now,
    )
    work.add(mail)
    await work.flush()
    return mail


def address_today(queued_for: str, language: str | None, email: str | None) -> str:
    """Where a mail goes today: the customer may have another address than when it was queued. A
    copy for staff has a language of its own and keeps its address."""
    return queued_for if language else email or queued_for
