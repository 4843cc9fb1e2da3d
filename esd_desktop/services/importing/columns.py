"""Which column of the file stands for which field, by the names in its header."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct

from esd_desktop.errors import InvalidInput
from esd_desktop.services.importing.values import shown

_FORMAT_ADVICE = "docs/import-format.md lists the names that are understood."


class Field(StrEnum):
    """What a column can be, by the name that people see."""

    CUSTOMER = "Customer"
    CUSTOMER_EMAIL = "Customer E-mail"
    CUSTOMER_COUNTRY = "Customer Country"
    CUSTOMER_NUMBER = "Customer Number"
    KIND = "Account Type"
    BILLING_TO = "Billing To"
    BILLING_TO_EMAIL = "Billing To E-mail"
    BILLING_TO_NUMBER = "Billing To Number"
    STATUS = "Status"
    ORDER = "Order"
    PURCHASE_DATE = "Purchase Date"
    PROVISIONING = "Provisioning Sync Status"
    DETAILS = "Synchronization Details"
    PRODUCT = "Product"
    SKU = "SKU"
    QUANTITY = "Quantity"
    UNIT_TYPE = "Unit Type"
    PRICE = "Price"
    INVOICE_AMOUNT = "Invoice Amount"
    CURRENCY = "Currency"
    TOKEN = "Token"
    TOKEN_STATUS = "Token Status"
    RETURN_STATUS = "Return Status"
    LINK = "Link"
    ACTIVATION_DATE = "Activation Date"
    TRANSACTION_ID = "Client Transaction ID"
    CONNECTION = "Connection"


# A field's own name is understood as well; case, spaces and punctuation do not count.
_OTHER_NAMES: dict[Field, tuple[str, ...]] = {
    Field.CUSTOMER: (
        *("Customer Name", "Account", "Account Name", "Company", "Company Name"),
        *("Client", "Client Name", "End Customer", "Name"),
    ),
    Field.CUSTOMER_EMAIL: (
        *("Email", "Email Address", "Account Email", "Customer Email Address"),
        *("Client Email", "End Customer Email", "Contact Email"),
    ),
    Field.CUSTOMER_COUNTRY: ("Country", "Country Code", "Account Country", "Customer Country Code"),
    Field.CUSTOMER_NUMBER: (
        *("Customer No", "Customer ID", "Customer Code", "Customer Reference"),
        *("Account Number", "Account No", "Account ID", "Account Code", "Reference"),
    ),
    Field.KIND: ("Kind", "Account Kind", "Customer Type"),
    Field.BILLING_TO: (
        *("Billing To Name", "Bill To", "Billed To", "Reseller", "Reseller Name"),
        *("Partner", "Partner Name"),
    ),
    Field.BILLING_TO_EMAIL: ("Bill To Email", "Reseller Email", "Partner Email"),
    Field.BILLING_TO_NUMBER: (
        *("Billing To No", "Billing To ID", "Bill To Number", "Bill To ID", "Reseller Number"),
        *("Reseller No", "Reseller ID", "Reseller Code", "Partner Number", "Partner ID"),
    ),
    Field.STATUS: ("Asset Status", "Licence Status", "License Status"),
    Field.ORDER: (
        *("Order Number", "Order No", "Order ID", "Order Reference", "Purchase Order"),
        *("Purchase Order Number", "PO Number", "Sales Order"),
    ),
    Field.PURCHASE_DATE: ("Purchased", "Purchased At", "Purchased On", "Order Date", "Ordered On"),
    Field.PROVISIONING: (
        *("Provisioning Synchronization Status", "Provisioning Synchronisation Status"),
        *("Provisioning Status", "Sync Status", "Synchronization Status"),
        "Synchronisation Status",
    ),
    Field.DETAILS: (
        *("Synchronisation Details", "Sync Details", "Provisioning Details"),
        *("Provisioning Error", "Synchronization Error"),
    ),
    Field.PRODUCT: (
        *("Product Name", "Product/Service", "Product Information", "Service", "Offering"),
        *("Offering Name", "Item", "Item Name"),
    ),
    Field.SKU: (
        *("Product Code", "Product SKU", "SKU ID", "Offering Code", "Offering SKU", "Item Code"),
        *("Part Number", "Manufacturer Part Number"),
    ),
    Field.QUANTITY: ("Qty", "Licences", "Licenses", "Number of Licences", "Number of Licenses"),
    Field.UNIT_TYPE: ("Unit", "Unit of Measure"),
    Field.PRICE: ("Unit Price", "Sales Price", "Price per Unit", "List Price"),
    Field.INVOICE_AMOUNT: ("Amount", "Invoiced Amount", "Amount Invoiced", "Invoice Total"),
    Field.CURRENCY: ("Currency Code", "ISO Currency", "Price Currency"),
    Field.TOKEN: (
        *("Product Key", "Licence Key", "License Key", "Activation Key", "Key"),
        *("ESD Key", "ESD Token", "Serial Key"),
    ),
    Field.TOKEN_STATUS: ("Key Status", "Product Key Status", "Licence Key Status"),
    Field.RETURN_STATUS: ("Returned", "Return State"),
    Field.LINK: ("Activation Link", "Activation URL", "Redemption Link", "URL", "Redeem Link"),
    Field.ACTIVATION_DATE: (
        *("Activated At", "Activated On", "Redeemed At", "Redeemed On", "Redemption Date"),
    ),
    Field.TRANSACTION_ID: (
        *("Transaction ID", "Client Transaction", "CTID", "ClientTxnId", "Client Txn ID"),
    ),
    Field.CONNECTION: ("System", "System Name", "Connection Name"),
}

# Where one of these is in the file, its lines are about assets.
ASSET_FIELDS = (
    *(Field.ORDER, Field.PRODUCT, Field.SKU, Field.TOKEN, Field.LINK, Field.TRANSACTION_ID),
)
# What an asset cannot do without: one column of each group.
_NECESSARY = (
    (Field.ORDER,),
    (Field.PURCHASE_DATE,),
    (Field.PRODUCT, Field.SKU),
    (Field.PRICE, Field.INVOICE_AMOUNT),
)


class ColumnMatch(Struct, frozen=True):
    """A header of the file and the field it stands for."""

    header: str
    field: Field


class Columns(Struct, frozen=True):
    """Where each field is in a line, and which columns are not used."""

    positions: dict[Field, int]
    matches: tuple[ColumnMatch, ...]
    ignored: tuple[str, ...]
    width: int

    @property
    def about_assets(self) -> bool:
        """Whether the file has assets, not accounts alone."""
        return any(field in self.positions for field in ASSET_FIELDS)

    def has(self, field: Field) -> bool:
        """Whether the file has a column for the field."""
        return field in self.positions


def folded_header(text: str) -> str:
    """A header without case, spaces, punctuation and what is in brackets."""
    plain = re.sub(r"\([^)]*\)|\[[^\]]*\]", "", text).replace("#", " number").casefold()
    return "".join(character for character in plain if character.isalnum())


_BY_NAME: dict[str, Field] = {
    folded_header(name): field
    for field in Field
    for name in (field.value, *_OTHER_NAMES.get(field, ()))
}


def recognised(header: Sequence[str]) -> int:
    """How many of the names are known: the separator that finds most is the right one."""
    return sum(folded_header(name) in _BY_NAME for name in header)


def find_columns(header: Sequence[str]) -> Columns:
    """Read the header. Raises InvalidInput, in one sentence, where it cannot be used."""
    found: dict[Field, int] = {}
    ignored = []
    for position, name in enumerate(header):
        field = _BY_NAME.get(folded_header(name))
        if field is None:
            ignored += [shown(name)] if name.strip() else []
        elif field in found:
            raise _twice(field, header[found[field]], name)
        else:
            found[field] = position
    if not found:
        raise InvalidInput(
            "The first line of the file names no column that is known here.",
            advice=f"It must be a header such as “Customer, Order, Product”. {_FORMAT_ADVICE}",
        )
    matches = tuple(
        ColumnMatch(header[position].strip(), field) for field, position in found.items()
    )
    columns = Columns(found, matches, tuple(ignored), len(header))
    _check_necessary(columns)
    return columns


def _check_necessary(columns: Columns) -> None:
    groups = [(Field.CUSTOMER,), *(_NECESSARY if columns.about_assets else ())]
    if columns.has(Field.TOKEN):
        groups.append((Field.TRANSACTION_ID, Field.LINK))
    missing = [group for group in groups if not any(columns.has(field) for field in group)]
    if missing:
        names = ", ".join(" or ".join(f"“{field}”" for field in group) for group in missing)
        raise InvalidInput(f"The file has no column for {names}.", advice=_FORMAT_ADVICE)


def _twice(field: Field, first: str, second: str) -> InvalidInput:
    return InvalidInput(
        f"Two columns, “{first.strip()}” and “{second.strip()}”, both stand for {field}.",
        advice="Take one of them out of the file, or give it another name.",
    )
