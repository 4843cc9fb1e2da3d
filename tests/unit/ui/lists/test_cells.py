from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from esd_desktop.models.statuses import AssetStatus, TokenStatus
from esd_desktop.models.values import Money
from esd_desktop.ui.formats import as_count, as_date, as_moment
from esd_desktop.ui.lists import cells
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.widgets.statuses import StatusText

AT = datetime(2026, 11, 20, 10, 42, tzinfo=UTC)


def test_nothing_is_empty_and_is_said() -> None:
    for cell in (
        cells.words(None),
        cells.number(None),
        cells.money(None),
        cells.day(None),
        cells.moment(None),
    ):
        assert (cell.text, cell.spoken) == ("", "None")


def test_amounts_numbers_and_times_are_written_for_people() -> None:
    assert cells.number(12345).text == as_count(12345)
    assert cells.number(0).text == "0"
    assert cells.money(Money(Decimal("100.00"), "EUR")).text == "100.00 EUR"
    assert (cells.day(AT).text, cells.day(AT).tip) == (as_date(AT), as_moment(AT))
    assert cells.moment(AT).text == as_moment(AT)


def test_a_status_of_ones_own_is_told_like_every_other() -> None:
    told = StatusText("Placed", Tone.GOOD, "It was placed", "Placed today")
    cell = cells.status(told)
    assert (cell.text, cell.spoken, cell.tip) == ("Placed today", "Placed today", "It was placed")
    assert cell.badges == (cells.Badge(Tone.GOOD, "Placed today"),)
    assert cells.status(told, usual=True).badges[0].quiet


def test_what_is_as_it_should_be_has_no_tint() -> None:
    assert cells.status(AssetStatus.ACTIVE).badges[0].quiet
    assert not cells.status(TokenStatus.ACTIVATED).badges[0].quiet
    assert cells.status(None).badges == ()
