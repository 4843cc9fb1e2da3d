"""The Assets tab: the assets of one account or of all (C1, C3), filtered, searched and counted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from msgspec.structs import replace
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from esd_desktop.models.rights import Right
from esd_desktop.models.rows import AccountRow, AssetCounts, AssetQuery, AssetView, StatusFilter
from esd_desktop.models.statuses import AccountKind
from esd_desktop.services.browse import account, view_counts
from esd_desktop.services.changes import Changes
from esd_desktop.ui.assets.asset_list import AssetList
from esd_desktop.ui.assets.columns import ALL_ACCOUNTS, ONE_ACCOUNT
from esd_desktop.ui.assets.filter_bar import AssetFilterBar
from esd_desktop.ui.assets.grouping import CustomerGroups
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.lists.counts_line import CountsLine
from esd_desktop.ui.look.theme import SPACE_8, SPACE_12
from esd_desktop.ui.mass.bar import MassBar
from esd_desktop.ui.rereading import Rereading
from esd_desktop.ui.widgets.announce import announce

_OF_ALL, _OF_ONE = "assets of all accounts", "assets of one account"
_STATUS, _VIEW = "assets status", "assets view"
_STATUSES = get_args(StatusFilter)


class AssetsPage(QWidget):
    """``counted`` carries AssetCounts, whose ``all`` is every asset of the account whatever the
    view. Filter and view are remembered; the search is not."""

    counted = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._query = _recalled(desk)
        self._counts: AssetCounts | None = None
        self._of_views: dict[AssetView, int] = {}
        self._sought = ""
        self._views = Rereading(desk, "assets views", self, self._count_views)

    def furnishing(self) -> Iterator[None]:
        """Put everything in piece by piece."""
        desk, parts = self._desk, QSplitter()
        parts.setChildrenCollapsible(False)
        self.customers = CustomerGroups(desk, parts)
        yield
        self.list = AssetList(desk, parts, columns=ALL_ACCOUNTS, name="assets")
        parts.setStretchFactor(1, 1)
        yield
        self.bar = AssetFilterBar(desk, self.list.header, self)
        self.bar.status.choose(self._query.status)
        self.bar.views.choose(self._query.view)
        yield
        self.counts_line = CountsLine()
        self.mass = MassBar(desk, self.list.target, self.counts_line, self)
        yield
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE_12, 0, 0)
        column.setSpacing(SPACE_8)
        column.addWidget(self.bar)
        # Only now, so that Tab leads to them from the bar.
        column.addWidget(parts, 1)
        column.addWidget(self.mass)
        self._follow()
        yield

    def show_account(self, account_id: int | None) -> None:
        """Show the assets of an account, or with None those of all."""
        self._of_views = {}
        self.customers.show_none()
        self._ask(replace(self._query, account_id=account_id, customer_id=None))
        self._views.ask()
        self._desk.tasks.run("assets account", self._take_up_account, owner=self, latest=True)

    def choose_status(self, status: StatusFilter) -> None:
        """Show all, active or cancelled assets."""
        self.bar.status.choose(status)
        self._ask(replace(self._query, status=status))

    def choose_view(self, view: AssetView) -> None:
        """Show a ready-made view."""
        self.bar.views.choose(view)
        self._ask(replace(self._query, view=view))
        self.customers.show_query(self._query)

    def export(self) -> None:
        """Write what the list shows into a file that the person chooses."""
        from esd_desktop.ui.exporting.exports import export_shown_assets

        query, columns = self.list.query or self._query, self.list.header.shown
        found = self._counts.found if self._counts else 0
        selected = self.list.selected_ids()
        self._desk.tasks.run(
            "export",
            lambda: export_shown_assets(self._desk, self, query, columns, found, selected),
            owner=self,
        )

    def refresh(self) -> None:
        """Read everything again; selection and place stay."""
        self.list.refresh()
        self._views.ask()

    def focus_search(self) -> None:
        """The keyboard goes to the search field, what is in it ready to be typed over."""
        self.bar.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.bar.search.selectAll()

    def select(self, asset_id: int) -> None:
        """Select an asset and scroll to it; what hides it is lifted."""
        self.list.select(asset_id)

    def remember(self) -> None:
        """Keep filter, view and what the list keeps for the next start."""
        self._desk.memory.keep(_STATUS, self._query.status)
        self._desk.memory.keep(_VIEW, self._query.view)
        self.customers.remember()
        self.list.remember()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keyboard comes to the tab: to the list."""
        super().focusInEvent(event)
        self.list.setFocus(event.reason())

    def _follow(self) -> None:
        self.bar.status.chosen.connect(self.choose_status)
        self.bar.search.searched.connect(self._search)
        self.bar.search.left.connect(self.list.setFocus)
        self.bar.views.chosen.connect(self.choose_view)
        self.bar.export.clicked.connect(lambda: self.export())
        self._desk.rights.guard(self.bar.export, Right.EXPORT)
        self.bar.views.grouping_chosen.connect(self.customers.group)
        self.customers.chosen.connect(self._show_customer)
        self.list.feed.begun.connect(self.counts_line.tell_nothing)
        self.list.counted.connect(self._show_counts)
        self.list.not_loaded.connect(self._show_no_counts)
        self.list.selection_counted.connect(self.counts_line.tell_selected)
        self.list.clear_wanted.connect(self._clear)
        self.list.not_shown.connect(self._lift_for)
        self._desk.bus.store_changed.connect(self._store_changed)

    def _ask(self, query: AssetQuery) -> None:
        self._query = query
        self.list.show_query(query)

    def _show_customer(self, customer_id: int | None) -> None:
        self._ask(replace(self._query, customer_id=customer_id))

    def _search(self, text: str) -> None:
        self._ask(replace(self._query, search=text))

    def _clear(self) -> None:
        """Lift filter, search and view."""
        self.bar.status.choose("all")
        self.bar.views.choose(AssetView.EVERYTHING)
        self.customers.choose_all()
        self._ask(AssetQuery(account_id=self._query.account_id))
        self.bar.search.reset()

    def _lift_for(self, asset_id: int) -> None:
        if self._query != AssetQuery(account_id=self._query.account_id):
            self._clear()
            self.list.select(asset_id)

    async def _take_up_account(self) -> None:
        """Fit columns and words to whose assets are shown."""
        account_id = self._query.account_id
        shown = None if account_id is None else await self._desk.read(account, account_id)
        one_customer = shown is not None and shown.kind is AccountKind.CUSTOMER
        self._offer_grouping(shown)
        if one_customer:
            self.list.header.use(_OF_ONE, ONE_ACCOUNT)
        else:
            self.list.header.use(_OF_ALL, ALL_ACCOUNTS)
        self._say_what_creates(shown)

    def _offer_grouping(self, shown: AccountRow | None) -> None:
        """A reseller's assets can be grouped by the customers who hold them."""
        offered = shown is not None and shown.kind is AccountKind.RESELLER
        self.bar.views.grouping.setVisible(offered)
        self.bar.views.grouping.setChecked(self.customers.grouped)
        if offered:
            self.customers.show_query(self._query)

    def _say_what_creates(self, shown: AccountRow | None) -> None:
        if shown is None:
            bring = ("Import a file…", self._desk.navigator.import_wanted.emit)
            sentence = "Licences appear here once they are ordered or imported."
            self.list.set_nothing_yet("No assets yet", sentence, bring)
        else:
            sentence = f"Licences appear here once {shown.name} orders one or is billed for one."
            self.list.set_nothing_yet("No assets yet", sentence)

    async def _count_views(self) -> None:
        account_id = self._query.account_id
        counts = await self._desk.read(view_counts, account_id)
        if account_id == self._query.account_id:
            self._of_views = counts
            self.bar.views.set_counts(counts)
            self._tell()

    def _store_changed(self, changes: Changes) -> None:
        if changes.everything or changes.assets:
            self._views.follow(changes)
            self.customers.follow(changes)

    def _show_counts(self, counts: AssetCounts) -> None:
        self._counts = counts
        self.bar.status.set_counts(
            {"all": counts.all, "active": counts.active, "cancelled": counts.cancelled}
        )
        self._tell()
        if self._query.search != self._sought:
            self._sought = self._query.search
            announce(self, self.counts_line.text())

    def _show_no_counts(self) -> None:
        self._counts = None
        self.bar.status.set_counts({})
        self.counts_line.tell_nothing()

    def _tell(self) -> None:
        if self._counts is not None:
            every = self._all(self._counts)
            self.counts_line.tell_counts(self._counts.found, every)
            self.counted.emit(replace(self._counts, all=every))

    def _all(self, counts: AssetCounts) -> int:
        """Every asset of the account; the list counts those of the view."""
        if self._query.view is AssetView.EVERYTHING and self._query.customer_id is None:
            return counts.all
        return self._of_views.get(AssetView.EVERYTHING, counts.all)


def _recalled(desk: Desk) -> AssetQuery:
    """The filter and the view of the last time."""
    status, view = desk.memory.recall(_STATUS, "all"), desk.memory.recall(_VIEW, "")
    return AssetQuery(
        status=status if status in _STATUSES else "all",
        view=AssetView(view) if view in set(AssetView) else AssetView.EVERYTHING,
    )
