"""Asset details for tests of what is pure: an unused licence, and whatever is said to differ."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from esd_desktop.models.permissions import Facts
from esd_desktop.models.rows import AssetDetail, InvoiceLine, OperationRow
from esd_desktop.models.statuses import (
    AssetStatus,
    InvoiceKind,
    OperationKind,
    OperationState,
    ProvisioningSyncStatus,
    ReturnStatus,
    TokenStatus,
)
from esd_desktop.models.values import Money

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
PRICE = Money(Decimal("249.00"), "EUR")
NO_TAX = Money(Decimal(0), "EUR")
INVOICE = InvoiceLine("INV-2026-00001", InvoiceKind.INVOICE, NOW - timedelta(days=3), PRICE, NO_TAX)
CREDIT = InvoiceLine(
    "CRN-2026-00001", InvoiceKind.CREDIT, NOW, Money(Decimal("-249.00"), "EUR"), NO_TAX
)

_UNUSED = AssetDetail(
    id=7,
    version=1,
    customer_id=3,
    customer="Müller & Söhne KG",
    customer_email="it@mueller.example",
    billing_to_id=2,
    billing_to="Helios Reselling GmbH",
    connection_id=1,
    connection="Microsoft ESD (GB)",
    client_transaction_id="0d5ed04b-0000-4000-8000-000000000000",
    status=AssetStatus.ACTIVE,
    order_number="SO-00001",
    purchase_date=NOW - timedelta(days=3),
    provisioning_sync_status=ProvisioningSyncStatus.SYNCHRONIZED,
    synchronization_details=None,
    product="Office Home & Business 2024",
    sku="EP2-06606",
    quantity=1,
    unit_type="licence",
    price=PRICE,
    masked_key="•••••-00001",
    token_status=TokenStatus.ACTIVATED,
    return_status=ReturnStatus.NONE,
    return_refusal=None,
    has_link=True,
    activation_date=None,
    returnable_until=NOW + timedelta(days=27),
    checked_at=NOW,
    deleted_at=None,
    discrepancy=None,
    unsettled=None,
    invoices=(INVOICE,),
    facts=Facts(
        status=AssetStatus.ACTIVE,
        provisioning=ProvisioningSyncStatus.SYNCHRONIZED,
        token_status=TokenStatus.ACTIVATED,
        deleted=False,
        unsettled=False,
        returnable_until=None,
        email="it@mueller.example",
    ),
)


def make_detail(**differing: Any) -> AssetDetail:
    """An asset that differs in these fields; its facts agree with them."""
    detail = replace(_UNUSED, **differing)
    facts = Facts(
        status=detail.status,
        provisioning=detail.provisioning_sync_status,
        token_status=detail.token_status,
        deleted=detail.deleted_at is not None,
        unsettled=detail.unsettled is not None,
        returnable_until=detail.returnable_until,
        email=detail.customer_email,
    )
    return replace(detail, facts=facts)


def waiting(kind: OperationKind, state: OperationState) -> OperationRow:
    """A call of this asset's that has no answer yet."""
    return OperationRow(
        id=1,
        asset_id=7,
        kind=kind,
        state=state,
        started_by="anna",
        started_at=NOW,
        correlation_id="11111111-0000-4000-8000-000000000000",
    )
