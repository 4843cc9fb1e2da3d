"""What Microsoft says: a licence and a product of its catalogue, in our words.

services/microsoft/ turns its JSON into these; nothing else in the program sees that JSON.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from msgspec import Struct

from esd_desktop.models.statuses import ReturnStatus, TokenStatus
from esd_desktop.models.values import ActivationLink, Money, ProductKey


class LicenceAnswer(Struct, frozen=True):
    """A licence as Microsoft has it now. Times are aware and in UTC."""

    client_transaction_id: str
    sku: str
    product_key: ProductKey
    activation_link: ActivationLink | None
    token_status: TokenStatus
    return_status: ReturnStatus
    activation_date: datetime | None
    issued_at: datetime


class Meaning(Enum):
    """What an answer of Microsoft's means for a record."""

    SAME = "same"
    COMPLETED = "completed"
    REDEEMED = "redeemed"
    RETURNED = "returned"
    ANOMALY = "anomaly"


class ProductAnswer(Struct, frozen=True):
    """An offering of Microsoft's catalogue; ``return_window_days`` None: there is no limit."""

    sku: str
    name: str
    description: str
    unit_type: str
    price: Money
    return_window_days: int | None
    available: bool


class Purchase(Struct, frozen=True):
    """What is asked for when one licence is bought."""

    client_transaction_id: str
    sku: str
    country: str
    language: str
    order_reference: str
