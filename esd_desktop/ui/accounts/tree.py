"""Accounts as a tree: resellers and, below each, the customers who buy through it (C4).

Plain data. It is read and built on the worker, so that the window only shows it, however many there
are.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from esd_desktop.models.rows import AccountRow, AssetQuery
from esd_desktop.models.statuses import AccountKind
from esd_desktop.services.browse import account_list, asset_counts
from esd_desktop.services.context import Services

# In place of an account's id, which is never below 1.
ALL_ACCOUNTS: Final = 0
TOP: Final = -1


@dataclass(frozen=True, slots=True)
class Census:
    """All accounts there are, and how many assets in all; with None for ``total`` there is no line
    "All accounts"."""

    rows: Sequence[AccountRow]
    total: int | None


class AccountTree:
    """What is below what, by id. With ``hits``, what a search found, it has just those: each with
    its reseller, and a reseller that was found by itself with its customers."""

    def __init__(self, census: Census, hits: frozenset[int] | None = None) -> None:
        self.census = census
        self.hits = hits
        self.rows: dict[int, AccountRow] = {}
        self._below: dict[int, list[int]] = {TOP: []}
        self._places: dict[int, tuple[int, int]] = {}
        if hits is None and census.total is not None:
            self._put(TOP, ALL_ACCOUNTS)
        resellers = {row.id for row in census.rows if row.kind is AccountKind.RESELLER}
        for row in _by_name(_shown(census.rows, hits)):
            self.rows[row.id] = row
            nested = row.id not in resellers and row.reseller_id in resellers
            self._put(row.reseller_id if nested and row.reseller_id else TOP, row.id)

    @property
    def holds_accounts(self) -> bool:
        """Whether it has any account at all."""
        return bool(self.rows)

    def below(self, parent: int) -> Sequence[int]:
        """What is directly below an account, or below TOP."""
        return self._below.get(parent, ())

    def place(self, account_id: int) -> tuple[int, int] | None:
        """What it is below, and at which position; None where it is not in the tree."""
        return self._places.get(account_id)

    def has_shape_of(self, other: AccountTree) -> bool:
        """Whether every account stands at the same place in both; names and numbers may differ."""
        return self._places == other._places

    def is_hit(self, account_id: int) -> bool:
        """False for what is there only because something below it was found."""
        return self.hits is None or account_id in self.hits

    def leading_to_hits(self) -> list[int]:
        """The resellers below which something was found."""
        if self.hits is None:
            return []
        return [one for one in self.below(TOP) if not self.hits.isdisjoint(self.below(one))]

    def _put(self, parent: int, account_id: int) -> None:
        siblings = self._below.setdefault(parent, [])
        self._places[account_id] = (parent, len(siblings))
        siblings.append(account_id)


async def read_tree(services: Services, words: str, census: Census | None = None) -> AccountTree:
    """All accounts, or those that the words find. A ``census`` that holds is not read anew."""
    if census is None:
        counts = await asset_counts(services, AssetQuery())
        census = Census(await account_list(services), counts.all)
    if not words.strip():
        return AccountTree(census)
    found = await account_list(services, words)
    return AccountTree(census, frozenset(row.id for row in found))


async def read_customers(services: Services, reseller_id: int) -> AccountTree:
    """The customers of a reseller by name."""
    return AccountTree(Census(await account_list(services, reseller_id=reseller_id), None))


def _shown(rows: Sequence[AccountRow], hits: frozenset[int] | None) -> Sequence[AccountRow]:
    if hits is None:
        return rows
    leading = {row.reseller_id for row in rows if row.id in hits}
    whole = hits - leading
    return [row for row in rows if row.id in hits or row.id in leading or row.reseller_id in whole]


def _by_name(rows: Sequence[AccountRow]) -> list[AccountRow]:
    """As a person looks them up: "Äther" stands with the A. The store's order knows ASCII only."""
    return sorted(rows, key=lambda row: (_without_marks(row.name), row.name, row.id))


def _without_marks(name: str) -> str:
    if name.isascii():
        return name.casefold()
    apart = unicodedata.normalize("NFKD", name.casefold())
    return "".join(mark for mark in apart if not unicodedata.combining(mark))
