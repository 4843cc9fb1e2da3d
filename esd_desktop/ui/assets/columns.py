"""The columns of the asset list: what each shows, and the ready-made sets of them."""

from __future__ import annotations

from enum import StrEnum

from esd_desktop.models.asset_rows import AssetRow, AssetSort
from esd_desktop.models.statuses import (
    AssetStatus,
    ProvisioningSyncStatus,
    ReturnStatus,
    TokenStatus,
)
from esd_desktop.ui.assets.cells import token_status
from esd_desktop.ui.lists import cells
from esd_desktop.ui.lists.columns import Columns, ColumnSpec


class Column(StrEnum):
    """All columns; which of them are shown, and in which order, is the person's choice."""

    CUSTOMER = "customer"
    BILLING_TO = "billing_to"
    PRODUCT = "product"
    SKU = "sku"
    ORDER = "order"
    PURCHASE_DATE = "purchase_date"
    QUANTITY = "quantity"
    UNIT_TYPE = "unit_type"
    TOKEN = "token"
    STATUS = "status"
    TOKEN_STATUS = "token_status"
    PROVISIONING = "provisioning_sync_status"
    RETURN_STATUS = "return_status"
    ACTIVATION_DATE = "activation_date"
    PRICE = "price"
    INVOICE_AMOUNT = "invoice_amount"


# The statuses come first: they are what one looks for, and in a narrow window the end is cut off.
ALL_ACCOUNTS = (
    Column.CUSTOMER,
    Column.BILLING_TO,
    Column.PRODUCT,
    Column.TOKEN_STATUS,
    Column.PROVISIONING,
    Column.STATUS,
    Column.ORDER,
    Column.PURCHASE_DATE,
    Column.TOKEN,
    Column.PRICE,
)
ONE_ACCOUNT = (
    Column.PRODUCT,
    Column.ORDER,
    Column.PURCHASE_DATE,
    Column.TOKEN_STATUS,
    Column.PROVISIONING,
    Column.PRICE,
    Column.TOKEN,
)
SECTION = (
    Column.PRODUCT,
    Column.QUANTITY,
    Column.UNIT_TYPE,
    Column.PURCHASE_DATE,
    Column.INVOICE_AMOUNT,
)
READY_MADE = (
    ("For All Accounts", ALL_ACCOUNTS),
    ("For One Account", ONE_ACCOUNT),
    ("For Invoices", SECTION),
)


_SPECS: tuple[ColumnSpec[AssetRow], ...] = (
    ColumnSpec(
        Column.CUSTOMER,
        "Customer",
        "Whose licence it is",
        cells.words("Aegean Shipping SA"),
        lambda row: cells.words(row.customer),
        AssetSort.CUSTOMER,
    ),
    ColumnSpec(
        Column.BILLING_TO,
        "Billing To",
        "The account that is billed for it",
        cells.words("Helios Reselling GmbH"),
        lambda row: cells.words(row.billing_to),
        AssetSort.BILLING_TO,
        quiet=True,
    ),
    ColumnSpec(
        Column.PRODUCT,
        "Product/Service",
        "The offering that was bought",
        cells.words("Office Home & Business 2024"),
        lambda row: cells.words(row.product),
        AssetSort.PRODUCT,
    ),
    ColumnSpec(
        Column.SKU,
        "SKU",
        "The offering's code",
        cells.words("EP2-06606"),
        lambda row: cells.words(row.sku),
        quiet=True,
    ),
    ColumnSpec(
        Column.ORDER,
        "Order",
        "The order that this licence came from",
        cells.words("SO-00000"),
        lambda row: cells.words(row.order_number),
        AssetSort.ORDER,
        quiet=True,
    ),
    ColumnSpec(
        Column.PURCHASE_DATE,
        "Purchase Date",
        "When the order was placed",
        cells.words("20 Nov 2000"),
        lambda row: cells.day(row.purchase_date),
        AssetSort.PURCHASE_DATE,
        newest_first=True,
        quiet=True,
    ),
    ColumnSpec(
        Column.QUANTITY,
        "Quantity",
        "How many units the licence is for",
        cells.words("1,000"),
        lambda row: cells.number(row.quantity),
        numeric=True,
    ),
    ColumnSpec(
        Column.UNIT_TYPE,
        "Unit Type",
        "What is counted",
        cells.words("licence"),
        lambda row: cells.words(row.unit_type),
        quiet=True,
    ),
    ColumnSpec(
        Column.TOKEN,
        "Token",
        "The licence key; only its last five characters are shown",
        cells.words("•••••-XT6WM"),
        lambda row: cells.words(row.masked_key),
        AssetSort.KEY,
    ),
    ColumnSpec(
        Column.STATUS,
        "Status",
        "Whether the licence is held or was given back",
        cells.status(AssetStatus.CANCELLED),
        lambda row: cells.status(row.status),
        AssetSort.STATUS,
        quiet=True,
    ),
    ColumnSpec(
        Column.TOKEN_STATUS,
        "Token Status",
        "What became of the key",
        cells.status(TokenStatus.ACTIVATED),
        token_status,
        AssetSort.TOKEN_STATUS,
    ),
    ColumnSpec(
        Column.PROVISIONING,
        "Provisioning",
        "Provisioning Sync Status: how far the request for a token has come",
        cells.status(ProvisioningSyncStatus.UNSYNCHRONISED),
        lambda row: cells.status(row.provisioning_sync_status),
        AssetSort.PROVISIONING,
        quiet=True,
    ),
    ColumnSpec(
        Column.RETURN_STATUS,
        "Return Status",
        "Whether Microsoft accepted the return",
        cells.status(ReturnStatus.SUCCESS),
        lambda row: cells.status(row.return_status),
        AssetSort.RETURN_STATUS,
        quiet=True,
    ),
    ColumnSpec(
        Column.ACTIVATION_DATE,
        "Activation Date",
        "When the customer redeemed the licence",
        cells.words("20 Nov 2000"),
        lambda row: cells.day(row.activation_date),
        AssetSort.ACTIVATION_DATE,
        newest_first=True,
        quiet=True,
    ),
    ColumnSpec(
        Column.PRICE,
        "Price",
        "The price of one unit",
        cells.words("1,000.00 EUR"),
        lambda row: cells.money(row.price),
        AssetSort.PRICE,
        numeric=True,
    ),
    ColumnSpec(
        Column.INVOICE_AMOUNT,
        "Invoice Amount",
        "What the account was invoiced for it, before tax",
        cells.words("1,000.00 EUR"),
        lambda row: cells.money(row.invoice_amount),
        numeric=True,
    ),
)

COLUMNS = Columns(
    _SPECS,
    shown=ALL_ACCOUNTS,
    filler=Column.PRODUCT,
    first_sort=(Column.PURCHASE_DATE, True),
    ready_made=READY_MADE,
    steps_back=lambda row: row.status is AssetStatus.CANCELLED,
)
