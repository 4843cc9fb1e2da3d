"""Exporting the simple lists: each with the columns that the window shows of it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from esd_desktop.errors import InvalidInput
from esd_desktop.models.listing import ListKind, ListQuery
from esd_desktop.services.browse import latest_history
from esd_desktop.services.context import Services
from esd_desktop.services.export_list import export_list
from esd_desktop.services.exporting.columns import LISTS
from esd_desktop.services.lists import list_counts, list_page
from tests.support.sowing import Sown


def read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize("kind", sorted(ListKind))
@pytest.mark.parametrize("name", ["list.csv", "list.xlsx"])
async def test_every_list_can_be_exported(
    services: Services, sown: Sown, tmp_path: Path, kind: ListKind, name: str
) -> None:
    found = (await list_counts(services, kind, ListQuery())).found
    outcome = await export_list(services, kind, ListQuery(), (), tmp_path / name)
    rows = "row is" if found == 1 else "rows are"
    assert outcome.sentence == f"{found:,} {rows} in {name}."
    if name.endswith("csv"):
        heading, *lines = read(tmp_path / name)
        assert len(lines) == found
        assert len(heading) >= len(LISTS[kind])


async def test_invoices_come_in_the_order_and_columns_that_are_shown(
    services: Services, sown: Sown, tmp_path: Path
) -> None:
    query = ListQuery(sort="number", descending=False, search="aegean")
    columns = ("number", "net", "account")
    await export_list(services, ListKind.INVOICES, query, columns, tmp_path / "list.csv")
    heading, *lines = read(tmp_path / "list.csv")
    shown = await list_page(services, ListKind.INVOICES, query, 0, 100)
    assert heading == ["Number", "Net", "Net Currency", "Billed To"]
    assert lines == [
        [row.number, str(row.net.amount), row.net.currency, row.account] for row in shown
    ]


async def test_it_is_noted_that_a_list_left(services: Services, sown: Sown, tmp_path: Path) -> None:
    await export_list(services, ListKind.ORDERS, ListQuery(), (), tmp_path / "orders.csv")
    (row, *_) = await latest_history(services)
    assert row.action == "export"
    assert row.sentence.startswith("The list of orders is exported to orders.csv")


async def test_a_filter_or_column_that_is_none(
    services: Services, sown: Sown, tmp_path: Path
) -> None:
    query = ListQuery(filter="colour")
    with pytest.raises(InvalidInput, match="no filter"):
        await export_list(services, ListKind.MAILS, query, (), tmp_path / "list.csv")
    with pytest.raises(InvalidInput, match="no column"):
        await export_list(services, ListKind.MAILS, ListQuery(), ("colour",), tmp_path / "list.csv")
    assert not (tmp_path / "list.csv").exists()
