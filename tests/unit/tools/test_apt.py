"""Packages: installed where that is allowed, otherwise named in a sentence one can act on."""

from __future__ import annotations

import os

import pytest

from tests.unit.tools.conftest import Machine
from tools import apt
from tools.trouble import Trouble

_WHY = "Qt needs a library."
_CHOICES = [["libglib2.0-0t64", "libglib2.0-0"], ["libegl1"]]
_NEW_RELEASE = 'echo "libglib2.0-0t64 - GLib library"; echo "libegl1 - vendor neutral GL"'
_OLD_RELEASE = 'echo "libglib2.0-0 - GLib library"; echo "libegl1 - vendor neutral GL"'


@pytest.fixture
def root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)


@pytest.fixture
def nobody_special(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize(
    ("release", "glib"), [(_NEW_RELEASE, "libglib2.0-0t64"), (_OLD_RELEASE, "libglib2.0-0")]
)
def test_root_installs_the_names_of_this_release(machine: Machine, release: str, glib: str) -> None:
    machine.program("apt-get")
    machine.program("apt-cache", release)
    apt.provide(_WHY, _CHOICES)
    update, install = machine.calls("apt-get")
    assert update.startswith("apt-get update")
    assert install.startswith("apt-get install --yes --no-install-recommends")
    assert install.endswith(f" {glib} libegl1")


@pytest.mark.usefixtures("nobody_special")
def test_sudo_is_used_where_it_asks_nothing(machine: Machine) -> None:
    machine.program("apt-get")
    machine.program("apt-cache", _NEW_RELEASE)
    machine.program("sudo")
    apt.provide(_WHY, _CHOICES)
    assert machine.calls("sudo -n apt-get install")


@pytest.mark.usefixtures("nobody_special")
@pytest.mark.parametrize("sudo_wants_a_password", [True, False])
def test_without_the_right_the_command_is_told(
    machine: Machine, sudo_wants_a_password: bool
) -> None:
    machine.program("apt-get")
    machine.program("apt-cache", _NEW_RELEASE)
    if sudo_wants_a_password:
        machine.program("sudo", "exit 1")
    with pytest.raises(Trouble) as caught:
        apt.provide(_WHY, _CHOICES)
    sentence = str(caught.value)
    assert sentence.startswith(_WHY)
    assert "sudo apt-get update && sudo apt-get install" in sentence
    assert sentence.endswith(" libglib2.0-0t64 libegl1")
    assert machine.calls("apt-get update") == machine.calls("apt-get install") == []


@pytest.mark.usefixtures("nobody_special")
def test_where_apt_knows_no_package_yet_the_older_name_is_told(machine: Machine) -> None:
    machine.program("apt-get")
    machine.program("apt-cache")
    with pytest.raises(Trouble, match=r"libglib2\.0-0 libegl1$"):
        apt.provide(_WHY, _CHOICES)


def test_a_system_without_apt_is_told_what_it_lacks(machine: Machine) -> None:
    with pytest.raises(Trouble) as caught:
        apt.provide(_WHY, _CHOICES)
    assert str(caught.value) == (
        "Qt needs a library. Install what your system calls libglib2.0-0 libegl1, "
        "then run this again."
    )


@pytest.mark.usefixtures("root")
def test_what_apt_says_is_not_mixed_into_the_output(
    machine: Machine, capfd: pytest.CaptureFixture[str]
) -> None:
    machine.program("apt-get", "echo Unpacking")
    machine.program("apt-cache", _NEW_RELEASE)
    apt.provide(_WHY, _CHOICES)
    said = capfd.readouterr()
    assert said.out == ""
    assert "Installing with apt: libglib2.0-0t64 libegl1" in said.err
    assert "Unpacking" in said.err


@pytest.mark.usefixtures("root")
def test_an_installation_that_fails_is_told(machine: Machine) -> None:
    machine.program("apt-get", 'case "$1" in install) exit 100 ;; esac')
    machine.program("apt-cache", _NEW_RELEASE)
    with pytest.raises(Trouble, match=r"could not install libglib2\.0-0t64 libegl1"):
        apt.provide(_WHY, _CHOICES)
