"""Staff mail somebody where the portal is: in the account's language, and without a way in."""

from __future__ import annotations

import pytest

from esd_desktop.demo.connecting import SENDER
from esd_desktop.errors import InvalidInput, MailFault, NotFound
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import account_history
from esd_desktop.services.context import Services
from esd_desktop.services.edit_portal_users import remove_portal_user
from esd_desktop.services.invite_portal_user import invite_portal_user
from esd_desktop.services.shared_settings import change_settings
from tests.support.sowing import Sown

_OWN = "it@mueller.example"


@pytest.fixture
async def ready(services: Services, sown: Sown, sandbox: SandboxControl) -> SandboxControl:
    """Mails go to the sandbox, and it is known where the portal is."""
    await change_settings(
        services,
        {
            "mail.host": sandbox.addresses.smtp_host,
            "mail.port": str(sandbox.addresses.smtp_port),
            "mail.security": "none",
            "mail.sender": SENDER,
            "portal.url": "https://portal.example/",
        },
    )
    return sandbox


async def test_the_mail_says_where_and_by_which_address(
    services: Services, sown: Sown, ready: SandboxControl
) -> None:
    done = await invite_portal_user(services, sown.customer, _OWN)
    assert done.sentence == f"An invitation to the portal was mailed to {_OWN}."
    (row, *_) = await account_history(services, sown.customer)
    assert (row.action, row.sentence) == ("invite_portal_user", done.sentence)
    (mail,) = ready.mails(_OWN)
    text = ready.mail(mail["number"])["text"]
    assert "https://portal.example/sign-in\r\n" in text
    assert "Müller & Söhne KG" in text
    assert "token" not in text


async def test_who_may_not_sign_in_is_not_invited(
    services: Services, sown: Sown, ready: SandboxControl
) -> None:
    await remove_portal_user(services, sown.customer, _OWN)
    for address in (_OWN, "nobody@mueller.example"):
        with pytest.raises(NotFound, match="may not sign in"):
            await invite_portal_user(services, sown.customer, address)
    assert ready.mails() == []


async def test_what_does_not_leave_is_told_and_not_noted(
    services: Services, sown: Sown, ready: SandboxControl
) -> None:
    ready.set_fault("mail", "refuse_for_now", times=1)
    with pytest.raises(MailFault):
        await invite_portal_user(services, sown.customer, _OWN)
    await change_settings(services, {"portal.url": ""})
    with pytest.raises(InvalidInput, match="address is not set"):
        await invite_portal_user(services, sown.customer, _OWN)
    history = await account_history(services, sown.customer)
    assert "invite_portal_user" not in {row.action for row in history}
