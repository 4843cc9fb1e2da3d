"""The Shortcuts: a button for each action, greyed with the reason where it cannot succeed now."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QVBoxLayout, QWidget

from esd_desktop.models.rows import AssetDetail
from esd_desktop.ui.actions.action import AssetAction, task_key
from esd_desktop.ui.actions.registry import (
    CANCEL_LICENCE,
    DELETE_ASSET,
    SHORTCUTS,
    UPDATE_STATUS,
    refusal_now,
    start,
)
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.icons import icon
from esd_desktop.ui.look.roles import Kind
from esd_desktop.ui.widgets.busy_button import BusyButton
from esd_desktop.ui.widgets.flow_toolbar import FlowToolbar

_PICTURE_COLOURS = {Kind.PRIMARY: "accent_text", Kind.DANGER: "bad"}


class ShortcutsBar(QWidget):
    """Follows what runs on the asset that is shown."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._detail: AssetDetail | None = None
        self._bar = FlowToolbar("Shortcuts")
        self._buttons = {action: self._button(action) for action in SHORTCUTS}
        self._lay_out()
        desk.tasks.changed.connect(self._task_changed)
        desk.rights.changed.connect(self._show_again)

    def show_detail(self, detail: AssetDetail) -> None:
        """Offer what can be done with an asset."""
        self._detail = detail
        running = {task.key: task.words for task in self._desk.tasks.running()}
        words = running.get(task_key(detail.id))
        for action, button in self._buttons.items():
            busy = words == action.words
            button.set_busy(busy)
            button.set_refusal(None if busy else refusal_now(self._desk, action, detail))

    def first_enabled(self) -> BusyButton | None:
        """The first button that can be pressed."""
        return next((one for one in self._buttons.values() if one.isEnabled()), None)

    def _button(self, action: AssetAction) -> BusyButton:
        kind = _kind_of(action)
        picture = icon(action.icon, colour=_PICTURE_COLOURS.get(kind, "text"), before_words=True)
        button = BusyButton(action.text, icon=picture, kind=kind)
        button.set_tip(_tip(action))
        button.clicked.connect(self._starter(action))
        return button

    def _lay_out(self) -> None:
        # The two that end something stand together, away from those that do not.
        ending = FlowToolbar("Ending")
        for action, button in self._buttons.items():
            (ending if action in (CANCEL_LICENCE, DELETE_ASSET) else self._bar).add(button)
        self._bar.add(ending)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._bar)

    def _starter(self, action: AssetAction) -> Callable[[], None]:
        def begin() -> None:
            if self._detail is not None:
                start(self._desk, action, self, self._detail.id)

        return begin

    def _task_changed(self, key: str) -> None:
        if self._detail is not None and key == task_key(self._detail.id):
            self.show_detail(self._detail)

    def _show_again(self) -> None:
        if self._detail is not None:
            self.show_detail(self._detail)


def _kind_of(action: AssetAction) -> Kind:
    if action is UPDATE_STATUS:
        return Kind.PRIMARY
    return Kind.DANGER if action.dangerous else Kind.PLAIN


def _tip(action: AssetAction) -> str:
    keys = QKeySequence(action.shortcut).toString(QKeySequence.SequenceFormat.NativeText)
    return f"{action.hint} ({keys})" if keys else action.hint
