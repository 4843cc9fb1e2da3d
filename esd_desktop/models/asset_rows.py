"""What the list of assets is asked for, and its rows. Apart from the other rows, because the first
page of the list is read before most of the program is loaded."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Literal

from msgspec import Struct

from esd_desktop.models.statuses import (
    AssetStatus,
    ProvisioningSyncStatus,
    ReturnStatus,
    TokenStatus,
)
from esd_desktop.models.values import Money
from esd_desktop.records import Discreet

StatusFilter = Literal["all", "active", "cancelled"]


class AssetView(StrEnum):
    """Ready-made views of the asset list."""

    EVERYTHING = "everything"
    FAILED = "failed"
    UNSYNCHRONISED = "unsynchronised"
    DISCREPANCIES = "discrepancies"
    REQUESTED = "requested"


class AssetSort(StrEnum):
    """What the asset list can be sorted by."""

    PURCHASE_DATE = "purchase_date"
    CUSTOMER = "customer"
    BILLING_TO = "billing_to"
    PRODUCT = "product"
    ORDER = "order"
    STATUS = "status"
    TOKEN_STATUS = "token_status"
    PROVISIONING = "provisioning_sync_status"
    RETURN_STATUS = "return_status"
    ACTIVATION_DATE = "activation_date"
    PRICE = "price"
    KEY = "key"


class AssetQuery(Discreet, frozen=True):
    """Which assets, in which order. ``account_id`` takes in what the account holds and what it is
    billed for; None is every account (C1). ``customer_id`` leaves of these what one customer holds
    (C4). Equal sort keys are ordered by id, newest first."""

    KEPT_BACK: ClassVar = ("search",)

    account_id: int | None = None
    customer_id: int | None = None
    status: StatusFilter = "all"
    search: str = ""  # may be a whole key
    view: AssetView = AssetView.EVERYTHING
    sort: AssetSort = AssetSort.PURCHASE_DATE
    descending: bool = True


class AssetChoice(Struct, frozen=True):
    """Which assets, and in which order: all of a list, or ``only`` those of these ids."""

    query: AssetQuery
    only: tuple[int, ...] = ()


class AssetCounts(Struct, frozen=True):
    """How many assets each choice of the status filter has before the search; ``found`` after."""

    all: int
    active: int
    cancelled: int
    found: int


class AssetRow(Struct, frozen=True):
    """A line of the asset list."""

    id: int
    client_transaction_id: str
    customer: str
    billing_to: str
    product: str
    sku: str
    order_number: str
    purchase_date: datetime
    quantity: int
    unit_type: str
    price: Money
    invoice_amount: Money | None
    status: AssetStatus
    provisioning_sync_status: ProvisioningSyncStatus
    token_status: TokenStatus | None
    return_status: ReturnStatus
    masked_key: str | None
    activation_date: datetime | None
    has_discrepancy: bool
    requested: bool = False


class AssetLine(Discreet, frozen=True):
    """What a file tells of an asset."""

    KEPT_BACK: ClassVar = ("key",)

    id: int
    client_transaction_id: str
    customer: str
    billing_to: str
    product: str
    sku: str
    order_number: str
    purchase_date: datetime
    quantity: int
    unit_type: str
    price: Money
    invoice_amount: Money | None
    status: AssetStatus
    provisioning_sync_status: ProvisioningSyncStatus
    token_status: TokenStatus | None
    return_status: ReturnStatus
    key: str | None  # masked, or in full on its way into a file of keys
    activation_date: datetime | None
