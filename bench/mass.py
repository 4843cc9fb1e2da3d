"""Many at once: a status refresh against what the service allows and against a bare HTTP loop, its
writes against single and raw ones, and the window's stillness meanwhile."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import ssl
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import httpx2 as httpx

from bench.apart import apart
from bench.connected import LATENCY_S, Connected, connected
from bench.place import Measure, Place
from bench.services import opened
from bench.table import Goal, Row, absolute, at_least, at_most, ratio_of
from bench.timing import Times, spread
from esd_desktop.models.asset import judged
from esd_desktop.models.asset_rows import AssetChoice
from esd_desktop.models.licence import LicenceAnswer
from esd_desktop.models.mass_rows import MassKind
from esd_desktop.models.rows import AssetQuery
from esd_desktop.models.statuses import ReturnStatus, TokenStatus
from esd_desktop.models.store import assets, mass_status
from esd_desktop.models.store.audit_hash import register_hash
from esd_desktop.models.store.mass_status import AssetRecord
from esd_desktop.models.values import ProductKey, new_id
from esd_desktop.services import mass_work
from esd_desktop.services.browse import asset_page
from esd_desktop.services.context import Services
from esd_desktop.services.mass_answers import told, write_down
from esd_desktop.services.mass_holding import MassRun
from esd_desktop.services.mass_run import run_work, taken
from esd_desktop.services.update_status import take_in

_IN_FLIGHT = 64
_REFRESHED = 20_000
_GROUP = 200
_WRITTEN = 4_000
_SINGLY = 200
_STALL_S = 10.0
_REDEEMED_AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def refresh(place: Place) -> Iterator[Row]:
    """Twenty thousand licences, each asked about, and committed with its audit row."""
    if not place.is_file:
        yield _grouped_against_single(place, place.few, at_least(20))
        return
    with connected(place, min(_REFRESHED, place.size)) as there:
        turns = [(_bare(there), _refreshed(there)) for _ in range(max(1, place.few // 2))]
    bare = spread([bare for bare, _ in turns])
    ours = spread([ours for _, ours in turns])
    ratios = spread([ours / bare for bare, ours in turns])
    allowed = _IN_FLIGHT / LATENCY_S
    count = f"{len(there.ids):,} assets, {_IN_FLIGHT} in flight, 20 ms"
    yield ratio_of(
        "refresh",
        count,
        (ours.median, _rate(ours)),
        (allowed, f"{allowed:,.0f}/s in flight / latency"),
        at_least(0.70),
    )
    yield ratio_of(
        "refresh",
        count,
        (ratios.median, _rate(ours)),
        (1.0, f"{_rate(bare)} bare httpx2 loop"),
        at_least(0.85),
    )


def writes(place: Place) -> Iterator[Row]:
    """Records, audit rows and results in groups."""
    with place.copy() as copied:
        yield _grouped_against_single(copied, place.few, at_least(10))
    with place.copy() as copied:
        pairs = [
            (_grouped_rate(copied, _WRITTEN), _raw_rate(copied.file, _WRITTEN))
            for _ in range(place.few)
        ]
    ratios = spread([ours / raw for ours, raw in pairs])
    yield ratio_of(
        "writes",
        f"groups of {_GROUP}, with results",
        (ratios.median, _rate(spread([ours for ours, _ in pairs]))),
        (1.0, f"{_rate(spread([raw for _, raw in pairs]))} raw executemany, without"),
        at_least(0.3),
    )


def stall(place: Place) -> Iterator[Row]:
    """The window meanwhile; it scrolls during the refresh."""
    seconds = _STALL_S if place.few > 1 else 0.3
    with (
        connected(place, min(_REFRESHED * 2, place.size)) as there,
        ThreadPoolExecutor(1) as beside,
    ):
        idle = beside.submit(apart, "bench.stalled:idle_gaps", 5 * seconds + 5)
        measured = apart("bench.stalled:gaps", str(there.store), len(there.ids), seconds)
        bystander = _in_ms(idle.result())
    machine = f"{_worst(bystander)} of an idle program"
    for when, found in measured.items():
        own, whole = _in_ms(found["own"]), _in_ms(found["whole"])
        others = f"{_worst(whole)} with what others took; {machine}"
        over = 100 * sum(gap > 16 for gap in own.values) / len(own.values)
        yield absolute("stall", f"p99 {when}", own.at(0.99), at_most(16, " ms"), others)
        yield absolute("stall", f"longest {when}", own.most, at_most(33, " ms"))
        yield absolute("stall", f"over 16 ms {when}", over, at_most(1, " %"))


def _in_ms(seconds: Sequence[float]) -> Times:
    return spread([1000 * each for each in seconds])


def _worst(gaps: Times) -> str:
    return f"{gaps.at(0.99):.3g} / {gaps.most:.3g} ms"


def _rate(times: Times) -> str:
    return f"{times.median:,.0f}/s"


def _refreshed(there: Connected) -> float:
    """Assets a second, from laying the work down to its end."""

    async def run() -> float:
        async with opened(there.store) as services:
            choice = AssetChoice(AssetQuery(), tuple(there.ids))
            begun = await mass_work.begin(services, MassKind.UPDATE_STATUS, choice)
            since = time.perf_counter()
            await run_work(services, begun.id, lambda _: None)
            taken = time.perf_counter() - since
            row = await mass_work.work(services, begun.id)
            assert row.done + row.unchanged == row.total, row
            return row.total / taken

    return asyncio.run(run())


def _bare(there: Connected) -> float:
    """Calls a second of the HTTP library alone."""

    async def run() -> float:
        context = ssl.create_default_context(cafile=there.ca_file)
        limits = httpx.Limits(max_connections=_IN_FLIGHT, max_keepalive_connections=_IN_FLIGHT)
        headers = {"Authorization": f"Bearer {'x' * 800}"}
        urls = iter(there.urls)
        async with httpx.AsyncClient(verify=context, limits=limits) as client:

            async def call() -> None:
                for url in urls:
                    answer = await client.get(url, headers=headers)
                    json.loads(answer.content)

            since = time.perf_counter()
            await asyncio.gather(*(call() for _ in range(_IN_FLIGHT)))
            return len(there.urls) / (time.perf_counter() - since)

    return asyncio.run(run())


def _grouped_against_single(place: Place, rounds: int, goal: Goal) -> Row:
    pairs = [
        (_grouped_rate(place, _WRITTEN), asyncio.run(_single_rate(place, _SINGLY)))
        for _ in range(rounds)
    ]
    ratios = spread([ours / single for ours, single in pairs])
    return ratio_of(
        "writes" if place.is_file else "refresh",
        f"groups of {_GROUP}, with audit",
        (ratios.median, _rate(spread([ours for ours, _ in pairs]))),
        (1.0, f"{_rate(spread([single for _, single in pairs]))} one transaction each"),
        goal,
    )


def _grouped_rate(place: Place, count: int) -> float:
    return asyncio.run(_grouped(place, count))


async def _grouped(place: Place, count: int) -> float:
    async with opened(place.address) as services:
        records = await _records(services, count)
        choice = AssetChoice(AssetQuery(), tuple(record.id for record in records))
        begun = await mass_work.begin(services, MassKind.UPDATE_STATUS, choice)
        assert await taken(services, begun.id)
        run = MassRun(services, await mass_work.work(services, begun.id), lambda _: None)
        answers = [
            told(record, licence, judged(record, licence), new_id())
            for record in records
            for licence in [_licence(record)]
        ]
        since = time.perf_counter()
        for first in range(0, len(answers), _GROUP):
            assert not await write_down(run, answers[first : first + _GROUP])
        spent = time.perf_counter() - since
        await mass_work.stop(services, begun.id)
        return len(answers) / spent


async def _single_rate(place: Place, count: int) -> float:
    """As the status of single assets is updated."""
    async with opened(place.address) as services:
        records = await _records(services, count)
        since = time.perf_counter()
        for record in records:
            async with services.store.change() as work:
                asset = await assets.for_change(work, record.id)
                await take_in(services, work, asset, _licence(record), new_id())
                await work.commit()
        return len(records) / (time.perf_counter() - since)


async def _records(services: Services, count: int) -> Sequence[AssetRecord]:
    rows = await asset_page(services, AssetQuery(status="active"), 0, 2 * count)
    async with services.store.read() as connection:
        found = await mass_status.records(connection, [row.id for row in rows])
    return [each for each in found if each.token_status is not None][:count]


def _licence(record: AssetRecord) -> LicenceAnswer:
    """What Microsoft says of it: nothing new, besides that every tenth was redeemed."""
    status = record.token_status or TokenStatus.ACTIVATED
    if status is TokenStatus.ACTIVATED and record.id % 10 == 0:
        status = TokenStatus.REDEEMED
    is_returned = status is TokenStatus.RETURN_ACCEPTED
    redeemed_at = record.activation_date or _REDEEMED_AT
    return LicenceAnswer(
        client_transaction_id=record.client_transaction_id,
        sku="EP2-06606",
        product_key=ProductKey(f"DEMOX-BCDFG-HJKMP-QRTVW-{record.key_last_five}"),
        activation_link=None,
        token_status=status,
        return_status=ReturnStatus.SUCCESS if is_returned else ReturnStatus.NONE,
        activation_date=redeemed_at if status is TokenStatus.REDEEMED else None,
        issued_at=_REDEEMED_AT,
    )


def _raw_rate(file: Path, count: int) -> float:
    """Records and audit rows alone, by the bare driver, in the same groups."""
    now = "2026-03-04 05:06:07.000000"
    with closing(sqlite3.connect(file, isolation_level=None)) as store:
        register_hash(store)
        store.execute("PRAGMA synchronous = FULL")
        store.execute("PRAGMA secure_delete = ON")
        rows = store.execute(
            "SELECT id, customer_id, token_status, activation_date, return_status, return_refusal "
            "FROM assets WHERE token_status IS NOT NULL AND deleted_at IS NULL LIMIT ?",
            (count,),
        ).fetchall()
        since = time.perf_counter()
        for first in range(0, len(rows), _GROUP):
            some = rows[first : first + _GROUP]
            store.execute("BEGIN IMMEDIATE")
            store.executemany(
                "UPDATE assets SET version = version + 1, checked_at = ?, token_status = ?, "
                "activation_date = ?, return_status = ?, return_refusal = ? WHERE id = ?",
                [(now, *changed, asset) for asset, _, *changed in some],
            )
            store.executemany(
                "INSERT INTO audit (at, operator, action, sentence, asset_id, account_id, changes, "
                "correlation_id) VALUES (?, 'anna', 'update_status', 'No change.', ?, ?, '{}', ?)",
                [(now, asset, customer, new_id()) for asset, customer, *_ in some],
            )
            store.execute("COMMIT")
        return len(rows) / (time.perf_counter() - since)


MEASURES: dict[str, Measure] = {"refresh": refresh, "stall": stall, "writes": writes}
