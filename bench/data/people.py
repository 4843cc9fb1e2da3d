"""Resellers and customers with names of their own. A few have thousands of licences, most some."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

_FIRST = (
    "Alpine Bluebird Cedar Delphi Evergreen Falcon Granite Harbour Indigo Juniper Kestrel Larkspur "
    "Meridian Nordic Orchard Pebble Quarry Riverside Summit Thistle Umbra Vesper Willow Zephyr "
    "Ægir Björk Čapek Dvořák Élan Ødegård Grün Łódź Müller Nuñez Sömmer Žižka"
).split()
_SECOND = (
    "Architects Bakery Dental Engineering Film Garden Legal Logistics Museum Pharmacy School "
    "Shipping Surveyors Tax Travel Veterinary Energy Textiles Insurance Vineyards"
).split()
_FORMS = ("GmbH", "Ltd", "SA", "AG", "BV", "SpA", "AE", "KG")
_COUNTRIES = ("DE", "GB", "FR", "AT", "NL", "IT", "GR", "ES")
# How unequal they are: at a million licences the largest customer has some thousand.
_UNEQUAL = 2.5
_BOUGHT_DIRECTLY = 0.3
_CREATED_AT = "2020-01-07 08:00:00.000000"


@dataclass(frozen=True, slots=True)
class People:
    """Accounts by id: the resellers first. ``reseller_of`` is None for who is billed himself."""

    names: list[str]
    reseller_of: list[int | None]
    resellers: int

    def name(self, account: int) -> str:
        return self.names[account - 1]

    def country(self, account: int) -> str:
        return _COUNTRIES[account % len(_COUNTRIES)]

    def billed(self, customer: int) -> int:
        """Who is billed for what the customer buys."""
        return self.reseller_of[customer - 1] or customer

    def a_customer(self, random: Random) -> int:
        """Whoever buys next."""
        customers = len(self.names) - self.resellers
        return self.resellers + 1 + int(customers * random.random() ** _UNEQUAL)

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """In the order of ``COLUMNS``."""
        for account, name in enumerate(self.names, 1):
            is_reseller = account <= self.resellers
            number = f"{'R' if is_reseller else 'C'}-{100_000 + account}"
            email = f"licences@a{account}.example"
            yield (
                account,
                1,
                "Reseller" if is_reseller else "Customer",
                name,
                number,
                email,
                self.country(account),
                "en",
                self.reseller_of[account - 1],
                f"{name} {number} {email}".casefold(),
                _CREATED_AT,
            )


COLUMNS = (
    *("id", "version", "kind", "name", "reference", "email", "country", "language"),
    *("reseller_id", "search_text", "created_at"),
)


def people(random: Random, count: int) -> People:
    """So many accounts, one in a hundred of them a reseller."""
    resellers = max(2, count // 100)
    names = [_name(random, account) for account in range(1, count + 1)]
    sellers = [
        None
        if account <= resellers or random.random() < _BOUGHT_DIRECTLY
        else 1 + int(resellers * random.random() ** _UNEQUAL)
        for account in range(1, count + 1)
    ]
    return People(names, sellers, resellers)


def _name(random: Random, account: int) -> str:
    first, second = random.choice(_FIRST), random.choice(_SECOND)
    return f"{first} {second} {random.choice(_FORMS)} {account}"
