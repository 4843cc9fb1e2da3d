"""Every text of the portal in every language: none is missing, none is left over."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import nodes

import esd_desktop.portal
from esd_desktop.portal.pages.wording import INSTRUCTIONS
from esd_desktop.portal.rendering import environment
from esd_desktop.portal.texts import LANGUAGES, words_in
from esd_desktop.services.shared_settings import DEFAULTS

_PORTAL = Path(esd_desktop.portal.__file__).parent
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_SAID_IN_CODE = {"N_", "say", "words"}


def in_templates() -> Iterator[str]:
    for file in sorted((_PORTAL / "templates").rglob("*.html")):
        tree = environment().parse(file.read_text("utf-8"))
        for call in tree.find_all(nodes.Call):
            name = call.node.name if isinstance(call.node, nodes.Name) else ""
            wanted = {"_": 1, "ngettext": 2}.get(name, 0)
            yield from (arg.value for arg in call.args[:wanted] if isinstance(arg, nodes.Const))


def in_code() -> Iterator[str]:
    """What is said by a variable of words, and what is marked to be said later."""
    for file in sorted(_PORTAL.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func)
            if called in _SAID_IN_CODE or called.endswith((".many", "words_of(request)")):
                yield from (
                    arg.value
                    for arg in node.args
                    if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
                )


def said() -> set[str]:
    return {*in_templates(), *in_code()}


def catalogue(language: str) -> dict[str, str]:
    return tomllib.loads((_PORTAL / "texts" / f"{language}.toml").read_text("utf-8"))


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
def test_every_text_is_translated_and_no_other(language: str) -> None:
    translated = catalogue(language)
    assert said() - translated.keys() == set(), "not translated"
    assert translated.keys() - said() == set(), "nobody says it any more"


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
def test_a_translation_has_the_same_values_in_it(language: str) -> None:
    for text, translation in catalogue(language).items():
        assert set(_PLACEHOLDER.findall(text)) == set(_PLACEHOLDER.findall(translation)), text
        assert translation.strip(), text
        assert text.endswith((".", "?", "…")) == translation.endswith((".", ";", "?", "…")), text


def test_one_and_several_are_told_apart() -> None:
    say = words_in("en")
    assert say.many("{n} licence", "{n} licences", 1) == "1 licence"
    assert say.many("{n} licence", "{n} licences", 0) == "0 licences"


def test_what_a_requester_is_told_is_translated_unless_staff_wrote_it() -> None:
    """D4."""
    usual = DEFAULTS["requests.instructions"]
    assert usual == INSTRUCTIONS
    assert words_in("de")(usual).startswith("Verwenden Sie den Schlüssel")
    assert words_in("de")("Ring {us} up.") == "Ring {us} up."
