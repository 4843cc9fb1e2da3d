"""What must hold between a store and Microsoft, whatever has happened to the program.

The sandbox stands for Microsoft; the store that is judged is the only one that buys there. Each
violation is a sentence. An empty list means that no licence was lost, none was bought or returned
twice, each was charged and credited once, every mail went out, and the history tells of it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.models.statuses import (
    AssetStatus,
    InvoiceKind,
    MailState,
    OperationKind,
    OperationState,
    ProvisioningSyncStatus,
    RequestState,
    ReturnStatus,
    TokenStatus,
)
from esd_desktop.models.store import tables
from esd_desktop.models.store.audit_chain import verify_chain
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.context import Services

_OWN_NUMBER = re.compile(r"(SO|INV-\d{4}|CRN-\d{4})-(\d{5,})")
_UNSETTLED = (OperationState.STARTED, OperationState.IN_DOUBT)
_TOLD_BY = {OperationKind.ISSUE: "provision", OperationKind.RETURN: "cancel"}
_WITH_EFFECT = ("issue", "return")


@dataclass(frozen=True, slots=True)
class Outside:
    """What is at Microsoft and in people's mail boxes. Calls, effects and mails are those since the
    sandbox began; ``earlier`` are the Message-IDs of the mails that went before."""

    licences: dict[str, dict[str, Any]]
    effects: Sequence[dict[str, Any]]
    calls: Sequence[dict[str, Any]]
    mails: Sequence[dict[str, Any]]
    earlier: frozenset[str] = frozenset()


def look_outside(sandbox: SandboxControl, earlier: frozenset[str] = frozenset()) -> Outside:
    """How it is now."""
    return Outside(
        licences={each["transaction_id"]: each for each in sandbox.licences()},
        effects=sandbox.effects(),
        calls=sandbox.call_log(),
        mails=sandbox.mails(),
        earlier=earlier,
    )


async def violations(
    services: Services, outside: Outside, foreign: frozenset[str] = frozenset()
) -> list[str]:
    """What does not hold, with nothing more to be settled or sent. ``foreign`` are licences at
    Microsoft that the store need not know of."""
    books = await _read(services)
    return [
        *_licences(books, outside, foreign),
        *_effects(outside),
        *_intents(books, outside),
        *_doubts(books),
        *_charges(books),
        *_credits(books),
        *_sums(books),
        *_numbers(books),
        *_mails(books, outside),
        *_history(books),
        *await _chain(services),
    ]


@dataclass(frozen=True, slots=True)
class _Secrets:
    """A key and its link in the clear."""

    key: str
    link: str | None


@dataclass(frozen=True, slots=True)
class _Books:
    """The store's records, and each asset's secrets."""

    assets: Sequence[Row[Any]]
    operations: Sequence[Row[Any]]
    requests: Sequence[Row[Any]]
    invoices: Sequence[Row[Any]]
    items: Sequence[Row[Any]]
    orders: Sequence[Row[Any]]
    mails: Sequence[Row[Any]]
    audit: Sequence[Row[Any]]
    secrets: dict[int, _Secrets]


async def _read(services: Services) -> _Books:
    async with services.store.read() as connection:

        async def every(table: Table) -> Sequence[Row[Any]]:
            return (await connection.execute(select(table).order_by(*table.primary_key))).all()

        return _Books(
            assets=await every(tables.assets),
            operations=await every(tables.operations),
            requests=await every(tables.cancellation_requests),
            invoices=await every(tables.invoices),
            items=await every(tables.invoice_items),
            orders=await every(tables.orders),
            mails=await every(tables.outbox),
            audit=await every(tables.audit),
            secrets=await _opened(services, connection, await every(tables.asset_secrets)),
        )


async def _opened(
    services: Services, connection: AsyncConnection, sealed: Sequence[Row[Any]]
) -> dict[int, _Secrets]:
    """Past the program's own way, which would note with each that it was looked at."""
    if not sealed:
        return {}
    cipher = await services.cipher.current(connection)

    def text(row: Row[Any], secret: bytes) -> str:
        return cipher.unseal(secret, row.key_id, row.asset_id)

    return {
        row.asset_id: _Secrets(
            text(row, row.sealed_key), text(row, row.sealed_link) if row.sealed_link else None
        )
        for row in sealed
    }


async def _chain(services: Services) -> list[str]:
    async with services.store.read() as connection:
        found = await verify_chain(connection)
    return [f"the audit is broken at {found.broken.position}"] if found.broken else []


def _licences(books: _Books, outside: Outside, foreign: frozenset[str]) -> Iterator[str]:
    known = Counter(asset.client_transaction_id for asset in books.assets)
    for transaction_id in outside.licences:
        if known[transaction_id] > 1:
            yield f"the licence {transaction_id} has {known[transaction_id]} assets"
        if not known[transaction_id] and transaction_id not in foreign:
            yield f"the licence {transaction_id} is lost: it has no asset"
    for asset in books.assets:
        licence = outside.licences.get(asset.client_transaction_id)
        secrets = books.secrets.get(asset.id)
        if licence is None:
            yield from _without_licence(asset, secrets)
        else:
            yield from _with_licence(asset, secrets, licence)


def _without_licence(asset: Row[Any], secrets: _Secrets | None) -> Iterator[str]:
    if asset.provisioning_sync_status is ProvisioningSyncStatus.SYNCHRONIZED or secrets:
        yield f"asset {asset.id} has a key, but Microsoft never issued its licence"


