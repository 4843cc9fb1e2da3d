"""What the portal says, in English, German and Greek.

English is what stands in the code and the templates; ``texts/de.toml`` and ``el.toml`` have each
sentence with its translation. A test sees that none is missing and none is left over. What is one
word in English and two in another language has a bar, and after it what tells it from the other.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

LANGUAGES = {"en": "English", "de": "Deutsch", "el": "Ελληνικά"}
_FOLDER = Path(__file__).with_name("texts")


class Words:
    """The words of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._translated = _catalogue(language)

    def __call__(self, text: str, /, **values: object) -> str:
        """A sentence in this language, with the values where it has their names in braces."""
        said = self._translated.get(text) or text.partition("|")[0]
        return said.format(**values) if values else said

    def many(self, one: str, several: str, n: int, /, **values: object) -> str:
        """One of two sentences, by the number ``n``, which they may have in them."""
        return self(one if n == 1 else several, n=n, **values)


def N_(text: str) -> str:  # noqa: N802 - the usual name of it
    """Marks a sentence that is translated where it is said, by a variable."""
    return text


def best_language(accepted: str) -> str:
    """The first of our languages that a browser's Accept-Language names; English without one."""
    weighed: list[tuple[float, str]] = []
    for part in accepted.split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            weighed.append((-float(weight or 1), tag.split("-", 1)[0].lower()))
        except ValueError:
            continue
    return next(
        (tag for _, tag in sorted(weighed, key=lambda one: one[0]) if tag in LANGUAGES), "en"
    )


@cache
def words_in(language: str) -> Words:
    """The words of one of our languages."""
    return Words(language)


def _catalogue(language: str) -> dict[str, str]:
    if language == "en":
        return {}
    kept = tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    return {str(text): str(said) for text, said in kept.items()}
