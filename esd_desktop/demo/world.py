"""What the invented customers bought, and what became of it.

A licence is drawn first, then put into the sandbox, which makes its key and link, and then written
into an export file as another system would leave it. Some moved on at Microsoft after the export:
those are what "Update License Status" finds.
"""

from __future__ import annotations

import csv
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from msgspec import Struct, field

from esd_desktop.demo.names import Party, customers, resellers
from esd_desktop.sandbox.catalogue import first_catalogue
from esd_desktop.sandbox.client import SandboxControl

_CUSTOMERS = 120
_MOST_EACH = 6
_CURRENCY = "GBP"
_LATELY = 0.4
# What an export says of a licence, and how often.
_FATES = {
    "redeemed": 45,
    "activated": 25,
    "redeemed meanwhile": 8,
    "cancelled": 12,
    "failed": 4,
    "unsynchronised": 3,
    "un-redeemed": 1,
}
_TOKENLESS = {"failed": "Failed", "unsynchronised": "Unsynchronised"}
_REASONS = (
    "Microsoft does not sell this product in the connection's country.",
    "Microsoft refused the request as invalid: the order reference is too long.",
)
_COLUMNS = (
    "Customer Number",
    "Customer",
    "Customer E-mail",
    "Customer Country",
    "Reseller Number",
    "Reseller",
    "Reseller E-mail",
    "Order",
    "Purchase Date",
    "SKU",
    "Product",
    "Quantity",
    "Unit Type",
    "Price",
    "Currency",
    "Status",
    "Provisioning Sync Status",
    "Synchronization Details",
    "Token",
    "Token Status",
    "Return Status",
    "Link",
    "Activation Date",
    "Client Transaction ID",
)


class Bought(Struct, frozen=True):
    """A licence as it was drawn."""

    transaction_id: str
    customer: Party
    order: str
    sku: str
    bought_at: datetime
    fate: str
    reason: str


class World(Struct):
    """Everybody and everything, the same each time for the same moment."""

    now: datetime
    random: Random = field(default_factory=lambda: Random(20241001))
    sellers: dict[str, Party] = field(default_factory=dict)
    bought: list[Bought] = field(default_factory=list)

    def __post_init__(self) -> None:
        sellers = resellers()
        self.sellers = {seller.number: seller for seller in sellers}
        for customer in customers(self.random, sellers, _CUSTOMERS):
            for _ in range(self.random.randint(1, _MOST_EACH)):
                self._buy(customer)

    def put_into(self, sandbox: SandboxControl) -> dict[str, dict[str, Any]]:
        """Let the sandbox have the licences with a token; answers them complete, by their id."""
        seeds = [self._seed(each) for each in self.bought if each.fate not in _TOKENLESS]
        return {each["transaction_id"]: each for each in sandbox.seed(seeds)}

    def export(self, path: Path, known: dict[str, dict[str, Any]]) -> None:
        """Write the file; ``known`` is what the sandbox answered."""
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, _COLUMNS)
            writer.writeheader()
            for each in self.bought:
                writer.writerow(self._line(each, known.get(each.transaction_id)))

    def _buy(self, customer: Party) -> None:
        fate = self.random.choices(list(_FATES), weights=list(_FATES.values()))[0]
        # What can still be returned was bought lately; of the rest a part, or up to two years ago.
        lately = (
            fate.startswith(("activated", "un-", "redeemed m")) or self.random.random() < _LATELY
        )
        days = self.random.randint(2, 27 if lately else 700)
        minutes = self.random.randint(0, 9 * 60)
        bought_at = (self.now - timedelta(days=days)).replace(hour=8, minute=0) + timedelta(
            minutes=minutes
        )
        self.bought.append(
            Bought(
                transaction_id=str(uuid.UUID(int=self.random.getrandbits(128), version=4)),
                customer=customer,
                order=f"SO-{10000 + len(self.bought)}",
                sku=self.random.choice(list(first_catalogue())),
                bought_at=bought_at.replace(second=0, microsecond=0),
                fate=fate,
                reason=self.random.choice(_REASONS),
            )
        )

    def _seed(self, each: Bought) -> dict[str, Any]:
        at_microsoft = {
            "redeemed": "Redeemed",
            "redeemed meanwhile": "Redeemed",
            "cancelled": "Return Accepted",
        }.get(each.fate, "Activated")
        redeemed = at_microsoft == "Redeemed"
        return {
            "transaction_id": each.transaction_id,
            "sku": each.sku,
            "issued_at": _moment(each.bought_at),
            "token_status": at_microsoft,
            "return_status": "SUCCESS" if at_microsoft == "Return Accepted" else "NONE",
            "activation_date": _moment(self._redeemed_at(each)) if redeemed else None,
        }

    def _line(self, each: Bought, known: dict[str, Any] | None) -> dict[str, str]:
        product = first_catalogue()[each.sku]
        customer = each.customer
        seller = self.sellers[customer.reseller] if customer.reseller else customer
        says_redeemed = each.fate in ("redeemed", "un-redeemed")
        cancelled = each.fate == "cancelled"
        token_status = "Redeemed" if says_redeemed else "Activated"
        if cancelled:
            token_status = "Return Accepted"
        return {
            "Customer Number": customer.number,
            "Customer": customer.name,
            "Customer E-mail": customer.email,
            "Customer Country": customer.country,
            "Reseller Number": seller.number if customer.reseller else "",
            "Reseller": seller.name if customer.reseller else "",
            "Reseller E-mail": seller.email if customer.reseller else "",
            "Order": each.order,
            "Purchase Date": _moment(each.bought_at),
            "SKU": each.sku,
            "Product": product.names["en"].partition(",")[0],
            "Quantity": "1",
            "Unit Type": "licence",
            "Price": product.prices[_CURRENCY],
            "Currency": _CURRENCY,
            "Status": "Canceled" if cancelled else "Active",
            "Provisioning Sync Status": _TOKENLESS.get(each.fate, "Synchronized"),
            "Synchronization Details": each.reason if each.fate == "failed" else "",
            "Token": known["product_key"] if known else "",
            "Token Status": token_status if known else "",
            "Return Status": "SUCCESSFUL" if cancelled else "NONE",
            "Link": known["activation_link"] if known else "",
            "Activation Date": _moment(self._redeemed_at(each)) if says_redeemed else "",
            "Client Transaction ID": each.transaction_id,
        }

    def _redeemed_at(self, each: Bought) -> datetime:
        # Drawn from the licence itself, so that file and sandbox name the same moment.
        return each.bought_at + timedelta(hours=1 + int(each.transaction_id[:2], 16) / 12)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
