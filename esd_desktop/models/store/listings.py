"""Every simple list by its kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from esd_desktop.models.listing import ListKind
from esd_desktop.models.store import (
    discrepancies,
    invoices,
    mass_lists,
    offerings,
    orders,
    outbox,
    requests,
)
from esd_desktop.models.store.listing import Listing

LISTINGS: Mapping[ListKind, Listing[Any]] = {
    ListKind.INVOICES: invoices.LISTING,
    ListKind.MAILS: outbox.LISTING,
    ListKind.DISCREPANCIES: discrepancies.LISTING,
    ListKind.OFFERINGS: offerings.LISTING,
    ListKind.ORDERS: orders.LISTING,
    ListKind.REQUESTS: requests.LISTING,
    ListKind.WORKS: mass_lists.WORKS,
    ListKind.RESULTS: mass_lists.RESULTS,
}
