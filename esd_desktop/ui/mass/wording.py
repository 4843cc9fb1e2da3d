"""How mass work is told in the window; pure."""

from __future__ import annotations

import math

from esd_desktop.models.mass_rows import ItemState, MassKind, MassState, MassWorkRow
from esd_desktop.models.wording import counted
from esd_desktop.ui.actions.action import AssetAction
from esd_desktop.ui.actions.cancel_licence import CANCEL_LICENCE
from esd_desktop.ui.actions.resend_link import RESEND_LINK
from esd_desktop.ui.actions.update_status import UPDATE_STATUS
from esd_desktop.ui.formats import as_count
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.widgets.statuses import StatusText

# The action of a single asset lends each kind its words, its picture and its right.
ACTIONS: dict[MassKind, AssetAction] = {
    MassKind.UPDATE_STATUS: UPDATE_STATUS,
    MassKind.RESEND: RESEND_LINK,
    MassKind.CANCEL: CANCEL_LICENCE,
}
FILTERS = (("all", "All"), ("open", "Open"), ("ended", "Ended"))
RESULT_FILTERS = (
    ("all", "All"),
    ("done", "Done"),
    ("unchanged", "Unchanged"),
    ("warnings", "Look at"),
    ("failed", "Failed"),
    ("waiting", "Waiting"),
)
_RUNNING = StatusText("Running", Tone.ACCENT, "One asset after the other gets its result", "")
_STATES = {
    MassState.RUNNING: _RUNNING,
    MassState.PAUSED: StatusText("Paused", Tone.WARNING, "Nothing begins until it goes on", ""),
    MassState.STOPPED: StatusText("Stopped", Tone.NEUTRAL, "The rest is not done", ""),
    MassState.DONE: StatusText("Done", Tone.GOOD, "Every asset has its result", ""),
}
_DONE_WITH_FAILURES = StatusText("Done", Tone.WARNING, "Done, but not to every asset", "")
_ITEMS = {
    ItemState.WAITING: StatusText("Waiting", Tone.NEUTRAL, "Its turn has not come", ""),
    ItemState.UNDER_WAY: StatusText("Under way", Tone.ACCENT, "Being done just now", ""),
    ItemState.DONE: StatusText("Done", Tone.GOOD, "It was done", ""),
    ItemState.UNCHANGED: StatusText("Unchanged", Tone.NEUTRAL, "Nothing was to be changed", ""),
    ItemState.WARNING: StatusText("Look at", Tone.WARNING, "Done, but look at it", ""),
    ItemState.FAILED: StatusText("Failed", Tone.BAD, "Refused, or it went wrong", ""),
}
_MINUTE, _HOUR = 60, 3600


def work_state(row: MassWorkRow) -> StatusText:
    """How a work stands, in a word."""
    if row.state is MassState.DONE and row.failed:
        return _DONE_WITH_FAILURES
    return _STATES[row.state]


def item_state(state: ItemState) -> StatusText:
    """What came of an asset, in a word."""
    return _ITEMS[state]


def title_of(row: MassWorkRow) -> str:
    """What is done, as its action is called."""
    return ACTIONS[row.kind].text


def how_far(row: MassWorkRow) -> str:
    """How many have their result: "1,240 of 20,000"."""
    return f"{as_count(row.ended)} of {as_count(row.total)}"


def pace(row: MassWorkRow) -> str:
    """How fast it goes and how long it still takes; empty where it does not go."""
    left = row.seconds_left
    if row.state is not MassState.RUNNING or left is None:
        return ""
    return f"{_rate(row.per_second)} · {time_left(left)}"


def _rate(per_second: float) -> str:
    if per_second >= 1:
        return f"{as_count(round(per_second))} a second"
    return f"{as_count(max(1, round(per_second * _MINUTE)))} a minute"


def time_left(seconds: float) -> str:
    """About how long it still takes, as it is said: "about 4 min left"."""
    if seconds < _MINUTE:
        return "less than a minute left"
    minutes = math.ceil(seconds / _MINUTE)
    if seconds < _HOUR:
        return f"about {minutes} min left"
    hours, rest = divmod(minutes, _MINUTE)
    return f"about {as_count(hours)} h {rest} min left" if rest else f"about {hours} h left"


def standing(row: MassWorkRow) -> tuple[Tone, str, str]:
    """How a work stands: tone, sentence, and what to know or do."""
    match row.state:
        case MassState.RUNNING if row.running_in:
            return Tone.ACCENT, f"It is being done, by the program on {row.running_in}.", ""
        case MassState.RUNNING:
            advice = f"It goes on by itself where ESD Desktop runs for {row.run_by}."
            return Tone.NEUTRAL, "It waits for a program to carry it out.", advice
        case MassState.PAUSED if row.reason:
            return Tone.WARNING, f"Paused. {row.reason}", row.advice
        case MassState.PAUSED:
            return Tone.WARNING, "Paused. What is under way ends; nothing new begins.", ""
        case MassState.STOPPED:
            left = f"{as_count(row.waiting)} of them were not done and are as they were."
            return Tone.NEUTRAL, "Stopped for good.", left if row.waiting else ""
        case MassState.DONE:
            return _done(row)


def _done(row: MassWorkRow) -> tuple[Tone, str, str]:
    every = f"Done: {counted(row.total, 'asset')}"
    if not row.failed:
        return Tone.GOOD, f"{every}, none of which failed.", ""
    said = "The results say of each why; Retry tries just those again."
    return Tone.WARNING, f"{every}, of which {as_count(row.failed)} failed.", said
