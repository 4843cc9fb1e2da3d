"""Templates as staff might write them, or somebody who means ill: none reaches anything."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from esd_desktop.errors import Refused
from esd_desktop.services.mail.render import MailText, check, render
from tests.reliability.fuzz.drawing import fuzzed, is_told

# No word of a template, so where it turns up it was put there by a variable.
_SENTINEL = "⟦customer⟧"
_WORDS = {"customer": _SENTINEL, "comment": None}
_NAMES = ["customer", "comment", "self", "cycler", "namespace", "lipsum", "range", "request", "x"]
_PIECES = [
    *("{{", "}}", "{%", "%}", "{#", "#}", "{{-", "-%}", "%}", "{% raw %}", "{% endraw %}"),
    *(" if ", " elif ", " else ", " endif ", " for ", " in ", " endfor ", " set ", " macro "),
    *(" include ", " import ", " extends ", " block ", " call ", " filter ", " with ", " do "),
    *(".__class__", ".__mro__[1]", ".__subclasses__()", "['__globals__']", "|attr('x')", "|safe"),
    *("()", "(9)", "[0]", "[:]", " ~ ", " + ", " * 99999999", " ** 9999", " == ", " is ", " not "),
    *("'", '"', "\\", "1e999", "0x", "\n", "\0", "\u2028", "é", "<b>", "</script>", "%s", "{0}"),
]
_source = st.lists(
    st.sampled_from(_NAMES) | st.sampled_from(_PIECES) | st.text(max_size=8), max_size=40
).map("".join)
# Deep, wide, and long, each with what jinja has for it.
_many = st.integers(1, 3_000)
_heaps = st.one_of(
    _many.map(lambda n: "{% if customer %}" * n + "x" + "{% endif %}" * n),
    _many.map(lambda n: "{{ customer }}" * n),
    _many.map(lambda n: "{{ " + "(" * n + "customer" + ")" * n + " }}"),
    _many.map(lambda n: "{{ " + "not " * n + "customer }}"),
    _many.map(lambda n: "{% if " + "customer == " * n + "'' %}{% endif %}"),
    _many.map(lambda n: "{{ " + "-" * n + "1 }}"),
    _many.map(lambda n: "{{ " + "customer" + ".a" * n + " }}"),
)


@fuzzed(25)
@given(_source | _heaps)
def test_a_template_is_refused_or_says_its_words(source: str) -> None:
    mail, refusal = outcome(MailText("Hello", source, source))
    if mail is None:
        assert refusal is not None
        assert is_told(refusal)
        return
    assert len(mail.text) <= 1_000_000
    assert mail.text.count(_SENTINEL) <= source.count("customer")
    if _SENTINEL not in mail.text:
        # Then it is made of the source alone: no object's inside was written out.
        assert not any(inside in mail.text for inside in ("<class", "<function", "object at 0x"))


def outcome(text: MailText) -> tuple[MailText | None, Refused | None]:
    """The mail that a template gives, or why it gives none."""
    try:
        check(text, _WORDS.keys())
        return render(text, _WORDS), None
    except Refused as refusal:
        return None, refusal


@fuzzed(25)
@given(st.text(max_size=200), _source)
def test_a_word_is_never_a_template(word: str, other: str) -> None:
    """What a customer is called is written, not run, and is escaped where it must be."""
    text = MailText("Hello", "{{ customer }}|{{ comment }}", "<p>{{ customer }}|{{ comment }}</p>")
    mail = render(text, {"customer": word, "comment": other})
    assert mail.text == f"{word}|{other}"
    assert "<" not in mail.html.removeprefix("<p>").removesuffix("</p>")
