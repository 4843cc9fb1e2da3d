"""Which assets a list has, and in which order: the statements that its pages, its counts and its
position map are made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, literal, or_, select, true, union_all

from esd_desktop.models.asset import Asset
from esd_desktop.models.order import Order
from esd_desktop.models.rows import AssetQuery, AssetSort, AssetView
from esd_desktop.models.statuses import AssetStatus, ProvisioningSyncStatus
from esd_desktop.models.store import discrepancies
from esd_desktop.models.store.asset_rows import Billing, Customer, is_requested
from esd_desktop.models.store.by_store import ByStore, unindexed
from esd_desktop.models.store.position_map import Ids
from esd_desktop.models.store.search import Leading, asset_has_words, led_to

_SORT_COLUMNS: dict[AssetSort, Any] = {
    AssetSort.PURCHASE_DATE: Asset.purchase_date,
    AssetSort.CUSTOMER: Customer.name,
    AssetSort.BILLING_TO: Billing.name,
    AssetSort.PRODUCT: Asset.product,
    AssetSort.ORDER: Order.number,
    AssetSort.STATUS: Asset.status,
    AssetSort.TOKEN_STATUS: Asset.token_status,
    AssetSort.PROVISIONING: Asset.provisioning_sync_status,
    AssetSort.RETURN_STATUS: Asset.return_status,
    AssetSort.ACTIVATION_DATE: Asset.activation_date,
    AssetSort.PRICE: Asset.price_amount,
    AssetSort.KEY: Asset.key_last_five,
}
# Named, so that SQLite knows which one several selections together are sorted by.
_ID = Asset.id.label("id")
_MAY_BE_MISSING = (AssetSort.TOKEN_STATUS, AssetSort.ACTIVATION_DATE, AssetSort.KEY)
# What stands in another record than the asset: that record's id, and the asset's column with it.
_SORTED_ELSEWHERE: dict[AssetSort, tuple[Any, Any]] = {
    AssetSort.CUSTOMER: (Customer.id, Asset.customer_id),
    AssetSort.BILLING_TO: (Billing.id, Asset.billing_to_id),
    AssetSort.ORDER: (Order.id, Asset.order_id),
}


def ids_of(
    query: AssetQuery,
    key_hash: str | None,
    leading: Leading,
    *,
    backwards: bool = False,
) -> Ids:
    """Selects the ids of a whole list in its order, as its first column; ``backwards``: from its
    end. ``key_hash`` replaces the words of the search, of which ``leading`` lead to assets."""
    if not leading.words or key_hash is not None or not is_everything(query):
        return ids_among(query, searched(query, key_hash), leads=False, backwards=backwards)
    return ids_led_to(query, leading, backwards=backwards)


def ids_of_page(
    query: AssetQuery,
    key_hash: str | None,
    leading: Leading,
    offset: ColumnElement[int],
    limit: ColumnElement[int],
    *,
    backwards: bool = False,
) -> Ids:
    """The same from ``offset`` on, ``limit`` of them."""
    if _is_an_accounts_by_date(query):
        # A server sorts all of an account's to have the first few, unless it is asked for the first
        # few that it holds and the first few that it is billed for.
        parts = _parts_among(query, (), leads=False)
        ids = _sorted(parts, query, backwards=backwards, each=offset + limit)
    else:
        ids = ids_of(query, key_hash, leading, backwards=backwards)
    return ids.offset(offset).limit(limit)


def ids_led_to(
    query: AssetQuery,
    leading: Leading,
    *within: ColumnElement[bool],
    backwards: bool = False,
) -> Ids:
    """The same of the assets ``within`` what holds, where it is everybody's and words lead."""
    # What they are sorted by is mostly in the index by which the words' accounts lead to them.
    listed = joined(select(_ID), query).where(*_narrowed(query), *within)
    return _sorted(led_to(listed, query.search, leading), query, backwards=backwards)


def ids_among(
    query: AssetQuery,
    found: Sequence[ColumnElement[bool]],
    *,
    leads: bool,
    backwards: bool = False,
) -> Ids:
    """The same of the assets that are ``found``. ``leads``: it is the list that leads to them, and
    not what they are found by."""
    parts = _parts_among(query, found, leads=is_everything(query) and (leads or not found))
    return _sorted(parts, query, backwards=backwards)


def stretch_of(query: AssetQuery, offset: int, limit: int) -> tuple[Subquery, tuple[Any, ...]]:
    """The list from ``offset`` on, so much of it, with what a search by words asks of an asset; and
    its order."""
    column = _SORT_COLUMNS[query.sort].label("sorted_by")
    parts = [
        part.add_columns(Asset.customer_id, Asset.billing_to_id, Asset.search_text)
        for part in _parts_among(query, (), leads=is_everything(query))
    ]
    if len(parts) == 1:
        parts = [parts[0].add_columns(column)]
    near = _sorted(parts, query, backwards=False).offset(offset).limit(limit).subquery()
    return near, _directed(near.c.sorted_by, near.c.id, query, backwards=False)


def _parts_among(
    query: AssetQuery, found: Sequence[ColumnElement[bool]], *, leads: bool
) -> list[Select[*tuple[Any, ...]]]:
    by_status = leads and query.sort in (AssetSort.PURCHASE_DATE, AssetSort.STATUS)
    conditions = (*found, *_narrowed(query, by_status=by_status))
    return [
        joined(select(_ID), query, leads=leads).where(whose, *conditions)
        for whose in whose_is(query)
    ]


