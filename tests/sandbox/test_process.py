"""A sandbox as a process: killed, started again, refused, stopped."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from esd_desktop.errors import EsdError
from esd_desktop.sandbox.addresses import SandboxAddresses
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.sandbox.process import SandboxProcess, command
from tests.sandbox.calling import SKU, Caller


@pytest.fixture
def process(tmp_path: Path) -> Iterator[SandboxProcess]:
    """A sandbox of this test's own."""
    with SandboxProcess(tmp_path) as started:
        yield started


def ask(process: SandboxProcess) -> SandboxControl:
    return SandboxControl(process.addresses)


def test_what_was_answered_survives_a_kill(process: SandboxProcess, tmp_path: Path) -> None:
    caller, control = Caller(process.addresses), ask(process)
    redeemed, returned = caller.issued(), caller.issued()
    control.redeem(redeemed)
    caller.give_back(returned)
    control.change_product(SKU, price="1.00")
    control.settings(page_size=3)
    licences, effects = control.licences(), control.effects()
    process.kill()
    with SandboxProcess(tmp_path) as again:
        revived = ask(again)
        assert revived.licences() == licences
        assert revived.effects() == effects
        assert revived.settings()["page_size"] == 3
        kept = process.addresses.as_json().items() - again.addresses.as_json().items()
        assert {name for name, _ in kept} == {"pid", "control_secret"}
        # The token that was given out before, at the address of before.
        assert caller.read(redeemed).json()["tokenStatus"] == "Redeemed"
        assert caller.products().json()["items"][2]["price"]["amount"] == "1.00"
        revived.close()
    caller.http.close()
    control.close()


def test_a_line_that_a_kill_cut_short_is_dropped(process: SandboxProcess, tmp_path: Path) -> None:
    control = ask(process)
    (licence,) = control.seed([{"transaction_id": "x", "sku": SKU}])
    control.close()
    process.kill()
    with (tmp_path / "journal.jsonl").open("ab") as journal:
        journal.write(b'{"licence": {"transac')
    with SandboxProcess(tmp_path) as again:
        control = ask(again)
        control.seed([{"transaction_id": "y", "sku": SKU}])
        assert control.licence("x") == licence
        control.close()
    with SandboxProcess(tmp_path) as once_more:
        control = ask(once_more)
        assert [each["transaction_id"] for each in control.licences()] == ["x", "y"]
        control.close()


def test_a_damaged_journal_is_told(tmp_path: Path) -> None:
    (tmp_path / "journal.jsonl").write_bytes(b"not json\n")
    with pytest.raises(EsdError, match=r"Line 1 of the sandbox's journal .* is damaged"):
        SandboxProcess(tmp_path)


def test_a_second_sandbox_in_the_same_directory_is_refused(
    process: SandboxProcess, tmp_path: Path
) -> None:
    with pytest.raises(EsdError, match=r"^Another sandbox is already running on "):
        SandboxProcess(tmp_path)
    control = ask(process)
    assert control.licences() == []
    control.close()
    assert SandboxAddresses.read(tmp_path) == process.addresses


def test_a_port_that_is_taken_meanwhile(tmp_path: Path) -> None:
    with SandboxProcess(tmp_path) as first:
        before = first.addresses
    port = int(before.control_url.rpartition(":")[2].partition("/")[0])
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        with SandboxProcess(tmp_path) as second:
            assert second.addresses.control_url != before.control_url
            assert second.addresses.smtp_port == before.smtp_port


def test_a_directory_that_cannot_be_used(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    with pytest.raises(EsdError, match=r"cannot keep its state in .*file"):
        SandboxProcess(in_the_way)


def test_no_sandbox_ever_ran(tmp_path: Path) -> None:
    with pytest.raises(EsdError, match="No sandbox has run"):
        SandboxAddresses.read(tmp_path)


def start(directory: Path) -> subprocess.Popen[str]:
    """As a person would, in a terminal."""
    child = subprocess.Popen(
        command(directory),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert child.stdout is not None
    assert "The sandbox runs" in child.stdout.readline()
    return child


def test_it_stops_when_its_parent_has_gone(tmp_path: Path) -> None:
    child = start(tmp_path)
    _, complaints = child.communicate(timeout=10)  # closes the child's standard input
    assert child.returncode == 0
    assert complaints == ""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_when_it_is_told(tmp_path: Path, number: int) -> None:
    child = start(tmp_path)
    child.send_signal(number)
    _, complaints = child.communicate(timeout=10)
    assert child.returncode == 0
    assert complaints == ""


def test_it_stops_at_once_although_calls_are_waiting(process: SandboxProcess) -> None:
    control, caller = ask(process), Caller(process.addresses)
    control.set_fault("read", "hang")
    body = f"GET /esd/v1/channels/{caller.channel}/licences/x HTTP/1.1\r\nHost: x\r\n\r\n"
    with trusting_socket(caller) as hanging:
        hanging.sendall(body.encode())
        while not control.calls()["read"]:
            pass
        process.stop()
        assert hanging.recv(1) == b""
    caller.http.close()
    control.close()


def trusting_socket(caller: Caller) -> socket.socket:
    import ssl

    port = int(caller.addresses.authority.rpartition(":")[2])
    context = ssl.create_default_context(cafile=caller.addresses.ca_file)
    plain = socket.create_connection(("127.0.0.1", port), timeout=10)
    return context.wrap_socket(plain, server_hostname="127.0.0.1")


def test_stopping_twice_is_no_error(process: SandboxProcess) -> None:
    process.stop()
    process.stop()
