"""What is different where a server holds the store: programs meet within one transaction."""

from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace
from sqlalchemy import text

from esd_desktop.errors import InvalidInput
from esd_desktop.models.statuses import MailState, Requester
from esd_desktop.models.store import assets
from esd_desktop.models.store.engine import open_store
from esd_desktop.services.browse import asset_history
from esd_desktop.services.context import Services
from esd_desktop.services.edit_account import account_for_edit, edit_account
from esd_desktop.services.record_bounce import record_bounce
from esd_desktop.services.request_cancellation import request_cancellation
from tests.support.bounces import report
from tests.support.mailing import mail_in
from tests.support.postgres import PostgresServer
from tests.support.sowing import sow


async def test_programs_that_open_a_new_store_together_all_get_it(postgres: PostgresServer) -> None:
    with postgres.store(tables=False) as new:
        opened = await asyncio.gather(*(open_store(new.address) for _ in range(4)))
        for store in opened:
            await store.close()
        assert new.fetch("SELECT count(*) FROM alembic_version") == [(1,)]


async def test_a_server_compiles_no_plan_for_the_program(postgres_services: Services) -> None:
    """That takes it longer than most statements; its own setting holds for other programs."""
    async with postgres_services.store.read() as connection:
        assert await connection.scalar(text("SHOW jit")) == "off"


async def test_a_bounce_does_not_wait_for_who_sends_the_mail_again(
    postgres_services: Services,
) -> None:
    """Sending it again locks the licence and then its mail; a bounce has its mail, and writes into
    the licence's history. Were that to wait, each would wait for the other."""
    services = postgres_services
    sown = await sow(services)
    mail = await mail_in(services, sown.activated, MailState.SENT)
    async with services.store.change() as resending:
        await assets.for_change(resending, sown.activated, locked=True)
        async with asyncio.timeout(20):
            await record_bounce(services, report(mail.message_id))
    (newest, *_) = await asset_history(services, sown.activated)
    assert newest.action == "mail_bounced"


@pytest.mark.parametrize("character", ["\0", "\udcff"])
async def test_a_character_that_cannot_be_kept_is_a_sentence(
    postgres_services: Services, character: str
) -> None:
    services = postgres_services
    sown = await sow(services)
    with pytest.raises(InvalidInput, match="no store can keep"):
        await request_cancellation(
            services,
            sown.activated,
            requester=Requester.STAFF,
            comment=f"Bought{character} twice",
            confirm_by_mail=False,
        )
    opened = await account_for_edit(services, sown.customer)
    form = replace(opened.form, name=f"Müller{character}")
    with pytest.raises(InvalidInput):
        await edit_account(services, opened.id, opened.version, form)
