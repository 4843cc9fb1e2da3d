"""The flows about many assets at once. What was broken off is taken over by the next program."""

from __future__ import annotations

from dataclasses import replace

from esd_desktop.models.mass_rows import ItemState, MassKind, MassState
from esd_desktop.models.statuses import TokenStatus
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services import mass_work
from esd_desktop.services.browse import asset_detail
from esd_desktop.services.changes import Outcome
from esd_desktop.services.context import Services
from esd_desktop.services.mass_run import run_work
from tests.reliability.flows import Flow, cancelled, differing, mails_about
from tests.reliability.scene import Scene
from tests.support.mass import bought, only, transaction_of

_COUNT = 3


class _Mass(Flow):
    """``kind`` is done to some licences of one customer, ``more`` of the scene."""

    kind: MassKind

    async def set_up(self, services: Services, sandbox: SandboxControl, scene: Scene) -> Scene:
        return replace(scene, more=await bought(services, scene.connection, _COUNT))

    async def act(self, services: Services, scene: Scene) -> Outcome | None:
        begun = await mass_work.begin(services, self.kind, only(*scene.more), comment="Enough")
        await run_work(services, begun.id, lambda _: None)
        return None

    async def go_on(self, services: Services, scene: Scene) -> None:
        works = await mass_work.works(services)
        if not works:
            await self.act(services, scene)
        for row in works:
            if row.state is MassState.RUNNING:
                await run_work(services, row.id, lambda _: None)

    async def short_of_goal(self, services: Services, scene: Scene) -> list[str]:
        (row,) = await mass_work.works(services)
        failed = await mass_work.items(services, row.id, state=ItemState.FAILED)
        wrong = [
            *differing("the work", row.state, MassState.DONE),
            *differing("its results", row.ended, _COUNT),
            *(f"asset {item.asset_id} failed: {item.sentence}" for item in failed),
        ]
        for asset_id in scene.more:
            wrong += await self.short_of(services, asset_id)
        return wrong

    async def short_of(self, services: Services, asset_id: int) -> list[str]:
        """What is wrong with one of the licences."""
        raise NotImplementedError


class UpdateMany(_Mass):
    """B1 for many: the customer has redeemed all of them."""

    name = "mass-update"
    kind = MassKind.UPDATE_STATUS

    async def set_up(self, services: Services, sandbox: SandboxControl, scene: Scene) -> Scene:
        made = await super().set_up(services, sandbox, scene)
        for asset_id in made.more:
            sandbox.redeem(await transaction_of(services, asset_id))
        return made

    async def short_of(self, services: Services, asset_id: int) -> list[str]:
        found = await asset_detail(services, asset_id)
        return differing(f"asset {asset_id}", found.token_status, TokenStatus.REDEEMED)


class ResendMany(_Mass):
    """B2 for many: each gets one more mail, and not two."""

    name = "mass-resend"
    kind = MassKind.RESEND

    async def short_of(self, services: Services, asset_id: int) -> list[str]:
        mails = await mails_about(services, "welcome")
        return differing(f"the mails with the key of {asset_id}", mails[asset_id], 2)


class CancelMany(_Mass):
    """B3 for many: each is returned and credited once."""

    name = "mass-cancel"
    kind = MassKind.CANCEL

    async def short_of(self, services: Services, asset_id: int) -> list[str]:
        return cancelled(await asset_detail(services, asset_id))
