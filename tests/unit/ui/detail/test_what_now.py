from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QLocale

from esd_desktop.models.statuses import (
    AssetStatus,
    OperationKind,
    OperationState,
    ProvisioningSyncStatus,
    TokenStatus,
)
from esd_desktop.models.values import Money
from esd_desktop.ui.actions.delete_asset import RESTORE_ASSET
from esd_desktop.ui.actions.provision import RETRY_PROVISIONING
from esd_desktop.ui.detail.what_now import Advice, what_now
from esd_desktop.ui.formats import as_time
from esd_desktop.ui.look.colours import Tone
from tests.unit.ui.detail.making import CREDIT, INVOICE, NOW, make_detail, waiting

FAILED = ProvisioningSyncStatus.FAILED
UNSYNCHRONISED = ProvisioningSyncStatus.UNSYNCHRONISED


@pytest.fixture(autouse=True)
def british() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale("en_GB"))
    yield
    QLocale.setDefault(before)


def advice(**differing: Any) -> Advice:
    """The one notice that an asset gets."""
    (only,) = what_now(make_detail(**differing), NOW)
    return only


def test_an_unused_licence_says_until_when_it_can_be_cancelled_and_what_that_credits() -> None:
    said = advice()
    assert said.sentence == "Not used yet. It can be cancelled until 21 Dec 2026."
    assert said.more == "Cancelling it credits 249.00 EUR to Helios Reselling GmbH."
    assert said.tone is Tone.ACCENT
    assert said.remedy is None


def test_without_a_time_limit_none_is_named() -> None:
    assert advice(returnable_until=None).sentence == "Not used yet. It can be cancelled."


def test_the_last_week_is_a_warning() -> None:
    assert advice(returnable_until=NOW + timedelta(days=7)).tone is Tone.WARNING
    assert advice(returnable_until=NOW + timedelta(days=7, seconds=1)).tone is Tone.ACCENT


def test_on_the_last_day_the_hour_is_named() -> None:
    until = NOW + timedelta(minutes=5)
    said = advice(returnable_until=until)
    assert said.sentence == f"Not used yet. It can be cancelled until today, {as_time(until)}."


def test_after_the_time_limit_it_says_when_it_ended() -> None:
    said = advice(returnable_until=NOW - timedelta(days=2))
    assert said.sentence == "Not used yet. The time for cancelling it ended on 22 Nov 2026."
    assert said.more == ""
    assert said.tone is Tone.NEUTRAL


def test_what_was_charged_is_credited_rather_than_the_price() -> None:
    charged = replace(INVOICE, amount=replace(INVOICE.amount, amount=INVOICE.amount.amount * 2))
    assert "498.00 EUR" in advice(invoices=(charged,)).more
    assert "249.00 EUR" in advice(invoices=()).more


def test_what_is_credited_includes_the_tax_and_says_so() -> None:
    taxed = replace(INVOICE, tax=Money(Decimal("47.31"), "EUR"), tax_name="VAT")
    assert "credits 296.31 EUR (249.00 + 47.31 VAT) to" in advice(invoices=(taxed,)).more
    credit = replace(CREDIT, tax=Money(Decimal("-47.31"), "EUR"), tax_name="VAT")
    said = advice(
        status=AssetStatus.CANCELLED,
        token_status=TokenStatus.RETURN_ACCEPTED,
        invoices=(taxed, credit),
    )
    assert said.more == "Helios Reselling GmbH was credited 296.31 EUR with CRN-2026-00001."


def test_a_redeemed_licence_says_when_and_that_it_can_no_longer_be_cancelled() -> None:
    redeemed = {"token_status": TokenStatus.REDEEMED, "activation_date": NOW - timedelta(days=3)}
    said = advice(**redeemed)
    assert said.sentence == (
        "The customer redeemed it on 21 Nov 2026; it can no longer be cancelled."
    )
    assert said.tone is Tone.NEUTRAL


def test_a_cancelled_licence_names_the_credit() -> None:
    said = advice(
        status=AssetStatus.CANCELLED,
        token_status=TokenStatus.RETURN_ACCEPTED,
        invoices=(INVOICE, CREDIT),
    )
    assert said.sentence == "Cancelled, and credited on 24 Nov 2026."
    assert said.more == "Helios Reselling GmbH was credited 249.00 EUR with CRN-2026-00001."


def test_a_cancelled_licence_without_a_credit_claims_none() -> None:
    said = advice(status=AssetStatus.CANCELLED, token_status=TokenStatus.RETURN_ACCEPTED)
    assert said.sentence == "This licence is cancelled. Nothing more can be done with it."
    assert "credit" not in said.more


