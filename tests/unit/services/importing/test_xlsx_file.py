"""Workbooks: as spreadsheets write them, damaged ones, and ones that mean harm."""

from __future__ import annotations

import warnings
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Event

import openpyxl
import pytest

from esd_desktop.errors import InvalidInput
from esd_desktop.services.importing import xlsx_cells, xlsx_file
from esd_desktop.services.importing.records import Record
from esd_desktop.services.importing.shared_strings import SharedStrings
from esd_desktop.services.importing.source import open_source
from esd_desktop.services.importing.values import Unreadable, read_moment
from tests.unit.services.importing.exports import account, key, write_xlsx

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"


def read(path: Path) -> list[Record]:
    source = open_source(path, Event())
    try:
        return source.read(100_000)
    finally:
        source.close()


def refusal(path: Path) -> str:
    with pytest.raises(InvalidInput) as fault:
        read(path)
    return fault.value.sentence


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A small good workbook."""
    return write_xlsx(tmp_path / "export.xlsx", [account("Zephyr Ltd", Country="IE")])


def changed(book: Path, part: str, old: bytes, new: bytes) -> Path:
    """The workbook with a part of it rewritten."""
    made = book.with_name("changed.xlsx")
    with (
        zipfile.ZipFile(book) as source,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            content = source.read(name)
            if name == part:
                assert old in content
                content = content.replace(old, new, 1)
            target.writestr(name, content)
    return made


def test_cells_of_every_kind(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.append(["Customer", "Customer No", "Created", "Country", "Active", "Extra"])
    sheet.append(["Müller", 1001, datetime(2026, 3, 5, 10, 30), None, True, 2.5])  # noqa: DTZ001
    sheet.append([None] * 6)
    sheet.append(["=A2", None, date(2026, 3, 5), "DE", None, None])
    made.create_sheet("Notes")
    path = tmp_path / "export.xlsx"
    made.save(path)
    source = open_source(path, Event())
    first, second = source.read(10)
    source.close()
    assert first == Record(
        2,
        ["Müller", 1001, datetime(2026, 3, 5, 10, 30), None, "TRUE", 2.5],  # noqa: DTZ001
    )
    assert second.line == 4
    assert isinstance(second.cells[0], Unreadable)
    assert "formula" in second.cells[0].reason
    assert read_moment(second.cells[2]) == datetime(2026, 3, 5, tzinfo=UTC)
    assert source.notices == ("Of the workbook's 2 sheets only “Sheet” was read.",)


def test_rich_and_inline_strings(book: Path) -> None:
    rich = (
        b"<si><r><t>Zephyr</t></r><r><t xml:space='preserve'> Ltd</t></r><rPh><t>no</t></rPh></si>"
    )
    path = changed(book, STRINGS, b"<si><t>Zephyr Ltd</t></si>", rich)
    assert read(path)[0].cells[0] == "Zephyr Ltd"
    inline = b'<c r="B2" t="inlineStr"><is><t>GR</t></is></c>'
    path = changed(book, SHEET, b'<c r="B2" t="s"><v>3</v></c>', inline)
    assert read(path)[0].cells == ["Zephyr Ltd", "GR"]


def test_a_name_for_a_workbook_is_not_needed(book: Path) -> None:
    path = book.rename(book.with_name("export"))
    assert len(read(path)) == 1


@pytest.mark.parametrize("kept", [0.3, 0.7, 0.95])
def test_a_workbook_that_is_cut_short(book: Path, kept: float) -> None:
    whole = book.read_bytes()
    book.write_bytes(whole[: int(len(whole) * kept)])
    assert refusal(book).startswith("The file is not a workbook (.xlsx), or it is damaged.")


@pytest.mark.parametrize(
    ("part", "old", "new", "sentence"),
    [
        (SHEET, b"</sheetData>", b"", "The workbook is damaged or cut short after row 2."),
        (SHEET, b"<v>2</v>", b"<v>99</v>", "The workbook is damaged or cut short after row 1."),
        (SHEET, b"<v>2</v>", b"<v>x</v>", "The workbook is damaged or cut short after row 1."),
        (SHEET, b'r="A2"', b'r="ZZZZ2"', "The workbook is damaged or cut short after row 1."),
        (STRINGS, b"</sst>", b"", "The file is not a workbook (.xlsx), or it is damaged."),
        (
            SHEET,
            b"<sheetData>",
            b"<sheetDate>",
            "The workbook is damaged or cut short after row 0.",
        ),
    ],
)
def test_a_workbook_that_lies(book: Path, part: str, old: bytes, new: bytes, sentence: str) -> None:
    assert refusal(changed(book, part, old, new)) == sentence


def test_a_workbook_of_entities(book: Path) -> None:
    laughs = b'<!DOCTYPE sst [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><sst '
    assert refusal(changed(book, STRINGS, b"<sst ", laughs)) == (
        "The workbook has definitions that no spreadsheet program writes."
    )


def test_a_part_that_unpacks_to_far_too_much(book: Path) -> None:
    with warnings.catch_warnings(), zipfile.ZipFile(book, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.png", bytes(xlsx_file._LARGEST_SMALL_PART + 1))
    assert refusal(book) == "The workbook unpacks to far more than a workbook can hold."


def test_a_cell_that_would_fill_the_memory(book: Path) -> None:
    endless = b"<si><t>" + b"x" * (xlsx_cells._LARGEST_UNIT + (1 << 20)) + b"</t></si>"
    path = changed(book, STRINGS, b"<si><t>Zephyr Ltd</t></si>", endless)
    assert refusal(path) == "The workbook has a cell or row that is too large."


def test_a_zip_that_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "export.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "Customer\n")
    assert refusal(path) == "The file is not a workbook (.xlsx), or it is damaged."


def test_reading_can_be_stopped(book: Path) -> None:
    stopped = Event()
    stopped.set()
    with pytest.raises(InvalidInput, match="stopped"):
        open_source(book, stopped)


def test_more_strings_than_are_kept_at_hand(tmp_path: Path) -> None:
    lines = [account(f"Customer {at}", Reference=f"C-{at}") for at in range(20_000)]
    path = write_xlsx(tmp_path / "export.xlsx", lines)
    found = read(path)
    assert [each.cells[0] for each in found] == [line["Customer"] for line in lines]
    assert (found[0].line, found[-1].line) == (2, 20_001)


def test_strings_that_wait_on_the_disk_cannot_be_read_there() -> None:
    kept = SharedStrings()
    for at in range(600):
        kept.add(f"{key(at)} of Zephyr")
    kept.complete()
    kept._file.seek(0)
    on_disk = kept._file.read()
    assert kept[599] == f"{key(599)} of Zephyr"
    kept.close()
    assert len(on_disk) > 600 * 30
    assert b"Zephyr" not in on_disk
