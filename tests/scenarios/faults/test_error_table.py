"""Every row of the contract's error table reaches a person at the command line as a sentence.

Each asset has a fault of its own, so one command meets them all, and no asset's fault is another's.
"""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from esd_desktop.models.values import utc_now
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import asset_detail
from esd_desktop.services.context import Services
from esd_desktop.services.provision import provision
from tests.scenarios.faults.telling import Behind, Esd, Said, is_for_a_person
from tests.support.connecting import order
from tests.support.ledger import ledger

Fault = dict[str, Any]
AWAY = "Microsoft's ESD service is not working at the moment."
LOST = "Microsoft could not be reached."
STRANGE = "could not be understood"


def error(status: int, code: str) -> Fault:
    return {"kind": "error", "status": status, "code": code}


# What goes wrong, the words it is told in, and whether a call with an effect is then in doubt.
TABLE: list[tuple[Fault, str, bool]] = [
    (error(400, "InvalidRequest"), "Microsoft did not accept what was asked for.", False),
    (error(400, "UnknownSku"), "Microsoft does not sell this product", False),
    (error(401, "Unauthorized"), "did not accept this connection's sign-in.", False),
    (error(403, "ChannelForbidden"), "does not let this connection act for its channel.", False),
    (error(404, "LicenceNotFound"), "Microsoft knows no licence under this transaction.", False),
    (error(409, "TransactionConflict"), "another purchase under this transaction", False),
    (error(409, "AlreadyRedeemed"), "The customer has redeemed this licence already", False),
    (error(409, "ReturnWindowClosed"), "The time in which Microsoft takes this licence", False),
    (error(500, "ServiceUnavailable"), AWAY, True),
    (error(502, "ServiceUnavailable"), AWAY, True),
    (error(503, "ServiceUnavailable"), AWAY, True),
    (error(504, "ServiceUnavailable"), AWAY, True),
    ({"kind": "html", "status": 502}, AWAY, True),
    ({"kind": "html"}, STRANGE, True),
    ({"kind": "empty"}, STRANGE, True),
    ({"kind": "unknown_status"}, STRANGE, True),
    ({"kind": "missing_field", "field": "productKey"}, STRANGE, True),
    ({"kind": "wrong_type", "field": "activationDate"}, STRANGE, True),
    ({"kind": "cut_short"}, LOST, True),
    ({"kind": "drop_before"}, LOST, True),
    ({"kind": "drop_after"}, LOST, True),
    ({"kind": "hang"}, "did not answer in time.", True),
]


async def transactions(services: Services, assets: tuple[int, ...]) -> list[str]:
    return [(await asset_detail(services, each)).client_transaction_id for each in assets]


@pytest.fixture
def ordered(behind: Behind, connected: int, sandbox: SandboxControl) -> tuple[int, ...]:
    """An asset for each row, ordered and not bought."""
    made: tuple[int, ...] = behind(lambda services: order(services, connected, quantity=len(TABLE)))
    return made


@pytest.fixture
def issued(behind: Behind, ordered: tuple[int, ...]) -> tuple[int, ...]:
    """An asset for each row, bought."""

    async def buy(services: Services) -> None:
        for asset in ordered:
            await provision(services, asset)

    behind(buy)
    return ordered


def strike(behind: Behind, sandbox: SandboxControl, call: str, assets: tuple[int, ...]) -> None:
    """Each asset's calls go wrong in the way of its row."""
    ids = behind(lambda services: transactions(services, assets))
    for transaction_id, (fault, _, _) in zip(ids, TABLE, strict=True):
        sandbox.set_fault(call, transaction_id=transaction_id, times=None, **fault)


def said_of(said: Said, asset: int) -> Said:
    """What was said of one asset of several."""
    parts = said.err.split("Asset ")
    (own,) = [part for part in parts if part.startswith(f"{asset}: ")]
    return Said(said.code, "", own)


def effects(sandbox: SandboxControl, kind: str) -> int:
    return sum(effect["kind"] == kind for effect in sandbox.effects())


