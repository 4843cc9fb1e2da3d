"""The tree of accounts: what stands below what."""

from __future__ import annotations

import pickle

import pytest

from esd_desktop.models.account_lines import AccountLine
from esd_desktop.services import account_tree as trees
from esd_desktop.services.account_tree import (
    ALL_ACCOUNTS,
    TOP,
    AccountTree,
    read_branches,
    read_customers,
    read_numbers,
    read_tree,
)
from esd_desktop.ui.desk import Desk
from tests.support.sowing import Sown
from tests.support.window import Run, desk, run, sown

__all__ = ["desk", "run", "sown"]

RESELLER = AccountLine(1, "Helios", is_reseller=True, reseller_id=None, customers=0, found=True)


def customer(number: int, name: str, reseller_id: int | None = None) -> AccountLine:
    return AccountLine(number, name, False, reseller_id, 0, True)


def test_it_crosses_to_another_process_as_it_is() -> None:
    tree = AccountTree([customer(2, "Aegean", 1), RESELLER], among=4, numbers={1: 7})
    crossed = pickle.loads(pickle.dumps(tree))  # noqa: S301 - just made
    assert crossed.lines == tree.lines
    assert crossed.place(2) == (1, 0)
    assert (crossed.among, crossed.numbers, crossed.branches) == (4, {1: 7}, [1])
    empty = pickle.loads(pickle.dumps(AccountTree()))  # noqa: S301 - just made
    assert empty.lines == {}


def test_customers_stand_below_their_reseller_the_others_beside_it() -> None:
    tree = AccountTree([customer(3, "Zephyr"), customer(2, "Aegean", 1), RESELLER], has_all=True)
    assert list(tree.below(TOP)) == [ALL_ACCOUNTS, 1, 3]
    assert list(tree.below(1)) == [2]
    assert tree.place(2) == (1, 0)
    assert tree.place(99) is None


def test_names_are_ordered_as_people_look_them_up() -> None:
    names = ["zeta", "Äther", "Beta", "alpha", "Azur", "Émile", "Öl"]
    tree = AccountTree([customer(number, name) for number, name in enumerate(names, 1)])
    ordered = [tree.lines[one].name for one in tree.below(TOP)]
    assert ordered == ["alpha", "Äther", "Azur", "Beta", "Émile", "Öl", "zeta"]


def test_what_the_store_has(run: Run, desk: Desk, sown: Sown) -> None:
    tree = run(desk.read(read_tree, ""))
    assert list(tree.below(TOP)) == [ALL_ACCOUNTS, sown.reseller, sown.empty_customer]
    assert list(tree.below(sown.reseller)) == [sown.other_customer, sown.customer]
    numbers = run(desk.read(read_numbers, [ALL_ACCOUNTS, sown.reseller, sown.empty_customer]))
    assert numbers == {ALL_ACCOUNTS: sown.listed, sown.reseller: 6, sown.empty_customer: 0}


def test_of_many_only_the_branches_that_are_wanted_are_read(
    run: Run, desk: Desk, sown: Sown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trees, "_AT_ONCE", 0)
    tree = run(desk.read(read_tree, ""))
    assert tree.unread == {sown.reseller}
    assert tree.number_below(sown.reseller) == 2
    assert tree.place(sown.customer) is None
    lines = run(desk.read(read_branches, tree, tree.unread))
    assert {line.id for line in lines} == {sown.customer, sown.other_customer}
    for opened, led_to in (({sown.reseller}, None), ((), sown.customer)):
        tree = run(desk.read(read_tree, "", opened, led_to))
        assert tree.place(sown.customer) == (sown.reseller, 1)
    assert run(desk.read(read_tree, "", (), sown.empty_customer)).unread == {sown.reseller}


def test_a_search_goes_over_name_reference_and_address(run: Run, desk: Desk, sown: Sown) -> None:
    for words in ("MÜLLER söhne", "c-200", "it@mueller"):
        tree = run(desk.read(read_tree, words))
        assert tree.found_ids == {sown.customer}
        # Its reseller leads to it.
        assert list(tree.below(TOP)) == [sown.reseller]
        assert list(tree.below(sown.reseller)) == [sown.customer]
        assert tree.leading_to_hits() == [sown.reseller]
        assert tree.among == 4
    assert not run(desk.read(read_tree, "nobody")).holds_accounts


def test_a_reseller_that_is_found_by_itself_keeps_its_customers(
    run: Run, desk: Desk, sown: Sown
) -> None:
    tree = run(desk.read(read_tree, "helios"))
    assert tree.found_ids == {sown.reseller}
    assert list(tree.below(sown.reseller)) == [sown.other_customer, sown.customer]
    assert not tree.is_hit(sown.customer)
    assert tree.leading_to_hits() == []


def test_the_customers_of_a_reseller(run: Run, desk: Desk, sown: Sown) -> None:
    tree = run(desk.read(read_customers, sown.reseller))
    assert list(tree.below(TOP)) == [sown.other_customer, sown.customer]
    assert tree.numbers[sown.customer] == 3
    assert not run(desk.read(read_customers, sown.customer)).holds_accounts
