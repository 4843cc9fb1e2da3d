"""The settings for requests to cancel: shown as kept, checked, and saved."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QPlainTextEdit

from esd_desktop.services.shared_settings import setting_texts
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.settings.requests_page import RequestsPage
from tests.support.waiting import until
from tests.support.widgets import line, press, told, write
from tests.support.window import Run
from tests.unit.ui.settings.conftest import OpenSettings

NOTIFY = "Tell staff (optional)"


def test_what_is_typed_is_saved(run: Run, desk: Desk, open_settings: OpenSettings) -> None:
    async def scenario() -> None:
        dialog = open_settings("requests")
        page = dialog.findChild(RequestsPage)
        assert isinstance(page, RequestsPage)
        await until(lambda: line(page, NOTIFY).isEnabled())
        four_eyes, field = page.findChild(QCheckBox), page.findChild(QPlainTextEdit)
        assert isinstance(four_eyes, QCheckBox)
        assert isinstance(field, QPlainTextEdit)
        assert not four_eyes.isChecked()
        assert "Do not use the key" in field.toPlainText()
        assert not page.unsaved
        four_eyes.click()
        field.setPlainText("Do not\nactivate it.")
        write(page, NOTIFY, "desk@esd.example")
        assert page.unsaved
        press(page, "Save")
        assert await told(page) == "The settings are saved."
        kept = await desk.read(setting_texts)
        assert kept["requests.four_eyes"] == "yes"
        assert kept["requests.notify"] == "desk@esd.example"
        assert kept["requests.instructions"] == "Do not\nactivate it."
        assert not page.unsaved

    run(scenario())


def test_what_is_no_address_is_refused(run: Run, desk: Desk, open_settings: OpenSettings) -> None:
    async def scenario() -> None:
        dialog = open_settings("requests")
        page = dialog.findChild(RequestsPage)
        assert isinstance(page, RequestsPage)
        await until(lambda: line(page, NOTIFY).isEnabled())
        write(page, NOTIFY, "nobody")
        press(page, "Save")
        assert "not an e-mail address" in await told(page)
        assert (await desk.read(setting_texts))["requests.notify"] == ""
        write(page, NOTIFY, "")

    run(scenario())
