"""The oracle finds damage: each kind is done on purpose to a store that is in order, or to what is
at the sandbox, and told."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

import pytest

from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.cancel_licence import cancel_licence
from esd_desktop.services.context import Services
from esd_desktop.services.provision import provision
from esd_desktop.services.send_mails import send_due_mails
from tests.reliability.oracle import Outside, look_outside, violations
from tests.support.connecting import order

# Each is SQL with what the oracle has to say of it. Asset 1 is held, asset 2 was given back.
_IN_THE_STORE = {
    "a key is gone": (
        "DELETE FROM asset_secrets WHERE asset_id = 1",
        "asset 1 is without the key that Microsoft issued",
    ),
    "a licence has no record": (
        "UPDATE assets SET client_transaction_id = 'another' WHERE id = 2",
        "is lost: it has no asset",
    ),
    "a cancelled record is active again": (
        "UPDATE assets SET status = 'Active' WHERE id = 2",
        "asset 2 was returned, but is Active",
    ),
    "a record is cancelled that nobody gave back": (
        "UPDATE assets SET status = 'Cancelled' WHERE id = 1",
        "asset 1 is cancelled, but Microsoft has not taken its licence back",
    ),
    "a credit is missing": (
        "DELETE FROM invoice_items WHERE kind = 'Credit'",
        "asset 2 is cancelled and credited 0 times",
    ),
    "a credit is doubled": (
        # A table of the same rows has no constraint that they be unique.
        """CREATE TABLE unguarded AS SELECT * FROM invoice_items;
        DROP TABLE invoice_items; ALTER TABLE unguarded RENAME TO invoice_items;
        INSERT INTO invoice_items SELECT * FROM invoice_items WHERE kind = 'Credit'""",
        "asset 2 is cancelled and credited 2 times",
    ),
    "a credit is too small": (
        "UPDATE invoice_items SET amount = amount + 1 WHERE kind = 'Credit'",
        "but charged",
    ),
    "a licence was not charged": (
        "DELETE FROM invoice_items WHERE asset_id = 1",
        "asset 1 is charged 0 times",
    ),
    "an invoice is not the sum of its items": (
        "UPDATE invoices SET net_amount = net_amount + 1 WHERE kind = 'Invoice'",
        "is not the sum of its items",
    ),
    "a number was left out": (
        "UPDATE orders SET number = 'SO-00002'",
        "the series SO has gaps or doubles: [2]",
    ),
    "a mail waits": (
        "UPDATE outbox SET state = 'Queued' WHERE asset_id = 1",
        "(welcome) still waits",
    ),
    "a mail counts as sent that never went": (
        "UPDATE outbox SET message_id = '<another@esd-desktop.invalid>' WHERE asset_id = 1",
        "counts as sent, but never arrived",
    ),
    "a mail went to somebody else": (
        "UPDATE outbox SET to_address = 'eve@example.com' WHERE asset_id = 1",
        "went to somebody else",
    ),
    "a call was never settled": (
        "UPDATE operations SET state = 'Started' WHERE kind = 'Return'",
        "(Return) is still started",
    ),
    "a call had no intent": (
        "UPDATE operations SET request_id = 'another' WHERE kind = 'Return'",
        "a call (return) for",
    ),
    "the history is silent": (
        "DELETE FROM audit WHERE action = 'cancel'",
        "the history does not tell of operation",
    ),
    "the history does not say that a key went out": (
        "DELETE FROM audit WHERE action = 'welcome' AND asset_id = 1",
        "that the key of asset 1 went out",
    ),
}
_OUTSIDE: dict[str, tuple[Callable[[Outside], Outside], str]] = {
    "a licence was bought twice": (
        lambda outside: replace(outside, licences={**outside.licences, "stray": {}}),
        "the licence stray is lost: it has no asset",
    ),
    "a licence was returned twice": (
        lambda outside: replace(outside, effects=[*outside.effects, outside.effects[-1]]),
        "has 2 effects of the kind return",
    ),
    "a licence was never issued": (
        lambda outside: replace(outside, licences={}),
        "asset 1 has a key, but Microsoft never issued its licence",
    ),
    "Microsoft issued another key": (
        lambda outside: replace(
            outside,
            licences={
                name: each | {"product_key": "DEMOX"} for name, each in outside.licences.items()
            },
        ),
        "asset 1 has the key of another licence",
    ),
    "a mail is in no outbox": (
        lambda outside: replace(
            outside, mails=[{"message_id": "<stray>", "recipients": ["eve@example.com"]}]
        ),
        "the mail <stray> arrived, but is not in the outbox",
    ),
}


@pytest.fixture
async def outside(services: Services, sandbox: SandboxControl, connected: int) -> Outside:
    """Two licences were bought, and the second given back."""
    held, returned = await order(services, connected, quantity=2)
    await provision(services, held)
    await provision(services, returned)
    await send_due_mails(services)
    await cancel_licence(services, returned)
    return look_outside(sandbox)


async def test_damage_in_the_store_is_found(services: Services, outside: Outside) -> None:
    """One store for all of it: making one takes longer than judging it a hundred times."""
    assert await violations(services, outside) == []
    with closing(sqlite3.connect(services.store.name)) as store, _copy_of(store) as sound:
        for what, (damage, told) in _IN_THE_STORE.items():
            _take_guards_off(store)
            store.executescript(damage)
            found = await violations(services, outside)
            assert any(told in each for each in found), (what, found)
            sound.backup(store)
    assert await violations(services, outside) == []


async def test_damage_outside_is_found(services: Services, outside: Outside) -> None:
    for what, (damage, told) in _OUTSIDE.items():
        found = await violations(services, damage(outside))
        assert any(told in each for each in found), (what, found)


def _copy_of(store: sqlite3.Connection) -> closing[sqlite3.Connection]:
    copy = sqlite3.connect(":memory:")
    store.backup(copy)
    return closing(copy)


def _take_guards_off(store: sqlite3.Connection) -> None:
    """The store itself would refuse much of the damage."""
    guards = store.execute(
        "SELECT type, name FROM sqlite_master WHERE type = 'trigger'"
        " OR (type = 'index' AND sql IS NOT NULL)"
    )
    for kind, name in guards.fetchall():
        store.execute(f"DROP {kind} {name}")
