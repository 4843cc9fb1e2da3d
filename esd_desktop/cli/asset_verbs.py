"""What staff do with an asset (B1-B4, D3a), as commands of ``esd assets``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from msgspec.structs import replace

from esd_desktop.cli.asking import confirm
from esd_desktop.cli.choosing import AssetId, AssetIds, Yes
from esd_desktop.cli.commands import command
from esd_desktop.cli.mass import Every, Ids, OfAccount, OfStatus, begin_and_follow, chosen
from esd_desktop.cli.results import each, tell_one
from esd_desktop.cli.session import Session
from esd_desktop.cli.shapes import Json
from esd_desktop.models.mass_rows import MassKind
from esd_desktop.services.changes import Outcome, Result

if TYPE_CHECKING:
    from esd_desktop.models.rows import AssetDetail
    from esd_desktop.services.context import Services


# Nameless: its commands join those of assets.py.
commands = typer.Typer(rich_markup_mode=None)


@command(commands, "update-status")
async def update_statuses(
    session: Session,
    asset_ids: Ids = None,
    every: Every = False,
    account: OfAccount = None,
    status: OfStatus = None,
) -> None:
    """Ask Microsoft how licences stand, and bring their records up to date. With --all, --account
    or --status it is a mass work (“esd mass”)."""
    from esd_desktop.services.update_status import update_status

    services = await session.services()
    if not asset_ids or every or account or status:
        choice = await chosen(services, asset_ids, every, account, status, "", None)
        await begin_and_follow(session, MassKind.UPDATE_STATUS, choice, yes=True)
        return
    await each(
        session.out,
        asset_ids,
        lambda asset_id: update_status(services, asset_id),
        name=_name,
        mark=_mark,
    )


@command(commands, "resend")
async def resend(session: Session, asset_id: AssetId, yes: Yes = False) -> None:
    """Mail the key and the activation link to the customer again."""
    from esd_desktop.services.resend_link import recipient, resend_link

    services = await session.services()
    address = await recipient(services, asset_id)
    session.out.note(f"The key and the activation link of asset {asset_id} go to {address}.")
    confirm("Send them?", yes=yes)
    done = await resend_link(services, asset_id, confirmed_address=address)
    tell_one(session.out, done, {"id": asset_id, "address": address})


@command(commands, "cancel")
async def cancel(
    session: Session,
    asset_id: AssetId,
    comment: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Goes to Microsoft with the request.")
    ] = None,
    yes: Yes = False,
) -> None:
    """Return an unused licence to Microsoft, cancel it here and credit it."""
    from esd_desktop.services.browse import asset_detail
    from esd_desktop.services.cancel_licence import cancel_licence
    from esd_desktop.services.send_mails import send_due_mails

    services = await session.services()
    detail = await asset_detail(services, asset_id)
    confirm(
        f"Cancel this ESD licence? {_described(detail)} goes back to Microsoft, and "
        f"{detail.credit} is credited. This cannot be undone.",
        yes=yes,
    )
    done = await cancel_licence(services, asset_id, comment=comment)
    if done.changes.mails:
        await send_due_mails(services)
    tell_one(session.out, done, {"id": asset_id})


@command(commands, "delete")
async def delete(session: Session, asset_id: AssetId, yes: Yes = False) -> None:
    """Take an active asset off the list. The licence stays active at Microsoft."""
    from esd_desktop.services.browse import asset_detail
    from esd_desktop.services.delete_asset import delete_asset

    services = await session.services()
    detail = await asset_detail(services, asset_id)
    confirm(
        f"Delete this record? {_described(detail)} leaves the list; the licence stays active at "
        f"Microsoft. “esd assets restore {asset_id}” brings the record back.",
        yes=yes,
    )
    tell_one(session.out, await delete_asset(services, asset_id), {"id": asset_id})


@command(commands, "restore")
async def restore(session: Session, asset_id: AssetId) -> None:
    """Put a deleted asset back on the list."""
    from esd_desktop.services.delete_asset import restore_asset

    done = await restore_asset(await session.services(), asset_id)
    tell_one(session.out, done, {"id": asset_id})


@command(commands, "retry")
async def retry(session: Session, asset_ids: AssetIds) -> None:
    """Get the token of licences that Microsoft has not issued, and settle lost answers."""
    from esd_desktop.services.send_mails import send_due_mails

    services = await session.services()
    await each(
        session.out,
        asset_ids,
        lambda asset_id: _retried(services, asset_id),
        name=_name,
        mark=_mark,
    )
    await send_due_mails(services)


async def _retried(services: Services, asset_id: int) -> Outcome:
    """A request without an answer is settled under its own ids; otherwise provisioning begins."""
    from esd_desktop.services.browse import asset_detail
    from esd_desktop.services.provision import provision
    from esd_desktop.services.settle_doubt import settle_asset

    detail = await asset_detail(services, asset_id)
    if detail.unsettled is None:
        return await provision(services, asset_id)
    done = await settle_asset(services, asset_id)
    if done.result is Result.WARNING:
        return done
    return replace(done, sentence=f"It is settled: {done.sentence}")


def _name(asset_id: int) -> str:
    return f"Asset {asset_id}"


def _mark(asset_id: int) -> Json:
    return {"id": asset_id}


def _described(detail: AssetDetail) -> str:
    return f"{detail.product} of {detail.customer} (order {detail.order_number})"
