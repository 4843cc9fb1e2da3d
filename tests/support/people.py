"""The people of a store, as tests name them."""

from __future__ import annotations

from esd_desktop.models.operator import Operator
from esd_desktop.models.rights import Role
from esd_desktop.services.context import Services


async def named(services: Services, login: str, *roles: Role, active: bool = True) -> None:
    """Name somebody, past every rule about who may."""
    async with services.store.change() as work:
        work.add(
            Operator(
                login=login,
                name=login.title(),
                roles=frozenset(roles),
                active=active,
                added_by="test",
                added_at=services.now(),
            )
        )
        await work.commit()
