"""How a list is filled: its first rows wait for nobody, and a long one has its places at hand."""

from __future__ import annotations

import asyncio

import pytest

from esd_desktop.models.rows import AssetCounts, AssetQuery
from esd_desktop.ui.assets.source import AssetSource
from esd_desktop.ui.lists import feed
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.window import Run
from tests.unit.ui.assets.conftest import Shown


def test_the_first_rows_are_shown_before_all_are_counted(
    run: Run, sown: Sown, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts, counted = AssetSource.counts, asyncio.Event()

    async def late(source: AssetSource, query: AssetQuery) -> AssetCounts:
        await counted.wait()
        return await counts(source, query)

    async def scenario() -> None:
        await shown.open()
        monkeypatch.setattr(AssetSource, "counts", late)
        shown.page.bar.search.searched.emit("müller")
        await until(lambda: len(shown.ids()) == 3)
        assert not shown.page.list.feed.is_settled
        assert shown.line() == ""
        counted.set()
        await until(lambda: shown.line() == "3 of 6 shown")
        assert len(shown.ids()) == 3

    run(scenario())


def test_a_long_list_has_its_places_at_hand_once_it_is_quiet(
    run: Run, sown: Sown, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "_LONG", 5)
    mapped: list[AssetQuery] = []

    async def note(_source: AssetSource, query: AssetQuery) -> None:
        mapped.append(query)

    async def scenario() -> None:
        monkeypatch.setattr(AssetSource, "map", note)
        await shown.open()
        await until(lambda: mapped)
        assert mapped == [shown.page.list.query]

    run(scenario())
