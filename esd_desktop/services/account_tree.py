"""Accounts as a tree: resellers and, below each, the customers who buy through it (C4).

Of many accounts
only the top is read at first, and the customers of a reseller once it is opened.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, Final

from esd_desktop.models.account_lines import AccountLine
from esd_desktop.models.rows import AssetQuery
from esd_desktop.models.statuses import AccountKind
from esd_desktop.services.browse import account_list, asset_counts
from esd_desktop.services.browse_accounts import (
    account_lines,
    account_number,
    asset_numbers,
    customer_lines,
    reseller_above,
)
from esd_desktop.services.context import Services

# In place of an account's id, which is never below 1.
ALL_ACCOUNTS: Final = 0
TOP: Final = -1
# So few customers come with their resellers, so that a branch opens at once.
_AT_ONCE = 2_000
_RESELLER = AccountKind.RESELLER


class AccountTree:
    """What is below what, by id. ``has_all``: it begins with the line "All accounts". After a
    search, of how many accounts ``among`` says, it has just what was found: each with its reseller,
    and a reseller that was found by itself with its customers. ``numbers``: how many assets an
    account has, as far as that was read with it."""

    def __init__(
        self,
        lines: Iterable[AccountLine] = (),
        *,
        has_all: bool = False,
        among: int | None = None,
        numbers: Mapping[int, int] | None = None,
    ) -> None:
        self.among = among
        self.numbers = numbers or {}
        self.lines: dict[int, AccountLine] = {}
        self._resellers: list[int] = []
        self._below: dict[int, list[int]] = {TOP: [ALL_ACCOUNTS] if has_all else []}
        # By whom it is below, once somebody asks: of some ten thousand a few are asked for.
        self._positions: dict[int, dict[int, int]] = {}
        self.add(lines)

    def __getstate__(self) -> tuple[Any, ...]:
        """Column by column: by ten thousand lines, that crosses to another process much sooner."""
        columns = tuple(zip(*self.lines.values(), strict=True))
        return self.among, self.numbers, columns, self._resellers, self._below

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self.among, self.numbers, columns, self._resellers, self._below = state
        lines = map(AccountLine._make, zip(*columns, strict=True))
        self.lines = {line.id: line for line in lines}
        self._positions = {}

    @property
    def holds_accounts(self) -> bool:
        """Whether it has any account at all."""
        return bool(self.lines)

    @property
    def found_ids(self) -> frozenset[int]:
        """The accounts that the search found; none where nothing was searched."""
        if self.among is None:
            return frozenset()
        return frozenset(line.id for line in self.lines.values() if line.found)

    @property
    def unread(self) -> frozenset[int]:
        """The resellers of which the customers have not been read."""
        return frozenset(one for one in self.branches if one not in self._below)

    @property
    def branches(self) -> Sequence[int]:
        """The resellers that have customers, read or not, by name."""
        return [one for one in self._resellers if self.number_below(one)]

    def below(self, parent: int) -> Sequence[int]:
        """What is directly below an account, or below TOP, as far as it was read."""
        return self._below.get(parent, ())

    def number_below(self, parent: int) -> int:
        """How many lines are directly below an account, read or not."""
        if (below := self._below.get(parent)) is not None:
            return len(below)
        return self.lines[parent].customers if parent in self.lines else 0

    def place(self, account_id: int) -> tuple[int, int] | None:
        """What it is below, and at which position; None where it is not in the tree."""
        line = self.lines.get(account_id)
        parent = TOP if line is None or line.reseller_id is None else line.reseller_id
        if parent not in self._positions:
            self._positions[parent] = {one: at for at, one in enumerate(self.below(parent))}
        position = self._positions[parent].get(account_id)
        return None if position is None else (parent, position)

    def has_shape_of(self, other: AccountTree) -> bool:
        """Whether every account stands at the same place in both; their names may differ."""
        return self._below == other._below and self._numbers_below() == other._numbers_below()

    def is_hit(self, account_id: int) -> bool:
        """False for what is there only because something below it was found."""
        return account_id == ALL_ACCOUNTS or self.lines[account_id].found

    def leading_to_hits(self) -> list[int]:
        """The resellers below which something was found."""
        if self.among is None:
            return []
        return [one for one in self.below(TOP) if any(map(self.is_hit, self.below(one)))]

    def add(self, lines: Iterable[AccountLine]) -> None:
        """Put these in, each below its reseller, among which is nobody yet."""
        ordered = _by_name(lines)
        self.lines |= {line.id: line for line in ordered}
        self._resellers += [line.id for line in ordered if line.is_reseller]
        for line in ordered:
            parent = TOP if line.reseller_id is None else line.reseller_id
            self._below.setdefault(parent, []).append(line.id)
        self._positions.clear()

    def _numbers_below(self) -> Mapping[int, int]:
        return {one: self.number_below(one) for one in self._resellers}


async def read_tree(
    services: Services, words: str, opened: Collection[int] = (), led_to: int | None = None
) -> AccountTree:
    """The accounts at the top, or those that the words find; with the customers of the resellers
    that are ``opened``, and of the one below which ``led_to`` stands."""
    among = await account_number(services) if words.strip() else None
    lines = await account_lines(services, words)
    tree = AccountTree(lines, has_all=among is None, among=among)
    unread = tree.unread
    if sum(tree.lines[one].customers for one in unread) > _AT_ONCE:
        above = None
        if led_to is not None and among is None and tree.place(led_to) is None:
            above = await reseller_above(services, led_to)
        unread &= {*opened, above}
    tree.add(await read_branches(services, tree, unread))
    return tree


async def read_branches(
    services: Services, tree: AccountTree, reseller_ids: Collection[int]
) -> list[AccountLine]:
    """The customers of these resellers of a tree, in no order."""
    lines = await customer_lines(services, reseller_ids)
    # What a search found is there already: it did not find these.
    return lines if tree.among is None else [line._replace(found=False) for line in lines]


async def read_customers(services: Services, reseller_id: int) -> AccountTree:
    """The customers of a reseller, with the number of assets of each."""
    rows = await account_list(services, reseller_id=reseller_id)
    lines = [AccountLine(row.id, row.name, row.kind is _RESELLER, None, 0, True) for row in rows]
    return AccountTree(lines, numbers={row.id: row.asset_count for row in rows})


async def read_numbers(services: Services, account_ids: Collection[int]) -> dict[int, int]:
    """How many assets each of these accounts has; ALL_ACCOUNTS stands for all of them."""
    numbers = await asset_numbers(services, [one for one in account_ids if one != ALL_ACCOUNTS])
    if ALL_ACCOUNTS in account_ids:
        numbers[ALL_ACCOUNTS] = (await asset_counts(services, AssetQuery())).all
    return numbers


def _by_name(lines: Iterable[AccountLine]) -> list[AccountLine]:
    """As a person looks them up: "Äther" stands with the A. The store's order knows ASCII only."""
    # By one after the other: Python compares words quicker than what is put together of them.
    ordered = sorted(lines, key=attrgetter("name", "id"))
    ordered.sort(key=lambda line: _without_marks(line.name))
    return ordered


def _without_marks(name: str) -> str:
    if name.isascii():
        return name.casefold()
    return unicodedata.normalize("NFKD", name.casefold()).translate(_MARKS)


class _Marks(dict[int, int | None]):
    """What becomes of a letter: marks go. Each is looked up once, since there are few."""

    def __missing__(self, letter: int) -> int | None:
        self[letter] = None if unicodedata.combining(chr(letter)) else letter
        return self[letter]


_MARKS = _Marks()
