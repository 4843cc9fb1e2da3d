from __future__ import annotations

import pytest

from tests.unit.ui.lists.conftest import COLUMNS


def test_a_column_is_found_by_its_name() -> None:
    assert COLUMNS.names == ("sku", "name", "price")
    assert COLUMNS.spec("price").numeric
    assert COLUMNS.place("price") == 2
    with pytest.raises(KeyError):
        COLUMNS.spec("gone")


def test_only_names_of_columns_are_known_and_each_once() -> None:
    assert COLUMNS.known(["price", "gone", 7, None, "sku", "price"]) == ["price", "sku"]
