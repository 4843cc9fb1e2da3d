"""Finding assets by words: the index says what reading every row says, and is true at once."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from msgspec.structs import replace
from sqlalchemy import select, text

from esd_desktop.models.asset import Asset
from esd_desktop.models.rights import Role
from esd_desktop.models.rows import AssetQuery, AssetSort
from esd_desktop.models.store import asset_order, asset_search, assets, words_on_server
from esd_desktop.models.store import search as words_search
from esd_desktop.models.store.by_store import is_on_server
from esd_desktop.models.store.kept_counts import KeptCounts
from esd_desktop.models.store.search import asset_contains_words, asset_has_words
from esd_desktop.services.browse import asset_counts, asset_page
from esd_desktop.services.context import Services
from esd_desktop.services.edit_account import account_for_edit, edit_account
from tests.support.postgres import PostgresStore
from tests.support.postgres_keeper import OWNER
from tests.support.sowing import Sown, sow

SEARCHES = (
    *(
        "",
        "m",
        "mü",
        "MÜL",
        "müller",
        "üller & söh",
        "& söhne kg",
        "helios müller",
        "müller aegean",
    ),
    *("so-00001", "-0000", "00001", "ep2-06606", "office home", "business 2024 aegean", "2024 &"),
    *("it@mueller.example", "office@aegean", "c-201", "%", "_", "\\", "'", '"', '"müller"', "a%n"),
    *("mul_er", "office OR zephyr", "müller*", "\0ler", "nothing like this", "ß", "SÖHNE  KG"),
)

_LITERALLY = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})


async def found(services: Services, search: str) -> set[int]:
    return {row.id for row in await asset_page(services, AssetQuery(search=search), 0, 100)}


@pytest.mark.both_stores
async def test_the_index_finds_what_reading_every_row_finds(services: Services) -> None:
    await sow(services, more=3)
    several = 0
    async with services.store.read() as connection:
        for search in SEARCHES:
            each, looked_up = [
                set(await connection.scalars(select(Asset.id).where(condition(search))))
                for condition in (asset_contains_words, asset_has_words)
            ]
            assert looked_up == each, search
            several += bool(each)
    assert several == 20


@pytest.mark.both_stores
@pytest.mark.parametrize(
    "search", ["it@mueller.example", "IT@Mueller", "c-200", "r-100", "helios it@mue"]
)
async def test_by_the_address_and_the_number_of_an_account(
    services: Services, sown: Sown, search: str
) -> None:
    assert sown.activated in await found(services, search)


@pytest.mark.both_stores
async def test_an_account_is_found_by_what_it_is_called_now_in_the_same_moment(
    services: Services, sown: Sown
) -> None:
    before = await found(services, "müller")
    opened = await account_for_edit(services, sown.customer)
    form = replace(opened.form, name="Schmidt GmbH", email="desk@schmidt.example")
    await edit_account(services, sown.customer, opened.version, form)
    for search in ("schmidt", "desk@schmidt", "schmidt ep2"):
        assert await found(services, search) == before
    opened = await account_for_edit(services, sown.customer)
    form = replace(opened.form, name="Weber GmbH")
    await edit_account(services, sown.customer, opened.version, form)
    for search in ("weber", "schmidt", "müller"):
        assert await found(services, search) == before


@pytest.mark.both_stores
async def test_what_was_not_committed_is_not_found(services: Services, sown: Sown) -> None:
    async with services.store.change() as work:
        asset = await assets.for_change(work, sown.activated)
        asset.search_text = f"{asset.search_text} quasar"
        await work.flush()
    assert await found(services, "quasar") == set()
    async with services.store.change() as work:
        asset = await assets.for_change(work, sown.activated)
        asset.search_text = f"{asset.search_text} quasar"
        await work.commit()
    assert await found(services, "quasar") == {sown.activated}


@pytest.mark.both_stores
async def test_near_the_beginning_and_far_from_it(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page is the same whether it is looked through for or looked up."""
    sown = await sow(services, more=20)
    for search in ("aegean", "müller", "office", "e", "2024 ae"):
        query = AssetQuery(search=search)
        looked_up = [row.id for row in await asset_page(services, query, 0, 100)]
        monkeypatch.setattr(asset_search, "_LOOKED_THROUGH", 3)
        monkeypatch.setattr(asset_search, "_OFTEN", 1)
        monkeypatch.setattr(asset_search, "_NOW_AND_THEN", 1)
        monkeypatch.setattr(asset_search, "_AMONG_ACCOUNTS", 4)
        for limit in (1, 2, 3):
            near = await asset_page(services, query, 0, limit)
            assert [row.id for row in near] == looked_up[:limit]
        assert [row.id for row in await asset_page(services, query, 1, 2)] == looked_up[1:3]
        monkeypatch.undo()
    assert sown.activated in await found(services, "müller")


