"""The deeds of a race: each picks a record that is there by then and does what a person would."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from msgspec.structs import replace
from sqlalchemy import ColumnElement, Row, Table, func, select

from esd_desktop.errors import NotFound
from esd_desktop.models.listing import ListKind, ListQuery
from esd_desktop.models.request_rows import UNDECIDED
from esd_desktop.models.rows import AssetQuery
from esd_desktop.models.statuses import Requester
from esd_desktop.models.store import operations, tables
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import account_list, asset_counts
from esd_desktop.services.cancel_licence import cancel_licence
from esd_desktop.services.changes import Changes, Outcome, Result
from esd_desktop.services.context import Services
from esd_desktop.services.decide_request import approve, decline
from esd_desktop.services.delete_asset import delete_asset, restore_asset
from esd_desktop.services.edit_account import account_for_edit, edit_account
from esd_desktop.services.lists import list_counts
from esd_desktop.services.order_licences import OrderLine, order_licences
from esd_desktop.services.provision_order import provision_assets, provision_order
from esd_desktop.services.record_bounce import record_bounce
from esd_desktop.services.request_cancellation import request_cancellation
from esd_desktop.services.resend_link import resend_link
from esd_desktop.services.resend_mail import resend_mail
from esd_desktop.services.reveal_key import Purpose, reveal
from esd_desktop.services.send_mails import send_due_mails
from esd_desktop.services.settle_doubt import settle_asset, settle_doubt
from esd_desktop.services.update_status import update_status
from esd_desktop.services.withdraw_request import withdraw_request
from tests.reliability.race.plan import Action, Deed
from tests.support.bounces import report
from tests.support.connecting import SKU

# What the sandbox does to one of the next calls. In doubt, or refused, or only late.
_FAULTS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("issue", "drop_after", {}),
    ("return", "drop_after", {}),
    ("issue", "drop_before", {"times": 3}),
    ("return", "error", {"status": 503, "code": "ServiceUnavailable", "times": 3}),
    ("issue", "error", {"status": 400, "code": "UnknownSku"}),
    ("read", "error", {"status": 500, "code": "ServiceUnavailable", "times": 3}),
    ("issue", "cut_short", {}),
    ("mail", "refuse_for_now", {}),
    ("mail", "refuse", {}),
)


@dataclass
class Hands:
    """Who does it, with what; ``edits`` are the references that were written, by account."""

    services: Services
    sandbox: SandboxControl
    connection: int
    edits: list[tuple[int, str]] = field(default_factory=list)

    async def pick(self, table: Table, which: int, *conditions: ColumnElement[bool]) -> Row[Any]:
        """A record, counted from the youngest. Raises NotFound where there is none."""
        count = select(func.count()).select_from(table).where(*conditions)
        query = select(table).where(*conditions).order_by(table.c.id.desc())
        async with self.services.store.read() as connection:
            there = (await connection.execute(count)).scalar_one()
            if not there:
                raise NotFound(f"There is nothing like that among the {table.name}.")
            return (await connection.execute(query.offset(which % there).limit(1))).one()

    async def asset(self, action: Action, *conditions: ColumnElement[bool]) -> int:
        """The id of an asset."""
        return int((await self.pick(tables.assets, action.which, *conditions)).id)


Do = Callable[[Hands, Action], Awaitable[Outcome | Changes | None]]


async def _update(hands: Hands, action: Action) -> Outcome:
    return await update_status(hands.services, await hands.asset(action))


async def _resend(hands: Hands, action: Action) -> Outcome:
    return await resend_link(hands.services, await hands.asset(action))


async def _resend_mail(hands: Hands, action: Action) -> Outcome:
    mail = await hands.pick(tables.outbox, action.which)
    return await resend_mail(hands.services, mail.id)


async def _bounce(hands: Hands, action: Action) -> Outcome:
    mail = await hands.pick(tables.outbox, action.which)
    return await record_bounce(hands.services, report(mail.message_id))


async def _cancel(hands: Hands, action: Action) -> Outcome:
    return await cancel_licence(hands.services, await hands.asset(action))


async def _delete(hands: Hands, action: Action) -> Outcome:
    return await delete_asset(hands.services, await hands.asset(action))


async def _restore(hands: Hands, action: Action) -> Outcome:
    deleted = await hands.asset(action, tables.assets.c.deleted_at.is_not(None))
    return await restore_asset(hands.services, deleted)


async def _order(hands: Hands, action: Action) -> Outcome:
    account = await hands.pick(tables.accounts, action.which)
    lines = [OrderLine(SKU, 1 + action.how % 3)]
    placed = await order_licences(hands.services, account.id, hands.connection, lines)
    return await provision_order(hands.services, placed.id)


async def _order_twice(hands: Hands, action: Action) -> Outcome:
    """A form that is open on several desktops: whoever is first places it."""
    account = await hands.pick(tables.accounts, 0)
    lines = [OrderLine(SKU, 1)]
    placement = f"form {action.which // 3}"
    placed = await order_licences(
        hands.services, account.id, hands.connection, lines, placement_id=placement
    )
    return await provision_order(hands.services, placed.id)


async def _retry(hands: Hands, action: Action) -> Outcome:
    without = tables.assets.c.token_status.is_(None)
    return await provision_assets(hands.services, [await hands.asset(action, without)])


async def _request(hands: Hands, action: Action) -> Outcome:
    return await request_cancellation(
        hands.services,
        await hands.asset(action),
        requester=Requester.CUSTOMER,
        requested_by="Eleni",
        comment="Bought twice",
        confirm_by_mail=action.how % 2 == 0,
    )


async def _approve(hands: Hands, action: Action) -> Outcome:
    request = await _waiting(hands, action)
    return await approve(hands.services, request.id, request.version)


async def _decline(hands: Hands, action: Action) -> Outcome:
    request = await _waiting(hands, action)
    return await decline(hands.services, request.id, request.version, comment="In use")


async def _withdraw(hands: Hands, action: Action) -> Outcome:
    request = await _waiting(hands, action)
    return await withdraw_request(hands.services, request.id, request.version)


async def _waiting(hands: Hands, action: Action) -> Row[Any]:
    requests = tables.cancellation_requests
    return await hands.pick(requests, action.which, requests.c.state.in_(UNDECIDED))


async def _edit(hands: Hands, action: Action) -> Outcome:
    account = await hands.pick(tables.accounts, action.which)
    opened = await account_for_edit(hands.services, account.id)
    reference = f"{hands.services.operator} {len(hands.edits)} {action.how}"
    form = replace(opened.form, reference=reference)
    if action.how % 3 == 0:
        form = replace(form, email=f"{action.how}@customer.example")
    outcome = await edit_account(hands.services, opened.id, opened.version, form)
    hands.edits.append((opened.id, reference))
    return outcome


async def _reveal(hands: Hands, action: Action) -> None:
    await reveal(hands.services, await hands.asset(action), Purpose.SHOW_KEY)


async def _settle(hands: Hands, action: Action) -> Outcome:
    unsettled = tables.operations.c.state.in_(operations.UNSETTLED)
    operation = await hands.pick(tables.operations, action.which, unsettled)
    return await settle_asset(hands.services, operation.asset_id)


async def _journal(hands: Hands, action: Action) -> Changes:
    return await settle_doubt(hands.services)


async def _outbox(hands: Hands, action: Action) -> Changes:
    return await send_due_mails(hands.services)


async def _lists(hands: Hands, action: Action) -> None:
    await account_list(hands.services)
    counts = await asset_counts(hands.services, AssetQuery())
    assert counts.all == counts.active + counts.cancelled, "a reading saw two moments"
    for kind in ListKind:
        await list_counts(hands.services, kind, ListQuery())


async def _redeem(hands: Hands, action: Action) -> None:
    asset = await hands.pick(tables.assets, action.which)
    licence = hands.sandbox.licence(asset.client_transaction_id)
    if licence is None or licence["token_status"] != "Activated":
        raise NotFound("The customer has nothing to redeem.")
    hands.sandbox.redeem(asset.client_transaction_id)


async def _fault(hands: Hands, action: Action) -> None:
    call, kind, more = _FAULTS[action.how % len(_FAULTS)]
    hands.sandbox.set_fault(call, kind, **more)


DEEDS: Mapping[Deed, Do] = {
    Deed.UPDATE: _update,
    Deed.RESEND: _resend,
    Deed.RESEND_MAIL: _resend_mail,
    Deed.BOUNCE: _bounce,
    Deed.CANCEL: _cancel,
    Deed.DELETE: _delete,
    Deed.RESTORE: _restore,
    Deed.ORDER: _order,
    Deed.ORDER_TWICE: _order_twice,
    Deed.RETRY: _retry,
    Deed.REQUEST: _request,
    Deed.APPROVE: _approve,
    Deed.DECLINE: _decline,
    Deed.WITHDRAW: _withdraw,
    Deed.EDIT: _edit,
    Deed.REVEAL: _reveal,
    Deed.SETTLE: _settle,
    Deed.JOURNAL: _journal,
    Deed.OUTBOX: _outbox,
    Deed.LISTS: _lists,
    Deed.REDEEM: _redeem,
    Deed.FAULT: _fault,
}


async def do(hands: Hands, action: Action) -> str:
    """Do it; how it went, in a word."""
    told = await DEEDS[action.deed](hands, action)
    if isinstance(told, Outcome):
        return told.result.value
    return Result.UNCHANGED.value if told == Changes() else Result.DONE.value
