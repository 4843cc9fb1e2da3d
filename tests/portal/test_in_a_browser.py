"""The portal in Chromium: what moves, what works without JavaScript, by keyboard, and for whom a
page has to be readable in another way."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from esd_desktop.models.statuses import RequestState
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import asset_detail
from esd_desktop.services.context import Services
from esd_desktop.services.edit_portal_users import add_portal_user
from tests.portal.browsing import DESKTOP, PHONE, Chrome, Look, faults_of
from tests.portal.serving import PortalUnderTest, served
from tests.support.connecting import SKU, order_one
from tests.support.requesting import latest
from tests.support.sowing import Sown

_DESK = "desk@helios.example"
_BUYER = "office@aegean.example"
_WITHOUT = Look(javascript=False)
_LOOKS = [
    Look(DESKTOP, colours="dark"),
    Look(PHONE, language="el-GR"),
    Look(PHONE, language="de-DE", colours="dark", javascript=False),
]


@pytest.mark.parametrize("look", _LOOKS, ids=["desktop", "phone", "without JavaScript"])
async def test_every_page_can_be_read_by_everybody(
    portal: PortalUnderTest, chrome: Chrome, customer: tuple[int, str], sown: Sown, look: Look
) -> None:
    await add_portal_user(portal.services, sown.reseller, _DESK)
    of_customer = (
        *(f"/?open={SKU}", "/assets", "/assets?search=zzz"),
        *(f"/assets/{sown.activated}", "/assets/999999"),
    )
    of_reseller = (
        *("/", f"/customers/{sown.other_customer}?open={SKU}", "/assets"),
        *("/assets/customers", f"/customers/{sown.customer}/assets", f"/assets/{sown.failed}"),
    )

    async def through(page: Page, paths: tuple[str, ...]) -> list[str]:
        faults: list[str] = []
        for path in paths:
            await page.goto(path)
            closed = page.locator("details:not([open]) > summary")
            while await closed.count():
                await closed.last.click()
            # With JavaScript off axe cannot be asked; what it would see is the same page.
            faults += await faults_of(page) if look.javascript else await wide(page)
        return faults

    async def as_customer(page: Page) -> list[str]:
        return await through(page, of_customer)

    async def as_reseller(page: Page) -> list[str]:
        return await through(page, of_reseller)

    assert await chrome.visit(portal, customer, as_customer, look) == []
    assert await chrome.visit(portal, (sown.reseller, _DESK), as_reseller, look) == []


async def wide(page: Page) -> list[str]:
    """Whether a page has to be scrolled sideways, asked from outside of it."""
    session = await page.context.new_cdp_session(page)
    layout = await session.send("Page.getLayoutMetrics")
    content, shown = layout["cssContentSize"]["width"], layout["cssVisualViewport"]["clientWidth"]
    return [f"{page.url} is {content} wide"] if content > shown else []


@pytest.fixture
async def buyer(
    services: Services, connected: int, sandbox: SandboxControl
) -> AsyncIterator[tuple[PortalUnderTest, int, int]]:
    """A portal, a customer of it, and the customer's licence, which Microsoft knows."""
    asset_id = await order_one(services, connected)
    detail = await asset_detail(services, asset_id)
    async with served(services, sandbox.addresses) as portal:
        yield portal, detail.customer_id, asset_id


async def test_an_update_moves_its_section_alone_and_is_read_out(
    buyer: tuple[PortalUnderTest, int, int], chrome: Chrome, sandbox: SandboxControl
) -> None:
    portal, account, asset_id = buyer
    sandbox.redeem((await asset_detail(portal.services, asset_id)).client_transaction_id)

    async def visit(page: Page) -> None:
        await page.goto("/")
        await page.evaluate("() => { window.still = true }")
        await page.get_by_text("0 of 1 redeemed").wait_for()
        await page.get_by_role("link", name="More").press("Enter")
        await page.get_by_role("button", name="Update License's Status").press("Enter")
        said = page.get_by_role("status").filter(has_text="This licence was redeemed on")
        await expect(said).to_be_focused()
        await expect(page.get_by_text("1 of 1 redeemed")).to_be_visible()
        assert await page.evaluate("() => window.still"), "the page was not loaded again"

    await chrome.visit(portal, (account, _BUYER), visit)


