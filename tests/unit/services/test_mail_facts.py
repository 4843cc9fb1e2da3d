"""What a mail speaks of, and in which language."""

from __future__ import annotations

import pytest

from esd_desktop.errors import NotFound
from esd_desktop.models.store import accounts
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import asset_detail
from esd_desktop.services.context import Services
from esd_desktop.services.decide_request import decline
from esd_desktop.services.mail_facts import chosen_text, mail_facts, words
from esd_desktop.services.send_mails import send_due_mails
from esd_desktop.services.shared_settings import change_settings
from tests.support.connecting import order_one
from tests.support.requesting import STAFF, requested
from tests.support.sowing import Sown


async def test_the_seller_is_the_companys_name_or_the_sender(
    services: Services, sown: Sown
) -> None:
    await change_settings(services, {"mail.sender": "licences@esd.example"})
    facts = await mail_facts(services, "welcome", sown.activated, None)
    assert facts.seller == "licences@esd.example"
    await change_settings(services, {"company.name": "Helios"})
    facts = await mail_facts(services, "welcome", sown.activated, None)
    assert words(facts, "en", None)["seller"] == "Helios"


async def test_a_licence_without_a_customer_language_is_written_to_in_english(
    services: Services, sown: Sown
) -> None:
    facts = await mail_facts(services, "welcome", sown.activated, None)
    assert chosen_text(facts, "fr")[0] == "en"
    assert chosen_text(facts, "de-CH")[0] == "de"


async def test_what_is_no_template(services: Services, sown: Sown) -> None:
    with pytest.raises(NotFound):
        await mail_facts(services, "goodbye", sown.activated, None)


async def test_each_side_reads_of_a_request_in_its_own_language(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await order_one(services, connected)
    async with services.store.change() as work:
        customer = (await asset_detail(services, asset)).customer_id
        (await accounts.for_change(work, customer)).language = "el-GR"
        await work.commit()
    request = await requested(services, asset)
    await decline(services, request.id, request.version, comment="It is in use.")
    await send_due_mails(services)
    subjects = {(mail["recipients"][0], mail["subject"]) for mail in sandbox.mails()}
    assert any(to == STAFF and subject.endswith("was not cancelled") for to, subject in subjects)
    assert any(
        to == "office@aegean.example" and subject.endswith("δεν ακυρώθηκε")
        for to, subject in subjects
    )
    mails = [sandbox.mail(mail["number"]) for mail in sandbox.mails()]
    assert any("It is in use." in mail["text"] for mail in mails)
    assert any("Bought twice" in mail["text"] for mail in mails)
