"""``esd mass``: many at once, at a real sandbox."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

import pytest

from esd_desktop.cli.session import INTERRUPTED
from esd_desktop.models.mass_rows import MassKind
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services import mass_work
from esd_desktop.services.context import Services
from tests.support.mass import EVERYTHING
from tests.support.mass import bought as buy
from tests.unit.cli.conftest import Behind, Esd


@pytest.fixture
def assets(behind: Behind, bought: int) -> list[int]:
    """Three licences of the sandbox, of two customers."""

    async def more(services: Services) -> tuple[int, ...]:
        return await buy(services, 1, 2)

    return [bought, *behind(more)]


def test_all_are_updated_and_each_has_its_result(
    esd: Esd, assets: list[int], sandbox: SandboxControl
) -> None:
    said = esd("assets", "update-status", "--all")
    assert (said.code, said.out) == (0, "Update status, done: 3 unchanged of 3 assets.\n")
    (work,) = esd("mass", "list", "--json").json
    assert (work["kind"], work["state"], work["unchanged"]) == ("Update status", "Done", 3)
    results = esd("mass", "show", "1", "--json").json
    assert [each["asset_id"] for each in results] == assets
    assert {each["sentence"] for each in results} == {"No change: Microsoft says “Activated”."}
    assert "Microsoft says" in esd("mass", "show", "1").out
    assert esd("mass", "show", "1", "--state", "Failed", "--json").json == []


def test_what_failed_is_told_and_tried_again(
    esd: Esd, assets: list[int], sandbox: SandboxControl
) -> None:
    sandbox.set_fault("read", "error", status=404, code="LicenceNotFound")
    said = esd("mass", "begin", "update-status", *map(str, assets))
    assert said.code == 1
    assert "2 unchanged, 1 failed of 3 assets." in said.err
    assert "“esd mass show 1” lists the results." in said.err
    assert esd("mass", "retry", "1").code == 0
    assert esd("mass", "retry", "1").code == 1  # nothing failed any more


def test_cancelling_many_asks_with_the_number(
    esd: Esd, assets: list[int], sandbox: SandboxControl
) -> None:
    told = esd("mass", "begin", "cancel", "--status", "active", typed="n\n", terminal=True)
    assert told.code == 1
    assert "Cancel 3 assets?" in told.out + told.err
    assert not [each for each in sandbox.effects() if each["kind"] == "return"]
    said = esd(
        "mass", "begin", "cancel", *map(str, assets[:2]), "--comment", "Twice", "--yes", "--json"
    )
    assert (said.code, said.json["done"], said.json["comment"]) == (0, 2, "Twice")
    before = len(sandbox.mails())
    assert esd("mass", "begin", "resend", str(assets[2]), "--yes").code == 0
    assert len(sandbox.mails()) == before + 1


@pytest.mark.parametrize("args", [[], ["1", "--all"], ["--all", "--status", "active"]])
def test_nothing_is_done_to_all_by_a_slip(esd: Esd, assets: list[int], args: list[str]) -> None:
    said = esd("mass", "begin", "update-status", *args)
    assert said.code == 1
    assert "Say which assets are meant." in said.err
    assert esd("mass", "list", "--json").json == []


def test_pausing_going_on_and_stopping(esd: Esd, behind: Behind, assets: list[int]) -> None:
    behind(lambda services: mass_work.begin(services, MassKind.UPDATE_STATUS, EVERYTHING))
    assert esd("mass", "pause", "1").code == 0
    assert esd("mass", "pause", "1").code == 1
    assert "3 waiting of 3 assets." in esd("mass", "show", "1").err
    assert esd("mass", "go-on", "1").out == "Update status, done: 3 unchanged of 3 assets.\n"
    behind(lambda services: mass_work.begin(services, MassKind.UPDATE_STATUS, EVERYTHING))
    said = esd("mass", "stop", "2")
    assert (said.code, said.out) == (0, "Stopped with 3 assets left.\n")


def test_ctrl_c_pauses_it(
    esd: Esd, assets: list[int], sandbox: SandboxControl, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.set_fault("read", "hang")
    original = asyncio.wait

    async def interrupted(tasks: Any, **options: Any) -> Any:
        if options:
            signal.raise_signal(signal.SIGINT)
        return await original(tasks, **options)

    monkeypatch.setattr("esd_desktop.cli.mass.asyncio.wait", interrupted)
    said = esd("mass", "begin", "update-status", "--all")
    assert said.code == INTERRUPTED
    assert "It is paused. Go on with “esd mass go-on 1”." in said.err
    (work,) = esd("mass", "list", "--json").json
    assert (work["state"], work["running_in"]) == ("Paused", "")
