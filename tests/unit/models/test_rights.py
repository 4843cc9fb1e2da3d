"""The matrix of roles and rights, and the document that shows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from esd_desktop.models.operator_rows import PersonRow, Standing
from esd_desktop.models.rights import (
    EVERY_RIGHT,
    RIGHTS,
    ROLE_WORDS,
    WORDS,
    Right,
    Role,
    rights_of,
    roles_with,
)
from esd_desktop.models.values import utc_now

_DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "administering.md"


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def test_the_document_shows_the_matrix_as_it_is() -> None:
    lines = _DOCUMENT.read_text("utf-8").splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith("| may |"))
    assert _cells(lines[start]) == ["may", *Role]
    told = {}
    for line in lines[start + 2 : start + 2 + len(Right)]:
        right, *marks = _cells(line)
        told[right] = {role for role, mark in zip(Role, marks, strict=True) if mark == "yes"}
    assert told == {WORDS[right]: set(roles_with(right)) for right in Right}


def test_every_role_and_right_has_its_words() -> None:
    assert set(WORDS) == EVERY_RIGHT
    assert set(ROLE_WORDS) == set(RIGHTS) == set(Role)
    assert rights_of(Role) == EVERY_RIGHT


@pytest.mark.parametrize("role", [Role.VIEWER, Role.APPROVER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_who_runs_or_watches_the_store_sees_no_key(role: Role) -> None:
    assert RIGHTS[role].isdisjoint({Right.REVEAL, Right.EXPORT_KEYS})


@pytest.mark.parametrize(
    ("name", "is_open", "words"),
    [
        ("Anna Papa", False, "Anna Papa (anna): agent, auditor"),
        ("anna", False, "anna: agent, auditor"),
        (None, True, "anna; nobody is named yet, so everybody may do everything"),
        (None, False, "anna, who is not among the people of this store"),
    ],
)
def test_a_standing_is_told_in_words(name: str | None, is_open: bool, words: str) -> None:
    roles = frozenset({Role.AUDITOR, Role.AGENT})
    person = name and PersonRow(1, 1, "anna", name, roles, True, "root", utc_now())
    assert Standing("anna", person or None, is_open=is_open).words == words
