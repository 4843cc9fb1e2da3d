"""Putting a secret on the clipboard: marked as one, and gone after a while."""

from __future__ import annotations

import sys
from typing import Final

from PySide6.QtCore import QMimeData, QObject, QTimer
from PySide6.QtGui import QClipboard, QGuiApplication

from esd_desktop.models.values import Secret

KEPT_S: Final = 30

# What clipboard histories look at, by platform; each ignores the others'.
_KDE_HINT = "x-kde-passwordManagerHint"
_WINDOWS_FORMAT = 'application/x-qt-windows-mime;value="{}"'
_WINDOWS_MARKS = (
    "ExcludeClipboardContentFromMonitorProcessing",
    "CanIncludeInClipboardHistory",
    "CanUploadToCloudClipboard",
)
_WINDOWS_NO = bytes(4)
_MAC_MARK = "org.nspasteboard.ConcealedType"


class SecretClipboard(QObject):
    """Lives as long as the application, so that what was copied is cleared even where the window it
    came from is gone; at quit it is cleared at once."""

    def __init__(self, clipboard: QClipboard, kept_s: float, parent: QObject) -> None:
        super().__init__(parent)
        self._clipboard = clipboard
        self._copied: Secret | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(round(kept_s * 1000))
        self._timer.timeout.connect(self.clear)

    def copy(self, secret: Secret) -> None:
        """Put the secret there; the audit row has been written before."""
        self._clipboard.setMimeData(_marked(secret))
        if sys.platform == "darwin":
            _conceal_on_mac()
        self._copied = secret
        self._timer.start()

    def clear(self) -> None:
        """Take it away, unless something else has been copied since."""
        self._timer.stop()
        copied, self._copied = self._copied, None
        if copied is not None and self._clipboard.text() == copied.reveal():
            self._clipboard.clear()


def secret_clipboard(kept_s: float = KEPT_S) -> SecretClipboard:
    """The application's one; ``kept_s`` counts at the first call, which makes it."""
    application = QGuiApplication.instance()
    assert isinstance(application, QGuiApplication)
    found = application.findChild(SecretClipboard)
    if found is not None:
        return found
    made = SecretClipboard(application.clipboard(), kept_s, application)
    application.aboutToQuit.connect(made.clear)
    return made


def _marked(secret: Secret) -> QMimeData:
    mime = QMimeData()
    mime.setText(secret.reveal())
    mime.setData(_KDE_HINT, b"secret")
    for mark in _WINDOWS_MARKS:
        mime.setData(_WINDOWS_FORMAT.format(mark), _WINDOWS_NO)
    return mime


def _conceal_on_mac() -> None:
    """Add the mark beside what Qt has just put there: Qt renames every type that it does not know,
    so that no clipboard history would recognise it."""
    import ctypes
    from ctypes.util import find_library

    pointer = ctypes.c_void_p
    objc = ctypes.CDLL(find_library("objc"))
    objc.objc_getClass.restype = objc.sel_registerName.restype = pointer
    objc.objc_getClass.argtypes = objc.sel_registerName.argtypes = (ctypes.c_char_p,)

    def send(receiver: int | None, message: bytes, *arguments: object) -> int | None:
        kinds = [ctypes.c_char_p if isinstance(one, bytes) else pointer for one in arguments]
        call = ctypes.CFUNCTYPE(pointer, pointer, pointer, *kinds)(("objc_msgSend", objc))
        answer: int | None = call(receiver, objc.sel_registerName(message), *arguments)
        return answer

    def text(value: str) -> int | None:
        return send(objc.objc_getClass(b"NSString"), b"stringWithUTF8String:", value.encode())

    board = send(objc.objc_getClass(b"NSPasteboard"), b"generalPasteboard")
    marks = send(objc.objc_getClass(b"NSArray"), b"arrayWithObject:", text(_MAC_MARK))
    send(board, b"addTypes:owner:", marks, None)
    send(board, b"setString:forType:", text(""), text(_MAC_MARK))
