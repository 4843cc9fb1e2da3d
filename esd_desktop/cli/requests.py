"""``esd requests``: requests to cancel a licence (D4): made, looked at, decided, withdrawn."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from esd_desktop.cli.asking import confirm
from esd_desktop.cli.choosing import AssetId, Yes
from esd_desktop.cli.commands import command, group
from esd_desktop.cli.listing import Listing
from esd_desktop.cli.results import tell_one
from esd_desktop.cli.session import Session
from esd_desktop.cli.shapes import plain
from esd_desktop.cli.table import Column, shown
from esd_desktop.models.listing import ListKind, ListQuery
from esd_desktop.models.request_rows import RequestRow
from esd_desktop.models.statuses import Requester
from esd_desktop.models.wording import counted
from esd_desktop.services.changes import Outcome

if TYPE_CHECKING:
    from esd_desktop.services.context import Services

commands = group("Requests to cancel a licence: make, approve, decline, withdraw.")

_PAGE = 500
_LARGEST_ID = 2**63 - 1
_COLUMNS = (
    Column("ID", right=True),
    Column("State"),
    Column("Asset", right=True),
    Column("Customer", flexible=True),
    Column("Product", flexible=True),
    Column("Order", flexible=True),
    Column("Requested by", flexible=True),
    Column("Requested", flexible=True),
    Column("Comment", flexible=True),
)

RequestId = Annotated[int, typer.Argument(metavar="REQUEST", min=1, max=_LARGEST_ID)]
Comment = Annotated[
    str | None, typer.Option(metavar="TEXT", help="Kept with the decision; the customer reads it.")
]
State = Literal["all", "waiting", "approved", "declined", "withdrawn", "refused"]


@command(commands, "list")
async def list_requests(
    session: Session,
    account: Annotated[
        str | None,
        typer.Option(metavar="ACCOUNT", help="An id, a reference or a name."),
    ] = None,
    waiting: Annotated[
        bool, typer.Option("--waiting", help="Only those without a decision or an answer.")
    ] = False,
    state: Annotated[State, typer.Option(help="Only those that stand so.")] = "all",
    search: Annotated[
        str,
        typer.Option(metavar="TEXT", help="Only those found by these words, as licences are."),
    ] = "",
) -> None:
    """List requests to cancel, the newest first."""
    from esd_desktop.services.browse import find_account

    services = await session.services()
    account_id = (await find_account(services, account)).id if account else None
    wanted = "waiting" if waiting else state
    query = ListQuery(account_id=account_id, filter=wanted, search=search)
    with Listing(session.out, _COLUMNS, _cells) as listing:
        async for rows in _pages(services, query):
            listing.add(rows)
    session.out.note(f"{counted(listing.count, 'request')}.")


@command(commands, "show")
async def show_request(session: Session, request_id: RequestId) -> None:
    """Show everything about one request."""
    from esd_desktop.services.browse import cancellation_request

    row = await cancellation_request(await session.services(), request_id)
    session.out.object(plain(row))
    session.out.text(_sheet(row))


@command(commands, "make")
async def make(
    session: Session,
    asset_id: AssetId,
    comment: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Why the customer wants it.")
    ] = None,
    for_customer: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="The customer asked, by this name or address; without it, you do on the "
            "customer's behalf.",
        ),
    ] = None,
    mail: Annotated[
        bool, typer.Option("--mail/--no-mail", help="Tell the customer by mail what becomes of it.")
    ] = True,
) -> None:
    """Ask for the cancellation of a licence; somebody then approves or declines it."""
    from esd_desktop.services.request_cancellation import request_cancellation

    services = await session.services()
    done = await request_cancellation(
        services,
        asset_id,
        requester=Requester.STAFF if for_customer is None else Requester.CUSTOMER,
        requested_by=for_customer,
        comment=comment,
        confirm_by_mail=mail,
    )
    (request_id,) = done.changes.requests
    await _tell(session, services, done, request_id)
    session.out.note(f"It is request {request_id}.")


@command(commands, "approve")
async def approve_request(
    session: Session, request_id: RequestId, comment: Comment = None, yes: Yes = False
) -> None:
    """Approve a request: the licence is returned to Microsoft, cancelled and credited."""
    from esd_desktop.services.browse import asset_detail, cancellation_request
    from esd_desktop.services.decide_request import approve

    services = await session.services()
    row = await cancellation_request(services, request_id)
    credit = (await asset_detail(services, row.asset_id)).credit
    confirm(
        f"Approve this cancellation? {row.product} of {row.customer} (order {row.order_number}) "
        f"goes back to Microsoft, and {credit} is credited. This cannot be undone.",
        yes=yes,
    )
    done = await approve(services, row.id, row.version, comment=comment)
    await _tell(session, services, done, request_id)


@command(commands, "decline")
async def decline_request(
    session: Session,
    request_id: RequestId,
    comment: Annotated[str, typer.Option(metavar="TEXT", help="Why; the customer reads it.")],
) -> None:
    """Decline a request; the licence stays as it is."""
    from esd_desktop.services.browse import cancellation_request
    from esd_desktop.services.decide_request import decline

    services = await session.services()
    row = await cancellation_request(services, request_id)
    done = await decline(services, row.id, row.version, comment=comment)
    await _tell(session, services, done, request_id)


@command(commands, "withdraw")
async def withdraw(session: Session, request_id: RequestId) -> None:
    """Take a request back that nobody has decided yet."""
    from esd_desktop.services.browse import cancellation_request
    from esd_desktop.services.withdraw_request import withdraw_request

    services = await session.services()
    row = await cancellation_request(services, request_id)
    done = await withdraw_request(services, row.id, row.version)
    await _tell(session, services, done, request_id)


async def _tell(session: Session, services: Services, done: Outcome, request_id: int) -> None:
    """The result, after the mails about it have gone."""
    from esd_desktop.services.send_mails import send_due_mails

    await send_due_mails(services)
    tell_one(session.out, done, {"id": request_id})


async def _pages(services: Services, query: ListQuery) -> AsyncIterator[list[RequestRow]]:
    from esd_desktop.services.lists import list_page

    offset = 0
    while rows := await list_page(services, ListKind.REQUESTS, query, offset, _PAGE):
        yield rows
        offset += len(rows)


def _cells(row: RequestRow) -> tuple[object, ...]:
    return (
        row.id,
        row.state,
        row.asset_id,
        row.customer,
        row.product,
        row.order_number,
        row.requested_by,
        row.requested_at,
        row.comment,
    )


def _sheet(row: RequestRow) -> str:
    mailed = "by mail" if row.confirm_by_mail else "no confirmation is mailed"
    pairs: list[tuple[str, object]] = [
        ("Request", row.id),
        ("State", row.state),
        ("Outcome", row.outcome),
        ("Asset", row.asset_id),
        ("Product", row.product),
        ("Customer", row.customer),
        ("Billing To", row.billing_to),
        ("Order", row.order_number),
        ("Price", row.price),
        ("Token Status", row.token_status),
        ("Requested by", f"{row.requested_by} ({row.requester})"),
        ("Requested", row.requested_at),
        ("Comment", row.comment),
        ("Instructions", row.instructions),
        ("Confirmation", mailed),
        ("Decided by", row.decided_by),
        ("Decided", row.decided_at),
        ("Decision", row.decision_comment),
        ("Credited with", row.credit_number),
    ]
    width = max(len(label) for label, _ in pairs)
    return "\n".join(f"{label:<{width}}  {shown(value)}" for label, value in pairs)
