"""Everything about the mail that the list has selected: where it went, what became of it, how it
reads."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QLabel, QWidget

from esd_desktop.errors import EsdError
from esd_desktop.models.mail_rows import MailRow
from esd_desktop.models.rights import Right
from esd_desktop.services.changes import Changes
from esd_desktop.services.mail.kinds import title_of
from esd_desktop.services.preview_mail import Preview, preview_sent
from esd_desktop.services.resend_mail import mail as read_mail
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.formats import as_count, as_moment
from esd_desktop.ui.lists.record_details import RecordDetails
from esd_desktop.ui.look.roles import Text, write_as
from esd_desktop.ui.look.theme import SPACE_8, SPACE_16
from esd_desktop.ui.mails.preview import MailPreview
from esd_desktop.ui.mails.resend import start_resend
from esd_desktop.ui.mails.wording import again_word, standing_lines, state_text
from esd_desktop.ui.widgets.facts import Fact, FactGroup
from esd_desktop.ui.widgets.wrapped import wrapped_label

_NONE = "—"
_PREVIEW_EMS = 28
_Loaded = tuple[MailRow, Preview | EsdError]


class MailDetails(RecordDetails[MailRow, _Loaded]):
    """A mail and how it would read today, its key masked."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        hint = "Select a mail in the list to read it here."
        super().__init__(desk, parent, noun="mail", icon="mail", hint=hint)
        self.preview = MailPreview()
        self._add_preview()
        desk.theme.changed.connect(self._fit)

    def minimumSizeHint(self) -> QSize:
        """As wide as what is told needs: it scrolls downwards only."""
        bar = self.scrolled.verticalScrollBar().sizeHint().width()
        content = self.content.minimumSizeHint().width()
        return super().minimumSizeHint().expandedTo(QSize(content + bar, 0))

    async def read(self, record_id: int) -> _Loaded:
        """The mail, and how it reads or why that cannot be shown."""
        row = await self._desk.read(read_mail, record_id)
        try:
            return row, await self._desk.read(preview_sent, record_id)
        except EsdError as fault:
            return row, fault

    def present(self, loaded: _Loaded) -> MailRow:
        """Write it into the widgets."""
        row, preview = loaded
        told = state_text(row)
        self.heading.setText(title_of(row.template))
        self.whose.setText(f"{row.customer} · {row.product}")
        again = partial(start_resend, self._desk, self.window(), row)
        self.notice.tell(
            told.tone, f"{told.label}.", "\n".join(standing_lines(row)), [(again_word(row), again)]
        )
        for button in self.notice.buttons():
            self._desk.rights.guard(button, Right.RESEND)
        self.facts.show_groups([self._mail_facts(row)])
        if isinstance(preview, Preview):
            self.preview.show_mail(preview.mail)
        else:
            self.preview.show_nothing(f"{preview.sentence} {preview.advice}".strip())
        return row

    def concerns(self, changes: Changes, shown: MailRow, record_id: int) -> bool:
        """The settings have the seller's name in the preview."""
        return changes.settings or record_id in changes.mails

    def _mail_facts(self, row: MailRow) -> FactGroup:
        asset, customer = self.links(row)
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

    def _add_preview(self) -> None:
        heading, hint = QLabel("Preview"), wrapped_label()
        write_as(heading, Text.SECTION)
        write_as(hint, Text.SMALL)
        hint.setText("As it would be written today. The key and the link are masked here.")
        self.parts.addSpacing(SPACE_16)
        self.parts.addWidget(heading)
        self.parts.addWidget(hint)
        self.parts.addSpacing(SPACE_8)
        self.parts.addWidget(self.preview, 1)
        self._fit()

    def _fit(self) -> None:
        self.preview.setMinimumHeight(_PREVIEW_EMS * self._desk.theme.px())
