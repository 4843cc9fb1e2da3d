"""Staff's versions of a mail's text: checked, kept once, undone, written down."""

from __future__ import annotations

import pytest

from esd_desktop.errors import ChangedMeanwhile, InvalidInput, NotFound
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import latest_history
from esd_desktop.services.changes import Result
from esd_desktop.services.context import Services
from esd_desktop.services.edit_template import (
    restore_template,
    save_template,
    template_list,
    template_text,
)
from esd_desktop.services.mail.languages import shipped
from esd_desktop.services.mail.render import MailText
from esd_desktop.services.send_mails import send_due_mails
from tests.support.connecting import order_one

OWN = MailText("Your {{ product }}", "Dear {{ customer }}: {{ key }}", "<b>{{ key }}</b>")


async def test_the_next_mail_is_written_with_the_text_that_was_saved(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    outcome = await save_template(services, "welcome", "en", OWN, version=0)
    assert outcome.result is Result.DONE
    await order_one(services, connected)
    await send_due_mails(services)
    (mail,) = sandbox.mails()
    assert mail["subject"].startswith("Your Office")
    assert "Dear Aegean Shipping SA: DEMOX" in sandbox.mail(mail["number"])["text"]


async def test_what_was_done_stands_in_the_history(services: Services) -> None:
    await save_template(services, "welcome", "DE", OWN, version=0)
    row = (await latest_history(services))[0]
    assert row.action == "edit_template"
    assert row.changes["subject"][1] == "Your {{ product }}"
    old = row.changes["html"][0]
    assert "Jetzt aktivieren" in old
    found = await template_text(services, "welcome", "de")
    assert (found.text, found.version, found.is_shipped) == (OWN, 1, True)
    line = (await template_list(services))[0]
    assert line.changed == ("de",)


async def test_two_people_do_not_overwrite_each_other(services: Services) -> None:
    await save_template(services, "welcome", "en", OWN, version=0)
    other = MailText("Other", OWN.text, OWN.html)
    for version in (0, 7):
        with pytest.raises(ChangedMeanwhile, match=f"{services.operator} changed the mail"):
            await save_template(services, "welcome", "en", other, version=version)
        with pytest.raises(ChangedMeanwhile):
            await restore_template(services, "welcome", "en", version=version)
    assert (await template_text(services, "welcome", "en")).text == OWN


async def test_restoring_brings_the_shipped_text_back(services: Services) -> None:
    await save_template(services, "welcome", "en", OWN, version=0)
    assert (await restore_template(services, "welcome", "en", version=1)).result is Result.DONE
    found = await template_text(services, "welcome", "en")
    assert (found.text, found.version) == (shipped("welcome", "en"), 0)
    again = await restore_template(services, "welcome", "en", version=0)
    assert again.result is Result.UNCHANGED
    assert (await latest_history(services))[0].action == "restore_template"


async def test_saving_what_is_there_changes_nothing(services: Services) -> None:
    text = shipped("welcome", "en")
    assert text is not None
    outcome = await save_template(services, "welcome", "en", text, version=0)
    assert outcome.result is Result.UNCHANGED
    assert (await template_text(services, "welcome", "en")).version == 0


async def test_a_language_of_ones_own_begins_with_the_english_text(services: Services) -> None:
    found = await template_text(services, "welcome", "fr")
    assert (found.text, found.is_used, found.is_shipped) == (shipped("welcome", "en"), False, False)
    await save_template(services, "welcome", "fr", OWN, version=0)
    assert "fr" in (await template_list(services))[0].languages


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("welcome", MailText("x", "{{ custmer }} {{ key }}", "{{ key }}"), "no {{ custmer }}"),
        ("welcome", MailText("x", "no licence", "{{ key }}"), "would get no licence"),
        ("cancellation_declined", MailText("x", "{{ key }}", "x"), "no {{ key }}"),
        ("cancellation_declined", MailText("x", "x", ""), "HTML text is missing"),
    ],
)
async def test_what_could_not_be_sent_is_not_saved(
    services: Services, name: str, text: MailText, why: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        await save_template(services, name, "en", text, version=0)
    assert why in caught.value.sentence
    assert (await template_text(services, name, "en")).version == 0


async def test_what_is_no_template_or_no_language(services: Services) -> None:
    with pytest.raises(NotFound):
        await template_text(services, "goodbye", "en")
    with pytest.raises(InvalidInput):
        await template_text(services, "welcome", "English, please")
