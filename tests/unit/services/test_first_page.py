"""The first page, read by itself: what it shows is what the list shows, and to whom it may."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from sqlalchemy import text

from esd_desktop.models.rights import Role
from esd_desktop.models.rows import AssetQuery, AssetSort, StatusFilter
from esd_desktop.models.store import first_page, schema
from esd_desktop.services.browse import asset_page
from esd_desktop.services.context import Services
from esd_desktop.services.first_page import read_first_page
from tests.support.people import named
from tests.support.sowing import Sown

pytestmark = pytest.mark.on_a_file

_LIMIT = 5


def _file(services: Services) -> Path:
    assert services.store.file is not None
    return services.store.file


async def test_it_says_what_the_list_says_in_every_order(services: Services, sown: Sown) -> None:
    for sort in AssetSort:
        for descending in (True, False):
            query = AssetQuery(sort=sort, descending=descending)
            found = await asset_page(services, query, 0, _LIMIT)
            assert read_first_page(_file(services), "anna", query, _LIMIT) == found, query


@pytest.mark.parametrize("status", get_args(StatusFilter))
async def test_it_is_cut_down_as_the_list_is(
    services: Services, sown: Sown, status: StatusFilter
) -> None:
    for account in (None, sown.reseller, sown.customer, sown.empty_customer):
        query = AssetQuery(account_id=account, status=status)
        found = await asset_page(services, query, 0, _LIMIT)
        assert read_first_page(_file(services), "anna", query, _LIMIT) == found, query


async def test_who_may_not_see_the_records_sees_none(services: Services, sown: Sown) -> None:
    await named(services, "anna", Role.VIEWER)
    await named(services, "bert", Role.VIEWER, active=False)
    file = _file(services)
    assert read_first_page(file, "Anna", AssetQuery(), _LIMIT)
    assert read_first_page(file, "bert", AssetQuery(), _LIMIT) is None
    assert read_first_page(file, "carla", AssetQuery(), _LIMIT) is None


async def test_of_another_schema_nothing_is_read(services: Services, sown: Sown) -> None:
    async with services.store.change() as work:
        await work.connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        await work.commit()
    assert read_first_page(_file(services), "anna", AssetQuery(), _LIMIT) is None


def test_the_statement_was_compared_with_the_schema_of_now() -> None:
    assert first_page.SCHEMA == schema.HEAD, "is it still what the list reads?"


def test_what_is_no_store_has_none(tmp_path: Path) -> None:
    (tmp_path / "letter.db").write_text("Dear Sir", encoding="utf-8")
    (tmp_path / "empty.db").touch()
    for name in ("letter.db", "empty.db", "nowhere.db"):
        assert read_first_page(tmp_path / name, "anna", AssetQuery(), _LIMIT) is None
    assert not (tmp_path / "nowhere.db").exists()


async def test_what_takes_long_is_given_up(
    services: Services, sown: Sown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_page, "_PATIENCE_S", 0.0)
    monkeypatch.setattr(first_page, "_LOOK_EVERY_STEPS", 1)
    assert read_first_page(_file(services), "anna", AssetQuery(), _LIMIT) is None
