"""Fields and values of a history, in words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from esd_desktop.models.fields import field_words, value_words
from esd_desktop.models.wording import as_moment

WHEN = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("token_status", "Token Status"),
        ("decision_comment", "Decision comment"),
        ("mail.host", "Mail, host"),
        ("GR", "GR"),
    ],
)
def test_a_field_reads_as_words(field: str, words: str) -> None:
    assert field_words(field) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "none"),
        ("Activated", "Activated"),
        (WHEN.isoformat(), as_moment(WHEN)),
        ("20261120", "20261120"),
        (5, "5"),
    ],
)
def test_a_value_reads_as_words(value: object, words: str) -> None:
    assert value_words(value) == words