@pytest.mark.on_a_file
@pytest.mark.parametrize("descending", [True, False])
async def test_what_leads_to_assets_leads_to_each_once_and_in_order(
    services: Services, monkeypatch: pytest.MonkeyPatch, descending: bool
) -> None:
    """To those of the accounts with a word, to those with it themselves, to those with both; all of
    them, or the first ones by looking at the beginning of the list alone."""
    sown = await sow(services, more=20)
    async with services.store.change() as work:
        asset = await assets.for_change(work, sown.activated)
        asset.search_text = f"{asset.search_text} müller zephyr"
        await work.commit()
    monkeypatch.setattr(asset_search, "_MANY_ACCOUNTS", 1)
    monkeypatch.setattr(asset_search, "_LOOKED_UP", 12)
    at_the_beginning = 0
    async with services.store.read() as connection:
        for search in SEARCHES:
            query = AssetQuery(search=search, descending=descending)
            listed = await assets.list_for(connection, query, None, services.counts)
            read = asset_order.ids_among(query, [asset_contains_words(search)], leads=True)
            each = list(await connection.scalars(read))
            assert list(await connection.scalars(listed.ids(query))) == each, search
            for wanted in (1, 2, 3):
                found = await asset_search.at_the_beginning(
                    connection, query, listed.leading, wanted
                )
                assert found in (None, each[:wanted]), search
                at_the_beginning += found is not None
    assert at_the_beginning > 5


@pytest.mark.both_stores
@pytest.mark.parametrize("sort", [AssetSort.PURCHASE_DATE, AssetSort.CUSTOMER])
async def test_what_is_found_often_but_not_near_the_beginning(
    services: Services, monkeypatch: pytest.MonkeyPatch, sort: AssetSort
) -> None:
    """Asking each asset on the way finds the same first ones as looking all of them up."""
    await sow(services, more=20)
    monkeypatch.setattr(asset_search, "_MANY_OF_A_TIME", 2)
    monkeypatch.setattr(words_on_server, "_ONE_IN", 1)
    async with services.store.read() as connection:
        goes_within = is_on_server(connection) and sort is AssetSort.PURCHASE_DATE
        for words in ("office", "office müller", "2024 e", "aegean so-"):
            query = AssetQuery(search=words, sort=sort, descending=False)
            listed = list(await connection.scalars(assets.AssetList().ids(query)))
            # What is not that often, a server finds from the first to the last of it.
            for very_many, finds in ((2, True), (1_000, goes_within)):
                monkeypatch.setattr(asset_search, "_VERY_MANY", very_many)
                for wanted in (3, 1_000):
                    found = await asset_search.along_the_list(connection, query, wanted)
                    assert found == (listed[:wanted] if finds else None), words
        assert await asset_search.along_the_list(connection, AssetQuery(search="nobody"), 3) is None


@pytest.mark.both_stores
@pytest.mark.parametrize("sort", [AssetSort.PURCHASE_DATE, AssetSort.CUSTOMER])
async def test_words_lead_to_what_reading_every_row_finds(
    services: Services, monkeypatch: pytest.MonkeyPatch, sort: AssetSort
) -> None:
    """Whichever word is taken for the rarest, and however many are."""
    await sow(services, more=3)
    monkeypatch.setattr(words_on_server, "_ONE_IN", 1)
    several = 0
    for many in (1, 5_000):
        monkeypatch.setattr(words_search, "_MANY", many)
        for search in SEARCHES:
            query = AssetQuery(search=search, sort=sort)
            async with services.store.read() as connection:
                listed = await assets.list_for(connection, query, None, KeptCounts())
                led_to = list(await connection.scalars(listed.ids(query)))
                among = [asset_contains_words(search)]
                asked = asset_order.ids_among(query, among, leads=True)
                assert led_to == list(await connection.scalars(asked)), search
            assert await found(services, search) == set(led_to), search
            several += bool(listed.leading.words and led_to)
    assert several == 32


