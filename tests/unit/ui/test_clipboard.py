from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QClipboard
from PySide6.QtWidgets import QApplication

from esd_desktop.models.values import ProductKey
from esd_desktop.ui.clipboard import SecretClipboard, secret_clipboard
from tests.support.waiting import until
from tests.support.window import Run

KEY = ProductKey("DEMOX-BCDFG-HJKMP-QRTVW-00001")
A_MOMENT_S = 0.02
LONG_S = 30.0


@pytest.fixture
def clipboard(qapp: QApplication) -> Iterator[QClipboard]:
    board = qapp.clipboard()
    yield board
    board.clear()


def made(clipboard: QClipboard, kept_s: float, owner: QObject) -> SecretClipboard:
    return SecretClipboard(clipboard, kept_s, owner)


def test_a_secret_is_marked_for_clipboard_histories(clipboard: QClipboard) -> None:
    owner = QObject()
    made(clipboard, LONG_S, owner).copy(KEY)
    mime = clipboard.mimeData()
    assert mime.text() == KEY.reveal()
    assert mime.data("x-kde-passwordManagerHint").data() == b"secret"
    windows = [name for name in mime.formats() if "windows-mime" in name]
    assert any("ExcludeClipboardContentFromMonitorProcessing" in name for name in windows)
    never = next(name for name in windows if "CanIncludeInClipboardHistory" in name)
    assert mime.data(never).data() == bytes(4)


def test_it_is_cleared_after_a_while(run: Run, clipboard: QClipboard) -> None:
    owner = QObject()

    async def scenario() -> None:
        made(clipboard, A_MOMENT_S, owner).copy(KEY)
        assert clipboard.text() == KEY.reveal()
        await until(lambda: clipboard.text() == "")

    run(scenario())


def test_what_was_copied_since_is_left_alone(clipboard: QClipboard) -> None:
    owner = QObject()
    secrets = made(clipboard, LONG_S, owner)
    secrets.copy(KEY)
    clipboard.setText("a shopping list")
    secrets.clear()
    assert clipboard.text() == "a shopping list"


def test_copying_again_begins_the_time_again(run: Run, clipboard: QClipboard) -> None:
    owner = QObject()
    other = ProductKey("DEMOX-BCDFG-HJKMP-QRTVW-00002")

    async def scenario() -> None:
        secrets = made(clipboard, A_MOMENT_S, owner)
        secrets.copy(KEY)
        secrets.copy(other)
        assert clipboard.text() == other.reveal()
        await until(lambda: clipboard.text() == "")

    run(scenario())


def test_the_application_has_one_and_clears_it_at_quit(
    qapp: QApplication, clipboard: QClipboard
) -> None:
    secrets = secret_clipboard()
    assert secret_clipboard() is secrets
    secrets.copy(KEY)
    qapp.aboutToQuit.emit()
    assert clipboard.text() == ""
