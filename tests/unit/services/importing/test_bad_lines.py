"""Each way in which a line can be wrong: the line's number, the column and the reason are told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from esd_desktop.services.context import Services
from esd_desktop.services.import_assets import import_assets
from tests.unit.services.importing.exports import (
    Line,
    account,
    asset,
    cancelled,
    key,
    link,
    redeemed,
    tokenless,
    transaction,
    write_csv,
    write_xlsx,
)
from tests.unit.services.importing.looking import add_connection, details, imported, refused, told


@pytest.fixture
async def connection_id(services: Services) -> int:
    return await add_connection(services)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (asset(1, Customer=None), "Customer is missing"),
        (asset(1, Customer="x" * 201), "Customer is longer than 200 characters"),
        (asset(1, Customer_Email="it at home"), "Customer E-mail “it at home” is not an e-mail"),
        (asset(1, Customer_Country="Germany"), "Customer Country “GERMANY” is not a country code"),
        (asset(1, Billing_To=None), "Billing To is missing although its number or e-mail is given"),
        (asset(1, Order=None), "Order is missing"),
        (asset(1, Order="x" * 65), "Order is longer than 64 characters"),
        (asset(1, Purchase_Date=None), "Purchase Date is missing"),
        (asset(1, Purchase_Date="yesterday"), "Purchase Date “yesterday” is not a date such as"),
        (asset(1, Purchase_Date="2026-02-30"), "Purchase Date “2026-02-30” is not a date such as"),
        (asset(1, Purchase_Date="0206-03-05"), "Purchase Date the year 206 cannot be right"),
        (asset(1, Product=None, SKU=None), "Product is missing, and so is the SKU"),
        (asset(1, Quantity="1.5"), "Quantity “1.5” is not a whole number"),
        (asset(1, Quantity="0"), "Quantity is 0; it must be from 1 to 10,000"),
        (asset(1, Price=None), "Price is missing"),
        (asset(1, Price="-5.00"), "Price is negative"),
        (
            asset(1, Price="1,249"),
            "Price “1,249” can mean 1249 or 1.249; write it with two decimals",
        ),
        (asset(1, Price="1.00005"), "Price has more than four decimal places"),
        (asset(1, Price="9" * 13), "Price is too large"),
        (
            asset(1, Price="9" * 12, Quantity="9999"),
            "Price reckoned with the quantity is too large",
        ),
        (asset(1, Currency=None), "Currency is missing"),
        (asset(1, Currency="Euro"), "Currency “EURO” is not a currency code such as EUR"),
        (asset(1, Price="£249.00"), "Currency is not clear: EUR and GBP"),
        (asset(1, Status="Sleeping"), "Status “Sleeping” is not one of Active, Cancelled"),
        (asset(1, Token_Status="Used"), "Token Status “Used” is not one of Activated, Redeemed"),
        (asset(1, Token_Status=None), "Token Status is missing although there is a token"),
        (asset(1, Token="*****-*****-*****-*****-ABCDE"), "Token is masked; export the whole keys"),
        (asset(1, Token="XXXXX-XXXXX-XXXXX-XXXXX-BCDFG"), "Token is masked; export the whole keys"),
        (asset(1, Link="setup.office.com"), "Link is not a web address (https://…)"),
        (
            asset(1, Client_Transaction_ID=None, Link=None),
            "Client Transaction ID is missing: without",
        ),
        (asset(1, Link=link(2)), "Client Transaction ID is not the one that the link names"),
        (tokenless(1, "Failed", Link=link(1)), "Link is given although there is no token"),
        (
            tokenless(1, "Synchronized"),
            "Token is missing although the provisioning is Synchronized",
        ),
        (
            asset(1, Provisioning_Sync_Status="Failed"),
            "Provisioning Sync Status is Failed although",
        ),
        (
            asset(1, Token=None, Link=None, Provisioning_Sync_Status=None, Token_Status=None),
            "Provisioning Sync Status is missing: without a token it is Failed or Unsynchronised",
        ),
        (
            tokenless(1, "Failed", SKU=None),
            "SKU is missing: without it the token cannot be requested",
        ),
        (
            tokenless(1, "Failed", Quantity="2"),
            "Quantity is 2; without a token it is a line for each",
        ),
        (
            redeemed(1, Activation_Date=None),
            "Activation Date is missing although the token status is",
        ),
        (
            asset(1, Activation_Date="2026-03-08"),
            "Activation Date is given although the token status",
        ),
        (
            asset(1, Status="Cancelled"),
            "Status is Cancelled, which takes the token status Return Acc",
        ),
        (
            cancelled(1, Status=None),
            "Status is missing although the token status is Return Accepted",
        ),
        (
            cancelled(1, Return_Status="NONE"),
            "Return Status is NONE although the token status is Retu",
        ),
        (
            asset(1, Return_Status="SUCCESS"),
            "Return Status is SUCCESS, which takes the token status",
        ),
        (
            asset(1, Product=f"Office {key(1)}"),
            "Product holds what looks like a licence key or link",
        ),
        (
            asset(1, Customer="BCDF2 GHJKM PQRTV WXY23 46789"),
            "Customer holds what looks like a lic",
        ),
        (account("Zephyr", Order=None, Account_Type="Owner"), "Account Type “Owner” is not one of"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_one_thing_wrong(
    services: Services, connection_id: int, tmp_path: Path, line: Line, reason: str
) -> None:
    (said,) = await refused(services, write_csv(tmp_path / "export.csv", [asset(9), line]))
    assert said.startswith(f"Line 3: {reason}")
    assert said.endswith(".")


async def test_everything_that_is_wrong_with_a_line_is_told(
    services: Services, connection_id: int, tmp_path: Path
) -> None:
    line = asset(1, Customer_Email="?", Purchase_Date=None, Price="x", Token="****", Link="y")
    assert await refused(services, write_csv(tmp_path / "export.csv", [line])) == [
        "Line 2: Customer E-mail “?” is not an e-mail address.",
        "Line 2: Token is masked; export the whole keys.",
        "Line 2: Link is not a web address (https://…).",
        "Line 2: Purchase Date is missing.",
        "Line 2: Price “x” is not an amount of money.",
    ]


async def test_a_number_in_a_workbook_is_no_date(
    services: Services, connection_id: int, tmp_path: Path
) -> None:
    line = asset(1, Purchase_Date=45_000)
    assert await refused(services, write_xlsx(tmp_path / "export.xlsx", [asset(9), line])) == [
        "Line 3: Purchase Date 45000 is a number, not a date; format the cell as a date."
    ]


async def test_many_bad_lines_are_all_told_in_order(
    services: Services, connection_id: int, tmp_path: Path
) -> None:
    lines = [asset(at, Order=None if at % 2 else f"PO-{at}") for at in range(1, 3_001)]
    report = await import_assets(services, write_csv(tmp_path / "export.csv", lines), dry_run=True)
    assert (report.lines, report.bad, len(report.bad_lines)) == (3_000, 1_500, 1_500)
    assert [each.line for each in report.bad_lines] == list(range(2, 3_002, 2))
    assert len(report.bad_lines.first) == 1_000
    assert report.sentence == "1,500 of 3,000 lines cannot be imported; nothing was written."


@pytest.mark.parametrize("secret", [key(7), key(7).lower().replace("-", " "), link(7)])
async def test_no_remark_repeats_a_secret_that_slipped_into_another_column(
    services: Services, connection_id: int, tmp_path: Path, secret: str
) -> None:
    lines = [asset(1) | {column: secret} for column in asset(1)]
    file = write_csv(tmp_path / "export.csv", [asset(9), *lines])
    report = await import_assets(services, file, dry_run=True)
    assert report.bad > len(lines) / 2
    parts = {secret, secret.upper(), "c2VjcmV0", key(7)[:11], key(7)[:11].lower()}
    for remark in told(report):
        assert not [part for part in parts if part in remark], remark


async def test_an_odd_key_is_taken_with_a_warning(
    services: Services, connection_id: int, tmp_path: Path
) -> None:
    lines = [asset(1, Token="DEMOX-BCDFG-HJKMP-QRTVW-XY234"), asset(2, Token="0123456789")]
    report = await imported(services, write_csv(tmp_path / "export.csv", lines))
    assert told(report) == [
        "Line 2: Token is not of Microsoft's usual form.",
        "Line 3: Token is not of Microsoft's usual form.",
    ]


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        (asset(1, Price="EUR 1.249,00", Currency=None), "price", "1249.00 EUR"),
        (asset(1, Price="1 249,50 €", Currency=None), "price", "1249.50 EUR"),
        (asset(1, Price="1,249.5"), "price", "1249.50 EUR"),
        (asset(1, Price=None, Invoice_Amount="500.00", Quantity="2"), "price", "250.00 EUR"),
        (asset(1, Purchase_Date="05.03.2026"), "purchase_date", "2026-03-05 00:00:00+00:00"),
        (asset(1, Purchase_Date="5/3/2026 9:05"), "purchase_date", "2026-03-05 09:05:00+00:00"),
        (
            asset(1, Purchase_Date="2026-03-05T01:00:00+02:00"),
            "purchase_date",
            "2026-03-04 23:00:00+00:00",
        ),
        (asset(1, Quantity=None), "quantity", "1"),
        (
            asset(1, Product="Seven Plain Words About Books"),
            "product",
            "Seven Plain Words About Books",
        ),
        (asset(1, Unit_Type=None), "unit_type", "licence"),
        (asset(1, Status=None), "status", "Active"),
        (asset(1, Provisioning_Sync_Status=None), "provisioning_sync_status", "Synchronized"),
        (cancelled(1, Return_Status=None), "return_status", "SUCCESS"),
        (asset(1, Product=None), "product", "EP2-06606"),
        (asset(1, Client_Transaction_ID=None), "client_transaction_id", transaction(1)),
        (asset(1, Billing_To=None, Billing_To_Number=None), "billing_to", "Müller & Söhne KG"),
    ],
)
async def test_what_is_understood(
    services: Services, connection_id: int, tmp_path: Path, line: Line, field: str, value: Any
) -> None:
    await imported(services, write_csv(tmp_path / "export.csv", [line]))
    (found,) = (await details(services)).values()
    assert str(getattr(found, field)) == value
