from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QClipboard
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTextEdit

from esd_desktop.services.browse import asset_history
from esd_desktop.services.shared_settings import change_settings
from esd_desktop.ui.clipboard import secret_clipboard
from esd_desktop.ui.desk import Desk
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.window import Run
from tests.unit.ui.detail.conftest import Shown
from tests.unit.ui.detail.reading import button, everything_readable, has_button, value_of

TOGGLE = "Show or hide key"


@pytest.fixture
def clipboard(qapp: QApplication) -> Iterator[QClipboard]:
    board = qapp.clipboard()
    board.clear()
    yield board
    secret_clipboard().clear()
    board.clear()


async def show_key(shown: Shown, key: str) -> None:
    button(shown.pane, TOGGLE).click()
    await until(lambda: value_of(shown.pane, "Token") == key)


async def actions_done(desk: Desk, asset_id: int) -> list[str]:
    return [row.action for row in await desk.read(asset_history, asset_id)]


def test_masked_means_that_nothing_anywhere_holds_the_key_or_the_link(
    run: Run, sown: Sown, shown: Shown
) -> None:
    async def scenario() -> None:
        await shown.select(sown.activated)
        readable = everything_readable(shown.pane)
        assert sown.key not in readable
        assert sown.key[:11] not in readable
        assert sown.link not in readable
        assert "setup.office.com" not in readable

    run(scenario())


def test_showing_the_key_is_written_down_before(
    run: Run, desk: Desk, sown: Sown, shown: Shown
) -> None:
    async def scenario() -> None:
        await shown.select(sown.activated)
        await show_key(shown, sown.key)
        assert await actions_done(desk, sown.activated) == ["show_key"]
        button(shown.pane, TOGGLE).click()
        assert sown.key not in everything_readable(shown.pane)

    run(scenario())


def test_the_focus_stays_on_the_button_that_shows_and_hides(
    run: Run, sown: Sown, shown: Shown
) -> None:
    async def scenario() -> None:
        await shown.select(sown.activated)
        shows = button(shown.pane, TOGGLE)
        shows.setFocus()
        QTest.keyClick(shows, Qt.Key.Key_Space)
        await until(lambda: value_of(shown.pane, "Token") == sown.key)
        await shown.settled()
        assert shows.hasFocus()
        QTest.keyClick(shows, Qt.Key.Key_Space)
        assert value_of(shown.pane, "Token") != sown.key
        assert shows.hasFocus()

    run(scenario())


def test_a_refresh_leaves_a_shown_key_shown(run: Run, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.select(sown.activated)
        await show_key(shown, sown.key)
        await shown.settled()
        assert value_of(shown.pane, "Token") == sown.key

    run(scenario())


@pytest.mark.parametrize("key_shown_s", [0.02])
def test_it_hides_by_itself_after_a_while(run: Run, sown: Sown, shown: Shown) -> None:
    pane = shown.pane
    seen: list[str] = []
    pane.secrets.changed.connect(lambda: seen.append(value_of(pane, "Token")))

    async def scenario() -> None:
        await shown.select(sown.activated)
        button(pane, TOGGLE).click()
        await until(lambda: len(seen) == 2)
        assert seen[0] == sown.key
        assert value_of(pane, "Token") != sown.key

    run(scenario())


def test_it_hides_when_another_asset_is_selected(run: Run, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.select(sown.activated)
        await show_key(shown, sown.key)
        shown.desk.navigator.asset_selected.emit(sown.redeemed)
        assert sown.key not in everything_readable(shown.pane)
        await shown.settled()
        await shown.select(sown.activated)
        assert sown.key not in everything_readable(shown.pane)

    run(scenario())


def test_it_hides_when_the_person_turns_to_another_window(
    run: Run, sown: Sown, shown: Shown
) -> None:
    async def scenario() -> None:
        await shown.select(sown.activated)
        await show_key(shown, sown.key)
        QApplication.sendEvent(shown.pane, QEvent(QEvent.Type.WindowDeactivate))
        assert sown.key not in everything_readable(shown.pane)

    run(scenario())


def test_it_hides_when_the_pane_is_folded_away(run: Run, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.select(sown.activated)
        await show_key(shown, sown.key)
        shown.pane.hide()
        shown.pane.show()
        assert sown.key not in everything_readable(shown.pane)

    run(scenario())


def test_a_shown_key_cannot_be_copied_past_the_button(
    run: Run, sown: Sown, shown: Shown, clipboard: QClipboard
) -> None:
    async def scenario() -> None:
        await shown.select(sown.activated)
        await show_key(shown, sown.key)
        field = next(
            one for one in shown.pane.findChildren(QTextEdit) if one.toPlainText() == sown.key
        )
        field.setFocus()
        QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClick(field, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
        assert clipboard.text() == ""

    run(scenario())


def test_copying_puts_it_on_the_clipboard_and_tells_for_how_long(
    run: Run, desk: Desk, sown: Sown, shown: Shown, clipboard: QClipboard
) -> None:
    async def scenario() -> None:
        await shown.select(sown.activated)
        button(shown.pane, "Copy key").click()
        await until(lambda: desk.messages.kept)
        assert clipboard.text() == sown.key
        assert "30 seconds" in desk.messages.kept[-1].advice
        assert sown.key not in str(desk.messages.kept)
        assert await actions_done(desk, sown.activated) == ["copy_key"]
        button(shown.pane, "Copy link").click()
        await until(lambda: len(desk.messages.kept) == 2)
        assert clipboard.text() == sown.link
        assert await actions_done(desk, sown.activated) == ["copy_link", "copy_key"]
        assert sown.key not in everything_readable(shown.pane)

    run(scenario())


def test_where_the_store_forbids_it_nothing_is_offered_and_the_reason_is_there(
    run: Run, desk: Desk, sown: Sown, shown: Shown
) -> None:
    async def scenario() -> None:
        await desk.backend.call(change_settings, {"keys.reveal": "no"})
        await shown.select(sown.activated)
        for name in (TOGGLE, "Copy key", "Copy link"):
            assert not has_button(shown.pane, name)
        assert "settings" in value_of(shown.pane, "Token")
        assert "settings" in value_of(shown.pane, "Link")

    run(scenario())


def test_forbidding_it_hides_what_is_shown(run: Run, desk: Desk, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.select(sown.activated)
        await show_key(shown, sown.key)
        outcome = await desk.backend.call(change_settings, {"keys.reveal": "no"})
        desk.bus.announce(outcome.changes)
        await until(lambda: not has_button(shown.pane, TOGGLE))
        assert sown.key not in everything_readable(shown.pane)

    run(scenario())


def test_the_focus_stays_on_its_field_when_buttons_come_or_go(
    run: Run, desk: Desk, sown: Sown, shown: Shown
) -> None:
    async def scenario() -> None:
        await shown.select(sown.activated)
        fields = shown.pane.findChildren(QTextEdit)
        next(one for one in fields if one.accessibleName() == "Order").setFocus()
        outcome = await desk.backend.call(change_settings, {"keys.reveal": "no"})
        desk.bus.announce(outcome.changes)
        await until(lambda: not has_button(shown.pane, TOGGLE))
        await until(lambda: QApplication.focusWidget() is not None)
        focused = QApplication.focusWidget()
        assert focused is not None
        assert focused.accessibleName() == "Order"
        assert focused not in fields

    run(scenario())


def test_what_has_no_token_offers_none(run: Run, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.select(sown.failed)
        assert value_of(shown.pane, "Token") == "—"
        assert value_of(shown.pane, "Link") == "—"
        assert not has_button(shown.pane, TOGGLE)

    run(scenario())
