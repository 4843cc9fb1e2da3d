"""DB Browser and the program, worked on a screen that nobody sees; what they take is not asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.apart import apart
from bench.data import stores
from bench.screen import lacking, screen

_SIZE = 2_000
_SOUGHT = "so-000123"
_DONE = {"jump", "filter", "sort"}

pytestmark = pytest.mark.skipif(bool(lacking("sqlitebrowser")), reason=lacking("sqlitebrowser"))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(stores.file_of(tmp_path_factory.mktemp("bench"), _SIZE))


@pytest.fixture
def shown(tmp_path: Path) -> Iterator[dict[str, str]]:
    with screen(tmp_path) as environment:
        yield environment


def test_db_browser_is_worked(store: str, shown: dict[str, str]) -> None:
    started = apart("bench.db_browser:start", store, environment=shown)
    assert min(started["window"], started["rows"]) > 0
    assert set(apart("bench.db_browser:work", store, _SIZE, _SOUGHT, 1, environment=shown)) == _DONE


def test_the_program_is_worked(store: str, shown: dict[str, str], tmp_path: Path) -> None:
    own = {**shown, "ESD_DESKTOP_HOME": str(tmp_path), "ESD_DESKTOP_VAULT": "file"}
    assert set(apart("bench.own_window:work", store, _SOUGHT, 1, environment=own)) == _DONE
