"""How many calls are under way: as many as the service takes well, found by itself."""

from __future__ import annotations

import pytest

from esd_desktop.services.microsoft.http import IN_FLIGHT
from esd_desktop.services.microsoft.pace import Pace

_LATENCY = 0.02


def rounds(pace: Pace, count: int, *, at_once: float = 1_000.0, latency: float = _LATENCY) -> None:
    """So many rounds of calls at a service that works on ``at_once`` of them; others queue."""
    for _ in range(count):
        under_way = pace.limit
        for _ in range(under_way):
            pace.answered(latency * max(1.0, under_way / at_once), 0)


def test_it_begins_low_and_rises_to_the_most() -> None:
    pace = Pace()
    assert pace.limit < 10
    rounds(pace, 20)
    assert pace.limit == IN_FLIGHT


@pytest.mark.parametrize("at_once", [4, 12])
def test_it_finds_the_limit_of_a_service(at_once: int) -> None:
    pace = Pace()
    rounds(pace, 200, at_once=at_once)
    # All of it is kept busy, and little more than that waits there.
    assert at_once <= pace.limit <= 4 * at_once


def test_a_service_that_becomes_slower_for_good_is_not_starved() -> None:
    pace = Pace()
    rounds(pace, 50)
    rounds(pace, 5, latency=10 * _LATENCY)
    assert pace.limit < IN_FLIGHT
    rounds(pace, 8_000, latency=10 * _LATENCY)
    assert pace.limit == IN_FLIGHT


def test_a_pause_that_microsoft_asks_for_halves_it_once() -> None:
    pace = Pace()
    rounds(pace, 20)
    for _ in range(3):
        pace.answered(5.0, 1)
    assert pace.limit == IN_FLIGHT // 2


def test_faults_lower_it_but_never_to_nothing() -> None:
    pace = Pace()
    rounds(pace, 20)
    pace.failed()
    assert pace.limit < IN_FLIGHT
    for _ in range(100):
        pace.failed()
    assert pace.limit == 1
    assert pace.has_room


def test_whoever_shares_the_limit_out_may_lower_it() -> None:
    pace = Pace()
    rounds(pace, 20)
    pace.bound = 10
    assert pace.limit == 10
    for _ in range(10):
        pace.begin()
    assert not pace.has_room
    pace.end()
    assert pace.has_room
