"""What every verb is handed: the store, Microsoft, the mail server, the vault, who asks, when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from esd_desktop.models.store.engine import Store
from esd_desktop.models.values import utc_now
from esd_desktop.services.keys import KeyCipher
from esd_desktop.services.mail.smtp import Mailer
from esd_desktop.services.microsoft.gateway import Gateways
from esd_desktop.services.presence import Presence
from esd_desktop.services.vault import Vault


@dataclass
class Services:
    """Built by opening.py, closed by whoever opened them. ``operator`` is the name that audit rows
    carry, ``presence`` what shows other processes that this one is still there."""

    store: Store
    gateways: Gateways
    vault: Vault
    cipher: KeyCipher
    mailer: Mailer
    operator: str
    presence: Presence | None = None
    clock: Callable[[], datetime] = field(default=utc_now)

    def now(self) -> datetime:
        """This moment, aware, in UTC."""
        return self.clock()

    async def close(self) -> None:
        """Close what was opened, in reverse."""
        try:
            await self.gateways.aclose()
        finally:
            await self.store.close()
            if self.presence is not None:
                self.presence.close()
