"""Templates are written by people: what they may say, and that they can do nothing else."""

from __future__ import annotations

import pytest

from esd_desktop.errors import InvalidInput, Refused
from esd_desktop.services.mail.render import MailText, check, message, render

KNOWN = {"customer": "A & B <i>", "comment": None}


def with_text(text: str) -> MailText:
    return MailText("Hello {{ customer }}", text, text)


def test_words_are_escaped_in_html_and_nowhere_else() -> None:
    mail = render(with_text("{{ customer }}{% if comment %}!{% endif %}{{ comment }}."), KNOWN)
    assert mail == MailText("Hello A & B <i>", "A & B <i>.", "A &amp; B &lt;i&gt;.")


@pytest.mark.parametrize(
    "text",
    [
        "{{ customer.__class__ }}",
        "{{ customer['x'] }}",
        "{{ customer() }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ customer|attr('__class__') }}",
        "{{ customer|safe }}",
        "{{ customer ~ customer }}",
        "{{ customer * 1000000 }}",
        "{{ 9 ** 999999 }}",
        "{{ [customer] }}",
        "{% for one in customer %}{{ one }}{% endfor %}",
        "{% for one in range(999999999) %}x{% endfor %}",
        "{% set customer = 1 %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% include 'welcome' %}",
        "{% import 'os' as os %}",
        "{% extends 'x' %}",
        "{% block b %}{% endblock %}",
        "{% call customer() %}{% endcall %}",
        "{% filter upper %}x{% endfilter %}",
        "{% if customer > 3 %}x{% endif %}",
        "{% if customer is defined %}x{% endif %}",
        "{{ self }}",
        "{{ lipsum }}",
        "{{ config }}",
        "{{ (" * 3_000,
        "{{ not " * 5_000,
        "{% if customer %}" * 30 + "{% endif %}" * 30,
        "{{ customer",
        "{% if customer %}",
        " ",
        "x" * 50_001,
    ],
)
def test_nothing_else_can_be_saved_or_sent(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check(with_text(text), KNOWN)
    assert caught.value.sentence.endswith(".")
    with pytest.raises(Refused):
        render(with_text(text), KNOWN)


def test_an_unknown_variable_is_named_with_those_there_are() -> None:
    with pytest.raises(InvalidInput) as caught:
        check(with_text("Hello\n{{ custmer }}"), KNOWN)
    assert "There is no {{ custmer }} in this template" in caught.value.sentence
    assert "line 2" in caught.value.sentence
    assert "there are: comment, customer." in caught.value.sentence


def test_what_would_grow_beyond_measure_is_refused() -> None:
    with pytest.raises(Refused, match="longer than"):
        render(with_text("{{ customer }}" * 2_000), {"customer": "x" * 2_000})


@pytest.mark.parametrize("subject", ["", "  ", "one\ntwo", "{{ customer }}\r\nBcc: x@y.example"])
def test_the_subject_is_one_line(subject: str) -> None:
    with pytest.raises(InvalidInput, match="one line"):
        check(MailText(subject, "x", "x"), KNOWN)


def test_a_word_cannot_add_a_header() -> None:
    words = {"customer": "A\r\nBcc: thief@elsewhere.example"}
    mail = message(
        render(with_text("x"), words), message_id="<1@x>", sender="a@x.example", recipient="b@x"
    )
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Hello A Bcc: thief@elsewhere.example"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
