"""All blocks can be drawn together, light and dark."""

from __future__ import annotations

from pathlib import Path

import pytest

from esd_desktop.ui.look.theme import Theme
from tests.unit.ui.widgets import gallery


def test_the_gallery_is_drawn(look: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Theme, "motion", False)
    monkeypatch.setattr(gallery, "SETTLING_MS", 0)
    gallery.main(tmp_path)
    assert len(list(tmp_path.glob("*-light.png"))) == len(list(tmp_path.glob("*-dark.png"))) == 8
