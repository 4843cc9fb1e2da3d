"""The steps in which a certificate's end is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from esd_desktop.models.certificate_expiry import Nearness, expiry

_NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
_MOMENT = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("left", "nearness"),
    [
        (timedelta(days=60) + _MOMENT, Nearness.FAR),
        (timedelta(days=60), Nearness.WITHIN_60_DAYS),
        (timedelta(days=30) + _MOMENT, Nearness.WITHIN_60_DAYS),
        (timedelta(days=30), Nearness.WITHIN_30_DAYS),
        (timedelta(days=7) + _MOMENT, Nearness.WITHIN_30_DAYS),
        (timedelta(days=7), Nearness.WITHIN_7_DAYS),
        (_MOMENT, Nearness.WITHIN_7_DAYS),
        (timedelta(0), Nearness.PAST),
        (timedelta(days=-400), Nearness.PAST),
    ],
)
def test_the_steps(left: timedelta, nearness: Nearness) -> None:
    seen = expiry("GB", _NOW + left, _NOW)
    assert seen.nearness is nearness
    assert bool(seen.advice) == (nearness is not Nearness.FAR)


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=6, hours=3), "expires in 6 days, on 8 November 2026."),
        (timedelta(days=1), "expires in 1 day, on 3 November 2026."),
        (timedelta(hours=2), "expires in less than a day, on 2 November 2026."),
        (timedelta(days=-1), "expired on 1 November 2026: its calls have stopped."),
    ],
)
def test_how_it_is_said(left: timedelta, words: str) -> None:
    assert expiry("GB", _NOW + left, _NOW).sentence == f"The certificate of “GB” {words}"