def test_a_licence_that_microsoft_took_back_by_itself_says_how_to_close_the_record() -> None:
    said = advice(token_status=TokenStatus.RETURN_ACCEPTED)
    assert said.sentence == (
        "Microsoft has taken this licence back, but the record is still active."
    )
    assert said.more == "Cancel closes the record and credits 249.00 EUR to Helios Reselling GmbH."
    assert said.tone is Tone.WARNING


def test_a_failed_one_shows_the_synchronization_details_and_retry() -> None:
    said = advice(
        provisioning_sync_status=FAILED,
        token_status=None,
        synchronization_details="Microsoft does not sell this product.",
    )
    assert said.tone is Tone.BAD
    assert said.more == "Synchronization details: Microsoft does not sell this product."
    assert said.remedy is RETRY_PROVISIONING


def test_a_failed_one_without_details_says_so() -> None:
    assert "gave no reason" in advice(provisioning_sync_status=FAILED, token_status=None).more


def test_retry_is_not_offered_where_it_would_be_refused() -> None:
    cancelled = advice(
        provisioning_sync_status=FAILED, token_status=None, status=AssetStatus.CANCELLED
    )
    assert cancelled.remedy is None


def test_an_unconfirmed_one_can_be_retried_and_says_that_this_is_safe() -> None:
    said = advice(provisioning_sync_status=UNSYNCHRONISED, token_status=None)
    assert said.remedy is RETRY_PROVISIONING
    assert "nothing is bought twice" in said.more


@pytest.mark.parametrize(
    ("kind", "said_of_it", "promise"),
    [
        (OperationKind.ISSUE, "answer to the purchase was lost", "nothing is bought twice"),
        (OperationKind.RETURN, "answer to the return was lost", "returned or credited twice"),
    ],
)
def test_in_doubt_it_says_what_is_waited_for_and_offers_nothing(
    kind: OperationKind, said_of_it: str, promise: str
) -> None:
    said = advice(unsettled=waiting(kind, OperationState.IN_DOUBT))
    assert said_of_it in said.sentence
    assert promise in said.more
    assert said.tone is Tone.WARNING
    assert said.remedy is None


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        (OperationKind.ISSUE, "asked for this licence"),
        (OperationKind.RETURN, "asked to take this licence back"),
    ],
)
def test_while_a_call_runs_it_says_who_asked(kind: OperationKind, asked: str) -> None:
    said = advice(unsettled=waiting(kind, OperationState.STARTED))
    assert asked in said.sentence
    assert "by anna" in said.sentence
    assert said.remedy is None


def test_a_disagreement_comes_first_and_the_standing_after_it() -> None:
    first, second = what_now(make_detail(discrepancy="Microsoft says otherwise."), NOW)
    assert first.sentence == "Microsoft and this record disagree."
    assert first.more == "Microsoft says otherwise. The record was left as it was."
    assert second.sentence.startswith("Not used yet.")


def test_a_refused_return_is_told_with_its_reason() -> None:
    _, refused = what_now(make_detail(return_refusal="The return window is closed."), NOW)
    assert refused.more == "The return window is closed."
    assert refused.tone is Tone.WARNING


def test_a_redeemed_licence_does_not_repeat_why_its_return_was_refused() -> None:
    detail = make_detail(
        token_status=TokenStatus.REDEEMED, activation_date=NOW, return_refusal="It is redeemed."
    )
    assert len(what_now(detail, NOW)) == 1


def test_a_deleted_record_offers_only_to_be_put_back() -> None:
    said = advice(deleted_at=NOW, discrepancy="Something.", return_refusal="Something.")
    assert said.sentence == "This record was deleted on 24 Nov 2026."
    assert "Microsoft was not told" in said.more
    assert said.remedy is RESTORE_ASSET


def test_a_record_without_a_token_status_says_how_to_get_one() -> None:
    assert "Update License Status" in advice(token_status=None).more


def test_every_combination_of_states_has_a_whole_sentence() -> None:
    combinations = product(
        AssetStatus,
        ProvisioningSyncStatus,
        (None, *TokenStatus),
        (None, waiting(OperationKind.RETURN, OperationState.STARTED)),
        (None, NOW),
    )
    for status, provisioning, token, unsettled, deleted in combinations:
        detail = make_detail(
            status=status,
            provisioning_sync_status=provisioning,
            token_status=token,
            unsettled=unsettled,
            deleted_at=deleted,
        )
        for said in what_now(detail, NOW):
            assert said.sentence.endswith(".")
            assert not said.more or said.more.endswith(".")
