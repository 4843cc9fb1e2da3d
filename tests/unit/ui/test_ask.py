"""Questions: opened over their window, awaited, and never in the way of anything else."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QFileDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from esd_desktop.ui.ask import Answer, Question, ask, ask_file, ask_new_file, opened
from tests.support.waiting import until
from tests.support.widgets import line, press, window, window_titled
from tests.support.window import Run

QUESTION = Question(
    title="Delete this record?",
    body="The licence stays active at Microsoft.",
    yes="Delete record",
    no="Keep record",
    facts=(("Order", "SO-1"),),
    dangerous=True,
    comment="Comment",
)


@pytest.fixture
def below(qtbot: QtBot) -> QWidget:
    made = QWidget()
    made.resize(500, 300)
    qtbot.addWidget(made)
    made.show()
    return made


def test_yes_carries_the_comment_that_was_typed(run: Run, below: QWidget) -> None:
    async def scenario() -> None:
        asked = asyncio.ensure_future(ask(below, QUESTION))
        dialog = await window(QUESTION.title)
        QTest.keyClicks(line(dialog, "Comment"), "Ordered twice")
        press(dialog, "Delete record")
        assert await asked == Answer(yes=True, comment="Ordered twice")

    run(scenario())


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Return])
def test_esc_and_enter_keep_things_as_they_are(run: Run, below: QWidget, key: Qt.Key) -> None:
    async def scenario() -> None:
        asked = asyncio.ensure_future(ask(below, QUESTION))
        dialog = await window(QUESTION.title)
        QTest.keyClick(dialog, key)
        assert await asked == Answer(yes=False)

    run(scenario())


def test_a_question_that_is_given_up_closes(run: Run, below: QWidget) -> None:
    async def scenario() -> None:
        asked = asyncio.ensure_future(ask(below, QUESTION))
        await window(QUESTION.title)
        asked.cancel()
        await until(asked.done)
        assert window_titled(QUESTION.title) is None

    run(scenario())


def test_a_question_whose_window_goes_is_answered_with_no(run: Run, below: QWidget) -> None:
    async def scenario() -> None:
        going = QWidget(below, Qt.WindowType.Window)
        going.show()
        asked = asyncio.ensure_future(ask(going, QUESTION))
        await window(QUESTION.title)
        going.deleteLater()
        assert await asyncio.wait_for(asked, 5) == Answer(yes=False)

    run(scenario())


def test_everything_else_goes_on_while_a_question_is_open(run: Run, below: QWidget) -> None:
    async def scenario() -> None:
        asked = asyncio.ensure_future(ask(below, QUESTION))
        dialog = await window(QUESTION.title)
        went_on = []

        async def other() -> None:
            went_on.append(True)

        await asyncio.wait_for(other(), 1)
        assert went_on
        assert dialog.isVisible()
        press(dialog, "Keep record")
        await asked

    run(scenario())


def test_any_other_dialog_is_awaited_too(run: Run, below: QWidget) -> None:
    async def scenario() -> None:
        dialog = QDialog(below)
        waiting = asyncio.ensure_future(opened(dialog))
        await until(dialog.isVisible)
        dialog.accept()
        assert await waiting == QDialog.DialogCode.Accepted

    run(scenario())


def test_a_file_is_chosen_or_not(run: Run, below: QWidget, tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text("x", "utf-8")

    async def scenario() -> None:
        for accepts in (True, False):
            asked = asyncio.ensure_future(ask_file(below, "Import", "Tables (*.csv)"))
            dialog = await window("Import")
            assert isinstance(dialog, QFileDialog)
            typed = dialog.findChild(QLineEdit, "fileNameEdit")
            assert isinstance(typed, QLineEdit)
            typed.setText(str(file))
            if accepts:
                dialog.accept()
            else:
                dialog.reject()
            assert await asked == (file if accepts else None)

    run(scenario())


def test_a_file_to_be_written_gets_its_ending(run: Run, below: QWidget, tmp_path: Path) -> None:
    async def scenario() -> None:
        for accepts in (True, False):
            asked = asyncio.ensure_future(
                ask_new_file(below, "Save", "PDF files (*.pdf)", "INV-1.pdf")
            )
            dialog = await window("Save")
            assert isinstance(dialog, QFileDialog)
            typed = dialog.findChild(QLineEdit, "fileNameEdit")
            assert isinstance(typed, QLineEdit)
            assert typed.text() == "INV-1.pdf"
            typed.setText(str(tmp_path / "mine"))
            if accepts:
                dialog.accept()
            else:
                dialog.reject()
            assert await asked == (tmp_path / "mine.pdf" if accepts else None)

    run(scenario())


def test_the_first_file_is_looked_for_among_the_documents_the_next_where_the_last_was(
    run: Run, below: QWidget, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = Path.home() / "Documents"
    program, other = tmp_path / "program", tmp_path / "other"
    for folder in (program, other):
        folder.mkdir()
        (folder / "list.csv").write_text("x")

    async def begins(chosen: Path) -> Path:
        asked = asyncio.ensure_future(ask_file(below, "Import", "Tables (*.csv)"))
        dialog = await window("Import")
        assert isinstance(dialog, QFileDialog)
        began = Path(dialog.directory().path())
        typed = dialog.findChild(QLineEdit, "fileNameEdit")
        assert isinstance(typed, QLineEdit)
        dialog.setDirectory(str(chosen))
        typed.setText("list.csv")
        dialog.accept()
        assert await asked == chosen / "list.csv"
        return began

    async def scenario() -> None:
        await begins(program)
        monkeypatch.chdir(program)
        assert await begins(other) == (documents if documents.is_dir() else Path.home())
        assert await begins(other) == other

    run(scenario())


@pytest.mark.parametrize("word", ["Replace file", "Keep file"])
def test_a_file_that_is_there_is_replaced_only_after_a_yes(
    run: Run, below: QWidget, tmp_path: Path, word: str
) -> None:
    path = tmp_path / "INV-1.pdf"
    path.write_text("mine")

    async def scenario() -> None:
        asked = asyncio.ensure_future(ask_new_file(below, "Save", "PDF files (*.pdf)", "INV-1.pdf"))
        dialog = await window("Save")
        assert isinstance(dialog, QFileDialog)
        typed = dialog.findChild(QLineEdit, "fileNameEdit")
        assert isinstance(typed, QLineEdit)
        typed.setText(str(path))
        dialog.accept()
        press(await window("Replace this file?"), word)
        assert await asked == (path if word == "Replace file" else None)

    run(scenario())
