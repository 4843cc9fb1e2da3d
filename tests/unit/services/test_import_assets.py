"""Importing a file of accounts and assets: what is there afterwards, and all or nothing."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from esd_desktop.errors import InvalidInput, NotFound
from esd_desktop.models.rows import AssetQuery
from esd_desktop.models.statuses import (
    AccountKind,
    AssetStatus,
    OperationState,
    ProvisioningSyncStatus,
    ReturnStatus,
    TokenStatus,
)
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import (
    account_history,
    account_list,
    asset_counts,
    asset_history,
    asset_page,
    latest_history,
)
from esd_desktop.services.context import Services
from esd_desktop.services.delete_asset import delete_asset
from esd_desktop.services.import_assets import import_assets
from esd_desktop.services.importing.report import ImportProgress, Phase
from esd_desktop.services.order_licences import OrderLine, order_licences
from esd_desktop.services.provision import provision
from esd_desktop.services.send_mails import send_due_mails
from esd_desktop.services.update_status import update_status
from tests.support.secrets import secrets_of
from tests.unit.services.importing.exports import (
    account,
    asset,
    cancelled,
    demo_key,
    key,
    link,
    redeemed,
    tokenless,
    transaction,
    write_csv,
    write_xlsx,
)
from tests.unit.services.importing.looking import (
    add_connection,
    contents,
    details,
    imported,
    refused,
    told,
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "export.csv"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Everything that the program keeps."""
    return tmp_path / "home"


@pytest.mark.both_stores
async def test_a_licence_is_there_with_every_field(services: Services, file: Path) -> None:
    connection_id = await add_connection(services)
    report = await imported(services, write_csv(file, [redeemed(1)]))
    assert (report.assets_new, report.accounts_new, report.lines) == (1, 2, 1)
    assert report.changes.everything
    found = (await details(services))[transaction(1)]
    assert found.connection_id == connection_id
    assert (found.customer, found.billing_to) == ("Müller & Söhne KG", "Helios Reselling GmbH")
    assert found.customer_email == "it@mueller.example"
    assert found.status is AssetStatus.ACTIVE
    assert found.order_number == "PO-1"
    assert found.purchase_date == datetime(2026, 3, 5, 10, 30, tzinfo=UTC)
    assert found.provisioning_sync_status is ProvisioningSyncStatus.SYNCHRONIZED
    assert (found.product, found.sku) == ("Office Home & Business 2024", "EP2-06606")
    assert (found.quantity, found.unit_type, str(found.price)) == (1, "licence", "249.00 EUR")
    assert found.token_status is TokenStatus.REDEEMED
    assert found.return_status is ReturnStatus.NONE
    assert found.activation_date == datetime(2026, 3, 8, 8, tzinfo=UTC)
    assert found.masked_key == f"•••••-{key(1)[-5:]}"
    assert found.version == 1
    opened = await secrets_of(services, found.id)
    assert opened.key.reveal() == key(1)
    assert opened.link is not None
    assert opened.link.reveal() == link(1)


async def test_a_reseller_and_its_customer(services: Services, file: Path) -> None:
    await add_connection(services)
    await imported(services, write_csv(file, [asset(1), asset(2)]))
    rows = {row.reference: row for row in await account_list(services)}
    assert rows["R-100"].kind is AccountKind.RESELLER
    customer = rows["C-200"]
    assert customer.kind is AccountKind.CUSTOMER
    assert customer.reseller == "Helios Reselling GmbH"
    assert (customer.country, customer.email) == ("DE", "it@mueller.example")
    assert (customer.asset_count, rows["R-100"].asset_count) == (2, 2)


async def test_an_imported_licence_is_found_and_can_be_changed(
    services: Services, file: Path
) -> None:
    await add_connection(services)
    await imported(services, write_csv(file, [asset(1), asset(2)]))
    for search in (key(2)[-5:], key(2), "söhne po-2", "helios office po-2"):
        rows = await asset_page(services, AssetQuery(search=search), 0, 10)
        assert [row.order_number for row in rows] == ["PO-2"], search
    await delete_asset(services, rows[0].id)
    assert (await asset_counts(services, AssetQuery())).all == 1


