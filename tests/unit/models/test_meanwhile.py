"""Whose a record is to be that two people changed."""

from __future__ import annotations

import pytest

from esd_desktop.models.meanwhile import Sides

OPENED = {"name": "A", "email": "a", "country": "GB"}


def sides(typed: dict[str, str], now: dict[str, str]) -> Sides:
    return Sides(OPENED, OPENED | typed, OPENED | now)


def test_mine_goes_over_theirs_only_where_it_was_typed() -> None:
    both = sides({"email": "mine"}, {"email": "theirs", "name": "B"})
    assert (both.mine, both.theirs) == (("email",), ("name", "email"))
    assert both.merged == {"name": "B", "email": "mine", "country": "GB"}
    assert not both.is_at_one


@pytest.mark.parametrize(
    ("typed", "now"),
    [
        ({"email": "mine"}, {}),
        ({}, {"email": "theirs"}),
        ({"email": "same"}, {"email": "same", "name": "B"}),
    ],
)
def test_there_is_nothing_to_choose_where_both_are_at_one(
    typed: dict[str, str], now: dict[str, str]
) -> None:
    assert sides(typed, now).is_at_one
