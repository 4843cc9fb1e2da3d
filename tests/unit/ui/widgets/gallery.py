"""Write pictures of every building block: ``python -m tests.unit.ui.widgets.gallery FOLDER``.

For looking at, light and dark, at the scale that QT_SCALE_FACTOR gives.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QModelIndex, QPersistentModelIndex
from PySide6.QtGui import QPainter, QStandardItem, QStandardItemModel
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QSpinBox,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QTabWidget,
    QToolButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from esd_desktop.models.statuses import (
    AssetStatus,
    ProvisioningSyncStatus,
    ReturnStatus,
    TokenStatus,
)
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.look.drawings import names
from esd_desktop.ui.look.icons import icon
from esd_desktop.ui.look.roles import Ground, Kind, Text, lay_on, make_kind, write_as
from esd_desktop.ui.look.theme import Scheme, theme
from esd_desktop.ui.look.writing import Writing
from esd_desktop.ui.widgets.busy_button import BusyButton
from esd_desktop.ui.widgets.dialog import Dialog
from esd_desktop.ui.widgets.empty_state import EmptyState
from esd_desktop.ui.widgets.facts import Fact, FactButton, FactGroup, FactList
from esd_desktop.ui.widgets.flow_toolbar import FlowToolbar
from esd_desktop.ui.widgets.notice import Notice
from esd_desktop.ui.widgets.progress_line import ProgressLine
from esd_desktop.ui.widgets.search_field import SearchField
from esd_desktop.ui.widgets.segments import Segments
from esd_desktop.ui.widgets.status_badge import StatusBadge, badge_font, paint_badge
from esd_desktop.ui.widgets.statuses import text_of
from esd_desktop.ui.widgets.toasts import Toasts

LINK = (
    "https://setup.office.example/?ms.officeurl=setup&token=DEMOX-ABCDE-FGHIJ-KLMNO-PQRST&lang=en"
)
SETTLING_MS = 250
STATUSES = (*AssetStatus, *ProvisioningSyncStatus, *TokenStatus, *ReturnStatus)


def main(folder: Path, text_scale: float = 1.0) -> None:
    """Write one picture per block and scheme."""
    folder.mkdir(parents=True, exist_ok=True)
    _application = QApplication.instance() or QApplication([])
    theme().set_text_scale(text_scale)
    for scheme in (Scheme.LIGHT, Scheme.DARK):
        theme().set_scheme(scheme)
        for make in (icons, badges, controls, fields, views, details, feedback, dialogs):
            page = make()
            page.show()
            QTest.qWait(SETTLING_MS)
            page.grab().save(str(folder / f"{make.__name__}-{scheme}.png"))
            page.close()
            page.deleteLater()


def icons() -> QWidget:
    page = _page("Icons")
    grid = QGridLayout()
    for place, name in enumerate(names()):
        button = QToolButton()
        button.setIcon(icon(name))
        button.setText(name)
        make_kind(button, Kind.QUIET)
        large = QLabel()
        large.setPixmap(icon(name, 32).pixmap(32, 32))
        grid.addWidget(button, place // 8, 3 * (place % 8))
        grid.addWidget(large, place // 8, 3 * (place % 8) + 1)
        grid.addWidget(_words(name), place // 8, 3 * (place % 8) + 2)
    _column(page).addLayout(grid)
    return page


def badges() -> QWidget:
    page = _page("Badges")
    grid = QGridLayout()
    for row, status in enumerate(STATUSES):
        text = text_of(status)
        badge = StatusBadge()
        badge.tell_status(status)
        grid.addWidget(badge, row, 0)
        grid.addWidget(StatusBadge(text.tone, text.word), row, 1)
        grid.addWidget(_words(text.explanation), row, 2)
    info = StatusBadge(Tone.INFO, "Cancellation requested")
    grid.addWidget(info, len(STATUSES), 0)
    _column(page).addLayout(grid)
    return page


def controls() -> QWidget:
    page = _page("Buttons and segments")
    column = _column(page)
    row = QHBoxLayout()
    for kind in Kind:
        button = QPushButton(kind.value.title())
        make_kind(button, kind)
        row.addWidget(button)
    with_icon = QPushButton(icon("export"), "Export")
    disabled = QPushButton(icon("mail"), "Resend Activation Link")
    disabled.setEnabled(False)
    menu = QPushButton("Views")
    menu.setMenu(QMenu(menu))
    row.addWidget(with_icon)
    row.addWidget(disabled)
    row.addWidget(menu)
    row.addStretch(1)
    column.addLayout(row)
    busy = BusyButton("Update License Status", icon=icon("refresh"))
    busy.set_busy(True)
    primary = BusyButton(
        "Update License Status",
        icon=icon("refresh", colour="accent_text"),
        kind=Kind.PRIMARY,
    )
    busy_primary = BusyButton("Update License Status", kind=Kind.PRIMARY)
    busy_primary.set_busy(True)
    focused = QPushButton("Focused")
    row = QHBoxLayout()
    for widget in (busy, primary, busy_primary, focused):
        row.addWidget(widget)
    row.addStretch(1)
    column.addLayout(row)
    focused.setFocus()
    segments = Segments(
        [("all", "All"), ("a", "Active"), ("c", "Cancelled")], "Asset status filter"
    )
    segments.set_counts({"all": 12_480, "a": 340, "c": 0})
    segments.choose("a")
    column.addWidget(segments)
    line = ProgressLine("Loading")
    line.run(0.4)
    column.addWidget(line)
    for width in (520, 300, 210):
        bar = _shortcuts()
        bar.setFixedWidth(max(width, bar.minimumSizeHint().width()))
        column.addWidget(bar)
    return page


def fields() -> QWidget:
    page = _page("Fields")
    column = _column(page)
    search = SearchField("Search product, order, key ending…", "Search assets")
    column.addWidget(search)
    filled = SearchField("Search", "Search assets")
    filled.setText("bluebird")
    column.addWidget(filled)
    column.addWidget(QLineEdit("Contoso"))
    box = QComboBox()
    box.addItems(["United Kingdom", "Greece"])
    column.addWidget(box)
    spin = QSpinBox()
    spin.setValue(12)
    column.addWidget(spin)
    row = QHBoxLayout()
    for widget in (QCheckBox("Send mail"), QRadioButton("Light"), QCheckBox("Confirm")):
        row.addWidget(widget)
    last = QCheckBox("Checked")
    last.setChecked(True)
    chosen = QRadioButton("Dark")
    chosen.setChecked(True)
    off = QCheckBox("Off")
    off.setEnabled(False)
    for widget in (last, chosen, off):
        row.addWidget(widget)
    column.addLayout(row)
    tabs = QTabWidget()
    for word in ("Account", "Assets 48", "Orders 9"):
        tabs.addTab(QWidget(), word)
    tabs.setCurrentIndex(1)
    column.addWidget(tabs)
    search.setFocus()
    return page


def views() -> QWidget:
    page = _page("Views")
    row = QHBoxLayout()
    tree = QTreeView()
    model = QStandardItemModel(tree)
    model.setHorizontalHeaderLabels(["Accounts"])
    for name in ("All accounts", "Northwind Distribution", "Helios Cloud SL"):
        item = QStandardItem(icon("reseller"), name)
        model.appendRow(item)
        for customer in ("Alpine Dental AG", "Bluebird Architects"):
            item.appendRow(QStandardItem(icon("customer"), customer))
    tree.setModel(model)
    tree.ensurePolished()
    tree.expand(model.index(1, 0))
    tree.setCurrentIndex(model.index(1, 0, model.index(1, 0)))
    row.addWidget(tree, 1)
    table = QTableView()
    rows = QStandardItemModel(table)
    rows.setHorizontalHeaderLabels(["Product", "Order", "Token status", "Provisioning"])
    for at, status in enumerate([*TokenStatus, *TokenStatus, *TokenStatus, *TokenStatus]):
        sync = list(ProvisioningSyncStatus)[at % 3]
        words = ("Office Home & Business 2024", f"SO-10{at}", status.value, sync.value)
        rows.appendRow([QStandardItem(word) for word in words])
    table.setModel(rows)
    table.setItemDelegateForColumn(2, _Badges(TokenStatus, table))
    table.setItemDelegateForColumn(3, _Badges(ProvisioningSyncStatus, table))
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(theme().row_height())
    table.setShowGrid(False)
    table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
    table.resizeColumnsToContents()
    table.selectRow(2)
    table.setSortingEnabled(True)
    row.addWidget(table, 3)
    _column(page).addLayout(row)
    page.setFixedSize(1000, 420)
    return page


def details() -> QWidget:
    page = _page("Details")
    row = QHBoxLayout()
    for width in (320, 440):
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFixedWidth(width)
        scroll.setWidget(_details())
        row.addWidget(scroll)
    _column(page).addLayout(row)
    page.setFixedHeight(860)
    return page


def feedback() -> QWidget:
    page = _page("Empty states and toasts")
    row = QHBoxLayout()
    nothing = EmptyState(
        "asset",
        "No licences yet",
        "Order licences for this account, or import them from a file.",
        ("Order licences…", print),
    )
    hidden = EmptyState("filter", "", "")
    hidden.tell_all_hidden("No asset matches", print)
    failed = EmptyState("error", "", "")
    failed.tell_not_loaded("The store is locked by another program.", print)
    for state in (nothing, hidden, failed):
        row.addWidget(state)
    _column(page).addLayout(row)
    page.setFixedSize(1100, 620)
    toasts = Toasts(page)
    toasts.show(Tone.GOOD, "Redeemed since 21 Nov 2026")
    toasts.show(
        Tone.NEUTRAL, "Record of Office Home & Business 2024 deleted", action=("Undo", print)
    )
    toasts.show(Tone.WARNING, "The mail waits in the outbox", "The mail server does not answer.")
    toasts.show(
        Tone.BAD,
        "Microsoft refused the return: the licence is redeemed",
        "The record was brought up to date; nothing was credited.",
        ("Show", print),
    )
    return page


def dialogs() -> QWidget:
    dialog = Dialog(
        "Cancel this ESD licence?",
        "Office Home & Business 2024 of Bluebird Architects (SO-10421) is returned to Microsoft and"
        " € 219.00 is credited to Northwind Distribution. It cannot be taken back.",
    )
    dialog.body.addWidget(QLabel("Comment (optional)"))
    dialog.body.addWidget(QLineEdit())
    dialog.body.addWidget(Notice(Tone.WARNING, "The key stops working at once"))
    dialog.add_button("Keep licence", False, default=True, escape=True)
    dialog.add_button("Cancel licence", True, kind=Kind.DANGER)
    return dialog


class _Badges(QStyledItemDelegate):
    def __init__(
        self, axis: type[TokenStatus] | type[ProvisioningSyncStatus], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._axis = axis

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        text = text_of(self._axis.parse(index.data()))
        cell = QStyleOptionViewItem(option)
        self.initStyleOption(cell, index)
        cell.text = ""
        style = cell.widget.style()
        style.drawControl(style.ControlElement.CE_ItemViewItem, cell, painter, cell.widget)
        room = cell.rect.adjusted(6, 0, -6, 0)
        writing = Writing(badge_font())
        paint_badge(painter, room, text.tone, text.word, theme().palette, writing)


def _details() -> QWidget:
    pane = QWidget()
    lay_on(pane, Ground.SURFACE)
    column = QVBoxLayout(pane)
    column.setSpacing(12)
    name = QLabel("Office Home & Business 2024")
    name.setWordWrap(True)
    write_as(name, Text.HEADING)
    column.addWidget(name)
    column.addWidget(_shortcuts())
    column.addWidget(
        Notice(
            Tone.WARNING,
            "Can be returned for 27 more days",
            "Cancelling now credits € 219.00 to Northwind Distribution.",
        )
    )
    column.addWidget(
        Notice(
            Tone.BAD,
            "Provisioning failed",
            "The offering is discontinued.",
            [("Retry", print), ("Show details", print)],
        )
    )
    column.addWidget(_facts())
    column.addStretch(1)
    return pane


def _facts() -> FactList:
    facts = FactList("Asset details")
    badge = StatusBadge()
    badge.tell_status(TokenStatus.ACTIVATED)
    show, copy = FactButton("eye", "Show token", print), FactButton("copy", "Copy token", print)
    licence = [
        Fact("Token", "•••••-•••••-•••••-•••••-A1B2C", (show, copy), secret=True),
        Fact("Token status", badge),
        Fact("Return status", "NONE"),
        Fact("Link", LINK, (FactButton("copy", "Copy link", print),)),
        Fact("Activation date", "—"),
    ]
    purchase = [
        Fact("Customer", "Bluebird Architects"),
        Fact("Billing to", "Northwind Distribution and Logistics Europe"),
        Fact("Provisioning sync status", "Synchronized"),
        Fact("Price", "€ 219.00"),
    ]
    facts.show_groups([FactGroup("Licence", licence), FactGroup("Purchase", purchase)])
    return facts


def _shortcuts() -> FlowToolbar:
    bar = FlowToolbar("Shortcuts")
    update = BusyButton(
        "Update License Status",
        icon=icon("refresh", colour="accent_text"),
        kind=Kind.PRIMARY,
    )
    resend = BusyButton("Resend Activation Link", icon=icon("mail"))
    cancel = BusyButton("Cancel licence…", icon=icon("cancel", colour="bad"), kind=Kind.DANGER)
    delete = BusyButton("Delete record…", icon=icon("delete"))
    delete.set_refusal("The licence is cancelled; only active ones can be deleted")
    for button in (update, resend, cancel, delete):
        bar.add(button)
    return bar


def _page(title: str) -> QWidget:
    page = QWidget()
    page.setWindowTitle(title)
    column = QVBoxLayout(page)
    column.setContentsMargins(20, 20, 20, 20)
    column.setSpacing(16)
    heading = QLabel(title)
    write_as(heading, Text.TITLE)
    column.addWidget(heading)
    return page


def _column(page: QWidget) -> QVBoxLayout:
    layout = page.layout()
    assert isinstance(layout, QVBoxLayout)
    return layout


def _words(text: str) -> QLabel:
    label = QLabel(text)
    write_as(label, Text.SMALL)
    return label


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 1.0)
