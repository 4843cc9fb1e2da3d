"""The main window: opens the store, then shows the workspace, the first-run guide, or why not.

It alone follows the navigator from screen to screen; what the screens show is their own affair.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from esd_desktop.errors import EsdError, StoreBroken
from esd_desktop.ui.curtain import Curtain, keep_ground, recall_ground
from esd_desktop.ui.memory import Memory

if TYPE_CHECKING:
    import asyncio

    from PySide6.QtCore import QEvent

    from esd_desktop.services.changes import Outcome
    from esd_desktop.ui.assets.asset_list import AssetList
    from esd_desktop.ui.desk import Desk
    from esd_desktop.ui.messages import Message
    from esd_desktop.ui.widgets.empty_state import Action
    from esd_desktop.ui.widgets.progress_panel import Progress
    from esd_desktop.ui.workspace import Workspace

_SMALLEST = QSize(760, 520)
_FIRST_SIZE = QSize(1440, 860)


class OpenStore(Protocol):
    """What opens stores for the window. Both raise EsdError."""

    async def __call__(self, address: str | None) -> None:
        """Open the store at an address, or the one of the settings for None."""

    async def restore(self, backup: Path, progress: Progress) -> Outcome:
        """Put a backup in the place of what the store holds, and open that."""


class MainWindow(QMainWindow):
    """Empty behind its curtain at first, until it is furnished: what is in it takes much longer to
    load than an empty window to be painted. ``closed`` is emitted once, when the person closes the
    window."""

    closed = Signal()
    _desk: Desk

    def __init__(self, memory: Memory) -> None:
        super().__init__()
        self._memory = memory
        self._is_furnished = False
        self._link = ""
        self.workspace: Workspace | None = None
        self.setWindowTitle("ESD Desktop")
        take_place(self, memory)
        self.curtain: Curtain | None = Curtain(self, recall_ground(memory))

    def furnish(self, desk: Desk, open_store: OpenStore) -> None:
        """Put everything in."""
        for _ in self.furnishing(desk, open_store):
            pass

    def furnishing(self, desk: Desk, open_store: OpenStore) -> Iterator[None]:
        """Put everything in piece by piece, so that the window can be painted and moved between
        them."""
        from PySide6.QtCore import Qt

        from esd_desktop.ui.activity import ActivityList
        from esd_desktop.ui.certificate_notice import CertificateNotice
        from esd_desktop.ui.dialogs import Dialogs
        from esd_desktop.ui.menus import Menus
        from esd_desktop.ui.status_bar import StatusBar
        from esd_desktop.ui.widgets.toasts import Toasts

        if self.curtain is not None:
            self.curtain.hide_what_is_behind()
        self._desk = desk
        self._open_store = open_store
        self._pages = QStackedWidget(self)
        self.certificates = CertificateNotice(desk, self)
        self.setCentralWidget(_below(self.certificates, self._pages))
        self._draw_curtain()
        yield
        self.status = StatusBar(desk, self)
        self.setStatusBar(self.status)
        self._draw_curtain()
        yield
        self.activity = ActivityList(desk, self)
        self.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, self.activity)
        self.activity.hide()
        self._draw_curtain()
        yield
        self.toasts = Toasts(self)
        self.dialogs = Dialogs(desk, self)
        self.menus = Menus(desk, self)
        self._follow()
        for message in desk.messages.kept:
            self._toast(message)
        self.restoreState(self._memory.recall_bytes("docks"))
        # Closed before this, it would keep the shape of what is half there.
        self._is_furnished = True
        self._draw_curtain()
        if self.curtain is not None and not self.curtain.shows_rows:
            self._lift_curtain()

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
        from esd_desktop.ui.furnishing import furnished
        from esd_desktop.ui.workspace import Workspace

        return self.workspace or self._take_in(furnished(Workspace(self._desk)))

    def _begin_workspace(self) -> asyncio.Task[Workspace]:
        """Have it there without a moment in which the window does not answer."""
        import asyncio

        from esd_desktop.ui.furnishing import furnished_meanwhile
        from esd_desktop.ui.workspace import Workspace

        # In its place from the beginning: what moves is dressed anew with all that is in it.
        empty = Workspace(self._desk, self._pages)
        return asyncio.get_running_loop().create_task(furnished_meanwhile(empty))

    async def _show_workspace(self, begun: asyncio.Task[Workspace] | None) -> None:
        self._take_in(await (begun or self._begin_workspace()))
        # What was taken from the person meanwhile was told before there was anything to close.
        self._rights_changed()

    def _take_in(self, workspace: Workspace) -> Workspace:
        self.workspace = workspace
        self._show(workspace)
        self.menus.workspace_is_there(workspace)
        self._lift_curtain_after(workspace.page.assets.list)
        self._follow_link()
        return workspace

    def follow_link(self, link: str) -> None:
        """Come to the front and show what a link names, as soon as a store is open."""
        from PySide6.QtCore import Qt

        self._link = link
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()
        self._follow_link()

    def _follow_link(self) -> None:
        link, workspace = self._link, self.workspace
        if link and workspace is not None:
            from esd_desktop.ui.links import follow

            self._link = ""
            self._desk.tasks.run(
                "link", lambda: follow(self._desk, link), owner=workspace, latest=True
            )

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
        if not self._is_furnished:
            return
        from PySide6.QtCore import QEvent

        if event.type() == QEvent.Type.ThemeChange:
            self._desk.theme.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._draw_curtain()

    def remember(self) -> None:
        """Keep the window's shape for the next start."""
        self._memory.keep_bytes("geometry", self.saveGeometry())
        if self._is_furnished:
            self._memory.keep_bytes("docks", self.saveState())
            look = self._desk.theme
            follows, dark = look.follows_system, look.palette.dark
            keep_ground(self._memory, look.palette.window, follows=follows, dark=dark)
        if self.workspace is not None:
            from esd_desktop.ui.first_sight import keep_sight
            from esd_desktop.ui.last_sight import sight_of

            self.workspace.remember()
            keep_sight(self._memory, sight_of(self, self.workspace))
        self._memory.write()

    def restore(self, backup: Path) -> None:
        """Put a backup in the place of what the store holds, and show that."""
        self._desk.tasks.run("open store", lambda: self._restored(backup), owner=self, latest=True)

    async def _restored(self, backup: Path) -> None:
        from shiboken6 import isValid

        from esd_desktop.ui.widgets.empty_state import EmptyState
        from esd_desktop.ui.widgets.progress_panel import from_worker, how_far

        self._close_workspace()
        self.status.tell_opening()
        shown = EmptyState("store", "", "")
        self._show(shown)

        def show(words: str, done: int, total: int) -> None:
            if isValid(shown):
                # Opening the store instead stops it.
                stop = ("Stop", self.open)
                shown.tell("store", "Restoring the backup…", how_far(words, done, total), stop)

        show("Beginning", 0, 0)
        try:
            outcome = await self._open_store.restore(backup, from_worker(show))
        except EsdError as fault:
            self._desk.messages.fault(fault)
        else:
            self._desk.messages.outcome(outcome)
        await self._opened(None)

    def _choose_backup(self) -> None:
        from esd_desktop.ui.restoring import choose_backup, wants_to_replace_damaged

        async def chosen() -> None:
            file = await choose_backup(self)
            if file is not None and await wants_to_replace_damaged(self, file):
                self.restore(file)

        self._desk.tasks.run("choose backup", chosen, owner=self)

    async def _opened(self, address: str | None) -> None:
        from esd_desktop.models.rights import Right
        from esd_desktop.services.browse_accounts import account_number

        self._close_workspace()
        begun = None
        if self.curtain is not None and self.curtain.shows_rows:
            # There were assets last time, so what shows them is put together meanwhile.
            begun = self._begin_workspace()
        else:
            self._show_opening()
        try:
            await self._open_store(address)
            if Right.VIEW not in (await self._desk.rights.read()).rights:
                self._show_stranger()
                return
            if not await self._desk.read(account_number):
                await self._show_guide()
                return
            begun, workspace = None, begun
        except EsdError as fault:
            self._show_fault(fault, address)
            return
        finally:
            _give_up(begun)
            self.status.look()
            self.certificates.look()
        await self._show_workspace(workspace)

    async def _show_guide(self) -> None:
        from esd_desktop.services.browse import connection_list
        from esd_desktop.ui.first_run import FirstRunGuide

        connections = await self._desk.read(connection_list)
        self._show(FirstRunGuide(self._desk, connections, self.show_workspace))
        self._lift_curtain()

    def _show_opening(self) -> None:
        from esd_desktop.ui.widgets.empty_state import EmptyState

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
        elif isinstance(fault, StoreBroken):
            others.insert(0, ("Restore from a backup…", self._choose_backup))
        title = "The store could not be opened"
        self._show_state("error", title, sentence, retry, others)

    def _show_stranger(self) -> None:
        """The store is open, but not for who works here."""
        standing = self._desk.rights.standing
        login = standing.login if standing else ""
        self._show_state(
            "account",
            "You are not among the people of this store",
            f"An administrator of it can add you; your login is {login}.",
            ("Try again", self.open),
            [("Open another store…", self._choose_store)],
        )

    def _show_state(
        self, icon: str, title: str, sentence: str, retry: Action, others: Sequence[Action]
    ) -> None:
        from esd_desktop.ui.widgets.empty_state import EmptyState

        self._show(EmptyState(icon, title, sentence, retry, others=others))
        self._lift_curtain()

    def _rights_changed(self) -> None:
        from esd_desktop.models.rights import Right

        if self.workspace is not None and self._desk.rights.refusal(Right.VIEW) is not None:
            self._close_workspace()
            self._show_stranger()

    def _choose_store(self) -> None:
        self.show_settings("store")

    def _show(self, page: QWidget) -> None:
        while (old := self._pages.currentWidget()) is not None:
            self._pages.removeWidget(old)
            old.deleteLater()
        self._pages.addWidget(page)

    def _draw_curtain(self) -> None:
        """Before whatever has come since."""
        if self.curtain is not None:
            self.curtain.cover()
            self.curtain.raise_()

    def _lift_curtain(self) -> None:
        if self.curtain is not None:
            self.curtain.deleteLater()
            self.curtain = None

    def _lift_curtain_after(self, assets: AssetList) -> None:
        """Once the list behind it shows what is painted on it; at once where that is nothing."""
        if self.curtain is not None and self.curtain.shows_rows:
            assets.counted.connect(self._lift_curtain)
            assets.not_loaded.connect(self._lift_curtain)
        else:
            self._lift_curtain()

    def _close_workspace(self) -> None:
        if self.workspace is not None:
            self.workspace.remember()
            self.menus.workspace_is_gone()
            self.workspace = None

    def _follow(self) -> None:
        navigator = self._desk.navigator
        navigator.settings_wanted.connect(self.show_settings)
        navigator.restore_wanted.connect(self.restore)
        navigator.demo_wanted.connect(self._start_demo)
        self._desk.messages.posted.connect(self._toast)
        self._desk.bus.store_reach.connect(self._desk.messages.store_reach)
        self._desk.rights.changed.connect(self._rights_changed)

    def _start_demo(self) -> None:
        from esd_desktop.ui.demo_start import start_demo

        self._desk.messages.post(start_demo())

    def _toast(self, message: Message) -> None:
        if not message.quiet:
            self.toasts.show(
                message.tone, message.sentence, message.advice, message.action, message.links
            )


def take_place(window: QMainWindow, memory: Memory) -> None:
    """Where and as large as it was at the last start, or as large as the screen allows."""
    room = window.screen().availableSize()
    window.setMinimumSize(_SMALLEST.boundedTo(room))
    window.resize(_FIRST_SIZE.boundedTo(room))
    window.restoreGeometry(memory.recall_bytes("geometry"))


def _give_up(begun: asyncio.Task[Workspace] | None) -> None:
    """What is not going to be shown goes away, however far it is."""
    if begun is not None and not begun.cancel() and not begun.cancelled():
        begun.result().deleteLater()


def _below(notice: QWidget, pages: QWidget) -> QWidget:
    panel = QWidget()
    column = QVBoxLayout(panel)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(notice)
    column.addWidget(pages, 1)
    return panel
