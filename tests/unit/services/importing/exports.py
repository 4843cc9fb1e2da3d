"""Files as another system would export them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from esd_desktop.models.values import KEY_ALPHABET

Line = dict[str, Any]


def key(number: int) -> str:
    """A key of the usual form; no two numbers have the same."""
    digits = ""
    for _ in range(25):
        number, digit = divmod(number, len(KEY_ALPHABET))
        digits = KEY_ALPHABET[digit] + digits
    return "-".join(digits[at : at + 5] for at in range(0, 25, 5))


def demo_key(number: int) -> str:
    """A key that the sandbox takes; Microsoft has none like it."""
    return f"DEMOX{key(number)[5:]}"


def transaction(number: int) -> str:
    """A client transaction id."""
    return f"7f3a1c9e-0000-4000-8000-{number:012d}"


def link(number: int) -> str:
    """The activation link of a transaction."""
    return f"https://setup.office.com/?token=c2VjcmV0{number}%3D&ctid={transaction(number)}"


def asset(number: int, **changes: Any) -> Line:
    """The line of a licence that was issued and not used yet; changes are by column name, with
    underscores for spaces, and None leaves a cell blank."""
    usual: Line = {
        "Customer Number": "C-200",
        "Customer": "Müller & Söhne KG",
        "Customer Email": "it@mueller.example",
        "Customer Country": "DE",
        "Billing To": "Helios Reselling GmbH",
        "Billing To Number": "R-100",
        "Order": f"PO-{number}",
        "Purchase Date": "2026-03-05T10:30:00Z",
        "SKU": "EP2-06606",
        "Product": "Office Home & Business 2024",
        "Quantity": "1",
        "Unit Type": "licence",
        "Price": "249.00",
        "Currency": "EUR",
        "Status": "Active",
        "Provisioning Sync Status": "Synchronized",
        "Synchronization Details": None,
        "Token": key(number),
        "Token Status": "Activated",
        "Return Status": "NONE",
        "Link": link(number),
        "Activation Date": None,
        "Client Transaction ID": transaction(number),
    }
    return usual | {name.replace("_", " "): value for name, value in changes.items()}


def redeemed(number: int, **changes: Any) -> Line:
    """A licence that was used."""
    used = {"Token_Status": "Redeemed", "Activation_Date": "2026-03-08T08:00:00Z"}
    return asset(number, **(used | changes))


def cancelled(number: int, **changes: Any) -> Line:
    """A licence that was given back."""
    back = {"Status": "Canceled", "Token_Status": "Return Accepted", "Return_Status": "SUCCESSFUL"}
    return asset(number, **(back | changes))


def tokenless(number: int, status: str, **changes: Any) -> Line:
    """A licence that was never issued, or not yet."""
    without = {"Provisioning_Sync_Status": status, "Token": None, "Token_Status": None}
    return asset(number, **(without | {"Link": None} | changes))


def account(name: str, **changes: Any) -> Line:
    """The line of an account."""
    return {"Customer": name} | {name.replace("_", " "): value for name, value in changes.items()}


def write_csv(
    path: Path, lines: Iterable[Line], *, separator: str = ",", encoding: str = "utf-8"
) -> Path:
    """The lines under a header of all their columns."""
    rows = list(lines)
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, _columns(rows), delimiter=separator, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_xlsx(path: Path, lines: Iterable[Line], **cells: Any) -> Path:
    """A workbook of the lines, as a spreadsheet program writes it; moments become date cells."""
    rows = list(lines)
    columns = _columns(rows)
    book = xlsxwriter.Workbook(path, {"default_date_format": "dd.mm.yyyy hh:mm", **cells})
    sheet = book.add_worksheet("Export")
    sheet.write_row(0, 0, columns)
    for at, row in enumerate(rows, start=1):
        sheet.write_row(at, 0, [row.get(name) for name in columns])
    book.close()
    return path


def _columns(rows: Sequence[Line]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row))
