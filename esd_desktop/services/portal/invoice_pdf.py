"""An invoice or a credit note of the visitor's account as a PDF: the sheet that staff have."""

from __future__ import annotations

import asyncio
import re
from typing import ClassVar

from esd_desktop.models.portal_rows import Visitor
from esd_desktop.records import Discreet
from esd_desktop.services.browse_invoices import invoice_sheet
from esd_desktop.services.context import Services
from esd_desktop.services.invoicing.marks import Sheet
from esd_desktop.services.portal.visiting import reach_invoice

_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9]+")


class InvoicePdf(Discreet, frozen=True):
    """The file, and what it is called."""

    KEPT_BACK: ClassVar = ("contents",)

    name: str
    contents: bytes


async def invoice_pdf(services: Services, visitor: Visitor, invoice_id: int) -> InvoicePdf:
    """An invoice that was made out to the visitor's account. Raises NotFound for any other, which
    is noted."""
    bound = await reach_invoice(services, visitor, invoice_id)
    sheet = await invoice_sheet(bound, invoice_id)
    contents = await asyncio.to_thread(_written, sheet)
    return InvoicePdf(f"{_NOT_IN_A_NAME.sub('-', sheet.title).strip('-')}.pdf", contents)


def _written(sheet: Sheet) -> bytes:
    from esd_desktop.services.invoicing.pdf import as_pdf

    return as_pdf(sheet)
