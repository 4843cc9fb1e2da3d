"""The three panes: accounts, the account with its tabs, the asset. Splitters and folding only; what
is in the panes talks through the navigator and the bus."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QSplitter, QWidget

from esd_desktop.ui.accounts.account_page import AccountPage
from esd_desktop.ui.accounts.browser import AccountBrowser
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.detail.asset_pane import AssetPane

# Below this width the details would squeeze the list, so they fold away.
FOLD_BELOW = 1200
_WIDTHS = (240, 800, 360)


class Workspace(QSplitter):
    """``details_shown`` is what the person wants; a narrow window folds the pane all the same, until
    its keyboard asks for it."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._desk = desk
        self._narrow = False
        self.details_shown: bool = desk.memory.recall("details_shown", True)
        self.accounts = AccountBrowser(desk, self)
        self.page = AccountPage(desk, self)
        self.details = AssetPane(desk, self)
        self.panes: tuple[QWidget, ...] = (self.accounts, self.page, self.details)
        for position, pane in enumerate(self.panes):
            self.addWidget(pane)
            self.setCollapsible(position, False)
        self.setStretchFactor(1, 1)
        self.setChildrenCollapsible(False)
        self.setSizes(desk.memory.recall("panes", list(_WIDTHS)))
        desk.navigator.details_wanted.connect(self._unfold)

    def show_details(self, shown: bool) -> None:
        """Show the detail pane or fold it away, as the person wants it from now on."""
        self.details_shown = shown
        self.details.setVisible(shown)

    def remember(self) -> None:
        """Keep the widths for the next start."""
        if self.details.isVisible():
            self._desk.memory.keep("panes", self.sizes())
        self._desk.memory.keep("details_shown", self.details_shown)

    def next_pane(self, step: int) -> None:
        """F6: the keyboard goes to the next pane that is shown, or with -1 to the one before."""
        shown = [pane for pane in self.panes if pane.isVisible()]
        here = next((place for place, pane in enumerate(shown) if _has_focus(pane)), -step)
        shown[(here + step) % len(shown)].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        narrow = event.size().width() < FOLD_BELOW
        if narrow != self._narrow:
            self._narrow = narrow
            self.details.setVisible(self.details_shown and not narrow)

    def _unfold(self) -> None:
        self.details.setVisible(True)
        self.details.setFocus(Qt.FocusReason.ShortcutFocusReason)


def _has_focus(pane: QWidget) -> bool:
    focused = QApplication.focusWidget()
    return focused is not None and (focused is pane or pane.isAncestorOf(focused))
