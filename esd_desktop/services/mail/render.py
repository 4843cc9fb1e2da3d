"""From a template and its words to a finished mail. Staff write templates, so little is allowed.

A text is data with ``{{ variable }}`` and ``{% if variable %}`` in it and nothing else: no loop, no
call, no attribute, no filter, no arithmetic. So it always ends, stays small, and reaches nothing
but its words. Everything that jinja can do beyond that is refused before it is compiled, and what
is left runs in jinja's sandbox, escaped in HTML.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate
from functools import cache

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from esd_desktop.errors import InvalidInput, Refused

LONGEST_SUBJECT = 300
LONGEST_TEXT = 50_000
_LONGEST_MAIL = 1_000_000
_DEEPEST = 20
_PARTS = {"subject": "subject", "text": "text", "html": "HTML text"}
_ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.If,
    nodes.Not,
    nodes.And,
    nodes.Or,
    nodes.Compare,
    nodes.Operand,
)

Words = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class MailText:
    """A mail in its two forms, with or without variables in it."""

    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)


def check(text: MailText, known: Collection[str]) -> None:
    """Whether it can become a mail that speaks of nothing but the known variables. Raises
    InvalidInput with what is wrong, in which part and where."""
    if not text.subject.strip() or "\n" in text.subject.strip() or "\r" in text.subject.strip():
        raise InvalidInput("The subject must be one line.")
    for part, words in _PARTS.items():
        source = getattr(text, part)
        longest = LONGEST_SUBJECT if part == "subject" else LONGEST_TEXT
        if not source.strip():
            raise InvalidInput(f"The {words} is missing; a mail needs both text and HTML.")
        if len(source) > longest:
            raise InvalidInput(f"The {words} is longer than {longest:,} characters.")
        _check_source(source, words, known)


def variables_of(text: str) -> frozenset[str]:
    """The variables that a text uses. Raises InvalidInput where it cannot be read."""
    return frozenset(node.name for node in _parsed(text, "text").find_all(nodes.Name))


def render(text: MailText, words: Words) -> MailText:
    """The mail with its words in place. Raises Refused where the text cannot be used."""
    try:
        check(text, words.keys())
        return MailText(
            " ".join(_rendered(text.subject, words, html=False).split()),
            _rendered(text.text, words, html=False),
            _rendered(text.html, words, html=True),
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


def _check_source(source: str, part: str, known: Collection[str]) -> None:
    tree = _parsed(source, part)
    for node, depth in _nodes(tree):
        if depth > _DEEPEST:
            raise InvalidInput(f"The {part} has too many conditions within each other.")
        if not _is_allowed(node):
            raise InvalidInput(
                f"The {part} may only have {{{{ variables }}}} and {{% if variable %}} … "
                f"{{% endif %}} in it, not “{type(node).__name__.lower()}” (line {node.lineno})."
            )
        if isinstance(node, nodes.Name) and node.name not in known:
            there_are = ", ".join(sorted(known))
            raise InvalidInput(
                f"There is no {{{{ {node.name} }}}} in this template (the {part}, line "
                f"{node.lineno}); there are: {there_are}."
            )


def _is_allowed(node: nodes.Node) -> bool:
    if isinstance(node, nodes.Name):
        return node.ctx == "load"
    if isinstance(node, nodes.Operand):
        return node.op in ("eq", "ne")
    return type(node) in _ALLOWED


def _nodes(tree: nodes.Node, depth: int = 0) -> Iterator[tuple[nodes.Node, int]]:
    """Every part of a text, and how deep it lies. Too deep is not looked into any further."""
    yield tree, depth
    if depth <= _DEEPEST:
        for child in tree.iter_child_nodes():
            yield from _nodes(child, depth + 1)


def _parsed(source: str, part: str) -> nodes.Template:
    try:
        return _environment(html=False).parse(source)
    except TemplateSyntaxError as error:
        why = (error.message or "it cannot be read").rstrip(".")
        raise InvalidInput(f"The {part} is not right in line {error.lineno}: {why}.") from error
    except (RecursionError, MemoryError) as error:
        raise InvalidInput(f"The {part} has too much within each other.") from error


def _rendered(source: str, words: Words, *, html: bool) -> str:
    pieces, length = [], 0
    try:
        for piece in _environment(html=html).from_string(source).generate(dict(words)):
            length += len(piece)
            if length > _LONGEST_MAIL:
                raise InvalidInput(f"The mail would be longer than {_LONGEST_MAIL:,} characters.")
            pieces.append(piece)
    except TemplateError as error:
        raise InvalidInput(f"{error.message or type(error).__name__}.") from error
    return "".join(pieces)


@cache
def _environment(*, html: bool) -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(
        autoescape=html,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        finalize=_nothing_for_none,
    )


def _nothing_for_none(value: object) -> object:
    return "" if value is None else value
