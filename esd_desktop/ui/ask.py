"""Questions to the person, awaited: a dialog is opened, never executed, so all else goes on."""

from __future__ import annotations

import asyncio
from pathlib import Path

from msgspec import Struct
from PySide6.QtCore import QDir, QStandardPaths, Qt, SignalInstance
from PySide6.QtWidgets import QDialog, QFileDialog, QLineEdit, QWidget
from shiboken6 import isValid

from esd_desktop.ui.look.roles import Kind
from esd_desktop.ui.widgets.dialog import Dialog
from esd_desktop.ui.widgets.facts import Fact, FactGroup, FactList

_DOCUMENTS = QStandardPaths.StandardLocation.DocumentsLocation


class Question(Struct, frozen=True):
    """A decision. ``no`` is the default button and what Esc means; ``dangerous`` marks ``yes`` as a
    step that cannot simply be taken back. ``comment`` is the label of an optional line of text."""

    title: str
    body: str
    yes: str
    no: str
    facts: tuple[tuple[str, str], ...] = ()
    dangerous: bool = False
    comment: str = ""


class Answer(Struct, frozen=True):
    """``comment`` is None where none was asked for or typed."""

    yes: bool
    comment: str | None = None


async def ask(parent: QWidget, question: Question) -> Answer:
    """Open the question over its window and wait for the answer."""
    dialog = Dialog(question.title, question.body, parent)
    if question.facts:
        dialog.body.addWidget(_facts(question))
    field = QLineEdit(dialog)
    field.setPlaceholderText(question.comment)
    field.setAccessibleName(question.comment)
    field.setVisible(bool(question.comment))
    dialog.body.addWidget(field)
    dialog.add_button(question.no, False, default=True, escape=True)
    kind = Kind.DANGER if question.dangerous else Kind.PRIMARY
    dialog.add_button(question.yes, True, kind=kind)
    said_yes = bool(await answered(dialog))
    typed = field.text().strip() if isValid(field) else ""
    return Answer(said_yes, typed or None)


async def answered(dialog: Dialog) -> object:
    """Open a dialog of ours and wait for the answer of its button; None where the window below took
    the dialog along."""
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    return await _emitted(dialog, dialog.answered)


async def opened(dialog: QDialog) -> int:
    """Open any other dialog and wait until it is finished; it is gone afterwards."""
    result = await _emitted(dialog, dialog.finished)
    return result if isinstance(result, int) else int(QDialog.DialogCode.Rejected)


async def _emitted(dialog: QDialog, signal: SignalInstance) -> object:
    """Open the dialog, wait for what the signal carries, and clear the dialog away: also where the
    waiting is cancelled. None where the window below took the dialog along."""
    emitted: asyncio.Future[object] = asyncio.get_running_loop().create_future()

    def take(value: object = None) -> None:
        if not emitted.done():
            emitted.set_result(value)

    signal.connect(take)
    dialog.destroyed.connect(lambda: take())
    QDialog.open(dialog)  # a printer's dialog has another open() of its own
    try:
        return await emitted
    finally:
        if isValid(dialog):
            dialog.hide()
            dialog.deleteLater()


def _facts(question: Question) -> FactList:
    facts = FactList(question.title)
    lines = [Fact(label, value) for label, value in question.facts]
    facts.show_groups([FactGroup("", lines)])
    return facts


async def ask_file(parent: QWidget, title: str, kinds: str) -> Path | None:
    """Let the person choose a file to open; None where they would not. ``kinds`` is Qt's form, such
    as ``"Tables (*.csv *.xlsx)"``."""
    dialog = _file_dialog(parent, title, kinds)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    accepted = await opened(dialog) == QDialog.DialogCode.Accepted
    chosen = dialog.selectedFiles()
    return Path(chosen[0]) if accepted and chosen else None


async def ask_folder(parent: QWidget, title: str, at: Path) -> Path | None:
    """Let the person choose a folder, beginning at one; None where they would not."""
    dialog = QFileDialog(parent, title, str(at))
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    accepted = await opened(dialog) == QDialog.DialogCode.Accepted
    chosen = dialog.selectedFiles()
    return Path(chosen[0]) if accepted and chosen else None


async def ask_new_file(parent: QWidget, title: str, kinds: str, name: str) -> Path | None:
    """Let the person choose where to save a file, at first under ``name``; None where they would
    not. Where there is one already, they have said that it may be replaced."""
    dialog = _file_dialog(parent, title, kinds)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    # Qt's own question would nest a loop.
    dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
    dialog.setDefaultSuffix(Path(name).suffix.removeprefix("."))
    dialog.selectFile(name)
    accepted = await opened(dialog) == QDialog.DialogCode.Accepted
    chosen = dialog.selectedFiles()
    if not accepted or not chosen:
        return None
    path = Path(chosen[0])
    is_there = await asyncio.to_thread(path.exists)
    return path if not is_there or await _may_replace(parent, path) else None


def _file_dialog(parent: QWidget, title: str, kinds: str) -> QFileDialog:
    """It goes on in the folder of the last one, as Qt remembers it; the first begins among the
    person's documents, not where the program happens to have been started."""
    dialog = QFileDialog(parent, title, "", kinds)
    if dialog.directory() == QDir.current():
        documents = QDir(QStandardPaths.writableLocation(_DOCUMENTS))
        dialog.setDirectory(documents if documents.exists() else QDir.home())
    return dialog


async def _may_replace(parent: QWidget, path: Path) -> bool:
    question = Question(
        title="Replace this file?",
        body=f"{path.name} is in the folder {path.parent} already. What it holds is lost.",
        yes="Replace file",
        no="Keep file",
        dangerous=True,
    )
    return (await ask(parent, question)).yes
