"""The fields that a history tells of, and their values, in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from esd_desktop.models.wording import as_moment

_WORDS = {
    "provisioning_sync_status": "Provisioning Sync Status",
    "token_status": "Token Status",
    "return_status": "Return Status",
    "activation_date": "Activation Date",
    "return_refusal": "Return refused",
    "deleted_at": "Deleted",
}
_NONE = "none"


def field_words(field: str) -> str:
    """A field's name as people read it: the business's own, or else the words of the name itself
    ("decision_comment" is "Decision comment")."""
    words = _WORDS.get(field) or field.replace("_", " ").replace(".", ", ")
    return words[:1].upper() + words[1:]


def value_words(value: object, moment: Callable[[datetime], str] = as_moment) -> str:
    """A field's value as the audit row has it; moments are there as ISO text, and are told by
    ``moment``."""
    if value is None:
        return _NONE
    if not isinstance(value, str):
        return str(value)
    try:
        when = datetime.fromisoformat(value)
    except ValueError:
        return value
    # A number such as "20261124" reads as a day, too; only what has a time zone is a moment.
    return moment(when) if when.tzinfo is not None else value
