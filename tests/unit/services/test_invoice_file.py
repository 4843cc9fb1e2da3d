"""An invoice is saved as a whole file or not at all."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from pypdf import PdfReader

from esd_desktop.errors import EsdError, NotFound, Refused
from esd_desktop.services.context import Services
from esd_desktop.services.invoice_file import save_invoice
from tests.support.billing import bill, billed_account


@pytest.fixture
async def invoice_id(services: Services) -> int:
    account, connection = await billed_account(services)
    return (await bill(services, account, connection, [Decimal("249.00")])).invoice


async def test_it_is_saved(services: Services, invoice_id: int, tmp_path: Path) -> None:
    file = tmp_path / "invoice.pdf"
    outcome = await save_invoice(services, invoice_id, file)
    assert outcome.sentence == f"Invoice INV-2026-00001 was saved as {file}."
    assert "INV-2026-00001" in PdfReader(file).pages[0].extract_text()
    assert list(tmp_path.glob("*.part")) == []


async def test_a_file_is_overwritten_only_on_a_word(
    services: Services, invoice_id: int, tmp_path: Path
) -> None:
    file = tmp_path / "invoice.pdf"
    file.write_text("mine")
    with pytest.raises(Refused, match="exists already"):
        await save_invoice(services, invoice_id, file)
    assert file.read_text() == "mine"
    await save_invoice(services, invoice_id, file, overwrite=True)
    assert file.read_bytes().startswith(b"%PDF")


async def test_where_it_cannot_be_written_nothing_is_left(
    services: Services, invoice_id: int, tmp_path: Path
) -> None:
    with pytest.raises(EsdError, match="could not be saved"):
        await save_invoice(services, invoice_id, tmp_path / "no such folder" / "invoice.pdf")
    taken = tmp_path / "folder.pdf"
    taken.mkdir()
    with pytest.raises(EsdError, match="could not be saved"):
        await save_invoice(services, invoice_id, taken, overwrite=True)
    assert [each.name for each in tmp_path.iterdir() if each.suffix == ".part"] == []


async def test_an_invoice_that_is_not_there(services: Services, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        await save_invoice(services, 99, tmp_path / "invoice.pdf")
    assert list(tmp_path.glob("*.pdf")) == []
