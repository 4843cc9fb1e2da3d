"""The flows that only a fault can harm: a death leaves nothing of them behind."""

from __future__ import annotations

from collections import Counter

from esd_desktop.models.statuses import TokenStatus
from esd_desktop.models.store import tables
from esd_desktop.models.values import Secret
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import asset_detail
from esd_desktop.services.changes import Outcome
from esd_desktop.services.context import Services
from esd_desktop.services.reveal_key import Purpose, reveal
from esd_desktop.services.update_status import update_status
from tests.reliability.flows import Flow, differing, every
from tests.reliability.scene import Scene


class UpdateStatus(Flow):
    """B1: the customer has redeemed the licence, and Microsoft is asked."""

    name = "update"

    def stage(self, sandbox: SandboxControl, scene: Scene) -> None:
        sandbox.redeem(sandbox.licences()[0]["transaction_id"])

    async def act(self, services: Services, scene: Scene) -> Outcome:
        return await update_status(services, scene.kept)

    async def go_on(self, services: Services, scene: Scene) -> None:
        await self.act(services, scene)

    async def short_of_goal(self, services: Services, scene: Scene) -> list[str]:
        found = await asset_detail(services, scene.kept)
        return differing("the token status", found.token_status, TokenStatus.REDEEMED)


class Reveal(Flow):
    """A key is shown and copied: each is in the history before the key is out."""

    name = "reveal"
    _purposes = (Purpose.SHOW_KEY, Purpose.COPY_KEY)

    def __init__(self) -> None:
        self._out: list[tuple[Purpose, Secret]] = []

    async def act(self, services: Services, scene: Scene) -> None:
        self._out = []
        for purpose in self._purposes:
            self._out.append((purpose, await reveal(services, scene.kept, purpose)))

    async def halfway(self, services: Services, scene: Scene) -> list[str]:
        noted = Counter(row.action for row in await every(services, tables.audit))
        return [
            f"the key is out, and the history does not say: {purpose}"
            for purpose, count in Counter(purpose for purpose, _ in self._out).items()
            if noted[purpose] < count
        ]

    async def go_on(self, services: Services, scene: Scene) -> None:
        await self.act(services, scene)

    async def short_of_goal(self, services: Services, scene: Scene) -> list[str]:
        return [
            *differing("how often the key came out", len(self._out), len(self._purposes)),
            *await self.halfway(services, scene),
        ]
