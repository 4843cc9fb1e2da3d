"""What a verb answers: which records changed, and one sentence for the person.

Views subscribe to ``Changes`` and refresh just what they show; no view tells another what to do.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct, field


class Changes(Struct, frozen=True):
    """Ids of the records that changed, by kind; ``works`` are mass works with their items, and
    ``histories`` accounts in whose history another program wrote, be it only that somebody signed
    in at the portal. ``everything`` is for what changes too much to be named, such as an import:
    every view re-reads what it shows."""

    assets: frozenset[int] = frozenset()
    accounts: frozenset[int] = frozenset()
    connections: frozenset[int] = frozenset()
    offerings: frozenset[int] = frozenset()
    orders: frozenset[int] = frozenset()
    invoices: frozenset[int] = frozenset()
    requests: frozenset[int] = frozenset()
    mails: frozenset[int] = frozenset()
    works: frozenset[int] = frozenset()
    histories: frozenset[int] = frozenset()
    settings: bool = False
    everything: bool = False

    def __bool__(self) -> bool:
        return self != Changes()

    def __or__(self, other: Changes) -> Changes:
        return Changes(
            assets=self.assets | other.assets,
            accounts=self.accounts | other.accounts,
            connections=self.connections | other.connections,
            offerings=self.offerings | other.offerings,
            orders=self.orders | other.orders,
            invoices=self.invoices | other.invoices,
            requests=self.requests | other.requests,
            mails=self.mails | other.mails,
            works=self.works | other.works,
            histories=self.histories | other.histories,
            settings=self.settings or other.settings,
            everything=self.everything or other.everything,
        )


class Result(StrEnum):
    """How it went."""

    DONE = "done"
    UNCHANGED = "unchanged"
    WARNING = "warning"
    REFUSED = "refused"


class Outcome(Struct, frozen=True):
    """What a verb did.

    ``sentence`` is for the person. REFUSED: what was asked for did not happen, although the record
    may have been brought up to date (``changes``). WARNING: it happened, or partly, and the person
    should look. ``correlation_id`` is given where Microsoft was called.
    """

    sentence: str
    result: Result = Result.DONE
    changes: Changes = field(default_factory=Changes)
    correlation_id: str | None = None
    advice: str = ""

    @property
    def refused(self) -> bool:
        """Whether what was asked for did not happen."""
        return self.result is Result.REFUSED
