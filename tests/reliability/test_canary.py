"""A known key and link go through every flow, and are then looked for wherever they must not be.

What is to be found is looked for as well: a search that finds nothing anywhere proves nothing.
"""

from __future__ import annotations

import base64
import gzip
import logging
import os
import re
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from PySide6.QtWidgets import QApplication

from esd_desktop.errors import EsdError
from esd_desktop.logs import start_logging
from esd_desktop.models.asset_rows import AssetChoice
from esd_desktop.models.listing import ListKind, ListQuery
from esd_desktop.models.rows import AssetQuery
from esd_desktop.models.statuses import Requester
from esd_desktop.models.store import requests
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.back_up import back_up
from esd_desktop.services.browse import asset_detail, asset_mails, connection_list
from esd_desktop.services.cancel_licence import cancel_licence
from esd_desktop.services.context import Services
from esd_desktop.services.decide_request import decline
from esd_desktop.services.export_assets import export_assets
from esd_desktop.services.export_list import export_list
from esd_desktop.services.import_assets import import_assets
from esd_desktop.services.invoice_file import save_invoice
from esd_desktop.services.mail.kinds import WELCOME
from esd_desktop.services.mail.render import MailText, message
from esd_desktop.services.mail.smtp import Mailer, MailServer
from esd_desktop.services.preview_mail import preview_mail, send_test
from esd_desktop.services.provision import provision
from esd_desktop.services.record_bounce import record_bounce
from esd_desktop.services.request_cancellation import request_cancellation
from esd_desktop.services.resend_link import resend_link
from esd_desktop.services.reveal_key import Purpose, reveal
from esd_desktop.services.rotate_data_key import rotate_data_key
from esd_desktop.services.send_mails import send_due_mails
from esd_desktop.services.settle_doubt import settle_doubt
from esd_desktop.services.shared_settings import change_settings
from esd_desktop.services.update_status import update_status
from esd_desktop.settings import Folders
from esd_desktop.ui.clipboard import secret_clipboard
from esd_desktop.ui.desk import Desk
from tests.reliability.canary import PLACES, Canary, in_files, in_objects, in_text
from tests.support.bounces import report
from tests.support.connecting import order
from tests.support.desktops import later
from tests.support.ledger import write
from tests.support.main_window import Whole, whole
from tests.support.waiting import until
from tests.support.window import Run, connected_desk, desk, run
from tests.unit.cli.conftest import Esd, esd
from tests.unit.services.importing import exports
from tests.unit.ui.detail.reading import everything_readable

__all__ = ["connected_desk", "desk", "esd", "run", "whole"]

_STAFF = "staff@distributor.example"
_CUSTOMER = "office@aegean.example"
_TESTER = "tester@distributor.example"
_DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "security.md"


