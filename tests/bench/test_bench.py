"""Every row of the table gets measured; whether a bound holds is not asked of a small store."""

from __future__ import annotations

import pytest

from bench import files, growth, lists
from bench.__main__ import MEASURES
from bench.data import stores
from bench.place import Measure, Place
from bench.services import opened
from bench.table import at_least, at_most, compared, lines
from bench.timing import Pair, spread
from esd_desktop.models.rows import AssetQuery
from esd_desktop.services.browse import asset_counts

_SIZE = 2_000
# Those that start windows, processes or servers of their own take longer than an everyday test may.
_QUICK: dict[str, Measure] = {
    **{name: lists.MEASURES[name] for name in ("page", "map", "search", "switch")},
    **files.MEASURES,
    **growth.MEASURES,
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    cache = tmp_path_factory.mktemp("bench")
    return Place(_SIZE, str(stores.file_of(cache, _SIZE)), cache, rounds=2, few=1)


@pytest.mark.parametrize("name", _QUICK)
def test_every_row_is_measured(place: Place, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growth, "SIZES", (_SIZE // 2, _SIZE))
    rows = list(_QUICK[name](place))
    assert rows
    assert all(row.name == name and row.what and row.measured for row in rows)
    assert any(row.to_reach and row.holds is not None for row in rows)


def test_a_store_is_built_once(place: Place) -> None:
    built = place.file.stat().st_mtime_ns
    assert stores.file_of(place.cache, _SIZE) == place.file
    assert place.file.stat().st_mtime_ns == built


async def test_the_program_reads_what_was_built(place: Place) -> None:
    async with opened(place.address) as services:
        counts = await asset_counts(services, AssetQuery())
        assert 0.98 * _SIZE < counts.all < _SIZE
        assert 0.1 * _SIZE < counts.cancelled < 0.3 * _SIZE


def test_a_ratio_is_of_the_same_turn_and_bounds_are_held_or_not() -> None:
    pair = Pair(spread([1.0, 10.0, 3.0]), spread([2.0, 20.0, 3.0]))
    row = compared("page", "newest", pair, "sqlite3", at_most(0.6))
    assert (row.ratio, row.holds) == ("0.50 (0.50–1.00)", True)
    assert compared("page", "newest", pair, "sqlite3", at_least(0.6)).holds is False
    assert lines([row])[1].split("  ")[0] == "page"


def test_every_name_of_the_table_is_there() -> None:
    wanted = (
        *("start", "page", "map", "jump", "end", "memory", "search", "switch", "refresh"),
        *("stall", "writes", "import", "export", "growth", "peers", "postgres"),
    )
    assert set(wanted) <= set(MEASURES)
