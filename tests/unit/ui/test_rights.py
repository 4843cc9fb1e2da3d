"""What somebody's roles do not allow is greyed with the reason, in every corner of the window."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QAbstractButton, QWidget

from esd_desktop.models.operator_rows import PersonRow
from esd_desktop.models.rights import Right, Role
from esd_desktop.models.statuses import Requester
from esd_desktop.services.context import Services
from esd_desktop.services.edit_people import (
    PersonForm,
    change_person,
    dismiss_person,
    find_person,
)
from esd_desktop.services.request_cancellation import request_cancellation
from esd_desktop.ui.accounts.tabs import Tab
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.main_window import MainWindow
from esd_desktop.ui.settings.dialog import SettingsDialog
from esd_desktop.ui.widgets.busy_button import BusyButton
from esd_desktop.ui.workspace import Workspace
from tests.support.main_window import Whole, entry
from tests.support.people import named
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.widgets import button, words
from tests.support.window import Run

ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
STRANGER = "You are not among the people of this store"


def refusal(right: str) -> str:
    return f"Your role does not allow you to {right}."


async def people(services: Services, *mine: Role) -> None:
    await named(services, services.login, *mine)
    await named(services, "somebody else", Role.ADMINISTRATOR)


async def opened_as(whole: Whole, sown: Sown, *roles: Role) -> MainWindow:
    """The window of somebody with these roles, on a licence that a customer asked to cancel."""
    await whole.desk.backend.call(
        request_cancellation,
        sown.activated,
        requester=Requester.CUSTOMER,
        requested_by="Eleni",
        confirm_by_mail=False,
    )
    await whole.desk.backend.call(people, *roles)
    window = await whole.open()
    whole.desk.navigator.asset_wanted.emit(sown.activated)
    await whole.settled()
    return window


async def myself(whole: Whole) -> PersonRow:
    standing = whole.desk.rights.standing
    assert standing is not None
    return await whole.desk.read(find_person, standing.login)


def greyed(within: QWidget) -> dict[str, str]:
    """What can be seen and not be pressed: its words, and its tooltip."""
    return {
        one.text() or one.accessibleName(): one.toolTip()
        for one in within.findChildren(QAbstractButton)
        if one.isVisibleTo(within) and not one.isEnabled()
    }


def test_a_viewer_sees_all_and_may_press_nothing(run: Run, whole: Whole, sown: Sown) -> None:
    async def scenario() -> None:
        window = await opened_as(whole, sown, Role.VIEWER)
        keys = refusal("see licence keys and activation links")
        deciding = refusal("decide requests to cancel")
        assert greyed(window) == {
            "Order licences…": refusal("order licences"),
            "Export…": refusal("export lists"),
            "Update License Status": refusal("update a licence's status"),
            "Resend Activation Link": refusal("send mails"),
            "Cancel": refusal("cancel licences"),
            "Delete": refusal("delete records"),
            "Approve…": deciding,
            "Decline…": deciding,
            "Withdraw…": refusal("enter requests to cancel"),
            "Show or hide key": keys,
            "Copy key": keys,
            "Copy link": keys,
        }
        for menu, text, why in (
            ("File", "Import…", "import records"),
            ("File", "Export…", "export lists"),
            ("Account", "Order Licences…", "order licences"),
            ("Account", "New Customer…", "add or change accounts"),
            ("Asset", "Delete", "delete records"),
        ):
            one = entry(window, menu, text)
            assert (one.isEnabled(), one.toolTip(), one.statusTip()) == (
                False,
                refusal(why),
                refusal(why),
            )

    run(scenario())


@pytest.mark.parametrize(
    ("tab", "pressed"),
    [(Tab.MAILS, ("Send waiting", "Returned mail")), (Tab.DISCREPANCIES, ("Settle All",))],
)
def test_the_lists_of_a_viewer_do_nothing(
    run: Run, whole: Whole, sown: Sown, tab: Tab, pressed: tuple[str, ...]
) -> None:
    async def scenario() -> None:
        window = await opened_as(whole, sown, Role.VIEWER)
        assert window.workspace is not None
        page = window.workspace.page.show_records(tab)
        await whole.settled()
        for text in pressed:
            assert "Your role does not allow" in greyed(page)[text]

    run(scenario())


def test_an_approver_decides_and_an_auditor_exports(run: Run, whole: Whole, sown: Sown) -> None:
    async def scenario() -> None:
        window = await opened_as(whole, sown, Role.APPROVER, Role.AUDITOR)
        off = greyed(window)
        assert "Approve…" not in off
        assert "Update License Status" not in off
        assert "Export…" not in off
        assert {"Cancel", "Copy key", "Order licences…"} <= off.keys()

    run(scenario())


def test_what_leads_round_the_menu_is_refused_too(run: Run, whole: Whole, sown: Sown) -> None:
    async def scenario() -> None:
        await opened_as(whole, sown, Role.VIEWER)
        whole.desk.navigator.order_form_wanted.emit(None)
        await whole.settled()
        assert whole.desk.messages.kept[-1].sentence == refusal("order licences")

    run(scenario())


def test_a_role_that_is_given_is_there_at_once(run: Run, whole: Whole, sown: Sown) -> None:
    """By somebody else, whose change the watch tells of."""

    async def scenario() -> None:
        window = await opened_as(whole, sown, Role.ADMINISTRATOR)
        assert "Cancel" in greyed(window)
        form = PersonForm("Me", ADMINISTRATOR | {Role.MANAGER})
        me = await myself(whole)
        whole.desk.bus.announce(
            (await whole.desk.read(change_person, me.id, me.version, form)).changes
        )
        # What is left waits for the request to be decided.
        await until(lambda: greyed(window).keys() == {"Delete"})

    run(scenario())


def test_a_stranger_is_told_so_in_the_window(run: Run, whole: Whole, sown: Sown) -> None:
    async def scenario() -> None:
        await whole.desk.backend.call(named, "somebody else", Role.ADMINISTRATOR)
        window = await whole.open()
        assert STRANGER in words(window)
        assert window.workspace is None
        assert button(window, "Try again").isEnabled()

    run(scenario())


def test_who_is_dismissed_while_the_panes_are_built_does_not_see_them(
    run: Run, whole: Whole, sown: Sown, monkeypatch: pytest.MonkeyPatch
) -> None:
    furnishing = Workspace.furnishing

    def dismissed(workspace: Workspace) -> Iterator[None]:
        for step in furnishing(workspace):
            rights = whole.desk.rights
            assert rights.standing is not None
            rights.standing = replace(rights.standing, is_open=False)
            rights.changed.emit()
            yield step

    monkeypatch.setattr(Workspace, "furnishing", dismissed)

    async def scenario() -> None:
        window = await whole.open()
        assert STRANGER in words(window)
        assert window.workspace is None

    run(scenario())


def test_who_is_dismissed_sees_nothing_any_more(run: Run, whole: Whole, sown: Sown) -> None:
    async def scenario() -> None:
        window = await opened_as(whole, sown, Role.ADMINISTRATOR)
        me = await myself(whole)
        done = await whole.desk.read(dismiss_person, me.id, me.version)
        whole.desk.bus.announce(done.changes)
        await until(lambda: STRANGER in words(window))
        assert window.workspace is None

    run(scenario())


def test_a_settings_page_says_that_it_may_not_be_changed(
    run: Run, whole: Whole, sown: Sown
) -> None:
    async def scenario() -> None:
        window = await opened_as(whole, sown, Role.MANAGER)
        dialog = SettingsDialog(whole.desk, window, "mail", print)
        dialog.open()
        await whole.settled()
        assert refusal("change the settings of this store") in words(dialog)
        off = greyed(dialog)
        assert off["Save"] == refusal("change the settings of this store")
        dialog.accept()
        dialog = SettingsDialog(whole.desk, window, "invoices", print)
        dialog.open()
        await whole.settled()
        assert greyed(dialog) == {}
        dialog.accept()

    run(scenario())


def test_a_guard_stays_above_what_else_greys_a_button(run: Run, desk: Desk) -> None:
    async def scenario() -> None:
        one = BusyButton("Send")
        desk.rights.guard(one, Right.RESEND)
        assert one.isEnabled()
        await desk.backend.call(people, Role.VIEWER)
        await desk.rights.read()
        one.set_refusal(None)
        assert not one.isEnabled()
        assert one.toolTip() == refusal("send mails")
        one.set_refusal("There is none.")
        assert one.refusal == refusal("send mails")
        one.deleteLater()

    run(scenario())
