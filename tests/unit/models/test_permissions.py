"""What may be done with an asset in every state, and that each no has its reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from esd_desktop.models.permissions import (
    Facts,
    cancel_refusal,
    delete_refusal,
    request_refusal,
    resend_refusal,
    retry_refusal,
    update_refusal,
)
from esd_desktop.models.statuses import AssetStatus, ProvisioningSyncStatus, TokenStatus

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
FRESH = Facts(
    status=AssetStatus.ACTIVE,
    provisioning=ProvisioningSyncStatus.SYNCHRONIZED,
    token_status=TokenStatus.ACTIVATED,
    deleted=False,
    unsettled=False,
    returnable_until=NOW + timedelta(days=1),
    email="it@customer.example",
)
REDEEMED = replace(FRESH, token_status=TokenStatus.REDEEMED)
RETURNED = replace(FRESH, token_status=TokenStatus.RETURN_ACCEPTED)
FAILED = replace(FRESH, provisioning=ProvisioningSyncStatus.FAILED, token_status=None)
WAITING = replace(FRESH, provisioning=ProvisioningSyncStatus.UNSYNCHRONISED, token_status=None)
STATES = {
    "fresh": FRESH,
    "redeemed": REDEEMED,
    "returned elsewhere": RETURNED,
    "cancelled": replace(RETURNED, status=AssetStatus.CANCELLED),
    "failed": FAILED,
    "unsynchronised": WAITING,
    "in doubt": replace(FRESH, unsettled=True),
    "deleted": replace(FRESH, deleted=True),
    "window closed": replace(FRESH, returnable_until=NOW - timedelta(seconds=1)),
    "returned, window closed": replace(RETURNED, returnable_until=NOW - timedelta(days=1)),
    "no address": replace(FRESH, email=None),
    "requested": replace(FRESH, requested=True),
    "approving": replace(FRESH, requested=True, unsettled=True),
}
MAY = {
    "update": {
        "fresh",
        "redeemed",
        "returned elsewhere",
        "cancelled",
        "window closed",
        "returned, window closed",
        "no address",
        "requested",
    },
    "resend": {"fresh", "redeemed", "window closed", "requested"},
    "cancel": {
        "fresh",
        "returned elsewhere",
        "returned, window closed",
        "no address",
        "requested",
    },
    "request": {"fresh", "returned elsewhere", "returned, window closed", "no address"},
    "delete": {
        "fresh",
        "redeemed",
        "returned elsewhere",
        "window closed",
        "returned, window closed",
        "no address",
    },
    "retry": {"failed", "unsynchronised"},
}
RULES = {
    "update": update_refusal,
    "resend": resend_refusal,
    "cancel": lambda facts: cancel_refusal(facts, NOW),
    "request": lambda facts: request_refusal(facts, NOW),
    "delete": delete_refusal,
    "retry": retry_refusal,
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("verb", RULES)
def test_each_verb_in_each_state(verb: str, state: str) -> None:
    refusal = RULES[verb](STATES[state])
    assert (refusal is None) == (state in MAY[verb]), refusal
    if refusal is not None:
        assert refusal.endswith(".")
