"""A day's work by the installed commands: what the check on Windows does with them on a sandbox."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tools.trouble import Trouble, say

# Runs ``esd`` with these words; answers what it says, and raises Trouble where it fails.
Esd = Callable[..., str]

FILE = """\
Customer,Customer E-mail,Customer Country,Customer Number,Order,Purchase Date,Product,SKU,Price,\
Currency,Provisioning Sync Status
Müller & Söhne KG,it@mueller.example,DE,C-200,SO-OLD-1,2026-01-05,Windows Ελληνικά,W-1,100.00,\
EUR,Failed
"""
ORDERED, IMPORTED = 2, 1


def connect(esd: Esd, place: Callable[[Path], str], addresses: dict[str, Any]) -> None:
    """Connect to the sandbox, whose authority the system trusts, and accept what it sells."""
    fields = {
        "--tenant": addresses["tenant"],
        "--client-id": addresses["client_id"],
        "--certificate": place(Path(addresses["certificate_file"])),
        "--key": place(Path(addresses["key_file"])),
        "--resource": addresses["resource_api"],
        "--service-url": addresses["service_url"],
        "--channel-id": addresses["channel_id"],
        "--country": addresses["country"],
        "--language": addresses["language"],
        "--authority": addresses["authority"],
    }
    esd("connections", "add", "Sandbox", *(word for each in fields.items() for word in each))
    for name, value in {
        "mail.host": addresses["smtp_host"],
        "mail.port": addresses["smtp_port"],
        "mail.security": "none",
        "mail.sender": "licences@reseller.example",
    }.items():
        esd("settings", "set", name, str(value))
    esd("catalogue", "refresh")
    esd("catalogue", "accept", "--all", "--yes")


def work(esd: Esd, place: Callable[[Path], str], folder: Path) -> None:
    """Import, order, ask how licences stand, export and save an invoice; ``folder`` is for files.
    Raises Trouble where something does not come out as it should."""
    listed = folder / "import.csv"
    listed.write_text(FILE, encoding="utf-8")
    esd("import", place(listed))
    sku = _answers(esd("catalogue", "list", "--json"))[0]["sku"]
    esd("orders", "place", "--account", "C-200", "--line", f"{sku}={ORDERED}")
    bought = _bought(assets(esd))
    if len(bought) != ORDERED:
        raise Trouble(f"{ORDERED} licences were ordered, and {len(bought)} are there.")
    said = esd("assets", "update-status", str(bought[0]["id"]))
    say(f"  {said.strip()}")
    _export(esd, place, folder / "assets.xlsx")
    number = _answers(esd("invoices", "list", "--json"))[0]["number"]
    paper = folder / "invoice.pdf"
    esd("invoices", "pdf", number, place(paper), "--overwrite")
    if not paper.read_bytes().startswith(b"%PDF-"):
        raise Trouble("The invoice is no PDF.")


def assets(esd: Esd) -> list[dict[str, Any]]:
    """What the store holds."""
    return _answers(esd("assets", "list", "--json"))


def _bought(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if row["token_status"] == "Activated"]


def _export(esd: Esd, place: Callable[[Path], str], file: Path) -> None:
    esd("export", "assets", place(file), "--replace")
    with zipfile.ZipFile(file) as book:
        text = b"".join(book.read(name) for name in book.namelist()).decode("utf-8", "replace")
    if "Windows Ελληνικά" not in text:
        raise Trouble("The workbook does not have what was imported.")


def _answers(said: str) -> list[dict[str, Any]]:
    answer: list[dict[str, Any]] = json.loads(said)
    return answer
