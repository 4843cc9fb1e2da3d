"""Queries about mails: what their list is made of, those on their way, and the record itself."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from esd_desktop.errors import NotFound
from esd_desktop.models.account import Account
from esd_desktop.models.asset import Asset
from esd_desktop.models.mail_rows import MailRow
from esd_desktop.models.notification import OutboxMail
from esd_desktop.models.statuses import MailState
from esd_desktop.models.store.listing import Listing
from esd_desktop.models.store.search import asset_contains_words
from esd_desktop.models.store.unit_of_work import UnitOfWork

_Customer = aliased(Account)

_ROWS = (
    select(
        OutboxMail.id,
        OutboxMail.template,
        OutboxMail.language,
        OutboxMail.request_id,
        OutboxMail.asset_id,
        Asset.product,
        Asset.customer_id,
        _Customer.name.label("customer"),
        OutboxMail.to_address,
        OutboxMail.state,
        OutboxMail.attempts,
        OutboxMail.next_attempt_at,
        OutboxMail.last_error,
        OutboxMail.queued_by,
        OutboxMail.queued_at,
        OutboxMail.sent_at,
        OutboxMail.message_id,
    )
    .select_from(OutboxMail)
    .join(Asset, Asset.id == OutboxMail.asset_id)
    .join(_Customer, _Customer.id == Asset.customer_id)
)


def _mail_row(row: Row[*tuple[Any, ...]]) -> MailRow:
    return MailRow(**row._mapping)


def _of_account(account_id: int) -> ColumnElement[bool]:
    return or_(Asset.customer_id == account_id, Asset.billing_to_id == account_id)


def _found_by(text: str) -> ColumnElement[bool]:
    # The licence's words have customer, reseller, order and product; the address may be another
    # than the account has today.
    address = OutboxMail.to_address.icontains(text.strip(), autoescape=True)
    return or_(asset_contains_words(text), address)


LISTING = Listing(
    id=OutboxMail.id,
    rows=_ROWS,
    made=_mail_row,
    sorts={
        # In this order they were queued, and the ids are sorted already.
        "queued_at": OutboxMail.id,
        "template": OutboxMail.template,
        "to_address": OutboxMail.to_address,
        "customer": _Customer.name,
        "product": Asset.product,
        "state": OutboxMail.state,
        "attempts": OutboxMail.attempts,
        "sent_at": OutboxMail.sent_at,
    },
    filters={
        "waiting": OutboxMail.state == MailState.QUEUED,
        "sent": OutboxMail.state == MailState.SENT,
        "failed": OutboxMail.state.in_((MailState.FAILED, MailState.BOUNCED)),
    },
    found_by=_found_by,
    of_account=_of_account,
)


async def one(connection: AsyncConnection, mail_id: int) -> MailRow:
    """One mail. Raises NotFound."""
    for row in await LISTING.by_ids(connection, [mail_id]):
        return row
    raise NotFound(f"There is no mail {mail_id}.")


async def due(
    connection: AsyncConnection, now: datetime, *, after: int = 0, limit: int = 100
) -> list[int]:
    """Ids of the mails that wait to be sent now, oldest first, those after the one of this id."""
    query = (
        select(OutboxMail.id)
        .where(
            OutboxMail.state == MailState.QUEUED,
            OutboxMail.next_attempt_at <= now,
            OutboxMail.id > after,
        )
        .order_by(OutboxMail.id)
        .limit(limit)
    )
    return list((await connection.execute(query)).scalars())


async def of_asset(connection: AsyncConnection, asset_id: int) -> list[MailRow]:
    """The mails of an asset, newest first."""
    query = _ROWS.where(OutboxMail.asset_id == asset_id).order_by(OutboxMail.id.desc())
    return [_mail_row(row) for row in await connection.execute(query)]


async def waiting_for(
    connection: AsyncConnection, template: str, asset_id: int, *, copy_to: str | None = None
) -> int | None:
    """The id of the mail of this kind about this asset that waits; None without one. It is the
    customer's, whatever address it was queued for, or the copy for staff at this address."""
    whose: ColumnElement[bool] = OutboxMail.language.is_(None)
    if copy_to is not None:
        whose = and_(OutboxMail.language.is_not(None), OutboxMail.to_address == copy_to)
    query = (
        select(OutboxMail.id)
        .where(
            OutboxMail.state == MailState.QUEUED,
            OutboxMail.template == template,
            OutboxMail.asset_id == asset_id,
            whose,
        )
        .order_by(OutboxMail.id)
        .limit(1)
    )
    return (await connection.execute(query)).scalar()


async def for_change(work: UnitOfWork, mail_id: int) -> OutboxMail:
    """The record itself, to be changed, locked until then: two desktops may claim one mail.
    Raises NotFound."""
    mail = await work.session.get(OutboxMail, mail_id, with_for_update=True)
    if mail is None:
        raise NotFound(f"There is no mail {mail_id}.")
    return mail


async def named_for_change(work: UnitOfWork, message_ids: Collection[str]) -> OutboxMail | None:
    """The mail of ours that one of these Message-IDs names, to be changed and locked."""
    query = select(OutboxMail).where(OutboxMail.message_id.in_(message_ids)).with_for_update()
    return (await work.session.execute(query)).scalars().first()


async def hurry(work: UnitOfWork, now: datetime) -> None:
    """Let every mail that waits after a failed attempt be tried now. One that is being sent has no
    error, and stays with whoever has it."""
    await work.connection.execute(
        update(OutboxMail)
        .where(
            OutboxMail.state == MailState.QUEUED,
            OutboxMail.last_error.is_not(None),
            OutboxMail.next_attempt_at > now,
        )
        .values(next_attempt_at=now)
    )
