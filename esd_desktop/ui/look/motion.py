"""Whether the system asks for less motion. Qt itself answers this only from 6.12 on.

What a system is asked with is loaded for that.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

_SPI_GETCLIENTAREAANIMATION = 0x1042
_MAC_ACCESSIBILITY = Path("~/Library/Preferences/com.apple.Accessibility.plist")
_PORTAL = "org.freedesktop.portal.Desktop"
_PORTAL_PATH = "/org/freedesktop/portal/desktop"
_PORTAL_SETTINGS = "org.freedesktop.portal.Settings"
_PATIENCE_MS = 100


@cache
def motion_wanted() -> bool:
    """False where the system says "reduce motion"; asked once, and True where it has no opinion."""
    if sys.platform == "win32":
        return _windows_animates()
    if sys.platform == "darwin":
        return not _mac_reduces(_MAC_ACCESSIBILITY.expanduser())
    return _portal_animates()


def _windows_animates() -> bool:
    import ctypes

    animates = ctypes.c_int(1)
    user32 = ctypes.CDLL("user32")
    user32.SystemParametersInfoW(_SPI_GETCLIENTAREAANIMATION, 0, ctypes.byref(animates), 0)
    return bool(animates.value)


def _mac_reduces(preferences: Path) -> bool:
    import plistlib

    try:
        with preferences.open("rb") as file:
            return bool(plistlib.load(file).get("ReduceMotionEnabled", False))
    except (OSError, plistlib.InvalidFileException):
        return False


def _portal_animates() -> bool:
    from PySide6.QtDBus import QDBusConnection, QDBusInterface, QDBusMessage

    bus = QDBusConnection.sessionBus()
    if not bus.isConnected():
        return True
    portal = QDBusInterface(_PORTAL, _PORTAL_PATH, _PORTAL_SETTINGS, bus)
    portal.setTimeout(_PATIENCE_MS)
    reply = portal.call("ReadOne", "org.gnome.desktop.interface", "enable-animations")
    if reply.type() != QDBusMessage.MessageType.ReplyMessage:
        return True
    return reply.arguments()[0] is not False