class Flows:
    """Everything that is done with the licence, from its purchase to its end. ``canaries`` grows
    with each licence that is issued or comes in."""

    def __init__(
        self, sandbox: SandboxControl, places: Folders, files: Path, patch: pytest.MonkeyPatch
    ) -> None:
        self.sandbox = sandbox
        self.places = places
        self.files = files
        self.canaries: list[Canary] = []
        self.shown: list[str] = []
        self.kept = 0
        self._patch = patch

    async def buy(self, services: Services) -> None:
        """Three licences: one to keep, one to give back, one whose writing fails at first."""
        await change_settings(services, {"requests.notify": _STAFF})
        (connection,) = await connection_list(services)
        self.kept, returned, failing = await order(services, connection.id, quantity=3)
        for asset in (self.kept, returned):
            await provision(services, asset)
        await self._write_that_fails(services, failing)
        await send_due_mails(services)
        await cancel_licence(services, returned)
        for asset in (self.kept, returned, failing):
            detail = await asset_detail(services, asset)
            there = self.sandbox.licence(detail.client_transaction_id)
            assert there is not None
            self.canaries.append(Canary(there["product_key"], there["activation_link"]))

    async def _write_that_fails(self, services: Services, asset: int) -> None:
        """The key is in hand, and the store refuses to keep it, as a bug would have it."""
        store = services.store.name
        trigger = "CREATE TRIGGER no_room BEFORE INSERT ON asset_secrets BEGIN "
        write(store, trigger + "SELECT RAISE(ABORT, 'the canary was refused'); END")
        with pytest.raises(Exception, match="the canary was refused") as failed:
            await provision(services, asset)
        logging.getLogger("esd_desktop").error("bug", exc_info=failed.value)
        write(store, "DROP TRIGGER no_room")
        write(store, "UPDATE operations SET state = 'in doubt' WHERE asset_id = ?", asset)
        await settle_doubt(services)

    async def ask_microsoft(self, services: Services) -> None:
        """Good answers and bad ones, each with the key in it."""
        faults: tuple[dict[str, Any], ...] = (
            {"kind": "cut_short"},
            {"kind": "wrong_type"},
            {"kind": "missing_field"},
            {"kind": "unknown_status"},
        )
        for fault in faults:
            self.sandbox.set_fault("read", times=None, **fault)
            with pytest.raises(EsdError):
                await update_status(services, self.kept)
            self.sandbox.clear_faults()
        detail = await asset_detail(services, self.kept)
        transaction, first = detail.client_transaction_id, self.canaries[0]
        self.sandbox.force(transaction, product_key="DEMOX-BCDFG-HJKMP-QRTVW-CANRY")
        await update_status(services, self.kept)
        self.sandbox.force(transaction, product_key=first.key)
        await update_status(services, self.kept)

    async def mail(self, services: Services) -> None:
        """The link goes out again and comes back with all of its text; others are told as well."""
        await resend_link(services, self.kept)
        await preview_mail(services, WELCOME, self.kept)
        await send_test(services, WELCOME, self.kept, _TESTER)
        await request_cancellation(
            services, self.kept, requester=Requester.CUSTOMER, requested_by="Eleni"
        )
        async with services.store.read() as connection:
            request = await requests.undecided_of(connection, self.kept)
        assert request is not None
        await decline(services, request.id, request.version, comment="It is in use.")
        await send_due_mails(services)
        newest = next(
            row for row in await asset_mails(services, self.kept) if row.template == WELCOME
        )
        (text,) = [
            self.sandbox.mail(each["number"])["text"]
            for each in self.sandbox.mails(_CUSTOMER)
            if each["message_id"] == newest.message_id
        ]
        notice = report(newest.message_id, form="message/rfc822").decode()
        first = self.canaries[0]
        notice = notice.replace("User unknown", f"Spam: {first.key} {first.link}")
        notice = notice.replace("Subject: Welcome", f"Subject: {first.key} Welcome") + text
        await record_bounce(services, notice.encode())

    async def stumble(self, services: Services) -> None:
        """A bug strikes while a key is in hand, and speaks of it."""
        first, shown = self.canaries[0], self.shown

        class Talkative(Mailer):
            async def send(self, server: MailServer, mail: EmailMessage) -> None:
                raise ValueError(f"{first.key} {first.link} {mail}")

        def written(rendered: MailText, **headers: str) -> EmailMessage:
            shown.extend(in_objects([first]))
            return message(rendered, **headers)

        with self._patch.context() as patched:
            patched.setattr(services, "mailer", Talkative())
            patched.setattr("esd_desktop.services.send_mails.message", written)
            patched.setattr(services, "clock", services.clock)
            with pytest.raises(ValueError, match="DEMOX"):
                await resend_link(services, self.kept)
            # A bug with one mail is logged, and does not keep the others.
            later(services, minutes=5)
            await send_due_mails(services)

    async def files_in_and_out(self, services: Services) -> None:
        """A file with licences comes in, badly at first; lists, invoices and copies go out."""
        come_in = Canary(exports.demo_key(77), exports.link(77))
        line = exports.asset(77, Token=come_in.key, Link=come_in.link, Order="PO-77")
        bad = line | {"Status": come_in.key, "Purchase Date": come_in.link}
        source = self.files / "given"
        source.mkdir()
        exports.write_csv(source / "bad.csv", [bad])
        exports.write_csv(source / "good.csv", [line])
        self.canaries.append(come_in)
        assert (await import_assets(services, source / "bad.csv", dry_run=False)).bad == 1
        for dry_run in (True, False):
            imported = await import_assets(services, source / "good.csv", dry_run=dry_run)
            assert imported.bad == 0
        everything, masked = AssetChoice(AssetQuery()), self.files / "masked"
        masked.mkdir()
        for name in ("list.csv", "list.xlsx"):
            await export_assets(services, everything, (), masked / name)
            for kind in ListKind:
                await export_list(services, kind, ListQuery(), (), masked / f"{kind}-{name}")
        (self.files / "whole").mkdir()
        for name in ("list.csv", "list.xlsx"):
            await export_assets(
                services,
                everything,
                (),
                self.files / "whole" / name,
                keys=True,
                progress=lambda *_: self.shown.extend(in_objects(self.canaries)),
            )
        (self.files / "paper").mkdir()
        await save_invoice(services, 1, self.files / "paper" / "invoice.pdf")
        await rotate_data_key(services)
        await back_up(services, self.files / "copies")