async def test_the_history_says_where_it_came_from(services: Services, file: Path) -> None:
    await add_connection(services)
    await imported(services, write_csv(file, [asset(1)]))
    found = (await details(services))[transaction(1)]
    (row,) = await asset_history(services, found.id)
    assert row.sentence == "Imported from export.csv, line 2."
    assert (row.action, row.operator, row.changes) == ("import", services.operator, {})
    customer_rows = await account_history(services, found.customer_id)
    assert [each.sentence for each in customer_rows] == [
        "Imported from export.csv, line 2.",
        "Imported from export.csv.",
    ]
    newest = (await latest_history(services))[0]
    assert newest.sentence == "export.csv was imported: 1 asset and 2 accounts."


async def test_a_dry_run_writes_nothing_and_says_the_same(services: Services, file: Path) -> None:
    await add_connection(services)
    write_csv(file, [asset(1), redeemed(2), account("Zephyr Ltd")])
    before = await contents(services)
    dry = await import_assets(services, file, dry_run=True)
    assert await contents(services) == before
    assert not dry.applied
    assert not dry.changes
    real = await imported(services, file)
    counted = [(each.assets_new, each.accounts_new, each.lines, each.bad) for each in (dry, real)]
    assert counted == [(2, 3, 3, 0)] * 2
    assert dry.sentence == (
        "All 3 lines can be imported: 2 assets and 3 accounts are new; 0 assets and 0 accounts are "
        "there already."
    )


async def test_a_dry_run_on_a_new_store_makes_no_key_either(
    services: Services, file: Path, home: Path
) -> None:
    from tests.support.sowing import Sower

    async with services.store.change() as work:
        await Sower(work, None).connection()  # type: ignore[arg-type]
        await work.commit()
    write_csv(file, [asset(1), asset(2, Token=key(1))])
    report = await import_assets(services, file, dry_run=True)
    assert [str(line) for line in report.bad_lines] == ["Line 3: Token is the same as on line 2."]
    assert (await contents(services))["data_keys"] == []
    assert not list(home.rglob("*secrets*"))


async def test_one_bad_line_keeps_all_out(services: Services, file: Path) -> None:
    await add_connection(services)
    write_csv(file, [asset(1), asset(2, Price="many"), asset(3, Order=None), account("Zephyr")])
    assert await refused(services, file) == [
        "Line 3: Price “many” is not an amount of money.",
        "Line 4: Order is missing.",
    ]


@pytest.mark.both_stores
async def test_the_second_time_nothing_changes(services: Services, file: Path) -> None:
    await add_connection(services)
    lines = [asset(1), redeemed(2), cancelled(3), tokenless(4, "Failed"), account("Zephyr Ltd")]
    lines.append(tokenless(5, "Unsynchronised", Client_Transaction_ID=None))
    await imported(services, write_csv(file, lines))
    before = await contents(services)
    report = await imported(services, file)
    assert await contents(services) == before
    assert (report.assets_new, report.assets_known) == (0, 5)
    assert (report.accounts_new, report.accounts_known) == (0, 3)
    assert not report.changes
    assert not told(report)
    assert report.sentence == "Nothing in it is new: 5 assets and 3 accounts are there already."


async def test_the_same_lines_in_a_workbook_and_another_order_change_nothing(
    services: Services, file: Path, tmp_path: Path
) -> None:
    await add_connection(services)
    lines = [asset(1), redeemed(2), cancelled(3), asset(4, Customer="Zephyr", Customer_Number=None)]
    await imported(services, write_csv(file, lines))
    before = await contents(services)
    await imported(services, write_xlsx(tmp_path / "export.xlsx", reversed(lines)))
    assert await contents(services) == before


@pytest.mark.both_stores
async def test_a_longer_file_adds_what_is_new_and_leaves_the_rest(
    services: Services, file: Path
) -> None:
    await add_connection(services)
    await imported(services, write_csv(file, [asset(1), asset(2)]))
    before = await details(services)
    moved_on = redeemed(1, Order="PO-1")
    report = await imported(services, write_csv(file, [moved_on, asset(2), asset(3)]))
    assert (report.assets_new, report.assets_known, report.accounts_new) == (1, 2, 0)
    assert told(report) == ["Line 2: Token Status is “Activated” here; it stays as it is."]
    after = await details(services)
    assert after.keys() - before.keys() == {transaction(3)}
    assert {each: after[each] for each in before} == before


