"""What the lists of mass works and of their results are made of."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.models.asset import Asset
from esd_desktop.models.listing import ListCounts, ListQuery
from esd_desktop.models.mass_rows import ItemState, MassItemRow, MassState
from esd_desktop.models.mass_work import MassItem, MassWork
from esd_desktop.models.order import Order
from esd_desktop.models.store.listing import Listing
from esd_desktop.models.store.mass_works import (
    ITEM_ROWS,
    WORK_COLUMNS,
    Customer,
    item_row,
    work_row,
)
from esd_desktop.models.store.search import asset_contains_words

_BY_STATE = {
    "done": (ItemState.DONE,),
    "unchanged": (ItemState.UNCHANGED,),
    "warnings": (ItemState.WARNING,),
    "failed": (ItemState.FAILED,),
    "waiting": (ItemState.WAITING, ItemState.UNDER_WAY),
}


@dataclass(frozen=True, eq=False)
class _Results(Listing[MassItemRow]):
    """The results of one work may be a million, and are counted again and again while they come in:
    by the index of their states, without looking at the assets. A row's id is its asset's, and
    names it among those of one work only."""

    async def counts(self, connection: AsyncConnection, query: ListQuery) -> ListCounts:
        counted = (
            select(MassItem.state, func.count().label("number"))
            .where(MassItem.work_id == query.work_id)
            .group_by(MassItem.state)
        )
        rows = await connection.execute(counted)
        of_state = {row.state: row.number for row in rows}
        numbers = {
            name: sum(of_state.get(state, 0) for state in states)
            for name, states in _BY_STATE.items()
        }
        numbers["all"] = sum(of_state.values())
        if query.search.strip() or query.filter not in numbers:
            return ListCounts(numbers, await self.found(connection, query))
        return ListCounts(numbers, numbers[query.filter])

    def _in_scope(self, query: ListQuery) -> ColumnElement[bool]:
        return and_(super()._in_scope(query), MassItem.work_id == query.work_id)


def _found_by(text: str) -> ColumnElement[bool]:
    # The licence's words have customer, reseller, order and product.
    said = MassItem.sentence.icontains(text.strip(), autoescape=True)
    return or_(asset_contains_words(text), said)


def _work_found_by(text: str) -> ColumnElement[bool]:
    return or_(
        MassWork.scope.icontains(text.strip(), autoescape=True),
        MassWork.asked_by.icontains(text.strip(), autoescape=True),
    )


WORKS = Listing(
    id=MassWork.id,
    rows=select(*WORK_COLUMNS),
    made=work_row,
    sorts={
        # In this order they were begun, and the ids are sorted already.
        "asked_at": MassWork.id,
        "kind": MassWork.kind,
        "scope": MassWork.scope,
        "state": MassWork.state,
        "total": MassWork.total,
        "failed": MassWork.failed,
        "asked_by": MassWork.asked_by,
        "ended_at": MassWork.ended_at,
    },
    filters={
        "open": MassWork.state.in_((MassState.RUNNING, MassState.PAUSED)),
        "ended": MassWork.state.in_((MassState.DONE, MassState.STOPPED)),
    },
    found_by=_work_found_by,
)

RESULTS = _Results(
    id=MassItem.asset_id,
    rows=ITEM_ROWS,
    made=item_row,
    sorts={
        "asset": MassItem.asset_id,
        "state": MassItem.state,
        "customer": Customer.name,
        "product": Asset.product,
        "order": Order.number,
        "sentence": MassItem.sentence,
        "ended_at": MassItem.ended_at,
    },
    filters={name: MassItem.state.in_(states) for name, states in _BY_STATE.items()},
    found_by=_found_by,
)
