"""Showing and copying a key: audited before the key is released, and only where it is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from esd_desktop.errors import Refused, VaultFault
from esd_desktop.opening import open_services
from esd_desktop.services.browse import asset_history
from esd_desktop.services.context import Services
from esd_desktop.services.reveal_key import Purpose, reveal
from esd_desktop.services.shared_settings import change_settings
from esd_desktop.settings import Folders, load_settings
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
