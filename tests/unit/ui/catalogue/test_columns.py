"""The columns of the catalogue: what is in use, and what Microsoft has where it differs."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from esd_desktop.models.rows import OfferingRow
from esd_desktop.models.statuses import CatalogueStatus
from esd_desktop.ui.catalogue.columns import COLUMNS
from tests.unit.models.test_offering_rows import ACTIVE, CHANGED

NEW = replace(ACTIVE, status=CatalogueStatus.NEW)


def text(row: OfferingRow, column: str) -> str:
    return COLUMNS.spec(column).cell(row).text


def test_of_a_new_one_nothing_is_in_use() -> None:
    assert (text(NEW, "price"), text(NEW, "offered")) == ("", "299.00 EUR")


def test_of_a_changed_one_both_prices_are_there() -> None:
    assert (text(CHANGED, "price"), text(CHANGED, "offered")) == ("299.00 EUR", "311.00 EUR")
    same_price = replace(CHANGED, offered_price=CHANGED.price)
    assert text(same_price, "offered") == ""
    assert text(ACTIVE, "offered") == ""


def test_a_new_one_is_called_what_microsoft_calls_it_now() -> None:
    offered = replace(CHANGED, offered_name="Office, renamed")
    assert text(offered, "name") == "Office"
    assert text(replace(offered, status=CatalogueStatus.NEW), "name") == "Office, renamed"


@pytest.mark.parametrize("status", CatalogueStatus)
def test_a_status_is_a_shape_and_a_word_and_explains_itself(status: CatalogueStatus) -> None:
    cell = COLUMNS.spec("status").cell(replace(ACTIVE, status=status))
    (badge,) = cell.badges
    assert badge.word == cell.spoken == status.value
    assert cell.tip
    # Colour is for what a person has to look at.
    assert badge.quiet is (status not in (CatalogueStatus.NEW, CatalogueStatus.CHANGED))


def test_what_is_discontinued_steps_back() -> None:
    assert COLUMNS.steps_back(replace(ACTIVE, status=CatalogueStatus.DISCONTINUED))
    assert not COLUMNS.steps_back(ACTIVE)
