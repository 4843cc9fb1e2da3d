"""Beginning a mass work: count what it comes to, ask, lay it down, say where it is followed."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from esd_desktop.errors import Refused
from esd_desktop.models.asset_rows import AssetChoice
from esd_desktop.models.mass_rows import MassKind
from esd_desktop.models.wording import counted
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.mass.target import MassTarget
from esd_desktop.ui.mass.wording import ACTIONS
from esd_desktop.ui.messages import Message

_TASK = "begin mass work"


def start_mass(
    desk: Desk, kind: MassKind, parent: QWidget, target: MassTarget, *, of_list: bool
) -> None:
    """Do it to the selected rows of a list, or to all of it, asking over ``parent`` first."""
    choose = target.everything if of_list else target.selection
    desk.tasks.run(
        _TASK,
        partial(_begin, desk, kind, parent, choose, of_list=of_list),
        owner=parent,
        words=f"{ACTIONS[kind].words}, many at once",
    )


async def _begin(
    desk: Desk,
    kind: MassKind,
    parent: QWidget,
    choose: Callable[[], Coroutine[Any, Any, AssetChoice]],
    *,
    of_list: bool,
) -> None:
    from esd_desktop.services.mass_outlook import outlook
    from esd_desktop.services.mass_work import begin
    from esd_desktop.ui.mass.question import MassQuestion, nothing_possible

    desk.rights.require(*ACTIONS[kind].needs)
    choice = await choose()
    found = await desk.read(outlook, kind, choice)
    if not found.possible:
        sentence, advice = nothing_possible(kind, found)
        raise Refused(sentence, advice=advice)
    answer = await MassQuestion(kind, found, parent.window(), of_list=of_list).asked()
    if not answer.yes:
        return
    begun = await desk.work(begin, kind, choice, comment=answer.comment, expected=found.total)
    sentence = f"{ACTIONS[kind].text} of {counted(begun.total, 'asset')} has begun."
    advice = "You can go on working, or leave the program: it goes on at the next start."
    show = ("Show Progress", partial(desk.navigator.work_wanted.emit, begun.id))
    desk.messages.post(Message(Tone.NEUTRAL, sentence, advice, links=(show,)))
