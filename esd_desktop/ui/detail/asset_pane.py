"""The detail pane: the asset that the list has selected, and all that can be done with it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from functools import partial

from msgspec import Struct
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent, QHideEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from esd_desktop.errors import EsdError
from esd_desktop.models.mail_rows import MailRow
from esd_desktop.models.rows import AssetDetail, HistoryRow
from esd_desktop.models.values import utc_now
from esd_desktop.services.browse import (
    HISTORY_LIMIT,
    asset_detail,
    asset_history,
    asset_mails,
)
from esd_desktop.services.changes import Changes
from esd_desktop.services.reveal_key import may_reveal
from esd_desktop.ui.actions.action import task_key
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.detail.facts_view import FactsView
from esd_desktop.ui.detail.header import Header
from esd_desktop.ui.detail.history_view import HistoryView
from esd_desktop.ui.detail.kept_place import kept_place
from esd_desktop.ui.detail.notices import Notices
from esd_desktop.ui.detail.secrets_view import SHOWN_S, Secrets
from esd_desktop.ui.detail.shortcuts_bar import ShortcutsBar
from esd_desktop.ui.detail.what_now import what_now
from esd_desktop.ui.look.roles import Ground, lay_on
from esd_desktop.ui.look.theme import SPACE_12, SPACE_16, SPACE_20
from esd_desktop.ui.requests.banner import AssetRequest
from esd_desktop.ui.tasks import while_wanted
from esd_desktop.ui.widgets.empty_state import EmptyState
from esd_desktop.ui.widgets.group import Group
from esd_desktop.ui.widgets.progress_line import ProgressLine

_TASK = "asset pane"


class _Loaded(Struct, frozen=True):
    detail: AssetDetail
    history: list[HistoryRow]
    mails: list[MailRow]
    may_reveal: bool


class AssetPane(Group):
    """Follows the navigator's selection, and re-reads what it shows when the store changed.
    ``key_shown_s``: how long a key stays readable."""

    def __init__(
        self, desk: Desk, parent: QWidget | None = None, *, key_shown_s: float = SHOWN_S
    ) -> None:
        super().__init__("Asset details", parent)
        self._desk = desk
        self._asset_id: int | None = None
        self._loaded: _Loaded | None = None
        self._history_wanted = HISTORY_LIMIT
        self.secrets = Secrets(desk, self, key_shown_s)
        self._empty = EmptyState("details", "", "")
        self._progress = ProgressLine("Working on this asset")
        self._scroll = QScrollArea()
        self._pages = QStackedWidget()

    def furnishing(self) -> Iterator[None]:
        """Put everything in piece by piece."""
        desk, content = self._desk, QWidget()
        self._lay_out(content)
        yield
        parts = QVBoxLayout(content)
        parts.setContentsMargins(SPACE_20, SPACE_16, SPACE_20, SPACE_20)
        parts.setSpacing(SPACE_12)
        self.header = Header(content)
        self.shortcuts = ShortcutsBar(desk, content)
        self.request = AssetRequest(desk, content)
        self.notices = Notices(desk, content)
        for part in (self.header, self.shortcuts, self.request, self.notices):
            parts.addWidget(part)
        yield
        self.facts = FactsView(desk, self.secrets, content)
        self.history = HistoryView(desk, content)
        for further in (self.facts, self.history):
            parts.addSpacing(SPACE_20 - SPACE_12)
            parts.addWidget(further)
        parts.addStretch(1)
        self._follow()
        self._show_nothing()
        yield

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keyboard comes to the pane: to the first thing that can be done."""
        super().focusInEvent(event)
        if self._pages.currentWidget() is self._scroll:
            target: QWidget = self.shortcuts.first_enabled() or self._scroll
            target.setFocus(event.reason())

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.secrets.hide()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.WindowDeactivate:
            self.secrets.hide()
        return super().event(event)

    def _lay_out(self, content: QWidget) -> None:
        """From the outside in: what gets a parent is dressed anew with all that is in it."""
        lay_on(self, Ground.SURFACE)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._progress)
        column.addWidget(self._pages)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self._scroll)
        self._scroll.setWidget(content)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _follow(self) -> None:
        desk = self._desk
        desk.navigator.asset_selected.connect(self._select)
        desk.navigator.details_wanted.connect(self._take_focus)
        desk.bus.store_changed.connect(self._store_changed)
        desk.tasks.changed.connect(self._task_changed)
        self.secrets.changed.connect(self._show_facts)
        self.history.older_wanted.connect(self._look_further_back)

    def _select(self, asset_id: int | None) -> None:
        if asset_id == self._asset_id:
            return
        self._asset_id = asset_id
        self._history_wanted = HISTORY_LIMIT
        self.secrets.follow(None, allowed=False)
        if asset_id is None:
            self._desk.tasks.cancel(_TASK)
            self._show_nothing()
        else:
            self._load()

    def _load(self) -> None:
        if self._asset_id is not None:
            self._desk.tasks.run(
                _TASK, partial(self._read, self._asset_id), owner=self, latest=True
            )

    async def _read(self, asset_id: int) -> None:
        read = self._desk.read
        try:
            with while_wanted():
                loaded = _Loaded(
                    *await asyncio.gather(
                        read(asset_detail, asset_id),
                        read(asset_history, asset_id, limit=self._history_wanted),
                        read(asset_mails, asset_id),
                        read(may_reveal),
                    )
                )
        except EsdError as fault:
            self._show_fault(fault)
            return
        self._show(loaded)

    def _show(self, loaded: _Loaded) -> None:
        detail, before = loaded.detail, self._loaded
        is_another = before is None or before.detail.id != detail.id
        self._loaded = loaded
        self.secrets.follow(detail.id, allowed=loaded.may_reveal)
        if is_another:
            self.history.fold()
        with kept_place(self._scroll):
            self.header.show_detail(detail)
            self.shortcuts.show_detail(detail)
            self.request.show_detail(detail)
            self.notices.show_advice(detail.id, what_now(detail, utc_now()))
            self.facts.show_detail(detail)
            older = len(loaded.history) == self._history_wanted
            self.history.show_rows(loaded.mails, loaded.history, older=older)
        if is_another:
            self._scroll.verticalScrollBar().setValue(0)
        self._pages.setCurrentWidget(self._scroll)
        self._task_changed(task_key(detail.id))

    def _look_further_back(self) -> None:
        self._history_wanted += HISTORY_LIMIT
        self._load()

    def _show_facts(self) -> None:
        if self._loaded is not None:
            self.facts.show_detail(self._loaded.detail)

    def _show_nothing(self) -> None:
        self._loaded = None
        self._progress.stop()
        self._empty.tell(
            "details", "No asset selected", "Select an asset in the list to see all about it here."
        )
        self._pages.setCurrentWidget(self._empty)

    def _show_fault(self, fault: EsdError) -> None:
        self._loaded = None
        self._empty.tell_not_loaded(f"{fault.sentence} {fault.advice}".strip(), self._load)
        self._pages.setCurrentWidget(self._empty)

    def _take_focus(self) -> None:
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _store_changed(self, changes: Changes) -> None:
        if self._asset_id is not None and self._is_concerned(changes):
            self._load()

    def _is_concerned(self, changes: Changes) -> bool:
        if changes.everything or changes.settings or self._asset_id in changes.assets:
            return True
        if self._loaded is None:
            return False
        shown = self._loaded.detail
        accounts = {shown.customer_id, shown.billing_to_id}
        return bool(accounts & changes.accounts) or shown.connection_id in changes.connections

    def _task_changed(self, key: str) -> None:
        if self._loaded is None or key != task_key(self._loaded.detail.id):
            return
        if self._desk.tasks.is_busy(key):
            self._progress.run()
        else:
            self._progress.stop()
