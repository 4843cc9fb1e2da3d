"""From facts to a finished mail: the templates in resources/mail, in a sandbox, escaped in HTML."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import formatdate
from functools import cache
from importlib.resources import files

from jinja2 import FunctionLoader, StrictUndefined, select_autoescape
from jinja2.sandbox import ImmutableSandboxedEnvironment

from esd_desktop.models.values import ActivationLink, ProductKey
from esd_desktop.models.wording import as_day

WELCOME = "welcome"


@dataclass(frozen=True, slots=True)
class WelcomeFacts:
    """All that the mail "Welcome Microsoft ESD" says. ``link`` may be missing."""

    message_id: str
    sender: str
    recipient: str
    customer: str
    product: str
    order_date: datetime
    key: ProductKey
    link: ActivationLink | None


def render_welcome(facts: WelcomeFacts) -> EmailMessage:
    """The mail with the key and the link, as text and as HTML. It is secret from here on."""
    words = {
        "customer": facts.customer,
        "product": facts.product,
        "order_date": as_day(facts.order_date),
        "key": facts.key.reveal(),
        "link": facts.link.reveal() if facts.link else None,
    }
    mail = EmailMessage()
    mail["Message-ID"] = facts.message_id
    mail["Date"] = formatdate(localtime=False)
    mail["From"] = facts.sender
    mail["To"] = facts.recipient
    mail["Subject"] = " ".join(_render(f"{WELCOME}.subject", words).split())
    mail.set_content(_render(f"{WELCOME}.txt", words))
    mail.add_alternative(_render(f"{WELCOME}.html", words), subtype="html")
    return mail


def _render(template: str, words: dict[str, str | None]) -> str:
    return _environment().get_template(template).render(words)


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(
        loader=FunctionLoader(_template_text),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )


def _template_text(name: str) -> str:
    return (files("esd_desktop.resources") / "mail" / name).read_text(encoding="utf-8")
