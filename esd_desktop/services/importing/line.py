"""One line: from cells to what is staged, or why not."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from msgspec import Struct

from esd_desktop.models.base import search_text
from esd_desktop.models.statuses import (
    AccountKind,
    AssetStatus,
    ProvisioningSyncStatus,
    ReturnStatus,
    TokenStatus,
)
from esd_desktop.models.store import import_staging as staging
from esd_desktop.models.store.import_staging import Batch, StagedRemark
from esd_desktop.models.store.import_writing import OWN_ORDERS
from esd_desktop.models.values import ActivationLink, ProductKey
from esd_desktop.services.importing.cells import Cells
from esd_desktop.services.importing.columns import ASSET_FIELDS, Columns, Field
from esd_desktop.services.importing.money import Charge, read_charge
from esd_desktop.services.importing.records import Record
from esd_desktop.services.importing.rules import Axes, complaints, completed
from esd_desktop.services.importing.surroundings import Surroundings
from esd_desktop.services.importing.tokens import read_key, read_link, transaction_in
from esd_desktop.services.importing.values import (
    folded,
    read_country,
    read_email,
    read_moment,
    read_quantity,
    shown,
)

_AXES = (Field.STATUS, Field.PROVISIONING, Field.TOKEN_STATUS, Field.RETURN_STATUS)
_BLANK = dict.fromkeys(staging.FROM_THE_FILE)
_SEPARATOR = "\x1f"
_MOST_OF_ONE = 10_000
_OWN_ORDER = re.compile(rf"{OWN_ORDERS}-(\d{{5,9}})", re.ASCII)


class _Token(Struct, frozen=True):
    """A key with its link, and the transaction they belong to."""

    key: ProductKey | None
    link: ActivationLink | None
    transaction_id: str | None


class LineReader:
    """Reads the lines of one file. It blocks, and belongs to one thread at a time."""

    def __init__(self, columns: Columns, surroundings: Surroundings) -> None:
        self._columns = columns
        self._around = surroundings

    def read(self, records: Iterable[Record]) -> Batch:
        """What the lines are to become. Where one is bad, only its remarks are."""
        batch = Batch()
        for record in records:
            batch.count += 1
            batch.last_line = record.line
            found = {} if record.fault else self._read_line(record, batch)
            if record.fault:
                batch.remarks.append(StagedRemark(record.line, "", record.fault))
            batch.remarks += [StagedRemark(record.line, *each) for each in found.items()]
            batch.bad += bool(record.fault or found)
        return batch

    def _read_line(self, record: Record, batch: Batch) -> dict[Field, str]:
        """Add the line to the batch; answers what is wrong with it, and then it was not added."""
        cells = Cells(self._columns, record.cells)
        kind = cells.word(Field.KIND, AccountKind)
        customer = _customer(cells, 2 * record.line, is_reseller=kind is AccountKind.RESELLER)
        billed = _billed(cells, 2 * record.line + 1)
        row: dict[str, Any] = {**_BLANK, "line": record.line}
        row["is_asset"] = any(map(cells.has, ASSET_FIELDS))
        token = _Token(None, None, None)
        if row["is_asset"]:
            token = _token(cells)
            row |= self._asset(cells, token)
        if cells.complaints:
            return cells.complaints
        for column, party in (("customer", customer), ("billing_to", billed)):
            if party is not None:
                row[column] = party["identity"]
                batch.name(party)
        batch.lines.append(row)
        own = _OWN_ORDER.fullmatch(row["order_number"] or "")
        batch.own_order = max(batch.own_order, int(own[1]) if own else 0)
        self._add_secret(batch, record.line, token)
        return {}

    def _add_secret(self, batch: Batch, line: int, token: _Token) -> None:
        cipher = self._around.cipher
        if cipher is None or token.key is None:
            return
        if not token.key.looks_usual:
            odd = "is not of Microsoft's usual form"
            batch.remarks.append(StagedRemark(line, Field.TOKEN, odd, is_bad=False))
        if self._around.seals:
            link = cipher.seal(-line, token.link) if token.link else None
            sealed_key = cipher.seal(-line, token.key)
            batch.secrets.append({"line": line, "sealed_key": sealed_key, "sealed_link": link})

    def _asset(self, cells: Cells, token: _Token) -> dict[str, Any]:
        order = cells.needed(Field.ORDER, cells.text(Field.ORDER, 64))
        purchased = cells.needed(Field.PURCHASE_DATE, cells.read(Field.PURCHASE_DATE, read_moment))
        sku = cells.text(Field.SKU, 64) or ""
        product = cells.text(Field.PRODUCT, 300) or sku
        if not product:
            cells.needed(Field.PRODUCT, None, why=", and so is the SKU")
        quantity = _quantity(cells)
        charge = read_charge(cells, quantity)
        axes = _axes(cells, has_token=cells.has(Field.TOKEN))
        if not axes.has_token:
            _check_can_be_requested(cells, sku, quantity)
        connection_id = self._connection(cells)
        key = token.key
        return {
            "connection_id": connection_id,
            "transaction_id": token.transaction_id,
            "order_number": order,
            "purchase_date": purchased,
            "sku": sku,
            "product": product,
            "quantity": quantity,
            "unit_type": cells.text(Field.UNIT_TYPE, 50) or "licence",
            **_money(charge),
            **_statuses(axes),
            "details": None if axes.has_token else cells.text(Field.DETAILS, 2_000),
            "returnable_until": self._returnable_until(connection_id, sku, purchased)
            if axes.has_token
            else None,
            "key_last_five": (key.last_five or None) if key else None,
            "key_hash": self._around.cipher.fingerprint(key)
            if key and self._around.cipher
            else None,
            "search_words": search_text(order, product, sku, key.last_five if key else None),
        }

    def _connection(self, cells: Cells) -> int | None:
        named = cells.text(Field.CONNECTION, 100)
        if named is None:
            missing = ", and there are several connections"
            return cells.needed(Field.CONNECTION, self._around.usual_connection, why=missing)
        found = self._around.connections.get(folded(named))
        if found is None:
            cells.complain(Field.CONNECTION, f"“{shown(named)}” is not a connection here")
        return found

    def _returnable_until(
        self, connection_id: int | None, sku: str, purchased: datetime | None
    ) -> datetime | None:
        if connection_id is None or purchased is None:
            return None
        days = self._around.return_windows.get((connection_id, sku))
        return None if days is None else purchased + timedelta(days=days)


def _customer(cells: Cells, place: int, *, is_reseller: bool) -> dict[str, Any] | None:
    name = cells.needed(Field.CUSTOMER, cells.text(Field.CUSTOMER, 200))
    number = cells.text(Field.CUSTOMER_NUMBER, 100)
    email = cells.read(Field.CUSTOMER_EMAIL, read_email)
    country = cells.read(Field.CUSTOMER_COUNTRY, read_country)
    if name is None:
        return None
    return _party(name, number, email, place) | {"country": country, "is_reseller": is_reseller}


def _billed(cells: Cells, place: int) -> dict[str, Any] | None:
    name = cells.text(Field.BILLING_TO, 200)
    number = cells.text(Field.BILLING_TO_NUMBER, 100)
    email = cells.read(Field.BILLING_TO_EMAIL, read_email)
    if name is None:
        if number or email:
            cells.needed(Field.BILLING_TO, None, why=" although its number or e-mail is given")
        return None
    return _party(name, number, email, place) | {"country": None, "is_reseller": False}


def _party(name: str, number: str | None, email: str | None, place: int) -> dict[str, Any]:
    """``place`` says where it was first seen: twice the line's number, and one more for whoever is
    billed."""
    folded_name, folded_email = folded(name), folded(email) if email else None
    return {
        "identity": _SEPARATOR.join((number or "", folded_name, folded_email or "")),
        "number": number,
        "folded_name": folded_name,
        "folded_email": folded_email,
        "name": name,
        "email": email,
        "search_text": search_text(name, number, email),
        "first_seen": place,
    }


def _token(cells: Cells) -> _Token:
    key = cells.read(Field.TOKEN, read_key)
    link = cells.read(Field.LINK, read_link)
    given = cells.text(Field.TRANSACTION_ID, 200)
    named = transaction_in(link) if link else None
    if link and not cells.has(Field.TOKEN):
        cells.complain(Field.LINK, "is given although there is no token")
    if given and named and given.casefold() != named.casefold():
        cells.complain(Field.TRANSACTION_ID, "is not the one that the link names")
    transaction_id = given or named
    if cells.has(Field.TOKEN) and len(transaction_id or "") not in range(1, 201):
        unknown = ": without it Microsoft cannot be asked about the licence"
        cells.needed(Field.TRANSACTION_ID, None, why=unknown)
    return _Token(key, link, transaction_id)


def _quantity(cells: Cells) -> int:
    quantity = cells.read(Field.QUANTITY, read_quantity)
    if quantity is None:
        return 1
    if not 1 <= quantity <= _MOST_OF_ONE:
        cells.complain(Field.QUANTITY, f"is {quantity}; it must be from 1 to {_MOST_OF_ONE:,}")
        return 1
    return quantity


def _axes(cells: Cells, *, has_token: bool) -> Axes:
    axes = completed(
        Axes(
            has_token=has_token,
            status=cells.word(Field.STATUS, AssetStatus),
            provisioning=cells.word(Field.PROVISIONING, ProvisioningSyncStatus),
            token_status=cells.word(Field.TOKEN_STATUS, TokenStatus),
            return_status=cells.word(Field.RETURN_STATUS, ReturnStatus),
            activation_date=cells.read(Field.ACTIVATION_DATE, read_moment),
        )
    )
    # What follows from a status that could not be read would only confuse.
    if not cells.any_wrong(*_AXES):
        for field, reason in complaints(axes):
            cells.complain(field, reason)
    return axes


def _check_can_be_requested(cells: Cells, sku: str, quantity: int) -> None:
    """A licence without a token can be requested again, and then must be one that can be bought."""
    if not sku:
        cells.needed(Field.SKU, None, why=": without it the token cannot be requested")
    if quantity > 1:
        cells.complain(
            Field.QUANTITY, f"is {quantity}; without a token it is a line for each licence"
        )


def _money(charge: Charge | None) -> dict[str, Any]:
    amounts: tuple[Decimal | None, Decimal | None, str | None] = (
        (charge.price, charge.charged, charge.currency) if charge else (None, None, None)
    )
    return dict(zip(("price", "charged", "currency"), amounts, strict=True))


def _statuses(axes: Axes) -> dict[str, Any]:
    return {
        "status": axes.status,
        "provisioning": axes.provisioning,
        "token_status": axes.token_status,
        "return_status": axes.return_status,
        "activation_date": axes.activation_date,
    }
