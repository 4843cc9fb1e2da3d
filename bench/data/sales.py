"""Orders with their licences, keys, invoices and history, as years of selling leave them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, TypeAlias

from bench.data.people import People
from esd_desktop.models.base import search_text
from esd_desktop.models.values import KEY_ALPHABET, ActivationLink, ProductKey
from esd_desktop.services.keys import OpenCipher

Rows: TypeAlias = list[tuple[Any, ...]]

COLUMNS: dict[str, tuple[str, ...]] = {
    "orders": ("id", "number", "customer_id", "billing_to_id", "placed_at", "placed_by"),
    "assets": (
        *("id", "version", "customer_id", "billing_to_id", "connection_id", "order_id"),
        *("client_transaction_id", "status", "purchase_date", "sku", "product", "quantity"),
        *("unit_type", "price_amount", "currency", "provisioning_sync_status"),
        *("synchronization_details", "key_last_five", "key_hash", "token_status"),
        *("return_status", "activation_date", "checked_at", "search_text"),
        *("deleted_at", "deleted_by"),
    ),
    "asset_secrets": ("asset_id", "key_id", "sealed_key", "sealed_link"),
    "invoices": (
        *("id", "number", "kind", "account_id", "order_id", "credits_id", "currency"),
        *("net_amount", "tax_amount", "billed_name", "billed_country", "issued_at"),
    ),
    "invoice_items": (
        *("invoice_id", "asset_id", "kind", "description", "amount", "tax_rate", "tax_amount"),
    ),
    "audit": ("at", "operator", "action", "sentence", "asset_id", "account_id", "changes"),
}

_FIRST_DAY = datetime(2022, 1, 3, 8, tzinfo=UTC)
_OVER = timedelta(days=4 * 365)
_PRODUCTS = (
    ("Office Home & Business 2024", "EP2-06606", 2_490_000),
    ("Office Home & Student 2024", "EP2-06605", 1_490_000),
    ("Office LTSC Professional Plus 2024", "DG7GMGF0PN5J", 4_190_000),
    ("Windows 11 Pro", "FQC-10572", 2_590_000),
    ("Windows 11 Home", "KW9-00664", 1_450_000),
    ("Visio Standard 2024", "EP2-06613", 3_299_000),
    ("Visio Professional 2024", "EP2-06614", 6_199_000),
    ("Project Standard 2024", "EP2-06611", 7_299_000),
    ("Project Professional 2024", "EP2-06612", 12_299_000),
    ("Microsoft 365 Personal", "QQ2-00012", 690_000),
    ("Microsoft 365 Family", "6GQ-00092", 990_000),
    ("Microsoft 365 Business Standard", "KLQ-00211", 1_260_000),
)
# Of the licences: without a key yet, cancelled, used, removed from the list.
_WITHOUT_KEY, _CANCELLED, _REDEEMED, _DELETED = 0.05, 0.2, 0.5, 0.005
_MOST_OF_AN_ORDER = 10
_WHO = "anna"


@dataclass(slots=True)
class Sales:
    """Orders one after the other, until there are so many licences. Each number comes from the
    seed, so that the same store is built each time; but for the keys, whose sealing is random."""

    random: Random
    people: People
    cipher: OpenCipher
    licences: int
    _asset: int = 0
    _order: int = 0
    _invoice: int = 0
    _rows: dict[str, Rows] = field(default_factory=dict)

    def batches(self, most: int) -> Iterator[dict[str, Rows]]:
        """Rows by table, in the order of ``COLUMNS``, of some ``most`` licences at a time."""
        while self._asset < self.licences:
            self._rows = {table: [] for table in COLUMNS}
            upto = min(self._asset + most, self.licences)
            while self._asset < upto:
                self._sell(
                    min(1 + int(self.random.random() ** 2 * _MOST_OF_AN_ORDER), upto - self._asset)
                )
            yield self._rows

    @property
    def sold(self) -> int:
        return self._asset

    def _sell(self, count: int) -> None:
        """One order, with an invoice, and a credit where something of it was given back."""
        self._order += 1
        customer = self.people.a_customer(self.random)
        billed = self.people.billed(customer)
        at = _FIRST_DAY + _OVER * (self._asset / self.licences)
        number = f"SO-{self._order:06d}"
        self._rows["orders"].append((self._order, number, customer, billed, _stored(at), _WHO))
        sold = [self._licence(customer, billed, number, at) for _ in range(count)]
        charged = self._bill("Invoice", billed, sold, at)
        returned = [
            (asset, name, -price) for asset, name, price, was_returned in sold if was_returned
        ]
        if returned:
            credit = [(*each, False) for each in returned]
            self._bill("Credit", billed, credit, at + timedelta(days=9), takes_back=charged)

    def _licence(
        self, customer: int, billed: int, order: str, at: datetime
    ) -> tuple[int, str, int, bool]:
        """Its id, its name, its price, and whether it was given back."""
        self._asset += 1
        chance = self.random.random
        product, sku, price = self.random.choice(_PRODUCTS)
        has_key = chance() >= _WITHOUT_KEY
        cancelled = has_key and chance() < _CANCELLED
        redeemed = has_key and not cancelled and chance() < _REDEEMED
        deleted = chance() < _DELETED
        transaction = f"{self.random.getrandbits(128):032x}"
        key = ProductKey(self._key()) if has_key else None
        token = "Return Accepted" if cancelled else "Redeemed" if redeemed else "Activated"
        failed = self._asset % 2
        found_by = search_text(order, product, sku, key.last_five if key else None)
        self._rows["assets"].append(
            (
                *(self._asset, 1, customer, billed, 1, self._order, transaction),
                "Cancelled" if cancelled else "Active",
                *(_stored(at), sku, product, 1, "licence", price, "EUR"),
                "Synchronized" if key else "Failed" if failed else "Unsynchronised",
                "Microsoft does not sell it in this country." if not key and failed else None,
                key.last_five if key else None,
                self.cipher.fingerprint(key) if key else None,
                token if key else None,
                "SUCCESS" if cancelled else "NONE",
                _stored(at + timedelta(days=2)) if redeemed else None,
                _stored(at) if key else None,
                found_by,
                *((_stored(at + timedelta(days=30)), _WHO) if deleted else (None, None)),
            )
        )
        if key:
            self._seal(key, transaction)
        said = f"Imported from years.csv, line {self._asset + 1}."
        self._rows["audit"].append((_stored(at), _WHO, "import", said, self._asset, customer, "{}"))
        return self._asset, product, price, cancelled

    def _seal(self, key: ProductKey, transaction: str) -> None:
        seal = self.cipher.seal
        link = ActivationLink(f"https://setup.office.com/?token={transaction}&ctid={transaction}")
        sealed = (seal(self._asset, key), seal(self._asset, link))
        self._rows["asset_secrets"].append((self._asset, self.cipher.key_id, *sealed))

    def _key(self) -> str:
        letters = "".join(self.random.choices(KEY_ALPHABET, k=25))
        return "-".join(letters[first : first + 5] for first in range(0, 25, 5))

    def _bill(
        self,
        kind: str,
        billed: int,
        sold: list[tuple[int, str, int, bool]],
        at: datetime,
        takes_back: int | None = None,
    ) -> int:
        self._invoice += 1
        number = f"{'INV' if kind == 'Invoice' else 'CRN'}-{self._invoice:07d}"
        net = sum(price for _, _, price, _ in sold)
        self._rows["invoices"].append(
            (
                *(self._invoice, number, kind, billed, self._order, takes_back, "EUR", net, 0),
                *(self.people.name(billed), self.people.country(billed), _stored(at)),
            )
        )
        self._rows["invoice_items"] += [
            (self._invoice, asset, kind, product, price, 0, 0) for asset, product, price, _ in sold
        ]
        return self._invoice


def _stored(at: datetime) -> str:
    """A moment as SQLite keeps it."""
    return at.strftime("%Y-%m-%d %H:%M:%S.%f")
