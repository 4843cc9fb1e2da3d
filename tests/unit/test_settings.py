"""This computer's settings: file, environment, and values that cannot be."""

from __future__ import annotations

import pytest

from esd_desktop.errors import EsdError, InvalidInput
from esd_desktop.settings import Folders, load_settings, save_setting


def test_what_is_saved_is_loaded(places: Folders) -> None:
    save_setting(places, "theme", "dark")
    save_setting(places, "store", "sqlite:///elsewhere.db")
    settings = load_settings(places)
    assert (settings.theme, settings.store) == ("dark", "sqlite:///elsewhere.db")


def test_the_environment_goes_first(places: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    save_setting(places, "theme", "dark")
    monkeypatch.setenv("ESD_DESKTOP_THEME", "light")
    assert load_settings(places).theme == "light"


@pytest.mark.parametrize(("name", "value"), [("theme", "pink"), ("colour", "blue")])
def test_what_cannot_be_is_refused_and_not_kept(places: Folders, name: str, value: str) -> None:
    with pytest.raises(InvalidInput):
        save_setting(places, name, value)
    assert not places.settings_file.exists()


def test_a_damaged_file_is_a_sentence(places: Folders) -> None:
    places.settings_file.write_text("{")
    with pytest.raises(EsdError) as caught:
        load_settings(places)
    assert str(places.settings_file) in caught.value.sentence
