"""Requests to cancel, as tests make and look at them."""

from __future__ import annotations

from esd_desktop.models.request_rows import RequestRow
from esd_desktop.models.statuses import Requester
from esd_desktop.models.store import requests
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import asset_mails
from esd_desktop.services.context import Services
from esd_desktop.services.request_cancellation import request_cancellation
from esd_desktop.services.shared_settings import change_settings

CUSTOMER = "Eleni of Aegean Shipping"
STAFF = "desk@esd.example"


async def requests_of(services: Services, asset_id: int) -> list[RequestRow]:
    """Every request ever made for an asset, the newest first."""
    async with services.store.read() as connection:
        return await requests.of_asset(connection, asset_id)


async def latest(services: Services, asset_id: int) -> RequestRow:
    """The asset's latest request."""
    return (await requests_of(services, asset_id))[0]


async def requested(
    services: Services,
    asset_id: int,
    *,
    requester: Requester = Requester.CUSTOMER,
    comment: str | None = "Bought twice",
    confirm_by_mail: bool = True,
) -> RequestRow:
    """A request for this asset; the staff have an address to be told at."""
    await change_settings(services, {"requests.notify": STAFF})
    await request_cancellation(
        services,
        asset_id,
        requester=requester,
        requested_by=CUSTOMER,
        comment=comment,
        confirm_by_mail=confirm_by_mail,
    )
    return await latest(services, asset_id)


async def told(services: Services, asset_id: int) -> list[tuple[str, str]]:
    """Template and address of every mail about the asset's requests, in order."""
    mails = await asset_mails(services, asset_id)
    return sorted((mail.template, mail.to_address) for mail in mails if mail.template != "welcome")


def both(*templates: str) -> list[tuple[str, str]]:
    """What both sides were told by these mails, once each."""
    sides = ("office@aegean.example", STAFF)
    return sorted((template, side) for template in templates for side in sides)


def returns_in(sandbox: SandboxControl) -> int:
    """How often Microsoft took a licence back."""
    return sum(effect["kind"] == "return" for effect in sandbox.effects())
