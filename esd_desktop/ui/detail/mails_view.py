"""The mails of an asset: to whom, what became of each, and sending one again."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from esd_desktop.models.mail_rows import MailRow
from esd_desktop.models.rights import Right
from esd_desktop.models.statuses import MailState
from esd_desktop.services.mail.kinds import WELCOME, title_of
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.formats import as_count
from esd_desktop.ui.look.roles import Kind, Text, make_kind, write_as
from esd_desktop.ui.look.theme import SPACE_8
from esd_desktop.ui.mails.resend import start_resend
from esd_desktop.ui.mails.wording import again_word, standing_lines, state_text
from esd_desktop.ui.widgets.busy_button import BusyButton
from esd_desktop.ui.widgets.group import Group
from esd_desktop.ui.widgets.status_badge import StatusBadge
from esd_desktop.ui.widgets.wrapped import wrapped_label

_FEW = 8
_NOTHING = "No mail has been sent for this licence."


class MailsView(Group):
    """Shows the first few, and all on request. Lines change in place, so that neither the focus nor
    what is being read moves at a refresh."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("Mails", parent)
        self._desk = desk
        self._mails: Sequence[MailRow] = ()
        self._all = False
        self._lines: list[_Line] = []
        heading = QLabel("Mails")
        write_as(heading, Text.SECTION)
        self._nothing = wrapped_label()
        self._nothing.setText(_NOTHING)
        self.more = QPushButton()
        make_kind(self.more, Kind.LINK)
        self.more.clicked.connect(self._show_all)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE_8)
        self._column.addWidget(heading)
        self._column.addWidget(self._nothing)
        self._column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)

    def show_mails(self, mails: Sequence[MailRow]) -> None:
        """Show these, newest first."""
        self._mails = mails
        shown = mails if self._all else mails[:_FEW]
        for place, mail in enumerate(shown):
            self._line(place).tell(mail)
        for spare in self._lines[len(shown) :]:
            spare.hide()
        self._nothing.setVisible(not mails)
        self.more.setText(f"Show all {as_count(len(mails))}")
        self.more.setVisible(len(shown) < len(mails))

    def fold(self) -> None:
        """Show the first few only from the next time on, as at the beginning."""
        self._all = False

    def _show_all(self) -> None:
        self._all = True
        self.show_mails(self._mails)
        self._lines[_FEW].take_focus()

    def _line(self, place: int) -> _Line:
        if place == len(self._lines):
            made = _Line(self._desk, self)
            self._lines.append(made)
            self._column.insertWidget(self._column.count() - 1, made)
        return self._lines[place]


class _Line(QWidget):
    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._mail: MailRow | None = None
        self._sentence = wrapped_label()
        self._badge = StatusBadge()
        self._particulars = wrapped_label()
        self._again = BusyButton("", kind=Kind.LINK)
        desk.rights.guard(self._again, Right.RESEND)
        self._again.setAutoDefault(False)
        self._again.clicked.connect(self._send_again)
        write_as(self._particulars, Text.SMALL)
        standing = QHBoxLayout()
        standing.setSpacing(SPACE_8)
        standing.addWidget(self._badge)
        standing.addWidget(self._again)
        standing.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self._sentence)
        column.addLayout(standing)
        column.addWidget(self._particulars)

    def tell(self, mail: MailRow) -> None:
        self._mail = mail
        told = state_text(mail)
        self._sentence.setText(sentence_of(mail))
        self._badge.tell(told.tone, told.word, told.explanation)
        self._particulars.setText("\n".join(standing_lines(mail)))
        wants_help = mail.state in (MailState.FAILED, MailState.BOUNCED) or (
            mail.waits and mail.last_error is not None
        )
        self._again.setText(again_word(mail))
        self._again.setAccessibleName(f"{again_word(mail)} {sentence_of(mail)}")
        self._again.setVisible(wants_help)
        self.show()

    def take_focus(self) -> None:
        self._sentence.setFocus(Qt.FocusReason.OtherFocusReason)

    def _send_again(self) -> None:
        if self._mail is not None:
            start_resend(self._desk, self.window(), self._mail)


def sentence_of(mail: MailRow) -> str:
    """Which mail went where."""
    what = "Activation link" if mail.template == WELCOME else title_of(mail.template)
    return f"{what} to {mail.to_address}"
