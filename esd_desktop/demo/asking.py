"""The tour's part that has two sides: the customer asks for a cancellation at the portal, staff see
it in the window and approve, and the customer reads what became of it."""

from __future__ import annotations

import asyncio
import time

from PySide6.QtWidgets import QLabel, QTableView

from esd_desktop.demo.around import ADDRESS, CUSTOMER, licences_of_customer, select_asset
from esd_desktop.demo.hands import (
    asked,
    choose_tab,
    click_row,
    find,
    press,
    until,
    until_told,
    workspace_of,
)
from esd_desktop.demo.tour import Guide, expect, expect_returned
from esd_desktop.errors import EsdError
from esd_desktop.models.rows import AssetRow
from esd_desktop.models.statuses import AssetStatus, TokenStatus

_COMMENT = "We bought one too many."
_BANNER = "asked to cancel this"


async def sign_in_at_the_portal(guide: Guide) -> None:
    """The customer asks for a link, follows it out of the mail, and sees the workspace (E1)."""
    browser = guide.customer
    await guide.at_portal(browser.open, "/sign-in")
    await guide.at_portal(browser.send, "/sign-in", address=ADDRESS)
    link = await _link_in_mail(guide)
    await guide.at_portal(browser.open, link)
    page = await guide.at_portal(browser.send, "/sign-in/link", token=link.rpartition("token=")[2])
    row = await _licence(guide)
    said = await guide.show_portal(
        "portal-workspace", "The customer, at the portal by the link in a mail", page, row.id
    )
    expect(said, "portal", title="My Workspace")


async def see_who_may_sign_in(guide: Guide) -> None:
    """Who of the customer may sign in, and who is signed in now (E1)."""
    choose_tab(workspace_of(guide).page.tabs, "Portal")
    await guide.at_rest()
    await guide.show("portal-people", "Who of the customer may sign in, and is signed in")


async def ask_at_the_portal(guide: Guide) -> None:
    """The customer asks to give one back; staff see it while they look (E3, D4)."""
    row = await _licence(guide)
    choose_tab(workspace_of(guide).page.tabs, "Assets")
    await guide.at_rest()
    await select_asset(guide, row)
    page = await guide.at_portal(guide.customer.open, f"/assets/{row.id}")
    said = await guide.show_portal("portal-licence", "The licence at the portal", page, row.id)
    expect(said, "portal", Status="Active")
    page = await guide.at_portal(
        guide.customer.send, f"/assets/{row.id}/request", comment=_COMMENT, by_mail="yes"
    )
    asked_at = time.monotonic()
    await until(lambda: _shows_banner(guide), "the banner of the request")
    seen_after = time.monotonic() - asked_at
    said = await guide.show("request", "Asked at the portal: banners on both", row.id)
    said["seen_after_s"] = round(seen_after, 2)
    expect(said, "store", status=AssetStatus.ACTIVE, token_status=TokenStatus.ACTIVATED)
    said = await guide.show_portal(
        "portal-waiting", "The request waits, at the portal", page, row.id
    )
    _expect_notice(said["portal"]["notices"], "asked on")
    choose_tab(workspace_of(guide).page.tabs, "Requests")
    await guide.at_rest()
    await click_row(find(QTableView, "Requests", guide.window), CUSTOMER)
    await guide.show("request-list", "The request in its list: who, when, why")


async def approve_the_request(guide: Guide) -> None:
    """Approved: Microsoft takes it back, the credit note is there, both sides are told (D4, B3)."""
    row = await _licence(guide)
    choose_tab(workspace_of(guide).page.tabs, "Assets")
    await guide.at_rest()
    await select_asset(guide, row)
    press("Approve…", workspace_of(guide).details)
    question = await asked()
    await guide.show("approve-question", "What approving gives up, and who asked for it")
    press("Approve and cancel licence", question)
    await until_told(guide, "is cancelled")
    said = await guide.show("approved", "Approved, cancelled and credited", row.id)
    expect_returned(said)
    choose_tab(workspace_of(guide).page.tabs, "Invoices")
    await guide.at_rest()
    await click_row(find(QTableView, "Invoices", guide.window), "CRN-")
    await guide.show("credit-note", "The credit note takes back all that was charged")


async def read_the_answer_at_the_portal(guide: Guide) -> None:
    """The customer sees it cancelled, and has the credit note (E3, E2)."""
    row = await _licence(guide)
    page = await guide.at_portal(guide.customer.open, f"/assets/{row.id}")
    said = await guide.show_portal(
        "portal-cancelled", "Cancelled, with its credit note, at the portal", page, row.id
    )
    expect(said, "portal", Status="Cancelled")
    expect(said, "store", status=AssetStatus.CANCELLED)
    _expect_notice(said["portal"]["notices"], "was approved")
    papers = said["portal"]["papers"]
    credit = [path for words, path in papers.items() if words.startswith("Credit note")]
    if len(credit) != 1 or not await _is_pdf(guide, credit[0]):
        raise EsdError(f"The portal has no credit note to be read, but {list(papers)}.")
    page = await guide.at_portal(guide.customer.open, "/assets")
    await guide.show_portal("portal-assets", "Billing > Assets, at the portal", page, row.id)


def _expect_notice(notices: list[str], words: str) -> None:
    if not any(words in notice for notice in notices):
        raise EsdError(f"The portal should say “{words}”, but says {notices}.")


def _shows_banner(guide: Guide) -> bool:
    labels = workspace_of(guide).details.findChildren(QLabel)
    return any(_BANNER in label.text() for label in labels if label.isVisible())


async def _is_pdf(guide: Guide, path: str) -> bool:
    paper = await asyncio.to_thread(guide.customer.download, path)
    return paper.startswith(b"%PDF")


async def _licence(guide: Guide) -> AssetRow:
    return (await licences_of_customer(guide))[0]


async def _link_in_mail(guide: Guide) -> str:
    """The path of the link to sign in that has arrived."""
    start = f"{guide.customer.url}/sign-in/link?token="
    found: list[str] = []

    async def look() -> None:
        while not found:
            for mail in await asyncio.to_thread(guide.sandbox.mails, ADDRESS):
                text = (await asyncio.to_thread(guide.sandbox.mail, mail["number"]))["text"]
                found.extend(word for word in text.split() if word.startswith(start))
            await asyncio.sleep(0)

    looking = asyncio.create_task(look())
    try:
        await until(lambda: found or looking.done(), "the mail with the link to sign in")
    finally:
        looking.cancel()
    return found[-1].removeprefix(guide.customer.url)


ASKING = (
    sign_in_at_the_portal,
    see_who_may_sign_in,
    ask_at_the_portal,
    approve_the_request,
    read_the_answer_at_the_portal,
)
