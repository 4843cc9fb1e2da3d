"""What the system says about motion."""

from __future__ import annotations

import plistlib
import sys
from pathlib import Path

import pytest

from esd_desktop.ui.look import motion


@pytest.mark.parametrize("reduced", [True, False])
def test_a_mac_says_it_in_its_preferences(tmp_path: Path, reduced: bool) -> None:
    preferences = tmp_path / "com.apple.Accessibility.plist"
    preferences.write_bytes(plistlib.dumps({"ReduceMotionEnabled": reduced}))
    assert motion._mac_reduces(preferences) is reduced


def test_a_mac_without_an_opinion_moves(tmp_path: Path) -> None:
    assert not motion._mac_reduces(tmp_path / "missing.plist")
    broken = tmp_path / "broken.plist"
    broken.write_bytes(b"no plist")
    assert not motion._mac_reduces(broken)


@pytest.mark.skipif(sys.platform != "linux", reason="the portal is a thing of Linux")
def test_without_a_session_bus_there_is_motion(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
    assert motion._portal_animates()
