"""Queries about mails on their way."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.errors import NotFound
from esd_desktop.models.notification import OutboxMail
from esd_desktop.models.rows import MailRow
from esd_desktop.models.statuses import MailState
from esd_desktop.models.store.unit_of_work import UnitOfWork


async def due(connection: AsyncConnection, now: datetime, limit: int = 100) -> list[int]:
    """Ids of the mails that wait to be sent now, oldest first."""
    query = (
        select(OutboxMail.id)
        .where(OutboxMail.state == MailState.QUEUED, OutboxMail.next_attempt_at <= now)
        .order_by(OutboxMail.id)
        .limit(limit)
    )
    return list((await connection.execute(query)).scalars())


async def of_asset(connection: AsyncConnection, asset_id: int) -> list[MailRow]:
    """The mails of an asset, newest first."""
    query = (
        select(
            OutboxMail.id,
            OutboxMail.template,
            OutboxMail.to_address,
            OutboxMail.state,
            OutboxMail.attempts,
            OutboxMail.last_error,
            OutboxMail.queued_at,
            OutboxMail.sent_at,
        )
        .where(OutboxMail.asset_id == asset_id)
        .order_by(OutboxMail.id.desc())
    )
    return [MailRow(**row._mapping) for row in await connection.execute(query)]


async def for_change(work: UnitOfWork, mail_id: int) -> OutboxMail:
    """The record itself, to be changed, locked until then: two desktops may claim one mail.
    Raises NotFound."""
    mail = await work.session.get(OutboxMail, mail_id, with_for_update=True)
    if mail is None:
        raise NotFound(f"There is no mail {mail_id}.")
    return mail
