"""What works and what does not, part by part."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from esd_desktop.models.statuses import OperationKind
from esd_desktop.models.store import assets
from esd_desktop.models.values import new_id
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.cancel_licence import cancel_licence
from esd_desktop.services.context import Services
from esd_desktop.services.diagnose import Finding, State, diagnose, folder
from esd_desktop.services.operations import start
from esd_desktop.services.resend_link import resend_link
from esd_desktop.services.shared_settings import change_settings
from esd_desktop.settings import Folders
from tests.support.connecting import order_one
from tests.support.postgres import PostgresStore
from tests.support.sowing import Sown


async def findings(services: Services) -> dict[str, Finding]:
    return {finding.subject: finding async for finding in diagnose(services)}


async def test_all_is_well(services: Services, connected: int) -> None:
    found = await findings(services)
    assert {finding.state for finding in found.values()} == {State.OK}
    assert "thumbprint" in found["Certificate of Sandbox"].sentence
    assert "signed in" in found["Connection Sandbox"].sentence


async def test_the_vault_is_left_as_it_was(services: Services, places: Folders) -> None:
    await findings(services)
    assert json.loads(places.secrets_file.read_text()) == {}


async def test_a_vault_that_forgets_is_bad(services: Services, sown: Sown, places: Folders) -> None:
    services.cipher = type(services.cipher)(services.store, services.vault)
    places.secrets_file.write_text("{}")
    found = await findings(services)
    assert found["Vault"].state is State.OK
    assert found["Licence keys"].state is State.BAD
    assert "is not in" in found["Licence keys"].sentence


async def test_a_change_of_the_key_that_was_broken_off_is_told(
    services: Services, sown: Sown
) -> None:
    async with services.store.change() as work:
        await services.cipher.add_next(work)
        await work.commit()
    found = (await findings(services))["Licence keys"]
    assert found.state is State.WARNING
    assert "esd keys rotate" in found.advice


async def test_a_service_that_refuses_is_bad_with_its_correlation_id(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    sandbox.set_fault("products", "error", status=403, code="ChannelForbidden", times=None)
    found = await findings(services)
    assert found["Certificate of Sandbox"].state is State.OK
    assert found["Connection Sandbox"].state is State.BAD
    assert found["Connection Sandbox"].correlation_id


async def test_a_mail_server_that_is_not_there_is_bad(services: Services, connected: int) -> None:
    await change_settings(services, {"mail.port": "9"})
    found = await findings(services)
    assert found["Mail server"].state is State.BAD
    assert "127.0.0.1:9" in found["Mail server"].sentence


async def test_a_waiting_mail_is_a_warning(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset_id = await order_one(services, connected)
    sandbox.set_fault("mail", "refuse_for_now")
    await resend_link(services, asset_id)
    found = await findings(services)
    assert found["Mails"].state is State.WARNING
    assert "1 mail is waiting" in found["Mails"].sentence


async def test_a_lost_answer_is_a_warning_that_names_its_asset(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset_id = await order_one(services, connected)
    sandbox.set_fault("return", "drop_after", times=None)
    await cancel_licence(services, asset_id)
    found = await findings(services)
    assert found["Lost answers"].state is State.WARNING
    assert f"esd assets retry {asset_id}" in found["Lost answers"].advice


async def test_failed_provisioning_and_discrepancies_are_counted(
    services: Services, sown: Sown
) -> None:
    found = await findings(services)
    assert found["Provisioning"].sentence.startswith("1 asset is without a token")
    assert found["Discrepancies"].sentence == (
        "3 assets are at odds with Microsoft or with itself: "
        "1 contradiction, 1 failed, 1 unanswered."
    )


@pytest.mark.skipif(sys.platform == "win32", reason="a folder is written to differently there")
def test_a_folder_that_cannot_be_written_to_is_bad(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert folder("Data folder", tmp_path / "file" / "below").state is State.BAD
    assert folder("Data folder", tmp_path / "new" / "below").state is State.OK


async def test_a_call_that_is_under_way_is_told(services: Services, connected: int) -> None:
    asset_id = await order_one(services, connected)
    async with services.store.change() as work:
        asset = await assets.for_change(work, asset_id)
        await start(services, work, OperationKind.RETURN, asset, correlation_id=new_id())
        await work.commit()
    found = await findings(services)
    assert found["Lost answers"].state is State.OK
    assert found["Lost answers"].sentence.startswith("1 request is under way since ")


async def test_a_server_has_workers(
    postgres_services: Services, postgres_store: PostgresStore
) -> None:
    assert (await _worker(postgres_services)).state is State.OK
    postgres_store.execute("INSERT INTO esd_jobs.procrastinate_workers DEFAULT VALUES")
    assert "1 worker at work; 0 jobs waiting" in (await _worker(postgres_services)).sentence
    postgres_store.execute(
        "UPDATE esd_jobs.procrastinate_workers SET last_heartbeat = now() - interval '1 hour'"
    )
    gone = await _worker(postgres_services)
    assert gone.state is State.WARNING
    assert "None has been at work since" in gone.sentence
    postgres_store.execute(
        "SET search_path = esd_jobs; INSERT INTO procrastinate_jobs (queue_name, task_name, status)"
        " VALUES ('works', 'mass_work', 'failed')"
    )
    failed = await _worker(postgres_services)
    assert failed.state is State.WARNING
    assert failed.sentence.startswith("1 job failed within the last week")


async def _worker(services: Services) -> Finding:
    return (await findings(services))["Worker"]
