from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox

from esd_desktop.models.asset import Asset
from esd_desktop.services.browse import asset_detail
from esd_desktop.services.changes import Changes
from esd_desktop.services.context import Services
from esd_desktop.ui.accounts.assets_section import AssetsSection
from esd_desktop.ui.desk import Desk
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.window import Run
from tests.unit.ui.accounts.conftest import Paging, named, take_away
from tests.unit.ui.actions.asking import button, question


async def forget_all(services: Services, asset_ids: tuple[int, ...]) -> None:
    """Take assets off the list at once, as somebody at another desk may have done."""
    async with services.store.change() as work:
        for asset_id in asset_ids:
            asset = await work.session.get(Asset, asset_id)
            assert asset is not None
            asset.deleted_at = services.now()
        await work.commit()


async def section_of(paging: Paging, account_id: int) -> AssetsSection:
    """The section of an account's page."""
    await paging.open(account_id)
    await paging.choose_tab("Account")
    return paging.page.account.page.section


async def select(paging: Paging, asset_id: int) -> None:
    paging.page.account.page.section.list.select(asset_id)
    await until(lambda: paging.selected == asset_id)
    await paging.settled()


def ids(section: AssetsSection) -> set[int]:
    model = section.list.model
    rows = [model.row_at(position) for position in range(model.rowCount())]
    return {row.id for row in rows if row is not None}


def test_it_has_the_five_columns(run: Run, sown: Sown, paging: Paging) -> None:
    async def scenario() -> None:
        section = await section_of(paging, sown.customer)
        assert section.isVisible()
        header, model = section.list.header, section.list.model
        sections = [header.logicalIndex(place) for place in range(header.count())]
        titles = [
            model.headerData(one, Qt.Orientation.Horizontal)
            for one in sections
            if not header.isSectionHidden(one)
        ]
        assert titles == [
            "Product/Service",
            "Quantity",
            "Unit Type",
            "Purchase Date",
            "Invoice Amount",
        ]

    run(scenario())


def test_it_appears_once_the_account_has_a_licence(run: Run, sown: Sown, paging: Paging) -> None:
    async def scenario() -> None:
        section = await section_of(paging, sown.empty_customer)
        assert not section.isVisible()
        await paging.open(sown.customer)
        assert section.isVisible()

    run(scenario())


def test_the_drop_down_filters_and_is_remembered(
    run: Run, desk: Desk, sown: Sown, paging: Paging
) -> None:
    async def scenario() -> None:
        section = await section_of(paging, sown.customer)
        status = named(section, QComboBox, "Status of this account’s assets")
        assert [status.itemText(at) for at in range(3)] == ["All", "Active", "Cancelled"]
        assert ids(section) == {sown.activated, sown.redeemed, sown.cancelled}
        status.setCurrentText("Active")
        await paging.settled()
        assert ids(section) == {sown.activated, sown.redeemed}
        status.setCurrentText("Cancelled")
        await paging.settled()
        assert ids(section) == {sown.cancelled}
        paging.page.remember()
        again = Paging(desk)
        assert (await section_of(again, sown.customer)).status.currentText() == "Cancelled"
        take_away(again.page)

    run(scenario())


def test_what_the_filter_hides_can_be_brought_back(run: Run, sown: Sown, paging: Paging) -> None:
    async def scenario() -> None:
        section = await section_of(paging, sown.other_customer)
        section.status.setCurrentText("Cancelled")
        await paging.settled()
        section.list.clear_wanted.emit()
        await paging.settled()
        assert section.status.currentText() == "All"
        assert len(ids(section)) == 3

    run(scenario())


def test_delete_is_greyed_with_the_reason(run: Run, sown: Sown, paging: Paging) -> None:
    async def scenario() -> None:
        section = await section_of(paging, sown.customer)
        assert section.delete.refusal == "Select an asset in the list first."
        await select(paging, sown.cancelled)
        assert section.delete.refusal == "This licence is cancelled already."
        await select(paging, sown.activated)
        assert section.delete.isEnabled()
        await paging.open(sown.other_customer)
        assert section.delete.refusal == "Select an asset in the list first."

    run(scenario())


def test_a_selected_active_asset_is_deleted_after_asking(
    run: Run, desk: Desk, sown: Sown, paging: Paging
) -> None:
    async def scenario() -> None:
        section = await section_of(paging, sown.customer)
        await select(paging, sown.activated)
        section.delete.click()
        dialog = await question()
        assert section.delete.busy
        button(dialog, "Delete record").click()
        await paging.settled()
        assert (await desk.read(asset_detail, sown.activated)).deleted_at is not None
        assert ids(section) == {sown.redeemed, sown.cancelled}
        assert paging.selected is None
        assert section.delete.refusal == "Select an asset in the list first."

    run(scenario())


def test_it_goes_with_the_last_licence_and_takes_its_selection_along(
    run: Run, desk: Desk, sown: Sown, paging: Paging
) -> None:
    async def scenario() -> None:
        section = await section_of(paging, sown.customer)
        await select(paging, sown.activated)
        licences = (sown.redeemed, sown.cancelled, sown.activated)
        await desk.backend.call(forget_all, licences)
        desk.bus.announce(Changes(assets=frozenset(licences)))
        await paging.settled()
        assert not section.isVisible()
        assert paging.selected is None

    run(scenario())
