"""A PostgreSQL server for the tests: the one that is there, or one that apt installs."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.unit.tools.conftest import Machine
from tools import postgresql
from tools.trouble import Trouble


@pytest.fixture(autouse=True)
def nothing_installed(machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where servers are installed is a folder of the test's; so is where Debian's are listed."""
    monkeypatch.setattr(postgresql, "_PLACES", (str(tmp_path / "postgresql" / "*" / "bin"),))
    monkeypatch.setattr(postgresql, "_CLUSTERS", tmp_path / "clusters")
    return tmp_path / "postgresql"


@pytest.fixture
def root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(sys, "platform", "linux")


def installed(machine: Machine, place: Path, version: str) -> Path:
    folder = place / version / "bin"
    folder.mkdir(parents=True)
    machine.program("initdb", folder=folder)
    machine.program("postgres", f"echo 'postgres (PostgreSQL) {version}.2'", folder=folder)
    return folder


def test_the_one_on_the_path_is_taken(machine: Machine, nothing_installed: Path) -> None:
    installed(machine, nothing_installed, "17")
    machine.postgres()
    machine.program("apt-get")
    postgresql.provide()
    assert postgresql.programs() == machine.programs
    assert machine.calls("apt-get") == []


def test_what_is_not_on_the_path_is_found_and_the_newest_taken(
    machine: Machine, nothing_installed: Path
) -> None:
    installed(machine, nothing_installed, "9")
    installed(machine, nothing_installed, "15")
    newest = installed(machine, nothing_installed, "17")
    assert postgresql.programs() == newest


@pytest.mark.parametrize("version", ["13.4", "devel"])
def test_one_that_is_too_old_or_says_no_version_does_not_count(
    machine: Machine, version: str
) -> None:
    machine.postgres(version)
    assert postgresql.programs() is None


def test_one_that_cannot_make_databases_does_not_count(machine: Machine) -> None:
    machine.postgres()
    (machine.programs / "initdb").unlink()
    assert postgresql.programs() is None


@pytest.mark.usefixtures("root")
def test_apt_installs_one_and_the_server_that_comes_with_it_is_taken_away(
    machine: Machine, nothing_installed: Path, tmp_path: Path
) -> None:
    mine = tmp_path / "clusters" / "15" / "mine"
    mine.mkdir(parents=True)
    programs = nothing_installed / "17" / "bin"
    # What the package leaves: the programs, and a server of its own.
    machine.program(
        "apt-get",
        f"case $1 in install) /bin/mkdir -p {programs} {tmp_path}/clusters/17/main;"
        f" /bin/cp {machine.programs}/aside-* {programs}/;"
        f" /bin/mv {programs}/aside-initdb {programs}/initdb;"
        f" /bin/mv {programs}/aside-postgres {programs}/postgres ;; esac",
    )
    machine.program("aside-initdb")
    machine.program("aside-postgres", "echo 'postgres (PostgreSQL) 17.2'")
    machine.program("apt-cache", "echo 'postgresql - a server'")
    machine.program("pg_dropcluster")
    postgresql.provide()
    assert machine.calls("apt-get install") != []
    assert machine.calls("pg_dropcluster") == ["pg_dropcluster --stop 17 main"]


@pytest.mark.usefixtures("root")
def test_what_apt_installed_is_looked_for_again(machine: Machine) -> None:
    machine.program("apt-get")
    machine.program("apt-cache")
    with pytest.raises(Trouble, match="What apt installed is none"):
        postgresql.provide()


@pytest.mark.parametrize(
    ("platform", "hint"), [("darwin", "brew install postgresql"), ("win32", "postgresql.org")]
)
def test_where_there_is_no_apt_it_is_said_what_to_install(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, platform: str, hint: str
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    with pytest.raises(Trouble, match=hint):
        postgresql.provide()
