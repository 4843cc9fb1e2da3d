"""What comes after a restore: going back once more, bringing over what came later, and desktops
that went on meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from esd_desktop.errors import StoreFault
from esd_desktop.models.asset_rows import AssetChoice
from esd_desktop.models.rows import AssetQuery
from esd_desktop.opening import open_services, restore
from esd_desktop.services.back_up import _note_failure
from esd_desktop.services.browse import asset_page
from esd_desktop.services.browse_backups import backup_state
from esd_desktop.services.context import Services
from esd_desktop.services.delete_asset import delete_asset
from esd_desktop.services.diagnose import State, diagnose
from esd_desktop.services.export_assets import export_assets
from esd_desktop.services.import_assets import import_assets
from esd_desktop.services.restore_store import left_to_bring_over, look_before_restoring
from esd_desktop.services.reveal_key import Purpose, reveal
from esd_desktop.settings import Folders, load_settings
from tests.support.backups import at_file, backed_up, kept_file, more, settings_of
from tests.support.desktops import later, second_desktop
from tests.support.sowing import Sown, sow


@pytest.mark.both_stores
async def test_going_back_to_what_was_kept_says_what_was_done_meanwhile(
    services: Services, places: Folders
) -> None:
    """Its records have the ids of those that came after the restore, which are others."""
    sown = await sow(services)
    backup = await backed_up(services)
    await more(services, sown)
    await delete_asset(services, sown.activated)
    settings = settings_of(services, places)
    await services.close()
    kept = kept_file(await restore(places, settings, backup))
    anew = await open_services(places, settings)
    nothing = "Nothing that the store holds now would be lost."
    assert (await look_before_restoring(anew, kept)).cost == nothing
    assert (await look_before_restoring(anew, backup)).cost == nothing
    await more(anew, sown)
    await delete_asset(anew, sown.redeemed)
    gone = "What came later (1 change) would not be in the store any more."
    assert (await look_before_restoring(anew, kept)).cost == gone
    assert "1 licence" in (await look_before_restoring(anew, backup)).cost
    await anew.close()
    done = await restore(places, settings, kept)
    assert "What came later (1 change) is only in" in done.sentence


async def test_after_a_restore_the_backup_itself_is_the_newest(
    services: Services, sown: Sown, places: Folders
) -> None:
    """What was told of it, it does not know itself; what failed before is over."""
    later(services, minutes=-5)
    await _note_failure(services, StoreFault("The disk was full."))
    later(services, minutes=0)
    backup = await backed_up(services)
    await services.close()
    await restore(places, load_settings(places), backup)
    anew = await open_services(places, load_settings(places))
    state = await backup_state(anew)
    assert state.newest is not None
    assert (state.newest.file, state.last_told, state.trouble) == (backup, None, None)
    found = {each.subject: each async for each in diagnose(anew)}["Backups"]
    assert (found.state, str(backup) in found.sentence) == (State.OK, True)
    backup.unlink()
    found = {each.subject: each async for each in diagnose(anew)}["Backups"]
    assert found.state is State.WARNING
    await anew.close()


async def test_a_desktop_that_goes_on_meanwhile_seals_with_the_keys_of_the_backup(
    services: Services, postgres_services: Services, places: Folders
) -> None:
    """Another store's data key has the same id. What was sealed with the earlier one would be lost
    for good."""
    sown = await sow(services)
    backup = await backed_up(services)
    await sow(postgres_services)
    async with second_desktop(postgres_services) as hers:
        await hers.cipher.opened()
        await restore(places, settings_of(postgres_services, places), backup)
        shown = await reveal(hers, sown.activated, Purpose.SHOW_KEY)
        assert shown.reveal() == sown.key
        late = await more(hers, sown)
        key = (await reveal(hers, late, Purpose.SHOW_KEY)).reveal()
    async with second_desktop(postgres_services) as other:
        assert (await reveal(other, late, Purpose.SHOW_KEY)).reveal() == key


@pytest.mark.on_a_file
async def test_what_came_later_can_be_brought_over_as_it_is_told(
    services: Services, sown: Sown, places: Folders, tmp_path: Path
) -> None:
    backup = await backed_up(services)
    late = await more(services, sown)
    key = (await reveal(services, late, Purpose.SHOW_KEY)).reveal()
    await services.close()
    done = await restore(places, load_settings(places), backup)
    kept = kept_file(done)
    assert f'esd --store "{kept}" export assets later.csv --keys' in done.advice
    old = await open_services(places, at_file(places, kept))
    table = tmp_path / "later.csv"
    await export_assets(old, AssetChoice(AssetQuery()), [], table, keys=True)
    await old.close()
    anew = await open_services(places, load_settings(places))
    assert await left_to_bring_over(anew) == (done.sentence, done.advice)
    report = await import_assets(anew, table, dry_run=False, connection="Microsoft ESD (GB)")
    assert (report.applied, report.assets_new, report.bad) == (True, 1, 0)
    kept.rename(tmp_path / "away.db")
    assert await left_to_bring_over(anew) is None
    (found,) = await asset_page(anew, AssetQuery(search=key), 0, 10)
    assert (await reveal(anew, found.id, Purpose.SHOW_KEY)).reveal() == key
    await anew.close()
