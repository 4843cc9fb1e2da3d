"""What the portal's lists are asked for, and their rows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import ClassVar

from msgspec import Struct

from esd_desktop.models.asset_rows import AssetRow, StatusFilter
from esd_desktop.models.rows import AssetCounts
from esd_desktop.models.statuses import InvoiceKind
from esd_desktop.models.values import Money
from esd_desktop.records import Discreet

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LARGEST_ID = 2**63


class Mark(Struct, frozen=True):
    """A place in a list of licences: beside the one that was bought at ``purchase_date`` and has
    this id. Pages begin at a mark, so that none costs more than another and what is bought
    meanwhile moves nothing."""

    purchase_date: datetime
    id: int

    def __str__(self) -> str:
        """As it stands in an address."""
        return f"{(self.purchase_date - _EPOCH) // _MICROSECOND}-{self.id}"

    @classmethod
    def parse(cls, text: str) -> Mark | None:
        """The mark that an address has; None where it has none."""
        microseconds, _, record_id = text.partition("-")
        if not (_is_figures(microseconds) and _is_figures(record_id)):
            return None
        try:
            purchase_date = _EPOCH + int(microseconds) * _MICROSECOND
        except OverflowError:
            return None
        return cls(purchase_date, int(record_id)) if int(record_id) < _LARGEST_ID else None


def _is_figures(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 20


class OwnAssets(Struct, frozen=True):
    """Which licences of an account, the newest first: all that it reaches, or those of one customer
    among them. At most one of ``older_than`` and ``newer_than`` is given."""

    customer_id: int | None = None
    status: StatusFilter = "all"
    search: str = ""
    older_than: Mark | None = None
    newer_than: Mark | None = None


class AssetPage(Struct, frozen=True):
    """A page of them. ``older`` and ``newer`` are where the pages beside it begin; ``counts`` are
    those of the account, or of its customer, before the search."""

    rows: list[AssetRow]
    counts: AssetCounts
    older: Mark | None
    newer: Mark | None


class ProductRow(Struct, frozen=True):
    """A product of which somebody has active licences: how many, how many of them are redeemed, and
    how many were not issued (yet)."""

    sku: str
    product: str
    active: int
    redeemed: int
    unissued: int


class CustomerRow(Struct, frozen=True):
    """A customer of the account, with the licences that the account reaches."""

    id: int
    name: str
    all: int
    active: int


class Follows(Struct, frozen=True):
    """Where the next page of customers begins: after who has this name and id. It has the name
    itself, so that nobody's record is looked up for it."""

    name: str
    id: int

    def __str__(self) -> str:
        """As it stands in an address."""
        return f"{self.id}-{self.name}"

    @classmethod
    def parse(cls, text: str) -> Follows | None:
        """What an address has; None where it has none."""
        record_id, _, name = text.partition("-")
        is_one = _is_figures(record_id) and int(record_id) < _LARGEST_ID and "\0" not in name
        return cls(name, int(record_id)) if is_one else None


class CustomerPage(Struct, frozen=True):
    """Customers by name, and where the next page begins, if there is one."""

    rows: list[CustomerRow]
    following: Follows | None


class Holder(Struct, frozen=True):
    """Whose licences are looked at."""

    id: int
    name: str
    email: str | None


class OwnInvoice(Discreet, frozen=True):
    """An invoice or credit note of the account on which a licence stands."""

    KEPT_BACK: ClassVar = ("total",)

    id: int
    number: str
    kind: InvoiceKind
    issued_at: datetime
    total: Money
