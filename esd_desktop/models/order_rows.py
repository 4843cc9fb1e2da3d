"""Frozen rows about orders: a line of the list, and all about one."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from esd_desktop.models.statuses import AssetStatus, ProvisioningSyncStatus, TokenStatus
from esd_desktop.models.values import Money


class OrderRow(Struct, frozen=True):
    """A line of the list of orders.

    ``issued`` licences have their token, ``failed`` ones Microsoft refused, ``waiting`` ones have
    no answer yet; those that were cancelled or deleted without a token are none of these. ``net``
    is what the licences were sold at; None where an imported order has several currencies or none.
    """

    id: int
    number: str
    customer_id: int
    customer: str
    billing_to_id: int
    billing_to: str
    connection_id: int | None
    connection: str | None
    placed_at: datetime
    placed_by: str
    licences: int
    issued: int
    failed: int
    waiting: int
    net: Money | None


class OrderedProduct(Struct, frozen=True):
    """So many licences of a product at a price."""

    sku: str
    product: str
    quantity: int
    unit_type: str
    price: Money
    net: Money


class OrderedLicence(Struct, frozen=True):
    """A licence of an order and how far it has come. ``reason`` is why it failed."""

    id: int
    product: str
    sku: str
    status: AssetStatus
    provisioning: ProvisioningSyncStatus
    token_status: TokenStatus | None
    reason: str | None
    deleted: bool

    @property
    def without_token(self) -> bool:
        """Whether its token can still be asked for."""
        return (
            self.provisioning is not ProvisioningSyncStatus.SYNCHRONIZED
            and self.status is AssetStatus.ACTIVE
            and not self.deleted
        )


class OrderInvoice(Struct, frozen=True):
    """An invoice or credit invoice of an order."""

    id: int
    number: str


class OrderDetail(Struct, frozen=True):
    """All about one order. ``licences`` come in the order in which they were ordered."""

    order: OrderRow
    customer_email: str | None
    products: tuple[OrderedProduct, ...]
    licences: tuple[OrderedLicence, ...]
    invoices: tuple[OrderInvoice, ...]
