"""What is left after a race is settled, and then everything is compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import func, select

from esd_desktop.models.statuses import InvoiceKind, MailState, TokenStatus
from esd_desktop.models.store import operations, tables
from esd_desktop.models.values import utc_now
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.context import Services
from esd_desktop.services.delete_asset import restore_asset
from esd_desktop.services.send_mails import send_due_mails
from esd_desktop.services.settle_doubt import settle_doubt
from tests.reliability.oracle import Outside, look_outside, violations
from tests.reliability.race.books import lost_updates
from tests.reliability.race.desktop import Place
from tests.reliability.scene import sandbox_in

# Mails back off for minutes; a call counts as abandoned after five.
_MOST_MINUTES = 15


@dataclass(frozen=True, slots=True)
class Verdict:
    """What there is after it, in numbers, and what is wrong."""

    facts: dict[str, int]
    wrong: Sequence[str]


async def judged(place: Place, edits: Iterable[tuple[int, str]], *, once: bool) -> Verdict:
    """Settle and judge. ``once``: no mail may have gone out twice, since nothing broke off."""
    sandbox = sandbox_in(place.sandbox)
    services = await place.opened("judge")
    try:
        sandbox.clear_faults()
        await settled(services)
        outside = look_outside(sandbox)
        wrong = await violations(services, outside)
        wrong += await lost_updates(services, edits)
        if once:
            wrong += _twice(outside)
        return Verdict(await _facts(services, sandbox), wrong)
    finally:
        sandbox.close()
        await services.close()


async def settled(services: Services) -> None:
    """What the journal does when time goes on. A mail of a deleted record would wait for ever."""
    async with services.store.read() as connection:
        deleted = select(tables.assets.c.id).where(tables.assets.c.deleted_at.is_not(None))
        ids = list((await connection.execute(deleted)).scalars())
    for asset_id in ids:
        await restore_asset(services, asset_id)
    for minute in range(_MOST_MINUTES):
        services.clock = partial(_ahead, timedelta(minutes=minute))
        await settle_doubt(services)
        while await send_due_mails(services):
            pass
        if not await _is_unsettled(services):
            return


def _ahead(time: timedelta) -> datetime:
    return utc_now() + time


async def _is_unsettled(services: Services) -> bool:
    lost = select(tables.operations.c.id).where(tables.operations.c.state.in_(operations.UNSETTLED))
    waiting = select(tables.outbox.c.id).where(tables.outbox.c.state == MailState.QUEUED)
    async with services.store.read() as connection:
        return any([(await connection.execute(query)).first() for query in (lost, waiting)])


def _twice(outside: Outside) -> list[str]:
    arrived = Counter(mail["message_id"] for mail in outside.mails)
    return [f"the mail {each} arrived {n} times" for each, n in arrived.items() if n > 1]


async def _facts(services: Services, sandbox: SandboxControl) -> dict[str, int]:
    counted = {
        "orders": select(func.count()).select_from(tables.orders),
        "licences": select(func.count()).select_from(tables.assets),
        "credits": select(func.count()).where(tables.invoices.c.kind == InvoiceKind.CREDIT),
        "redeemed": select(func.count()).where(
            tables.assets.c.token_status == TokenStatus.REDEEMED
        ),
        "mails": select(func.count()).select_from(tables.outbox),
        "history": select(func.count()).select_from(tables.audit),
    }
    async with services.store.read() as connection:
        facts = {
            name: int((await connection.execute(query)).scalar_one())
            for name, query in counted.items()
        }
    effects = Counter(each["kind"] for each in sandbox.effects())
    return facts | {"bought at Microsoft": effects["issue"], "given back": effects["return"]}
