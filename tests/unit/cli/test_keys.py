"""``esd keys``."""

from __future__ import annotations

from tests.support.sowing import Sown
from tests.unit.cli.conftest import Esd


def test_the_key_is_changed_and_its_status_told(esd: Esd, sown: Sown) -> None:
    assert "The key is in use since" in esd("keys", "status").out
    done = esd("keys", "rotate")
    assert done.code == 0
    assert "were encrypted anew; the earlier key is removed." in done.out
    status = esd("keys", "status", "--json").json
    assert (status["older"], status["waiting"]) == (0, 0)
    assert (
        esd("assets", "show", str(sown.activated), "--reveal", "--json").json["token"] == sown.key
    )


def test_a_new_entry_of_the_vault_is_named(esd: Esd, sown: Sown) -> None:
    done = esd("keys", "rotate", "--new-entry")
    assert "The vault's new entry is “store " in done.out
    assert "every other desktop" in done.out


def test_a_store_without_a_licence_key_says_so(esd: Esd) -> None:
    for verb in ("status", "rotate"):
        said = esd("keys", verb)
        assert "There is no key yet" in said.out
        assert "removed" not in said.out
