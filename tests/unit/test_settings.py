"""This computer's settings: file, environment, and values that cannot be."""

from __future__ import annotations

from collections.abc import Callable

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


def test_the_administrator_goes_before_the_environment(
    places: Folders, administrator: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    administrator('update_notice = "off"')
    monkeypatch.setenv("ESD_DESKTOP_UPDATE_NOTICE", "on")
    assert load_settings(places).update_notice == "off"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("backup_keep", "0"),
        ("backup_keep", "many"),
        ("portal_port", "65536"),
        ("update_feed", "http://plain.example"),
    ],
)
def test_a_value_says_what_it_may_be(places: Folders, name: str, value: str) -> None:
    with pytest.raises(InvalidInput, match=name) as caught:
        save_setting(places, name, value)
    assert caught.value.advice.startswith("It ")


def test_a_number_may_be_written_as_text(places: Folders) -> None:
    save_setting(places, "backup_keep", "30")
    assert load_settings(places).backup_keep == 30
