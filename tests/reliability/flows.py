"""What people do with the program, each from its beginning to its goal, and what they do next when
it was broken off: they look at what they find, and go on.

The flows about files are in ``file_flows.py``; ``every_flow.py`` has them all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Row, Table, select

from esd_desktop.models.rows import AssetDetail
from esd_desktop.models.statuses import (
    AssetStatus,
    CatalogueStatus,
    ProvisioningSyncStatus,
    RequestState,
)
from esd_desktop.models.store import tables
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import asset_detail, offering_list
from esd_desktop.services.cancel_licence import cancel_licence
from esd_desktop.services.changes import Outcome
from esd_desktop.services.context import Services
from esd_desktop.services.decide_request import approve
from esd_desktop.services.delete_asset import delete_asset, restore_asset
from esd_desktop.services.order_licences import OrderLine, order_licences
from esd_desktop.services.provision import provision
from esd_desktop.services.provision_order import provision_order, without_token
from esd_desktop.services.refresh_catalogue import refresh_catalogue
from esd_desktop.services.resend_link import resend_link
from esd_desktop.services.rotate_data_key import data_key_status, rotate_data_key
from esd_desktop.services.settle_doubt import settle_doubt
from tests.reliability.scene import Scene
from tests.support.connecting import SKU, accept_all
from tests.support.connecting import order as order_for_new_customer


class Flow:
    """One of them. What is found wrong is a sentence each."""

    name: str
    # Whether it can go on while the journal does its rounds.
    beside_the_journal = True

    async def set_up(self, services: Services, sandbox: SandboxControl, scene: Scene) -> Scene:
        """Make what this flow needs besides the first scene; once."""
        return scene

    def stage(self, sandbox: SandboxControl, scene: Scene) -> None:
        """Make at the sandbox, and in the folder of a trial, what its scene does not have."""

    async def act(self, services: Services, scene: Scene) -> Outcome | None:
        """Do it; answers the last word, where there is one."""
        raise NotImplementedError

    def left_behind(self, scene: Scene) -> list[str]:
        """What is wrong with the files as a dead program left them."""
        return []

    async def halfway(self, services: Services, scene: Scene) -> list[str]:
        """What is wrong once the program was opened again and has settled what it could."""
        return []

    async def go_on(self, services: Services, scene: Scene) -> None:
        """Do what is left to be done."""
        raise NotImplementedError

    async def short_of_goal(self, services: Services, scene: Scene) -> list[str]:
        """What is missing, or there too often, after that."""
        raise NotImplementedError


class PlaceAnOrder(Flow):
    """D3: two licences for a customer, with their tokens and mails."""

    name = "order"
    _placement = "3f0c6f1e-6a52-4a0e-9b39-5f5f2a9d1c11"

    async def act(self, services: Services, scene: Scene) -> Outcome | None:
        lines = [OrderLine(SKU, 2)]
        # The form's own number, so that pressing twice places one order.
        placed = await order_licences(
            services, scene.account, scene.connection, lines, placement_id=self._placement
        )
        if not await without_token(services, placed.id):
            return None
        return await provision_order(services, placed.id)

    async def go_on(self, services: Services, scene: Scene) -> None:
        await self.act(services, scene)

    async def short_of_goal(self, services: Services, scene: Scene) -> list[str]:
        ordered = [
            order.id
            for order in await every(services, tables.orders)
            if order.placement_id == self._placement
        ]
        assets = [
            asset for asset in await every(services, tables.assets) if asset.order_id in ordered
        ]
        found = await mails_about(services, "welcome")
        return [
            *differing("orders", len(ordered), 1),
            *differing("licences ordered", len(assets), 2),
            *(
                wrong
                for asset in assets
                for wrong in (
                    *differing("the token", asset.provisioning_sync_status, "Synchronized"),
                    *differing("the mails with a key", found[asset.id], 1),
                )
            ),
        ]


class RetryProvisioning(Flow):
    """D3a: a licence that Microsoft refused is asked for again."""

    name = "retry"

    async def act(self, services: Services, scene: Scene) -> Outcome:
        return await provision(services, scene.failed)

    async def go_on(self, services: Services, scene: Scene) -> None:
        found = await asset_detail(services, scene.failed)
        if found.provisioning_sync_status is not ProvisioningSyncStatus.SYNCHRONIZED:
            await self.act(services, scene)

    async def short_of_goal(self, services: Services, scene: Scene) -> list[str]:
        found = await asset_detail(services, scene.failed)
        mails = await mails_about(services, "welcome")
        return [
            *differing("the token", found.provisioning_sync_status, "Synchronized"),
            *differing("the mails with a key", mails[scene.failed], 1),
        ]


class Cancel(Flow):
    """B3: a licence is given back."""

    name = "cancel"

    async def act(self, services: Services, scene: Scene) -> Outcome:
        return await cancel_licence(services, scene.kept, comment="Bought twice")

    async def go_on(self, services: Services, scene: Scene) -> None:
        if (await asset_detail(services, scene.kept)).status is AssetStatus.ACTIVE:
            await self.act(services, scene)

    async def short_of_goal(self, services: Services, scene: Scene) -> list[str]:
        return cancelled(await asset_detail(services, scene.kept))


class Approve(Flow):
    """D4: a customer's request to cancel is approved."""

    name = "approve"

    async def act(self, services: Services, scene: Scene) -> Outcome:
        return await approve(services, scene.request, scene.request_version, comment="Agreed")

    async def go_on(self, services: Services, scene: Scene) -> None:
        request = await self._request(services, scene)
        if request.state is RequestState.REQUESTED:
            await approve(services, scene.request, request.version, comment="Agreed")

    async def short_of_goal(self, services: Services, scene: Scene) -> list[str]:
        request = await self._request(services, scene)
        mails = await mails_about(services, "cancellation_confirmed")
        return [
            *cancelled(await asset_detail(services, scene.asked)),
            *differing("the request", request.state, RequestState.APPROVED),
            *differing("who was told", mails[scene.asked], 2),
        ]

    async def _request(self, services: Services, scene: Scene) -> Row[Any]:
        requests = await every(services, tables.cancellation_requests)
        return next(row for row in requests if row.id == scene.request)


