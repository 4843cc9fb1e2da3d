"""What can be printed, and where lines break."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esd_desktop.services.invoicing.typesetting import MISSING, printable, width_of, wrapped


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Müller & Söhne", "Müller & Söhne"),
        ("Mu\u0308ller", "Müller"),
        ("Αιγαίο", "Αιγαίο"),
        ("漢字", MISSING * 2),
        ("a\x00b\u202ec", "abc"),
        (" two\n lines ", "two lines"),
    ],
)
def test_what_the_font_lacks_is_marked(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(st.text(max_size=80), st.floats(20, 100))
def test_lines_fit_and_nothing_is_lost(text: str, room: float) -> None:
    lines = wrapped(text, room, 9.5)
    assert all(width_of(line, 9.5) <= room for line in lines)
    assert "".join(lines).replace(" ", "") == printable(text).replace(" ", "")


def test_it_breaks_between_words() -> None:
    assert wrapped("one two three", width_of("one two ", 9.5), 9.5) == ["one two", "three"]
