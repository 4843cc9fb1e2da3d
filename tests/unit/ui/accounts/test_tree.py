from __future__ import annotations

from dataclasses import replace

from esd_desktop.models.rows import AccountRow
from esd_desktop.models.statuses import AccountKind
from esd_desktop.ui.accounts.tree import (
    ALL_ACCOUNTS,
    TOP,
    AccountTree,
    Census,
    read_customers,
    read_tree,
)
from esd_desktop.ui.desk import Desk
from tests.support.sowing import Sown
from tests.support.window import Run

_RESELLER = AccountRow(
    id=1,
    kind=AccountKind.RESELLER,
    name="Helios",
    reference=None,
    email=None,
    country=None,
    language=None,
    reseller_id=None,
    reseller=None,
    asset_count=0,
)


def customer(number: int, name: str, reseller_id: int | None = None) -> AccountRow:
    return replace(
        _RESELLER, id=number, kind=AccountKind.CUSTOMER, name=name, reseller_id=reseller_id
    )


def test_customers_stand_below_their_reseller_the_others_beside_it() -> None:
    rows = [customer(3, "Zephyr"), customer(2, "Aegean", 1), _RESELLER]
    tree = AccountTree(Census(rows, 7))
    assert list(tree.below(TOP)) == [ALL_ACCOUNTS, 1, 3]
    assert list(tree.below(1)) == [2]
    assert tree.place(2) == (1, 0)
    assert tree.place(99) is None


def test_a_customer_whose_reseller_is_no_reseller_is_not_lost() -> None:
    rows = [customer(2, "Aegean"), customer(3, "Zephyr", 2), customer(4, "Unknown", 99)]
    tree = AccountTree(Census(rows, None))
    assert list(tree.below(TOP)) == [2, 4, 3]


def test_names_are_ordered_as_people_look_them_up() -> None:
    names = ["zeta", "Äther", "Beta", "alpha", "Azur", "Émile", "Öl"]
    rows = [customer(number, name) for number, name in enumerate(names, 1)]
    tree = AccountTree(Census(rows, None))
    ordered = [tree.rows[one].name for one in tree.below(TOP)]
    assert ordered == ["alpha", "Äther", "Azur", "Beta", "Émile", "Öl", "zeta"]


def test_a_search_keeps_the_reseller_of_what_it_found() -> None:
    rows = [_RESELLER, customer(2, "Aegean", 1), customer(3, "Müller", 1), customer(4, "Zephyr")]
    tree = AccountTree(Census(rows, 7), frozenset({3}))
    assert list(tree.below(TOP)) == [1]
    assert list(tree.below(1)) == [3]
    assert tree.leading_to_hits() == [1]
    assert not tree.is_hit(1)
    assert tree.is_hit(3)


def test_a_reseller_that_is_found_by_itself_keeps_its_customers() -> None:
    rows = [_RESELLER, customer(2, "Aegean", 1), customer(4, "Zephyr")]
    tree = AccountTree(Census(rows, 7), frozenset({1}))
    assert list(tree.below(TOP)) == [1]
    assert list(tree.below(1)) == [2]
    assert tree.leading_to_hits() == []


def test_what_the_store_has(run: Run, desk: Desk, sown: Sown) -> None:
    tree = run(desk.read(read_tree, ""))
    assert tree.census.total == sown.listed
    assert tree.hits is None
    assert list(tree.below(TOP)) == [ALL_ACCOUNTS, sown.reseller, sown.empty_customer]
    assert list(tree.below(sown.reseller)) == [sown.other_customer, sown.customer]
    assert tree.rows[sown.reseller].asset_count == 6
    assert tree.rows[sown.empty_customer].asset_count == 0


def test_a_search_goes_over_name_reference_and_address(run: Run, desk: Desk, sown: Sown) -> None:
    for words in ("MÜLLER söhne", "c-200", "it@mueller"):
        tree = run(desk.read(read_tree, words))
        assert tree.hits == frozenset({sown.customer})
    assert not run(desk.read(read_tree, "nobody")).holds_accounts


def test_a_census_that_holds_is_not_read_again(run: Run, desk: Desk, sown: Sown) -> None:
    census = Census([_RESELLER], 99)
    tree = run(desk.read(read_tree, "", census))
    assert tree.census is census
    assert list(tree.below(TOP)) == [ALL_ACCOUNTS, 1]


def test_the_customers_of_a_reseller(run: Run, desk: Desk, sown: Sown) -> None:
    tree = run(desk.read(read_customers, sown.reseller))
    assert list(tree.below(TOP)) == [sown.other_customer, sown.customer]
    assert tree.rows[sown.customer].asset_count == 3
    assert not run(desk.read(read_customers, sown.customer)).holds_accounts
