"""Mails leave at least once, never to somebody else, and one never keeps the others."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from email.message import EmailMessage

import pytest

from esd_desktop.errors import MailRefused, MailServerAway, Refused
from esd_desktop.models.account import Account
from esd_desktop.models.mail_rows import MailRow
from esd_desktop.models.statuses import MailState
from esd_desktop.models.store import accounts, tables
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import asset_detail, asset_history, asset_mails
from esd_desktop.services.cancel_licence import cancel_licence
from esd_desktop.services.changes import Result
from esd_desktop.services.check_mail import check_mail
from esd_desktop.services.context import Services
from esd_desktop.services.delete_asset import delete_asset, restore_asset
from esd_desktop.services.journal import keep_up
from esd_desktop.services.mail.render import MailText, Words, render
from esd_desktop.services.mail.smtp import Mailer, MailServer
from esd_desktop.services.resend_link import recipient, resend_link
from esd_desktop.services.send_mails import deliver, mail_server, send_due_mails
from esd_desktop.services.shared_settings import change_settings
from tests.support.connecting import order_one
from tests.support.desktops import held, later, second_desktop
from tests.support.mail_server import mail_host, silent_host
from tests.support.waiting import until


@pytest.fixture
async def queued(services: Services, connected: int) -> tuple[int, int]:
    """Two assets whose welcome mails wait."""
    return await order_one(services, connected), await order_one(services, connected)


async def mail_of(services: Services, asset: int) -> MailRow:
    return (await asset_mails(services, asset))[0]


async def server_is(services: Services, port: int, security: str = "none") -> None:
    await change_settings(services, {"mail.port": str(port), "mail.security": security})


async def set_email(services: Services, asset: int, email: str) -> None:
    customer = (await asset_detail(services, asset)).customer_id
    async with services.store.change() as work:
        account: Account = await accounts.for_change(work, customer)
        account.email = email
        await work.commit()


async def test_a_licence_that_was_returned_meanwhile_is_not_mailed(
    services: Services, queued: tuple[int, int], sandbox: SandboxControl
) -> None:
    returned, kept = queued
    await cancel_licence(services, returned)
    await send_due_mails(services)
    assert len(sandbox.mails()) == 1
    mail = await mail_of(services, returned)
    assert mail.state is MailState.FAILED
    assert "taken the licence back" in str(mail.last_error)
    assert (await mail_of(services, kept)).state is MailState.SENT


async def test_a_mail_of_a_deleted_record_waits_until_it_is_back(
    services: Services, queued: tuple[int, int], sandbox: SandboxControl
) -> None:
    asset, _ = queued
    await delete_asset(services, asset)
    await send_due_mails(services)
    assert (await mail_of(services, asset)).state is MailState.QUEUED
    await restore_asset(services, asset)
    later(services, minutes=5)
    await send_due_mails(services)
    assert (await mail_of(services, asset)).state is MailState.SENT


@pytest.mark.parametrize(
    "address",
    [
        "office@aegean.example\r\nBcc: thief@elsewhere.example",
        "office@aegean.example, thief@elsewhere.example",
        "Office <office@aegean.example>",
        "office",
        "@",
    ],
)
async def test_an_address_that_is_not_one_plain_one_gets_nothing(
    services: Services, queued: tuple[int, int], sandbox: SandboxControl, address: str
) -> None:
    asset, other = queued
    async with services.store.change() as work:
        of_asset = tables.outbox.c.asset_id == asset
        await work.connection.execute(
            tables.outbox.update().where(of_asset).values(to_address=address)
        )
        await work.commit()
    await set_email(services, asset, address)
    await send_due_mails(services)
    assert (await mail_of(services, asset)).state is MailState.FAILED
    assert (await mail_of(services, other)).state is MailState.SENT
    assert [mail["recipients"] for mail in sandbox.mails()] == [["office@aegean.example"]]
    with pytest.raises(Refused) as caught:
        await recipient(services, asset)
    assert caught.value.advice


async def test_a_mail_waits_for_an_address_that_was_taken_away(
    services: Services, queued: tuple[int, int], sandbox: SandboxControl
) -> None:
    for asset in queued:
        await set_email(services, asset, "")
    await send_due_mails(services)
    assert sandbox.mails() == []
    waiting = [await mail_of(services, asset) for asset in queued]
    assert {mail.state for mail in waiting} == {MailState.QUEUED}
    assert all("no e-mail address any more" in str(mail.last_error) for mail in waiting)


async def test_the_address_is_checked_again_when_the_mail_is_queued(
    services: Services,
    queued: tuple[int, int],
    sandbox: SandboxControl,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asset, _ = queued
    await send_due_mails(services)
    shown = await recipient(services, asset)

    async def meanwhile_changed(services: Services) -> MailServer:
        await set_email(services, asset, "new@aegean.example")
        return await mail_server(services)

    monkeypatch.setattr("esd_desktop.services.resend_link.mail_server", meanwhile_changed)
    with pytest.raises(Refused, match=r"new@aegean\.example"):
        await resend_link(services, asset, confirmed_address=shown)
    assert len(sandbox.mails()) == 2


async def test_a_server_that_is_away_is_asked_once_and_told_as_such(
    services: Services, queued: tuple[int, int]
) -> None:
    async with mail_host(lambda line: None) as host:
        await server_is(services, host.port)
        await send_due_mails(services)
    assert host.connections == 1
    first, second = [await mail_of(services, asset) for asset in queued]
    assert first.state is second.state is MailState.QUEUED
    assert "could not be reached" in str(first.last_error)
    assert (first.attempts, second.attempts) == (1, 0)


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("CONNECT", "554 Your address is on our list"),
        ("EHLO", "550 Go away"),
        ("MAIL FROM", "550 Sender unknown"),
    ],
)
async def test_a_no_to_us_keeps_the_mail(
    services: Services, queued: tuple[int, int], moment: str, said: str
) -> None:
    def answer(line: str) -> str:
        refused = line.startswith((moment, "HELO")) if moment == "EHLO" else False
        return said if refused or line.startswith(moment) else ""

    async with mail_host(answer) as host:
        await server_is(services, host.port)
        outcome = await deliver(services, (await mail_of(services, queued[0])).id)
    assert outcome.result is Result.WARNING
    assert said in outcome.sentence
    assert "Settings, Mail" in outcome.advice
    assert (await mail_of(services, queued[0])).state is MailState.QUEUED


async def test_a_no_to_the_mail_itself_is_final(
    services: Services, queued: tuple[int, int]
) -> None:
    async with mail_host(lambda line: "554 Looks like spam" if line == "." else "") as host:
        await server_is(services, host.port)
        with pytest.raises(MailRefused, match="554 Looks like spam"):
            await deliver(services, (await mail_of(services, queued[0])).id)
    assert (await mail_of(services, queued[0])).state is MailState.FAILED


@pytest.mark.parametrize("goodbye", ["500 What?", None])
async def test_a_bad_goodbye_is_no_reason_to_send_it_again(
    services: Services, queued: tuple[int, int], goodbye: str | None
) -> None:
    async with mail_host(lambda line: goodbye if line == "QUIT" else "") as host:
        await server_is(services, host.port)
        outcome = await deliver(services, (await mail_of(services, queued[0])).id)
    assert outcome.result is Result.DONE
    assert (await mail_of(services, queued[0])).state is MailState.SENT
    assert len(host.mails) == 1


async def test_a_server_that_never_answers_is_given_up(
    services: Services, queued: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("esd_desktop.services.mail.smtp._TOTAL_TIMEOUT_S", 0.3)
    async with silent_host() as host:
        await server_is(services, host.port)
        outcome = await deliver(services, (await mail_of(services, queued[0])).id)
    assert outcome.result is Result.WARNING
    assert "did not answer in time." in outcome.sentence


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_server_without_tls_is_a_sentence(
    services: Services, queued: tuple[int, int], security: str
) -> None:
    async with mail_host() as host:
        await server_is(services, host.port, security)
        outcome = await deliver(services, (await mail_of(services, queued[0])).id)
    assert outcome.result is Result.WARNING
    assert outcome.sentence.endswith(".")
    assert "Settings, Mail" in outcome.advice


async def test_a_server_that_takes_no_passwords_is_a_sentence(
    services: Services, queued: tuple[int, int]
) -> None:
    async with mail_host() as host:
        await server_is(services, host.port)
        await change_settings(services, {"mail.username": "anna", "mail.password": "swordfish"})
        outcome = await deliver(services, (await mail_of(services, queued[0])).id)
    assert "could not be used" in outcome.sentence
    assert "swordfish" not in outcome.sentence


@pytest.mark.parametrize("name", ["mail..example", "x" * 70 + ".example", "nowhere.invalid"])
async def test_a_name_that_is_none_is_a_sentence(
    services: Services, queued: tuple[int, int], name: str
) -> None:
    await change_settings(services, {"mail.host": name})
    outcome = await deliver(services, (await mail_of(services, queued[0])).id)
    assert outcome.result is Result.WARNING
    assert name in outcome.sentence


async def test_letters_beyond_ascii_need_a_server_that_knows_them(
    services: Services, queued: tuple[int, int]
) -> None:
    await set_email(services, queued[0], "büro@aegean.example")
    async with mail_host() as host:
        await server_is(services, host.port)
        with pytest.raises(MailRefused, match="letters such as"):
            await deliver(services, (await mail_of(services, queued[0])).id)


@pytest.mark.both_stores
async def test_a_failure_told_late_does_not_undo_what_another_desktop_has_sent(
    services: Services,
    queued: tuple[int, int],
    sandbox: SandboxControl,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mail_id = (await mail_of(services, queued[0])).id
    async with second_desktop(services) as other:
        later(other, minutes=3)

        async def hung(self: Mailer, server: MailServer, mail: EmailMessage) -> None:
            monkeypatch.undo()
            await deliver(other, mail_id)
            raise MailServerAway("The mail server did not answer in time.")

        monkeypatch.setattr(Mailer, "send", hung)
        assert (await deliver(services, mail_id)).result is Result.WARNING
    assert (await mail_of(services, queued[0])).state is MailState.SENT
    later(services, minutes=10)
    await send_due_mails(services)
    ids = [mail["message_id"] for mail in sandbox.mails()]
    assert len(ids) == len(set(ids)) == 2


@pytest.mark.both_stores
async def test_two_desktops_send_a_mail_once(
    services: Services, queued: tuple[int, int], sandbox: SandboxControl
) -> None:
    async with second_desktop(services) as other:
        await asyncio.gather(send_due_mails(services), send_due_mails(other))
    assert len(sandbox.mails()) == 2


@pytest.mark.on_a_file
async def test_giving_up_after_the_server_took_it_notes_it_as_sent(
    services: Services, queued: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = await mail_of(services, queued[0])
    taken = asyncio.Event()
    with ExitStack() as until_here:

        async def send(server: MailServer, message: EmailMessage) -> None:
            await Mailer().send(server, message)
            until_here.enter_context(held(services))
            taken.set()

        monkeypatch.setattr(services.mailer, "send", send)
        asking = asyncio.create_task(deliver(services, mail.id))
        await taken.wait()
        asking.cancel()
        await asyncio.sleep(0)
        assert not asking.done()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert (await mail_of(services, queued[0])).state is MailState.SENT


@pytest.mark.on_a_file
async def test_a_mail_that_went_but_could_not_be_noted_says_so(
    services: Services,
    queued: tuple[int, int],
    sandbox: SandboxControl,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mail = await mail_of(services, queued[0])
    async with second_desktop(services) as impatient:
        await impatient.store.close()
        monkeypatch.setattr("esd_desktop.models.store.sqlite_connection.BUSY_TIMEOUT_S", 0.05)
        sandbox.set_fault("mail", "delay", seconds=0.4)
        asking = asyncio.create_task(deliver(impatient, mail.id))
        await until(lambda: sandbox.calls()["mail"])
        with held(services):
            outcome = await asking
    assert outcome.result is Result.WARNING
    assert "was sent to office@aegean.example" in outcome.sentence
    assert "could not be noted" in outcome.sentence


async def test_a_key_leaves_by_mail_only_after_the_history_says_so(
    services: Services,
    queued: tuple[int, int],
    sandbox: SandboxControl,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asset, _ = queued

    async def released() -> list[str]:
        rows = await asset_history(services, asset)
        return [row.sentence for row in rows if row.action == "send_key"]

    async def send(server: MailServer, message: EmailMessage) -> None:
        assert len(await released()) == 1
        await Mailer().send(server, message)

    # Nothing is released to an attempt that does not come as far.
    await change_settings(services, {"mail.sender": ""})
    await deliver(services, (await mail_of(services, asset)).id)
    assert await released() == []
    await change_settings(services, {"mail.sender": "licences@esd.example"})
    monkeypatch.setattr(services.mailer, "send", send)
    await deliver(services, (await mail_of(services, asset)).id)
    address = "office@aegean.example"
    assert await released() == [
        f"The licence key and its link were released for a mail to {address}."
    ]


@pytest.mark.expect_log("bug")
async def test_a_bug_with_one_mail_does_not_keep_the_others(
    services: Services,
    queued: tuple[int, int],
    sandbox: SandboxControl,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = (await asset_detail(services, queued[0])).order_number

    def stumbling(text: MailText, words: Words) -> MailText:
        if words["order_number"] == first:
            raise KeyError("a bug")
        return render(text, words)

    monkeypatch.setattr("esd_desktop.services.send_mails.render", stumbling)
    await send_due_mails(services)
    assert len(sandbox.mails()) == 1
    assert (await mail_of(services, queued[0])).state is MailState.QUEUED


async def test_a_silent_mail_server_does_not_keep_a_licence_in_doubt(
    services: Services, queued: tuple[int, int], sandbox: SandboxControl
) -> None:
    asset, _ = queued
    sandbox.set_fault("return", "drop_after", times=None)
    await cancel_licence(services, asset)
    sandbox.clear_faults()
    async with silent_host() as host:
        await server_is(services, host.port)
        keeping_up = asyncio.create_task(keep_up(services, lambda _: None, asyncio.Event()))
        await until(lambda: host.connections)
        while (await asset_detail(services, asset)).unsettled is not None:
            assert not keeping_up.done()
        keeping_up.cancel()
        await asyncio.gather(keeping_up, return_exceptions=True)


@pytest.mark.expect_log("bug")
async def test_the_journal_survives_a_bug(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds = 0

    async def stumbling(services: Services) -> None:
        nonlocal rounds
        rounds += 1
        raise KeyError("a bug")

    monkeypatch.setattr("esd_desktop.services.journal.settle_doubt", stumbling)
    monkeypatch.setattr("esd_desktop.services.journal.PERIOD_S", 0.01)
    keeping_up = asyncio.create_task(keep_up(services, lambda _: None, asyncio.Event()))
    await until(lambda: rounds > 2)
    assert not keeping_up.done()
    keeping_up.cancel()
    await asyncio.gather(keeping_up, return_exceptions=True)


async def test_a_check_finds_the_same_and_sends_nothing(
    services: Services, queued: tuple[int, int]
) -> None:
    async with mail_host() as host:
        await server_is(services, host.port)
        assert (await check_mail(services)).result is Result.DONE
    assert host.mails == []
