"""Whether an asset that changed still stands where it stood in a list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from esd_desktop.models.rows import AssetQuery, AssetRow, AssetSort, AssetView

_SORTED_BY: dict[AssetSort, Callable[[AssetRow], Any]] = {
    AssetSort.PURCHASE_DATE: lambda row: row.purchase_date,
    AssetSort.CUSTOMER: lambda row: row.customer,
    AssetSort.BILLING_TO: lambda row: row.billing_to,
    AssetSort.PRODUCT: lambda row: row.product,
    AssetSort.ORDER: lambda row: row.order_number,
    AssetSort.STATUS: lambda row: row.status,
    AssetSort.TOKEN_STATUS: lambda row: row.token_status,
    AssetSort.PROVISIONING: lambda row: row.provisioning_sync_status,
    AssetSort.RETURN_STATUS: lambda row: row.return_status,
    AssetSort.ACTIVATION_DATE: lambda row: row.activation_date,
    AssetSort.PRICE: lambda row: row.price.amount,
    AssetSort.KEY: lambda row: row.masked_key,
}

_SHOWN_BY: dict[AssetView, Callable[[AssetRow], Any]] = {
    AssetView.EVERYTHING: lambda row: None,
    AssetView.FAILED: lambda row: row.provisioning_sync_status,
    AssetView.UNSYNCHRONISED: lambda row: row.provisioning_sync_status,
    # Almost any field may bring a record into disagreement, or out of it.
    AssetView.DISCREPANCIES: lambda row: row,
    AssetView.REQUESTED: lambda row: row.requested,
}


def stays_put(query: AssetQuery, before: AssetRow, now: AssetRow) -> bool:
    """True where nothing changed that the list is filtered, searched or sorted by. Deleting shows
    in the number of assets only."""
    sorted_by, shown_by = _SORTED_BY[query.sort], _SHOWN_BY[query.view]
    return (
        (query.status == "all" or before.status is now.status)
        and (not query.search or before.masked_key == now.masked_key)
        and sorted_by(before) == sorted_by(now)
        and shown_by(before) == shown_by(now)
    )
