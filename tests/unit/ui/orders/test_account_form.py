"""A customer is added and corrected; what cannot be kept is said beside what was typed."""

from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QWidget

from esd_desktop.services.browse import account, account_list
from esd_desktop.services.edit_account import account_for_edit, edit_account
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.orders.account_form import show_edit_account, show_new_account
from esd_desktop.ui.widgets.difference_table import DifferenceTable
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.widgets import MEANWHILE, line, notice, press, told, window, write
from tests.support.window import Run


def test_a_customer_is_added_and_every_view_is_told(
    run: Run, desk: Desk, sown: Sown, below: QWidget
) -> None:
    async def scenario() -> None:
        changed: list[frozenset[int]] = []
        desk.bus.store_changed.connect(lambda changes: changed.append(changes.accounts))
        adding = asyncio.ensure_future(show_new_account(desk, below))
        dialog = await window("New customer")
        write(dialog, "Name", "Olympia Logistics")
        write(dialog, "E-mail address", "nobody")
        press(dialog, "Add customer")
        assert "is not one plain address" in await told(dialog)
        write(dialog, "E-mail address", "it@olympia.example")
        write(dialog, "Country", "gr")
        press(dialog, "Add customer")
        made = await adding
        assert made is not None
        row = await desk.read(account, made)
        assert (row.name, row.email, row.country) == (
            "Olympia Logistics",
            "it@olympia.example",
            "GR",
        )
        assert frozenset({made}) in changed

    run(scenario())


def test_one_who_looks_the_same_is_added_only_with_a_second_word(
    run: Run, desk: Desk, sown: Sown, below: QWidget
) -> None:
    async def scenario() -> None:
        before = len(await desk.read(account_list))
        adding = asyncio.ensure_future(show_new_account(desk, below, "aegean shipping sa"))
        dialog = await window("New customer")
        press(dialog, "Add customer")
        assert "There is an account with this name already" in await told(dialog)
        assert len(await desk.read(account_list)) == before
        press(dialog, "Add it all the same")
        assert await adding is not None
        assert len(await desk.read(account_list)) == before + 1

    run(scenario())


def test_giving_up_adds_nobody(run: Run, desk: Desk, sown: Sown, below: QWidget) -> None:
    async def scenario() -> None:
        adding = asyncio.ensure_future(show_new_account(desk, below))
        press(await window("New customer"), "Cancel")
        assert await adding is None

    run(scenario())


def test_a_wrong_address_is_corrected(run: Run, desk: Desk, sown: Sown, below: QWidget) -> None:
    async def scenario() -> None:
        editing = asyncio.ensure_future(show_edit_account(desk, below, sown.customer))
        dialog = await window("Edit account")
        assert line(dialog, "E-mail address").text() == "it@mueller.example"
        write(dialog, "E-mail address", "licences@mueller.example")
        press(dialog, "Save account")
        await editing
        row = await desk.read(account, sown.customer)
        assert (row.email, row.reseller_id) == ("licences@mueller.example", sown.reseller)

    run(scenario())


def test_who_saves_second_is_told_and_keeps_what_was_typed(
    run: Run, desk: Desk, sown: Sown, below: QWidget
) -> None:
    async def scenario() -> None:
        editing = asyncio.ensure_future(show_edit_account(desk, below, sown.customer))
        dialog = await window("Edit account")
        opened = await desk.read(account_for_edit, sown.customer)
        other = type(opened.form)("Müller & Söhne KG", "first@mueller.example")
        await desk.read(edit_account, sown.customer, opened.version, other)
        write(dialog, "E-mail address", "second@mueller.example")
        press(dialog, "Save account")
        press(await window(MEANWHILE), "Back to the form")
        assert "Müller & Söhne KG meanwhile" in await told(dialog)
        assert line(dialog, "E-mail address").text() == "second@mueller.example"
        assert (await desk.read(account, sown.customer)).email == "first@mueller.example"
        press(dialog, "Cancel")
        press(await window("Close without saving?"), "Close without saving")
        await editing
        await until(lambda: notice(below) is None)

    run(scenario())


@pytest.mark.parametrize(
    ("chosen", "kept"),
    [
        ("Save mine over it", ("Theirs Ltd", "mine@mueller.example")),
        ("Take theirs", ("Theirs Ltd", "theirs@mueller.example")),
    ],
)
def test_who_saves_second_chooses_whose_it_is_to_be(
    run: Run, desk: Desk, sown: Sown, below: QWidget, chosen: str, kept: tuple[str, str]
) -> None:
    """Only what was typed goes over theirs: the name that they gave it stays."""

    async def scenario() -> None:
        editing = asyncio.ensure_future(show_edit_account(desk, below, sown.customer))
        dialog = await window("Edit account")
        opened = await desk.read(account_for_edit, sown.customer)
        theirs = replace(opened.form, name="Theirs Ltd", email="theirs@mueller.example")
        await desk.read(edit_account, sown.customer, opened.version, theirs)
        write(dialog, "E-mail address", "mine@mueller.example")
        press(dialog, "Save account")
        question = await window(MEANWHILE)
        assert [cells(question, row) for row in range(2)] == [
            ("Name", "Müller & Söhne KG", "Theirs Ltd", "not changed"),
            ("E-mail address", "it@mueller.example", theirs.email, "mine@mueller.example"),
        ]
        press(question, chosen)
        if chosen == "Take theirs":
            assert "how it is kept now" in await told(dialog)
            assert line(dialog, "Name").text() == "Theirs Ltd"
            press(dialog, "Cancel")  # there is nothing to lose, so nothing is asked
        await editing
        row = await desk.read(account, sown.customer)
        assert (row.name, row.email) == kept

    run(scenario())


def test_a_saving_whose_answer_was_lost_is_not_asked_about(
    run: Run, desk: Desk, sown: Sown, below: QWidget
) -> None:
    async def scenario() -> None:
        editing = asyncio.ensure_future(show_edit_account(desk, below, sown.customer))
        dialog = await window("Edit account")
        opened = await desk.read(account_for_edit, sown.customer)
        mine = replace(opened.form, email="mine@mueller.example")
        await desk.read(edit_account, sown.customer, opened.version, mine)
        write(dialog, "E-mail address", "mine@mueller.example")
        press(dialog, "Save account")
        await editing

    run(scenario())


def cells(question: QWidget, row: int) -> tuple[str, ...]:
    """A line of the table in the question."""
    model = question.findChildren(DifferenceTable)[0].model()
    return tuple(model.index(row, column).data() for column in range(model.columnCount()))
