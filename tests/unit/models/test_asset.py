"""B1 on the record itself: exactly two changes are allowed, whatever Microsoft may say."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esd_desktop.models.asset import Asset
from esd_desktop.models.licence import LicenceAnswer, Meaning
from esd_desktop.models.statuses import (
    AssetStatus,
    ProvisioningSyncStatus,
    ReturnStatus,
    TokenStatus,
)
from esd_desktop.models.values import ProductKey

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
REDEEMED_AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
KEY = ProductKey("DEMOX-BCDFG-HJKMP-QRTVW-A1B2C")

STATES = {
    TokenStatus.ACTIVATED: (ReturnStatus.NONE, None),
    TokenStatus.REDEEMED: (ReturnStatus.NONE, REDEEMED_AT),
    TokenStatus.RETURN_ACCEPTED: (ReturnStatus.SUCCESS, None),
}


def record(token: TokenStatus) -> Asset:
    returned, activated = STATES[token]
    return Asset(
        status=AssetStatus.ACTIVE,
        provisioning_sync_status=ProvisioningSyncStatus.SYNCHRONIZED,
        token_status=token,
        return_status=returned,
        activation_date=activated,
        key_last_five=KEY.last_five,
    )


def answer(
    token: TokenStatus,
    returned: ReturnStatus | None = None,
    activated: datetime | None = None,
    key: ProductKey = KEY,
) -> LicenceAnswer:
    usual_return, usual_date = STATES[token]
    return LicenceAnswer(
        client_transaction_id="any",
        sku="EP2-06606",
        product_key=key,
        activation_link=None,
        token_status=token,
        return_status=returned or usual_return,
        activation_date=activated or usual_date,
        issued_at=NOW,
    )


def facts(asset: Asset) -> tuple[object, ...]:
    return asset.status, asset.token_status, asset.return_status, asset.activation_date


ALLOWED = {
    (TokenStatus.ACTIVATED, TokenStatus.REDEEMED): Meaning.REDEEMED,
    (TokenStatus.ACTIVATED, TokenStatus.RETURN_ACCEPTED): Meaning.RETURNED,
}


@pytest.mark.parametrize("says", list(TokenStatus))
@pytest.mark.parametrize("has", list(TokenStatus))
def test_every_change_of_the_token_status(has: TokenStatus, says: TokenStatus) -> None:
    asset = record(has)
    before = facts(asset)
    meaning = asset.apply(answer(says), NOW).meaning
    assert meaning is ALLOWED.get((has, says), Meaning.SAME if has is says else Meaning.ANOMALY)
    if meaning in (Meaning.SAME, Meaning.ANOMALY):
        assert facts(asset) == before
    else:
        assert facts(asset) == (AssetStatus.ACTIVE, says, *STATES[says])


@given(
    st.sampled_from(TokenStatus),
    st.sampled_from(TokenStatus),
    st.sampled_from(ReturnStatus),
    st.sampled_from([None, REDEEMED_AT]),
)
def test_an_answer_that_contradicts_itself_changes_nothing(
    has: TokenStatus,
    says: TokenStatus,
    returned: ReturnStatus,
    activated: datetime | None,
) -> None:
    asset = record(has)
    before = facts(asset)
    said = LicenceAnswer("any", "EP2-06606", KEY, None, says, returned, activated, NOW)
    applied = asset.apply(said, NOW)
    if (returned, activated is not None) != (
        STATES[says][0],
        STATES[says][1] is not None,
    ):
        assert applied.meaning is Meaning.ANOMALY
        assert applied.detail.endswith(".")
        assert facts(asset) == before


def test_another_key_for_the_same_transaction_is_an_anomaly() -> None:
    other = ProductKey("DEMOX-BCDFG-HJKMP-QRTVW-ZZZZZ")
    asset = record(TokenStatus.ACTIVATED)
    applied = asset.apply(answer(TokenStatus.REDEEMED, key=other), NOW)
    assert applied.meaning is Meaning.ANOMALY
    assert "ZZZZZ" not in applied.detail


def test_a_record_is_cancelled_only_after_return_accepted() -> None:
    for token in (TokenStatus.ACTIVATED, TokenStatus.REDEEMED):
        with pytest.raises(ValueError, match="after its return"):
            record(token).close_after_return()
    returned = record(TokenStatus.RETURN_ACCEPTED)
    returned.close_after_return()
    assert returned.status is AssetStatus.CANCELLED
