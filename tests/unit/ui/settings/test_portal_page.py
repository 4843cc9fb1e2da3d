"""The portal's settings: its address, and the organisations with a sign-in of their own."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from esd_desktop.services.edit_portal_providers import portal_provider_list
from esd_desktop.services.shared_settings import PORTAL_URL, setting_texts
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.orders.suggest_field import SuggestField
from esd_desktop.ui.settings.portal_page import PortalPage
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.widgets import button, notice, press, press_in_time, window, write
from tests.support.window import Run
from tests.unit.ui.settings.conftest import OpenSettings


async def page_of(open_settings: OpenSettings, desk: Desk) -> PortalPage:
    page = open_settings("portal").findChild(PortalPage)
    assert isinstance(page, PortalPage)
    await until(lambda: not desk.tasks.count)
    return page


def test_the_address_is_kept_as_it_is_typed(
    run: Run, desk: Desk, open_settings: OpenSettings
) -> None:
    async def scenario() -> None:
        page = await page_of(open_settings, desk)
        write(page, "Address", "portal.example")
        press(page, "Save address")
        await until(lambda: "is not an address for the portal" in (notice(page) or ""))
        assert page.unsaved
        write(page, "Address", "https://Portal.example/")
        await press_in_time(page, "Save address")
        await until(lambda: "are saved" in (notice(page) or ""))
        assert (await desk.read(setting_texts))[PORTAL_URL] == "https://portal.example"
        await until(lambda: not desk.tasks.count)

    run(scenario())


def test_an_organisation_is_added_changed_and_removed(
    run: Run, desk: Desk, sown: Sown, open_settings: OpenSettings
) -> None:
    async def scenario() -> None:
        page = await page_of(open_settings, desk)
        assert "Select an organisation" in button(page, "Edit…").toolTip()
        press(page, "Add…")
        form = await window("Add an organisation")
        account = form.findChild(SuggestField)
        assert account is not None
        write(form, "Domain", "aegean.example")
        write(form, "Issuer", "https://id.aegean.example")
        write(form, "Client id", "portal")
        press(form, "Add organisation")
        await until(lambda: "Choose the account" in (notice(form) or ""))
        account.setFocus()
        QTest.keyClicks(account, "Aegean")
        await until(lambda: account.completer().model().rowCount() == 1)
        QTest.keyClick(account, Qt.Key.Key_Return)
        press(form, "Add organisation")
        await until(lambda: "sign in for Aegean Shipping SA" in (notice(page) or ""))
        await until(lambda: not desk.tasks.count)
        press(page, "Edit…")
        form = await window("Edit the sign-in of aegean.example")
        write(form, "Issuer", "https://login.aegean.example")
        press(form, "Save")
        await until(lambda: "was changed" in (notice(page) or ""))
        (row,) = await desk.read(portal_provider_list)
        assert (row.account, row.issuer) == ("Aegean Shipping SA", "https://login.aegean.example")
        await until(lambda: not desk.tasks.count)
        press(page, "Remove…")
        press(await window("Remove the sign-in of aegean.example?"), "Remove sign-in")
        await until(lambda: "was removed" in (notice(page) or ""))
        assert await desk.read(portal_provider_list) == []
        await until(lambda: not desk.tasks.count)

    run(scenario())
