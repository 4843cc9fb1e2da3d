"""A certificate, a tenant, a network or a service at Microsoft's that is not as it should be."""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from esd_desktop.models.values import utc_now
from esd_desktop.sandbox.authority import Authority, Validity
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.microsoft.gateways import Gateways
from esd_desktop.services.microsoft.http import TimeLimits
from tests.conftest import QUICK
from tests.scenarios.faults.telling import Behind, Esd, Said, is_for_a_person
from tests.support.connecting import order
from tests.support.ledger import ledger, write

Change = Callable[[str, object], None]


@pytest.fixture
def connection_has(store_file: Path) -> Change:
    """Set a field of the one connection, as if it had been so all along."""

    def change(field: str, value: object) -> None:
        write(store_file, f"UPDATE connections SET {field} = ?", value)  # noqa: S608

    return change


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def refused_everywhere(
    esd: Esd, bought: int, sandbox: SandboxControl, store_file: Path, *words: str
) -> None:
    """Each command that asks Microsoft tells it, and nothing has changed."""
    before, done = ledger(store_file), sandbox.effects()
    for command in (
        ("assets", "update-status", str(bought)),
        ("assets", "cancel", str(bought)),
        ("connections", "check", "Sandbox"),
        ("catalogue", "refresh"),
    ):
        said = esd(*command)
        assert said.code != 2, said
        is_for_a_person(said, *words)
    assert ledger(store_file) == before
    assert sandbox.effects() == done


def works_again(esd: Esd, bought: int) -> None:
    assert esd("connections", "check", "Sandbox").code == 0
    assert esd("assets", "update-status", str(bought)).code == 0
    assert esd("assets", "cancel", str(bought)).code == 0


def test_an_expired_certificate(
    esd: Esd,
    bought: int,
    sandbox: SandboxControl,
    store_file: Path,
    connection_has: Change,
    tmp_path: Path,
) -> None:
    last_year = utc_now() - timedelta(days=365)
    expired = Authority(tmp_path / "expired").issue_client(
        "client", Validity(last_year, last_year + timedelta(days=30))
    )
    connection_has("certificate_file", str(expired.certificate_file))
    connection_has("key_file", str(expired.key_file))
    refused_everywhere(
        esd, bought, sandbox, store_file, "The certificate expired on", "Order a new certificate"
    )
    assert sandbox.calls()["return"] == 0
    connection_has("certificate_file", str(sandbox.addresses.certificate_file))
    connection_has("key_file", str(sandbox.addresses.key_file))
    works_again(esd, bought)


def test_a_wrong_tenant(
    esd: Esd, bought: int, sandbox: SandboxControl, store_file: Path, connection_has: Change
) -> None:
    connection_has("tenant", "11111111-2222-3333-4444-555555555555")
    refused_everywhere(
        esd,
        bought,
        sandbox,
        store_file,
        "Microsoft does not know this Azure Active Directory Tenant",
        "Check the tenant's name or id",
    )
    connection_has("tenant", sandbox.addresses.tenant)
    works_again(esd, bought)


@pytest.mark.parametrize("field", ["service_url", "authority"])
def test_no_network(
    esd: Esd,
    bought: int,
    sandbox: SandboxControl,
    store_file: Path,
    connection_has: Change,
    field: str,
) -> None:
    connection_has(field, f"https://localhost:{closed_port()}/esd")
    refused_everywhere(
        esd, bought, sandbox, store_file, "Microsoft could not be reached.", "Check the network"
    )
    connection_has(field, getattr(sandbox.addresses, field))
    works_again(esd, bought)


def test_a_name_that_nobody_knows(
    esd: Esd, bought: int, sandbox: SandboxControl, store_file: Path, connection_has: Change
) -> None:
    connection_has("service_url", "https://esd.nowhere.invalid/esd")
    refused_everywhere(
        esd, bought, sandbox, store_file, "Microsoft could not be reached.", "Check the network"
    )
    connection_has("service_url", sandbox.addresses.service_url)
    works_again(esd, bought)


def test_a_service_that_cannot_prove_who_it_is(
    esd: Esd, bought: int, sandbox: SandboxControl, store_file: Path, connection_has: Change
) -> None:
    connection_has("ca_file", None)
    refused_everywhere(esd, bought, sandbox, store_file, "is not trusted", "Nothing was sent.")
    connection_has("ca_file", str(sandbox.addresses.ca_file))
    works_again(esd, bought)


