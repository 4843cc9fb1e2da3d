"""Queries about what disagrees with Microsoft or with itself: one list, which the ready-made view,
the Discrepancies tab and ``esd doctor`` all read.

Candidates come from indexes alone (the open discrepancies, the unsettled calls, the few records at
odds with themselves, the few without a token), so a million sound assets cost nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Row,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    text,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from esd_desktop.errors import NotFound
from esd_desktop.models.account import Account
from esd_desktop.models.asset import AT_ODDS, Asset
from esd_desktop.models.base import UtcDateTime, WordColumn
from esd_desktop.models.discrepancy import Discrepancy
from esd_desktop.models.discrepancy_rows import DiscrepancyKind, DiscrepancyRow
from esd_desktop.models.operation import ABANDONED_AFTER, Operation
from esd_desktop.models.order import Order
from esd_desktop.models.statuses import (
    AssetStatus,
    OperationState,
    ProvisioningSyncStatus,
    TokenStatus,
)
from esd_desktop.models.store.by_store import one_of, unindexed
from esd_desktop.models.store.listing import Listing
from esd_desktop.models.store.search import asset_contains_words
from esd_desktop.models.store.unit_of_work import UnitOfWork
from esd_desktop.models.values import utc_now

OVERDUE_AFTER = timedelta(days=1)

_Odd = aliased(Asset)
_Candidate = aliased(Asset)
_Tokenless = aliased(Asset)
_Customer = aliased(Account)
_Billing = aliased(Account)
_Open = aliased(Discrepancy)
_Accepted = aliased(Discrepancy)


def _before(age: timedelta) -> ColumnElement[datetime]:
    """The moment of so long ago, told anew whenever the query runs."""
    return bindparam(None, callable_=lambda: utc_now() - age, type_=UtcDateTime(), unique=True)


_IN_DOUBT = or_(
    Operation.state == OperationState.IN_DOUBT,
    and_(
        Operation.state == OperationState.STARTED,
        Operation.started_at < _before(ABANDONED_AFTER),
    ),
)
_WITHOUT_TOKEN = (ProvisioningSyncStatus.FAILED, ProvisioningSyncStatus.UNSYNCHRONISED)
_FEW = (
    select(Discrepancy.asset_id).where(Discrepancy.settled_at.is_(None)),
    select(Operation.asset_id).where(_IN_DOUBT),
    select(_Candidate.id).where(text(AT_ODDS)),
)
_HAS_NO_TOKEN = _Tokenless.provisioning_sync_status.in_(_WITHOUT_TOKEN)
# Since when is asked of the record itself, which is looked at anyhow: no index has both.
_CANDIDATES = union_all(*_FEW, select(_Tokenless.id).where(_HAS_NO_TOKEN))


def _unaccepted(kind: DiscrepancyKind, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """That a record is so, and nobody decided that it may stay so."""
    accepted = select(_Accepted.id).where(
        _Accepted.asset_id == _Odd.id,
        _Accepted.kind == kind,
        _Accepted.accepted_by.is_not(None),
    )
    return and_(*conditions, ~accepted.exists())


_CANCELLED = _Odd.status == AssetStatus.CANCELLED
_ACTIVE = _Odd.status == AssetStatus.ACTIVE
_OVERDUE = _Odd.purchase_date < _before(OVERDUE_AFTER)
_CONDITIONS: dict[DiscrepancyKind, ColumnElement[bool]] = {
    DiscrepancyKind.IN_DOUBT: Operation.id.is_not(None),
    DiscrepancyKind.CONTRADICTION: _Open.id.is_not(None),
    DiscrepancyKind.RETURNED: and_(_ACTIVE, _Odd.token_status == TokenStatus.RETURN_ACCEPTED),
    DiscrepancyKind.NOT_RETURNED: _unaccepted(
        DiscrepancyKind.NOT_RETURNED,
        _CANCELLED,
        _Odd.token_status.in_((TokenStatus.ACTIVATED, TokenStatus.REDEEMED)),
    ),
    DiscrepancyKind.UNDATED: _unaccepted(
        DiscrepancyKind.UNDATED,
        _Odd.token_status == TokenStatus.REDEEMED,
        _Odd.activation_date.is_(None),
    ),
    DiscrepancyKind.FAILED: _unaccepted(
        DiscrepancyKind.FAILED,
        _ACTIVE,
        _Odd.provisioning_sync_status == ProvisioningSyncStatus.FAILED,
        _OVERDUE,
    ),
    DiscrepancyKind.UNANSWERED: and_(
        _ACTIVE,
        _Odd.provisioning_sync_status == ProvisioningSyncStatus.UNSYNCHRONISED,
        _OVERDUE,
    ),
}
_KIND = case(
    *(
        (condition, literal(kind, WordColumn(DiscrepancyKind)))
        for kind, condition in _CONDITIONS.items()
    )
)
_URGENCY = case(
    *((condition, -place) for place, condition in enumerate(_CONDITIONS.values())),
)
_SINCE = case(
    (_CONDITIONS[DiscrepancyKind.IN_DOUBT], Operation.started_at),
    (_CONDITIONS[DiscrepancyKind.CONTRADICTION], _Open.found_at),
    (_Odd.provisioning_sync_status.in_(_WITHOUT_TOKEN), _Odd.purchase_date),
    else_=func.coalesce(_Odd.checked_at, _Odd.purchase_date),
)
_REASON = case(
    (_CONDITIONS[DiscrepancyKind.IN_DOUBT], Operation.detail),
    (_CONDITIONS[DiscrepancyKind.CONTRADICTION], _Open.detail),
    else_=_Odd.synchronization_details,
)
_IS_OPEN = and_(_Open.asset_id == _Odd.id, _Open.settled_at.is_(None))
_IS_UNDER_WAY = and_(Operation.asset_id == _Odd.id, _IN_DOUBT)
_IS_AT_ODDS = and_(_Odd.deleted_at.is_(None), _KIND.is_not(None))
_IS_LISTED = and_(_Odd.id.in_(_CANDIDATES), _IS_AT_ODDS)
_LOOKED_AT = select(_Odd.id).outerjoin(_Open, _IS_OPEN).outerjoin(Operation, _IS_UNDER_WAY)
_LISTED = _LOOKED_AT.where(_IS_LISTED)
_ROWS = (
    select(
        _Odd.id,
        _KIND.label("kind"),
        _SINCE.label("since"),
        _Odd.customer_id,
        _Customer.name.label("customer"),
        _Odd.billing_to_id,
        _Billing.name.label("billing_to"),
        _Odd.product,
        Order.number.label("order_number"),
        _Odd.status,
        _Odd.provisioning_sync_status,
        _Odd.token_status,
        _Open.said,
        _REASON.label("reason"),
        Operation.kind.label("call"),
    )
    .select_from(_Odd)
    .join(_Customer, _Customer.id == _Odd.customer_id)
    .join(_Billing, _Billing.id == _Odd.billing_to_id)
    .join(Order, Order.id == _Odd.order_id)
    .outerjoin(_Open, _IS_OPEN)
    .outerjoin(Operation, _IS_UNDER_WAY)
    .where(_IS_LISTED)
)


def _row(row: Row[*tuple[Any, ...]]) -> DiscrepancyRow:
    return DiscrepancyRow(**row._mapping)


def _one_of(*kinds: DiscrepancyKind) -> ColumnElement[bool]:
    return _KIND.in_(kinds)


def _is_of(account_id: int) -> ColumnElement[bool]:
    return or_(_Odd.customer_id == account_id, _Odd.billing_to_id == account_id)


LISTING = Listing(
    id=_Odd.id,
    rows=_ROWS,
    counted=_LISTED,
    made=_row,
    sorts={
        "urgency": _URGENCY,
        "since": _SINCE,
        "customer": _Customer.name,
        "billing_to": _Billing.name,
        "product": _Odd.product,
        "order": Order.number,
        "status": _Odd.status,
        "token_status": _Odd.token_status,
    },
    filters={
        "microsoft": _one_of(DiscrepancyKind.IN_DOUBT, DiscrepancyKind.CONTRADICTION),
        "record": _one_of(
            DiscrepancyKind.RETURNED, DiscrepancyKind.NOT_RETURNED, DiscrepancyKind.UNDATED
        ),
        "provisioning": _one_of(DiscrepancyKind.FAILED, DiscrepancyKind.UNANSWERED),
        **{kind.value: _one_of(kind) for kind in DiscrepancyKind},
    },
    found_by=lambda words: asset_contains_words(words, _Odd),
    of_account=_is_of,
)


def is_listed() -> ColumnElement[bool]:
    """That an asset is on the list."""
    return Asset.id.in_(_LISTED)


def listed_statuses() -> CompoundSelect[*tuple[Any, ...]]:
    """Selects the status of each asset on the list, in no order, from a store that is a file.

    Most of them may be without a token, and there may be many. These are not looked at: one index
    knows which have none, another what was bought just now. A server may go through what is left
    out once for each of them, where that is much.
    """
    few = union_all(*_FEW)
    looked_at = _LOOKED_AT.with_only_columns(_Odd.status, maintain_column_froms=True)
    just_bought = select(Asset.id).where(
        Asset.status == AssetStatus.ACTIVE, Asset.purchase_date >= _before(OVERDUE_AFTER)
    )
    may_stay_so = select(Discrepancy.asset_id).where(
        Discrepancy.kind == DiscrepancyKind.FAILED, Discrepancy.accepted_by.is_not(None)
    )
    without_token = select(_Tokenless.status).where(
        _HAS_NO_TOKEN,
        # By their status, SQLite would look at every active one.
        unindexed(_Tokenless.status) == AssetStatus.ACTIVE,
        _Tokenless.deleted_at.is_(None),
        _Tokenless.id.not_in(just_bought),
        _Tokenless.id.not_in(few),
        or_(
            _Tokenless.provisioning_sync_status == ProvisioningSyncStatus.UNSYNCHRONISED,
            _Tokenless.id.not_in(may_stay_so),
        ),
    )
    return union_all(looked_at.where(_Odd.id.in_(few), _IS_AT_ODDS), without_token)


def listed(
    names: Iterable[str], account_id: int | None, customer_id: int | None
) -> Select[*tuple[Any, ...]]:
    """Selects these columns of the assets on the list: of what an account holds and is billed for,
    and of these of what one customer holds; None is every one."""
    columns = [getattr(_Odd, name) for name in names]
    selected = _LISTED.with_only_columns(*columns, maintain_column_froms=True)
    if account_id is not None:
        selected = selected.where(_is_of(account_id))
    if customer_id is not None:
        selected = selected.where(_Odd.customer_id == customer_id)
    return selected


async def one(connection: AsyncConnection, asset_id: int) -> DiscrepancyRow:
    """What is at odds about an asset. Raises NotFound where nothing is."""
    for row in await LISTING.by_ids(connection, [asset_id]):
        return row
    raise NotFound(f"Nothing disagrees about asset {asset_id} now.")


async def note(
    work: UnitOfWork,
    asset_id: int,
    detail: str,
    said: TokenStatus | None,
    now: datetime,
    correlation_id: str,
) -> None:
    """List it; an asset with an open discrepancy keeps that one row, with the new words. What
    somebody decided to leave as it is stays settled while Microsoft says the same."""
    found = await open_of(work, asset_id)
    if found is None:
        if await _is_accepted(work, asset_id, detail):
            return
        found = Discrepancy(asset_id=asset_id, found_at=now)
        work.add(found)
    found.detail = detail
    found.said = said
    found.correlation_id = correlation_id


async def settle(
    work: UnitOfWork, asset_ids: Sequence[int], now: datetime, *, changed: bool
) -> None:
    """Microsoft and these records agree again.

    What was decided about their disagreement ends with it; where the records ``changed``, so does
    what was decided about them.
    """
    if not asset_ids:
        return
    of_these = update(Discrepancy).where(one_of(Discrepancy.asset_id, asset_ids))
    decided = of_these.where(Discrepancy.accepted_by.is_not(None))
    if not changed:
        decided = decided.where(Discrepancy.kind == DiscrepancyKind.CONTRADICTION)
    await work.session.execute(decided.values(accepted_by=None))
    still_open = of_these.where(Discrepancy.settled_at.is_(None))
    await work.session.execute(still_open.values(settled_at=now))


async def open_of(work: UnitOfWork, asset_id: int) -> Discrepancy | None:
    """The asset's open discrepancy, to be changed and locked, if there is one."""
    query = (
        select(Discrepancy)
        .where(Discrepancy.asset_id == asset_id, Discrepancy.settled_at.is_(None))
        .with_for_update()
    )
    return (await work.session.execute(query)).scalar_one_or_none()


async def _is_accepted(work: UnitOfWork, asset_id: int, detail: str) -> bool:
    query = select(Discrepancy.id).where(
        Discrepancy.asset_id == asset_id,
        Discrepancy.detail == detail,
        Discrepancy.accepted_by.is_not(None),
    )
    return (await work.session.execute(query)).first() is not None
