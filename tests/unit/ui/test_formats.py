from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from PySide6.QtCore import QLocale

from esd_desktop.models.values import Money
from esd_desktop.ui.formats import ago, as_count, as_date, as_moment, as_money, as_time

LOCAL = datetime(2026, 12, 9, 16, 5).astimezone()
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def locale_kept() -> Iterator[None]:
    before = QLocale()
    yield
    QLocale.setDefault(before)


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("en_GB", "9 Dec 2026"),
        ("en_US", "Dec 9, 2026"),
        ("de_DE", "9. Dez. 2026"),
        ("fr_FR", "9 déc. 2026"),
        ("es_ES", "9 de dic de 2026"),
        ("hu_HU", "2026. dec. 9."),
        ("ja_JP", "2026年12月9日"),
        ("th_TH", "9 ธ.ค. 2026"),
    ],
)
def test_a_day_is_written_as_the_locale_does_and_cannot_be_misread(name: str, day: str) -> None:
    QLocale.setDefault(QLocale(name))
    assert as_date(LOCAL) == day


def test_a_moment_is_shown_in_the_local_time_zone() -> None:
    QLocale.setDefault(QLocale("en_GB"))
    assert as_time(LOCAL.astimezone(UTC)) == "16:05"
    assert as_moment(LOCAL.astimezone(UTC)) == "9 Dec 2026, 16:05"


@pytest.mark.parametrize(("name", "amount"), [("en_GB", "1,249.00 EUR"), ("de_DE", "1.249,00 EUR")])
def test_money_names_its_currency(name: str, amount: str) -> None:
    QLocale.setDefault(QLocale(name))
    assert as_money(Money(Decimal("1249.00"), "EUR")) == amount


def test_money_keeps_every_decimal_that_it_has() -> None:
    QLocale.setDefault(QLocale("en_GB"))
    assert as_money(Money(Decimal("0.0125"), "EUR")) == "0.0125 EUR"
    assert as_money(Money(Decimal("-249.00"), "EUR")) == "-249.00 EUR"
    assert as_money(Money(Decimal("9999999999.9999"), "JPY")) == "9,999,999,999.9999 JPY"


def test_a_count_sets_its_thousands_apart() -> None:
    QLocale.setDefault(QLocale("en_GB"))
    assert as_count(1204) == "1,204"


@pytest.mark.parametrize(
    ("passed", "said"),
    [
        (timedelta(0), "just now"),
        (timedelta(seconds=-3), "just now"),
        (timedelta(seconds=2), "2 s ago"),
        (timedelta(seconds=59.9), "59 s ago"),
        (timedelta(minutes=1), "1 min ago"),
        (timedelta(hours=1), "1 h ago"),
        (timedelta(hours=23, minutes=59), "23 h ago"),
        (timedelta(days=3), "on 21 Nov 2026"),
    ],
)
def test_ago_is_said_in_the_unit_that_fits(passed: timedelta, said: str) -> None:
    QLocale.setDefault(QLocale("en_GB"))
    assert ago(NOW - passed, NOW) == said
