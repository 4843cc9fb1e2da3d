"""Rows of mails (D5), as they are listed and shown. No text of a mail is kept, so none is here."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from esd_desktop.models.statuses import MailState


class MailRow(Struct, frozen=True):
    """A mail, waiting or gone, and the licence it is about.

    ``language`` is that of its text, None where it is the customer's; ``last_error`` why the last
    attempt failed, or why it came back.
    """

    id: int
    template: str
    language: str | None
    request_id: int | None
    asset_id: int
    product: str
    customer_id: int
    customer: str
    to_address: str
    state: MailState
    attempts: int
    next_attempt_at: datetime
    last_error: str | None
    queued_by: str
    queued_at: datetime
    sent_at: datetime | None
    message_id: str

    @property
    def waits(self) -> bool:
        """Whether it is still to be sent, by itself."""
        return self.state is MailState.QUEUED


class TemplateRow(Struct, frozen=True):
    """What staff made of a mail's text in a language."""

    name: str
    language: str
    version: int
    subject: str
    text: str
    html: str
    changed_by: str
    changed_at: datetime
