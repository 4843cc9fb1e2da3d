"""What the person is told: every result in its tone, once, and kept."""

from __future__ import annotations

import pytest

from esd_desktop.errors import EsdError, InvalidInput
from esd_desktop.services.changes import Changes, Outcome, Result
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.messages import KEPT, Message, Messages


@pytest.mark.parametrize(
    ("result", "tone"),
    [
        (Result.DONE, Tone.GOOD),
        (Result.UNCHANGED, Tone.NEUTRAL),
        (Result.WARNING, Tone.WARNING),
        (Result.REFUSED, Tone.BAD),
    ],
)
def test_an_outcome_is_told_in_its_tone(result: Result, tone: Tone) -> None:
    messages = Messages()
    messages.outcome(Outcome("It is so.", result, correlation_id="c-1", advice="Look."))
    told = messages.kept[-1]
    assert (told.tone, told.sentence, told.advice, told.correlation_id) == (
        tone,
        "It is so.",
        "Look.",
        "c-1",
    )


def test_an_outcome_about_one_asset_leads_to_it() -> None:
    messages = Messages()
    messages.outcome(Outcome("One.", changes=Changes(assets=frozenset({7}))))
    messages.outcome(Outcome("Two.", changes=Changes(assets=frozenset({7, 8}))))
    assert [message.asset_id for message in messages.kept] == [7, None]


def test_a_refusal_is_a_warning_and_a_fault_is_bad() -> None:
    messages = Messages()
    messages.fault(InvalidInput("No."))
    messages.fault(EsdError("Broken."))
    assert [message.tone for message in messages.kept] == [Tone.WARNING, Tone.BAD]


def test_what_was_shown_where_it_was_asked_for_is_kept_quietly() -> None:
    messages = Messages()
    posted: list[Message] = []
    messages.posted.connect(posted.append)
    messages.outcome(Outcome("Saved."), quiet=True)
    messages.fault(EsdError("Broken."), quiet=True)
    assert [message.quiet for message in posted] == [True, True]
    assert list(messages.kept) == posted


@pytest.mark.expect_log("bug")
def test_the_same_bug_is_told_once_and_another_one_too() -> None:
    messages = Messages()
    for _ in range(3):
        messages.bug(_raised(ZeroDivisionError))
    messages.bug(_raised(KeyError))
    assert len(messages.kept) == 2


@pytest.mark.expect_log("bug")
def test_a_bug_is_told_again_after_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    messages = Messages()
    messages.bug(_raised(KeyError))
    (place,) = messages._bugs_told
    messages._bugs_told[place] = messages._bugs_told[place].replace(year=2020)
    messages.bug(_raised(KeyError))
    assert len(messages.kept) == 2


def test_the_eldest_goes_when_there_are_too_many() -> None:
    messages = Messages()
    for number in range(KEPT + 2):
        messages.post(Message(Tone.GOOD, f"Mail {number} sent"))
    assert len(messages.kept) == KEPT
    assert messages.kept[0].sentence == "Mail 2 sent"


def _raised(kind: type[Exception]) -> Exception:
    with pytest.raises(kind) as raised:
        raise kind
    return raised.value