class Resend(Flow):
    """B2: the activation link goes out once more."""

    name = "resend"

    async def act(self, services: Services, scene: Scene) -> Outcome:
        return await resend_link(services, scene.kept)

    async def go_on(self, services: Services, scene: Scene) -> None:
        if (await mails_about(services, "welcome"))[scene.kept] == 1:
            await self.act(services, scene)

    async def short_of_goal(self, services: Services, scene: Scene) -> list[str]:
        mails = await mails_about(services, "welcome")
        return differing("the mails with a key", mails[scene.kept], 2)


class Delete(Flow):
    """B4: a record is deleted, put back, and deleted again."""

    name = "delete"

    async def act(self, services: Services, scene: Scene) -> Outcome | None:
        await delete_asset(services, scene.kept)
        await restore_asset(services, scene.kept)
        return await delete_asset(services, scene.kept)

    async def halfway(self, services: Services, scene: Scene) -> list[str]:
        """The history tells of each step that was taken, and of no other."""
        told = Counter(
            row.action for row in await every(services, tables.audit) if row.asset_id == scene.kept
        )
        found = await asset_detail(services, scene.kept)
        steps = told["delete"] - told["restore"]
        return differing("whether it is deleted", found.deleted_at is not None, steps == 1)

    async def go_on(self, services: Services, scene: Scene) -> None:
        if (await asset_detail(services, scene.kept)).deleted_at is None:
            await delete_asset(services, scene.kept)

    async def short_of_goal(self, services: Services, scene: Scene) -> list[str]:
        found = await asset_detail(services, scene.kept)
        return [
            *differing("whether it is deleted", found.deleted_at is not None, True),
            *differing("the licence", found.status, AssetStatus.ACTIVE),
        ]


