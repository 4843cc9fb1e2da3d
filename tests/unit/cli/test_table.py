"""Plain columns: aligned, cut to the terminal, harmless."""

from __future__ import annotations

from datetime import UTC, datetime

from esd_desktop.cli.table import Column, Table, cells, cut, shown

COLUMNS = (Column("ID", right=True), Column("Name", flexible=True), Column("State"))


def test_columns_are_as_wide_as_their_widest_value() -> None:
    lines = Table(COLUMNS, None).lines([(7, "Müller KG", "ok"), (123, "A", "bad")])
    assert lines == [" ID  Name       State", "  7  Müller KG  ok", "123  A          bad"]


def test_later_rows_follow_the_first_ones_widths() -> None:
    table = Table(COLUMNS, None)
    table.lines([(1, "Short", "ok")])
    assert table.lines([(2, "Sho", "ok"), (3, "Much longer", "ok")]) == [
        " 2  Sho    ok",
        " 3  Much longer  ok",
    ]


def test_what_may_give_way_is_cut_to_the_terminal() -> None:
    lines = Table(COLUMNS, 24).lines([(1, "A customer with a long name", "ok")])
    assert max(map(cells, lines)) <= 24
    assert "…" in lines[1]
    assert lines[1].endswith("ok")


def test_wide_characters_take_two_columns() -> None:
    assert cells("東京") == 4
    assert cut("東京都庁", 5) == "東京…"
    assert cut("東京", 4) == "東京"


def test_a_name_cannot_drive_the_terminal() -> None:
    assert shown("evil\x1b[2Jname\nsecond\u202eline") == "evil [2Jname second line"


def test_nothing_and_moments() -> None:
    assert shown(None) == "-"
    assert shown(datetime(2026, 11, 2, 9, 30, tzinfo=UTC)).startswith("2026-11-0")