def _with_licence(
    asset: Row[Any], secrets: _Secrets | None, licence: dict[str, Any]
) -> Iterator[str]:
    if asset.provisioning_sync_status is not ProvisioningSyncStatus.SYNCHRONIZED or not secrets:
        yield f"asset {asset.id} is without the key that Microsoft issued"
        return
    if secrets.key != licence["product_key"]:
        yield f"asset {asset.id} has the key of another licence"
    if secrets.link is not None and secrets.link != licence["activation_link"]:
        yield f"asset {asset.id} has the link of another licence"
    returned = TokenStatus(licence["token_status"]) is TokenStatus.RETURN_ACCEPTED
    has = (asset.status, asset.token_status, asset.return_status)
    cancelled = (AssetStatus.CANCELLED, TokenStatus.RETURN_ACCEPTED, ReturnStatus.SUCCESS)
    if returned and has != cancelled:
        yield f"asset {asset.id} was returned, but is {', '.join(has)}"
    if not returned and asset.status is not AssetStatus.ACTIVE:
        yield f"asset {asset.id} is cancelled, but Microsoft has not taken its licence back"


def _effects(outside: Outside) -> Iterator[str]:
    counted = Counter((each["kind"], each["transaction_id"]) for each in outside.effects)
    for (kind, transaction_id), times in counted.items():
        if times > 1:
            yield f"{transaction_id} has {times} effects of the kind {kind}"


def _intents(books: _Books, outside: Outside) -> Iterator[str]:
    """What had an effect was written down before, under the same id."""
    intended = {operation.request_id for operation in books.operations}
    for call in outside.calls:
        if call["call"] in _WITH_EFFECT and call["request_id"] not in intended:
            yield f"a call ({call['call']}) for {call['transaction_id']} is in no operation"


def _doubts(books: _Books) -> Iterator[str]:
    for operation in books.operations:
        if operation.state in _UNSETTLED:
            yield f"operation {operation.id} ({operation.kind}) is still {operation.state.lower()}"
    for request in books.requests:
        if request.state is RequestState.APPROVING:
            yield f"request {request.id} is still being approved"


def _charges(books: _Books) -> Iterator[str]:
    charged = Counter(item.asset_id for item in books.items if item.kind is InvoiceKind.INVOICE)
    for asset in books.assets:
        if charged[asset.id] != 1:
            yield f"asset {asset.id} is charged {charged[asset.id]} times"
    invoiced = Counter(
        invoice.order_id for invoice in books.invoices if invoice.kind is InvoiceKind.INVOICE
    )
    for order in books.orders:
        if invoiced[order.id] != 1:
            yield f"order {order.number} has {invoiced[order.id]} invoices"


def _credits(books: _Books) -> Iterator[str]:
    """Exactly what was charged goes back, tax too, once for each licence that was cancelled."""
    items: dict[tuple[int, InvoiceKind], list[Row[Any]]] = defaultdict(list)
    for item in books.items:
        items[item.asset_id, item.kind].append(item)
    for asset in books.assets:
        credited = items[asset.id, InvoiceKind.CREDIT]
        due = 1 if asset.status is AssetStatus.CANCELLED else 0
        if len(credited) != due:
            yield f"asset {asset.id} is {asset.status.lower()} and credited {len(credited)} times"
            continue
        for item, charged in zip(credited, items[asset.id, InvoiceKind.INVOICE], strict=False):
            if (item.amount, item.tax_amount) != (-charged.amount, -charged.tax_amount):
                yield f"asset {asset.id} is credited {item.amount}, but charged {charged.amount}"


def _sums(books: _Books) -> Iterator[str]:
    sums: dict[int, list[Any]] = defaultdict(lambda: [0, 0])
    for item in books.items:
        sums[item.invoice_id][0] += item.amount
        sums[item.invoice_id][1] += item.tax_amount
    for invoice in books.invoices:
        if [invoice.net_amount, invoice.tax_amount] != sums[invoice.id]:
            yield f"{invoice.number} is not the sum of its items"


def _numbers(books: _Books) -> Iterator[str]:
    series: dict[str, list[int]] = defaultdict(list)
    for row in (*books.orders, *books.invoices):
        if own := _OWN_NUMBER.fullmatch(row.number):
            series[own[1]].append(int(own[2]))
    for name, numbers in series.items():
        if sorted(numbers) != list(range(1, len(numbers) + 1)):
            yield f"the series {name} has gaps or doubles: {sorted(numbers)}"


def _mails(books: _Books, outside: Outside) -> Iterator[str]:
    """Every mail went out at least once, as what the outbox says, to whom it says."""
    went_to: dict[str, set[str]] = defaultdict(set)
    for arrived in outside.mails:
        went_to[arrived["message_id"]].update(arrived["recipients"])
    for mail in books.mails:
        if mail.state is MailState.QUEUED:
            yield f"mail {mail.id} ({mail.template}) still waits: {mail.last_error}"
        sent = mail.state is MailState.SENT and mail.message_id not in outside.earlier
        if sent and not went_to[mail.message_id]:
            yield f"mail {mail.id} ({mail.template}) counts as sent, but never arrived"
        if went_to.pop(mail.message_id, {mail.to_address}) - {mail.to_address}:
            yield f"mail {mail.id} ({mail.template}) went to somebody else"
    for message_id in went_to:
        yield f"the mail {message_id} arrived, but is not in the outbox"


def _history(books: _Books) -> Iterator[str]:
    told = {(row.action, row.asset_id, row.correlation_id) for row in books.audit}
    for operation in books.operations:
        row = (_TOLD_BY[operation.kind], operation.asset_id, operation.correlation_id)
        if operation.state not in _UNSETTLED and row not in told:
            yield f"the history does not tell of operation {operation.id} ({operation.kind})"
    welcomes = {mail.asset_id for mail in books.mails if mail.template == "welcome"}
    mentioned = {row.asset_id for row in books.audit if row.action in ("welcome", "resend")}
    for asset_id in sorted(welcomes - mentioned):
        yield f"the history does not tell that the key of asset {asset_id} went out"
