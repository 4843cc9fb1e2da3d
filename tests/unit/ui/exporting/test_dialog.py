"""The export dialog in a window: choose rows, kind and keys, see how far it is, stop."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QCheckBox, QPushButton, QRadioButton, QWidget

from esd_desktop.errors import EsdError
from esd_desktop.models.listing import ListKind, ListQuery
from esd_desktop.models.rows import AssetQuery
from esd_desktop.services.changes import Changes, Outcome
from esd_desktop.services.exporting.columns import ASSETS, LISTS
from esd_desktop.services.shared_settings import change_settings
from esd_desktop.ui.assets.columns import COLUMNS as ASSET_COLUMNS
from esd_desktop.ui.catalogue.columns import COLUMNS as OFFERING_COLUMNS
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.discrepancies.columns import COLUMNS as DISCREPANCY_COLUMNS
from esd_desktop.ui.exporting import dialog as module
from esd_desktop.ui.exporting.dialog import Choice, Exportable, ExportDialog
from esd_desktop.ui.exporting.exports import export_shown_assets, export_shown_records
from esd_desktop.ui.invoices.columns import COLUMNS as INVOICE_COLUMNS
from esd_desktop.ui.lists.columns import Columns
from esd_desktop.ui.mails.columns import COLUMNS as MAIL_COLUMNS
from esd_desktop.ui.orders.columns import ORDER_COLUMNS
from esd_desktop.ui.requests.columns import COLUMNS as REQUEST_COLUMNS
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.widgets import button, notice, press, window
from tests.support.window import Run

OF_WINDOW: dict[ListKind, Columns[Any]] = {
    ListKind.OFFERINGS: OFFERING_COLUMNS,
    ListKind.DISCREPANCIES: DISCREPANCY_COLUMNS,
    ListKind.INVOICES: INVOICE_COLUMNS,
    ListKind.MAILS: MAIL_COLUMNS,
    ListKind.ORDERS: ORDER_COLUMNS,
    ListKind.REQUESTS: REQUEST_COLUMNS,
}


@pytest.fixture
def below(qapp: QApplication) -> Iterator[QWidget]:
    made = QWidget()
    made.resize(900, 600)
    made.show()
    yield made
    made.close()
    made.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the person saves: the file dialog itself is tested with ui/ask.py."""

    async def chosen(parent: QWidget, title: str, kinds: str, name: str) -> Path:
        return tmp_path / name

    monkeypatch.setattr(module, "ask_new_file", chosen)
    return tmp_path


def choose(dialog: QWidget, words: str) -> None:
    next(one for one in dialog.findChildren(QRadioButton) if one.text() == words).click()


