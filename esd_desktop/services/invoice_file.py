"""Saving an invoice as a PDF: the whole file or none, and never over another without a word."""

from __future__ import annotations

import asyncio
from pathlib import Path

from esd_desktop.errors import EsdError, Refused
from esd_desktop.models.rights import Right
from esd_desktop.services.browse_invoices import invoice_sheet
from esd_desktop.services.changes import Outcome
from esd_desktop.services.context import Services
from esd_desktop.services.invoicing.marks import Sheet
from esd_desktop.services.rights import require
from esd_desktop.whole_file import write_whole


async def save_invoice(
    services: Services, invoice_id: int, path: Path, *, overwrite: bool = False
) -> Outcome:
    """Write an invoice to a file. Raises NotFound; Refused where there is a file already and
    ``overwrite`` is not given; EsdError where it cannot be written."""
    await require(services, Right.VIEW)
    sheet = await invoice_sheet(services, invoice_id)
    await asyncio.to_thread(_write, sheet, path, overwrite)
    return Outcome(f"{sheet.title} was saved as {path}.")


def _write(sheet: Sheet, path: Path, overwrite: bool) -> None:
    from esd_desktop.services.invoicing.pdf import as_pdf

    if path.exists() and not overwrite:
        raise Refused(f"{path} exists already; nothing was overwritten.")
    try:
        write_whole(path, as_pdf(sheet))
    except OSError as error:
        raise EsdError(
            f"The invoice could not be saved as {path}: {error.strerror or error}.",
            advice="Choose another folder, or close the program that has the file open.",
        ) from error
