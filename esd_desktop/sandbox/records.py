"""A licence as the control interface shows and takes it: flat, with its whole key and link."""

from __future__ import annotations

from typing import Any

from msgspec.structs import asdict, replace

from esd_desktop.sandbox import clock
from esd_desktop.sandbox.licence import (
    DEMO_GROUP,
    Licence,
    Order,
    link_of,
    new_product_key,
)

_OF_ORDER = ("country", "language", "order_reference")
_OF_LICENCE = tuple(name for name in Licence.__struct_fields__ if name != "order")
_MAY_BE_NULL = {"activation_date", "activation_link", *_OF_ORDER}


def record_of(licence: Licence, link_secret: bytes) -> dict[str, Any]:
    """Every field; those of the order are null where the licence was not bought."""
    order = asdict(licence.order) if licence.order else dict.fromkeys(_OF_ORDER)
    link = link_of(licence, link_secret)
    return {**order, **_without_order(licence), "activation_link": link}


def licence_from(record: dict[str, Any]) -> Licence:
    """The licence of a record, in which only ``transaction_id`` and ``sku`` have to be given: it is
    then activated, issued now, with a key and a link of its own. ValueError for any other field,
    and for a key that might be a real one."""
    _check(record, {*_OF_LICENCE, *_OF_ORDER})
    missing = {"transaction_id", "sku"} - record.keys()
    if missing:
        raise ValueError(f"a licence needs its {' and '.join(sorted(missing))}")
    usual = {"product_key": new_product_key(), "issued_at": clock.as_text(clock.now())}
    given = {name: each for name, each in record.items() if name in _OF_LICENCE}
    return Licence(**{**usual, **given}, order=_order_of(record))


def forced(licence: Licence, changes: dict[str, Any]) -> Licence:
    """The licence with these fields changed, also to what no licence can become."""
    _check(changes, {*_OF_LICENCE} - {"transaction_id"})
    return replace(licence, **changes)


def _without_order(licence: Licence) -> dict[str, Any]:
    return {name: getattr(licence, name) for name in _OF_LICENCE}


def _order_of(record: dict[str, Any]) -> Order | None:
    of_order = {name: record[name] for name in _OF_ORDER if record.get(name)}
    return Order(sku=record["sku"], **of_order) if len(of_order) == len(_OF_ORDER) else None


def _check(record: dict[str, Any], known: set[str]) -> None:
    unknown = record.keys() - known
    if unknown:
        raise ValueError(
            f"there is no {', '.join(sorted(unknown))}; there are {', '.join(sorted(known))}"
        )
    for name, value in record.items():
        if not isinstance(value, str) and not (value is None and name in _MAY_BE_NULL):
            raise ValueError(f"{name} cannot be {value!r}")
    if "issued_at" in record:
        clock.from_text(record["issued_at"])
    if not str(record.get("product_key", DEMO_GROUP)).startswith(DEMO_GROUP):
        raise ValueError(f"a key here begins with {DEMO_GROUP}, so that it cannot be a real one")
