"""Files to import, spoilt in every way: refused in words or read, and all of a file or nothing."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from esd_desktop.errors import EsdError
from esd_desktop.opening import open_services
from esd_desktop.services.context import Services
from esd_desktop.services.import_assets import import_assets
from esd_desktop.services.importing.columns import Field
from esd_desktop.settings import Folders, load_settings
from tests.reliability.fuzz.drawing import damaged, fuzzed, is_told
from tests.unit.services.importing.exports import account, asset, redeemed, write_csv
from tests.unit.services.importing.looking import add_connection, contents

_CELLS = [
    *("Active", "Cancelled", "canceled", "Activated", "Redeemed", "Return Accepted", "SUCCESSFUL"),
    *("Synchronized", "Unsynchronised", "Failed", "Customer", "Reseller", "GB", "XX", "EUR", "¤"),
    *("2026-03-05", "05/03/2026", "31.02.2026", "0000-00-00", "9999-12-31T23:59:59Z", "46086"),
    *("1", "0", "-1", "1e9", "NaN", "Infinity", "249.00", "1,234.56", "1.234,56", "٣", "9" * 60),
    *("BCDFG-HJKMP-QRTVW-XY234-6789B", "#####-#####", "https://setup.office.com/?token=x", "=1+1"),
    *("it@mueller.example", "a@b@c", "Müller & Söhne KG", "C-200", "R-100", "PO-1", "null", "#N/A"),
    *("", " ", "\u00a0", "\u202e", "\ufeff", "\U0001f600", "\x1a", "'; DROP TABLE assets; --"),
]
_cell = st.sampled_from(_CELLS) | st.text(max_size=12)
_names = st.lists(st.sampled_from(list(Field)) | st.text(max_size=8), min_size=1, max_size=14)
_table = st.tuples(_names, st.lists(st.lists(_cell, max_size=15), max_size=6))


@st.composite
def _csv(draw: st.DrawFn) -> bytes:
    """A table as text, in some dialect, whether or not it fits together."""
    names, rows = draw(_table)
    separator = draw(st.sampled_from([",", ";", "\t", "|"]))
    quote = draw(st.sampled_from(['"{}"', "{}", "'{}'", '"{}']))
    end = draw(st.sampled_from(["\n", "\r\n", "\r", "\n\n"]))
    lines = [separator.join(quote.format(cell) for cell in row) for row in [names, *rows]]
    code = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252", "utf-32"]))
    return end.join(lines).encode(code, "replace")


def _sound_csv(folder: Path) -> bytes:
    return write_csv(
        folder / "sound.csv", [account("Zephyr Ltd"), asset(1), redeemed(2)]
    ).read_bytes()


def _sound_xlsx() -> bytes:
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    sheet = book.add_worksheet()
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for row, line in enumerate([asset(1), redeemed(2)], 1):
        for column, (name, value) in enumerate(line.items()):
            sheet.write(0, column, name)
            sheet.write(row, column, value)
    sheet.write_formula(1, 30, "=1/0")
    sheet.write_datetime(2, 30, datetime(2026, 3, 5), day)  # noqa: DTZ001 - Excel knows no zones
    sheet.write_boolean(2, 31, True)
    book.close()
    return made.getvalue()


@st.composite
def _xlsx(draw: st.DrawFn, sound: bytes) -> bytes:
    """A workbook whose package is whole and one of whose parts is not, or is gone, or is huge."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sound)) as package, zipfile.ZipFile(made, "w") as other:
        names = package.namelist()
        victim = draw(st.sampled_from(names))
        how = draw(st.sampled_from(["damaged", "gone", "huge", "entities", "twice"]))
        for name in names:
            content = package.read(name)
            if name == victim:
                if how == "gone":
                    continue
                content = draw(damaged(content)) if how == "damaged" else _SPOILT[how](content)
            other.writestr(name, content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _with_entities(content: bytes) -> bytes:
    """Ten entities, each ten of the one before: a text of ten thousand million letters."""
    bomb = b'<!DOCTYPE x [<!ENTITY e0 "boom">'
    for at in range(1, 11):
        bomb += b'<!ENTITY e%d "%s">' % (at, b"&e%d;" % (at - 1) * 10)
    return content.replace(b"?>", b"?>" + bomb + b"]>", 1).replace(b"<v>", b"<v>&e10;", 1)


_SPOILT: dict[str, Callable[[bytes], bytes]] = {
    "huge": lambda content: content + b" " * 30_000_000,
    "entities": _with_entities,
    "twice": lambda content: content * 2,
}


@pytest.fixture
def opened(places: Folders) -> Iterator[tuple[asyncio.Runner, Services]]:
    """Services on a loop of their own, for many cases."""
    with asyncio.Runner() as runner:
        services = runner.run(open_services(places, load_settings(places)))
        runner.run(add_connection(services))
        yield runner, services
        runner.run(services.close())


async def one_import(services: Services, file: Path) -> None:
    """All of it, or nothing and why."""
    before = await contents(services)
    try:
        report = await import_assets(services, file, dry_run=False)
    except EsdError as error:
        fault = error
    else:
        assert report.applied or (await contents(services)) == before
        assert all(str(remark).strip() for remark in report.bad_lines)
        return
    assert is_told(fault), fault.sentence
    assert await contents(services) == before


Opened = tuple[asyncio.Runner, Services]


def test_a_text_is_imported_or_refused(opened: Opened, tmp_path: Path) -> None:
    runner, services = opened
    file = tmp_path / "drawn.csv"

    @fuzzed(25)
    @given(_csv() | damaged(_sound_csv(tmp_path)) | st.binary(max_size=300))
    def one(content: bytes) -> None:
        file.write_bytes(content)
        runner.run(one_import(services, file))

    one()


def test_a_workbook_is_imported_or_refused(opened: Opened, tmp_path: Path) -> None:
    runner, services = opened
    file = tmp_path / "drawn.xlsx"
    sound = _sound_xlsx()

    @fuzzed(15)
    @given(_xlsx(sound) | damaged(sound))
    def one(content: bytes) -> None:
        file.write_bytes(content)
        runner.run(one_import(services, file))

    one()
