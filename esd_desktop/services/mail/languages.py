"""Languages of mails: the shipped texts, which one a reader gets, and how a day is written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files

from esd_desktop.errors import InvalidInput
from esd_desktop.models.wording import as_day
from esd_desktop.services.mail.render import MailText

SHIPPED = ("en", "de", "el")
LANGUAGE_NAMES = {"en": "English", "de": "German", "el": "Greek"}
_LAST_RESORT = "en"
_TAG = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8}){0,2}")
_DAY = {"de": "{day}. {month} {year}", "el": "{day} {month} {year}"}
_MONTHS = {
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "el": "Ιανουαρίου Φεβρουαρίου Μαρτίου Απριλίου Μαΐου Ιουνίου Ιουλίου Αυγούστου Σεπτεμβρίου "
    "Οκτωβρίου Νοεμβρίου Δεκεμβρίου",
}


def tag(text: str) -> str:
    """A language as it is kept ("de-at" for "de_AT"). Raises InvalidInput where it is none."""
    folded = text.strip().lower().replace("_", "-")
    if not _TAG.fullmatch(folded):
        raise InvalidInput(f"{text!r} is not a language.", advice="Write it like “de” or “de-AT”.")
    return folded


def wanted(language: str | None) -> Sequence[str]:
    """In which languages a text is looked for, the best first: "de-AT" → de-at, de, en."""
    try:
        parts = tag(language or "").split("-")
    except InvalidInput:
        # An account may have been imported with anything; its mails go nevertheless.
        return (_LAST_RESORT,)
    longer = ["-".join(parts[:count]) for count in range(len(parts), 0, -1)]
    return tuple(dict.fromkeys([*longer, _LAST_RESORT]))


@cache
def shipped(name: str, language: str) -> MailText | None:
    """The text that came with the program; None where there is none in this language."""
    if language not in SHIPPED:
        return None
    folder = files("esd_desktop.resources") / "mail" / language
    subject, text, html = (
        (folder / f"{name}.{part}").read_text(encoding="utf-8")
        for part in ("subject", "txt", "html")
    )
    return MailText(subject.strip(), text, html)


def day_in(language: str, moment: datetime) -> str:
    """A day as a reader of the language writes it; in figures where we do not know how."""
    base = language.split("-", 1)[0]
    if base == "en":
        return as_day(moment)
    local = moment.astimezone()
    if base not in _DAY:
        return f"{local:%Y-%m-%d}"
    month = _MONTHS[base].split()[local.month - 1]
    return _DAY[base].format(day=local.day, month=month, year=local.year)
