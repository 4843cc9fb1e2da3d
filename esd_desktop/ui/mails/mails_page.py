"""The list of mails (D5), with everything about the selected one beside it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMenu, QWidget

from esd_desktop.errors import EsdError
from esd_desktop.models.listing import ListKind
from esd_desktop.models.rights import Right
from esd_desktop.services.changes import Changes
from esd_desktop.services.read_bounces import look_for_bounces
from esd_desktop.services.record_bounce import record_bounce_file
from esd_desktop.services.send_mails import send_waiting_mails
from esd_desktop.ui.ask import ask_file
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.lists.record_page import RecordPage
from esd_desktop.ui.mails.columns import COLUMNS
from esd_desktop.ui.mails.details import MailDetails
from esd_desktop.ui.widgets.busy_button import BusyButton

_FILTERS = (("all", "All"), ("waiting", "Waiting"), ("sent", "Sent"), ("failed", "Failed"))
_NOTICES = "Mails (*.eml *.txt);;All files (*)"
_SENDING = "send waiting mails"
_RETURNED = "returned mails"


class MailsPage(RecordPage):
    """Those of an account or of all; an opened one shows its asset. Notices of mails that came back
    can be dropped on it as files."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(
            desk,
            parent,
            kind=ListKind.MAILS,
            columns=COLUMNS,
            name="mails",
            title="Mails",
            filters=_FILTERS,
            search_hint="Address, customer, product",
        )
        self.details = MailDetails(desk, self)
        self.set_details(self.details)
        self.list.set_nothing_yet(
            "No mails yet",
            "Each new licence is mailed to its customer with its key and its activation link.",
        )
        self._send = BusyButton("Send waiting")
        self._send.set_tip("Try every mail that waits, now")
        self._returned = BusyButton("Returned mail")
        self._returned.set_tip("Note mails that could not be delivered")
        for button in (self._send, self._returned):
            desk.rights.guard(button, Right.RESEND)
        self._add_buttons()
        self.setAcceptDrops(True)
        self.list.selected.connect(self.details.show_record)
        self.list.opened.connect(self._show_asset)
        desk.tasks.changed.connect(self._task_changed)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _files_of(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = _files_of(event)
        if files:
            event.acceptProposedAction()
            self.note_files(files)

    def note_files(self, files: list[Path]) -> None:
        """Note what saved notices say, one after the other; each result is told."""
        self._desk.tasks.run(
            _RETURNED, partial(self._note, files), owner=self, words="Note returned mails"
        )

    def _add_buttons(self) -> None:
        menu = QMenu(self._returned)
        menu.addAction("From a file…", self._choose)
        menu.addAction("Look into the mailbox", self._look)
        self._returned.setMenu(menu)
        self._send.clicked.connect(self._send_waiting)
        self.bar.addWidget(self._send)
        self.bar.addWidget(self._returned)

    def _send_waiting(self) -> None:
        async def work() -> None:
            self._desk.messages.outcome(await self._desk.do(Changes(), send_waiting_mails))

        self._desk.tasks.run(_SENDING, work, owner=self, words="Send waiting mails")

    def _look(self) -> None:
        async def work() -> None:
            self._desk.messages.outcome(await self._desk.do(Changes(), look_for_bounces))

        self._desk.tasks.run(_RETURNED, work, owner=self, words="Look for returned mails")

    def _choose(self) -> None:
        async def work() -> None:
            file = await ask_file(self.window(), "Choose the notice of a returned mail", _NOTICES)
            if file is not None:
                await self._note([file])

        self._desk.tasks.run(_RETURNED, work, owner=self, words="Note returned mails")

    async def _note(self, files: list[Path]) -> None:
        for file in files:
            try:
                outcome = await self._desk.do(Changes(), record_bounce_file, file)
            except EsdError as fault:
                # The others may still be notices.
                fault.sentence = f"{file.name}: {fault.sentence}"
                self._desk.messages.fault(fault)
            else:
                self._desk.messages.outcome(outcome)

    def _task_changed(self, key: str) -> None:
        if key == _SENDING:
            self._send.set_busy(self._desk.tasks.is_busy(_SENDING))

    def _show_asset(self, mail_id: int) -> None:
        row = self.list.row(mail_id)
        if row is not None:
            self._desk.navigator.asset_wanted.emit(row.asset_id)


def _files_of(event: QDropEvent) -> list[Path]:
    """The files that are dragged; links to elsewhere are none."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
