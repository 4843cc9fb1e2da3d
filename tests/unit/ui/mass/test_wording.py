from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from esd_desktop.models.mass_rows import ItemState, MassKind, MassState, MassWorkRow
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.mass.wording import item_state, pace, standing, time_left, work_state

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
ROW = MassWorkRow(
    id=1,
    kind=MassKind.UPDATE_STATUS,
    scope="All assets",
    comment=None,
    asked_by="eleni",
    asked_at=NOW,
    state=MassState.RUNNING,
    reason="",
    advice="",
    run_by="eleni",
    running_in="workstation-7",
    total=20_000,
    done=1_000,
    unchanged=200,
    warnings=30,
    failed=10,
    per_second=85.0,
    ended_at=None,
)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (59, "less than a minute left"),
        (61, "about 2 min left"),
        (3_600, "about 1 h left"),
        (3_661, "about 1 h 2 min left"),
        (86_400, "about 24 h left"),
    ],
)
def test_the_time_left_is_rounded_up(seconds: float, said: str) -> None:
    assert time_left(seconds) == said


def test_the_pace_is_told_only_while_it_goes() -> None:
    assert pace(ROW) == "85 a second · about 4 min left"
    assert pace(replace(ROW, per_second=0.2)).startswith("12 a minute · ")
    assert pace(replace(ROW, per_second=0.0)) == ""
    assert pace(replace(ROW, state=MassState.PAUSED)) == ""


def test_how_it_stands() -> None:
    told = {state: standing(replace(ROW, state=state)) for state in MassState}
    assert told[MassState.RUNNING] == (
        Tone.ACCENT,
        "It is being done, by the program on workstation-7.",
        "",
    )
    assert told[MassState.STOPPED][2] == "18760 of them were not done and are as they were."
    tone, sentence, _ = told[MassState.DONE]
    assert (tone, sentence) == (Tone.WARNING, "Done: 20,000 assets, of which 10 failed.")
    assert standing(replace(ROW, state=MassState.DONE, failed=0))[0] is Tone.GOOD
    waits = standing(replace(ROW, running_in=""))
    assert waits[1] == "It waits for a program to carry it out."
    why = replace(ROW, state=MassState.PAUSED, reason="Microsoft is away.", advice="Go on later.")
    assert standing(why)[1:] == ("Paused. Microsoft is away.", "Go on later.")


def test_every_state_has_its_word() -> None:
    assert len({work_state(replace(ROW, state=state)).word for state in MassState}) == 4
    assert len({item_state(state).word for state in ItemState}) == len(ItemState)
    assert work_state(replace(ROW, state=MassState.DONE)).tone is Tone.WARNING
