"""The account browser's lines, of which there may be tens of thousands: no more than is shown."""

from __future__ import annotations

from typing import NamedTuple


class AccountLine(NamedTuple):
    """An account among the others. ``reseller_id`` is the reseller it stands below, ``customers``
    how many stand below itself; ``found`` is False where it only leads to what a search found."""

    id: int
    name: str
    is_reseller: bool
    reseller_id: int | None
    customers: int
    found: bool
