"""``esd assets list`` and ``show``."""

from __future__ import annotations

import re

import pytest

from esd_desktop.cli import assets
from esd_desktop.services.browse import asset_history
from tests.support.keyrings import UNUSABLE, FailingKeyring, keyring_is
from tests.support.sowing import Sown, sow
from tests.unit.cli.conftest import Behind, Esd

COMMON = {
    "id",
    "client_transaction_id",
    "customer",
    "billing_to",
    "status",
    "order",
    "purchase_date",
    "provisioning_sync_status",
    "product",
    "sku",
    "quantity",
    "unit_type",
    "price",
    "token",
    "token_status",
    "return_status",
    "activation_date",
}


def test_accounts_are_listed_with_what_they_hold(esd: Esd, sown: Sown) -> None:
    listed = esd("accounts", "list", "--json").json
    customer = next(row for row in listed if row["id"] == sown.customer)
    assert customer["name"] == "Müller & Söhne KG"
    assert customer["reseller"] == "Helios Reselling GmbH"
    assert customer["asset_count"] == 3
    found = esd("accounts", "list", "--search", "mueller")
    assert found.code == 0
    assert "Müller & Söhne KG" in found.out
    assert "Zephyr" not in found.out


def test_a_list_carries_the_names_of_the_business(esd: Esd, sown: Sown) -> None:
    listed = esd("assets", "list", "--json").json
    assert len(listed) == sown.listed
    assert all(asset.keys() >= COMMON for asset in listed)
    (redeemed,) = [asset for asset in listed if asset["id"] == sown.redeemed]
    assert redeemed["price"] == {"amount": "249.00", "currency": "EUR"}
    assert redeemed["purchase_date"] == "2026-11-02T09:30:00Z"
    assert redeemed["activation_date"] == "2026-11-04T09:30:00Z"
    assert redeemed["token_status"] == "Redeemed"
    assert redeemed["return_status"] == "NONE"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--status", "cancelled"], ["cancelled"]),
        (["--account", "C-200", "--status", "active"], ["activated", "redeemed"]),
        (["--account", "müller & söhne kg"], ["activated", "redeemed", "cancelled"]),
        (["--view", "failed"], ["failed"]),
        (["--view", "discrepancies"], ["odd", "failed", "unsynchronised"]),
        (["--search", "SO-00002"], ["redeemed"]),
        (["--search", "aegean", "--view", "unsynchronised"], ["unsynchronised"]),
    ],
)
def test_a_list_is_cut_down(esd: Esd, sown: Sown, options: list[str], expected: list[str]) -> None:
    listed = esd("assets", "list", "--json", *options).json
    assert {asset["id"] for asset in listed} == {getattr(sown, name) for name in expected}


def test_a_list_can_be_searched_by_a_whole_key(esd: Esd, sown: Sown) -> None:
    (found,) = esd("assets", "list", "--json", "--search", sown.key).json
    assert found["id"] == sown.activated


def test_an_unknown_account_is_refused(esd: Esd, sown: Sown) -> None:
    said = esd("assets", "list", "--account", "Nobody", "--json")
    assert said.code == 1
    assert said.json["error"]["kind"] == "NotFound"


def test_pages_join_without_a_seam(
    esd: Esd, behind: Behind, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind(lambda services: sow(services, more=20))
    whole = [asset["id"] for asset in esd("assets", "list", "--json").json]
    monkeypatch.setattr(assets, "_PAGE", 7)
    assert [asset["id"] for asset in esd("assets", "list", "--json").json] == whole
    part = esd("assets", "list", "--json", "--offset", "3", "--limit", "16").json
    assert [asset["id"] for asset in part] == whole[3:19]


def test_the_list_for_people_is_aligned(esd: Esd, sown: Sown) -> None:
    said = esd("assets", "list", "--account", "C-200")
    heading, *rows = said.out.splitlines()
    at = heading.index("Product")
    assert len(rows) == 3
    assert all(row[at:].startswith("Office Home & Business 2024") for row in rows)
    assert said.err == "3 of 3 assets.\n"
    assert "\x1b" not in said.out


def test_a_page_says_of_how_many_it_is(esd: Esd, sown: Sown) -> None:
    assert esd("assets", "list", "--limit", "2").err == f"2 of {sown.listed} assets.\n"


def test_no_list_shows_a_whole_key(esd: Esd, sown: Sown) -> None:
    for args in (["list"], ["list", "--json"], ["show", str(sown.activated)]):
        said = esd("assets", *args)
        assert not re.search(r"([A-Z0-9]{5}-){4}[A-Z0-9]{5}", said.out + said.err)
        assert "setup.office.com" not in said.out
        assert "•••••-00001" in said.out


def test_show_tells_everything_with_its_secrets_masked(esd: Esd, sown: Sown) -> None:
    shown = esd("assets", "show", str(sown.activated), "--json").json
    assert shown.keys() >= COMMON | {"connection", "link", "synchronization_details"}
    assert shown["token"] == "•••••-00001"
    assert shown["link"] == "•••••"
    assert shown["connection"] == "Microsoft ESD (GB)"
    assert shown["invoices"][0]["amount"] == {"amount": "249.00", "currency": "EUR"}
    assert shown["activation_date"] is None


def test_show_of_a_failed_one_has_its_reason_and_no_token(esd: Esd, sown: Sown) -> None:
    shown = esd("assets", "show", str(sown.failed), "--json").json
    assert (shown["token"], shown["link"], shown["token_status"]) == (None, None, None)
    assert "does not sell" in shown["synchronization_details"]
    assert "does not sell" in esd("assets", "show", str(sown.failed)).out


def test_revealing_shows_key_and_link_and_is_audited(esd: Esd, sown: Sown, behind: Behind) -> None:
    shown = esd("assets", "show", str(sown.activated), "--reveal", "--json").json
    assert (shown["token"], shown["link"]) == (sown.key, sown.link)
    history = behind(lambda services: asset_history(services, sown.activated))
    assert [row.action for row in history] == ["show_link", "show_key"]


def test_nothing_is_revealed_where_the_policy_forbids_it(
    esd: Esd, sown: Sown, behind: Behind
) -> None:
    assert esd("settings", "set", "keys.reveal", "no").code == 0
    said = esd("assets", "show", str(sown.activated), "--reveal")
    assert said.code == 1
    assert said.out == ""
    assert "do not allow keys to be shown" in said.err
    assert sown.key not in said.err
    assert behind(lambda services: asset_history(services, sown.activated)) == []


def test_nothing_is_revealed_where_there_is_no_keyring(
    esd: Esd, sown: Sown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ESD_DESKTOP_VAULT", "keyring")
    with keyring_is(FailingKeyring(UNUSABLE["there is none"])):
        said = esd("assets", "show", str(sown.activated), "--reveal")
    assert said.code == 1
    assert "keyring" in said.err
    assert "esd settings set vault file" in said.err
    assert esd("assets", "show", str(sown.activated)).code == 0