def lines(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def keys_box(dialog: QWidget) -> QCheckBox:
    (box,) = dialog.findChildren(QCheckBox)
    return box


def test_assets_are_written_as_they_are_shown(
    run: Run, desk: Desk, sown: Sown, below: QWidget, target: Path
) -> None:
    async def scenario() -> None:
        query = AssetQuery(status="active")
        shown = asyncio.ensure_future(
            export_shown_assets(desk, below, query, ("product", "token"), 4, [sown.activated])
        )
        dialog = await window("Export assets")
        choose(dialog, "Text (.csv)")
        press(dialog, "Export…")
        await until(lambda: notice(dialog) is not None)
        assert str(notice(dialog)).startswith("5 assets are in assets.csv")
        heading, *rows = lines(target / "assets.csv")
        assert heading == ["Product/Service", "Token"]
        assert len(rows) == 5
        choose(dialog, "1 selected")
        press(dialog, "Export again…")
        await until(lambda: str(notice(dialog)).startswith("1 asset is in"))
        assert [row[1] for row in lines(target / "assets.csv")[1:]] == [f"•••••-{sown.key[-5:]}"]
        press(dialog, "Close")
        await shown

    run(scenario())


def test_keys_in_full_are_warned_of(
    run: Run, desk: Desk, sown: Sown, below: QWidget, target: Path
) -> None:
    async def scenario() -> None:
        shown = asyncio.ensure_future(
            export_shown_assets(desk, below, AssetQuery(), ("token",), 6, [])
        )
        dialog = await window("Export assets")
        assert not keys_box(dialog).isChecked()
        assert notice(dialog) is None
        keys_box(dialog).click()
        assert "can use the licences" in str(notice(dialog))
        choose(dialog, "Text (.csv)")
        press(dialog, "Export…")
        await until((target / "assets.csv").exists)
        await until(lambda: not desk.tasks.is_busy("export file"))
        assert [sown.key] in lines(target / "assets.csv")
        press(dialog, "Close")
        await shown

    run(scenario())


def test_where_keys_may_not_be_seen_the_choice_is_greyed(
    run: Run, desk: Desk, sown: Sown, below: QWidget, target: Path
) -> None:
    async def scenario() -> None:
        await desk.do(Changes(), change_settings, {"keys.reveal": "no"})
        shown = asyncio.ensure_future(
            export_shown_assets(desk, below, AssetQuery(), ("token",), 6, [])
        )
        dialog = await window("Export assets")
        assert not keys_box(dialog).isEnabled()
        assert "do not allow" in keys_box(dialog).toolTip()
        press(dialog, "Cancel")
        await shown

    run(scenario())


def test_another_list_has_no_keys_to_ask_about(
    run: Run, desk: Desk, sown: Sown, below: QWidget, target: Path
) -> None:
    async def scenario() -> None:
        shown = asyncio.ensure_future(
            export_shown_records(
                desk, below, ListKind.INVOICES, ListQuery(), ("number", "total"), 7
            )
        )
        dialog = await window("Export invoices")
        assert not keys_box(dialog).isVisible()
        choose(dialog, "Text (.csv)")
        press(dialog, "Export…")
        await until(lambda: notice(dialog) is not None)
        assert len(lines(target / "invoices.csv")) == 8
        press(dialog, "Close")
        await shown

    run(scenario())


def test_stop_ends_it_and_a_fault_is_told(
    run: Run, desk: Desk, below: QWidget, target: Path
) -> None:
    stopped: list[bool] = []
    begun = asyncio.Event()

    async def for_ever(choice: Choice) -> Outcome:
        choice.progress(3, 10)
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            stopped.append(True)
            raise
        raise AssertionError

    async def full(choice: Choice) -> Outcome:
        raise EsdError("The disk is full.", advice="Make room.")

    async def scenario() -> None:
        dialog = ExportDialog(desk, below, Exportable("assets", 10, 0, False, None, full))
        dialog.open()
        press(dialog, "Export…")
        await until(lambda: notice(dialog) is not None)
        assert notice(dialog) == "The disk is full. Make room."
        assert button(dialog, "Export…").isEnabled()
        press(dialog, "Cancel")
        other = ExportDialog(desk, below, Exportable("assets", 10, 0, False, None, for_ever))
        other.open()
        press(other, "Export…")
        await begun.wait()
        assert not button(other, "Export…").isEnabled()
        press(other, "Stop")
        await until(lambda: stopped == [True])
        assert not other.isVisible()

    run(scenario())


def test_an_empty_list_has_nothing_to_export(run: Run, desk: Desk, below: QWidget) -> None:
    async def nothing(choice: Choice) -> Outcome:
        raise AssertionError

    dialog = ExportDialog(desk, below, Exportable("mails", 0, 0, False, None, nothing))
    export = next(one for one in dialog.findChildren(QPushButton) if one.text() == "Export…")
    assert not export.isEnabled()


@pytest.mark.parametrize("kind", sorted(OF_WINDOW))
def test_every_column_of_a_list_can_be_exported(kind: ListKind) -> None:
    assert set(OF_WINDOW[kind].names) <= LISTS[kind].keys()


def test_every_column_of_the_assets_can_be_exported() -> None:
    assert {str(name) for name in ASSET_COLUMNS.names} <= ASSETS.keys()
