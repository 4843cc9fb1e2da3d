"""The people of the store: none at first, then oneself, then others with their roles."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QWidget

from esd_desktop.models.rights import Role
from esd_desktop.services.changes import Outcome
from esd_desktop.services.context import Services
from esd_desktop.services.edit_people import (
    PersonForm,
    change_person,
    find_person,
    people_list,
)
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.settings.people_list import PeopleList
from esd_desktop.ui.settings.people_page import PeoplePage
from tests.support.people import named
from tests.support.waiting import until
from tests.support.widgets import (
    MEANWHILE,
    button,
    line,
    press,
    told,
    window,
    window_titled,
    words,
    write,
)
from tests.support.window import Run
from tests.unit.ui.settings.conftest import OpenSettings


async def page_of(
    open_settings: OpenSettings, desk: Desk, *, with_some: bool = False
) -> PeoplePage:
    if with_some:
        await desk.backend.call(some)
    page = open_settings("people").findChild(PeoplePage)
    assert isinstance(page, PeoplePage)
    await until(lambda: not desk.tasks.count)
    return page


async def some(services: Services) -> None:
    await named(services, services.login, Role.ADMINISTRATOR)
    await named(services, "anna", Role.AGENT, Role.APPROVER)


async def form_that_somebody_else_saves(page: PeoplePage, desk: Desk, *roles: Role) -> QWidget:
    """Anna's form, opened here; then another desktop gives her another name and these roles."""
    press(page, "Edit…")
    dialog = await window("Edit Anna")
    anna = await desk.read(find_person, "anna")
    theirs = PersonForm("Anna Papa", frozenset(roles))
    await desk.read(change_person, anna.id, anna.version, theirs)
    return dialog


def tick(dialog: QWidget, *roles: Role) -> None:
    """Tick these roles and no others."""
    for box in dialog.findChildren(QCheckBox):
        box.setChecked(box.text().lower() in roles)


def ticked(dialog: QWidget) -> list[str]:
    return [box.text() for box in dialog.findChildren(QCheckBox) if box.isChecked()]


def roles_of(page: PeoplePage) -> list[str]:
    table = page.findChild(PeopleList)
    assert isinstance(table, PeopleList)
    model = table.model()
    return [str(model.index(row, 2).data()) for row in range(model.rowCount())]


def test_the_first_is_oneself_and_keeps_the_daily_work(
    run: Run, desk: Desk, open_settings: OpenSettings
) -> None:
    async def scenario() -> None:
        page = await page_of(open_settings, desk)
        assert "Nobody is named yet" in words(page)
        press(page, "Add yourself…")
        dialog = await window("Add a person")
        login = line(dialog, "Login").text()
        press(dialog, "Add person")
        assert await told(page) == f"{login} was added as manager, administrator."
        assert f"You are {login}: manager, administrator." in words(page)
        assert roles_of(page) == ["manager, administrator"]

    run(scenario())


def test_what_cannot_be_is_said_beside_what_was_typed(
    run: Run, desk: Desk, open_settings: OpenSettings
) -> None:
    async def scenario() -> None:
        page = await page_of(open_settings, desk, with_some=True)
        press(page, "Add…")
        dialog = await window("Add a person")
        write(dialog, "Login", "Anna")
        write(dialog, "Name", "Another Anna")
        tick(dialog, Role.VIEWER)
        press(dialog, "Add person")
        assert "is that of Anna already" in await told(dialog)
        write(dialog, "Login", "anna2")
        press(dialog, "Add person")
        assert await told(page) == "Another Anna (anna2) was added as viewer."

    run(scenario())


