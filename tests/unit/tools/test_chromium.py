"""A browser for the tests: the one that is there, or one that apt installs."""

from __future__ import annotations

import os
import sys

import pytest

from tests.unit.tools.conftest import Machine
from tools import chromium
from tools.trouble import Trouble


@pytest.fixture(autouse=True)
def nowhere_else(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who may install, on a Linux without a browser."""
    monkeypatch.setattr(chromium, "_PLACES", ())
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(os, "geteuid", lambda: 0)


def test_one_that_is_there_is_taken(machine: Machine) -> None:
    there = machine.program("google-chrome")
    machine.program("apt-get")
    chromium.provide()
    assert chromium.program() == there
    assert machine.calls("apt-get") == []


def test_apt_installs_one(machine: Machine) -> None:
    made = machine.programs / "chromium"
    installing = f"case $* in *install*) /bin/cp '{machine.program('x')}' '{made}' ;; esac"
    machine.program("apt-get", installing)
    machine.program("apt-cache", "echo 'chromium - web browser'")
    chromium.provide()
    assert chromium.program() == made
    assert machine.calls("install")[0].endswith("chromium")


def test_an_apt_that_brings_none_is_told(machine: Machine) -> None:
    machine.program("apt-get")
    machine.program("apt-cache", "echo 'chromium - web browser'")
    with pytest.raises(Trouble, match="What apt installed is none"):
        chromium.provide()


def test_elsewhere_it_is_said_what_to_install(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(Trouble, match="Chromium"):
        chromium.provide()
