"""How a page shows in what state something is: a word with a sign and a colour, which together say
the same to whoever cannot tell one of them."""

from __future__ import annotations

from functools import cache

from markupsafe import Markup
from msgspec import Struct

from esd_desktop.portal.texts import words_in

# By the tone, which is the name of a class in portal.css.
SIGNS = {"good": "✓", "warning": "!", "bad": "✕", "neutral": "–", "info": "i", "accent": "●"}
_BADGE = Markup('<span class="badge {}"><span class="sign" aria-hidden="true">{}</span>{}</span>')
_MEANING = Markup('{} <span class="muted">{}</span>')


class Said(Struct, frozen=True):
    """A word with its tone, and what it means."""

    word: str
    tone: str
    meaning: str = ""


@cache  # a list has two of the few there are in each of its rows
def badge_in(language: str, said: Said, *, meaning: bool = False) -> Markup:
    """The badge in a language. ``meaning``: with what it means, where that is not plain."""
    words = words_in(language)
    badge = _BADGE.format(said.tone, SIGNS[said.tone], words(said.word))
    return _MEANING.format(badge, words(said.meaning)) if meaning and said.meaning else badge
