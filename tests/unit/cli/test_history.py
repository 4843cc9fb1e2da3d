"""``esd assets history`` and ``esd accounts history``."""

from __future__ import annotations

import pytest

from esd_desktop.services import browse
from esd_desktop.services.context import Services
from esd_desktop.services.delete_asset import delete_asset, restore_asset
from tests.support.sowing import Sown
from tests.unit.cli.conftest import Behind, Esd


async def _there_and_back(services: Services, asset_id: int, times: int) -> None:
    for _ in range(times):
        await delete_asset(services, asset_id)
        await restore_asset(services, asset_id)


def test_who_changed_which_field_from_what_to_what(esd: Esd, sown: Sown, behind: Behind) -> None:
    behind(lambda services: delete_asset(services, sown.activated))
    said = esd("assets", "history", str(sown.activated))
    first, sentence, change = said.out.splitlines()
    assert first.endswith(f"  delete (asset {sown.activated})")
    assert sentence.strip().startswith("The record of Office Home & Business 2024 is deleted")
    assert change.strip().startswith("Deleted: none → ")
    (row,) = esd("assets", "history", str(sown.activated), "--json").json
    assert row["changes"]["deleted_at"][0] is None
    assert row["operator"] in first


def test_calls_at_microsoft_carry_their_correlation_id(esd: Esd, bought: int) -> None:
    said = esd("assets", "history", str(bought))
    assert "Provisioning Sync Status: Unsynchronised → Synchronized" in said.out
    assert "Correlation id " in said.out


def test_an_account_tells_of_all_its_assets(esd: Esd, sown: Sown, behind: Behind) -> None:
    behind(lambda services: delete_asset(services, sown.activated))
    behind(lambda services: delete_asset(services, sown.redeemed))
    rows = esd("accounts", "history", "C-200", "--json").json
    assert [row["asset_id"] for row in rows] == [sown.redeemed, sown.activated]
    assert esd("accounts", "history", "C-202").err == "Nothing has been done yet.\n"


def test_it_goes_back_as_far_as_is_asked_for(
    esd: Esd, sown: Sown, behind: Behind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browse, "HISTORY_LIMIT", 3)
    behind(lambda services: _there_and_back(services, sown.activated, 4))
    whole = esd("assets", "history", str(sown.activated), "--json").json
    assert [row["action"] for row in whole] == ["restore", "delete"] * 4
    part = esd("assets", "history", str(sown.activated), "--limit", "5", "--json").json
    assert part == whole[:5]


def test_an_asset_that_is_not_there_is_told(esd: Esd, sown: Sown) -> None:
    said = esd("assets", "history", "999", "--json")
    assert (said.code, said.json["error"]["kind"]) == (1, "NotFound")
