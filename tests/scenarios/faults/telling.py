"""What a fault must say at the command line, and what it must not."""

from __future__ import annotations

import re

from tests.unit.cli.conftest import Behind, Esd, Said

__all__ = ["Behind", "Esd", "Said", "is_for_a_person", "is_plain"]

_PROGRAMMERS_WORDS = re.compile(
    r"Error\b|Exception|Traceback|None\b|errno|httpx|sqlalchemy|sqlite3|pydantic|<html|Evaporated",
    re.IGNORECASE,
)
_SECRETS = re.compile(r"DEMOX-|setup\.office|token=|Bearer|eyJ|swordfish")


def is_plain(text: str) -> bool:
    """Whether it has neither a programmer's words nor anything secret in it."""
    return not _PROGRAMMERS_WORDS.search(text) and not _SECRETS.search(text)


def is_for_a_person(said: Said, *words: str) -> None:
    """It failed with these words, in sentences, with what to do, and without anything secret."""
    assert said.code == 1, said
    told = said.err
    for each in words:
        assert each in told, told
    sentence, *advice = [line for line in told.strip().splitlines() if line]
    assert sentence.endswith("."), told
    assert any(line.startswith("  ") and line.endswith(".") for line in advice), told
    assert is_plain(told), told
    assert not _SECRETS.search(said.out), said.out
