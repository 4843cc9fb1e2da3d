"""Exporting assets: as shown, masked or in full, complete or not at all."""

from __future__ import annotations

import asyncio
import csv
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook

from esd_desktop.errors import EsdError, InvalidInput, Refused
from esd_desktop.models.account import Account
from esd_desktop.models.asset_rows import AssetChoice
from esd_desktop.models.rows import AssetQuery, AssetSort
from esd_desktop.models.store.asset_rows import asset_line
from esd_desktop.models.values import Money
from esd_desktop.services.browse import asset_history, asset_page, latest_history
from esd_desktop.services.context import Services
from esd_desktop.services.export_assets import export_assets
from esd_desktop.services.exporting import xlsx_file
from esd_desktop.services.shared_settings import change_settings
from tests.support.sowing import Sown, sow

EVERYTHING = AssetChoice(AssetQuery())


def read_csv(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def read_xlsx(path: Path) -> list[list[object]]:
    book = load_workbook(path)
    return [[cell.value for cell in row] for sheet in book.worksheets for row in sheet.iter_rows()]


def raw(path: Path) -> bytes:
    """Everything in the file, unpacked where it is a workbook."""
    if path.suffix == ".csv":
        return path.read_bytes()
    with zipfile.ZipFile(path) as parts:
        return b"".join(parts.read(name) for name in parts.namelist())


def left_behind(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir() if one.name != "home")


@pytest.fixture
def columns() -> Sequence[str]:
    return ("customer", "token", "purchase_date", "price", "quantity", "activation_date")


@pytest.mark.both_stores
async def test_a_csv_file_has_what_the_list_shows(
    services: Services, sown: Sown, tmp_path: Path, columns: Sequence[str]
) -> None:
    query = AssetQuery(sort=AssetSort.CUSTOMER, descending=False)
    outcome = await export_assets(services, AssetChoice(query), columns, tmp_path / "list.csv")
    heading, *lines = read_csv(tmp_path / "list.csv")
    assert heading == [
        *("Customer", "Token", "Purchase Date", "Price", "Price Currency", "Quantity"),
        "Activation Date",
    ]
    shown = await asset_page(services, query, 0, 100)
    assert [line[0] for line in lines] == [row.customer for row in shown]
    assert [line[1] for line in lines] == [row.masked_key or "" for row in shown]
    assert [line[3] for line in lines] == [str(row.price.amount) for row in shown]
    assert {line[4] for line in lines} == {"EUR"}
    local = [row.purchase_date.astimezone().strftime("%Y-%m-%d %H:%M:%S") for row in shown]
    assert [line[2] for line in lines] == local
    assert outcome.sentence == "6 assets are in list.csv, their keys masked."
    assert left_behind(tmp_path) == ["list.csv"]


async def test_a_workbook_has_dates_and_numbers(
    services: Services, sown: Sown, tmp_path: Path, columns: Sequence[str]
) -> None:
    await export_assets(services, EVERYTHING, columns, tmp_path / "list.xlsx")
    heading, *lines = read_xlsx(tmp_path / "list.xlsx")
    shown = await asset_page(services, EVERYTHING.query, 0, 100)
    assert heading[0] == "Customer"
    assert len(lines) == len(shown)
    for line, row in zip(lines, shown, strict=True):
        assert line[0] == row.customer
        assert isinstance(line[2], datetime)
        assert line[3] == float(row.price.amount)
        assert line[5] == row.quantity


async def test_filter_search_and_choice_cut_it_down(
    services: Services, sown: Sown, tmp_path: Path
) -> None:
    cancelled = AssetChoice(AssetQuery(status="cancelled"))
    await export_assets(services, cancelled, ("status",), tmp_path / "a.csv")
    assert read_csv(tmp_path / "a.csv") == [["Status"], ["Cancelled"]]
    two = AssetChoice(AssetQuery(), (sown.activated, sown.redeemed))
    await export_assets(services, two, ("token_status",), tmp_path / "b.csv")
    assert sorted(read_csv(tmp_path / "b.csv")[1:]) == [["Activated"], ["Redeemed"]]
    found = AssetChoice(AssetQuery(search="aegean"))
    await export_assets(services, found, ("customer",), tmp_path / "c.csv")
    assert {line[0] for line in read_csv(tmp_path / "c.csv")[1:]} == {"Aegean Shipping SA"}


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx"])
async def test_no_key_is_in_the_file_unless_it_is_asked_for(
    services: Services, sown: Sown, tmp_path: Path, name: str
) -> None:
    await export_assets(services, EVERYTHING, (), tmp_path / name)
    assert sown.key.encode() not in raw(tmp_path / name)
    assert sown.key[:17].encode() not in raw(tmp_path / name)
    assert sown.key[-5:].encode() in raw(tmp_path / name)


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx"])
async def test_keys_in_full_are_noted_with_each_asset_first(
    services: Services, sown: Sown, tmp_path: Path, name: str
) -> None:
    noted: list[bool] = []

    def look(done: int, total: int) -> None:
        noted.append(not (tmp_path / name).exists())

    await export_assets(services, EVERYTHING, (), tmp_path / name, keys=True, progress=look)
    assert sown.key.encode() in raw(tmp_path / name)
    (last, *_) = await asset_history(services, sown.activated)
    assert (last.action, last.sentence) == (
        "export_key",
        f"The licence key was exported to {name}.",
    )
    assert not any(row.action == "export_key" for row in await asset_history(services, sown.failed))
    (of_list,) = [row for row in await latest_history(services) if row.action == "export"]
    assert of_list.sentence == f"6 assets are exported to {name}, with the keys in full."
    assert noted == [True]


async def test_keys_in_full_are_in_the_file_whatever_columns_are_shown(
    services: Services, sown: Sown, tmp_path: Path
) -> None:
    """It is noted with each asset that its key left: so it has to be there."""
    only = AssetChoice(AssetQuery(), (sown.activated,))
    outcome = await export_assets(services, only, ("product",), tmp_path / "a.csv", keys=True)
    heading, line = read_csv(tmp_path / "a.csv")
    assert (heading[-1], line[-1]) == ("Token", sown.key)
    assert outcome.sentence == "1 asset is in a.csv, with its key."


async def test_where_keys_may_not_be_seen_none_is_exported(
    services: Services, sown: Sown, tmp_path: Path
) -> None:
    await change_settings(services, {"keys.reveal": "no"})
    with pytest.raises(Refused, match="none is exported"):
        await export_assets(services, EVERYTHING, (), tmp_path / "list.csv", keys=True)
    assert left_behind(tmp_path) == []
    assert not any(row.action == "export" for row in await latest_history(services))


@pytest.mark.parametrize("words", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "＝1+1"])
async def test_a_name_that_looks_like_a_formula_is_none(
    services: Services, sown: Sown, tmp_path: Path, words: str
) -> None:
    async with services.store.change() as work:
        account = await work.session.get(Account, sown.customer)
        assert account is not None
        account.name = words
        await work.commit()
    for name in ("list.csv", "list.xlsx"):
        await export_assets(services, EVERYTHING, ("customer",), tmp_path / name)
    assert [f"'{words}"] in read_csv(tmp_path / "list.csv")
    book = load_workbook(tmp_path / "list.xlsx")
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    assert any(cell.value == words for cell in cells)
    assert {cell.data_type for cell in cells} == {"s"}


