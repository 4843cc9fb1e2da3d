from __future__ import annotations

import pytest

from esd_desktop.models.rows import AssetQuery, AssetRow, AssetSort
from esd_desktop.services.browse import asset_page
from esd_desktop.ui.assets.columns import ALL_ACCOUNTS, COLUMNS, ONE_ACCOUNT, SECTION, Column
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.lists.copying import as_table
from tests.support.sowing import Sown
from tests.support.window import Run


@pytest.fixture
def rows(run: Run, desk: Desk, sown: Sown) -> dict[int, AssetRow]:
    return {row.id: row for row in run(desk.read(asset_page, AssetQuery(), 0, 100))}


def test_the_list_of_all_accounts_says_whose_an_asset_is() -> None:
    assert ALL_ACCOUNTS[:2] == (Column.CUSTOMER, Column.BILLING_TO)
    assert Column.CUSTOMER not in ONE_ACCOUNT


def test_the_accounts_section_has_the_product_pages_columns() -> None:
    headers = [COLUMNS.spec(column).header for column in SECTION]
    expected = ["Product/Service", "Quantity", "Unit Type", "Purchase Date", "Invoice Amount"]
    assert headers == expected


def test_whatever_the_store_sorts_by_has_a_column() -> None:
    assert {COLUMNS.spec(column).sort for column in COLUMNS.names} - {None} == set(AssetSort)


def test_each_column_says_what_it_is() -> None:
    headers = [COLUMNS.spec(column).header for column in COLUMNS.names]
    assert len(set(headers)) == len(headers)
    assert all(COLUMNS.spec(column).hint for column in COLUMNS.names)


def test_the_key_is_masked_in_every_cell_and_copy(rows: dict[int, AssetRow], sown: Sown) -> None:
    row = rows[sown.activated]
    cells = [COLUMNS.spec(column).cell(row) for column in COLUMNS.names]
    said = [part for cell in cells for part in (cell.text, cell.spoken, cell.tip)]
    said.append(as_table([row], COLUMNS.specs))
    hidden = sown.key[: -len("-00001")]
    assert not any(part in text for text in said for part in hidden.split("-"))
    assert COLUMNS.spec(Column.TOKEN).cell(row).text.endswith("-00001")


def test_a_status_is_a_shape_and_the_word_that_explains_itself(
    rows: dict[int, AssetRow], sown: Sown
) -> None:
    cell = COLUMNS.spec(Column.TOKEN_STATUS).cell(rows[sown.activated])
    assert cell.spoken == "Activated, not redeemed"
    assert "has not used it yet" in cell.tip
    assert [badge.word for badge in cell.badges] == ["Activated, not redeemed"]


def test_a_missing_token_is_said_as_well(rows: dict[int, AssetRow], sown: Sown) -> None:
    cell = COLUMNS.spec(Column.TOKEN_STATUS).cell(rows[sown.failed])
    assert (cell.text, cell.spoken) == ("", "None yet")
    assert COLUMNS.spec(Column.TOKEN).cell(rows[sown.failed]).spoken == "None"


def test_a_discrepancy_is_marked_beside_the_status(rows: dict[int, AssetRow], sown: Sown) -> None:
    cell = COLUMNS.spec(Column.TOKEN_STATUS).cell(rows[sown.odd])
    assert [badge.word for badge in cell.badges] == ["Redeemed", "Differs"]
    assert cell.spoken == "Redeemed, differs from Microsoft"
    assert "Microsoft says otherwise" in cell.tip


def test_only_what_needs_a_person_has_a_tint(rows: dict[int, AssetRow], sown: Sown) -> None:
    provisioning = COLUMNS.spec(Column.PROVISIONING).cell
    assert provisioning(rows[sown.activated]).badges[0].quiet
    assert not provisioning(rows[sown.failed]).badges[0].quiet
    assert not provisioning(rows[sown.unsynchronised]).badges[0].quiet


def test_copied_rows_are_lines_of_cells_below_their_headers(
    rows: dict[int, AssetRow], sown: Sown
) -> None:
    shown = (Column.CUSTOMER, Column.ORDER, Column.PRICE)
    columns = [COLUMNS.spec(name) for name in shown]
    lines = as_table([rows[sown.activated], rows[sown.failed]], columns).split("\n")
    assert lines[0] == "Customer\tOrder\tPrice"
    assert lines[1] == "Müller & Söhne KG\tSO-00001\t249.00 EUR"
    assert len(lines) == 3
