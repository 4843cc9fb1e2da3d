"""The simple lists: what one can be asked for, and how many rows each of its filters has."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar

from msgspec import Struct

from esd_desktop.records import Discreet


class ListKind(StrEnum):
    """Every list besides the assets'."""

    ORDERS = "orders"
    INVOICES = "invoices"
    REQUESTS = "requests"
    MAILS = "mails"
    OFFERINGS = "offerings"
    DISCREPANCIES = "discrepancies"
    WORKS = "mass works"
    RESULTS = "results of a mass work"


class ListQuery(Discreet, frozen=True):
    """Which rows, in which order. ``account_id`` takes in what the account holds and what it is
    billed for; None is every account. ``work_id`` is the mass work whose results are wanted.
    ``filter`` and ``sort`` are names that the list knows; an empty sort is the list's own. Equal
    sort keys are ordered by id, newest first."""

    KEPT_BACK: ClassVar = ("search",)

    account_id: int | None = None
    connection_id: int | None = None
    work_id: int | None = None
    filter: str = "all"
    search: str = ""
    sort: str = ""
    descending: bool = True


class ListCounts(Struct, frozen=True):
    """How many rows each filter has before the search; ``found`` after filter and search."""

    by_filter: Mapping[str, int]
    found: int
