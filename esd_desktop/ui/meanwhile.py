"""The question to who saves a form second: what somebody else made of the record meanwhile, and
whose it is to be."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto

from PySide6.QtWidgets import QWidget

from esd_desktop.errors import ChangedMeanwhile
from esd_desktop.models.fields import field_words
from esd_desktop.models.meanwhile import Sides
from esd_desktop.ui.ask import answered
from esd_desktop.ui.look.roles import Kind
from esd_desktop.ui.settings.form import give_size
from esd_desktop.ui.widgets.dialog import Dialog
from esd_desktop.ui.widgets.difference_table import DifferenceTable

STILL_TYPED = "What you typed is still here; saving it asks again."
IS_THEIRS = "This is how it is kept now; what you typed is given up."
_TITLE = "Somebody else changed this meanwhile"
_HEADINGS = ("What", "Before", "Now", "Yours")
_AS_OPENED = "not changed"
_NOTHING = "—"
_LONGEST = 400
_SIZE = (820, 420)


class Choice(Enum):
    """What is to become of a form that was saved second."""

    THEIRS = auto()
    MINE = auto()
    BACK = auto()


async def choose_side(
    parent: QWidget, fault: ChangedMeanwhile, sides: Sides, labels: Mapping[str, str]
) -> Choice:
    """Ask, unless there is nothing to choose. Back to the form is the answer of Esc, too.

    ``labels`` are the form's own words for its fields."""
    if sides.is_at_one:
        return Choice.MINE
    body = f"{fault.sentence} Saving yours writes only what you typed; all else stays as it is now."
    dialog = Dialog(_TITLE, body, parent)
    table = DifferenceTable(_HEADINGS, _lines(sides, labels), _HEADINGS.index("What"), dialog)
    dialog.body.addWidget(table, 1)
    dialog.add_button("Back to the form", Choice.BACK, default=True, escape=True)
    dialog.add_button("Take theirs", Choice.THEIRS)
    dialog.add_button("Save mine over it", Choice.MINE, kind=Kind.PRIMARY)
    give_size(dialog, *_SIZE)
    answer = await answered(dialog)
    return answer if isinstance(answer, Choice) else Choice.BACK


def _lines(sides: Sides, labels: Mapping[str, str]) -> list[tuple[str, ...]]:
    """A line for each field that one of both changed."""
    concerned = [name for name in sides.opened if name in {*sides.theirs, *sides.mine}]
    return [
        (
            labels.get(name) or field_words(name),
            _short(sides.opened[name]),
            _short(sides.now[name]),
            _short(sides.typed[name]) if name in sides.mine else _AS_OPENED,
        )
        for name in concerned
    ]


def _short(text: str) -> str:
    """What fits into a cell: a whole mail would not."""
    words = text.strip() or _NOTHING
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"
