"""Notices of mails that came back, as servers write them, and letters that are none."""

from __future__ import annotations

import pytest

from esd_desktop.errors import InvalidInput
from esd_desktop.services.mail.bounce import LARGEST_NOTICE, Bounce, read_bounce
from tests.support import bounces

OURS = "<0a1b2c3d4e5f@esd-desktop.invalid>"


@pytest.mark.parametrize("form", ["text/rfc822-headers", "message/rfc822"])
def test_the_standard_form(form: str) -> None:
    bounce = read_bounce(bounces.report(OURS, form=form))
    assert bounce.message_ids == {OURS}
    assert bounce.is_final
    assert bounce.reason == (
        "550 5.1.1 <office@aegean.example>: Recipient address rejected: User unknown"
    )


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed"])
def test_a_delay_or_a_receipt_is_no_bounce(action: str) -> None:
    assert not read_bounce(bounces.report(OURS, action=action)).is_final


def test_the_forms_of_old_servers() -> None:
    told = read_bounce(bounces.plain(OURS))
    assert told == Bounce(frozenset({OURS}), True, "550 5.1.1 No such user here")
    named = read_bounce(bounces.named(OURS))
    assert named == Bounce(frozenset({OURS}), True, "no reason was given")


@pytest.mark.parametrize(
    "letter",
    [
        bounces.forwarded(OURS),
        bounces.plain(OURS, "Eleni <office@aegean.example>"),
        b"Return-Path: <>\nAuto-Submitted: auto-replied\nFrom: eleni@aegean.example\n\nAway",
        b"",
        b"\x00\xff" * 1_000,
        b"x" * (LARGEST_NOTICE + 1),
    ],
)
def test_a_letter_of_a_customer_is_none(letter: bytes) -> None:
    with pytest.raises(InvalidInput):
        read_bounce(letter)


def test_another_programs_mail_has_no_id_of_ours() -> None:
    assert read_bounce(bounces.report("<1@elsewhere.example>")).message_ids == frozenset()


def test_a_mail_within_mails_without_end_is_read_or_refused() -> None:
    nested = b"From: MAILER-DAEMON@x\nContent-Type: message/rfc822\n\n"
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_bounce(nested * 5_000)