def _sorted(
    parts: Sequence[Select[*tuple[Any, ...]]],
    query: AssetQuery,
    *,
    backwards: bool,
    each: ColumnElement[int] | None = None,
) -> Ids:
    """All of them in order; ``each``: so many of each part at most."""
    if len(parts) == 1:
        return parts[0].order_by(*order(query, backwards=backwards))
    column = _SORT_COLUMNS[query.sort].label("sorted_by")
    with_column = [part.add_columns(column) for part in parts]
    if each is not None:
        first = (part.order_by(*order(query, backwards=backwards)) for part in with_column)
        with_column = [select(part.limit(each).subquery()) for part in first]
    all_of_them = union_all(*with_column)
    columns = all_of_them.selected_columns
    return all_of_them.order_by(*_directed(columns.sorted_by, columns.id, query, backwards))


def joined(
    statement: Select[*tuple[Any, ...]], query: AssetQuery, *, leads: bool = False
) -> Select[*tuple[Any, ...]]:
    """With the record that has what the list is sorted by. ``leads``: those records are read in
    their order, and the assets of each; otherwise each asset's is looked up."""
    if query.sort not in _SORTED_ELSEWHERE:
        return statement
    record_id, reference = _SORTED_ELSEWHERE[query.sort]
    same = reference == record_id
    if leads:
        # Written like this it cannot be looked up by its id, so that SQLite begins with it.
        same = ByStore(reference == record_id + 0, same)
    return statement.join(record_id.class_, same)


def conditions(query: AssetQuery, key_hash: str | None) -> list[ColumnElement[bool]]:
    """That an asset is in the list."""
    return [or_(*whose_is(query)), *_narrowed(query, by_status=True), *searched(query, key_hash)]


def is_everything(query: AssetQuery) -> bool:
    """Whether it is of all accounts, in no ready-made view."""
    whole = query.account_id is None and query.customer_id is None
    return whole and query.view is AssetView.EVERYTHING


def _is_an_accounts_by_date(query: AssetQuery) -> bool:
    """Whether it is all that an account holds or is billed for, by date: both have an index with
    the dates."""
    is_whole = query.view is AssetView.EVERYTHING and not query.search.strip()
    of_one = query.account_id is not None and query.customer_id is None
    return is_whole and of_one and query.sort is AssetSort.PURCHASE_DATE


def whose_is(query: AssetQuery) -> list[ColumnElement[bool]]:
    """Conditions of which one or another holds, never two. Each has an index."""
    account_id, customer_id = query.account_id, query.customer_id
    if account_id is None:
        return [true() if customer_id is None else Asset.customer_id == customer_id]
    if customer_id is not None:
        billed = or_(Asset.billing_to_id == account_id, Asset.customer_id == account_id)
        return [and_(Asset.customer_id == customer_id, billed)]
    held = Asset.customer_id == account_id
    return [held, and_(Asset.billing_to_id == account_id, Asset.customer_id != account_id)]


def is_listed(query: AssetQuery) -> list[ColumnElement[bool]]:
    """Not deleted, and in the ready-made view."""
    listed: list[ColumnElement[bool]] = [Asset.deleted_at.is_(None)]
    if query.view is AssetView.FAILED:
        listed.append(Asset.provisioning_sync_status == ProvisioningSyncStatus.FAILED)
    elif query.view is AssetView.UNSYNCHRONISED:
        listed.append(Asset.provisioning_sync_status == ProvisioningSyncStatus.UNSYNCHRONISED)
    elif query.view is AssetView.DISCREPANCIES:
        listed.append(discrepancies.is_listed())
    elif query.view is AssetView.REQUESTED:
        listed.append(is_requested())
    return listed


def searched(query: AssetQuery, key_hash: str | None) -> list[ColumnElement[bool]]:
    """Found by the search, if there is one."""
    if key_hash is not None:
        return [Asset.key_hash == key_hash]
    return [asset_has_words(query.search)] if query.search.strip() else []


def order(query: AssetQuery, *, backwards: bool = False) -> tuple[Any, ...]:
    """The order of the list, or the opposite."""
    return _directed(_SORT_COLUMNS[query.sort], Asset.id, query, backwards)


def _narrowed(query: AssetQuery, *, by_status: bool = False) -> list[ColumnElement[bool]]:
    """Listed, and of the status that is wanted. ``by_status``: by the index that has the dates of
    each. Otherwise SQLite reads a list that is sorted by something else in its own order."""
    if query.status == "all":
        return is_listed(query)
    wanted = AssetStatus.ACTIVE if query.status == "active" else AssetStatus.CANCELLED
    # Literally: a server plans anew, each time, what it cannot tell how many have.
    same: ColumnElement[bool] = Asset.status == literal(wanted, literal_execute=True)
    if not by_status:
        same = ByStore(unindexed(Asset.status) == wanted, same)
    return [*is_listed(query), same]


def _directed(column: Any, record_id: Any, query: AssetQuery, backwards: bool) -> tuple[Any, ...]:
    """What is missing stands at the low end. An order in which PostgreSQL has an index is one that
    speaks of it only where something can be missing."""
    falls = query.descending is not backwards
    directed = column.desc() if falls else column.asc()
    if query.sort in _MAY_BE_MISSING:
        directed = directed.nulls_last() if falls else directed.nulls_first()
    return directed, record_id.asc() if backwards else record_id.desc()
