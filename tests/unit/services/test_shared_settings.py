"""Settings that all desktops share: checked, audited, the password kept by the vault."""

from __future__ import annotations

import pytest

from esd_desktop.errors import ChangedMeanwhile, InvalidInput
from esd_desktop.services.browse import latest_history
from esd_desktop.services.context import Services
from esd_desktop.services.shared_settings import (
    change_settings,
    mail_password,
    read_settings,
    setting_texts,
)
from esd_desktop.settings import Folders
from tests.support.desktops import second_desktop


async def test_all_or_none(services: Services) -> None:
    with pytest.raises(InvalidInput):
        await change_settings(services, {"mail.host": "smtp.example", "mail.port": "many"})
    assert (await setting_texts(services))["mail.host"] == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("mail.port", "0"),
        ("mail.port", "65536"),
        ("mail.security", "ssl"),
        ("mail.sender", "nobody"),
        ("mail.sender", "two words@x.example"),
        ("keys.reveal", "perhaps"),
        ("mail.colour", "blue"),
    ],
)
async def test_a_value_that_cannot_be_is_refused(services: Services, name: str, value: str) -> None:
    with pytest.raises(InvalidInput):
        await change_settings(services, {name: value})


async def test_a_change_is_in_the_history_with_old_and_new(services: Services) -> None:
    await change_settings(services, {"mail.host": "smtp.example"})
    newest = (await latest_history(services))[0]
    assert newest.changes == {"mail.host": ["", "smtp.example"]}


async def test_the_history_names_only_what_changed(services: Services) -> None:
    page = {"mail.host": "smtp.example", "mail.port": "587", "mail.sender": ""}
    await change_settings(services, page)
    await change_settings(services, page)
    sentences = [row.sentence for row in await latest_history(services)]
    assert sentences == ["Settings changed: mail.host."]
    await change_settings(services, page | {"mail.password": "swordfish"})
    assert (await latest_history(services))[0].sentence == "Settings changed: mail.password."


async def test_the_password_is_kept_but_never_read_back_or_told(
    services: Services, places: Folders
) -> None:
    await change_settings(services, {"mail.password": "swordfish", "mail.username": "anna"})
    password = await mail_password(services)
    assert password is not None
    assert password.reveal() == "swordfish"
    told = [*(await setting_texts(services)).values(), str(await latest_history(services))]
    assert all("swordfish" not in text for text in told)
    await services.close()
    assert all(b"swordfish" not in file.read_bytes() for file in places.data.glob("esd.db*"))


async def test_defaults(services: Services) -> None:
    settings = await read_settings(services)
    assert (settings.mail_port, settings.mail_security, settings.keys_reveal) == (
        587,
        "starttls",
        True,
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("company.name", "N" * 201),
        ("company.tax_number", "1" * 101),
        ("company.address", "A" * 1_001),
        ("company.address", "\n".join("123456789")),
    ],
)
async def test_what_has_no_room_on_an_invoice_is_refused(
    services: Services, name: str, value: str
) -> None:
    with pytest.raises(InvalidInput, match=f"{name} has at most"):
        await change_settings(services, {name: value})
    assert (await setting_texts(services))[name] == ""


async def test_who_saves_second_is_told_and_nothing_is_written(services: Services) -> None:
    seen = {"mail.host": "", "mail.port": "587"}
    async with second_desktop(services) as other:
        await change_settings(other, {"mail.host": "smtp.example"}, seen=seen)
    with pytest.raises(ChangedMeanwhile, match=r"Berta changed the setting mail\.host") as caught:
        await change_settings(services, {"mail.port": "465"}, seen=seen)
    assert "Mail, host: none → smtp.example" in caught.value.advice
    texts = await setting_texts(services)
    assert (texts["mail.host"], texts["mail.port"]) == ("smtp.example", "587")