@pytest.mark.parametrize("look", [Look(), _WITHOUT], ids=["with JavaScript", "without"])
async def test_a_link_is_sent_from_the_workspace(
    buyer: tuple[PortalUnderTest, int, int], chrome: Chrome, sandbox: SandboxControl, look: Look
) -> None:
    portal, account, _ = buyer
    before = len(sandbox.mails(_BUYER))

    async def visit(page: Page) -> None:
        await page.goto("/")
        await page.get_by_role("link", name="More").click()
        await page.get_by_role("button", name="Resend Activation Link").click()
        await expect(page.get_by_text("are on their way to")).to_be_visible()

    await chrome.visit(portal, (account, _BUYER), visit, look)
    assert len(sandbox.mails(_BUYER)) == before + 1


async def test_what_comes_too_often_is_told_in_place(
    buyer: tuple[PortalUnderTest, int, int], chrome: Chrome
) -> None:
    portal, account, asset_id = buyer

    async def visit(page: Page) -> None:
        await page.goto(f"/assets/{asset_id}")
        for _ in range(5):
            await page.get_by_role("button", name="Update License's Status").click()
            await expect(page.get_by_role("status").filter(has_text="No change")).to_be_focused()
            await page.reload()
        await page.get_by_role("button", name="Update License's Status").click()
        await expect(page.get_by_role("alert")).to_contain_text("Ask again in")

    await chrome.visit(portal, (account, _BUYER), visit)


async def test_the_list_is_found_while_typing_and_goes_back(
    portal: PortalUnderTest, chrome: Chrome, customer: tuple[int, str], sown: Sown
) -> None:
    async def visit(page: Page) -> None:
        await page.goto("/assets")
        rows = page.locator("tbody tr")
        await page.get_by_role("link", name="Active 2").click()
        await expect(rows).to_have_count(2)
        await page.get_by_label("Search").fill(sown.key)
        await expect(rows).to_have_count(1)
        assert sown.key not in page.url
        assert page.url.endswith(f"/assets?status=active&search={sown.key[-5:]}")
        await rows.get_by_role("link").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text(
            "Office Home & Business 2024"
        )
        await page.go_back()
        await expect(rows).to_have_count(1)
        await page.get_by_role("link", name="Show all").click()
        await expect(rows).to_have_count(2)

    await chrome.visit(portal, customer, visit)


@pytest.mark.parametrize("look", [Look(PHONE), _WITHOUT], ids=["phone", "without JavaScript"])
async def test_a_key_is_shown_and_a_request_made_and_withdrawn(
    portal: PortalUnderTest, chrome: Chrome, customer: tuple[int, str], sown: Sown, look: Look
) -> None:
    async def visit(page: Page) -> None:
        await page.goto(f"/assets/{sown.activated}")
        await page.get_by_role("button", name="Show the key").click()
        await expect(page.get_by_text(sown.key)).to_be_visible()
        await page.get_by_role("link", name="Hide").click()
        await expect(page.get_by_text(sown.key)).to_have_count(0)
        await page.get_by_text("Request cancellation…").click()
        await page.get_by_label("Comment").fill("Bought twice")
        await page.get_by_role("button", name="Request cancellation of this licence").click()
        await expect(page.get_by_text("Bought twice")).to_be_visible()
        await page.get_by_role("button", name="Withdraw the request").click()
        await expect(page.get_by_text("was withdrawn")).to_be_visible()

    await chrome.visit(portal, customer, visit, look)
    assert (await latest(portal.services, sown.activated)).state is RequestState.WITHDRAWN


async def test_a_session_that_ended_leads_to_signing_in(
    portal: PortalUnderTest, chrome: Chrome, customer: tuple[int, str]
) -> None:
    async def visit(page: Page) -> None:
        await page.goto("/")
        await page.context.clear_cookies()
        await page.get_by_role("link", name="More").click()
        await expect(page.get_by_label("E-mail address")).to_be_visible()

    await chrome.visit(portal, customer, visit)
