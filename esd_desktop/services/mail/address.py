"""What a mail can be sent to: one plain address, as it stands in the envelope and in the header."""

from __future__ import annotations

import re

# No names, lists, comments or control characters: each could send a key to somebody else as well.
_PLAIN = re.compile(r"[^\s@,;:<>()\[\]\\\"\x00-\x20\x7f]+@[^\s@,;:<>()\[\]\\\"\x00-\x20\x7f]+")


def is_address(text: str) -> bool:
    """Whether it is one plain mail address."""
    local, _, domain = text.partition("@")
    dotted = (part for part in (*local.split("."), *domain.split(".")))
    return _PLAIN.fullmatch(text) is not None and all(dotted)
