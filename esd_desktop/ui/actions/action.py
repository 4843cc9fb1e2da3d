"""The shape of an action, and the steps that all of them share."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any, Concatenate, ParamSpec

from msgspec import Struct
from PySide6.QtWidgets import QWidget

from esd_desktop.errors import Refused
from esd_desktop.models.permissions import Facts
from esd_desktop.models.rights import Right
from esd_desktop.models.rows import AssetDetail
from esd_desktop.models.values import utc_now
from esd_desktop.services.browse import asset_detail
from esd_desktop.services.changes import Changes, Outcome
from esd_desktop.services.context import Services
from esd_desktop.ui.desk import Desk

Params = ParamSpec("Params")
Refusal = Callable[[Facts, datetime], str | None]
Verb = Callable[Concatenate[Services, int, Params], Coroutine[Any, Any, Outcome]]


class AssetAction(Struct, frozen=True):
    """What the operator sees of a verb of services/, which has the same ``name``.

    ``needs`` are the rights of which it takes one, ``refusal`` says why it cannot be done now,
    ``run`` asks and does it. ``hint`` is the tooltip while it can be done, ``words`` what the
    status bar calls it; they name the work rather than claim that it is being done, since a
    question may still be open. A ``dangerous`` one gives something up.
    """

    name: str
    needs: tuple[Right, ...]
    text: str
    icon: str
    shortcut: str
    hint: str
    words: str
    refusal: Refusal
    run: Callable[[Desk, QWidget, int], Coroutine[Any, Any, None]]
    dangerous: bool = False


def task_key(asset_id: int) -> str:
    """Under which key everything done with an asset runs: one thing at a time."""
    return f"asset:{asset_id}"


def only(asset_id: int) -> Changes:
    """One asset, changed."""
    return Changes(assets=frozenset({asset_id}))


async def allowed(desk: Desk, refusal: Refusal, asset_id: int) -> AssetDetail:
    """The asset as it is now, read again before a question about it is asked.

    Raises Refused where it may not be done any more, and lets every view catch up.
    """
    detail = await desk.read(asset_detail, asset_id)
    reason = refusal(detail.facts, utc_now())
    if reason is not None:
        desk.bus.announce(only(asset_id))
        raise Refused(reason)
    return detail


async def carry_out(
    desk: Desk, verb: Verb[Params], asset_id: int, *args: Params.args, **kwargs: Params.kwargs
) -> None:
    """Do it, and tell what came of it."""
    desk.messages.outcome(await desk.do(only(asset_id), verb, asset_id, *args, **kwargs))
