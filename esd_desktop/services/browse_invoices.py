"""Invoices and tax rates for whoever looks at them. Nothing here changes anything."""

from __future__ import annotations

import asyncio

from esd_desktop.models.invoice_rows import InvoiceDetail, TaxRateRow
from esd_desktop.models.store import invoices, tax_rates
from esd_desktop.services.context import Services
from esd_desktop.services.invoicing.marks import Sheet
from esd_desktop.services.rights import viewing


async def invoice_detail(services: Services, invoice_id: int) -> InvoiceDetail:
    """All that stands on an invoice. Raises NotFound."""
    async with viewing(services) as connection:
        return await invoices.detail(connection, invoice_id)


async def find_invoice(services: Services, number: str) -> int:
    """The id of the invoice of a number. Raises NotFound."""
    async with viewing(services) as connection:
        return await invoices.id_of(connection, number)


async def invoice_sheet(services: Services, invoice_id: int) -> Sheet:
    """An invoice as it looks on paper. Raises NotFound."""
    # It measures its texts with the fonts, which take a moment to read.
    from esd_desktop.services.invoicing.sheet import laid_out

    detail = await invoice_detail(services, invoice_id)
    return await asyncio.to_thread(laid_out, detail)


async def tax_rate_list(services: Services) -> list[TaxRateRow]:
    """All tax rates by country."""
    async with viewing(services) as connection:
        return await tax_rates.listed(connection)
