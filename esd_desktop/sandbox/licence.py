"""A licence as the sandbox keeps it, the product keys it makes up and the links it derives."""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Any, Literal
from urllib.parse import quote

from msgspec import Struct
from msgspec.structs import asdict, replace

TokenStatus = Literal["Activated", "Redeemed", "Return Accepted"]
ReturnStatus = Literal["NONE", "SUCCESS"]

# DEMOX holds letters that no product key of Microsoft's uses: a demo key can never be a real one.
DEMO_GROUP = "DEMOX"
_ALPHABET = "BCDFGHJKMPQRTVWXY2346789"


class Order(Struct, frozen=True):
    """What was asked for when a licence was bought; the same id must come with the same order."""

    sku: str
    country: str
    language: str
    order_reference: str


class Licence(Struct, frozen=True):
    """One licence. ``order`` is None for one that was put here without being bought, and
    ``activation_link`` for one whose link is derived (``link_of``). Times are RFC 3339 text."""

    transaction_id: str
    sku: str
    product_key: str
    issued_at: str
    token_status: TokenStatus = "Activated"
    return_status: ReturnStatus = "NONE"
    activation_date: str | None = None
    activation_link: str | None = None
    order: Order | None = None

    def redeemed(self, at: str) -> Licence:
        """The licence after its customer used it."""
        return replace(self, token_status="Redeemed", activation_date=at)

    def returned(self) -> Licence:
        """The licence after Microsoft took it back."""
        return replace(self, token_status="Return Accepted", return_status="SUCCESS")

    def as_record(self) -> dict[str, Any]:
        """The licence as the journal keeps it."""
        return asdict(self) | {"order": asdict(self.order) if self.order else None}

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Licence:
        """The licence that ``as_record`` wrote."""
        order = record["order"]
        return cls(**{**record, "order": Order(**order) if order else None})


def new_product_key() -> str:
    """A 5x5 key that no other call ever makes: 24 letters to the power of 20 leave no chance."""
    letters = "".join(_ALPHABET[each % len(_ALPHABET)] for each in secrets.token_bytes(20))
    return "-".join((DEMO_GROUP, *(letters[start : start + 5] for start in range(0, 20, 5))))


def link_of(licence: Licence, link_secret: bytes) -> str:
    """The activation link: the one it came with, else derived from the sandbox's secret, so that
    it is the same at every reading without half a kilobyte being kept for each licence."""
    if licence.activation_link is not None:
        return licence.activation_link
    transaction_id = licence.transaction_id
    token = hashlib.shake_256(link_secret + transaction_id.encode()).digest(256)
    encoded = quote(base64.b64encode(token).decode(), safe="")
    return f"https://setup.office.com/?token={encoded}&ctid={quote(transaction_id, safe='')}"
