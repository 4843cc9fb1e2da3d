"""D3: who sells, as it stands on each invoice, and the tax on what is billed to a country."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from PySide6.QtWidgets import QLabel, QPlainTextEdit, QWidget
from shiboken6 import isValid

from esd_desktop.errors import ChangedMeanwhile, EsdError
from esd_desktop.models.invoice_rows import TaxRateRow
from esd_desktop.models.meanwhile import Sides
from esd_desktop.models.rights import Right
from esd_desktop.services.browse_invoices import tax_rate_list
from esd_desktop.services.changes import Changes, Outcome, Result
from esd_desktop.services.edit_tax_rate import NEW, rate_from, remove_tax_rate, set_tax_rate
from esd_desktop.services.shared_settings import setting_texts
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.roles import Kind, Text, write_as
from esd_desktop.ui.meanwhile import IS_THEIRS, Choice, choose_side
from esd_desktop.ui.settings.form import add_line, button_row, form_layout
from esd_desktop.ui.settings.shared_page import SharedSettingsPage
from esd_desktop.ui.settings.tax_rates import TaxRates, texts_of
from esd_desktop.ui.tasks import while_wanted
from esd_desktop.ui.widgets.busy_button import BusyButton

_EXPLANATION = (
    "Your company as it stands on invoices, and the tax by the billed account’s country. Invoices "
    "that were issued keep what they say. All desktops on the store share these settings."
)
_SAVE, _SET, _REMOVE = "save invoices", "set tax rate", "remove tax rate"
_LINES = 4


class InvoicesPage(SharedSettingsPage):
    """The seller's fields, and the rates."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(desk, parent, "Invoices", _EXPLANATION, Right.PRICES)
        form = form_layout()
        self._name = add_line(form, "Company")
        self._address = QPlainTextEdit()
        self._address.setAccessibleName("Address")
        self._address.setTabChangesFocus(True)
        metrics = self._address.fontMetrics()
        self._address.setFixedHeight(metrics.lineSpacing() * _LINES + 16)
        form.addRow("Address", self._address)
        self._tax_number = add_line(form, "Tax number")
        self._save = BusyButton("Save", kind=Kind.PRIMARY)
        self._save.clicked.connect(self._carry_out)
        self.rates = TaxRates()
        self.rates.set_wanted.connect(self._set_rate)
        self.rates.remove_wanted.connect(self._remove_rate)
        heading = QLabel("Tax by country")
        write_as(heading, Text.SECTION)
        self.body.addLayout(form)
        self.body.addWidget(button_row("Invoices", self._save))
        self.body.addWidget(heading)
        self.body.addWidget(self.rates)
        self.offer_fields(known=False)
        desk.tasks.changed.connect(self._task_changed)
        desk.tasks.run("invoice settings", self._read, owner=self, latest=True)

    @property
    def unsaved(self) -> bool:
        return super().unsaved or self.rates.unsaved

    async def _read(self) -> None:
        try:
            with while_wanted():
                texts, rates = await asyncio.gather(
                    self.desk.read(setting_texts), self.desk.read(tax_rate_list)
                )
        except EsdError as fault:
            self.tell_unread(fault)
            return
        self.show_as_kept(texts)
        self.rates.show_rows(rates)
        self.offer_fields(known=True)

    def show_settings(self, texts: Mapping[str, str]) -> None:
        self._name.setText(texts["company.name"])
        self._address.setPlainText(texts["company.address"])
        self._tax_number.setText(texts["company.tax_number"])

    def typed(self) -> dict[str, str]:
        return {
            "company.name": self._name.text(),
            "company.address": self._address.toPlainText(),
            "company.tax_number": self._tax_number.text(),
        }

    def _carry_out(self) -> None:
        self.carry_out(_SAVE, self.saving(), words="Saving the invoice settings")

    def _set_rate(self) -> None:
        country, opened = self.rates.country, self.rates.listed
        typed = {"name": self.rates.name, "rate": self.rates.rate}

        async def done() -> Outcome:
            try:
                return await self._set(country, typed, opened)
            except ChangedMeanwhile as fault:
                if not isValid(self):
                    raise
                return await self._choose_rate(fault, country, typed, opened)

        self._change_rates(_SET, done, "Setting the tax rate")

    async def _set(
        self, country: str, typed: Mapping[str, str], opened: TaxRateRow | None
    ) -> Outcome:
        version = opened.version if opened else NEW
        rate = rate_from(typed["rate"])
        return await self.desk.do(
            Changes(), set_tax_rate, country, rate, typed["name"], version=version
        )

    async def _choose_rate(
        self,
        fault: ChangedMeanwhile,
        country: str,
        typed: Mapping[str, str],
        opened: TaxRateRow | None,
    ) -> Outcome:
        """Somebody else changed the rate since it was listed here: whose is it to be?"""
        rates = await self.desk.read(tax_rate_list)
        now = next((row for row in rates if row.country == country), None)
        sides = Sides(texts_of(opened), typed, texts_of(now))
        choice = await choose_side(self, fault, sides, {})
        if choice is Choice.BACK:
            raise fault
        if choice is Choice.THEIRS:
            return Outcome(IS_THEIRS, Result.UNCHANGED)
        # Of a rate that was removed nothing is left to be kept.
        return await self._set(country, sides.merged if now else typed, now)

    def _remove_rate(self) -> None:
        country, listed = self.rates.country, self.rates.listed
        version = listed.version if listed else NEW

        async def done() -> Outcome:
            return await self.desk.do(Changes(), remove_tax_rate, country, version=version)

        self._change_rates(_REMOVE, done, "Removing the tax rate")

    def _change_rates(
        self, key: str, verb: Callable[[], Coroutine[Any, Any, Outcome]], words: str
    ) -> None:
        async def done() -> Outcome:
            try:
                outcome = await verb()
            except ChangedMeanwhile:
                await self._read_rates()
                raise
            await self._read_rates()
            if isValid(self):
                self.rates.clear()
            return outcome

        self.carry_out(key, done, words=words)

    async def _read_rates(self) -> None:
        """Show them as they are now; what was typed stays."""
        rates = await self.desk.read(tax_rate_list)
        if isValid(self):
            self.rates.show_rows(rates)

    def _task_changed(self, key: str) -> None:
        if key in (_SAVE, _SET, _REMOVE):
            busy = self.desk.tasks.is_busy
            self._save.set_busy(busy(_SAVE))
            self.rates.set_busy(setting=busy(_SET), removing=busy(_REMOVE))

    def offer_fields(self, *, known: bool) -> None:
        fields = (self._name, self._address, self._tax_number)
        self.offer(*fields, self._save, *self.rates.changeable, known=known)
