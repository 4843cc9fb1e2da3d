"""How requests are told: who asked, what is in the way, what was decided."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from esd_desktop.models.request_rows import RequestRow
from esd_desktop.models.statuses import AssetStatus, Requester, RequestState, TokenStatus
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.requests.wording import (
    asked_sentence,
    banner_words,
    request_tone,
    requester_words,
    standing_lines,
    state_text,
)
from tests.unit.ui.detail.making import NOW, PRICE

ASKED = RequestRow(
    id=1,
    version=1,
    asset_id=7,
    customer_id=3,
    customer="Müller & Söhne KG",
    billing_to_id=2,
    billing_to="Helios Reselling GmbH",
    product="Office Home & Business 2024",
    order_number="SO-00001",
    price=PRICE,
    status=AssetStatus.ACTIVE,
    token_status=TokenStatus.ACTIVATED,
    returnable_until=None,
    state=RequestState.REQUESTED,
    requester=Requester.CUSTOMER,
    requested_by="Eleni",
    requested_at=NOW,
    comment="Bought twice",
    instructions="Do not use it.",
    confirm_by_mail=True,
    decided_by=None,
    decided_at=None,
    decision_comment=None,
    outcome=None,
    credit_number=None,
)
DECIDED = replace(ASKED, decided_by="Berta", decided_at=NOW + timedelta(hours=1))


def test_the_customer_and_staff_are_told_apart() -> None:
    assert "Eleni asked to cancel this licence on" in asked_sentence(ASKED)
    by_staff = replace(ASKED, requester=Requester.STAFF, requested_by="anna")
    assert "anna asked on the customer’s behalf" in asked_sentence(by_staff)
    assert requester_words(ASKED) != requester_words(replace(ASKED, requester=Requester.STAFF))


def test_the_banner_has_comment_and_confirmation() -> None:
    assert banner_words(ASKED, None).splitlines() == [
        "Comment: Bought twice",
        "The customer is told by mail.",
    ]
    silent = replace(ASKED, comment=None, confirm_by_mail=False)
    assert banner_words(silent, None) == "The customer is not told by mail."


def test_what_stands_in_the_way_of_approving_is_said() -> None:
    assert standing_lines(ASKED, None) == []
    (line,) = standing_lines(ASKED, "It is redeemed.")
    assert line == "It can only be declined or withdrawn: It is redeemed."
    assert request_tone(ASKED, "It is redeemed.") is Tone.WARNING
    tried = replace(ASKED, outcome="Microsoft was away.")
    assert standing_lines(tried, None) == [
        "It was approved, but could not be carried out: Microsoft was away."
    ]


@pytest.mark.parametrize("state", [each for each in RequestState if each != "Requested"])
def test_each_decision_names_who_decided(state: RequestState) -> None:
    (line,) = standing_lines(replace(DECIDED, state=state), None)
    assert line.startswith("Berta ")
    assert line.endswith(".")


def test_each_state_has_its_own_words() -> None:
    labels = {state_text(state).label for state in RequestState}
    assert len(labels) == len(RequestState)