@pytest.mark.usefixtures("impatient")
def test_update_status_tells_each_and_changes_nothing(
    esd: Esd,
    behind: Behind,
    sandbox: SandboxControl,
    issued: tuple[int, ...],
    store_file: Path,
) -> None:
    strike(behind, sandbox, "read", issued)
    # A status that was never agreed is listed, and in the history; nothing else is anywhere.
    besides = ("discrepancies", "audit")
    before = ledger(store_file, besides=besides)
    said = esd("assets", "update-status", *map(str, issued))
    for asset, (_, words, _) in zip(issued, TABLE, strict=True):
        is_for_a_person(said_of(said, asset), words, "Correlation id for Microsoft's support: ")
    assert ledger(store_file, besides=besides) == before
    strange = next(
        asset
        for asset, (fault, _, _) in zip(issued, TABLE, strict=True)
        if fault["kind"] == "unknown_status"
    )
    (listed,) = esd("assets", "discrepancies", "--json").json
    assert listed["id"] == strange
    sandbox.clear_faults()
    again = esd("assets", "update-status", *map(str, issued))
    assert (again.code, again.err) == (0, "")
    assert esd("assets", "discrepancies", "--json").json == []


@pytest.mark.usefixtures("impatient")
def test_provisioning_tells_each_and_buys_each_once(
    esd: Esd,
    behind: Behind,
    sandbox: SandboxControl,
    ordered: tuple[int, ...],
    store_file: Path,
) -> None:
    strike(behind, sandbox, "issue", ordered)
    # The first use of keys makes the store's own.
    besides = ("operations", "audit", "assets", "data_keys")
    before = ledger(store_file, besides=besides)
    said = esd("assets", "retry", *map(str, ordered))
    for asset, (_, words, doubtful) in zip(ordered, TABLE, strict=True):
        own = said_of(said, asset)
        is_for_a_person(own, words, "Correlation id for Microsoft's support: ")
        assert ("answer to the purchase was lost" in own.err) is doubtful, own.err
    # No key, no mail, no other money: only the assets say how they stand.
    assert ledger(store_file, besides=besides) == before
    sandbox.clear_faults()
    again = esd("assets", "retry", *map(str, ordered))
    assert (again.code, again.err) == (0, "")
    assert effects(sandbox, "issue") == len(ordered)
    assert len(sandbox.mails()) == len(ordered)


@pytest.mark.usefixtures("impatient")
def test_cancelling_tells_each_and_credits_each_once(
    esd: Esd,
    behind: Behind,
    sandbox: SandboxControl,
    issued: tuple[int, ...],
    store_file: Path,
) -> None:
    strike(behind, sandbox, "return", issued)
    besides = ("operations", "audit", "assets")
    before = ledger(store_file, besides=besides)
    for asset, (_, words, doubtful) in zip(issued, TABLE, strict=True):
        said = esd("assets", "cancel", str(asset))
        is_for_a_person(said, words, "Correlation id for Microsoft's support: ")
        assert ("answer to the return was lost" in said.err) is doubtful, said.err
    assert ledger(store_file, besides=besides) == before
    sandbox.clear_faults()
    for asset, (_, _, doubtful) in zip(issued, TABLE, strict=True):
        again = esd("assets", "retry" if doubtful else "cancel", str(asset))
        assert again.code == 0, again
    assert effects(sandbox, "return") == len(issued)
    listed = esd("assets", "list", "--status", "cancelled", "--json").json
    assert len(listed) == len(issued)
    credit_items = [row for row in ledger(store_file)["invoice_items"] if "Credit" in row]
    assert len(credit_items) == len(issued)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "error", "status": 429, "code": "TooManyRequests", "retry_after": "120"},
        {"kind": "error", "status": 429, "code": "TooManyRequests", "retry_after": "date"},
        {"kind": "gateway_429", "retry_after": "120"},
    ],
    ids=["seconds", "date", "gateway"],
)
def test_a_pause_that_microsoft_asks_for_is_told_with_its_end(
    esd: Esd,
    behind: Behind,
    sandbox: SandboxControl,
    issued: tuple[int, ...],
    store_file: Path,
    fault: Fault,
) -> None:
    if fault["retry_after"] == "date":
        fault = {**fault, "retry_after": format_datetime(utc_now() + timedelta(minutes=5), True)}
    asset = str(issued[0])
    before = ledger(store_file)
    for call, command in (("read", "update-status"), ("return", "cancel")):
        sandbox.set_fault(call, times=None, **fault)
        said = esd("assets", command, asset)
        is_for_a_person(said, "Microsoft asks for a pause", "It takes calls again after")
    assert ledger(store_file) == before
    sandbox.clear_faults()
    assert esd("assets", "update-status", asset).code == 0
    assert esd("assets", "cancel", asset).code == 0
