"""What disagrees: one line an asset, under its most urgent kind, and gone when it is settled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from esd_desktop.errors import NotFound
from esd_desktop.models.asset import Asset
from esd_desktop.models.discrepancy_rows import DiscrepancyKind, DiscrepancyRow, Remedy
from esd_desktop.models.listing import ListKind, ListQuery
from esd_desktop.models.operation import Operation
from esd_desktop.models.rows import AssetCounts, AssetQuery, AssetView
from esd_desktop.models.statuses import (
    AssetStatus,
    OperationKind,
    OperationState,
    ReturnStatus,
    TokenStatus,
)
from esd_desktop.models.store import assets
from esd_desktop.models.values import new_id, utc_now
from esd_desktop.services.browse import asset_counts, discrepancy
from esd_desktop.services.context import Services
from esd_desktop.services.lists import list_counts, list_page, list_position, list_rows
from esd_desktop.services.settle_discrepancy import settle_discrepancy
from tests.support.sowing import Sown

ALL = ListQuery()


async def listed(services: Services, query: ListQuery = ALL) -> dict[int, DiscrepancyRow]:
    rows = await list_page(services, ListKind.DISCREPANCIES, query, 0, 100)
    return {row.id: row for row in rows}


async def make(services: Services, asset_id: int, change: Callable[[Asset], None]) -> None:
    async with services.store.change() as work:
        change(await assets.for_change(work, asset_id))
        await work.commit()


async def call(
    services: Services, asset_id: int, state: OperationState, *, minutes_ago: float = 0
) -> None:
    """Microsoft was asked to take the licence back."""
    async with services.store.change() as work:
        work.add(
            Operation(
                kind=OperationKind.RETURN,
                asset_id=asset_id,
                request_id=new_id(),
                correlation_id=new_id(),
                state=state,
                detail="The line dropped.",
                started_by="anna",
                started_at=utc_now() - timedelta(minutes=minutes_ago),
            )
        )
        await work.commit()


def returned(asset: Asset) -> None:
    asset.token_status, asset.return_status = TokenStatus.RETURN_ACCEPTED, ReturnStatus.SUCCESS


def cancelled(asset: Asset) -> None:
    asset.status = AssetStatus.CANCELLED


def undated(asset: Asset) -> None:
    asset.token_status, asset.activation_date = TokenStatus.REDEEMED, None


@pytest.mark.parametrize(
    ("change", "kind", "first"),
    [
        (returned, DiscrepancyKind.RETURNED, Remedy.CANCEL),
        (cancelled, DiscrepancyKind.NOT_RETURNED, Remedy.RETURN_AGAIN),
        (undated, DiscrepancyKind.UNDATED, Remedy.UPDATE_STATUS),
    ],
)
async def test_a_record_at_odds_with_itself(
    services: Services,
    sown: Sown,
    change: Callable[[Asset], None],
    kind: DiscrepancyKind,
    first: Remedy,
) -> None:
    assert sown.activated not in await listed(services)
    await make(services, sown.activated, change)
    row = (await listed(services))[sown.activated]
    assert (row.kind, row.remedies[0]) == (kind, first)
    assert row.detail.endswith(".")
    assert (await listed(services, ListQuery(filter=kind.value))).keys() == {sown.activated}


async def test_what_has_no_token_a_day_after_the_order(services: Services, sown: Sown) -> None:
    rows = await listed(services)
    assert rows[sown.failed].kind is DiscrepancyKind.FAILED
    assert rows[sown.failed].detail.startswith("Microsoft does not sell")
    assert rows[sown.unsynchronised].kind is DiscrepancyKind.UNANSWERED

    def ordered_just_now(asset: Asset) -> None:
        asset.purchase_date = utc_now() - timedelta(hours=23)

    for asset_id in (sown.failed, sown.unsynchronised):
        await make(services, asset_id, ordered_just_now)
    assert (await listed(services)).keys() == {sown.odd}


async def test_a_failed_one_that_was_cancelled_disagrees_with_nothing(
    services: Services, sown: Sown
) -> None:
    await make(services, sown.failed, cancelled)
    assert sown.failed not in await listed(services)


async def test_a_lost_answer_comes_before_all_else(services: Services, sown: Sown) -> None:
    await call(services, sown.odd, OperationState.IN_DOUBT)
    rows = list((await listed(services)).values())
    assert (rows[0].id, rows[0].kind) == (sown.odd, DiscrepancyKind.IN_DOUBT)
    assert rows[0].detail == "Microsoft’s answer to the return was lost. The line dropped."
    assert rows[0].remedies == (Remedy.SETTLE_DOUBT,)
    assert [row.id for row in rows].count(sown.odd) == 1


async def test_a_call_is_lost_when_nobody_can_be_waiting_for_it(
    services: Services, sown: Sown
) -> None:
    await call(services, sown.activated, OperationState.STARTED, minutes_ago=4)
    await call(services, sown.redeemed, OperationState.STARTED, minutes_ago=6)
    in_doubt = await listed(services, ListQuery(filter="in-doubt"))
    assert in_doubt.keys() == {sown.redeemed}


async def test_what_is_sound_settled_or_deleted_is_not_listed(
    services: Services, sown: Sown
) -> None:
    await call(services, sown.activated, OperationState.DONE)
    await make(services, sown.deleted, cancelled)
    assert (await listed(services)).keys() == {sown.odd, sown.failed, sown.unsynchronised}
    with pytest.raises(NotFound, match="Nothing disagrees"):
        await discrepancy(services, sown.activated)


@pytest.mark.both_stores
async def test_groups_counts_and_positions_agree_with_the_list(
    services: Services, sown: Sown
) -> None:
    await make(services, sown.activated, returned)
    await call(services, sown.redeemed, OperationState.IN_DOUBT)
    whole = list(await listed(services))
    counts = await list_counts(services, ListKind.DISCREPANCIES, ALL)
    assert counts.found == counts.by_filter["all"] == len(whole) == 5
    assert sum(counts.by_filter[kind.value] for kind in DiscrepancyKind) == 5
    groups = {name: counts.by_filter[name] for name in ("microsoft", "record", "provisioning")}
    assert groups == {"microsoft": 2, "record": 1, "provisioning": 2}
    for place, asset_id in enumerate(whole):
        found = await list_position(services, ListKind.DISCREPANCIES, ALL, asset_id)
        assert found == place
    rows = await list_rows(services, ListKind.DISCREPANCIES, [sown.activated, sown.cancelled])
    assert [row.id for row in rows] == [sown.activated]


@pytest.mark.both_stores
async def test_what_is_counted_for_the_view_is_what_is_listed(
    services: Services, sown: Sown
) -> None:
    """Of the view it is counted by indexes alone what has no token, and nothing is looked at."""

    async def counted() -> AssetCounts:
        return await asset_counts(services, AssetQuery(view=AssetView.DISCREPANCIES))

    def ordered_just_now(asset: Asset) -> None:
        asset.purchase_date = utc_now() - timedelta(hours=23)

    async def agrees() -> int:
        rows, counts = await listed(services), await counted()
        assert counts.all == len(rows)
        assert counts.active == sum(row.status is AssetStatus.ACTIVE for row in rows.values())
        return counts.all

    assert await agrees() == 3
    # One that is without a token, and for another reason on the list as well.
    await call(services, sown.failed, OperationState.IN_DOUBT)
    await make(services, sown.activated, cancelled)
    assert await agrees() == 4
    await make(services, sown.unsynchronised, ordered_just_now)
    assert await agrees() == 3
    await make(services, sown.failed, ordered_just_now)
    assert await agrees() == 3
    await make(services, sown.failed, cancelled)
    assert await agrees() == 3


@pytest.mark.both_stores
async def test_what_may_stay_without_a_token_is_not_counted(services: Services, sown: Sown) -> None:
    await settle_discrepancy(services, sown.failed, "The customer has another one.")
    assert sown.failed not in await listed(services)
    counts = await asset_counts(services, AssetQuery(view=AssetView.DISCREPANCIES))
    assert counts.all == len(await listed(services)) == 2


async def test_a_list_is_of_an_account_and_found_by_words(services: Services, sown: Sown) -> None:
    assert await listed(services, ListQuery(account_id=sown.customer)) == {}
    assert len(await listed(services, ListQuery(account_id=sown.reseller))) == 3
    assert (await listed(services, ListQuery(search="SO-00004"))).keys() == {sown.failed}


@pytest.mark.parametrize("sort", ["since", "customer", "billing_to", "product", "order", "status"])
async def test_each_sort_shows_the_same_rows(services: Services, sown: Sown, sort: str) -> None:
    up = await listed(services, ListQuery(sort=sort, descending=False))
    down = await listed(services, replace(ALL, sort=sort))
    assert up.keys() == down.keys()


@pytest.mark.on_a_file
async def test_candidates_come_from_indexes(services: Services, sown: Sown) -> None:
    """A million sound assets must not be looked through."""
    from sqlalchemy.dialects import sqlite

    from esd_desktop.models.store.discrepancies import LISTING, listed_statuses

    async def plan(statement: Any) -> list[str]:
        said = {"literal_binds": True, "render_postcompile": True}
        asked = statement.compile(dialect=sqlite.dialect(), compile_kwargs=said)
        async with services.store.read() as connection:
            steps = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}")
            return [row.detail for row in steps]

    for statement in (LISTING.rows, listed_statuses()):
        steps = await plan(statement)
        assert any("ix_assets_at_odds" in step for step in steps)
        assert not [step for step in steps if "SCAN assets" in step and "INDEX" not in step]
    assert any("COVERING INDEX ix_assets_provisioning" in step for step in steps)
