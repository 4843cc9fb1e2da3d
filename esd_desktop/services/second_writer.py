"""Two people change one record: who saves second is told who was first, when, and what became
another. Nothing is overwritten by that; what is done about it, the person chooses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from esd_desktop.errors import ChangedMeanwhile
from esd_desktop.models.fields import field_words, value_words
from esd_desktop.models.rows import HistoryRow
from esd_desktop.models.store import audit
from esd_desktop.models.wording import as_moment

if TYPE_CHECKING:
    from esd_desktop.models.store.unit_of_work import UnitOfWork

_LONGEST_VALUE = 80


async def changed_meanwhile(
    work: UnitOfWork,
    what: str,
    actions: Sequence[str],
    *,
    account_id: int | None = None,
    mention: str = "",
    begins: Sequence[str] = (),
) -> ChangedMeanwhile:
    """The fault for who saves ``what`` second. The history knows who was first: the last of
    ``actions`` with the account, or the last whose sentence has ``mention`` or ``begins`` so."""
    last = await audit.last_about(work.connection, actions, account_id, mention, begins)
    if last is None:
        return ChangedMeanwhile(
            f"Somebody else changed {what} meanwhile; nothing was overwritten.",
            advice="Look at it again and repeat your change.",
        )
    return ChangedMeanwhile(
        f"{last.operator} changed {what} meanwhile, on {as_moment(last.at)}; nothing was "
        "overwritten.",
        advice=f"{_told(last)}Look at it again and repeat your change.",
    )


def _told(row: HistoryRow) -> str:
    """What the row says became another."""
    changes = [
        f"{field_words(name)}: {_short(old)} → {_short(new)}"
        for name, (old, new) in row.changes.items()
    ]
    return f"{'; '.join(changes)}. " if changes else ""


def _short(value: object) -> str:
    words = " ".join(value_words(value or None).split())
    return words if len(words) <= _LONGEST_VALUE else f"{words[: _LONGEST_VALUE - 1]}…"
