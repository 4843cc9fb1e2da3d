"""Who is meant in an import: by number, by address and name, by name alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from esd_desktop.models.statuses import AccountKind
from esd_desktop.services.browse import account_list
from esd_desktop.services.context import Services
from tests.support.sowing import Sown
from tests.unit.services.importing.exports import Line, account, asset, write_csv
from tests.unit.services.importing.looking import add_connection, imported, refused, told

SEVERAL = "is the name of several accounts; give the account's number or e-mail address as well."
READDRESSED = "is not the same on every line; the account's address is the first one."


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "export.csv"


async def names(services: Services) -> list[tuple[str, str | None, str | None]]:
    return [(row.name, row.reference, row.email) for row in await account_list(services)]


@pytest.mark.parametrize(
    "line",
    [
        account("Müller & Söhne KG", Customer_Number="C-200"),
        account("MÜLLER & SÖHNE KG", Customer_Number="C-200", Email="other@mueller.example"),
        account("Mu\u0308ller & So\u0308hne KG", Email="IT@MUELLER.EXAMPLE"),
        account(" müller  &  söhne kg "),
    ],
    ids=["number", "number and another address", "name and address", "name"],
)
async def test_who_is_here_already(services: Services, sown: Sown, file: Path, line: Line) -> None:
    before = await names(services)
    report = await imported(services, write_csv(file, [line]))
    assert (report.accounts_new, report.accounts_known) == (0, 1)
    assert await names(services) == before


@pytest.mark.parametrize(
    "line",
    [
        account("Müller & Söhne KG", Customer_Number="C-999"),
        account("Müller & Söhne KG", Email="other@mueller.example"),
        account("Müller und Söhne KG"),
    ],
    ids=["another number", "another address", "another name"],
)
async def test_who_is_somebody_else(services: Services, sown: Sown, file: Path, line: Line) -> None:
    report = await imported(services, write_csv(file, [line]))
    assert (report.accounts_new, report.accounts_known) == (1, 0)
    again = await imported(services, file)
    assert (again.accounts_new, again.accounts_known) == (0, 1)


async def test_a_number_with_another_name_is_told(
    services: Services, sown: Sown, file: Path
) -> None:
    before = await names(services)
    line = account("Müller Renamed KG", Customer_Number="C-200")
    report = await imported(services, write_csv(file, [line]))
    assert told(report) == ["Line 2: Customer is known here under another name; it stays as it is."]
    assert await names(services) == before


async def test_a_name_of_several_is_not_guessed(services: Services, file: Path) -> None:
    twins = [account("Zephyr Ltd", Customer_Number=number) for number in ("C-1", "C-2")]
    await imported(services, write_csv(file, twins))
    assert await refused(services, write_csv(file, [account("Zephyr Ltd")])) == [
        f"Line 2: Customer {SEVERAL}"
    ]


@pytest.mark.both_stores
async def test_one_number_is_one_account(services: Services, file: Path) -> None:
    lines = [
        account("Zephyr Ltd", Customer_Number="C-1"),
        account("Zephyr Ltd", Customer_Number="C-1", Email="a@zephyr.example", Country="IE"),
        account("Zephyr Ltd", Customer_Number="C-1", Email="b@zephyr.example"),
    ]
    report = await imported(services, write_csv(file, lines))
    assert await names(services) == [("Zephyr Ltd", "C-1", "a@zephyr.example")]
    assert told(report) == [f"Line 4: Customer E-mail {READDRESSED}"]
    lines.append(account("Zephyr Holding", Customer_Number="C-1"))
    assert await refused(services, write_csv(file, lines)) == [
        "Line 5: Customer has another name on line 3."
    ]


@pytest.mark.parametrize("before", [1, 1_100], ids=["in one batch", "in another batch"])
async def test_what_is_said_later_is_taken_up(services: Services, file: Path, before: int) -> None:
    lines = [account("Zephyr Ltd") for _ in range(before)]
    lines.append(account("Zephyr Ltd", Country="IE", Account_Type="Reseller"))
    await imported(services, write_csv(file, lines))
    (row,) = await account_list(services)
    assert (row.country, row.kind) == ("IE", AccountKind.RESELLER)


async def test_a_customer_of_ours_is_not_billed_for_others(
    services: Services, sown: Sown, file: Path
) -> None:
    line = asset(1, Customer="New Ltd", Customer_Number="C-1", Customer_Email=None)
    line |= {"Billing To": "Zephyr Ltd", "Billing To Number": "C-202"}
    assert await refused(services, write_csv(file, [line])) == [
        "Line 2: Billing To is a customer here, not a reseller."
    ]


async def test_whoever_is_named_again_without_a_reseller_keeps_his(
    services: Services, sown: Sown, file: Path
) -> None:
    line = asset(1, Billing_To=None, Billing_To_Number=None)
    await imported(services, write_csv(file, [line]))
    rows = {row.reference: row for row in await account_list(services)}
    assert rows["C-200"].reseller == "Helios Reselling GmbH"
    assert rows["R-100"].asset_count == 7


@pytest.mark.both_stores
async def test_new_customers_of_a_new_reseller(services: Services, file: Path) -> None:
    await add_connection(services)
    one = {"Customer_Number": "C-1", "Customer_Email": None}
    lines = [
        asset(1, Customer="Alpine", **one),
        asset(2, Customer="Helios Reselling GmbH", Customer_Number="R-100", Customer_Email=None),
    ]
    await imported(services, write_csv(file, lines))
    rows = {row.name: row for row in await account_list(services)}
    assert rows["Alpine"].reseller == "Helios Reselling GmbH"
    assert rows["Helios Reselling GmbH"].kind is AccountKind.RESELLER
    assert rows["Helios Reselling GmbH"].reseller is None
    assert rows["Helios Reselling GmbH"].asset_count == 2
