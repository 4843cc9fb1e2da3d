"""The menu bar: the usual entries and keys, each key once, and each does what it says."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QAction, QDesktopServices, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QWidget

from esd_desktop.models.chain import Head
from esd_desktop.models.rows import AssetView
from esd_desktop.services.changes import Changes
from esd_desktop.services.delete_asset import delete_asset
from esd_desktop.settings import Folders, load_settings, save_setting
from esd_desktop.ui.accounts.tabs import Tab
from esd_desktop.ui.actions.registry import CANCEL_LICENCE
from esd_desktop.ui.look.theme import Scheme, Theme
from esd_desktop.ui.main_window import MainWindow
from esd_desktop.ui.settings.dialog import SettingsDialog
from esd_desktop.ui.widgets.search_field import SearchField
from tests.support.main_window import Whole, entry, menu_of
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.widgets import press, window, window_titled
from tests.support.window import Run

_HERE_ONLY = Qt.ShortcutContext.WidgetShortcut


def _focused() -> QWidget:
    focused = QApplication.focusWidget()
    assert focused is not None
    return focused


def _of_window(main: MainWindow) -> list[str]:
    """Every key that works in the whole window, as often as it is given."""
    keys = [
        one.toString()
        for action in main.findChildren(QAction)
        if action.shortcutContext() != _HERE_ONLY
        for one in action.shortcuts()
    ]
    shortcuts = main.findChildren(QShortcut)
    return keys + [one.key().toString() for one in shortcuts if one.context() != _HERE_ONLY]


def test_the_usual_menus_are_there(main: MainWindow) -> None:
    titles = [top.text().replace("&", "") for top in main.menuBar().actions()]
    assert titles == ["File", "Edit", "View", "Account", "Asset", "Tools", "Help"]


def test_no_key_is_given_twice(main: MainWindow) -> None:
    given = Counter(_of_window(main))
    assert [key for key, times in given.items() if times > 1] == []
    # What a list or a field listens for itself must not be taken from it by the window.
    local = {
        one.toString()
        for action in main.findChildren(QAction)
        if action.shortcutContext() == _HERE_ONLY
        for one in action.shortcuts()
    }
    assert local & set(given) == set()
    assert {"Ctrl+C", "Del"} <= local


def test_no_letter_is_given_twice_in_amenu_of(main: MainWindow) -> None:
    def letters(actions: list[QAction]) -> list[str]:
        texts = [one.text() for one in actions if "&" in one.text()]
        return [text[text.index("&") + 1].lower() for text in texts]

    bar = main.menuBar().actions()
    menus = [menu.actions() for menu in main.menuBar().findChildren(QMenu)]
    for entries in (bar, *menus):
        assert [key for key, times in Counter(letters(entries)).items() if times > 1] == []


def test_no_single_key_does_anything_at_microsoft(main: MainWindow) -> None:
    assert CANCEL_LICENCE.shortcut == ""
    for action in menu_of(main, "Asset").actions():
        if action.shortcutContext() != _HERE_ONLY:
            assert all("+" in one.toString() for one in action.shortcuts())


def test_the_keys_that_people_expect_are_there(main: MainWindow) -> None:
    expected = "F5 Ctrl+R Ctrl+F Ctrl+1 Ctrl+2 Ctrl+3 F6 Shift+F6 F8 F1 Ctrl+Q Ctrl+I".split()
    assert set(expected) <= set(_of_window(main))


def test_what_needs_the_panes_is_greyed_without_them(
    run: Run, whole: Whole, places: Folders
) -> None:
    async def scenario() -> None:
        main = await whole.open()
        needing = [
            entry(main, "View", "Refresh"),
            entry(main, "View", "All Assets"),
            entry(main, "Edit", "Find Asset"),
            entry(main, "Account", "All Assets of All Accounts"),
        ]
        assert [one.isEnabled() for one in needing] == [False] * 4
        press(main, "Show the empty window")
        assert [one.isEnabled() for one in needing] == [True] * 4
        file = places.data / "broken.db"
        file.write_bytes(b"This is a letter, not a database. " * 50)
        await whole.open(str(file))
        assert [one.isEnabled() for one in needing] == [False] * 4

    run(scenario())


@pytest.mark.parametrize(
    ("key", "status"),
    [
        (Qt.Key.Key_1, "all"),
        (Qt.Key.Key_2, "active"),
        (Qt.Key.Key_3, "cancelled"),
    ],
)
def test_ctrl_and_a_number_filters_by_status_whichever_tab_is_in_front(
    run: Run, whole: Whole, main: MainWindow, key: Qt.Key, status: str
) -> None:
    async def scenario() -> None:
        assert main.workspace is not None
        page = main.workspace.page
        page.tabs.setCurrentWidget(page.history)
        QTest.keyClick(main, key, Qt.KeyboardModifier.ControlModifier)
        await whole.settled()
        assert page.assets.isVisible()
        assert page.assets.bar.status.current == status
        assert page.assets.list.isVisible()

    run(scenario())


@pytest.mark.parametrize(
    ("text", "view"),
    [
        ("Failed Provisioning", AssetView.FAILED),
        ("Unsynchronised", AssetView.UNSYNCHRONISED),
        ("Discrepancies", AssetView.DISCREPANCIES),
    ],
)
def test_the_ready_made_views_are_in_the_viewmenu_of(
    run: Run, whole: Whole, main: MainWindow, text: str, view: AssetView
) -> None:
    async def scenario() -> None:
        assert main.workspace is not None
        entry(main, "View", text).trigger()
        await whole.settled()
        assert main.workspace.page.assets._query.view is view

    run(scenario())


@pytest.mark.parametrize(
    ("key", "modifier"),
    [
        (Qt.Key.Key_F5, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier),
    ],
)
def test_refresh_has_every_view_read_again(
    run: Run, whole: Whole, main: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier
) -> None:
    announced: list[Changes] = []
    whole.desk.bus.store_changed.connect(announced.append)

    async def scenario() -> None:
        QTest.keyClick(main, key, modifier)
        assert announced == [Changes(everything=True)]
        await whole.settled()

    run(scenario())


def test_the_search_fields_are_found_by_key(run: Run, whole: Whole, main: MainWindow) -> None:
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier

    async def scenario() -> None:
        QTest.keyClick(main, Qt.Key.Key_F, control)
        assert _focused().accessibleName() == "Search assets"
        QTest.keyClick(main, Qt.Key.Key_F, control | shift)
        assert isinstance(_focused(), SearchField | QLineEdit)
        assert main.workspace is not None
        assert main.workspace.accounts.isAncestorOf(_focused())
        await whole.settled()

    run(scenario())


def test_f6_goes_round_the_panes_and_back(run: Run, whole: Whole, main: MainWindow) -> None:
    async def scenario() -> None:
        assert main.workspace is not None
        main.workspace.show_details(True)
        panes = main.workspace.panes
        main.workspace.accounts.focus_search()

        def pane() -> int:
            return next(place for place, one in enumerate(panes) if one.isAncestorOf(_focused()))

        visited = []
        for _ in range(3):
            QTest.keyClick(main, Qt.Key.Key_F6)
            visited.append(pane())
        assert visited == [1, 2, 0]
        QTest.keyClick(main, Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
        assert pane() == 2
        await whole.settled()

    run(scenario())


def test_the_details_fold_and_unfold(run: Run, whole: Whole, main: MainWindow) -> None:
    async def scenario() -> None:
        assert main.workspace is not None
        before = main.workspace.details.isVisible()
        for wanted in (not before, before):
            QTest.keyClick(main, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
            assert main.workspace.details.isVisible() is wanted

    run(scenario())


def test_the_account_menu_leads_to_all_assets_and_to_the_accounts(
    run: Run, sown: Sown, whole: Whole, main: MainWindow
) -> None:
    async def scenario() -> None:
        assert main.workspace is not None
        page = main.workspace.page
        whole.desk.navigator.account_wanted.emit(sown.customer)
        await whole.settled()
        page.tabs.setCurrentWidget(page.account)
        entry(main, "Account", "Assets of the Account").trigger()
        assert page.assets.isVisible()
        QTest.keyClick(main, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
        await whole.settled()
        assert page.account_id is None
        entry(main, "Account", "Go to an Account").trigger()
        assert main.workspace.accounts.isAncestorOf(_focused())
        tips = [action.toolTip() for action in menu_of(main, "Account").actions()]
        assert any("Billing" in tip for tip in tips)
        assert any("Office" in tip for tip in tips)

    run(scenario())


def test_the_appearance_is_chosen_kept_and_shown(
    run: Run, look: Theme, main: MainWindow, places: Folders
) -> None:
    menu = next(one for one in menu_of(main, "View").findChildren(QMenu))
    entries = {action.text().replace("&", ""): action for action in menu.actions()}
    entries["Dark"].trigger()
    assert look.scheme is Scheme.DARK
    assert load_settings(places).theme == "dark"
    look.set_scheme(Scheme.LIGHT)
    assert [text for text, action in entries.items() if action.isChecked()] == ["Light"]


def test_an_appearance_that_cannot_be_kept_is_told(
    run: Run, look: Theme, whole: Whole, main: MainWindow, places: Folders
) -> None:
    save_setting(places, "theme", "light")
    places.settings_file.write_text("{", "utf-8")
    menu = next(one for one in menu_of(main, "View").findChildren(QMenu))
    next(one for one in menu.actions() if "Dark" in one.text()).trigger()
    assert "cannot be read" in whole.desk.messages.kept[-1].sentence
    assert look.scheme is Scheme.DARK


@pytest.mark.parametrize(
    ("menu", "text", "title"),
    [
        ("File", "Settings…", "Connections"),
        ("File", "Open Store…", "Store"),
        ("Tools", "Mail…", "Mail"),
        ("Tools", "Licence Keys…", "Licence keys"),
    ],
)
def test_the_settings_open_on_the_page_that_an_entry_names(
    run: Run, whole: Whole, main: MainWindow, menu: str, text: str, title: str
) -> None:
    async def scenario() -> None:
        entry(main, menu, text).trigger()
        settings = await window("Settings")
        assert isinstance(settings, SettingsDialog)
        chosen = settings._list.currentItem()
        assert chosen is not None
        assert chosen.text() == title
        press(settings, "Close")
        await until(lambda: window_titled("Settings") is None)

    run(scenario())


def test_the_log_folder_opens(
    main: MainWindow, places: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def open_url(url: QUrl) -> bool:
        opened.append(url.toLocalFile())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    entry(main, "Help", "Open Log Folder").trigger()
    assert opened == [str(places.logs)]


def test_a_log_folder_that_cannot_be_opened_is_named(
    main: MainWindow, whole: Whole, places: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: False)
    entry(main, "Help", "Open Log Folder").trigger()
    assert str(places.logs) in whole.desk.messages.kept[-1].sentence


def test_quit_closes_the_window(run: Run, main: MainWindow) -> None:
    closed: list[bool] = []
    main.closed.connect(lambda: closed.append(True))
    QTest.keyClick(main, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    assert closed == [True]


def test_help_shows_every_key(run: Run, main: MainWindow, whole: Whole) -> None:
    async def scenario() -> None:
        QTest.keyClick(main, Qt.Key.Key_F1)
        dialog = await window("Keyboard shortcuts")
        shown = {fact.value for group in main.menus.key_groups() for fact in group.facts}
        native = QKeySequence.SequenceFormat.NativeText
        for keys in _of_window(main):
            text = QKeySequence(keys).toString(native)
            assert any(text in str(value) for value in shown), text
        press(dialog, "Close")
        await whole.settled()

    run(scenario())


@pytest.mark.parametrize(
    ("words", "tab"),
    [
        ("Its Orders", Tab.ORDERS),
        ("Its Invoices", Tab.INVOICES),
        ("Its Requests to Cancel", Tab.REQUESTS),
        ("Its Discrepancies", Tab.DISCREPANCIES),
        ("Its Mails", Tab.MAILS),
    ],
)
def test_the_account_menu_leads_to_its_records(
    run: Run, sown: Sown, whole: Whole, words: str, tab: Tab
) -> None:
    async def scenario() -> None:
        main = await whole.open()
        entry(main, "Account", words).trigger()
        await whole.settled()
        assert main.workspace is not None
        assert main.workspace.page.tabs.shown is tab

    run(scenario())


@pytest.mark.parametrize(
    ("menu", "words", "title"),
    [
        ("File", "Export…", "Export assets"),
        ("Account", "New Customer…", "New customer"),
        ("Tools", "Catalogue…", "Catalogue"),
        ("Tools", "Mail Templates…", "Mail templates"),
    ],
)
def test_an_entry_opens_its_dialog(
    run: Run, sown: Sown, whole: Whole, menu: str, words: str, title: str
) -> None:
    async def scenario() -> None:
        main = await whole.open()
        entry(main, menu, words).trigger()
        dialog = await window(title)
        dialog.close()
        await whole.settled()

    run(scenario())


def test_an_account_is_edited_once_one_is_open(run: Run, sown: Sown, whole: Whole) -> None:
    async def scenario() -> None:
        main = await whole.open()
        edit = entry(main, "Account", "Edit Account…")
        menu_of(main, "Account").aboutToShow.emit()
        assert not edit.isEnabled()
        whole.desk.navigator.account_wanted.emit(sown.customer)
        await whole.settled()
        menu_of(main, "Account").aboutToShow.emit()
        assert edit.isEnabled()
        edit.trigger()
        dialog = await window("Edit account")
        dialog.close()
        await whole.settled()

    run(scenario())


def test_the_audit_is_verified_and_its_head_told(
    run: Run, sown: Sown, whole: Whole, main: MainWindow
) -> None:
    async def scenario() -> None:
        await whole.open()
        await whole.desk.do(Changes(), delete_asset, sown.activated)
        entry(main, "Tools", "Verify the Audit").trigger()
        kept = whole.desk.messages.kept
        await until(lambda: any("The audit is as it was written" in one.sentence for one in kept))
        assert kept[-1].action is not None
        label, copy = kept[-1].action
        copy()
        assert label == "Copy Its Head"
        assert Head.parsed(QGuiApplication.clipboard().text()).position == 1

    run(scenario())
