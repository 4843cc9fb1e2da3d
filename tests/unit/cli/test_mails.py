"""``esd mails``: listed, shown, sent again, noted as returned."""

from __future__ import annotations

from pathlib import Path

import pytest

from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.send_mails import send_due_mails
from tests.support import bounces
from tests.support.sowing import Sown
from tests.unit.cli.conftest import Behind, Esd


@pytest.fixture
def failed(behind: Behind, bought: int, sandbox: SandboxControl) -> str:
    """The id of a mail that was refused for good."""
    sandbox.set_fault("mail", "refuse")
    behind(send_due_mails)
    return "1"


def test_a_failed_one_is_listed_shown_and_sent_again(
    esd: Esd, bought: int, failed: str, sandbox: SandboxControl
) -> None:
    (row,) = esd("mails", "list", "--state", "failed", "--json").json
    assert (row["asset_id"], row["state"], str(row["id"])) == (bought, "Failed", failed)
    assert esd("mails", "list", "--search", "nobody", "--json").json == []
    sheet = esd("mails", "show", failed)
    assert sheet.code == 0
    for words in ("refused the mail", "office@aegean.example", "Welcome Microsoft ESD", "•••••-"):
        assert words in sheet.out
    assert "DEMOX" not in sheet.out
    said = esd("mails", "resend", failed, "--json")
    assert (said.code, said.json["address"]) == (0, "office@aegean.example")
    assert len(sandbox.mails()) == 1


def test_a_no_at_the_terminal_sends_nothing(esd: Esd, failed: str, sandbox: SandboxControl) -> None:
    assert esd("mails", "resend", failed, typed="n\n", terminal=True).code == 1
    assert sandbox.mails() == []


def test_what_waits_is_tried(esd: Esd, bought: int, sandbox: SandboxControl) -> None:
    sandbox.set_fault("mail", "refuse_for_now")
    waiting = esd("mails", "send")
    assert waiting.code == 1
    assert "1 mail still waiting." in waiting.err
    assert esd("mails", "send").code == 0
    assert len(sandbox.mails()) == 1


def test_a_returned_mail_is_noted_from_a_file(
    esd: Esd, behind: Behind, bought: int, sandbox: SandboxControl, tmp_path: Path
) -> None:
    behind(send_due_mails)
    good, bad = tmp_path / "notice.eml", tmp_path / "letter.eml"
    good.write_bytes(bounces.report(sandbox.mails()[0]["message_id"]))
    bad.write_bytes(b"From: eleni@aegean.example\n\nThanks")
    said = esd("mails", "bounce", str(good), str(bad), "--json")
    assert said.code == 1
    assert [one["result"] for one in said.json] == ["done", "failed"]
    (row,) = esd("mails", "list", "--state", "failed", "--json").json
    assert "User unknown" in row["last_error"]


def test_without_a_file_a_mailbox_is_needed(esd: Esd, sown: Sown) -> None:
    said = esd("mails", "bounce")
    assert said.code == 1
    assert "No mailbox for undeliverable mails is set." in said.err
    missing = esd("mails", "bounce", "/nowhere/notice.eml")
    assert missing.code == 1
    assert "/nowhere/notice.eml: It cannot be read" in missing.err
    assert esd("mails", "show", "4711").code == 1