async def test_an_asset_that_was_deleted_here_stays_deleted(services: Services, file: Path) -> None:
    await add_connection(services)
    await imported(services, write_csv(file, [asset(1)]))
    await delete_asset(services, (await details(services))[transaction(1)].id)
    before = await contents(services)
    report = await imported(services, file)
    assert told(report) == ["Line 2: names an asset that was deleted here."]
    assert await contents(services) == before


async def test_an_asset_may_not_become_somebody_elses(services: Services, file: Path) -> None:
    await add_connection(services)
    await imported(services, write_csv(file, [asset(1), asset(2), asset(3), asset(4)]))
    changed = [
        asset(1, Customer="Aegean Shipping SA", Customer_Number="C-201", Customer_Email=None),
        asset(2, Token=key(99)),
        asset(3, Order="PO-77"),
        asset(4, SKU="FQC-10572"),
    ]
    assert await refused(services, write_csv(file, changed)) == [
        "Line 2: Customer does not fit: the asset is here already, with another customer.",
        "Line 3: Token does not fit: the asset is here already, with another key.",
        "Line 4: Order does not fit: the asset is here already, with another order.",
        "Line 5: SKU does not fit: the asset is here already, with another product code.",
    ]


async def test_a_key_is_one_assets_only(services: Services, file: Path) -> None:
    await add_connection(services)
    await imported(services, write_csv(file, [asset(1)]))
    again = [asset(2, Token=key(1)), asset(3), asset(4, Token=key(3).lower().replace("-", ""))]
    assert await refused(services, write_csv(file, again)) == [
        "Line 2: Token belongs to another asset here.",
        "Line 4: Token is the same as on line 3.",
    ]


async def test_one_transaction_is_one_line(services: Services, file: Path) -> None:
    await add_connection(services)
    twice = asset(2, Client_Transaction_ID=transaction(1), Link=None)
    assert await refused(services, write_csv(file, [asset(1), twice])) == [
        "Line 3: Client Transaction ID is the same as on line 2."
    ]


async def test_an_update_goes_on_from_what_was_imported(
    services: Services, connected: int, sandbox: SandboxControl, file: Path
) -> None:
    sandbox.seed(
        [{"transaction_id": transaction(1), "sku": "EP2-06606", "product_key": demo_key(1)}]
    )
    await imported(services, write_csv(file, [asset(1, Token=demo_key(1))]))
    found = (await details(services))[transaction(1)]
    assert (await update_status(services, found.id)).sentence.startswith("No change")
    sandbox.redeem(transaction(1))
    await update_status(services, found.id)
    assert (await details(services))[transaction(1)].token_status is TokenStatus.REDEEMED


async def test_what_the_other_system_bought_is_not_bought_again(
    services: Services, connected: int, sandbox: SandboxControl, file: Path
) -> None:
    sandbox.seed([{"transaction_id": transaction(1), "sku": "EP2-06606"}])
    lines = [tokenless(1, "Unsynchronized"), tokenless(2, "Failed", Synchronization_Details="No.")]
    await imported(services, write_csv(file, lines))
    found = await details(services)
    assert found[transaction(2)].synchronization_details == "No."
    for each in found.values():
        assert each.unsettled is None
        await provision(services, each.id)
    found = await details(services)
    known = sandbox.licence(transaction(1))
    assert known is not None
    opened = await secrets_of(services, found[transaction(1)].id)
    assert opened.key.reveal() == known["product_key"]
    assert [each["transaction_id"] for each in sandbox.effects()] == [transaction(2)]
    assert found[transaction(2)].token_status is TokenStatus.ACTIVATED


async def test_nobody_is_called_and_no_mail_is_sent(
    services: Services, connected: int, sandbox: SandboxControl, file: Path
) -> None:
    calls = dict(sandbox.calls())
    await imported(services, write_csv(file, [asset(1), tokenless(2, "Unsynchronised")]))
    await send_due_mails(services)
    assert dict(sandbox.calls()) == calls
    assert sandbox.mails() == []
    rows = (await contents(services))["operations"]
    assert {row[6] for row in rows} == {OperationState.FAILED}


@pytest.mark.both_stores
async def test_our_own_orders_are_numbered_past_imported_ones(
    services: Services, connected: int, file: Path
) -> None:
    await imported(services, write_csv(file, [asset(1, Order="SO-00041"), asset(2, Order="SO-7")]))
    (customer, *_) = [row for row in await account_list(services) if row.reference == "C-200"]
    placed = await order_licences(services, customer.id, connected, [OrderLine("EP2-06606", 1)])
    assert placed.number == "SO-00042"


