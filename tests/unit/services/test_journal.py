"""What runs beside the person: it ends when it is told to."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from esd_desktop.services.changes import Changes
from esd_desktop.services.context import Services
from esd_desktop.services.journal import keep_up
from tests.support.waiting import until


async def test_it_is_stopped_even_where_a_mail_is_queued_at_that_moment(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds = 0

    async def counted(_: Services) -> Changes:
        nonlocal rounds
        rounds += 1
        return Changes()

    monkeypatch.setattr("esd_desktop.services.journal.settle_doubt", counted)
    monkeypatch.setattr("esd_desktop.services.journal.send_due_mails", counted)
    mails_wait = asyncio.Event()
    keeping_up = asyncio.create_task(keep_up(services, lambda _: None, mails_wait))
    await until(lambda: rounds == 2)
    mails_wait.set()
    await asyncio.sleep(0)
    keeping_up.cancel()
    done, _ = await asyncio.wait([keeping_up], timeout=5)
    assert done


async def test_it_is_stopped_even_where_a_library_loses_the_cancellation(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = 0

    async def losing(_: Services) -> Changes:
        nonlocal waiting
        waiting += 1
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        return Changes()

    monkeypatch.setattr("esd_desktop.services.journal.settle_doubt", losing)
    monkeypatch.setattr("esd_desktop.services.journal.send_due_mails", losing)
    keeping_up = asyncio.create_task(keep_up(services, lambda _: None, asyncio.Event()))
    await until(lambda: waiting == 2)
    keeping_up.cancel()
    done, _ = await asyncio.wait([keeping_up], timeout=5)
    assert done
