"""Text files in every spelling that other systems and spreadsheets write them."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import pytest

from esd_desktop.errors import InvalidInput
from esd_desktop.services.importing.columns import (
    _BY_NAME,
    _OTHER_NAMES,
    Field,
    folded_header,
)
from esd_desktop.services.importing.records import Record
from esd_desktop.services.importing.source import Source, open_source
from tests.unit.services.importing.exports import account, write_csv

LINES = [account("Müller & Söhne", Email="it@mueller.example"), account("Łódź €", Country="PL")]


def opened(path: Path) -> Source:
    return open_source(path, Event())


def read(path: Path) -> list[Record]:
    source = opened(path)
    try:
        return source.read(1_000)
    finally:
        source.close()


def refusal(path: Path) -> str:
    with pytest.raises(InvalidInput) as fault:
        read(path)
    return fault.value.sentence


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-bom", "utf-16-be"])
def test_encodings_and_separators(tmp_path: Path, separator: str, encoding: str) -> None:
    path = write_csv(tmp_path / "export.csv", LINES, separator=separator)
    text = path.read_bytes().decode()
    if encoding == "utf-16-be":
        path.write_bytes(b"\xfe\xff" + text.encode("utf-16-be"))
    elif encoding == "utf-16-le-bom":
        path.write_bytes(b"\xff\xfe" + text.encode("utf-16-le"))
    else:
        path.write_bytes(text.encode(encoding))
    assert [tuple(each.cells) for each in read(path)] == [
        ("Müller & Söhne", "it@mueller.example", ""),
        ("Łódź €", "", "PL"),
    ]


def test_windows_1252_is_read_with_a_notice(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "export.csv", [account("Müller €")], encoding="cp1252")
    source = opened(path)
    assert source.read(10)[0].cells == ["Müller €"]
    assert source.notices == (
        "The file is not in UTF-8; it was read as Windows-1252 (Western European).",
    )
    source.close()


def test_the_line_that_names_the_separator_is_skipped_but_counted(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("sep=;\nCustomer;Email\nZephyr;a@b.example\n", encoding="utf-8")
    assert read(path) == [Record(3, ["Zephyr", "a@b.example"])]


def test_line_numbers_count_what_an_editor_counts(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(b'Customer,Email\r\n\r\n"Two\r\nlines",\r\n  ,\r\nThree,\r\n')
    assert [(each.line, each.cells[0]) for each in read(path)] == [
        (3, "Two\r\nlines"),
        (6, "Three"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "fault"),
    [
        ('Customer,Email\nA,a@b.example\n"B,b@b.example\nC,\n', 3, "is cut short"),
        ('Customer,Email\n"A"x,\nC,\n', 2, "cannot be split into cells: a quote is out of place"),
        ("Customer,Email\nA,,more\nC,\n", 2, "has more cells than the header"),
        ("Customer,Email\nA,a@b.example\nB", 3, "is cut short: the file ends in it"),
        (
            "Customer,Email\n" + "x" * 200_000 + ",\n",
            2,
            "has a cell of more than 131,072 characters",
        ),
    ],
)
def test_lines_that_cannot_be_split(tmp_path: Path, text: str, line: int, fault: str) -> None:
    path = tmp_path / "export.csv"
    path.write_text(text, encoding="utf-8")
    (faulty,) = [each for each in read(path) if each.fault]
    assert faulty.line == line
    assert faulty.fault.startswith(fault)


def test_a_last_line_without_an_end_is_whole_where_its_cells_are(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("Customer,Email\nA,a@b.example", encoding="utf-8")
    assert [each.fault for each in read(path)] == [""]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"\n\n  \n", "The file is empty."),
        (b"Customer,\0Email\n", "The file is not text."),
        (b"\xff\xfeC\x00u\x00\xd8", "The file is not text in utf-16."),
        (b"a,b,c\n1,2,3\n", "The first line of the file names no column that is known here."),
        (
            b"Order,Email\n1,2\n",
            "The file has no column for “Customer”, “Purchase Date”, “Product” ",
        ),
        (b"Customer,Client Name\n", "Two columns, “Customer” and “Client Name”, both stand for"),
        (b'"Customer\n', "The header of the file is cut short"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "The workbook is protected with a password, or it is of the"),
    ],
)
def test_files_that_cannot_be_used(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(content)
    assert refusal(path).startswith(sentence)


def test_what_is_not_there_and_what_is_no_file(tmp_path: Path) -> None:
    assert refusal(tmp_path / "missing.csv") == "There is no such file."
    assert refusal(tmp_path) == "That is a folder, not a file."
    (tmp_path / "text.xlsx").write_text("Customer\nZephyr\n", encoding="utf-8")
    assert refusal(tmp_path / "text.xlsx") == (
        "The file is called a workbook (.xlsx), but it is none."
    )


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("customer", Field.CUSTOMER),
        ("CUSTOMER_NAME", Field.CUSTOMER),
        ("End-Customer", Field.CUSTOMER),
        ("Account No.", Field.CUSTOMER_NUMBER),
        ("Customer #", Field.CUSTOMER_NUMBER),
        ("e-mail address", Field.CUSTOMER_EMAIL),
        ("Bill To ID", Field.BILLING_TO_NUMBER),
        ("Reseller", Field.BILLING_TO),
        ("PO Number", Field.ORDER),
        ("Product / Service", Field.PRODUCT),
        ("Price (net)", Field.PRICE),
        ("license key", Field.TOKEN),
        ("ClientTxnId", Field.TRANSACTION_ID),
        ("Redeemed On [UTC]", Field.ACTIVATION_DATE),
    ],
)
def test_headers_in_several_spellings(tmp_path: Path, header: str, field: Field) -> None:
    wanted = dict.fromkeys(
        "Customer,Order,Purchase Date,SKU,Price,Client Transaction ID".split(","), ""
    )
    if field in wanted:
        del wanted[field]
    path = tmp_path / "export.csv"
    path.write_text(",".join([*wanted, header, "Sales Region"]) + "\n", encoding="utf-8")
    source = opened(path)
    assert source.columns.positions[field] == len(wanted)
    assert (header, field) in [(each.header, each.field) for each in source.columns.matches]
    assert source.columns.ignored == ("Sales Region",)
    source.close()


def test_every_name_stands_for_one_field() -> None:
    names = [(str(field), field) for field in Field]
    names += [(name, field) for field, others in _OTHER_NAMES.items() for name in others]
    for name, field in names:
        assert _BY_NAME[folded_header(name)] is field, name


def test_the_manual_names_every_name() -> None:
    manual = (Path(__file__).parents[4] / "docs" / "import-format.md").read_text(encoding="utf-8")
    for field in Field:
        others = ", ".join(_OTHER_NAMES.get(field, ()))
        assert f"| **{field}** | {others} |" in manual
