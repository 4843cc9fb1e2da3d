"""Staff see who may sign in at the portal for an account, and change it."""

from __future__ import annotations

import pytest

from esd_desktop.demo.connecting import SENDER
from esd_desktop.models.rights import Role
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.changes import Changes
from esd_desktop.services.context import Services
from esd_desktop.services.portal.sessions import begin_session
from esd_desktop.services.shared_settings import change_settings
from esd_desktop.ui.accounts.portal_tab import PortalTab
from tests.support.people import named as named_people
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.widgets import button, press, window, write
from tests.support.window import Run
from tests.unit.ui.accounts.conftest import Paging, empty_state

_OWN, _ANNA = "it@mueller.example", "anna@mueller.example"


@pytest.fixture
def tab(run: Run, sown: Sown, paging: Paging) -> PortalTab:
    """The tab of a customer, in front."""

    async def scenario() -> PortalTab:
        await paging.open(sown.customer)
        await paging.choose_tab("Portal")
        return paging.page.portal.page

    return run(scenario())


def rows(tab: PortalTab) -> list[list[str]]:
    model = tab.list.model()
    columns = range(model.columnCount())
    return [
        [str(model.index(row, column).data()) for column in columns]
        for row in range(model.rowCount())
    ]


def mail_settings(sandbox: SandboxControl) -> dict[str, str]:
    host, port = sandbox.addresses.smtp_host, sandbox.addresses.smtp_port
    return {
        "mail.host": host,
        "mail.port": str(port),
        "mail.security": "none",
        "mail.sender": SENDER,
    }


async def sign_in(services: Services, account_id: int) -> None:
    acting = services.for_visitor(account_id, f"Portal: {_OWN}")
    async with acting.store.change() as work:
        begin_session(acting, work, account_id, _OWN, "IT", how="by a link")
        await work.commit()


def test_somebody_is_added_invited_and_shut_out(
    run: Run, sown: Sown, paging: Paging, tab: PortalTab, sandbox: SandboxControl
) -> None:
    async def scenario() -> None:
        desk = paging.desk
        assert rows(tab) == [[_OWN, "Müller & Söhne KG", "Never", "None", "Yes, own address"]]
        press(tab, "Add…")
        dialog = await window("Let somebody sign in")
        write(dialog, "E-mail address", " Anna@Mueller.example")
        write(dialog, "Name (optional)", "Anna Papa")
        press(dialog, "Add person")
        await until(lambda: len(rows(tab)) == 2)
        await paging.settled()
        assert rows(tab)[0] == [_ANNA, "Anna Papa", "Never", "None", "Yes"]
        tab.list.selectRow(0)
        await desk.read(change_settings, mail_settings(sandbox))
        press(tab, "Send invitation")
        await until(lambda: "address is not set" in kept[-1].sentence)
        await desk.read(change_settings, {"portal.url": "https://portal.example"})
        press(tab, "Send invitation")
        await until(lambda: "was mailed to" in kept[-1].sentence)
        await paging.settled()
        (mail,) = sandbox.mails(_ANNA)
        assert "https://portal.example/sign-in" in sandbox.mail(mail["number"])["text"]
        press(tab, "Shut out…")
        press(await window(f"Shut {_ANNA} out?"), "Shut out")
        await until(lambda: rows(tab)[0][-1] == "No, shut out")
        press(tab, "Let in again")
        await until(lambda: rows(tab)[0][-1] == "Yes")
        await paging.settled()

    kept = paging.desk.messages.kept
    run(scenario())


def test_who_is_signed_in_can_be_signed_out(
    run: Run, sown: Sown, paging: Paging, tab: PortalTab
) -> None:
    async def scenario() -> None:
        assert "Nobody is signed in" in button(tab, "Sign out…").toolTip()
        await paging.desk.backend.call(sign_in, sown.customer)
        # As it is told where another program signed somebody in.
        paging.desk.bus.announce(Changes(histories=frozenset({sown.customer})))
        await until(lambda: rows(tab)[0][3] == "1")
        assert rows(tab)[0][2] != "Never"
        press(tab, "Sign out…")
        press(await window(f"Sign {_OWN} out?"), "Sign out")
        await until(lambda: rows(tab)[0][3] == "None")
        await paging.settled()

    run(scenario())


def test_who_may_not_change_accounts_looks_only(
    run: Run, sown: Sown, paging: Paging, tab: PortalTab
) -> None:
    async def scenario() -> None:
        await paging.desk.backend.call(as_viewer)
        await paging.desk.rights.read()
        for words in ("Add…", "Edit…", "Send invitation", "Shut out…"):
            assert "does not allow you to add or change accounts" in button(tab, words).toolTip()
        await paging.open(sown.empty_customer)
        state = empty_state(tab)
        assert state is None or not state.button.isVisible()

    async def as_viewer(services: Services) -> None:
        await named_people(services, services.login, Role.VIEWER)

    run(scenario())
