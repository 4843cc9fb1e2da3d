"""Everything about the mail that the list has selected: where it went, what became of it, how it
reads."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from esd_desktop.errors import EsdError
from esd_desktop.models.mail_rows import MailRow
from esd_desktop.services.changes import Changes
from esd_desktop.services.mail.kinds import title_of
from esd_desktop.services.preview_mail import Preview, preview_sent
from esd_desktop.services.resend_mail import mail as read_mail
from esd_desktop.ui.actions.action import task_key
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.formats import as_count, as_moment
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.look.roles import Ground, Text, lay_on, write_as
from esd_desktop.ui.look.theme import SPACE_4, SPACE_8, SPACE_12, SPACE_16, SPACE_20
from esd_desktop.ui.mails.preview import MailPreview
from esd_desktop.ui.mails.resend import start_resend
from esd_desktop.ui.mails.wording import again_word, standing_lines, state_text
from esd_desktop.ui.widgets.empty_state import EmptyState
from esd_desktop.ui.widgets.facts import Fact, FactButton, FactGroup, FactList
from esd_desktop.ui.widgets.group import Group
from esd_desktop.ui.widgets.notice import Notice
from esd_desktop.ui.widgets.progress_line import ProgressLine
from esd_desktop.ui.widgets.wrapped import wrapped_label

_TASK = "mail details"
_NONE = "—"
_PREVIEW_EMS = 28


class MailDetails(Group):
    """``show_mail`` says which; what is shown follows the store."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("Mail details", parent)
        self._desk = desk
        self._mail_id: int | None = None
        self._shown: MailRow | None = None
        self._title = wrapped_label()
        self._whose = QLabel()
        self.notice = Notice(Tone.NEUTRAL, "")
        self.facts = FactList("Mail")
        self.preview = MailPreview()
        self._hint = wrapped_label()
        self._empty = EmptyState("mail", "", "")
        self._progress = ProgressLine("Working on this mail")
        self._content = QWidget()
        self._scroll = QScrollArea()
        self._pages = QStackedWidget()
        self._lay_out()
        self.show_mail(None)
        desk.bus.store_changed.connect(self._store_changed)
        desk.tasks.changed.connect(self._task_changed)
        desk.theme.changed.connect(self._fit)

    def show_mail(self, mail_id: int | None) -> None:
        """Show a mail, or with None that none is selected."""
        self._mail_id = mail_id
        if mail_id is not None:
            self._load()
            return
        self._desk.tasks.cancel(_TASK)
        self._shown = None
        self._progress.stop()
        self._empty.tell("mail", "No mail selected", "Select a mail in the list to read it here.")
        self._pages.setCurrentWidget(self._empty)

    def minimumSizeHint(self) -> QSize:
        """As wide as what is told needs: it scrolls downwards only."""
        bar = self._scroll.verticalScrollBar().sizeHint().width()
        content = self._content.minimumSizeHint().width()
        return super().minimumSizeHint().expandedTo(QSize(content + bar, 0))

    def _load(self) -> None:
        if self._mail_id is not None:
            work = partial(self._read, self._mail_id)
            self._desk.tasks.run(_TASK, work, owner=self, latest=True)

    async def _read(self, mail_id: int) -> None:
        try:
            row = await self._desk.read(read_mail, mail_id)
        except EsdError as fault:
            self._shown = None
            self._empty.tell_not_loaded(f"{fault.sentence} {fault.advice}".strip(), self._load)
            self._pages.setCurrentWidget(self._empty)
            return
        preview: Preview | EsdError
        try:
            preview = await self._desk.read(preview_sent, mail_id)
        except EsdError as fault:
            preview = fault
        if mail_id == self._mail_id:
            self._show(row, preview)

    def _show(self, row: MailRow, preview: Preview | EsdError) -> None:
        is_another = self._shown is None or self._shown.id != row.id
        self._shown = row
        told = state_text(row)
        self._title.setText(title_of(row.template))
        self._whose.setText(f"{row.customer} · {row.product}")
        self.notice.tell(
            told.tone,
            f"{told.label}.",
            "\n".join(standing_lines(row)),
            [(again_word(row), partial(start_resend, self._desk, self.window(), row))],
        )
        self.facts.show_groups([self._mail_facts(row)])
        if isinstance(preview, Preview):
            self.preview.show_mail(preview.mail)
        else:
            self.preview.show_nothing(f"{preview.sentence} {preview.advice}".strip())
        if is_another:
            self._scroll.verticalScrollBar().setValue(0)
        self._pages.setCurrentWidget(self._scroll)
        self._task_changed(task_key(row.asset_id))

    def _mail_facts(self, row: MailRow) -> FactGroup:
        go = self._desk.navigator
        asset = FactButton(
            "chevron-right", "Show the asset", partial(go.asset_wanted.emit, row.asset_id)
        )
        customer = FactButton(
            "chevron-right",
            f"Open the account {row.customer}",
            partial(go.account_wanted.emit, row.customer_id),
        )
        return FactGroup(
            "Mail",
            [
                Fact("To", row.to_address),
                Fact("Product", row.product, (asset,)),
                Fact("Customer", row.customer, (customer,)),
                Fact("Queued", f"{as_moment(row.queued_at)}, by {row.queued_by}"),
                Fact("Sent", as_moment(row.sent_at) if row.sent_at else _NONE),
                Fact("Attempts", as_count(row.attempts)),
                Fact("Message-ID", row.message_id),
            ],
        )

    def _lay_out(self) -> None:
        lay_on(self, Ground.SURFACE)
        write_as(self._title, Text.HEADING)
        self._whose.setTextFormat(Qt.TextFormat.PlainText)
        self._whose.setWordWrap(True)
        write_as(self._whose, Text.MUTED)
        write_as(self._hint, Text.SMALL)
        self._hint.setText("As it would be written today. The key and the link are masked here.")
        heading = QLabel("Preview")
        write_as(heading, Text.SECTION)
        parts = QVBoxLayout(self._content)
        parts.setContentsMargins(SPACE_20, SPACE_16, SPACE_20, SPACE_20)
        parts.setSpacing(SPACE_4)
        for part, space in (
            (self._title, 0),
            (self._whose, SPACE_12),
            (self.notice, SPACE_16),
            (self.facts, SPACE_16),
            (heading, 0),
            (self._hint, SPACE_8),
        ):
            parts.addWidget(part)
            parts.addSpacing(space)
        parts.addWidget(self.preview, 1)
        self._scroll.setWidget(self._content)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self._scroll)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._progress)
        column.addWidget(self._pages)
        self._fit()

    def _fit(self) -> None:
        self.preview.setMinimumHeight(_PREVIEW_EMS * self._desk.theme.px())

    def _store_changed(self, changes: Changes) -> None:
        shown = self._shown
        if self._mail_id is None:
            return
        concerned = (
            changes.everything
            or changes.settings
            or self._mail_id in changes.mails
            or shown is None
            or shown.asset_id in changes.assets
            or shown.customer_id in changes.accounts
        )
        if concerned:
            self._load()

    def _task_changed(self, key: str) -> None:
        if self._shown is None or key != task_key(self._shown.asset_id):
            return
        if self._desk.tasks.is_busy(key):
            self._progress.run()
        else:
            self._progress.stop()
