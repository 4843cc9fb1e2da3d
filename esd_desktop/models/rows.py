"""Frozen rows for reading. Lists and panes get these, never a mapped object, so no hidden query
can run where they are shown. All times are aware and in UTC; keys are masked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Struct, field

# Told from here as well: who reads lists finds all rows in one place.
from esd_desktop.models.asset_rows import (  # noqa: F401
    AssetCounts,
    AssetQuery,
    AssetRow,
    AssetSort,
    AssetView,
    StatusFilter,
)
from esd_desktop.models.currencies import rounded
from esd_desktop.models.permissions import Facts
from esd_desktop.models.request_rows import RequestRow
from esd_desktop.models.statuses import (
    AccountKind,
    AssetStatus,
    CatalogueStatus,
    InvoiceKind,
    OperationKind,
    OperationState,
    ProvisioningSyncStatus,
    ReturnStatus,
    TokenStatus,
)
from esd_desktop.models.values import Money


class CustomerAssets(Struct, frozen=True):
    """A customer of a reseller, and how many assets it holds that the reseller is billed for."""

    id: int
    name: str
    all: int
    active: int
    cancelled: int


class InvoiceLine(Struct, frozen=True):
    """An invoice, or credit invoice, on which the asset stands: its own part of it, ``amount``
    being net."""

    number: str
    kind: InvoiceKind
    issued_at: datetime
    amount: Money
    tax: Money
    tax_name: str | None = None

    @property
    def total(self) -> Money:
        """What is paid for this licence, or given back."""
        return Money(self.amount.amount + self.tax.amount, self.amount.currency)


class HistoryRow(Struct, frozen=True):
    """One thing that was done. ``changes``: field name to old and new value, as text."""

    id: int
    at: datetime
    operator: str
    action: str
    sentence: str
    asset_id: int | None
    account_id: int | None
    correlation_id: str | None
    changes: dict[str, Any] = field(default_factory=dict)


class OperationRow(Struct, frozen=True):
    """A call to Microsoft that has not been settled."""

    id: int
    asset_id: int
    kind: OperationKind
    state: OperationState
    started_by: str
    started_at: datetime
    correlation_id: str


class AssetDetail(Struct, frozen=True):
    """Everything about one asset (A1-A11), except its key and its link.

    ``facts`` is what models/permissions.py decides by; ``has_link`` says that there is a link to
    reveal; ``discrepancy`` is the open one's sentence; ``request`` the undecided one to cancel.
    """

    id: int
    version: int
    customer_id: int
    customer: str
    customer_email: str | None
    billing_to_id: int
    billing_to: str
    connection_id: int
    connection: str
    client_transaction_id: str
    status: AssetStatus
    order_number: str
    purchase_date: datetime
    provisioning_sync_status: ProvisioningSyncStatus
    synchronization_details: str | None
    product: str
    sku: str
    quantity: int
    unit_type: str
    price: Money
    masked_key: str | None
    token_status: TokenStatus | None
    return_status: ReturnStatus
    return_refusal: str | None
    has_link: bool
    activation_date: datetime | None
    returnable_until: datetime | None
    checked_at: datetime | None
    deleted_at: datetime | None
    discrepancy: str | None
    unsettled: OperationRow | None
    invoices: tuple[InvoiceLine, ...]
    facts: Facts
    request: RequestRow | None = None

    @property
    def charged(self) -> InvoiceLine | None:
        """What was charged for it; None where no invoice says so."""
        return next((each for each in self.invoices if each.kind is InvoiceKind.INVOICE), None)

    @property
    def credit(self) -> Money:
        """What cancelling gives back: all that was charged, tax too."""
        if self.charged is not None:
            return self.charged.total
        currency = self.price.currency
        return Money(rounded(self.price.amount * self.quantity, currency), currency)


class AccountRow(Struct, frozen=True):
    """An account in the browser. ``asset_count``: what it holds or is billed for, deleted ones not
    counted; ``reseller`` is the name of the account it is billed through."""

    id: int
    kind: AccountKind
    name: str
    reference: str | None
    email: str | None
    country: str | None
    language: str | None
    reseller_id: int | None
    reseller: str | None
    asset_count: int


class ConnectionRow(Struct, frozen=True):
    """A connection (D1) as it is listed and edited."""

    id: int
    version: int
    name: str
    resource_api: str
    service_url: str
    authority: str
    tenant: str
    channel_id: str
    client_id: str
    certificate_file: str
    key_file: str
    has_passphrase: bool
    algorithm: str
    thumbprint: str
    certificate_expires_at: datetime
    country: str
    language: str
    ca_file: str | None


class OfferingRow(Struct, frozen=True):
    """A product of a connection's catalogue. The ``offered_`` values are Microsoft's where they
    differ from those in use and nobody has accepted them yet; otherwise None."""

    id: int
    version: int
    connection_id: int
    sku: str
    name: str
    unit_type: str
    price: Money
    status: CatalogueStatus
    offered_name: str | None
    offered_unit_type: str | None
    offered_price: Money | None
    read_at: datetime | None