class ReadTheCatalogue(Flow):
    """D2: a catalogue with a new price, a new and a discontinued product is read and accepted."""

    name = "catalogue"
    _price = "199.00"

    def stage(self, sandbox: SandboxControl, scene: Scene) -> None:
        sandbox.change_product(SKU, price=self._price)
        sandbox.change_product("QQ2-00013", name="Office of next year", price="259.00")
        sandbox.change_product("FQC-10572", status="Discontinued")

    async def act(self, services: Services, scene: Scene) -> Outcome | None:
        await refresh_catalogue(services, scene.connection)
        await accept_all(services, scene.connection)
        return None

    async def go_on(self, services: Services, scene: Scene) -> None:
        await refresh_catalogue(services, scene.connection)
        waiting = (CatalogueStatus.NEW, CatalogueStatus.CHANGED)
        rows = await offering_list(services, scene.connection)
        if any(row.status in waiting for row in rows):
            await accept_all(services, scene.connection)

    async def short_of_goal(self, services: Services, scene: Scene) -> list[str]:
        rows = {row.sku: row for row in await offering_list(services, scene.connection)}
        changed, new, gone = rows[SKU], rows["QQ2-00013"], rows["FQC-10572"]
        return [
            *differing("the new price", f"{changed.price.amount:.2f}", self._price),
            *differing("the new product", new.status, CatalogueStatus.ACTIVE),
            *differing("the discontinued product", gone.status, CatalogueStatus.DISCONTINUED),
        ]


class SettleDoubts(Flow):
    """The answers to a purchase and to a return were lost, and the journal asks again."""

    name = "settle"

    async def set_up(self, services: Services, sandbox: SandboxControl, scene: Scene) -> Scene:
        bought, returned = await order_for_new_customer(services, scene.connection, quantity=2)
        await provision(services, returned)
        sandbox.set_fault("any", "drop_after", times=None)
        await cancel_licence(services, returned)
        sandbox.clear_faults()
        sandbox.set_fault("issue", "drop_after", times=None)
        await provision(services, bought)
        sandbox.clear_faults()
        return replace(scene, more=(bought, returned))

    async def act(self, services: Services, scene: Scene) -> Outcome | None:
        await settle_doubt(services)
        return None

    async def go_on(self, services: Services, scene: Scene) -> None:
        """Nothing is left to be done: the journal needs nobody."""

    async def short_of_goal(self, services: Services, scene: Scene) -> list[str]:
        bought, returned = scene.more
        found = await asset_detail(services, bought)
        return [
            *differing("the token", found.provisioning_sync_status, "Synchronized"),
            *cancelled(await asset_detail(services, returned)),
        ]


class ChangeTheKey(Flow):
    """The key that licence keys are encrypted with is changed."""

    name = "rotate"

    async def act(self, services: Services, scene: Scene) -> Outcome:
        return await rotate_data_key(services)

    async def go_on(self, services: Services, scene: Scene) -> None:
        if (await data_key_status(services)).older:
            await self.act(services, scene)

    async def short_of_goal(self, services: Services, scene: Scene) -> list[str]:
        status = await data_key_status(services)
        return [
            *differing("data keys besides the newest", status.older, 0),
            *differing("licence keys that are sealed with another", status.waiting, 0),
        ]


async def every(services: Services, table: Table) -> list[Row[Any]]:
    """All rows of a table."""
    async with services.store.read() as connection:
        return list(await connection.execute(select(table)))


async def mails_about(services: Services, template: str) -> Mapping[int, int]:
    """How many mails of a kind there are for each asset."""
    rows = await every(services, tables.outbox)
    return Counter(row.asset_id for row in rows if row.template == template)


def cancelled(asset: AssetDetail) -> list[str]:
    """What is wrong with an asset that should be cancelled."""
    return differing(f"asset {asset.id}", asset.status, AssetStatus.CANCELLED)


def differing(what: str, found: object, wanted: object) -> list[str]:
    """A sentence where it is not as it should be."""
    return [] if found == wanted else [f"{what}: {found} instead of {wanted}"]
