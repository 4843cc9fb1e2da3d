"""What every verb is handed: the store, Microsoft, the mail server, the vault, who asks, when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from esd_desktop.models.backup_rows import BackupPlan
from esd_desktop.models.store import kept_counts, position_map
from esd_desktop.models.values import utc_now

if TYPE_CHECKING:
    from esd_desktop.models.store.engine import Store
    from esd_desktop.models.store.kept_counts import KeptCounts
    from esd_desktop.models.store.position_map import PositionMaps
    from esd_desktop.services.keys import KeyCipher
    from esd_desktop.services.mail.smtp import Mailer
    from esd_desktop.services.microsoft.gateways import Gateways
    from esd_desktop.services.presence import Presence
    from esd_desktop.services.vault import Vault
    from esd_desktop.services.witness import Witness


@dataclass
class Services:
    """Built by opening.py, closed by whoever opened them. ``operator`` is the name that audit rows
    carry, ``presence`` what shows other processes that this one is still there, ``witness`` what
    this computer saw of the audit, ``backups`` how it wants its backups now. ``runs_as`` is by what
    a file knows who runs this, where it works in the name of somebody else."""

    store: Store
    gateways: Gateways
    vault: Vault
    cipher: KeyCipher
    mailer: Mailer
    operator: str
    presence: Presence | None = None
    witness: Witness | None = None
    backups: Callable[[], BackupPlan] = field(default=lambda: BackupPlan(Path("backups")))
    clock: Callable[[], datetime] = field(default=utc_now)
    runs_as: str | None = None
    # Never handed on: another visitor's lists are others.
    maps: PositionMaps = field(init=False)
    counts: KeptCounts = field(init=False)

    def __post_init__(self) -> None:
        self.maps = position_map.PositionMaps()
        self.counts = kept_counts.KeptCounts()

    @property
    def login(self) -> str:
        """By what the store knows who works here: the database's login, or else the operator."""
        return self.store.login or self.runs_as or self.operator

    def for_visitor(self, account_id: int, name: str) -> Services:
        """The same for a visitor of the portal: the history names the visitor, the rights are those
        of who runs the portal, and a database server lets only at what is the account's."""
        store = self.store.for_visitor(account_id)
        return replace(self, store=store, operator=name, runs_as=self.login)

    @property
    def process(self) -> str:
        """By what other processes know this one."""
        return self.store.process if self.presence is None else self.presence.name

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