def test_the_second_writer_chooses_and_what_was_ticked_stays(
    run: Run, desk: Desk, open_settings: OpenSettings
) -> None:
    async def scenario() -> None:
        page = await page_of(open_settings, desk, with_some=True)
        dialog = await form_that_somebody_else_saves(page, desk, Role.AGENT)
        tick(dialog, Role.AUDITOR)
        press(dialog, "Save")
        press(await window(MEANWHILE), "Back to the form")
        assert "nothing was overwritten" in await told(dialog)
        assert ticked(dialog) == ["Auditor"]
        press(dialog, "Save")
        press(await window(MEANWHILE), "Save mine over it")
        assert "roles agent → auditor" in await told(page)
        kept = await desk.read(find_person, "anna")
        assert (kept.name, kept.roles) == ("Anna Papa", frozenset({Role.AUDITOR}))

    run(scenario())


def test_theirs_is_taken_into_the_form(run: Run, desk: Desk, open_settings: OpenSettings) -> None:
    async def scenario() -> None:
        page = await page_of(open_settings, desk, with_some=True)
        dialog = await form_that_somebody_else_saves(page, desk, Role.AGENT, Role.AUDITOR)
        write(dialog, "Name", "Anna P.")
        press(dialog, "Save")
        press(await window(MEANWHILE), "Take theirs")
        assert "what you typed is given up" in await told(dialog)
        assert (line(dialog, "Name").text(), ticked(dialog)) == ("Anna Papa", ["Agent", "Auditor"])
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        await until(lambda: window_titled("Edit Anna") is None)

    run(scenario())


def test_esc_asks_before_ticks_are_lost(run: Run, desk: Desk, open_settings: OpenSettings) -> None:
    async def scenario() -> None:
        page = await page_of(open_settings, desk, with_some=True)
        press(page, "Edit…")
        dialog = await window("Edit Anna")
        tick(dialog, Role.AUDITOR)
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        press(await window("Close without saving?"), "Close without saving")
        await until(lambda: window_titled("Edit Anna") is None)
        assert roles_of(page)[0] == "agent, approver"

    run(scenario())


def test_a_role_that_is_taken_away_greys_the_open_page(
    run: Run, desk: Desk, open_settings: OpenSettings
) -> None:
    async def scenario() -> None:
        await desk.backend.call(some)
        await desk.backend.call(lambda services: named(services, "berta", Role.ADMINISTRATOR))
        page = await page_of(open_settings, desk)
        assert button(page, "Add…").isEnabled()

        async def demoted(services: Services) -> Outcome:
            me = await find_person(services, services.login)
            form = PersonForm(me.name, frozenset({Role.VIEWER}))
            return await change_person(services, me.id, me.version, form)

        desk.bus.announce((await desk.backend.call(demoted)).changes)
        await until(lambda: not button(page, "Add…").isEnabled())
        assert "Your role does not allow you to change who may do what." in words(page)

    run(scenario())


def test_roles_are_edited_and_somebody_is_dismissed_and_taken_back(
    run: Run, desk: Desk, open_settings: OpenSettings
) -> None:
    async def scenario() -> None:
        page = await page_of(open_settings, desk, with_some=True)
        press(page, "Edit…")
        dialog = await window("Edit Anna")
        assert line(dialog, "Login").isReadOnly()
        tick(dialog, Role.AUDITOR)
        press(dialog, "Save")
        assert "roles agent, approver → auditor" in await told(page)
        press(page, "Dismiss…")
        press(await window("Dismiss Anna?"), "Dismiss")
        await until(lambda: "Dismissed (auditor)" in roles_of(page))
        press(page, "Take back")
        await until(lambda: "auditor" in roles_of(page))
        rows = await desk.read(people_list)
        assert all(row.active for row in rows)

    run(scenario())


def test_who_is_no_administrator_may_only_look(
    run: Run, desk: Desk, open_settings: OpenSettings
) -> None:
    async def scenario() -> None:
        await desk.backend.call(lambda services: named(services, services.login, Role.AUDITOR))
        page = await page_of(open_settings, desk)
        refusal = "Your role does not allow you to change who may do what."
        assert refusal in words(page)
        for text in ("Edit…", "Add…", "Dismiss…"):
            assert (button(page, text).isEnabled(), button(page, text).toolTip()) == (
                False,
                refusal,
            )

    run(scenario())
