"""Backups as people see them: when they are made, what is in one, what a restore would lose."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from msgspec import Struct

from esd_desktop.models.wording import as_moment, counted

Every = Literal["off", "daily", "weekly"]
PERIODS: dict[Every, timedelta] = {"daily": timedelta(days=1), "weekly": timedelta(weeks=1)}
# What the audit calls it: the beginning, which releases the sealed keys, and the two ends.
BEGUN, DONE, FAILED = "back_up", "backed_up", "back_up_failed"
RESTORED = "restore_store"
# What people count a store by, with the noun of each.
NOUNS = {"assets": "licence", "accounts": "account", "orders": "order", "invoices": "invoice"}


class BackupPlan(Struct, frozen=True):
    """When this computer backs up its store, where to, and how many it keeps."""

    folder: Path
    every: Every = "off"
    keep: int = 7

    @property
    def period(self) -> timedelta | None:
        """How old the newest may become; None where none is made by itself."""
        return PERIODS.get(self.every)


class BackupContents(Struct, frozen=True):
    """What is in a backup. ``lineage`` tells its store from every other, ``newest`` has the highest
    id of each table that has ids, ``audit_end`` the position and the hash of the audit's last row,
    (0, "") where its version had no chain yet."""

    file: Path
    size: int
    revision: str
    lineage: str | None
    made_at: datetime
    counts: Mapping[str, int]
    newest: Mapping[str, int]
    audit_end: tuple[int, str]

    @property
    def holds(self) -> str:
        """What it holds, in words."""
        return ", ".join(counted(self.counts[table], noun) for table, noun in NOUNS.items())


class Verdict(Struct, frozen=True):
    """A backup that was opened and found to be whole. ``keys`` says whether its licence keys can be
    read on this computer; ``warning`` what to do where they cannot."""

    contents: BackupContents
    keys: str
    warning: str = ""

    @property
    def sentence(self) -> str:
        """All of it, in words."""
        made = as_moment(self.contents.made_at)
        return (
            f"The backup of {made} is whole: {self.contents.holds}. Every record is there, and "
            f"the audit fits together. {self.keys}"
        )


class Losses(Struct, frozen=True):
    """What the store has and a backup has not: the records that were added since, by table, and how
    many things were done besides making and restoring backups. Where the two went apart, as after
    the restore of an earlier backup, records have the same ids, and only what was done is known.
    ``other_store``: the backup is not of this store, which loses all that it holds."""

    added: Mapping[str, int]
    done: int
    other_store: bool

    def __bool__(self) -> bool:
        return any(self.added.values()) or self.done > 0

    @property
    def words(self) -> str:
        """What it is, in words."""
        added = {noun: self.added[table] for table, noun in NOUNS.items() if self.added[table]}
        if not added:
            return counted(self.done, "change")
        return ", ".join(counted(count, noun) for noun, count in added.items())

    @property
    def sentence(self) -> str:
        """What restoring would cost, in words."""
        if not self:
            return "Nothing that the store holds now would be lost."
        if self.other_store:
            return f"It is of another store: all that this store holds ({self.words}) would go."
        return f"What came later ({self.words}) would not be in the store any more."


class Backup(Struct, frozen=True):
    """One of this store's own backups, by the name of its file."""

    file: Path
    made_at: datetime
    size: int
