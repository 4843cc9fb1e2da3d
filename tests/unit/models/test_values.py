"""Secrets that show themselves nowhere, money that is exact, words in any spelling."""

from __future__ import annotations

import json
import logging
from decimal import Decimal

import pytest

from esd_desktop.models.statuses import (
    AssetStatus,
    ProvisioningSyncStatus,
    ReturnStatus,
    TokenStatus,
    Word,
)
from esd_desktop.models.values import (
    ActivationLink,
    Money,
    ProductKey,
    Secret,
    masked_key,
)

WHOLE = "DEMOX-BCDFG-HJKMP-QRTVW-A1B2C"


@pytest.mark.parametrize(
    "secret",
    [
        Secret(WHOLE),
        ProductKey(WHOLE),
        ActivationLink(f"https://x.example/?token={WHOLE}"),
    ],
)
def test_a_secret_shows_itself_nowhere(secret: Secret, caplog: pytest.LogCaptureFixture) -> None:
    shown = [
        str(secret),
        repr(secret),
        f"{secret}",
        f"{[secret]}",
        f"{ValueError(secret)!r}",
    ]
    with caplog.at_level(logging.INFO):
        logging.getLogger("test").info("the secret is %s", secret)
    assert all("BCDFG" not in text for text in [*shown, caplog.text])
    with pytest.raises(TypeError):
        json.dumps(secret)
    assert WHOLE in secret.reveal()


def test_a_key_shows_its_last_five_unless_it_is_too_short_to_hide() -> None:
    assert str(ProductKey.parse(f" {WHOLE.lower()} ")) == "•••••-A1B2C"
    assert ProductKey("SHORT").last_five == ""
    assert masked_key(None) == "•••••"


def test_a_key_of_another_form_is_worth_a_warning_only() -> None:
    assert ProductKey("BCDFG-HJKMP-QRTVW-XY234-6789B").looks_usual
    assert ProductKey("NBCDF-HJKMP-QRTVW-XY234-6789B").looks_usual
    assert not ProductKey(WHOLE).looks_usual


def test_money_is_exact() -> None:
    assert Money.parse("219.00", "eur") == Money(Decimal(219), "EUR")
    for amount, currency in (
        ("a lot", "EUR"),
        ("NaN", "EUR"),
        ("1", "euro"),
        ("1", "E1R"),
    ):
        with pytest.raises(ValueError, match=r"."):
            Money.parse(amount, currency)


@pytest.mark.parametrize(
    ("kind", "spelled", "ours"),
    [
        (AssetStatus, "Canceled", AssetStatus.CANCELLED),
        (AssetStatus, "cancelled", AssetStatus.CANCELLED),
        (
            ProvisioningSyncStatus,
            "Unsynchronized",
            ProvisioningSyncStatus.UNSYNCHRONISED,
        ),
        (ProvisioningSyncStatus, "Synchronised", ProvisioningSyncStatus.SYNCHRONIZED),
        (ReturnStatus, "SUCCESSFUL", ReturnStatus.SUCCESS),
        (TokenStatus, "return_accepted", TokenStatus.RETURN_ACCEPTED),
    ],
)
def test_outside_spellings(kind: type[Word], spelled: str, ours: Word) -> None:
    assert kind.parse(spelled) is ours


def test_a_word_of_another_list_is_refused() -> None:
    for kind, text in (
        (AssetStatus, "Redeemed"),
        (TokenStatus, "Used"),
        (ReturnStatus, ""),
    ):
        with pytest.raises(ValueError, match="is not one of"):
            kind.parse(text)
