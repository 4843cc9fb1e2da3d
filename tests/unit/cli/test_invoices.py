"""``esd invoices``."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from pypdf import PdfReader

from esd_desktop.services.context import Services
from esd_desktop.services.edit_tax_rate import set_tax_rate
from tests.support.billing import bill, billed_account, take_back
from tests.unit.cli.conftest import Behind, Esd

NUMBER = "INV-2026-00001"


async def _bill(services: Services) -> None:
    account, connection = await billed_account(services)
    await set_tax_rate(services, "DE", Decimal(19))
    billed = await bill(services, account, connection, [Decimal("579.99"), Decimal("579.99")])
    await bill(services, account, connection, [Decimal(21_900)], "JPY")
    await take_back(services, billed.assets[0])


@pytest.fixture(autouse=True)
def billed(behind: Behind) -> None:
    behind(_bill)


def test_they_are_listed(esd: Esd) -> None:
    told = esd("invoices", "list", "--json").json
    assert [(row["number"], row["total"]) for row in told] == [
        ("CRN-2026-00001", {"amount": "-690.19", "currency": "EUR"}),
        ("INV-2026-00002", {"amount": "26061", "currency": "JPY"}),
        (NUMBER, {"amount": "1380.38", "currency": "EUR"}),
    ]
    assert "26061 JPY" in esd("invoices", "list").out


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        (("--only", "credits"), 1),
        (("--only", "invoices"), 2),
        (("--search", "00002"), 1),
        (("--account", "Αιγαίο Ναυτιλιακή"), 3),
    ],
)
def test_some_of_them_are_listed(esd: Esd, asked: tuple[str, ...], count: int) -> None:
    assert len(esd("invoices", "list", *asked, "--json").json) == count


def test_a_kind_that_is_none_is_mistyped(esd: Esd) -> None:
    assert esd("invoices", "list", "--only", "debits").code == 2


def test_one_is_shown_in_full(esd: Esd) -> None:
    told = esd("invoices", "show", NUMBER, "--json").json
    assert (told["tax_name"], told["credited_with"]) == ("VAT", ["CRN-2026-00001"])
    assert [(item["net"], item["tax"]) for item in told["items"]] == [("579.99", "110.20")] * 2
    said = esd("invoices", "show", NUMBER.lower()).out
    for wanted in ("1380.38 EUR", "Credited with  CRN-2026-00001", "EP2-06606", "110.20"):
        assert wanted in said


def test_a_number_that_is_none_is_not_found(esd: Esd) -> None:
    assert esd("invoices", "show", "INV-1").code == 1


def test_one_is_saved_but_never_over_another(
    esd: Esd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert esd("invoices", "pdf", NUMBER).code == 0
    assert "1,380.38 EUR" in PdfReader(tmp_path / f"{NUMBER}.pdf").pages[0].extract_text()
    file = tmp_path / "mine.pdf"
    file.write_text("mine")
    assert "exists already" in esd("invoices", "pdf", NUMBER, str(file)).err
    assert file.read_text() == "mine"
    assert esd("invoices", "pdf", NUMBER, str(file), "--overwrite").code == 0
    assert file.read_bytes().startswith(b"%PDF")
