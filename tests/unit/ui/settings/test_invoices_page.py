"""D3: the seller and the tax rates are read, saved, and told beside what was typed."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtWidgets import QPlainTextEdit, QTableWidget

from esd_desktop.services.browse_invoices import tax_rate_list
from esd_desktop.services.edit_tax_rate import set_tax_rate
from esd_desktop.services.shared_settings import setting_texts
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.settings.dialog import SettingsDialog
from esd_desktop.ui.settings.invoices_page import InvoicesPage
from tests.support.waiting import until
from tests.support.widgets import MEANWHILE, line, press, told, window, write
from tests.support.window import Run
from tests.unit.ui.settings.conftest import OpenSettings


async def _page(open_settings: OpenSettings) -> SettingsDialog:
    dialog = open_settings("invoices")
    await until(line(dialog, "Company").isEnabled)
    return dialog


def _table(dialog: SettingsDialog) -> QTableWidget:
    (table,) = _invoices(dialog).findChildren(QTableWidget)
    return table


def _rate(dialog: SettingsDialog) -> str:
    cell = _table(dialog).item(0, 2)
    return cell.text() if cell else ""


def _invoices(dialog: SettingsDialog) -> InvoicesPage:
    (page,) = dialog.findChildren(InvoicesPage)
    return page


def test_the_seller_is_saved(run: Run, desk: Desk, open_settings: OpenSettings) -> None:
    async def scenario() -> None:
        dialog = await _page(open_settings)
        page = _invoices(dialog)
        write(dialog, "Company", "Northwind Ltd")
        write(dialog, "Tax number", "GB 1")
        page.findChildren(QPlainTextEdit)[0].setPlainText("12 Harbour Street\nLondon")
        assert page.unsaved
        press(page, "Save")
        assert await told(page) == "The settings are saved."
        assert not page.unsaved
        texts = await desk.read(setting_texts)
        assert texts["company.name"] == "Northwind Ltd"
        assert texts["company.address"] == "12 Harbour Street\nLondon"
        assert texts["company.tax_number"] == "GB 1"

    run(scenario())


def test_a_seller_that_is_too_long_is_told(run: Run, open_settings: OpenSettings) -> None:
    async def scenario() -> None:
        dialog = await _page(open_settings)
        line(dialog, "Company").setText("N" * 201)
        press(_invoices(dialog), "Save")
        assert "at most 200 characters" in await told(_invoices(dialog))

    run(scenario())


def test_a_rate_is_set_and_removed(run: Run, desk: Desk, open_settings: OpenSettings) -> None:
    async def scenario() -> None:
        dialog = await _page(open_settings)
        write(_invoices(dialog), "Country", "de")
        write(dialog, "Rate in per cent", "8,5")
        assert _invoices(dialog).unsaved
        press(dialog, "Set rate")
        await until(lambda: _table(dialog).rowCount() == 1)
        await until(lambda: line(dialog, "Rate in per cent").text() == "")
        assert not _invoices(dialog).unsaved
        _table(dialog).selectRow(0)
        assert line(dialog, "Rate in per cent").text() == "8.5"
        assert line(dialog, "Name of the tax").text() == "VAT"
        press(dialog, "Remove rate")
        await until(lambda: _table(dialog).rowCount() == 0)
        assert await desk.read(tax_rate_list) == []

    run(scenario())


def test_what_is_no_rate_is_told_and_stays_typed(run: Run, open_settings: OpenSettings) -> None:
    async def scenario() -> None:
        dialog = await _page(open_settings)
        write(_invoices(dialog), "Country", "DE")
        write(dialog, "Rate in per cent", "much")
        press(dialog, "Set rate")
        assert "'much' is not a rate in per cent" in await told(_invoices(dialog))
        assert line(dialog, "Rate in per cent").text() == "much"

    run(scenario())


def test_what_somebody_else_changed_is_told_and_shown(
    run: Run, desk: Desk, open_settings: OpenSettings
) -> None:
    async def scenario() -> None:
        dialog = await _page(open_settings)
        write(_invoices(dialog), "Country", "DE")
        write(dialog, "Rate in per cent", "7")
        await desk.read(set_tax_rate, "DE", Decimal(19))
        press(dialog, "Set rate")
        press(await window(MEANWHILE), "Back to the form")
        assert "changed the tax rate of DE meanwhile" in await told(_invoices(dialog))
        assert _rate(dialog) == "19 %"
        assert line(dialog, "Rate in per cent").text() == "7"
        await desk.read(set_tax_rate, "DE", Decimal(20))
        press(dialog, "Set rate")
        press(await window(MEANWHILE), "Save mine over it")
        await until(lambda: _rate(dialog) == "7 %")
        write(dialog, "Country", "DE")
        write(dialog, "Rate in per cent", "8")
        await desk.read(set_tax_rate, "DE", Decimal(21))
        press(dialog, "Set rate")
        press(await window(MEANWHILE), "Take theirs")
        await until(lambda: _rate(dialog) == "21 %")
        assert line(dialog, "Rate in per cent").text() == ""

    run(scenario())