async def test_a_list_longer_than_a_sheet_goes_on_on_the_next(
    services: Services, sown: Sown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = xlsx_file.XlsxWriter
    monkeypatch.setattr(
        xlsx_file, "XlsxWriter", lambda file, folder: made(file, folder, most_rows=5)
    )
    await export_assets(services, EVERYTHING, ("customer",), tmp_path / "list.xlsx")
    book = load_workbook(tmp_path / "list.xlsx")
    assert [sheet.max_row for sheet in book.worksheets] == [5, 3]
    assert {sheet.cell(1, 1).value for sheet in book.worksheets} == {"Customer"}


async def test_a_file_that_is_there_is_replaced_only_when_told(
    services: Services, sown: Sown, tmp_path: Path
) -> None:
    path = tmp_path / "list.csv"
    path.write_text("mine")
    with pytest.raises(Refused, match="there already"):
        await export_assets(services, EVERYTHING, (), path)
    assert path.read_text() == "mine"
    await export_assets(services, EVERYTHING, (), path, replace_file=True)
    assert read_csv(path)[0][0] == "Customer"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("list.pdf", "neither a workbook"),
        ("list", "neither a workbook"),
        ("nowhere/list.csv", "no folder"),
        ("folder.csv", "is a folder"),
    ],
)
async def test_a_place_that_cannot_be(
    services: Services, sown: Sown, tmp_path: Path, name: str, said: str
) -> None:
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(InvalidInput, match=said):
        await export_assets(services, EVERYTHING, (), tmp_path / name)


async def test_a_column_that_is_none(services: Services, sown: Sown, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no column 'colour'"):
        await export_assets(services, EVERYTHING, ("colour",), tmp_path / "list.csv")


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx"])
async def test_given_up_nothing_is_left(services: Services, tmp_path: Path, name: str) -> None:
    await sow(services, more=1_500)
    (tmp_path / name).write_text("mine")
    begun = asyncio.Event()
    work = asyncio.ensure_future(
        export_assets(
            services,
            EVERYTHING,
            (),
            tmp_path / name,
            replace_file=True,
            progress=lambda done, total: begun.set(),
        )
    )
    await begun.wait()
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert (tmp_path / name).read_text() == "mine"
    assert left_behind(tmp_path) == [name]


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx"])
async def test_a_full_disk_is_a_sentence_and_leaves_nothing(
    services: Services, sown: Sown, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from esd_desktop.services.exporting.table_file import StoppableFile

    def full(self: StoppableFile, data: bytes) -> int:
        if self.stopped:
            return len(data)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(StoppableFile, "write", full)
    with pytest.raises(EsdError, match=f"{name} could not be written: no space left on device"):
        await export_assets(services, EVERYTHING, (), tmp_path / name)
    assert left_behind(tmp_path) == []


async def test_progress_is_told_of_all(services: Services, tmp_path: Path) -> None:
    await sow(services, more=1_200)
    told: list[tuple[int, int]] = []
    await export_assets(
        services,
        EVERYTHING,
        ("customer",),
        tmp_path / "list.csv",
        progress=lambda done, total: told.append((done, total)),
    )
    assert told
    assert {total for _, total in told} == {1_206}
    assert told == sorted(told)


def test_a_line_on_its_way_into_a_file_keeps_its_key_to_itself() -> None:
    at = "2026-01-31 12:00:00.000000"
    stored = (7, "t", "Alps", "Alps", "Office", "EP2", "SO-1", at, 1, "licence", 2_190_000, "EUR")
    line = asset_line((*stored, None, "Active", "Synchronized", None, "NONE", "ABCDE", None))
    assert (line.key, line.price) == ("•••••-ABCDE", Money(Decimal("219.00"), "EUR"))
    assert line.purchase_date == datetime(2026, 1, 31, 12, tzinfo=UTC)
    assert "ABCDE" not in repr(line)
