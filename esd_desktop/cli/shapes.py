"""How records look to a script: the JSON of ``--json``, with the business's own names (A1-A11).

Times are RFC 3339 in UTC, amounts are text beside their currency, and a secret stays masked unless
it was revealed through the audited service.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import asdict

from esd_desktop.errors import EsdError
from esd_desktop.models.values import Money, Secret

if TYPE_CHECKING:
    from esd_desktop.models.rows import AssetDetail, AssetRow
    from esd_desktop.services.changes import Outcome

Json = dict[str, Any]
MASKED_LINK = "•••••"


class Revealed(Struct, frozen=True):
    """An asset's key and link as they left services/reveal_key.py."""

    key: str
    link: str | None


def plain(value: Any) -> Any:
    """The value in JSON's own types; the fields of a row keep their names."""
    match value:
        case datetime():
            return moment(value)
        case Money():
            return {"amount": value.figures, "currency": value.currency}
        case Secret() | Path():
            return str(value)
        case Enum():
            return value.value
        case Mapping():
            return {str(name): plain(each) for name, each in value.items()}
        case list() | tuple():
            return [plain(each) for each in value]
    if isinstance(value, Struct):
        return {name: plain(each) for name, each in asdict(value).items()}
    return value


def moment(when: datetime) -> str:
    """RFC 3339 in UTC, such as 2026-11-02T09:30:00Z."""
    return when.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def asset_line(row: AssetRow) -> Json:
    """An asset of the list."""
    return _common(row) | {
        "invoice_amount": plain(row.invoice_amount),
        "has_discrepancy": row.has_discrepancy,
        "requested": row.requested,
    }


def asset_in_full(detail: AssetDetail, revealed: Revealed | None = None) -> Json:
    """Everything about one asset; its key and link only where they were revealed."""
    masked_link = MASKED_LINK if detail.has_link else None
    more: Json = {
        "connection": detail.connection,
        "synchronization_details": detail.synchronization_details,
        "token": revealed.key if revealed else detail.masked_key,
        "link": revealed.link if revealed else masked_link,
        "customer_email": detail.customer_email,
        "return_refusal": detail.return_refusal,
        "returnable_until": detail.returnable_until,
        "checked_at": detail.checked_at,
        "deleted_at": detail.deleted_at,
        "discrepancy": detail.discrepancy,
        "unsettled": detail.unsettled,
        "request": detail.request,
        "invoices": detail.invoices,
    }
    return _common(detail) | {name: plain(value) for name, value in more.items()}


def outcome(done: Outcome) -> Json:
    """What a verb did."""
    return {
        "result": done.result.value,
        "sentence": done.sentence,
        "advice": done.advice,
        "correlation_id": done.correlation_id,
    }


def fault(error: EsdError) -> Json:
    """What was in the way."""
    return {
        "sentence": error.sentence,
        "advice": error.advice,
        "correlation_id": error.correlation_id,
        "kind": type(error).__name__,
    }


def _common(asset: AssetRow | AssetDetail) -> Json:
    """What the list and the details both know."""
    known: Json = {
        "id": asset.id,
        "client_transaction_id": asset.client_transaction_id,
        "customer": asset.customer,
        "billing_to": asset.billing_to,
        "status": asset.status,
        "order": asset.order_number,
        "purchase_date": asset.purchase_date,
        "provisioning_sync_status": asset.provisioning_sync_status,
        "product": asset.product,
        "sku": asset.sku,
        "quantity": asset.quantity,
        "unit_type": asset.unit_type,
        "price": asset.price,
        "token": asset.masked_key,
        "token_status": asset.token_status,
        "return_status": asset.return_status,
        "activation_date": asset.activation_date,
    }
    return {name: plain(value) for name, value in known.items()}
