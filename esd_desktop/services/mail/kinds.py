"""The mails that the program sends (D5): what each is for, and what its text may speak of."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from esd_desktop.errors import NotFound

WELCOME = "welcome"
SIGN_IN = "sign_in"
INVITATION = "portal_invitation"
MASKED_KEY = "•••••-•••••-•••••-•••••-•••••"
MASKED_LINK = "•••••"


class Variable(Struct, frozen=True):
    """A word that a text may use as ``{{ name }}``. ``sample`` stands for it where there is no real
    value to show; None where there usually is none."""

    name: str
    description: str
    sample: str | None


class MailKind(Struct, frozen=True):
    """A mail: its name in the store, what people call it, when it is sent, what it may speak of."""

    name: str
    title: str
    occasion: str
    variables: tuple[Variable, ...]

    @property
    def known(self) -> frozenset[str]:
        """The names of its variables."""
        return frozenset(variable.name for variable in self.variables)


_LICENCE = (
    Variable("customer", "The customer's name", "Aegean Shipping SA"),
    Variable("product", "The product, as it was ordered", "Office Professional Plus 2024"),
    Variable("order_number", "The order that the licence came with", "SO-00017"),
    Variable("order_date", "The day of the order, in the mail's language", "2 November 2026"),
    Variable("seller", "Your name, as it stands on invoices, or the sender's address", "Helios"),
)
_SECRETS = (
    Variable("key", "The licence key; masked in previews and tests", MASKED_KEY),
    Variable("link", "The activation link, where Microsoft gave one", MASKED_LINK),
)
_REQUEST = (
    Variable("requester", "Who asked for the cancellation", "Eleni Markou"),
    Variable("request_comment", "What the requester wrote, or nothing", "Ordered by mistake."),
    Variable("instructions", "What the requester was told when asking", "Do not use the key."),
    Variable("decision_comment", "What staff wrote when deciding, or nothing", "As agreed."),
    Variable("reason", "Why Microsoft refused what was approved, or nothing", None),
    Variable("credit_number", "The credit invoice, once there is one", "CR-00004"),
)
_LINK = (
    Variable("name", "The name of who signs in", "Eleni Markou"),
    Variable("link", "The link that signs in, once", "https://portal.example/sign-in/link"),
    Variable("minutes", "For how many minutes the link is good", "15"),
    Variable("seller", "Your name, as it stands on invoices, or the sender's address", "Helios"),
)
_INVITED = (
    Variable("name", "The name of who may sign in", "Eleni Markou"),
    Variable("account", "For which account", "Aegean Shipping SA"),
    Variable("address", "The address to sign in with", "eleni@aegean.example"),
    Variable("link", "Where the portal is", "https://portal.example/sign-in"),
    Variable("seller", "Your name, as it stands on invoices, or the sender's address", "Helios"),
)

KINDS: Mapping[str, MailKind] = {
    kind.name: kind
    for kind in (
        MailKind(
            WELCOME,
            "Welcome Microsoft ESD customer",
            "Sent with each new licence, and when the activation link is sent again.",
            (*_LICENCE, *_SECRETS),
        ),
        MailKind(
            "cancellation_requested",
            "Cancellation requested",
            "Sent when a request to cancel a licence was made.",
            (*_LICENCE, *_REQUEST),
        ),
        MailKind(
            "cancellation_confirmed",
            "Cancellation confirmed",
            "Sent when a request was approved and Microsoft took the licence back.",
            (*_LICENCE, *_REQUEST),
        ),
        MailKind(
            "cancellation_declined",
            "Cancellation declined",
            "Sent when a request was declined, or Microsoft refused it for good.",
            (*_LICENCE, *_REQUEST),
        ),
        MailKind(
            "cancellation_withdrawn",
            "Cancellation withdrawn",
            "Sent when a request was withdrawn before it was decided.",
            (*_LICENCE, *_REQUEST),
        ),
        MailKind(
            SIGN_IN,
            "Sign in to the portal",
            "Sent when somebody asks to sign in to the portal.",
            _LINK,
        ),
        MailKind(
            INVITATION,
            "Invitation to the portal",
            "Sent when staff invite somebody who may sign in.",
            _INVITED,
        ),
    )
}


def kind_of(name: str) -> MailKind:
    """The mail of this name. Raises NotFound."""
    kind = KINDS.get(name)
    if kind is None:
        raise NotFound(f"There is no template {name!r}.", advice=f"There are: {', '.join(KINDS)}.")
    return kind


def title_of(name: str) -> str:
    """What people call a mail; its bare name where a newer program queued it."""
    return KINDS[name].title if name in KINDS else name
