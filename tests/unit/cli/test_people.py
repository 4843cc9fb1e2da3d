"""``esd people``: naming people, and being refused for lack of a right."""

from __future__ import annotations

import pytest

from esd_desktop.models.rights import EVERY_RIGHT, RIGHTS, Role
from esd_desktop.opening import operator_name
from tests.support.people import named
from tests.unit.cli.conftest import Behind, Esd

ME = operator_name()


def test_while_nobody_is_named_everybody_may_everything(esd: Esd) -> None:
    assert "everybody who can open this store may do everything" in esd("people", "list").err
    me = esd("people", "me", "--json").json
    assert (me["login"], me["everybody_may_everything"]) == (ME, True)
    assert len(me["rights"]) == len(EVERY_RIGHT)


def test_people_are_added_changed_dismissed_and_taken_back(esd: Esd) -> None:
    assert esd("people", "add", ME, "--role", "administrator", "--name", "Me").code == 0
    assert esd("people", "add", "anna", "--role", "agent").code == 0
    assert esd("people", "change", "anna", "--role", "auditor", "--role", "viewer").code == 0
    anna = next(row for row in esd("people", "list", "--json").json if row["login"] == "anna")
    assert (anna["name"], anna["roles"], anna["active"]) == ("anna", ["viewer", "auditor"], True)
    assert esd("people", "remove", "anna").code == 0
    assert "dismissed (viewer, auditor)" in esd("people", "list").out
    assert esd("people", "restore", "anna").code == 0
    assert "dismissed" not in esd("people", "list").out


def test_the_first_one_is_oneself(esd: Esd) -> None:
    said = esd("people", "add", "anna", "--role", "administrator")
    assert said.code == 1
    assert f"the login {ME}" in said.err


def test_a_viewer_is_told_who_and_what(esd: Esd, behind: Behind) -> None:
    behind(lambda services: named(services, services.login, Role.VIEWER))
    told = esd("people", "me").out
    assert told.splitlines() == [
        f"You are {ME.title()} ({ME}): viewer. You may",
        "  see the records",
    ]
    refused = esd("accounts", "add", "--name", "New Ltd")
    assert refused.code == 1
    assert "Your role does not allow you to add or change accounts." in refused.err


@pytest.mark.parametrize("command", [("assets", "list"), ("doctor",), ("settings", "get")])
def test_a_stranger_is_told_so(esd: Esd, behind: Behind, command: tuple[str, ...]) -> None:
    behind(lambda services: named(services, "anna", Role.ADMINISTRATOR))
    said = esd(*command)
    assert said.code == 1
    assert "You are not among the people of this store." in said.out + said.err
    assert esd("people", "me", "--json").json["rights"] == []


def test_an_unknown_role_is_mistyped(esd: Esd) -> None:
    assert esd("people", "add", "anna", "--role", "king").code == 2


def test_rights_are_listed_for_scripts(esd: Esd, behind: Behind) -> None:
    behind(lambda services: named(services, services.login, Role.AUDITOR))
    rights = esd("people", "me", "--json").json["rights"]
    assert set(rights) == {right.value for right in RIGHTS[Role.AUDITOR]}
