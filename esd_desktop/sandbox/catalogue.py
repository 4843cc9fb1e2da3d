"""The products on sale: plausible codes, names in three languages, demo prices in two currencies.

The codes are of the kind seen in shops and mean nothing here; the prices are made up.
"""

from __future__ import annotations

import re
from typing import Any, Literal, get_args

from msgspec import Struct
from msgspec.structs import asdict, replace

ProductStatus = Literal["Available", "Discontinued"]
Texts = dict[str, str]  # by language: en, de, el

_PRICE = re.compile(r"\d+\.\d\d")

_CURRENCY_OF = dict.fromkeys(
    "AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK".split(), "EUR"
) | {"GB": "GBP"}


class Product(Struct, frozen=True):
    """One product in every language and currency it is sold in."""

    sku: str
    names: Texts
    descriptions: Texts
    prices: dict[str, str]
    return_window_days: int | None
    status: ProductStatus = "Available"
    unit_type: str = "licence"

    def offered(self, country: str, language: str) -> dict[str, Any]:
        """The product as the service shows it; the country must be one that is served."""
        currency = _CURRENCY_OF[country]
        return {
            "sku": self.sku,
            "name": _spoken(self.names, language),
            "description": _spoken(self.descriptions, language),
            "unitType": self.unit_type,
            "price": {"amount": self.prices[currency], "currency": currency},
            "returnWindowDays": self.return_window_days,
            "status": self.status,
        }

    def changed(self, changes: dict[str, Any]) -> Product:
        """With another ``name``, ``description`` or ``price`` for everybody, another ``status``,
        ``unit_type`` or ``return_window_days``; ValueError where a change makes no sense."""
        plain = {"status", "unit_type", "return_window_days"}
        unknown = changes.keys() - plain - {"name", "description", "price"}
        price = str(changes.get("price", "0.00"))
        status = changes.get("status", self.status)
        if unknown or not _PRICE.fullmatch(price) or status not in get_args(ProductStatus):
            raise ValueError(f"a product cannot be changed like this: {changes}")
        values: dict[str, Any] = {name: changes[name] for name in plain & changes.keys()}
        for name in {"name", "description"} & changes.keys():
            values[f"{name}s"] = dict.fromkeys(self.names, str(changes[name]))
        if "price" in changes:
            values["prices"] = dict.fromkeys(self.prices, price)
        return replace(self, **values)

    def as_record(self) -> dict[str, Any]:
        """The product as the journal keeps it."""
        return asdict(self)


def is_served(country: str) -> bool:
    """Whether anything is sold in this country (ISO 3166, two capital letters)."""
    return country in _CURRENCY_OF


def _spoken(texts: Texts, language: str) -> str:
    """The text for a language tag such as ``de-AT``; English where it is not spoken here."""
    return texts.get(language.partition("-")[0].lower(), texts["en"])


_DOWNLOAD = {"en": "download licence", "de": "Download-Lizenz", "el": "άδεια λήψης"}
_ONE_PC = {
    "en": "For one PC, without expiry.",
    "de": "Für einen PC, ohne Ablauf.",
    "el": "Για έναν υπολογιστή, χωρίς λήξη.",
}
_ONE_PC_OR_MAC = {
    "en": "For one PC or Mac, without expiry.",
    "de": "Für einen PC oder Mac, ohne Ablauf.",
    "el": "Για έναν υπολογιστή PC ή Mac, χωρίς λήξη.",
}
_ONE_PERSON = {
    "en": "For one person on several devices, 12 months.",
    "de": "Für eine Person auf mehreren Geräten, 12 Monate.",
    "el": "Για ένα άτομο σε πολλές συσκευές, 12 μήνες.",
}
_HOUSEHOLD = {
    "en": "For up to six people, 12 months.",
    "de": "Für bis zu sechs Personen, 12 Monate.",
    "el": "Για έως έξι άτομα, 12 μήνες.",
}


def new_product(sku: str) -> Product:
    """A product that was not there before, to be told its name and its price."""
    return _product(sku, sku, _ONE_PC, "100.00", "100.00")


def _product(
    sku: str,
    name: str,
    descriptions: Texts,
    euro: str,
    pound: str,
    return_window_days: int | None = 30,
    status: ProductStatus = "Available",
) -> Product:
    names = {language: f"{name}, {words}" for language, words in _DOWNLOAD.items()}
    prices = {"EUR": euro, "GBP": pound}
    return Product(sku, names, descriptions, prices, return_window_days, status)


def first_catalogue() -> dict[str, Product]:
    """The products of a new sandbox, by SKU."""
    products = (
        _product("T5D-03485", "Office Home & Business 2021", _ONE_PC_OR_MAC, "229.00", "199.00"),
        _product(
            *("79G-05412", "Office Home & Student 2021", _ONE_PC_OR_MAC, "119.00", "99.00"),
            status="Discontinued",
        ),
        _product("EP2-06606", "Office Home & Business 2024", _ONE_PC_OR_MAC, "299.00", "249.99"),
        _product("EP2-06798", "Office Home 2024", _ONE_PC_OR_MAC, "149.00", "119.99"),
        _product("QQ2-00012", "Microsoft 365 Personal", _ONE_PERSON, "69.00", "59.99", None),
        _product("6GQ-00092", "Microsoft 365 Family", _HOUSEHOLD, "99.00", "79.99", None),
        _product("KW9-00664", "Windows 11 Home", _ONE_PC, "145.00", "119.99"),
        _product("FQC-10572", "Windows 11 Pro", _ONE_PC, "259.00", "219.99"),
        _product("D86-06117", "Visio Standard 2024", _ONE_PC, "379.00", "319.99"),
        _product("D87-07762", "Visio Professional 2024", _ONE_PC, "699.00", "579.99"),
        _product("076-06036", "Project Standard 2024", _ONE_PC, "819.00", "679.99"),
        _product("H30-06118", "Project Professional 2024", _ONE_PC, "1429.00", "1129.99"),
        _product("077-07365", "Access 2024", _ONE_PC, "179.00", "149.99", None),
    )
    return {product.sku: product for product in products}
