"""Coming in, in Chromium: with and without JavaScript, for everybody to read, on every size."""

from __future__ import annotations

import pytest
from playwright.async_api import Page

from esd_desktop.services.edit_portal_users import add_portal_user
from tests.portal.browsing import DESKTOP, PHONE, Chrome, Look, faults_of
from tests.portal.serving import PortalUnderTest
from tests.support.sowing import Sown

_ADDRESS = "it@mueller.example"
_LOOKS = [
    Look(DESKTOP),
    Look(PHONE, language="el-GR", colours="dark"),
    Look(PHONE, language="de-DE", javascript=False),
]


@pytest.mark.parametrize("look", _LOOKS, ids=["desktop", "phone", "without JavaScript"])
async def test_one_comes_in_chooses_the_account_and_goes(
    portal: PortalUnderTest, chrome: Chrome, sown: Sown, look: Look
) -> None:
    await add_portal_user(portal.services, sown.other_customer, _ADDRESS)
    link = f"/sign-in/link?token={await portal.mailed_link(_ADDRESS)}"

    async def arrive(page: Page) -> list[str]:
        faults: list[str] = []

        async def looked_at() -> None:
            # Without JavaScript axe cannot run; it is the same page.
            faults.extend(await faults_of(page) if look.javascript else [])

        await page.goto("/")
        assert page.url.endswith("/sign-in")
        await looked_at()
        await page.fill("#address", "nobody")
        await page.click("main button")
        await looked_at()
        await page.fill("#address", _ADDRESS)
        await page.click("main button")
        await looked_at()
        await page.goto(link)
        await looked_at()
        await page.check(f"input[value='{sown.other_customer}']")
        await page.click("main button")
        assert "Aegean Shipping SA" in await page.inner_text("header")
        await page.click(".menu summary")
        await looked_at()
        await page.click("form[action='/sign-out'] button")
        assert page.url.endswith("/sign-in")
        await page.goto(link)
        await looked_at()
        return faults

    assert await chrome.visit(portal, None, arrive, look) == []


async def test_the_first_tab_leads_past_the_navigation(
    portal: PortalUnderTest, chrome: Chrome, customer: tuple[int, str]
) -> None:
    async def tab(page: Page) -> str:
        await page.goto("/")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        return str(await page.evaluate("() => document.activeElement.id"))

    assert await chrome.visit(portal, customer, tab) == "main"
