"""The three panes: accounts, the account with its tabs, the asset. Splitters and folding only; what
is in the panes talks through the navigator and the bus."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QSplitter, QWidget

from esd_desktop.ui.accounts.account_page import AccountPage
from esd_desktop.ui.accounts.browser import AccountBrowser
from esd_desktop.ui.accounts.tabs import Tab
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.detail.asset_pane import AssetPane

# Below this width, at the usual size of type, the details would squeeze the list and fold away.
FOLD_BELOW = 1200
# Their lists have the room of the details, which are of an asset.
_WITHOUT_ASSETS = (Tab.ORDERS, Tab.INVOICES, Tab.REQUESTS, Tab.MAILS, Tab.WORKS)
_WIDTHS = (228, 860, 352)
_LEAST_WIDTHS = (160, 320, 260)


class Workspace(QSplitter):
    """``details_shown`` is what the person wants; a narrow window folds the pane all the same, and
    so does a list of what is no asset, until the keyboard asks for it."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._desk = desk
        self._folded = False
        self.panes: tuple[QWidget, ...] = ()
        self.details_shown: bool = desk.memory.recall("details_shown", True)

    def furnishing(self) -> Iterator[None]:
        """Put everything in piece by piece."""
        desk = self._desk
        self.accounts = AccountBrowser(desk, self)
        yield
        self.page = AccountPage(desk, self)
        yield from self.page.furnishing()
        self.details = AssetPane(desk, self)
        yield from self.details.furnishing()
        self.panes = (self.accounts, self.page, self.details)
        for pane, least in zip(self.panes, _LEAST_WIDTHS, strict=True):
            self.addWidget(pane)
            pane.setMinimumWidth(least)
        self.setStretchFactor(1, 1)
        self.setChildrenCollapsible(False)
        usual = [round(width * desk.theme.scale) for width in _WIDTHS]
        self._widths: list[int] = desk.memory.recall("panes", usual)
        self.setSizes(self._widths)
        self.details.setVisible(self.details_shown)
        desk.theme.changed.connect(self._fold)
        self.page.tabs.currentChanged.connect(self._fold)
        desk.navigator.details_wanted.connect(self._unfold)
        yield
        desk.navigator.account_wanted.emit(desk.memory.recall("account", 0) or None)
        yield

    def show_details(self, shown: bool) -> None:
        """Show the detail pane or fold it away, as the person wants it from now on."""
        self.details_shown = shown
        self._put_details(shown)

    def remember(self) -> None:
        """Keep the open account, the widths, and what the panes keep, for the next start."""
        widths = self.sizes()
        if self.details.isHidden():
            widths[-1] = self._widths[-1]
        memory = self._desk.memory
        memory.keep("panes", widths)
        memory.keep("details_shown", self.details_shown)
        memory.keep("account", self.page.account_id or 0)
        self.accounts.remember()
        self.page.remember()

    def next_pane(self, step: int) -> None:
        """F6: the keyboard goes to the next pane that is shown, or with -1 to the one before."""
        shown = [pane for pane in self.panes if pane.isVisible()]
        here = next((place for place, pane in enumerate(shown) if _has_focus(pane)), -step)
        shown[(here + step) % len(shown)].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.panes:
            self._fold()

    def _fold(self) -> None:
        """Fold the details away where there is no room for them, or nothing that they are of."""
        narrow = self.width() < FOLD_BELOW * self._desk.theme.scale
        fold = narrow or self.page.tabs.shown in _WITHOUT_ASSETS
        if fold != self._folded:
            self._folded = fold
            self._put_details(self.details_shown and not fold)

    def _put_details(self, shown: bool) -> None:
        if self.details.isVisible():
            self._widths = self.sizes()
        self.details.setVisible(shown)

    def _unfold(self) -> None:
        self._put_details(True)
        self.details.setFocus(Qt.FocusReason.ShortcutFocusReason)


def _has_focus(pane: QWidget) -> bool:
    focused = QApplication.focusWidget()
    return focused is not None and (focused is pane or pane.isAncestorOf(focused))
