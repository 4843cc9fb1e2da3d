"""What the frozen program carries: every licence with its text, and the bill of materials."""

from __future__ import annotations

import json
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from esd_desktop import licences
from esd_desktop.licences import components
from tools.package.licences import collect, top_level
from tools.package.sbom import bill
from tools.package.trimmed import Entry


def _modules(*left_out: str) -> list[Entry]:
    return [(name, "", "PYMODULE") for name in packages_distributions() if name not in left_out]


def test_a_frozen_program_reads_what_was_collected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = {one.name for one in components() if one.on_pypi}
    collect(tmp_path, _modules())
    monkeypatch.setattr(licences, "_own_texts", lambda: tmp_path)
    monkeypatch.setattr("importlib.metadata.distribution", None)
    collected = components()
    assert {one.name for one in collected if one.on_pypi} == installed
    assert len(collected) > 50


def test_what_is_left_out_of_the_program_is_not_among_its_licences(tmp_path: Path) -> None:
    collect(tmp_path, _modules("psycopg_binary"))
    names = {one["name"] for one in json.loads((tmp_path / "collected.json").read_text())}
    assert "psycopg" in names
    assert "psycopg-binary" not in names
    assert ("libpq" in names) == (sys.platform != "linux")
    assert ("ICU" in names) == (sys.platform == "linux")


@pytest.mark.parametrize(
    "place", ["_cffi_backend.cpython-311-x86_64-linux-gnu.so", "_cffi_backend", "_cffi_backend.a"]
)
def test_a_module_is_known_by_what_python_imports(place: str) -> None:
    assert top_level(place) == "_cffi_backend"


def test_the_bill_names_every_part_once_with_its_licence() -> None:
    found = json.loads(bill(components()))
    refs = [each["bom-ref"] for each in found["components"]]
    assert len(refs) == len(set(refs)) > 50
    assert found["dependencies"][0]["dependsOn"] == refs
    by_name = {each["name"]: each for each in found["components"]}
    assert by_name["Qt"]["licenses"] == [{"expression": "LGPL-3.0-only"}]
    assert by_name["psycopg"]["purl"].startswith("pkg:pypi/psycopg@3")
