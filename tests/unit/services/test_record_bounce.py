"""A mail that came back is marked, with the reason, once."""

from __future__ import annotations

from pathlib import Path

import pytest

from esd_desktop.errors import InvalidInput, NotFound
from esd_desktop.models.statuses import MailState
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import asset_history, asset_mails
from esd_desktop.services.changes import Result
from esd_desktop.services.context import Services
from esd_desktop.services.record_bounce import record_bounce, record_bounce_file
from esd_desktop.services.send_mails import send_due_mails
from tests.support import bounces
from tests.support.connecting import order_one


@pytest.fixture
async def sent(services: Services, connected: int, sandbox: SandboxControl) -> tuple[int, str]:
    """An asset whose welcome mail has gone, and that mail's Message-ID."""
    asset = await order_one(services, connected)
    await send_due_mails(services)
    return asset, sandbox.mails()[0]["message_id"]


async def test_the_mail_is_marked_with_the_servers_reason(
    services: Services, sent: tuple[int, str], tmp_path: Path
) -> None:
    asset, message_id = sent
    file = tmp_path / "notice.eml"
    file.write_bytes(bounces.report(message_id))
    outcome = await record_bounce_file(services, file)
    (mail,) = await asset_mails(services, asset)
    assert mail.state is MailState.BOUNCED
    assert "User unknown" in str(mail.last_error)
    assert outcome.changes.mails == {mail.id}
    assert outcome.changes.assets == {asset}
    assert (await asset_history(services, asset))[0].action == "mail_bounced"


async def test_a_second_notice_and_a_delay_change_nothing(
    services: Services, sent: tuple[int, str]
) -> None:
    asset, message_id = sent
    delayed = await record_bounce(services, bounces.report(message_id, action="delayed"))
    assert delayed.result is Result.UNCHANGED
    assert (await asset_mails(services, asset))[0].state is MailState.SENT
    await record_bounce(services, bounces.report(message_id))
    again = await record_bounce(services, bounces.named(message_id))
    assert again.result is Result.UNCHANGED
    rows = await asset_history(services, asset)
    assert [row.action for row in rows].count("mail_bounced") == 1


async def test_what_is_not_ours_or_no_notice_is_refused(
    services: Services, sent: tuple[int, str]
) -> None:
    with pytest.raises(NotFound):
        await record_bounce(services, bounces.report("<none@esd-desktop.invalid>"))
    with pytest.raises(NotFound):
        await record_bounce(services, bounces.report("<1@elsewhere.example>"))
    with pytest.raises(InvalidInput):
        await record_bounce(services, bounces.forwarded(sent[1]))
