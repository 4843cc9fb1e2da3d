"""Which language a reader gets, and that every shipped text can be sent in each."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from esd_desktop.errors import InvalidInput
from esd_desktop.services.edit_template import check_template
from esd_desktop.services.mail.kinds import KINDS
from esd_desktop.services.mail.languages import SHIPPED, day_in, shipped, tag, wanted
from esd_desktop.services.mail.render import render


@pytest.mark.parametrize("language", SHIPPED)
@pytest.mark.parametrize("name", KINDS)
def test_every_shipped_text_can_be_saved_and_written(name: str, language: str) -> None:
    text = shipped(name, language)
    assert text is not None
    check_template(name, text)
    full = {one.name: f"«{one.name}»" for one in KINDS[name].variables}
    mail = render(text, full)
    for used in {"product", "customer", "name"} & full.keys():
        assert f"«{used}»" in mail.text
        assert f"«{used}»" in mail.html
    # The key is always there; all the rest may be missing.
    bare = render(text, dict.fromkeys(full) | {"key": full.get("key")})
    assert "None" not in bare.text + bare.html
    assert "\n\n\n" not in bare.text


@pytest.mark.parametrize(
    ("language", "order"),
    [
        ("de-AT", ("de-at", "de", "en")),
        ("el_GR", ("el-gr", "el", "en")),
        ("en", ("en",)),
        ("fr", ("fr", "en")),
        (None, ("en",)),
        ("", ("en",)),
        ("../etc", ("en",)),
    ],
)
def test_the_nearest_language_comes_first(language: str | None, order: tuple[str, ...]) -> None:
    assert tuple(wanted(language)) == order


def test_what_is_no_language_is_refused() -> None:
    with pytest.raises(InvalidInput):
        tag("../en")


def test_days_are_worded_in_the_language_of_the_mail() -> None:
    day = datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert day_in("en", day) == "2 March 2026"
    assert day_in("de-at", day) == "2. März 2026"
    assert day_in("el", day) == "2 Μαρτίου 2026"
    assert day_in("fr", day) == "2026-03-02"
