from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import cast

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt
from pytestqt.modeltest import ModelTester

from esd_desktop.models.rows import AccountRow
from esd_desktop.ui.accounts.model import COUNT_ROLE, AccountModel
from esd_desktop.ui.accounts.tree import AccountTree, Census, read_tree
from esd_desktop.ui.desk import Desk
from tests.support.sowing import Sown
from tests.support.window import Run

SPOKEN = Qt.ItemDataRole.AccessibleTextRole


@pytest.fixture
def census(run: Run, desk: Desk, sown: Sown) -> Census:
    return run(desk.read(read_tree, "")).census


def without(census: Census, *ids: int) -> Census:
    return Census([row for row in census.rows if row.id not in ids], census.total)


def changed(census: Census, account_id: int, **traits: object) -> Census:
    def of(row: AccountRow) -> AccountRow:
        return replace(row, **traits) if row.id == account_id else row  # type: ignore[arg-type]

    return Census([of(row) for row in census.rows], census.total)


def test_it_keeps_qts_contract(census: Census, sown: Sown, qtmodeltester: ModelTester) -> None:
    model = AccountModel()
    check = cast("Callable[[AccountModel], None]", qtmodeltester.check)
    check(model)
    for tree in (
        AccountTree(census),
        AccountTree(census, frozenset({sown.customer})),
        AccountTree(without(census, sown.reseller)),
        AccountTree(Census((), None)),
    ):
        model.show(tree)
        check(model)


def test_an_account_that_moves_keeps_its_index(census: Census, sown: Sown) -> None:
    model = AccountModel()
    model.show(AccountTree(census))
    kept = QPersistentModelIndex(model.index_of(sown.customer))
    gone = QPersistentModelIndex(model.index_of(sown.other_customer))
    model.show(AccountTree(without(census, sown.other_customer)))
    assert kept.row() == 0
    assert kept.data() == "Müller & Söhne KG"
    assert not gone.isValid()
    model.show(AccountTree(changed(census, sown.customer, reseller_id=None)))
    assert not kept.parent().isValid()
    assert kept.data() == "Müller & Söhne KG"


def test_where_only_numbers_change_nothing_is_laid_out_anew(census: Census, sown: Sown) -> None:
    model = AccountModel()
    model.show(AccountTree(census))
    told: list[str] = []
    model.layoutChanged.connect(lambda: told.append("layout"))
    model.dataChanged.connect(lambda: told.append("data"))
    model.show(AccountTree(changed(census, sown.empty_customer, asset_count=5)))
    assert told == ["data"]
    assert model.index_of(sown.empty_customer).data(COUNT_ROLE) == 5


def test_a_line_is_read_out_with_its_kind_and_number(census: Census, sown: Sown) -> None:
    model = AccountModel()
    model.show(AccountTree(changed(census, sown.customer, asset_count=1)))
    assert model.index(0, 0).data(SPOKEN) == "All accounts, 6 assets"
    reseller = model.index_of(sown.reseller)
    assert reseller.data(SPOKEN) == "Helios Reselling GmbH, reseller, 6 assets"
    assert model.index_of(sown.customer).data(SPOKEN) == "Müller & Söhne KG, customer, 1 asset"
