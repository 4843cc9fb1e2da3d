"""From a list to a mass work: the bar, the question with its numbers, and what is laid down."""

from __future__ import annotations

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from esd_desktop.models.listing import ListKind, ListQuery
from esd_desktop.models.mass_rows import MassItemRow, MassKind, MassWorkRow
from esd_desktop.models.rights import Role
from esd_desktop.services.browse import asset_detail
from esd_desktop.services.delete_asset import delete_asset
from esd_desktop.services.lists import list_page
from esd_desktop.services.mass_work import items, works
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.formats import as_money
from esd_desktop.ui.lists import selection
from esd_desktop.ui.mass import question as asking
from esd_desktop.ui.mass import target
from tests.support.people import named
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.window import Run
from tests.unit.ui.actions.asking import button, comment, facts, open_question, question
from tests.unit.ui.assets.conftest import Shown
from tests.unit.ui.assets.test_row_actions import select_too


def select(shown: Shown, *ids: int) -> None:
    first, *others = ids
    shown.click(first)
    for one in others:
        select_too(shown, one)


def begin(shown: Shown, kind: MassKind) -> None:
    shown.page.mass.buttons[kind].click()


async def only_work(desk: Desk) -> tuple[MassWorkRow, list[MassItemRow]]:
    found = await desk.read(works)
    assert len(found) == 1
    return found[0], await desk.read(items, found[0].id)


def test_the_bar_is_about_the_selection_once_it_is_several(
    run: Run, sown: Sown, shown: Shown
) -> None:
    async def scenario() -> None:
        bar = shown.page.mass
        assert bar.everything.isHidden()
        await shown.open()
        assert bar.everything.text() == f"All {sown.listed}"
        shown.click(sown.activated)
        assert all(one.isHidden() for one in bar.buttons.values())
        select_too(shown, sown.redeemed)
        assert not any(one.isHidden() for one in bar.buttons.values())
        names = [one.accessibleName() for one in bar.buttons.values()]
        assert names[0] == "Update License Status of 2 assets"

    run(scenario())


def test_the_selection_is_cancelled_after_a_question_with_its_numbers(
    run: Run, sown: Sown, shown: Shown
) -> None:
    wanted: list[object] = []
    shown.desk.navigator.work_wanted.connect(wanted.append)

    async def scenario() -> None:
        await shown.open()
        select(shown, sown.activated, sown.redeemed, sown.cancelled)
        begin(shown, MassKind.CANCEL)
        dialog = await question()
        assert dialog.windowTitle() == "Cancel 1 ESD licence?"
        told = facts(dialog)
        assert told["Assets"] == "3, selected"
        detail = await shown.desk.read(asset_detail, sown.activated)
        assert told["Credit"] == as_money(detail.credit)
        # Two reasons, each for one of them: the label is the number.
        assert "1" in told
        assert [one.text() for one in dialog.buttons()] == ["Keep licences", "Cancel 1 licence"]
        assert button(dialog, "Keep licences").isDefault()
        comment(dialog).setText("  The company closed. ")
        button(dialog, "Cancel 1 licence").click()
        await until(lambda: shown.desk.messages.kept)
        row, each = await only_work(shown.desk)
        assert (row.kind, row.comment, row.total) == (MassKind.CANCEL, "The company closed.", 3)
        assert {one.asset_id for one in each} == {sown.activated, sown.redeemed, sown.cancelled}
        message = shown.desk.messages.kept[-1]
        assert message.sentence == "Cancel of 3 assets has begun."
        message.links[0][1]()
        assert wanted == [row.id]

    run(scenario())