@pytest.mark.on_a_file
async def test_the_words_of_a_file_are_those_of_its_records(services: Services) -> None:
    """SQLite compares them itself, and complains of any that is missing or left over."""
    sown = await sow(services, more=2)
    async with services.store.change() as work:
        asset = await assets.for_change(work, sown.activated)
        asset.search_text = "quasar"
        await work.flush()
        await work.connection.execute(
            text("DELETE FROM discrepancies WHERE asset_id = :id"), {"id": sown.odd}
        )
        await work.commit()
    with closing(sqlite3.connect(str(services.store.file))) as file:
        for words in ("asset_words", "account_words"):
            check = f"INSERT INTO {words}({words}, rank) VALUES ('integrity-check', 1)"  # noqa: S608
            file.execute(check)


async def test_a_login_searches_by_the_index_and_a_stranger_does_not_search(
    postgres_services: Services, postgres_store: PostgresStore
) -> None:
    sown = await sow(postgres_services)
    postgres_store.person("anna", Role.VIEWER)
    postgres_store.person("mallory")
    ids = "SELECT array_agg(DISTINCT id ORDER BY id) FROM esd_assets_with('{%%müller%%}') AS id"
    accounts = "SELECT esd_accounts_with('%%müller%%')"
    own = "SELECT count(*) FROM esd_assets_with_own('%%office%%')"
    bought = "SELECT earliest <= latest, counted FROM esd_bought_with('%%office%%')"
    server, name = postgres_store.server, postgres_store.name
    with server.connect(name, f"anna_{name}") as anna:
        (row,) = anna.execute(ids)
        assert row[0] == [sown.activated, sown.redeemed, sown.cancelled]
        assert anna.execute(accounts).fetchall() == [(sown.customer,)]
        assert anna.execute(own).fetchall() == [(7,)]
        assert anna.execute(bought).fetchall() == [(True, 7)]
    with server.connect(name, f"mallory_{name}") as mallory:
        assert mallory.execute(ids).fetchall() == [(None,)]
        assert mallory.execute(accounts).fetchall() == []
        assert mallory.execute(own).fetchall() == [(0,)]
        assert mallory.execute(bought).fetchall() == [(None, None)]
    listed = postgres_store.fetch(
        "SELECT indexname FROM pg_indexes WHERE indexdef LIKE '%%gin_trgm_ops%%' ORDER BY 1"
    )
    assert listed == [("ix_account_words",), ("ix_asset_words",)]


async def test_a_server_finds_each_part_of_each_word_wherever_it_stands(
    postgres_services: Services, postgres_store: PostgresStore
) -> None:
    """Its indexes, asked for what tells most of a word, lead to what comparing each row finds."""
    sown = await sow(postgres_services)
    async with postgres_services.store.change() as work:
        for asset_id, words in (
            (sown.activated, "so-123456 office so-00001 2024"),
            (sown.redeemed, "so-00001-b12%3_4\\5678"),
            (sown.cancelled, "\tü123ü\u00a0office 123456"),
        ):
            (await assets.for_change(work, asset_id)).search_text = words
        await work.commit()
    postgres_store.execute("ANALYZE")
    with postgres_store.server.connect(postgres_store.name, OWNER) as owner:
        owner.execute("SET enable_seqscan = off; SET jit = off")
        for read, look_up in (
            ("SELECT id, search_text FROM assets", "SELECT esd_assets_with_own(%s)"),
            ("SELECT id, search_text FROM accounts", "SELECT esd_accounts_with(%s)"),
        ):
            texts = owner.execute(read).fetchall()
            for part in {part for _, text in texts for part in _parts(text)}:
                pattern = f"%{part.translate(_LITERALLY)}%"
                found = {row[0] for row in owner.execute(look_up, [pattern])}
                assert found == {each for each, text in texts if part in text}, part


def _parts(text: str) -> set[str]:
    return {
        word[begin:end]
        for word in text.split()
        for begin in range(len(word))
        for end in range(begin + 1, len(word) + 1)
    }


async def test_a_search_counts_what_it_finds(services: Services, sown: Sown) -> None:
    assert (await asset_counts(services, AssetQuery(search="zephyr"))).found == 0
    assert (await asset_counts(services, AssetQuery(search="müller"))).found == 3
