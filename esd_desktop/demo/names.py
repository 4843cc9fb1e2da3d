"""Invented resellers and customers. Their addresses end in .example, which nobody can own."""

from __future__ import annotations

from random import Random

from msgspec import Struct

RESELLERS = (
    ("Northwind Distribution", "GB"),
    ("Helios Cloud SL", "ES"),
    ("Fabrikam Resale GmbH", "DE"),
    ("Ionian Systems AE", "GR"),
    ("Tailspin Partners Ltd", "GB"),
    ("Proseware Handels AG", "AT"),
    ("Lucerne IT Services", "IE"),
    ("Margie's Software Desk", "GB"),
)
_FIRST = (
    "Alpine Bluebird Cedar Delphi Evergreen Falcon Granite Harbour Indigo Juniper Kestrel Larkspur "
    "Meridian Nordic Orchard Pebble Quarry Riverside Summit Thistle Umbra Vesper Willow Zephyr"
).split()
_SECOND = (
    "Architects",
    "Bakery",
    "Dental Practice",
    "Engineering",
    "Film Studio",
    "Garden Centre",
    "Legal LLP",
    "Logistics",
    "Museum Trust",
    "Pharmacy",
    "Primary School",
    "Shipping",
    "Surveyors",
    "Tax Advisers",
    "Travel",
    "Veterinary Clinic",
)


class Party(Struct, frozen=True):
    """A reseller or a customer; ``reseller`` is the number of the one it is billed through."""

    number: str
    name: str
    email: str
    country: str
    reseller: str | None = None


def resellers() -> list[Party]:
    """The resellers, always the same."""
    return [
        Party(f"R-{100 + place}", name, f"licences@{_host(name)}", country)
        for place, (name, country) in enumerate(RESELLERS)
    ]


def customers(random: Random, sellers: list[Party], count: int) -> list[Party]:
    """So many customers with names of their own; a few buy without a reseller."""
    names = [f"{first} {second}" for first in _FIRST for second in _SECOND]
    chosen = random.sample(names, count)
    return [_customer(random, sellers, place, name) for place, name in enumerate(chosen)]


def _customer(random: Random, sellers: list[Party], place: int, name: str) -> Party:
    # The first resellers have the most customers, as in life.
    seller = random.choices(sellers, weights=range(len(sellers), 0, -1))[0]
    direct = random.random() < 0.08
    return Party(
        f"C-{2000 + place}",
        name,
        f"it@{_host(name)}",
        seller.country,
        None if direct else seller.number,
    )


def _host(name: str) -> str:
    letters = "".join(mark if mark.isalnum() else "-" for mark in name.lower())
    return f"{'-'.join(filter(None, letters.split('-')))}.example"