def test_a_service_that_is_slow_beyond_patience(
    esd: Esd,
    bought: int,
    sandbox: SandboxControl,
    store_file: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for call in ("read", "products"):
        sandbox.set_fault(call, "hang", times=None)
    before = ledger(store_file)
    with monkeypatch.context() as patch:
        limits = TimeLimits(read=0.1)
        patch.setattr("esd_desktop.opening.Gateways", lambda: Gateways(QUICK, limits))
        for command in (
            ("assets", "update-status", str(bought)),
            ("connections", "check", "Sandbox"),
        ):
            is_for_a_person(esd(*command), "did not answer in time.", "Check the network")
    assert ledger(store_file) == before
    sandbox.clear_faults()
    works_again(esd, bought)


def test_a_service_that_is_slow_but_answers(esd: Esd, bought: int, sandbox: SandboxControl) -> None:
    sandbox.set_fault("any", "delay", seconds=0.2, times=None)
    works_again(esd, bought)


LIES: list[dict[str, Any]] = [
    {"kind": "html"},
    {"kind": "empty"},
    {"kind": "unknown_status"},
    {"kind": "missing_field", "field": "returnStatus"},
    {"kind": "wrong_type", "field": "issuedAt"},
]


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: "-".join(map(str, lie.values())))
def test_a_service_that_lies_about_a_licence(
    esd: Esd, bought: int, sandbox: SandboxControl, store_file: Path, lie: dict[str, Any]
) -> None:
    # An unknown status is listed besides, as tests/scenarios/faults/test_error_table.py shows.
    before = ledger(store_file, besides=("discrepancies", "audit"))
    sandbox.set_fault("read", **lie)
    said = esd("assets", "update-status", str(bought))
    is_for_a_person(said, "could not be understood", "report this with the correlation id")
    assert ledger(store_file, besides=("discrepancies", "audit")) == before
    works_again(esd, bought)


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({"product_key": "DEMOX-BBBBB-BBBBB-BBBBB-BBBBB"}, "names another licence key"),
        ({"return_status": "SUCCESS"}, "together with return status"),
        ({"token_status": "Redeemed"}, "gives no activation date"),
        ({"activation_date": "2026-11-20T10:00:00Z"}, "although the token status is"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)
def test_a_service_that_contradicts_itself_or_us(
    esd: Esd,
    behind: Behind,
    bought: int,
    sandbox: SandboxControl,
    store_file: Path,
    claims: dict[str, Any],
    words: str,
) -> None:
    asset = esd("assets", "show", str(bought), "--json").json
    transaction_id = asset["client_transaction_id"]
    truth = sandbox.licence(transaction_id)
    assert truth is not None
    before = ledger(store_file, besides=("operations", "audit", "assets", "discrepancies"))
    sandbox.force(transaction_id, **claims)
    said = esd("assets", "update-status", str(bought))
    is_for_a_person(said, words, "listed under Views, Discrepancies")
    now = esd("assets", "show", str(bought), "--json").json
    same = ("status", "token_status", "return_status", "activation_date", "key_last_five")
    assert [now.get(name) for name in same] == [asset.get(name) for name in same]
    after = ledger(store_file, besides=("operations", "audit", "assets", "discrepancies"))
    assert after == before
    sandbox.force(transaction_id, **{name: truth[name] for name in claims})
    works_again(esd, bought)


def test_a_purchase_without_a_network_is_told_and_can_be_tried_again(
    esd: Esd,
    behind: Behind,
    connected: int,
    sandbox: SandboxControl,
    store_file: Path,
    connection_has: Change,
) -> None:
    asset, *_ = behind(lambda services: order(services, connected))
    besides = ("operations", "audit", "assets", "data_keys")
    before = ledger(store_file, besides=besides)
    connection_has("service_url", f"https://localhost:{closed_port()}/esd")
    said: Said = esd("assets", "retry", str(asset))
    is_for_a_person(said, "Microsoft could not be reached.", "Check the network")
    connection_has("service_url", sandbox.addresses.service_url)
    assert ledger(store_file, besides=besides) == before
    assert esd("assets", "retry", str(asset)).code == 0
    assert [effect["kind"] for effect in sandbox.effects()] == ["issue"]
