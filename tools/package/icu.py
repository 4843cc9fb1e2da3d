"""ICU's data as Qt needs them: half of the 32 MB that its wheel for Linux has.

Of ICU, Qt calls what sorts, changes case, converts texts from other encodings, and names time
zones; numbers, days, languages and countries it has in tables of its own. So what breaks lines
(with dictionaries of Thai or Chinese), transliterates, spells numbers out, prepares names of the
Internet, and names characters, units, currencies, languages and countries is left out. That nothing
of Qt asks for it is seen from what its libraries import; that the rest answers as before, by asking
both.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from tools import apt
from tools.package.trimmed import Entry, asked_for
from tools.trouble import Trouble

_ICUPKG = "/usr/sbin/icupkg"  # where only root looks for programs
_LEFT_OUT = (
    *("brkitr/*", "curr/*", "lang/*", "rbnf/*", "region/*", "translit/*", "unit/*"),
    *("unames.icu", "confusables.cfu", "*.spp"),
)
# Case, calendars with their time zones, converters, collation.
_ASKED_FOR = re.compile(r"(u_strTo|ucal_|ucnv_|ucol_)\w+|UCNV_\w+")
_IMPORTED = re.compile(r"\bUND\s+(\w+)_\d\d(?:@\S+)?$", re.MULTILINE)
_DATA = re.compile(r"\b([0-9a-f]{16})\s+(\w+)\s+OBJECT\s+GLOBAL.*\s(icudt\d\d_dat)$", re.MULTILINE)
_RODATA = re.compile(r"\s\.rodata\s+PROGBITS\s+([0-9a-f]+)\s+([0-9a-f]+)\s")


def with_trimmed_data(binaries: list[Entry], folder: Path) -> list[Entry]:
    """The binaries of the program, with less of ICU's data. Raises Trouble, as below."""
    whole = [Path(file) for place, file, _ in binaries if _is_of_icu(place, "data")]
    if not whole:
        return binaries
    qt = [
        Path(file)
        for place, file, kind in binaries
        if kind != "SYMLINK" and not _is_of_icu(place) and any(map(_is_of_icu, asked_for(file)))
    ]
    data, made = whole[-1], trimmed_data(whole[-1], qt, folder)
    if _answers(made.parent, made) != _answers(data.parent, data):
        raise Trouble(f"With {made} Qt answers otherwise than with {data}.")
    return [
        (place, str(made) if Path(file) == data else file, kind) for place, file, kind in binaries
    ]


def trimmed_data(library: Path, qt: Iterable[Path], folder: Path) -> Path:
    """Write a smaller ``libicudata`` into a folder, and answer it.

    Raises Trouble where one of the ``qt`` libraries asks ICU for more than is kept.
    """
    more = sorted({name for each in qt for name in imports(each) if not _ASKED_FOR.fullmatch(name)})
    if more:
        raise Trouble(f"Qt asks ICU for more than tools/package/icu.py keeps: {', '.join(more)}.")
    _provide_tools()
    folder.mkdir(parents=True, exist_ok=True)
    symbol, data = data_of(library)
    # The file goes by the name that the entries begin with, icudt73l.dat.
    whole, part = folder / "whole" / _name(symbol), folder / "part" / _name(symbol)
    for each in (whole, part):
        each.parent.mkdir(exist_ok=True)
    whole.write_bytes(data)
    patterns = folder / "left-out.txt"
    patterns.write_text("".join(f"{pattern}\n" for pattern in _LEFT_OUT), encoding="ascii")
    _run(_ICUPKG, "-r", str(patterns), str(whole), str(part))
    made = folder / library.name
    _link(symbol, part, made)
    return made


def imports(library: Path) -> list[str]:
    """What a library takes from ICU, without the version that each name ends with."""
    return _IMPORTED.findall(_run("readelf", "--dyn-syms", "-W", str(library)))


def data_of(library: Path) -> tuple[str, bytes]:
    """The name of ICU's one symbol, and all that lies behind it."""
    found = _DATA.search(_run("readelf", "--dyn-syms", "-W", str(library)))
    section = _RODATA.search(_run("readelf", "-S", "-W", str(library)))
    if found is None or section is None:
        raise Trouble(f"{library} has no ICU data.")
    address, size, symbol = found[1], found[2], found[3]
    start = int(address, 16) - int(section[1], 16) + int(section[2], 16)
    return symbol, library.read_bytes()[start : start + int(size, 0)]


def _is_of_icu(place: str, part: str = "") -> bool:
    return PurePosixPath(place).name.startswith(f"libicu{part}")


def _answers(folder: Path, library: Path) -> str:
    """What Qt says with the library of this folder. Raises Trouble where it takes another one."""
    program = Path(__file__).with_name("icu_answers.py")
    environment = {**os.environ, "LD_LIBRARY_PATH": str(folder)}
    said = _run(sys.executable, str(program), environment=environment).splitlines()
    if said[:-1] != [str(library.resolve())]:
        raise Trouble(f"Qt was to take {library}, and took {said[:-1]}.")
    return said[-1]


def _name(symbol: str) -> str:
    """``l`` is for the order of bytes, that of all processors which this is built for."""
    return f"{symbol.removesuffix('_dat')}l.dat"


def _link(symbol: str, data: Path, library: Path) -> None:
    source, compiled = library.with_suffix(".s"), library.with_suffix(".o")
    source.write_text(
        f'.section .note.GNU-stack,"",%progbits\n.section .rodata\n.balign 16\n'
        f".globl {symbol}\n.type {symbol}, %object\n.size {symbol}, {data.stat().st_size}\n"
        f'{symbol}: .incbin "{data.name}"\n',
        encoding="ascii",
    )
    _run("as", "-o", str(compiled), "-I", str(data.parent), str(source))
    _run("ld", "-shared", "-soname", library.name, "-o", str(library), str(compiled))


def _provide_tools() -> None:
    needed = {_ICUPKG: "icu-devtools", "ld": "binutils"}
    missing = [[package] for program, package in needed.items() if shutil.which(program) is None]
    if missing:
        apt.provide("Tools of ICU and of the binutils make Qt's data smaller.", missing)


def _run(*command: str, environment: dict[str, str] | None = None) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode != 0:
        raise Trouble(f"{command[0]} failed: {done.stderr.strip()}")
    return done.stdout
