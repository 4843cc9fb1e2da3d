"""Choosing a backup to restore, seeing what that would bring and cost, and deciding."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget

from esd_desktop.services.restore_store import Prospect, look_before_restoring
from esd_desktop.ui.ask import Question, ask, ask_file
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.formats import as_moment
from esd_desktop.ui.widgets.progress_panel import Progress

BACKUPS = "Backups (*.db);;All files (*)"
_KEPT = "What the store holds now is kept in a file of its own, from which it can be brought back."


async def choose_backup(parent: QWidget) -> Path | None:
    """The file that the person wants; None where none."""
    return await ask_file(parent, "Restore from a backup", BACKUPS)


async def wants_to_restore(desk: Desk, parent: QWidget, file: Path, progress: Progress) -> bool:
    """Look through the backup, say what restoring it means, and ask. Raises EsdError for a backup
    that is of no use."""
    prospect = await desk.read(look_before_restoring, file, progress=progress)
    return (await ask(parent, _question(file, prospect))).yes


async def wants_to_replace_damaged(parent: QWidget, file: Path) -> bool:
    """The same where the store cannot be opened, so that nothing can be compared."""
    body = "The store is damaged and cannot be opened. Its file is kept as it is."
    return (await ask(parent, _asked(file, body))).yes


def _question(file: Path, prospect: Prospect) -> Question:
    contents, losses = prospect.verdict.contents, prospect.losses
    body = f"{prospect.cost} {_KEPT}" if losses is not None else prospect.cost
    return _asked(
        file,
        body,
        ("Backup of", as_moment(contents.made_at)),
        ("It holds", contents.holds),
        ("Licence keys", prospect.verdict.keys),
    )


def _asked(file: Path, body: str, *facts: tuple[str, str]) -> Question:
    return Question(
        title="Restore this backup?",
        body=body,
        yes="Restore backup",
        no="Keep store as it is",
        facts=(("File", str(file)), *facts),
        dangerous=True,
    )