@pytest.mark.on_a_file
async def test_neither_store_nor_report_has_a_key_in_the_clear(
    services: Services, file: Path, home: Path
) -> None:
    await add_connection(services)
    report = await imported(services, write_csv(file, [asset(1, Currency="eur"), cancelled(2)]))
    kept = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    assert b"PO-1" in kept
    for secret in (key(1), key(2), link(1), "c2VjcmV0"):
        assert secret.encode() not in kept
        assert secret not in repr(report)


@pytest.mark.parametrize("phase", [Phase.READING, Phase.COMPARING, Phase.WRITING])
async def test_cancelling_leaves_nothing(services: Services, file: Path, phase: Phase) -> None:
    await add_connection(services)
    write_csv(file, [asset(at) for at in range(1, 300)])
    before = await contents(services)

    def cancel(progress: ImportProgress) -> None:
        if progress.phase is phase:
            running.cancel()

    running = asyncio.ensure_future(import_assets(services, file, dry_run=False, progress=cancel))
    with pytest.raises(asyncio.CancelledError):
        await running
    assert await contents(services) == before
    await imported(services, file)


async def test_what_is_being_saved_can_no_longer_be_cancelled(
    services: Services, file: Path
) -> None:
    await add_connection(services)
    write_csv(file, [asset(1)])

    def cancel(progress: ImportProgress) -> None:
        if progress.phase is Phase.SAVING:
            asyncio.get_running_loop().call_soon(running.cancel)

    running = asyncio.ensure_future(import_assets(services, file, dry_run=False, progress=cancel))
    assert (await running).applied
    assert len(await details(services)) == 1


async def test_it_tells_how_far_it_is(services: Services, file: Path) -> None:
    await add_connection(services)
    write_csv(file, [asset(at) for at in range(1, 251)])
    told_of: list[ImportProgress] = []
    await imported(services, file, progress=told_of.append)
    assert list(dict.fromkeys(each.phase for each in told_of)) == list(Phase)
    assert all(0 <= each.done <= each.total for each in told_of)
    assert (told_of[-1].lines, told_of[-1].bad) == (250, 0)


async def test_without_a_connection_there_is_a_sentence(services: Services, file: Path) -> None:
    with pytest.raises(NotFound, match="no connection yet") as fault:
        await import_assets(services, write_csv(file, [asset(1)]), dry_run=True)
    assert "Settings" in fault.value.advice


async def test_accounts_alone_need_no_connection(services: Services, file: Path) -> None:
    lines = [account("Zephyr Ltd", Country="ie"), account("Helios", Account_Type="Reseller")]
    await imported(services, write_csv(file, lines))
    rows = {row.name: (row.kind, row.country) for row in await account_list(services)}
    assert rows == {
        "Zephyr Ltd": (AccountKind.CUSTOMER, "IE"),
        "Helios": (AccountKind.RESELLER, None),
    }


async def test_of_several_connections_one_must_be_named(services: Services, file: Path) -> None:
    await add_connection(services, "Britain")
    greek = await add_connection(services, "Greece")
    write_csv(file, [asset(1)])
    with pytest.raises(InvalidInput, match="several connections") as fault:
        await import_assets(services, file, dry_run=True)
    assert "“Britain”, “Greece”" in fault.value.advice
    with pytest.raises(NotFound, match="no connection “Spain”"):
        await import_assets(services, file, dry_run=True, connection="Spain")
    await imported(services, file, connection="greece")
    assert (await details(services))[transaction(1)].connection_id == greek


async def test_a_column_may_name_the_connection(services: Services, file: Path) -> None:
    british, greek = (
        await add_connection(services, "Britain"),
        await add_connection(services, "Greece"),
    )
    lines = [asset(1, System="GREECE"), asset(2, System="Britain")]
    await imported(services, write_csv(file, lines))
    found = await details(services)
    assert (found[transaction(1)].connection_id, found[transaction(2)].connection_id) == (
        greek,
        british,
    )
    lines = [asset(3, System="Spain"), asset(4, System=None)]
    assert await refused(services, write_csv(file, lines)) == [
        "Line 2: Connection “Spain” is not a connection here.",
        "Line 3: Connection is missing, and there are several connections.",
    ]
