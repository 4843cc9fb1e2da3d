"""The window of the mail templates: what is typed is checked and previewed, then saved."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.edit_template import save_template, template_text
from esd_desktop.services.mail.languages import shipped
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.templates.dialog import TemplatesDialog
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.widgets import MEANWHILE, button, notice, press, told, window
from tests.support.window import Run


@pytest.fixture
def host(run: Run) -> Iterator[QWidget]:
    made = QWidget()
    made.show()
    yield made
    made.close()


async def shown(desk: Desk, host: QWidget, name: str = "welcome") -> TemplatesDialog:
    dialog = TemplatesDialog(desk, host, name)
    dialog.show()
    await until(dialog.parts.preview.subject.text)
    return dialog


def test_a_text_is_previewed_while_it_is_typed_and_saved(
    run: Run, desk: Desk, sown: Sown, host: QWidget
) -> None:
    async def scenario() -> None:
        dialog = await shown(desk, host)
        dialog.parts.editor.subject.setText("For {{ customer }}: {{ product }}")
        await until(lambda: dialog.parts.preview.subject.text().startswith("For "))
        assert dialog.unsaved
        press(dialog, "Save")
        assert "is saved; the next mail" in await told(dialog)
        found = await desk.read(template_text, "welcome", "en")
        assert found.text.subject == "For {{ customer }}: {{ product }}"
        assert not dialog.unsaved
        press(dialog, "Restore shipped text…")
        press(await window("Restore the shipped text?"), "Restore")
        await until(lambda: "shipped text again" in (notice(dialog) or ""))
        assert (await desk.read(template_text, "welcome", "en")).text == shipped("welcome", "en")

    run(scenario())


def test_an_unknown_variable_is_told_while_it_is_typed_and_not_saved(
    run: Run, desk: Desk, sown: Sown, host: QWidget
) -> None:
    async def scenario() -> None:
        dialog = await shown(desk, host)
        right = dialog.parts.editor.text.toPlainText()
        dialog.parts.editor.text.setPlainText("{{ custmer }} {{ key }}")
        assert "There is no {{ custmer }}" in await told(dialog)
        press(dialog, "Save")
        await until(lambda: not desk.tasks.is_busy("save template"))
        assert (await desk.read(template_text, "welcome", "en")).version == 0
        dialog.parts.editor.text.setPlainText(right)
        await until(lambda: notice(dialog) is None)

    run(scenario())


def test_a_variable_goes_where_the_cursor_is(
    run: Run, desk: Desk, sown: Sown, host: QWidget
) -> None:
    async def scenario() -> None:
        dialog = await shown(desk, host, "cancellation_declined")
        names = {one.text() for one in dialog.findChildren(QPushButton) if one.isVisible()}
        assert "reason" in names
        assert "key" not in names
        dialog.parts.editor.text.setPlainText("")
        press(dialog, "reason")
        assert dialog.parts.editor.text.toPlainText() == "{{ reason }}"

    run(scenario())


def test_leaving_asks_where_something_would_be_lost(
    run: Run, desk: Desk, sown: Sown, host: QWidget
) -> None:
    async def scenario() -> None:
        dialog = await shown(desk, host)
        dialog.parts.editor.subject.setText("Other")
        dialog.parts.list.setCurrentRow(2)
        press(await window("Leave without saving?"), "Go on editing")
        await until(lambda: dialog.parts.list.currentRow() == 0)
        assert dialog.parts.editor.subject.text() == "Other"
        dialog.reject()
        press(await window("Leave without saving?"), "Leave without saving")
        await until(lambda: not dialog.isVisible())

    run(scenario())


def test_another_language_has_its_own_text(run: Run, desk: Desk, sown: Sown, host: QWidget) -> None:
    async def scenario() -> None:
        dialog = await shown(desk, host)
        place = dialog.parts.language.findData("de")
        dialog.parts.language.setCurrentIndex(place)
        dialog.parts.language.activated.emit(place)
        await until(lambda: dialog.parts.preview.subject.text().startswith("Willkommen"))
        assert "2. November 2026" in dialog.parts.preview.text.toPlainText()

    run(scenario())


def test_a_language_of_ones_own_begins_with_the_english_text(
    run: Run, desk: Desk, sown: Sown, host: QWidget
) -> None:
    async def scenario() -> None:
        dialog = await shown(desk, host)
        place = dialog.parts.language.findText("Another language…")
        for typed, told_so in (("French, please", "is not a language"), ("fr", "")):
            dialog.parts.language.setCurrentIndex(place)
            dialog.parts.language.activated.emit(place)
            question = await window("Write it in another language?")
            field = next(one for one in question.findChildren(QLineEdit) if one.isVisible())
            field.setText(typed)
            press(question, "Write it")
            if told_so:
                assert told_so in await told(dialog)
                assert dialog.parts.language.currentData() == "en"
        await until(lambda: dialog.parts.language.currentData() == "fr")
        press(dialog, "Save")
        await until(lambda: "is saved; the next mail" in (notice(dialog) or ""))
        found = await desk.read(template_text, "welcome", "fr")
        assert (found.text, found.version) == (shipped("welcome", "en"), 1)

    run(scenario())


def test_a_test_goes_to_ones_own_address(
    run: Run, connected_desk: Desk, bought: int, sandbox: SandboxControl, host: QWidget
) -> None:
    async def scenario() -> None:
        dialog = await shown(connected_desk, host)
        press(dialog, "Test send…")
        question = await window("Send a test?")
        field = next(one for one in question.findChildren(QLineEdit) if one.isVisible())
        field.setText("me@esd.example")
        press(question, "Send test")
        await until(lambda: "was sent to me@esd.example" in (notice(dialog) or ""))
        subjects = [mail["subject"] for mail in sandbox.mails()]
        assert any(subject.startswith("[Test] Welcome") for subject in subjects)
        assert button(dialog, "Test send…").isEnabled()

    run(scenario())


def test_who_saves_second_chooses_whose_text_it_is_to_be(
    run: Run, desk: Desk, sown: Sown, host: QWidget
) -> None:
    async def scenario() -> None:
        dialog = await shown(desk, host)
        subject = dialog.parts.editor.subject
        subject.setText("Mine")
        at_first = (await desk.read(template_text, "welcome", "en")).text
        theirs = replace(at_first, subject="Theirs", text=f"{at_first.text}\nTheir line")
        await desk.read(save_template, "welcome", "en", theirs, version=0)
        press(dialog, "Save")
        press(await window(MEANWHILE), "Back to the form")
        await until(lambda: "meanwhile" in (notice(dialog) or ""))
        assert subject.text() == "Mine"
        press(dialog, "Save")
        press(await window(MEANWHILE), "Save mine over it")
        await until(lambda: "is saved; the next mail" in (notice(dialog) or ""))
        kept = (await desk.read(template_text, "welcome", "en")).text
        assert kept == replace(theirs, subject="Mine")
        assert not dialog.unsaved
        await desk.read(save_template, "welcome", "en", theirs, version=2)
        subject.setText("Mine again")
        press(dialog, "Save")
        press(await window(MEANWHILE), "Take theirs")
        await until(lambda: subject.text() == "Theirs")
        assert not dialog.unsaved

    run(scenario())
