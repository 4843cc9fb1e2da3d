from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pytest
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester

from esd_desktop.services.account_tree import ALL_ACCOUNTS, AccountTree, read_tree
from esd_desktop.ui.accounts.model import COUNT_ROLE, AccountModel
from esd_desktop.ui.desk import Desk
from tests.support.sowing import Sown
from tests.support.window import Run
from tests.unit.services.test_account_tree import RESELLER, customer

SPOKEN = Qt.ItemDataRole.AccessibleTextRole


@pytest.fixture
def tree(run: Run, desk: Desk, sown: Sown) -> AccountTree:
    return run(desk.read(read_tree, ""))


def test_it_keeps_qts_contract(
    run: Run, desk: Desk, tree: AccountTree, sown: Sown, qtmodeltester: ModelTester
) -> None:
    model = AccountModel()
    check = cast("Callable[[AccountModel], None]", qtmodeltester.check)
    check(model)
    unread = RESELLER._replace(customers=2)
    for shown in (tree, run(desk.read(read_tree, "müller")), AccountTree([unread]), AccountTree()):
        model.show(shown)
        check(model)


def test_customers_that_were_not_read_have_a_line_each_without_words() -> None:
    model = AccountModel()
    model.show(AccountTree([RESELLER._replace(customers=3)]))
    above = model.index_of(RESELLER.id)
    assert model.rowCount(above) == 3
    assert model.account_at(model.index(0, 0, above)) is None
    assert model.index(0, 0, above).data() is None
    # One has gone since they were counted.
    model.add([customer(2, "Müller", RESELLER.id), customer(3, "Aegean", RESELLER.id)])
    assert [model.index(row, 0, above).data() for row in range(model.rowCount(above))] == [
        "Aegean",
        "Müller",
    ]
    model.add([customer(2, "Müller", RESELLER.id)])
    assert model.rowCount(above) == 2


def test_where_only_names_and_numbers_change_nothing_is_laid_out_anew() -> None:
    model = AccountModel()
    model.show(AccountTree([RESELLER]))
    told: list[str] = []
    model.rowsRemoved.connect(lambda: told.append("rows"))
    model.rowsInserted.connect(lambda: told.append("rows"))
    model.dataChanged.connect(lambda: told.append("data"))
    assert not model.show(AccountTree([RESELLER._replace(name="Helios Ltd")]))
    model.tell_numbers({RESELLER.id: 5})
    model.tell_numbers({RESELLER.id: 5}, anew=True)
    assert told == ["data", "data"]
    assert model.index(0, 0).data() == "Helios Ltd"
    assert model.index(0, 0).data(COUNT_ROLE) == 5


def test_a_line_is_read_out_with_its_kind_and_number(tree: AccountTree, sown: Sown) -> None:
    model = AccountModel()
    model.show(tree)
    assert model.index(0, 0).data(SPOKEN) == "All accounts"
    model.tell_numbers({ALL_ACCOUNTS: 6, sown.reseller: 6, sown.customer: 1})
    assert model.index(0, 0).data(SPOKEN) == "All accounts, 6 assets"
    reseller = model.index_of(sown.reseller)
    assert reseller.data(SPOKEN) == "Helios Reselling GmbH, reseller, 6 assets"
    assert model.index_of(sown.customer).data(SPOKEN) == "Müller & Söhne KG, customer, 1 asset"
    model.tell_numbers({sown.reseller: 5}, anew=True)
    assert model.index_of(sown.customer).data(COUNT_ROLE) is None
