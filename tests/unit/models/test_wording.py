"""Days and numbers of things in sentences."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from esd_desktop.models.wording import as_day, as_utc_day, counted, on_one_line

LATE = datetime(2026, 11, 2, 23, 30, tzinfo=UTC)


@pytest.fixture
def live_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    if not hasattr(time, "tzset"):
        pytest.skip("Windows has no way to change the time zone of one program")

    def move(zone: str) -> None:
        monkeypatch.setenv("TZ", zone)
        time.tzset()

    yield move
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("zone", "day"), [("UTC", "2 November 2026"), ("XST-13", "3 November 2026")]
)
def test_a_day_is_this_computers(live_in: Callable[[str], None], zone: str, day: str) -> None:
    live_in(zone)
    assert as_day(LATE) == day


@pytest.mark.parametrize("zone", ["UTC", "XST-13", "XST+11"])
def test_a_day_on_an_invoice_is_the_same_everywhere(
    live_in: Callable[[str], None], zone: str
) -> None:
    live_in(zone)
    assert as_utc_day(LATE) == "2 November 2026"


@pytest.mark.parametrize(("month", "name"), [(1, "January"), (5, "May"), (12, "December")])
def test_the_month_is_a_word(month: int, name: str) -> None:
    assert as_day(datetime(2026, month, 21, 12).astimezone()) == f"21 {name} 2026"


def test_one_thing_and_several() -> None:
    assert [counted(count, "licence") for count in (0, 1, 2, 10_000)] == [
        "0 licences",
        "1 licence",
        "2 licences",
        "10,000 licences",
    ]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("550 No\r\n such\tuser ", "550 No such user"),
        ("a\0b \x1b[2Jc", "a b [2Jc"),
        ("lone \udcff half", "lone half"),
        ("Müller & Söhne — 会社", "Müller & Söhne — 会社"),
    ],
)
def test_what_another_program_says_is_on_one_line_and_can_be_kept(said: str, told: str) -> None:
    assert on_one_line(said) == told


@pytest.mark.parametrize(
    "secret",
    [
        "DEMOX-BCDFG-HJKMP-QRTVW-XY234",
        "demox-bcdfg-hjkmp-qrtvw-xy234",
        "\\nDEMOX-BCDFG-HJKMP-QRTVW-XY234",
        "https://setup.office.com/?token=c2VjcmV0%2Fb2s%3D&ctid=1",
        "token%3Dc2VjcmV0%252Fb2s%253D",
        "Bearer c2VjcmV0",
        "A" * 75 + "=",
    ],
)
def test_what_others_say_never_quotes_a_secret(secret: str) -> None:
    said = on_one_line(f"550 Refused:\r\n {secret} is spam")
    assert said.startswith("550 Refused:")
    assert said.endswith(" is spam")
    assert not any(part in said for part in ("BCDFG", "bcdfg", "c2Vj", "AAAA"))


def test_a_transaction_or_a_correlation_id_is_no_secret() -> None:
    said = "7f3a1c9e-0000-4000-8000-000000000001 at /home/anna/.local/share/esd-desktop/esd.db"
    assert on_one_line(said) == said
