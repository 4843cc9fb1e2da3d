"""Whose mails are listed, what finds them, and which may be hurried."""

from __future__ import annotations

from datetime import timedelta

from esd_desktop.models.listing import ListKind, ListQuery
from esd_desktop.models.statuses import MailState
from esd_desktop.models.store import outbox
from esd_desktop.services.context import Services
from esd_desktop.services.lists import list_counts, list_page
from tests.support.mailing import mail_in
from tests.support.sowing import Sown


async def found(services: Services, query: ListQuery) -> list[int]:
    return [row.id for row in await list_page(services, ListKind.MAILS, query, 0, 100)]


async def test_an_account_has_what_it_holds_and_what_it_is_billed_for(
    services: Services, sown: Sown
) -> None:
    mine = await mail_in(services, sown.activated, MailState.SENT)
    other = await mail_in(services, sown.odd, MailState.FAILED)
    assert await found(services, ListQuery(account_id=sown.customer)) == [mine.id]
    assert await found(services, ListQuery(account_id=sown.reseller)) == [other.id, mine.id]
    assert await found(services, ListQuery(account_id=sown.empty_customer)) == []


async def test_address_customer_and_product_find_a_mail(services: Services, sown: Sown) -> None:
    mine = await mail_in(services, sown.activated, MailState.SENT)
    for words in ("IT@mueller", "söhne", "home & business"):
        assert await found(services, ListQuery(search=words)) == [mine.id], words
    for words in ("100%", "it_mueller", "aegean"):
        assert await found(services, ListQuery(search=words)) == [], words


async def test_failed_takes_in_what_came_back(services: Services, sown: Sown) -> None:
    for state in MailState:
        await mail_in(services, sown.activated, state)
    counts = await list_counts(services, ListKind.MAILS, ListQuery())
    assert counts.by_filter == {"all": 4, "waiting": 1, "sent": 1, "failed": 2}


async def test_only_what_waits_after_a_failure_is_hurried(services: Services, sown: Sown) -> None:
    now = services.now()
    ids = [(await mail_in(services, sown.activated, MailState.QUEUED)).id for _ in range(2)]
    async with services.store.change() as work:
        for mail_id, error in zip(ids, ("The server is busy.", None), strict=True):
            mail = await outbox.for_change(work, mail_id)
            mail.next_attempt_at, mail.last_error = now + timedelta(minutes=2), error
        await work.commit()
    async with services.store.change() as work:
        await outbox.hurry(work, now)
        await work.commit()
    async with services.store.read() as connection:
        assert await outbox.due(connection, now) == ids[:1]
