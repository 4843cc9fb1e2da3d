"""The account browser (C2): resellers with their customers, found while one types."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from esd_desktop.errors import EsdError
from esd_desktop.services.account_tree import AccountTree, read_branches, read_numbers, read_tree
from esd_desktop.services.changes import Changes
from esd_desktop.ui.accounts.view import AccountView
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.formats import as_count
from esd_desktop.ui.look.roles import Ground, Text, lay_on, write_as
from esd_desktop.ui.look.theme import SPACE_8, SPACE_12
from esd_desktop.ui.rereading import Rereading
from esd_desktop.ui.widgets.announce import announce
from esd_desktop.ui.widgets.empty_state import EmptyState
from esd_desktop.ui.widgets.group import Group
from esd_desktop.ui.widgets.search_field import SearchField

_EXPANDED = "expanded accounts"
# Who finds more than these goes on typing, and should not wait for the layout of the rest.
_MOST_EXPANDED = 200


class AccountBrowser(Group):
    """Opens an account through the navigator, and highlights the one that is open. What the person
    expanded stays expanded, through a search, a refresh and the next start."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("Account browser", parent)
        self._desk = desk
        self._numbers_hold = False
        self._searched = ""
        self._account_id: int | None = None
        self._account_seen = False
        self._loaded = False
        kept = desk.memory.recall(_EXPANDED, [])
        self._expanded = {one for one in kept if isinstance(one, int)}
        self._reading = Rereading(desk, "accounts", self, self._read)
        self._branching = Rereading(desk, "customers of resellers", self, self._read_opened)
        self._counting = Rereading(desk, "assets of accounts", self, self._count)
        self.search = SearchField("Find an account", "Search accounts")
        self.list = AccountView("Accounts")
        self.found = QLabel()
        self._empty = EmptyState("account", "", "")
        self._pages = QStackedWidget()
        self._lay_out()
        self._follow()
        self._reading.ask()

    def focus_search(self) -> None:
        """The keyboard goes to the search, its text selected."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def remember(self) -> None:
        """Keep what is expanded for the next start."""
        self._desk.memory.keep(_EXPANDED, sorted(self._expanded))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.search and isinstance(event, QKeyEvent) and _goes_down(event):
            self._enter_list()
            return True
        return super().eventFilter(watched, event)

    def _lay_out(self) -> None:
        lay_on(self, Ground.SIDEBAR)
        write_as(self.found, Text.SMALL)
        self.found.hide()
        self._pages.addWidget(self.list)
        self._pages.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_12, SPACE_12, SPACE_12, 0)
        column.setSpacing(SPACE_8)
        column.addWidget(self.search)
        column.addWidget(self.found)
        column.addWidget(self._pages, 1)
        self.setFocusProxy(self.list)

    def _follow(self) -> None:
        self.search.installEventFilter(self)
        self.search.searched.connect(lambda _: self._reading.ask())
        self.search.left.connect(self._enter_list)
        self.list.opened.connect(self._desk.navigator.account_wanted.emit)
        self.list.expanded.connect(self._on_expanded)
        self.list.collapsed.connect(self._on_collapsed)
        self.list.verticalScrollBar().valueChanged.connect(self._counting.ask)
        self.list.verticalScrollBar().rangeChanged.connect(self._counting.ask)
        self._desk.navigator.account_wanted.connect(self._account_wanted)
        self._desk.bus.store_changed.connect(self._store_changed)

    def _enter_list(self) -> None:
        if self._pages.currentWidget() is self.list:
            self.list.take_first()
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _account_wanted(self, account_id: int | None) -> None:
        self._account_id = account_id
        self._account_seen = self.list.go_to(account_id)
        if self._account_seen:
            return
        if self.search.text():
            # It is wanted from elsewhere, and the search hides it.
            self.search.reset()
        elif self._loaded:
            # It is below a reseller of which the customers have not been read.
            self._reading.ask()

    def _on_expanded(self, index: QModelIndex) -> None:
        account_id = self.list.accounts.account_at(index)
        if account_id is not None and not self._searched:
            self._expanded.add(account_id)
        self._branching.ask()
        self._counting.ask()

    def _on_collapsed(self, index: QModelIndex) -> None:
        account_id = self.list.accounts.account_at(index)
        if account_id is not None and not self._searched:
            self._expanded.discard(account_id)
        self._counting.ask()

    def _store_changed(self, changes: Changes) -> None:
        if changes.everything or changes.accounts:
            self._numbers_hold = False
            self._reading.follow(changes)
        elif changes.assets:
            # The numbers of assets change with any asset that comes or goes.
            self._numbers_hold = False
            self._counting.follow(changes)

    async def _read(self) -> None:
        words = self.search.text().strip()
        opened = self._expanded if not words else set(self.list.expanded_ids())
        try:
            tree = await self._desk.read(read_tree, words, frozenset(opened), self._account_id)
        except EsdError as fault:
            if self._loaded:
                # What is there stays, and the fault becomes a message.
                raise
            self._show_fault(fault)
            return
        self._show(tree, words)
        self._branching.ask()
        self._counting.ask()

    async def _read_opened(self) -> None:
        """Read the customers of the resellers that were opened meanwhile."""
        tree = self.list.accounts.tree
        missing = tree.unread.intersection(self.list.expanded_ids())
        if not missing:
            return
        lines = await self._desk.read(read_branches, tree, missing)
        if self.list.accounts.tree is tree:
            self.list.accounts.add(lines)
            self._counting.ask()

    async def _count(self) -> None:
        """Count the assets of the accounts in sight."""
        seen, anew = self.list.in_sight(), not self._numbers_hold
        self._numbers_hold = True
        if not anew:
            seen = [one for one in seen if not self.list.accounts.knows_number(one)]
        if not seen:
            return
        try:
            numbers = await self._desk.read(read_numbers, seen)
        except EsdError:
            self._numbers_hold = False
            raise
        self.list.accounts.tell_numbers(numbers, anew=anew)

    def _show(self, tree: AccountTree, words: str) -> None:
        other_hits = tree.found_ids != self.list.accounts.tree.found_ids
        is_other_list = words != self._searched or other_hits or not self._loaded
        self._searched, self._loaded = words, True
        expanded = tree.leading_to_hits()[:_MOST_EXPANDED] if words else self._expanded
        self.list.show_tree(tree, expanded if is_other_list else None)
        self._highlight(bring_into_sight=not words and is_other_list)
        self._show_page(tree, words)
        self._tell_found(tree, anew=is_other_list)

    def _highlight(self, *, bring_into_sight: bool) -> None:
        # An account that was wanted before it was there is led to once, when it comes.
        if bring_into_sight or not self._account_seen:
            self._account_seen = self.list.go_to(self._account_id)
        else:
            self.list.mark(self._account_id)

    def _show_page(self, tree: AccountTree, words: str) -> None:
        if tree.holds_accounts:
            self._turn_to(self.list)
            return
        if words:
            self._empty.tell(
                "search",
                "No account found",
                f"No name, reference or e-mail address contains “{words}”.",
                ("Clear search", self.search.reset),
            )
        else:
            self._empty.tell_nothing_yet(
                "account",
                "No accounts yet",
                "Accounts come with a file that you import.",
                ("Import a file…", self._desk.navigator.import_wanted.emit),
            )
        self._turn_to(self._empty)

    def _show_fault(self, fault: EsdError) -> None:
        self._empty.tell_not_loaded(f"{fault.sentence} {fault.advice}".strip(), self._reading.ask)
        self._turn_to(self._empty)

    def _turn_to(self, page: QWidget) -> None:
        self._pages.setCurrentWidget(page)
        self.setFocusProxy(page if page is self.list else self.search)

    def _tell_found(self, tree: AccountTree, *, anew: bool) -> None:
        self.found.setVisible(bool(tree.found_ids))
        if tree.among is None:
            return
        found, all_ = as_count(len(tree.found_ids)), as_count(tree.among)
        self.found.setText(f"{found} of {all_} accounts")
        if anew:
            announce(self.search, f"{found} of {all_} accounts found")


def _goes_down(event: QKeyEvent) -> bool:
    return event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Down
