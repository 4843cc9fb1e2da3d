"""What an administrator sets counts before everything else; what cannot be is told and left out."""

from __future__ import annotations

import plistlib
import re
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from msgspec.structs import replace

from esd_desktop.errors import Refused
from esd_desktop.models.rows import ConnectionRow
from esd_desktop.policy import Policy, checked, in_force, preferences, registry
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import connection_list
from esd_desktop.services.check_connection import check_connection
from esd_desktop.services.context import Services
from esd_desktop.services.edit_connection import (
    ConnectionForm,
    add_connection,
    change_connection,
)
from esd_desktop.services.shared_settings import change_settings, read_settings
from esd_desktop.settings import Folders, load_settings, save_setting, with_store
from tests.support.connecting import form_for

SetPolicy = Callable[[str], None]


def test_it_goes_before_the_environment_and_what_the_person_set(
    places: Folders, administrator: SetPolicy, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_setting(places, "store", "mine.db")
    monkeypatch.setenv("ESD_DESKTOP_STORE", "of-the-environment.db")
    administrator('store = "postgresql://db.example/esd"')
    settings = load_settings(places)
    assert settings.store == places.said("store") == "postgresql://db.example/esd"
    assert settings.vault == "file"
    with pytest.raises(Refused, match="administrator"):
        save_setting(places, "store", "other.db")
    with pytest.raises(Refused, match="administrator"):
        with_store(settings, "typed.db")
    assert with_store(settings, settings.store) is settings


def test_a_value_that_cannot_be_is_a_sentence_and_the_others_count(
    administrator: SetPolicy,
) -> None:
    administrator(
        'colour = "blue"\nupdate_notice = false\n'
        '[mail]\nport = 70000\nhost = "smtp.example.com"\n[connection]\ncountry = "GBR"\n'
    )
    policy = in_force()
    assert dict(policy.values) == {"mail.host": "smtp.example.com"}
    told = "\n".join(policy.troubles)
    for name in ("'colour'", "update_notice to False", "mail.port to 70000", "connection.country"):
        assert name in told


@pytest.mark.parametrize("text", ["store = ", "\x00"])
def test_a_file_that_is_none_is_a_sentence(administrator: SetPolicy, text: str) -> None:
    administrator(text)
    assert not in_force().values
    (told,) = in_force().troubles
    assert "cannot be read" in told


def test_without_a_file_nothing_is_set(
    administrator: SetPolicy, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("esd_desktop.policy.toml_file.FILE", tmp_path / "none")
    in_force.cache_clear()
    assert in_force() == Policy()


def test_managed_preferences_are_read_the_computers_before_the_persons(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preferences, "FOLDER", tmp_path)
    monkeypatch.setattr("getpass.getuser", lambda: "anna")
    (tmp_path / "anna").mkdir()
    file = f"{preferences.DOMAIN}.plist"
    of_computer = {"mail": {"port": 25}, "PayloadUUID": "x"}
    (tmp_path / file).write_bytes(plistlib.dumps(of_computer, fmt=plistlib.FMT_BINARY))
    (tmp_path / "anna" / file).write_bytes(plistlib.dumps({"mail": {"port": 26, "host": "h"}}))
    policy = checked(preferences.said())
    assert dict(policy.values) == {"mail.port": "25", "mail.host": "h"}
    assert policy.troubles == ()
    (tmp_path / file).write_bytes(b"<plist>")
    assert "no property list" in checked(preferences.said()).troubles[0]


class FakeKey(dict[str, object]):
    """A key of the registry: its values, and keys below it as dictionaries."""

    def __enter__(self) -> FakeKey:
        return self

    def __exit__(self, *_: object) -> None:
        return


def test_the_registry_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    of_person = FakeKey(store="b", mail=FakeKey(port=587, host="h"))

    def open_key(key: object, name: str) -> FakeKey:
        if key == "HKLM" or name == "connection":
            raise FileNotFoundError
        return FakeKey(of_person["mail"]) if name == "mail" else of_person  # type: ignore[call-overload]

    fake = SimpleNamespace(
        HKEY_LOCAL_MACHINE="HKLM",
        HKEY_CURRENT_USER="HKCU",
        OpenKey=open_key,
        QueryInfoKey=lambda key: (0, len(_plain(key)), 0),
        EnumValue=lambda key, place: (*_plain(key)[place], 1),
    )
    monkeypatch.setitem(sys.modules, "winreg", fake)
    with monkeypatch.context() as on_windows:
        on_windows.setattr(sys, "platform", "win32")
        policy = checked(registry.said())
    assert dict(policy.values) == {"store": "b", "mail.port": "587", "mail.host": "h"}
    assert policy.sources["store"] == r"HKCU\Software\Policies\ESD Desktop"


def _plain(key: FakeKey) -> list[tuple[str, object]]:
    return [(name, value) for name, value in key.items() if not isinstance(value, dict)]


def test_the_examples_for_administrators_are_what_they_say() -> None:
    text = (Path(__file__).parents[3] / "docs" / "administering.md").read_text("utf-8")
    blocks = text.partition("## Settings by policy")[2].partition("\n## ")[0].split("```\n")[1::2]
    registry_file, plist, toml = blocks
    for found in (tomllib.loads(toml), plistlib.loads(plist.encode())):
        policy = checked([("example", found)])
        assert policy.troubles == ()
        assert policy.values["connection.name"] == "Microsoft ESD (GB)"
    names = re.findall(r'^"(\w+)"=', registry_file, re.MULTILINE)
    assert {"store", "update_notice", "thumbprint"} <= set(names)


def test_of_two_places_the_first_counts_value_by_value() -> None:
    policy = checked([("HKLM", {"store": "a"}), ("HKCU", {"store": "b", "mail": {"host": "h"}})])
    assert dict(policy.values) == {"store": "a", "mail.host": "h"}
    assert dict(policy.sources) == {"store": "HKLM", "mail.host": "HKCU"}


async def test_the_mail_server_is_the_administrators(
    services: Services, administrator: SetPolicy
) -> None:
    await change_settings(services, {"mail.host": "mine.example", "mail.port": "25"})
    administrator('mail.host = "smtp.example.com"')
    settings = await read_settings(services)
    assert (settings.mail_host, settings.mail_port) == ("smtp.example.com", 25)
    with pytest.raises(Refused, match="administrator"):
        await change_settings(services, {"mail.host": "mine.example"})
    await change_settings(services, {"mail.port": "26"}, seen={"mail.host": "smtp.example.com"})


async def _only(services: Services) -> ConnectionRow:
    (row,) = await connection_list(services)
    return row


def _policy_for(form: ConnectionForm, **more: str) -> str:
    fields = {"name": form.name, "tenant": form.tenant, "service_url": form.service_url} | more
    return "[connection]\n" + "\n".join(f'{name} = "{value}"' for name, value in fields.items())


async def test_a_connection_is_preset_and_locked(
    services: Services, sandbox: SandboxControl, administrator: SetPolicy
) -> None:
    """D1: the connection of the system name that the policy has; others are free."""
    form = form_for(sandbox.addresses)
    administrator(_policy_for(form, thumbprint=sandbox.addresses.thumbprint.lower()))
    saved = await add_connection(services, replace(form, tenant="", service_url=""))
    row = await _only(services)
    assert (row.tenant, row.service_url) == (form.tenant, form.service_url)
    changed = replace(form, tenant="other.example")
    with pytest.raises(Refused, match="tenant is set by your administrator"):
        await change_connection(services, saved.id, row.version, changed)
    renamed = replace(changed, name="Free")
    with pytest.raises(Refused, match="name is set"):
        await change_connection(services, saved.id, row.version, renamed)
    assert "works" in (await check_connection(services, saved.id)).sentence
    await add_connection(services, replace(form, name="Free", tenant="other.example"))


async def test_a_connection_of_before_follows_the_policy(
    services: Services, sandbox: SandboxControl, administrator: SetPolicy
) -> None:
    form = form_for(sandbox.addresses)
    saved = await add_connection(services, form)
    administrator(_policy_for(form, language="de-DE"))
    assert (await _only(services)).language == "de-DE"
    administrator(_policy_for(form, thumbprint="0" * 40))
    with pytest.raises(Refused, match="is not the one that your administrator has set"):
        await check_connection(services, saved.id)
