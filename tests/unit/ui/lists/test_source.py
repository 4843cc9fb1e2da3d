from __future__ import annotations

import pytest

from esd_desktop.models.listing import ListKind, ListQuery
from esd_desktop.services.changes import Changes
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.lists.source import KindSource
from tests.support.window import Run

ONE = frozenset({1})


def test_it_reads_the_list_of_its_kind(run: Run, desk: Desk, offered: list[int]) -> None:
    source = KindSource(desk, ListKind.OFFERINGS)
    query = ListQuery(sort="name", descending=False)

    async def scenario() -> None:
        assert (await source.counts(query)).found == len(offered)
        assert [row.id for row in await source.page(query, 1, 2)] == offered[1:3]
        assert [row.id for row in await source.rows(offered[:1])] == offered[:1]
        assert await source.position(query, offered[4]) == 4
        assert await source.position(query, 0) is None

    run(scenario())


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        (ListKind.ORDERS, Changes(orders=ONE)),
        (ListKind.INVOICES, Changes(invoices=ONE)),
        (ListKind.REQUESTS, Changes(requests=ONE)),
        (ListKind.MAILS, Changes(mails=ONE)),
        (ListKind.OFFERINGS, Changes(offerings=ONE)),
        (ListKind.WORKS, Changes(works=ONE)),
    ],
)
def test_a_kind_is_touched_by_its_own_records_alone(
    desk: Desk, kind: ListKind, changes: Changes
) -> None:
    for other in ListKind:
        touched = KindSource(desk, other).touched(changes)
        assert touched == (ONE if other is kind else frozenset())


@pytest.mark.parametrize("kind", ListKind)
def test_whatever_names_something_makes_a_list_be_read_again(desk: Desk, kind: ListKind) -> None:
    source = KindSource(desk, kind)
    assert source.rereads(Changes(accounts=ONE))
    assert source.rereads(Changes(everything=True))
    assert not source.rereads(Changes(settings=True))
    # A licence's step shows wherever it stands; no product changes by it, and no work that has a
    # result for it already.
    stays = (ListKind.OFFERINGS, ListKind.WORKS, ListKind.RESULTS)
    assert source.rereads(Changes(assets=ONE)) == (kind not in stays)


def test_nothing_yet_and_nothing_found(run: Run, desk: Desk, offered: list[int]) -> None:
    source = KindSource(desk, ListKind.OFFERINGS)

    async def scenario() -> None:
        hidden = ListQuery(search="zzz")
        assert not source.nothing_yet(hidden, await source.counts(hidden))
        elsewhere = ListQuery(connection_id=0)
        assert source.nothing_yet(elsewhere, await source.counts(elsewhere))

    run(scenario())
