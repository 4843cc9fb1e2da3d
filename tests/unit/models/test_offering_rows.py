"""What a person sees before accepting an offering."""

from __future__ import annotations

from msgspec.structs import replace

from esd_desktop.models.offering_rows import (
    Difference,
    at_microsoft,
    can_be_accepted,
    differences,
)
from esd_desktop.models.rows import OfferingRow
from esd_desktop.models.statuses import CatalogueStatus
from esd_desktop.models.values import Money

OLD, NEW = Money.parse("299.00", "EUR"), Money.parse("311.00", "EUR")
ACTIVE = OfferingRow(
    id=1,
    version=1,
    connection_id=1,
    sku="EP2-06606",
    name="Office",
    unit_type="licence",
    price=OLD,
    status=CatalogueStatus.ACTIVE,
    offered_name=None,
    offered_unit_type=None,
    offered_price=None,
    read_at=None,
)
CHANGED = replace(
    ACTIVE,
    status=CatalogueStatus.CHANGED,
    offered_name="Office",
    offered_unit_type="seat",
    offered_price=NEW,
)


def test_of_a_changed_one_only_what_differs() -> None:
    assert differences(CHANGED) == (
        Difference("Unit type", "licence", "seat"),
        Difference("Price", OLD, NEW),
    )
    assert differences(ACTIVE) == ()


def test_the_same_amount_in_another_currency_differs() -> None:
    pounds = Money.parse("299.00", "GBP")
    row = replace(CHANGED, offered_unit_type="licence", offered_price=pounds)
    assert differences(row) == (Difference("Price", OLD, pounds),)


def test_of_a_new_one_everything_as_microsoft_has_it_now() -> None:
    read_once = replace(ACTIVE, status=CatalogueStatus.NEW)
    assert [each.offered for each in differences(read_once)] == ["Office", "licence", OLD]
    read_again = replace(CHANGED, status=CatalogueStatus.NEW)
    assert [each.offered for each in differences(read_again)] == ["Office", "seat", NEW]
    assert {each.in_use for each in differences(read_again)} == {None}


def test_what_microsoft_has_is_what_is_in_use_where_nothing_differs() -> None:
    assert at_microsoft(ACTIVE) == ("Office", "licence", OLD)
    assert at_microsoft(CHANGED) == ("Office", "seat", NEW)


def test_what_can_be_accepted() -> None:
    assert can_be_accepted(CHANGED)
    assert can_be_accepted(replace(ACTIVE, status=CatalogueStatus.NEW))
    assert not can_be_accepted(ACTIVE)
    assert not can_be_accepted(replace(ACTIVE, status=CatalogueStatus.CHANGED))
    assert not can_be_accepted(replace(ACTIVE, status=CatalogueStatus.DISCONTINUED))
