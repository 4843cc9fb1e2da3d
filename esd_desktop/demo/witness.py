"""What the window, the store and the sandbox each say, and a picture of the window.

Each is asked by itself. No key and no link is among it: masked ones from the window, and of the
store and the sandbox the states only.
"""

from __future__ import annotations

import asyncio
from typing import Any

from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractButton,
    QLabel,
    QTableView,
    QTextEdit,
    QWidget,
)

from esd_desktop.demo.hands import dialog, menu, texts_of
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import asset_detail, asset_history, asset_mails
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.main_window import MainWindow
from esd_desktop.ui.widgets.busy_button import BusyButton

Said = dict[str, Any]
_ROWS_TOLD = 12


def window_says(window: MainWindow) -> Said:
    """What can be read on the screen."""
    workspace = window.workspace
    if workspace is None:
        return {"words": _words(window)}
    opened, popped_up = dialog(), menu()
    return {
        "page": _words(workspace.page.header),
        "assets": _assets(workspace.page),
        "details": _facts(workspace.details),
        "shortcuts": _shortcuts(workspace.details),
        "messages": [f"{one.sentence} {one.advice}".strip() for one in window.toasts.shown],
        "dialog": _dialog(opened) if opened else None,
        "menu": [action.text() for action in popped_up.actions()] if popped_up else None,
        "status_bar": _words(window.status),
    }


async def store_says(desk: Desk, asset_id: int) -> Said:
    """How the record stands."""
    detail = await desk.read(asset_detail, asset_id)
    history = await desk.read(asset_history, asset_id)
    mails = await desk.read(asset_mails, asset_id)
    return {
        "asset": asset_id,
        "customer": detail.customer,
        "product": detail.product,
        "status": detail.status,
        "provisioning_sync_status": detail.provisioning_sync_status,
        "token_status": detail.token_status,
        "return_status": detail.return_status,
        "activation_date": detail.activation_date and detail.activation_date.isoformat(),
        "deleted": detail.deleted_at is not None,
        "invoices": [f"{line.kind} {line.number}: {line.total}" for line in detail.invoices],
        "mails": [f"{mail.state} to {mail.to_address}" for mail in mails],
        "last_history": history[0].sentence if history else None,
    }


async def sandbox_says(sandbox: SandboxControl, transaction_id: str, email: str | None) -> Said:
    """How Microsoft's stand-in has the licence, and which mails came to its customer."""
    licence = await asyncio.to_thread(sandbox.licence, transaction_id)
    effects = await asyncio.to_thread(sandbox.effects)
    mails = await asyncio.to_thread(sandbox.mails, email) if email else []
    return {
        "token_status": licence and licence["token_status"],
        "return_status": licence and licence["return_status"],
        "activation_date": licence and licence["activation_date"],
        "effects": [one["kind"] for one in effects if one["transaction_id"] == transaction_id],
        "mails": [mail["subject"] for mail in mails],
    }


def picture(window: MainWindow) -> QPixmap:
    """The window as it is seen, with the dialog or menu that lies over it."""
    seen = window.grab()
    over = [one for one in (dialog(), menu()) if one is not None]
    painter = QPainter(seen)
    for one in over:
        if one is dialog():
            painter.fillRect(seen.rect(), QColor(0, 0, 0, 70))
        painter.drawPixmap(_place(one, window), one.grab())
    painter.end()
    return seen


def _place(over: QWidget, window: QWidget) -> QPoint:
    if over is menu():
        return window.mapFromGlobal(over.pos())
    room = window.rect().center() - over.rect().center()
    return QPoint(max(room.x(), 0), max(room.y(), 0))


def _assets(page: Any) -> Said:
    shown = [view for view in page.findChildren(QTableView) if view.isVisible()]
    rows = texts_of(shown[0], _ROWS_TOLD) if shown else []
    checked = [one for one in page.findChildren(QAbstractButton) if one.isChecked()]
    return {
        "filter": [one.text() for one in checked if one.isVisible()],
        "count": shown[0].model().rowCount() if shown else 0,
        "first_rows": [" | ".join(texts) for _, texts in rows],
    }


def _facts(pane: QWidget) -> dict[str, str]:
    values = (value for value in pane.findChildren(QTextEdit) if value.isVisibleTo(pane))
    return {value.accessibleName(): value.toPlainText() for value in values}


def _shortcuts(pane: QWidget) -> dict[str, str]:
    """Each of the Shortcuts, and why it is greyed where it is."""
    buttons = (button for button in pane.findChildren(BusyButton) if button.isVisibleTo(pane))
    return {button.text(): button.refusal or "can be done" for button in buttons}


def _dialog(opened: QWidget) -> Said:
    buttons = [one.text() for one in opened.findChildren(QAbstractButton) if one.isVisible()]
    return {"words": _words(opened), "facts": _facts(opened), "buttons": buttons}


def _words(widget: QWidget) -> list[str]:
    labels = (label for label in widget.findChildren(QLabel) if label.isVisible())
    return [label.text() for label in labels if label.text()]
