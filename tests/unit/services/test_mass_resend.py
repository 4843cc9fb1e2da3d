"""B2 for many: a mail each, put into the outbox together with its result."""

from __future__ import annotations

import pytest

from esd_desktop.models.mass_rows import ItemState, MassKind, MassState
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services import mass_work
from esd_desktop.services.browse import asset_history, asset_mails
from esd_desktop.services.cancel_licence import cancel_licence
from esd_desktop.services.context import Services
from esd_desktop.services.send_mails import send_due_mails
from esd_desktop.services.shared_settings import change_settings
from tests.support.mass import begun, bought, carried_out, results


@pytest.mark.both_stores
async def test_each_customer_gets_one_more_mail(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    sent, waiting, cancelled = await bought(services, connected, 3)
    await cancel_licence(services, cancelled)
    await send_due_mails(services)
    first = await begun(services, MassKind.RESEND, [waiting])
    await carried_out(services, first)
    work_id = await begun(services, MassKind.RESEND, [sent, waiting, cancelled])
    row, told = await carried_out(services, work_id)
    assert (row.state, row.done, row.unchanged, row.failed) == (MassState.DONE, 1, 1, 1)
    found = await results(services, work_id)
    assert found[sent].sentence == "The mail to office@aegean.example is on its way."
    assert found[waiting].sentence == "A mail to office@aegean.example waits already."
    assert "no longer works" in found[cancelled].sentence
    assert told.mails == {
        mail.id for each in (sent, waiting) for mail in (await asset_mails(services, each))[:1]
    }
    assert (await asset_history(services, sent))[0].action == "resend"
    before = len(sandbox.mails())
    await send_due_mails(services)
    assert len(sandbox.mails()) == before + 2


async def test_it_waits_for_a_mail_server(services: Services, connected: int) -> None:
    asset_ids = await bought(services, connected, 1)
    work_id = await begun(services, MassKind.RESEND, asset_ids)
    await change_settings(services, {"mail.host": ""})
    row, _ = await carried_out(services, work_id)
    assert (row.state, row.waiting) == (MassState.PAUSED, 1)
    assert "mail server" in row.reason
    waiting = await mass_work.items(services, work_id, state=ItemState.WAITING)
    assert [item.asset_id for item in waiting] == list(asset_ids)


async def test_every_mail_that_is_due_goes_however_many(
    services: Services, connected: int, sandbox: SandboxControl, monkeypatch: pytest.MonkeyPatch
) -> None:
    from esd_desktop.models.store import outbox

    monkeypatch.setattr(outbox.due, "__kwdefaults__", {"after": 0, "limit": 2})
    await bought(services, connected, 5)
    await send_due_mails(services)
    assert len(sandbox.mails()) == 5
