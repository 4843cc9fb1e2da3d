"""What a fault must say at the command line, and what it must not."""

from __future__ import annotations

import re

from tests.unit.cli.conftest import Behind, Esd, Said

__all__ = ["Behind", "Esd", "Said", "is_for_a_person"]

_PROGRAMMERS_WORDS = re.compile(
    r"Error\b|Exception|Traceback|None\b|errno|httpx|sqlalchemy|sqlite3|pydantic|<html|Evaporated",
    re.IGNORECASE,
)
_SECRETS = re.compile(r"DEMOX-|setup\.office|token=|Bearer|eyJ|swordfish")


def is_for_a_person(said: Said, *words: str) -> None:
    """It failed with these words, in sentences, with what to do, and without anything secret."""
    assert said.code == 1, said
    told = said.err
    for each in words:
        assert each in told, told
    sentence, *advice = [line for line in told.strip().splitlines() if line]
    assert sentence.endswith("."), told
    assert any(line.startswith("  ") and line.endswith(".") for line in advice), told
    assert not _PROGRAMMERS_WORDS.search(told), told
    assert not _SECRETS.search(f"{said.out} {told}"), told
