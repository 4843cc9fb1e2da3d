"""Settings, Backups: the plan, a backup at once, and restoring one into the whole window."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QPushButton, QSpinBox, QWidget

from esd_desktop.models.rights import Role
from esd_desktop.services.back_up import back_up
from esd_desktop.services.browse import account_list, asset_detail
from esd_desktop.services.delete_asset import delete_asset
from esd_desktop.settings import Folders, load_settings
from esd_desktop.ui import restoring
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.main_window import MainWindow
from esd_desktop.ui.settings.backups_page import BackupsPage
from esd_desktop.ui.settings.dialog import SettingsDialog
from esd_desktop.ui.widgets.progress_panel import ProgressPanel
from esd_desktop.ui.widgets.wrapped import ValueText
from tests.support.backups import take_small_steps
from tests.support.frame import no_store
from tests.support.main_window import Whole
from tests.support.people import named
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.widgets import button, notice, press, told, window, words, write
from tests.support.window import Run
from tests.unit.ui.settings.conftest import OpenSettings

QUESTION = "Restore this backup?"


async def opened(open_settings: OpenSettings) -> SettingsDialog:
    dialog = open_settings("backups")
    await until(lambda: button(dialog, "Back Up Now").isEnabled())
    return dialog


def newest(dialog: SettingsDialog) -> str:
    """What is said of the newest backup."""
    texts = dialog.findChildren(ValueText)
    return next(one for one in texts if one.accessibleName() == "Newest backup").toPlainText()


async def one_backup(desk: Desk, folder: Path) -> Path:
    return (await desk.read(back_up, folder)).file


def test_the_plan_is_kept_on_this_computer(
    run: Run, sown: Sown, open_settings: OpenSettings, places: Folders, tmp_path: Path
) -> None:
    async def scenario() -> None:
        dialog = await opened(open_settings)
        write(dialog, "Folder", str(tmp_path / "safe"))
        (page,) = dialog.findChildren(BackupsPage)
        page.findChildren(QComboBox)[0].setCurrentText("Every day")
        page.findChildren(QSpinBox)[0].setValue(3)
        press(dialog, "Save")
        assert await told(dialog) == "The plan is saved."
        settings = load_settings(places)
        assert settings.backup_folder == str(tmp_path / "safe")
        assert (settings.backup_every, settings.backup_keep) == ("daily", 3)
        await until(lambda: any("No backup has been made yet" in text for text in words(dialog)))

    run(scenario())


def test_one_is_made_at_once_and_shown_with_its_size(
    run: Run, sown: Sown, open_settings: OpenSettings, places: Folders
) -> None:
    async def scenario() -> None:
        dialog = await opened(open_settings)
        assert newest(dialog) == "There is none in this folder"
        press(dialog, "Back Up Now")
        assert "is made and verified: 7 licences" in await told(dialog)
        (file,) = places.default_backups.glob("*.db")
        assert str(file) in (notice(dialog) or "")
        await until(lambda: "kB, verified when it was made" in newest(dialog))

    run(scenario())


def test_stop_stops_it_and_leaves_nothing(
    run: Run,
    desk: Desk,
    sown: Sown,
    open_settings: OpenSettings,
    places: Folders,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    take_small_steps(monkeypatch)

    async def scenario() -> None:
        dialog = await opened(open_settings)
        press(dialog, "Back Up Now")
        (panel,) = dialog.findChildren(BackupsPage)[0].findChildren(ProgressPanel)
        await until(panel.isVisible)
        press(panel, "Stop")
        await until(lambda: not panel.isVisible() and not desk.tasks.count)
        assert list(places.default_backups.glob("*.db*")) == []

    run(scenario())


def test_who_may_not_sees_it_greyed(
    run: Run, desk: Desk, sown: Sown, open_settings: OpenSettings
) -> None:
    async def scenario() -> None:
        login = (await desk.rights.read()).login
        await desk.read(named, login, Role.AGENT)
        await desk.rights.read()
        dialog = open_settings("backups")
        await until(lambda: not desk.tasks.is_busy("backup settings"))
        for name in ("Back Up Now", "Restore from a Backup…", "Save"):
            assert not button(dialog, name).isEnabled()

    run(scenario())


def _chosen(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    async def chosen(_parent: QWidget, _title: str, _kinds: str) -> Path:
        return file

    monkeypatch.setattr(restoring, "ask_file", chosen)


def test_a_backup_is_restored_into_the_window(
    run: Run,
    desk: Desk,
    whole: Whole,
    main: MainWindow,
    sown: Sown,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def scenario() -> None:
        backup = await one_backup(desk, tmp_path)
        await desk.read(delete_asset, sown.activated)
        _chosen(monkeypatch, backup)
        main.show_settings("backups")
        dialog = await window("Settings")
        await until(lambda: button(dialog, "Restore from a Backup…").isEnabled())
        press(dialog, "Restore from a Backup…")
        question = await window(QUESTION)
        lost = "What came later (1 change) would not be in the store any more."
        assert any(lost in text for text in words(question))
        facts = [one.toPlainText() for one in question.findChildren(ValueText)]
        assert "7 licences, 4 accounts, 7 orders, 7 invoices" in facts
        keep = button(question, "Keep store as it is")
        assert isinstance(keep, QPushButton)
        assert keep.isDefault()
        press(question, "Restore backup")
        await until(lambda: any("was restored" in one.sentence for one in desk.messages.kept), 20)
        await whole.settled()
        assert (await desk.read(asset_detail, sown.activated)).deleted_at is None
        assert main.workspace is not None

    run(scenario())


def test_a_backup_that_is_of_no_use_is_told_and_the_store_stays_open(
    run: Run,
    sown: Sown,
    desk: Desk,
    open_settings: OpenSettings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    letter = tmp_path / "letter.db"
    letter.write_text("Dear customer, " * 500)

    async def scenario() -> None:
        dialog = await opened(open_settings)
        _chosen(monkeypatch, letter)
        press(dialog, "Restore from a Backup…")
        assert "letter.db is of no use" in await told(dialog)
        assert len(await desk.read(account_list)) == 4

    run(scenario())


def test_a_store_that_cannot_be_opened_offers_a_backup(
    run: Run,
    desk: Desk,
    sown: Sown,
    whole: Whole,
    places: Folders,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def scenario() -> None:
        _chosen(monkeypatch, await one_backup(desk, tmp_path))
        await no_store(desk)
        (places.data / "esd.db").write_bytes(b"\0" * 9_999)
        main = await whole.open()
        assert "The store could not be opened" in words(main)
        press(main, "Restore from a backup…")
        question = await window(QUESTION)
        assert any("Its file is kept as it is." in text for text in words(question))
        press(question, "Restore backup")
        await until(lambda: main.workspace is not None)
        await whole.settled()
        assert len(await desk.read(account_list)) == 4

    run(scenario())
