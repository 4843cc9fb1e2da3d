"""``esd templates``: shown, changed from files, previewed, tried, put back."""

from __future__ import annotations

from pathlib import Path

from esd_desktop.sandbox.client import SandboxControl
from tests.support.sowing import Sown
from tests.unit.cli.conftest import Esd


def test_a_text_is_changed_from_files_previewed_and_put_back(
    esd: Esd, sown: Sown, tmp_path: Path
) -> None:
    assert len(esd("templates", "list", "--json").json) == 7
    subject = tmp_path / "subject.txt"
    subject.write_text("For {{ customer }}\n", "utf-8")
    said = esd("templates", "set", "welcome", "--language", "de", "--subject-file", str(subject))
    assert said.code == 0, said
    shown = esd("templates", "show", "welcome", "--language", "de", "--json").json
    assert shown["subject"] == "For {{ customer }}"
    assert "Produktschlüssel" in shown["text"]
    assert "key" in shown["variables"]
    preview = esd(
        "templates", "preview", "welcome", "--asset", str(sown.activated), "--language", "de-AT"
    )
    assert "For Müller & Söhne KG" in preview.out
    assert sown.key not in preview.out
    assert esd("templates", "restore", "welcome", "--language", "de").code == 0
    again = esd("templates", "show", "welcome", "--language", "de", "--json").json
    assert again["changed"] is None


def test_an_unknown_variable_is_a_sentence_and_nothing_is_saved(
    esd: Esd, sown: Sown, tmp_path: Path
) -> None:
    text = tmp_path / "text.txt"
    text.write_text("{{ custmer }} {{ key }}", "utf-8")
    said = esd("templates", "set", "welcome", "--language", "en", "--text-file", str(text))
    assert said.code == 1
    assert "There is no {{ custmer }} in this template" in said.err
    text.write_bytes(b"\xff\xfe")
    assert (
        esd("templates", "set", "welcome", "--language", "en", "--text-file", str(text)).code == 1
    )
    assert esd("templates", "show", "welcome", "--json").json["changed"] is None
    assert esd("templates", "show", "goodbye").code == 1


def test_a_test_is_sent(esd: Esd, bought: int, sandbox: SandboxControl) -> None:
    said = esd("templates", "test", "welcome", "--asset", str(bought), "--to", "me@esd.example")
    assert said.code == 0
    assert any(mail["subject"].startswith("[Test]") for mail in sandbox.mails())
