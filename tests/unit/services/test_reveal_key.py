"""Showing and copying a key: audited before the key is released, and only where it is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from esd_desktop.errors import NotAllowed, NotFound, Refused, VaultFault
from esd_desktop.models.rights import Role
from esd_desktop.models.store import secrets
from esd_desktop.models.store.engine import Reading
from esd_desktop.models.store.secrets import Sealed
from esd_desktop.opening import open_services
from esd_desktop.services.browse import asset_detail, asset_history
from esd_desktop.services.context import Services
from esd_desktop.services.reveal_key import Purpose, reveal
from esd_desktop.services.rotate_data_key import data_key_status, rotate_data_key
from esd_desktop.services.shared_settings import change_settings
from esd_desktop.settings import Folders, load_settings
from tests.support.desktops import second_desktop
from tests.support.ledger import ledger, write
from tests.support.postgres import PostgresStore
from tests.support.sowing import Sown, sow


@pytest.mark.parametrize("purpose", list(Purpose))
async def test_each_purpose_is_an_audit_row_of_its_own(
    services: Services, sown: Sown, purpose: Purpose
) -> None:
    secret = await reveal(services, sown.activated, purpose)
    expected = sown.link if "link" in purpose else sown.key
    assert secret.reveal() == expected
    newest = (await asset_history(services, sown.activated))[0]
    assert newest.action == purpose.value
    assert sown.key not in newest.sentence


async def test_policy_can_forbid_it(services: Services, sown: Sown) -> None:
    await change_settings(services, {"keys.reveal": "no"})
    with pytest.raises(Refused):
        await reveal(services, sown.activated, Purpose.SHOW_KEY)
    actions = [row.action for row in await asset_history(services, sown.activated)]
    assert "show_key" not in actions


async def test_the_key_is_nowhere_in_the_store_file(services: Services, places: Folders) -> None:
    sown = await sow(services)
    await services.close()
    found = [file for file in places.data.glob("esd.db*") if sown.key.encode() in file.read_bytes()]
    assert found == []


@pytest.mark.on_a_file
async def test_without_its_wrapping_key_the_store_opens_but_shows_no_key(
    services: Services, places: Folders
) -> None:
    sown = await sow(services)
    Path(places.secrets_file).unlink()
    again = await open_services(places, load_settings(places))
    with pytest.raises(VaultFault) as caught:
        await reveal(again, sown.activated, Purpose.SHOW_KEY)
    assert caught.value.advice
    await again.close()


@pytest.mark.parametrize("purpose", list(Purpose))
@pytest.mark.on_a_file
async def test_the_row_is_committed_before_the_sealed_key_is_read(
    services: Services, sown: Sown, purpose: Purpose, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    read = secrets.sealed

    async def reading(connection: Reading, asset_id: int) -> Sealed:
        # Past every connection of ours: only what is committed is seen.
        told.append(str(ledger(services.store.name, besides=())["audit"][-1]))
        return await read(connection, asset_id)

    monkeypatch.setattr(secrets, "sealed", reading)
    await reveal(services, sown.activated, purpose)
    assert len(told) == 1
    assert purpose.value in told[0]


@pytest.mark.on_a_file
async def test_nothing_is_noted_where_there_is_nothing_to_release(
    services: Services, sown: Sown
) -> None:
    for purpose in Purpose:
        with pytest.raises(NotFound, match="has no key yet"):
            await reveal(services, sown.failed, purpose)
    write(
        services.store.name,
        "UPDATE asset_secrets SET sealed_link = NULL WHERE asset_id = ?",
        sown.redeemed,
    )
    with pytest.raises(NotFound, match="no activation link"):
        await reveal(services, sown.redeemed, Purpose.COPY_LINK)
    for asset in (sown.failed, sown.redeemed):
        assert [row.action for row in await asset_history(services, asset)] == []


async def test_a_persons_own_database_login_is_enough(
    postgres_services: Services, postgres_store: PostgresStore
) -> None:
    """What the database guards by itself, the program does in the order that it wants."""
    sown = await sow(postgres_services)
    agent = postgres_store.person("ada", Role.AGENT)
    async with second_desktop(postgres_services, agent) as ada:
        detail = await asset_detail(ada, sown.activated)
        assert (detail.masked_key, detail.has_link) == (f"•••••-{sown.key[-5:]}", True)
        for purpose, expected in (
            (Purpose.SHOW_KEY, sown.key),
            (Purpose.COPY_LINK, sown.link),
        ):
            assert (await reveal(ada, sown.activated, purpose)).reveal() == expected
        with pytest.raises(NotAllowed):
            await rotate_data_key(ada)
    async with second_desktop(postgres_services, postgres_store.person("mia", Role.MANAGER)) as mia:
        assert (await data_key_status(mia)).sealed > 1
        await rotate_data_key(mia)
        status = await data_key_status(mia)
        assert (status.older, status.waiting) == (0, 0)
        assert (await reveal(mia, sown.activated, Purpose.COPY_KEY)).reveal() == sown.key
