"""What a person looks at before accepting an offering: what differs, and what it cost over time."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from esd_desktop.models.rows import OfferingRow
from esd_desktop.models.statuses import CatalogueStatus
from esd_desktop.models.values import Money


class OfferingPriceRow(Struct, frozen=True):
    """What an offering was called and cost from a moment on."""

    id: int
    name: str
    unit_type: str
    price: Money
    valid_from: datetime
    accepted_by: str


class Difference(Struct, frozen=True):
    """One thing that accepting an offering changes; ``in_use`` is None where it is new."""

    what: str
    in_use: str | Money | None
    offered: str | Money


def at_microsoft(row: OfferingRow) -> tuple[str, str, Money]:
    """Name, unit type and price as Microsoft has them."""
    if row.offered_name is None or row.offered_unit_type is None or row.offered_price is None:
        return row.name, row.unit_type, row.price
    return row.offered_name, row.offered_unit_type, row.offered_price


def differences(row: OfferingRow) -> tuple[Difference, ...]:
    """What accepting it would change: of a new one everything, of a changed one what differs."""
    name, unit_type, price = at_microsoft(row)
    is_new = row.status is CatalogueStatus.NEW
    whole = (
        Difference("Name", None if is_new else row.name, name),
        Difference("Unit type", None if is_new else row.unit_type, unit_type),
        Difference("Price", None if is_new else row.price, price),
    )
    return tuple(each for each in whole if each.in_use != each.offered)


def can_be_accepted(row: OfferingRow) -> bool:
    """Whether there is something to accept. A changed one whose difference is not known, because it
    was last read by an earlier version of the program, has to be read again first."""
    if row.status is CatalogueStatus.NEW:
        return True
    return row.status is CatalogueStatus.CHANGED and row.offered_name is not None
