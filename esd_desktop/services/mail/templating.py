"""What jinja does for render.py: reading a text, saying what is wrong in it, filling it in.

In a module of its own, since jinja takes long to load and the window needs none of it to be there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from esd_desktop.errors import InvalidInput

_LONGEST_MAIL = 1_000_000
_DEEPEST = 20
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


def check_source(source: str, part: str, known: Collection[str]) -> None:
    """Whether a part of a text has nothing in it but the known variables. Raises InvalidInput."""
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


def variables_in(source: str) -> frozenset[str]:
    """The variables that a text uses. Raises InvalidInput where it cannot be read."""
    return frozenset(node.name for node in _parsed(source, "text").find_all(nodes.Name))


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


def filled_in(source: str, words: Mapping[str, str | None], *, html: bool) -> str:
    """A checked text with its words in place. Raises InvalidInput where it becomes too long."""
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