class Looked:
    """What was found in which place."""

    def __init__(self) -> None:
        self.found: dict[str, list[str]] = {}

    def at(self, place: str, found: list[str]) -> None:
        assert place in PLACES
        self.found.setdefault(place, []).extend(found)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The system's folder for temporary files, for this test alone."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    for name in ("TMPDIR", "TEMP", "TMP", "SQLITE_TMPDIR"):
        monkeypatch.setenv(name, str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    yield folder
    tempfile.tempdir = None


@pytest.fixture
def talkative_log(places: Folders) -> Path:
    """The program's log, with everything in it that anybody says."""
    file = start_logging(places.logs)
    for name in (None, "httpx2", "httpcore2", "msal"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    return file


@pytest.mark.timeout(180)
@pytest.mark.expect_log("bug")
def test_a_key_is_nowhere_but_where_it_belongs(
    run: Run,
    connected_desk: Desk,
    whole: Whole,
    sandbox: SandboxControl,
    places: Folders,
    tmp_path: Path,
    temporary: Path,
    talkative_log: Path,
    monkeypatch: pytest.MonkeyPatch,
    esd: Esd,
    qapp: QApplication,
) -> None:
    files = tmp_path / "files"
    files.mkdir()
    flows = Flows(sandbox, places, files, monkeypatch)
    looked = Looked()
    desk = connected_desk

    for flow in (
        *(flows.buy, flows.ask_microsoft, flows.mail, flows.stumble),
        flows.files_in_and_out,
    ):
        run(desk.backend.call(flow))
    run(_look_at_the_window(desk, whole, flows, looked, qapp))
    looked.at("Objects", flows.shown)
    whole.window.close()
    canaries = flows.canaries
    looked.at("The store's file", in_files(canaries, places.data))
    run(desk.tasks.close())
    desk.backend.close()
    looked.at("The store's file", in_files(canaries, places.data))
    looked.at("Copies of the store", in_files(canaries, files / "copies"))
    looked.at("Settings", in_files(canaries, places.config))
    looked.at("The log", in_files(canaries, places.logs))
    looked.at("Temporary files", in_files(canaries, temporary))
    looked.at("Lists in files", in_files(canaries, files / "masked"))
    looked.at("Invoices", in_files(canaries, files / "paper"))
    looked.at("Other mails", _in_other_mails(sandbox, canaries))
    _look_at_the_command_line(esd, flows, looked)
    for place, found in looked.found.items():
        assert found == [], place
    assert looked.found.keys() == PLACES.keys()
    _check_that_it_is_where_it_belongs(sandbox, flows)


async def _look_at_the_window(
    desk: Desk, whole: Whole, flows: Flows, looked: Looked, qapp: QApplication
) -> None:
    first = flows.canaries[0]
    whole.window.open(None)
    await until(lambda: not desk.tasks.count, timeout=20.0)
    desk.navigator.asset_wanted.emit(flows.kept)
    await until(lambda: first.key[-5:] in _readable(qapp), timeout=20.0)
    key = await desk.read(reveal, flows.kept, Purpose.COPY_KEY)
    secret_clipboard().copy(key)
    assert qapp.clipboard().text() == first.key
    secret_clipboard().clear()
    looked.at("The clipboard", in_text(flows.canaries, "its text", qapp.clipboard().text()))
    looked.at("The window", in_text(flows.canaries, "masked", _readable(qapp)))


def _readable(qapp: QApplication) -> str:
    return "\n".join(map(everything_readable, qapp.topLevelWidgets()))


def _in_other_mails(sandbox: SandboxControl, canaries: list[Canary]) -> list[str]:
    found = []
    for each in sandbox.mails():
        if each["recipients"] == [_CUSTOMER] and "Welcome" in each["subject"]:
            continue
        found += in_text(canaries, str(each["subject"]), str(sandbox.mail(each["number"])))
    return found


def _look_at_the_command_line(esd: Esd, flows: Flows, looked: Looked) -> None:
    for typed in (
        ("assets", "show", str(flows.kept)),
        ("assets", "list"),
        ("assets", "history", str(flows.kept)),
        ("assets", "discrepancies"),
        ("history",),
        ("mails", "list"),
        ("doctor",),
        ("keys", "status"),
    ):
        for said in (esd(*typed), esd("--json", *typed)):
            text = said.out + said.err
            looked.at("The command line", in_text(flows.canaries, " ".join(typed), text))
    own = f"{sys.argv} {os.environ}"
    looked.at("The command line", in_text(flows.canaries, "this process", own))


def _check_that_it_is_where_it_belongs(sandbox: SandboxControl, flows: Flows) -> None:
    first, *_, come_in = flows.canaries
    welcomes = [
        mail
        for each in sandbox.mails(_CUSTOMER)
        if first.key in (mail := str(sandbox.mail(each["number"])))
    ]
    assert len(welcomes) == 2
    for file in ("list.csv", "list.xlsx"):
        assert [name for name in in_files([first], flows.files / "whole") if file in name]
    assert in_files([come_in], flows.files / "given")


def test_the_documents_name_every_place_that_is_looked_at() -> None:
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", _DOCUMENT.read_text("utf-8"), re.MULTILINE)
    assert [row for row in rows if row[0] in PLACES] == list(PLACES.items())


_TOKEN = "c2Vj%2BcmV0%2FdG9rZW4gb2YgYSBjYW5hcnk%3D"
CANARY = Canary("DEMOX-BCDFG-HJKMP-QRTVW-XY234", f"https://setup.office.com/?token={_TOKEN}&ctid=1")
_DISGUISES: dict[str, Callable[[str], bytes]] = {
    "plain": str.encode,
    "within a word": lambda text: f"x{text}y".encode(),
    "base64": lambda text: base64.b64encode(f"before {text} after".encode()),
    "base64 in a mail": lambda text: base64.encodebytes(f"{'long ' * 12}{text} after".encode()),
    "url": lambda text: quote(text, safe="").encode(),
    "utf-16": lambda text: text.encode("utf-16"),
    "a broken line": lambda text: text[:9].encode() + b"=\r\n" + text[9:].encode(),
    "gzip": lambda text: gzip.compress(text.encode()),
}


@pytest.mark.parametrize("disguise", _DISGUISES)
@pytest.mark.parametrize("secret", [CANARY.key, CANARY.link], ids=["key", "link"])
def test_it_is_found_in_every_disguise(tmp_path: Path, secret: str, disguise: str) -> None:
    (tmp_path / "hidden").write_bytes(_DISGUISES[disguise](secret))
    assert in_files([CANARY], tmp_path)


def test_it_is_found_in_what_is_packed(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "list.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("sheet.xml", f"<c>{CANARY.key}</c>")
    assert in_files([CANARY], tmp_path)
    assert in_text([CANARY], "nothing", "DEMOX and XY234") == []
