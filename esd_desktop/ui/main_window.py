"""The main window: opens the store, then shows the workspace, the first-run guide, or why not.

It alone follows the navigator from screen to screen; what the screens show is their own affair.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from esd_desktop.errors import EsdError
from esd_desktop.services.browse import account_list, connection_list
from esd_desktop.ui.activity import ActivityList
from esd_desktop.ui.curtain import take_place
from esd_desktop.ui.demo_start import start_demo
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.dialogs import Dialogs
from esd_desktop.ui.first_run import FirstRunGuide
from esd_desktop.ui.menus import Menus
from esd_desktop.ui.messages import Message
from esd_desktop.ui.status_bar import StatusBar
from esd_desktop.ui.widgets.empty_state import EmptyState
from esd_desktop.ui.widgets.toasts import Toasts
from esd_desktop.ui.workspace import Workspace

OpenStore = Callable[[str | None], Awaitable[None]]


class MainWindow(QMainWindow):
    """``open_store`` opens the store at an address, or the one of the settings for None; it raises
    EsdError. ``closed`` is emitted once, when the person closes the window."""

    closed = Signal()

    def __init__(self, desk: Desk, open_store: OpenStore) -> None:
        super().__init__()
        self._desk = desk
        self._open_store = open_store
        self.setWindowTitle("ESD Desktop")
        self._pages = QStackedWidget(self)
        self.setCentralWidget(self._pages)
        self.workspace: Workspace | None = None
        self.status = StatusBar(desk, self)
        self.setStatusBar(self.status)
        self.activity = ActivityList(desk, self)
        self.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, self.activity)
        self.activity.hide()
        self.toasts = Toasts(self)
        self.dialogs = Dialogs(desk, self)
        self.menus = Menus(desk, self)
        self._follow()
        for message in desk.messages.kept:
            self._toast(message)
        take_place(self, desk.memory)
        self.restoreState(desk.memory.recall_bytes("docks"))

    def open(self, address: str | None = None) -> None:
        """Open a store and show what is in it; where it cannot be opened, show why."""
        self._desk.tasks.run("open store", lambda: self._opened(address), owner=self, latest=True)

    def show_settings(self, page: str = "connections") -> None:
        """Open the settings on a page."""
        from esd_desktop.ui.settings.dialog import show_settings

        self._desk.tasks.run(
            "settings", lambda: show_settings(self._desk, self, page, self.open), owner=self
        )

    def show_workspace(self) -> Workspace:
        """Leave the guide, if it is there, for the three panes."""
        if self.workspace is None:
            self.workspace = Workspace(self._desk)
            self._show(self.workspace)
            self.menus.workspace_is_there(self.workspace)
        return self.workspace

    def go_to_newest_message(self) -> None:
        """Bring the keyboard to the newest toast; where it is gone, to its line in the activity."""
        if not self.toasts.focus_newest():
            self.activity.show()
            self.activity.take_focus()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.remember()
        event.accept()
        self.closed.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ThemeChange:
            self._desk.theme.refresh()

    def remember(self) -> None:
        """Keep the window's shape for the next start."""
        self._desk.memory.keep_bytes("geometry", self.saveGeometry())
        self._desk.memory.keep_bytes("docks", self.saveState())
        if self.workspace is not None:
            self.workspace.remember()
        self._desk.memory.write()

    async def _opened(self, address: str | None) -> None:
        self._close_workspace()
        self._show_opening()
        try:
            await self._open_store(address)
            connections = await self._desk.read(connection_list)
            has_accounts = bool(await self._desk.read(account_list))
        except EsdError as fault:
            self._show_fault(fault, address)
            return
        finally:
            self.status.look()
        if has_accounts:
            self.show_workspace()
        else:
            self._show(FirstRunGuide(self._desk, connections, self.show_workspace))

    def _show_opening(self) -> None:
        self.status.tell_opening()
        another = ("Open another store…", self._choose_store)
        self._show(EmptyState("store", "Opening the store…", "", others=[another]))

    def _show_fault(self, fault: EsdError, address: str | None) -> None:
        sentence = f"{fault.sentence} {fault.advice}".strip()
        retry = ("Try again", lambda: self.open(address))
        others = [("Open another store…", self._choose_store)]
        if address is not None:
            # Only a store that could be opened is kept in the settings.
            others.insert(0, ("Back to the former store", self.open))
        title = "The store could not be opened"
        self._show(EmptyState("error", title, sentence, retry, others=others))

    def _choose_store(self) -> None:
        self.show_settings("store")

    def _show(self, page: QWidget) -> None:
        while (old := self._pages.currentWidget()) is not None:
            self._pages.removeWidget(old)
            old.deleteLater()
        self._pages.addWidget(page)

    def _close_workspace(self) -> None:
        if self.workspace is not None:
            self.workspace.remember()
            self.menus.workspace_is_gone()
            self.workspace = None

    def _follow(self) -> None:
        navigator = self._desk.navigator
        navigator.settings_wanted.connect(self.show_settings)
        navigator.demo_wanted.connect(self._start_demo)
        self._desk.messages.posted.connect(self._toast)

    def _start_demo(self) -> None:
        self._desk.messages.post(start_demo())

    def _toast(self, message: Message) -> None:
        if not message.quiet:
            self.toasts.show(
                message.tone, message.sentence, message.advice, message.action, message.links
            )
