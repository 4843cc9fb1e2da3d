"""The flows about keeping the store itself: its data key, its backups, and going back to one."""

from __future__ import annotations

from pathlib import Path

from esd_desktop.errors import EsdError
from esd_desktop.models.store import tables
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.back_up import back_up
from esd_desktop.services.browse import asset_detail
from esd_desktop.services.changes import Outcome
from esd_desktop.services.context import Services
from esd_desktop.services.delete_asset import delete_asset
from esd_desktop.services.restore_store import restore_store
from esd_desktop.services.rotate_data_key import data_key_status, rotate_data_key
from esd_desktop.services.verify_backup import verify_backup
from tests.reliability.flows import Flow, differing, every
from tests.reliability.scene import Scene


class ChangeTheDataKey(Flow):
    """Every licence key is sealed anew, under a new entry of the vault."""

    name = "rotate"

    async def act(self, services: Services, scene: Scene) -> Outcome | None:
        return await rotate_data_key(services, new_entry=True)

    async def go_on(self, services: Services, scene: Scene) -> None:
        await self.act(services, scene)

    async def short_of_goal(self, services: Services, scene: Scene) -> list[str]:
        status = await data_key_status(services)
        keys = await every(services, tables.data_keys)
        return [
            *differing("data keys", len(keys), 1),
            *differing("licence keys that wait", status.waiting, 0),
        ]


class BackUp(Flow):
    """What has the name of a backup can be restored; what was broken off has not."""

    name = "backup"

    async def act(self, services: Services, scene: Scene) -> Outcome | None:
        return await back_up(services, scene.files)

    async def halfway(self, services: Services, scene: Scene) -> list[str]:
        return [wrong for file in _backups(scene) for wrong in await _unsound(services, file)]

    async def go_on(self, services: Services, scene: Scene) -> None:
        await self.act(services, scene)

    async def short_of_goal(self, services: Services, scene: Scene) -> list[str]:
        missing = [] if _backups(scene) else ["there is no backup"]
        return missing + await self.halfway(services, scene)


class RestoreABackup(Flow):
    """The store is as it is, or as it was at the backup. A record was deleted since: by it one
    knows which."""

    name = "restore"
    beside_the_journal = False

    async def set_up(self, services: Services, sandbox: SandboxControl, scene: Scene) -> Scene:
        await back_up(services, scene.files)
        await delete_asset(services, scene.kept)
        return scene

    async def act(self, services: Services, scene: Scene) -> Outcome | None:
        (backup,) = _backups(scene)
        return (await restore_store(services, backup)).outcome

    async def halfway(self, services: Services, scene: Scene) -> list[str]:
        deleted = (await asset_detail(services, scene.kept)).deleted_at is not None
        told = {row.action for row in await every(services, tables.audit)}
        return differing("restored according to the history", "restore_store" in told, not deleted)

    async def go_on(self, services: Services, scene: Scene) -> None:
        """Going back once more would need the store closed; what there is can be worked with."""

    async def short_of_goal(self, services: Services, scene: Scene) -> list[str]:
        (backup,) = _backups(scene)
        return await _unsound(services, backup)


def _backups(scene: Scene) -> list[Path]:
    return list(scene.files.glob("esd-*.db"))


async def _unsound(services: Services, backup: Path) -> list[str]:
    try:
        await verify_backup(services, backup)
    except EsdError as fault:
        return [f"{backup.name}: {fault.sentence}"]
    return []
