"""The gateways that are in use.

What speaks HTTP is loaded with the first of them: a window is there before Microsoft is called.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from esd_desktop.services.microsoft.gateway import EsdGateway
    from esd_desktop.services.microsoft.http import TimeLimits
    from esd_desktop.services.microsoft.profile import ConnectionProfile
    from esd_desktop.services.microsoft.retry import Patience


class Gateways:
    """The gateways of all connections, each made at its first use and kept.

    Belongs to one event loop. Tests hand in less patience and shorter time limits.
    """

    def __init__(self, patience: Patience | None = None, limits: TimeLimits | None = None) -> None:
        self._patience = patience
        self._limits = limits
        self._open: dict[int, EsdGateway] = {}
        self._retiring: set[asyncio.Task[None]] = set()

    def for_connection(self, profile: ConnectionProfile) -> EsdGateway:
        """The gateway of a connection; a new one where the connection or its passphrase changed,
        and the old one closes when its calls are done."""
        known = self._open.get(profile.id)
        if known is not None and known.profile == profile:
            return known
        if known is not None:
            self._retire(known)
        from esd_desktop.services.microsoft.gateway import EsdGateway

        made = EsdGateway(profile, self._patience, self._limits)
        self._open[profile.id] = made
        return made

    def opened(self) -> tuple[EsdGateway, ...]:
        """Those in use, for telling whether Microsoft answers."""
        return tuple(self._open.values())

    async def aclose(self) -> None:
        """Close them all."""
        gateways, self._open = tuple(self._open.values()), {}
        for gateway in gateways:
            await gateway.aclose()
        await asyncio.gather(*self._retiring)

    def _retire(self, gateway: EsdGateway) -> None:
        task = asyncio.get_running_loop().create_task(gateway.retire())
        self._retiring.add(task)
        task.add_done_callback(self._retiring.discard)
