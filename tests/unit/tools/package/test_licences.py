"""What the frozen program carries: every licence with its text, and the bill of materials."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from esd_desktop import licences
from esd_desktop.licences import components
from tools.package.licences import collect
from tools.package.sbom import bill


def test_a_frozen_program_reads_what_was_collected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = components()
    collect(tmp_path)
    monkeypatch.setattr(licences, "_own_texts", lambda: tmp_path)
    monkeypatch.setattr("importlib.metadata.distribution", None)
    assert components() == installed
    assert len(installed) > 50


def test_the_bill_names_every_part_once_with_its_licence() -> None:
    found = json.loads(bill(components()))
    refs = [each["bom-ref"] for each in found["components"]]
    assert len(refs) == len(set(refs)) > 50
    assert found["dependencies"][0]["dependsOn"] == refs
    by_name = {each["name"]: each for each in found["components"]}
    assert by_name["Qt"]["licenses"] == [{"expression": "LGPL-3.0-only"}]
    assert by_name["psycopg"]["purl"].startswith("pkg:pypi/psycopg@3")