def test_who_says_no_has_begun_nothing(run: Run, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.open()
        select(shown, sown.activated, sown.redeemed)
        begin(shown, MassKind.RESEND)
        dialog = await question()
        assert dialog.windowTitle() == "Send 2 activation links again?"
        assert "Credit" not in facts(dialog)
        dialog.reject()
        await until(lambda: not shown.desk.tasks.running())
        assert await shown.desk.read(works) == []

    run(scenario())


def test_all_of_the_list_is_what_its_filter_leaves(run: Run, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.open()
        shown.page.choose_status("cancelled")
        await shown.settled()
        menu = shown.page.mass.everything.menu()
        menu.aboutToShow.emit()
        menu.actions()[0].trigger()
        dialog = await question()
        assert facts(dialog)["Assets"] == "1, all that the list shows"
        button(dialog, "Update status").click()
        await until(lambda: shown.desk.messages.kept)
        row, each = await only_work(shown.desk)
        assert row.scope == "All cancelled assets"
        assert [one.asset_id for one in each] == [sown.cancelled]

    run(scenario())


def test_many_cancellations_need_their_number_typed(
    run: Run, sown: Sown, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "TYPED_FROM", 1)

    async def scenario() -> None:
        await shown.open()
        select(shown, sown.activated, sown.redeemed)
        begin(shown, MassKind.CANCEL)
        dialog = await question()
        yes = button(dialog, "Cancel 1 licence")
        assert not yes.isEnabled()
        lines = dialog.findChildren(QLineEdit)
        field = next(one for one in lines if one.accessibleName().startswith("Number of"))
        QTest.keyClicks(field, "2")
        assert not yes.isEnabled()
        assert "Type the number" in yes.toolTip()
        field.clear()
        QTest.keyClicks(field, "1")
        assert yes.isEnabled()
        dialog.reject()
        await until(lambda: not shown.desk.tasks.running())

    run(scenario())


def test_what_can_be_done_to_none_of_them_is_not_asked(run: Run, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.open()
        select(shown, sown.redeemed, sown.cancelled)
        begin(shown, MassKind.CANCEL)
        await until(lambda: shown.desk.messages.kept)
        message = shown.desk.messages.kept[-1]
        assert message.sentence == "None of these 2 assets can be cancelled."
        assert "1: This licence is cancelled already." in message.advice
        assert open_question() is None

    run(scenario())


def test_a_list_that_changed_under_the_question_begins_nothing(
    run: Run, sown: Sown, shown: Shown
) -> None:
    async def scenario() -> None:
        await shown.open()
        select(shown, sown.activated, sown.redeemed)
        begin(shown, MassKind.UPDATE_STATUS)
        dialog = await question()
        await shown.desk.backend.call(delete_asset, sown.activated)
        button(dialog, "Update status").click()
        await until(lambda: shown.desk.messages.kept)
        assert "The list has changed" in shown.desk.messages.kept[-1].sentence
        assert await shown.desk.read(works) == []

    run(scenario())


def test_rows_that_are_not_followed_one_by_one_are_read(
    run: Run, sown: Sown, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selection, "_FOLLOWED", 2)
    monkeypatch.setattr(target, "MOST_SELECTED", 4)

    async def scenario() -> None:
        await shown.open()
        ids = [one for one in shown.ids() if one is not None]
        select(shown, *ids[:4])
        chosen = await shown.page.list.target.selection()
        assert sorted(chosen.only) == sorted(ids[:4])
        select_too(shown, ids[4])
        begin(shown, MassKind.UPDATE_STATUS)
        await until(lambda: shown.desk.messages.kept)
        assert "At most 4 rows" in shown.desk.messages.kept[-1].sentence
        # All of them are all of the list.
        shown.table.selectAll()
        everything = await shown.page.list.target.selection()
        assert everything.only == ()
        assert len(await shown.desk.read(list_page, ListKind.WORKS, ListQuery(), 0, 9)) == 0

    run(scenario())


def test_who_may_not_is_told_by_every_button(run: Run, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.desk.backend.call(_as_viewer)
        await shown.desk.rights.read()
        await shown.open()
        select(shown, sown.activated, sown.redeemed)
        tips = {kind: one.toolTip() for kind, one in shown.page.mass.buttons.items()}
        assert tips[MassKind.CANCEL] == "Your role does not allow you to cancel licences."
        assert not any(one.isEnabled() for one in shown.page.mass.buttons.values())
        menu = shown.page.mass.everything.menu()
        menu.aboutToShow.emit()
        assert [one.toolTip() for one in menu.actions()] == list(tips.values())

    run(scenario())


async def _as_viewer(services: object) -> None:
    from esd_desktop.services.context import Services

    assert isinstance(services, Services)
    await named(services, services.login, Role.VIEWER)
    await named(services, "somebody else", Role.ADMINISTRATOR)
