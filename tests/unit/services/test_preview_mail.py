"""Previews and tests: on a real licence, and never with its key."""

from __future__ import annotations

import pytest

from esd_desktop.errors import InvalidInput
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import asset_mails, latest_history
from esd_desktop.services.context import Services
from esd_desktop.services.edit_template import save_template
from esd_desktop.services.mail.render import MailText
from esd_desktop.services.preview_mail import preview_mail, preview_sent, send_test
from tests.support.connecting import order_one
from tests.support.requesting import requested
from tests.support.sowing import Sown

UNSAVED = MailText("{{ product }}", "{{ key }} {{ link }}", "<p>{{ key }}</p>")


async def test_the_key_and_the_link_are_masked(services: Services, sown: Sown) -> None:
    made = await preview_mail(services, "welcome", sown.activated)
    whole = f"{made.mail.subject} {made.mail.text} {made.mail.html}"
    assert "Müller & Söhne KG" in made.mail.text
    assert "M&uuml;" not in whole
    assert "Müller &amp; Söhne KG" in made.mail.html
    assert sown.key[-5:] in made.mail.text
    assert sown.key not in whole
    assert sown.link not in whole


async def test_a_text_that_is_not_saved_yet_can_be_looked_at(
    services: Services, sown: Sown
) -> None:
    made = await preview_mail(services, "welcome", sown.failed, language="de", unsaved=UNSAVED)
    assert made.language == "de"
    assert made.mail.text == "•••••-•••••-•••••-•••••-••••• •••••"
    with pytest.raises(InvalidInput, match="custmer"):
        await preview_mail(
            services, "welcome", sown.failed, unsaved=MailText("x", "{{ custmer }}", "x")
        )


async def test_samples_stand_where_there_is_no_request(services: Services, sown: Sown) -> None:
    made = await preview_mail(services, "cancellation_confirmed", sown.activated, language="el")
    assert "CR-00004" in made.mail.text
    assert "2 Νοεμβρίου 2026" in made.mail.text


async def test_a_mail_of_the_outbox_tells_of_its_request(
    services: Services, connected: int
) -> None:
    asset = await order_one(services, connected)
    await requested(services, asset, comment="Bought <twice>")
    mails = [mail for mail in await asset_mails(services, asset) if mail.template != "welcome"]
    made = await preview_sent(services, mails[0].id)
    assert "Bought <twice>" in made.mail.text
    assert "Bought &lt;twice&gt;" in made.mail.html


async def test_a_test_goes_to_ones_own_address_and_says_that_it_is_one(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await order_one(services, connected)
    await send_test(services, "welcome", asset, " me@esd.example ")
    (mail,) = sandbox.mails()
    whole = sandbox.mail(mail["number"])
    assert mail["recipients"] == ["me@esd.example"]
    assert mail["subject"].startswith("[Test] Welcome Microsoft ESD")
    assert "•••••-" in whole["text"]
    assert "DEMOX" not in whole["text"]
    row = (await latest_history(services))[0]
    assert (row.action, "me@esd.example" in row.sentence) == ("test_template", True)
    assert len(await asset_mails(services, asset)) == 1


async def test_a_test_needs_one_plain_address(services: Services, sown: Sown) -> None:
    with pytest.raises(InvalidInput):
        await send_test(services, "welcome", sown.activated, "me@esd.example, you@esd.example")


async def test_the_region_falls_back_and_what_staff_saved_goes_first(
    services: Services, sown: Sown
) -> None:
    made = await preview_mail(services, "welcome", sown.activated, language="de-AT")
    assert made.language == "de"
    assert "2. November 2026" in made.mail.text
    await save_template(services, "welcome", "de-AT", UNSAVED, version=0)
    own = await preview_mail(services, "welcome", sown.activated, language="de-AT")
    assert (own.language, own.mail.subject) == ("de-at", "Office Home & Business 2024")
