"""From a template and its words to a finished mail. Staff write templates, so little is allowed.

A text is data with ``{{ variable }}`` and ``{% if variable %}`` in it and nothing else: no loop, no
call, no attribute, no filter, no arithmetic. So it always ends, stays small, and reaches nothing
but its words. Everything that jinja can do beyond that is refused before it is compiled, and what
is left runs in jinja's sandbox, escaped in HTML.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from email.message import EmailMessage
from email.utils import formatdate
from typing import ClassVar

from esd_desktop.errors import InvalidInput, Refused
from esd_desktop.records import Discreet

LONGEST_SUBJECT = 300
LONGEST_TEXT = 50_000
_PARTS = {"subject": "subject", "text": "text", "html": "HTML text"}
Words = Mapping[str, str | None]


class MailText(Discreet, frozen=True):
    """A mail in its two forms, with or without variables in it."""

    KEPT_BACK: ClassVar = ("text", "html")

    subject: str
    text: str
    html: str


def check(text: MailText, known: Collection[str]) -> None:
    """Whether it can become a mail that speaks of nothing but the known variables. Raises
    InvalidInput with what is wrong, in which part and where."""
    from esd_desktop.services.mail.templating import check_source

    if not text.subject.strip() or "\n" in text.subject.strip() or "\r" in text.subject.strip():
        raise InvalidInput("The subject must be one line.")
    for part, words in _PARTS.items():
        source = getattr(text, part)
        longest = LONGEST_SUBJECT if part == "subject" else LONGEST_TEXT
        if not source.strip():
            raise InvalidInput(f"The {words} is missing; a mail needs both text and HTML.")
        if len(source) > longest:
            raise InvalidInput(f"The {words} is longer than {longest:,} characters.")
        check_source(source, words, known)


def variables_of(text: str) -> frozenset[str]:
    """The variables that a text uses. Raises InvalidInput where it cannot be read."""
    from esd_desktop.services.mail.templating import variables_in

    return variables_in(text)


def render(text: MailText, words: Words) -> MailText:
    """The mail with its words in place. Raises Refused where the text cannot be used."""
    from esd_desktop.services.mail.templating import filled_in

    try:
        check(text, words.keys())
        return MailText(
            " ".join(filled_in(text.subject, words, html=False).split()),
            filled_in(text.text, words, html=False),
            filled_in(text.html, words, html=True),
        )
    except InvalidInput as fault:
        raise Refused(
            f"The mail's template cannot be used: {fault.sentence}",
            advice="Mend it in the mail templates, or restore the shipped text.",
        ) from fault


def message(rendered: MailText, *, message_id: str, sender: str, recipient: str) -> EmailMessage:
    """The mail as it is handed to the mail server, as text and as HTML."""
    mail = EmailMessage()
    mail["Message-ID"] = message_id
    mail["Date"] = formatdate(localtime=False)
    mail["From"] = sender
    mail["To"] = recipient
    mail["Subject"] = rendered.subject
    mail.set_content(rendered.text)
    mail.add_alternative(rendered.html, subtype="html")
    return mail
