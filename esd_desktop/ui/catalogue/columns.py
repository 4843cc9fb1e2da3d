"""The columns of the catalogue."""

from __future__ import annotations

from esd_desktop.models.offering_rows import at_microsoft
from esd_desktop.models.rows import OfferingRow
from esd_desktop.models.statuses import CatalogueStatus
from esd_desktop.ui.catalogue.wording import status_text
from esd_desktop.ui.lists import cells
from esd_desktop.ui.lists.cells import Cell
from esd_desktop.ui.lists.columns import Columns, ColumnSpec


def _name(row: OfferingRow) -> Cell:
    return cells.words(at_microsoft(row)[0] if row.status is CatalogueStatus.NEW else row.name)


def _in_use(row: OfferingRow) -> Cell:
    return cells.money(None if row.status is CatalogueStatus.NEW else row.price)


def _offered(row: OfferingRow) -> Cell:
    """Microsoft's price where accepting it changes something."""
    _, _, price = at_microsoft(row)
    differs = row.status is CatalogueStatus.NEW or price != row.price
    return cells.money(price if differs else None)


def _status(status: CatalogueStatus) -> Cell:
    usual = status in (CatalogueStatus.ACTIVE, CatalogueStatus.DISCONTINUED)
    return cells.status(status_text(status), usual=usual)


_SPECS: tuple[ColumnSpec[OfferingRow], ...] = (
    ColumnSpec(
        "name",
        "Product",
        "What Microsoft calls it, in the connection's language",
        cells.words("Office Home & Business 2024"),
        _name,
        "name",
    ),
    ColumnSpec(
        "sku",
        "SKU",
        "The product's code",
        cells.words("WW0-00000"),
        lambda row: cells.words(row.sku),
        "sku",
        quiet=True,
    ),
    ColumnSpec(
        "status",
        "Status",
        "Catalogue status: what has to be done before it is sold",
        _status(CatalogueStatus.DISCONTINUED),
        lambda row: _status(row.status),
        "status",
    ),
    ColumnSpec(
        "unit_type",
        "Unit Type",
        "What is counted",
        cells.words("licence"),
        lambda row: cells.words(row.unit_type),
        "unit_type",
        quiet=True,
    ),
    ColumnSpec(
        "price",
        "In Use",
        "The price that it is sold at here",
        cells.words("1,000.00 EUR"),
        _in_use,
        "price",
        numeric=True,
    ),
    ColumnSpec(
        "offered",
        "At Microsoft",
        "Microsoft's price where it is new or another than the one in use",
        cells.words("1,000.00 EUR"),
        _offered,
        numeric=True,
    ),
)

COLUMNS = Columns(
    _SPECS,
    shown=("name", "sku", "status", "unit_type", "price", "offered"),
    filler="name",
    first_sort=("status", False),
    steps_back=lambda row: row.status is CatalogueStatus.DISCONTINUED,
)
