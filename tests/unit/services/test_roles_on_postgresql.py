"""On PostgreSQL the database asks for rights as well; it must not be stricter than the program: a
person can do with a right what the right is for. Each is tried by a role that has few others."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from esd_desktop.models.asset_rows import AssetChoice
from esd_desktop.models.discrepancy import Discrepancy
from esd_desktop.models.invoice import NumberSeries
from esd_desktop.models.rights import RIGHTS, Right, Role
from esd_desktop.models.rows import AssetQuery
from esd_desktop.models.statuses import Requester
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.accept_offering import accept_offerings
from esd_desktop.services.add_account import AccountForm, add_account
from esd_desktop.services.back_up import back_up
from esd_desktop.services.browse import (
    asset_detail,
    asset_page,
    latest_history,
    offering_list,
)
from esd_desktop.services.cancel_licence import cancel_licence
from esd_desktop.services.changes import Result
from esd_desktop.services.context import Services
from esd_desktop.services.decide_request import approve, decline
from esd_desktop.services.delete_asset import delete_asset, restore_asset
from esd_desktop.services.edit_account import account_for_edit, edit_account
from esd_desktop.services.edit_connection import add_connection, remove_connection
from esd_desktop.services.edit_people import PersonForm, add_person, dismiss_person, find_person
from esd_desktop.services.edit_tax_rate import remove_tax_rate, set_tax_rate
from esd_desktop.services.edit_template import restore_template, save_template, template_text
from esd_desktop.services.export_assets import export_assets
from esd_desktop.services.import_assets import import_assets
from esd_desktop.services.mail.render import MailText
from esd_desktop.services.order_licences import OrderLine, order_licences
from esd_desktop.services.provision import provision
from esd_desktop.services.refresh_catalogue import refresh_catalogue
from esd_desktop.services.request_cancellation import request_cancellation
from esd_desktop.services.resend_link import resend_link
from esd_desktop.services.reveal_key import Purpose, reveal
from esd_desktop.services.rotate_data_key import rotate_data_key
from esd_desktop.services.send_mails import send_waiting_mails
from esd_desktop.services.settle_discrepancy import settle_discrepancy
from esd_desktop.services.settle_doubt import settle_doubt
from esd_desktop.services.shared_settings import change_settings
from esd_desktop.services.update_status import update_status
from esd_desktop.services.verify_audit import verify_audit
from esd_desktop.services.withdraw_request import withdraw_request
from tests.support.connecting import SKU, connect, form_for, order
from tests.support.desktops import second_desktop
from tests.support.people import named
from tests.support.postgres import PostgresStore
from tests.support.requesting import latest
from tests.support.sowing import PURCHASED, Sown, sow
from tests.unit.services.importing.exports import asset as line
from tests.unit.services.importing.exports import write_csv


@dataclass
class Scene:
    """Somebody at work: ``me`` may do what a role gives, ``own`` is the owner of the database."""

    store: PostgresStore
    own: Services
    me: Services
    sandbox: SandboxControl
    connection: int
    sown: Sown
    ordered: list[int]
    folder: Path

    async def issued(self) -> int:
        """A licence with which nothing was done yet."""
        asset_id = self.ordered.pop()
        await provision(self.own, asset_id)
        return asset_id


async def view(scene: Scene) -> None:
    rows = await asset_page(scene.me, AssetQuery(search=scene.sown.key), 0, 10)
    assert [row.id for row in rows] == [scene.sown.activated]
    assert (await asset_detail(scene.me, scene.sown.activated)).has_link
    assert await latest_history(scene.me)


async def update(scene: Scene) -> None:
    asset_id = await scene.issued()
    scene.sandbox.redeem((await asset_detail(scene.own, asset_id)).client_transaction_id)
    assert (await update_status(scene.me, asset_id)).result is Result.DONE


async def resend(scene: Scene) -> None:
    assert "was sent" in (await resend_link(scene.me, scene.sown.activated)).sentence
    await send_waiting_mails(scene.me)


async def place_order(scene: Scene) -> None:
    lines = [OrderLine(SKU, 1)]
    placed = await order_licences(scene.me, scene.sown.customer, scene.connection, lines)
    assert (await provision(scene.me, placed.asset_ids[0])).result is Result.DONE


async def change_accounts(scene: Scene) -> None:
    name = f"Customer of {scene.me.login}"
    added = await add_account(scene.me, AccountForm(name=name, country="DE"))
    opened = await account_for_edit(scene.me, added.id)
    form = AccountForm(name=f"{name} Ltd", country="DE")
    assert (await edit_account(scene.me, added.id, opened.version, form)).result is Result.DONE


async def bring_in(scene: Scene) -> None:
    number = len(scene.me.login)
    file = write_csv(scene.folder / f"{number}.csv", [line(number)])
    connection = "Microsoft ESD (GB)"
    assert (await import_assets(scene.me, file, dry_run=False, connection=connection)).applied


async def request(scene: Scene) -> None:
    asset_id = await scene.issued()
    await request_cancellation(scene.me, asset_id, requester=Requester.STAFF)
    asked = await latest(scene.own, asset_id)
    await withdraw_request(scene.me, asked.id, asked.version)


async def decide(scene: Scene) -> None:
    for decision in (approve, decline):
        asset_id = await scene.issued()
        await request_cancellation(scene.own, asset_id, requester=Requester.STAFF)
        asked = await latest(scene.own, asset_id)
        done = await decision(scene.me, asked.id, asked.version, comment="So be it.")
        assert done.result is Result.DONE
    await settle_doubt(scene.me)


async def cancel(scene: Scene) -> None:
    assert (await cancel_licence(scene.me, await scene.issued())).result is Result.DONE
    await settle_doubt(scene.me)


async def delete(scene: Scene) -> None:
    await delete_asset(scene.me, scene.sown.redeemed)
    await restore_asset(scene.me, scene.sown.redeemed)


async def settle(scene: Scene) -> None:
    async with scene.own.store.change() as work:
        odd = Discrepancy(
            asset_id=scene.sown.redeemed, detail="Microsoft says “Activated”.", found_at=PURCHASED
        )
        work.add(odd)
        await work.commit()
    await settle_discrepancy(scene.me, scene.sown.redeemed, "It is known.")


async def show(scene: Scene) -> None:
    shown = await reveal(scene.me, scene.sown.activated, Purpose.SHOW_KEY)
    assert shown.reveal() == scene.sown.key
    assert (await reveal(scene.me, scene.sown.activated, Purpose.COPY_LINK)).reveal()


async def export(scene: Scene) -> None:
    file = scene.folder / f"{scene.me.login}.csv"
    await export_assets(scene.me, AssetChoice(AssetQuery()), (), file)
    assert scene.sown.key not in file.read_text("utf-8")


async def export_keys(scene: Scene) -> None:
    file = scene.folder / "keys.csv"
    await export_assets(scene.me, AssetChoice(AssetQuery()), (), file, keys=True)
    assert scene.sown.key in file.read_text("utf-8")


async def change_catalogue(scene: Scene) -> None:
    scene.sandbox.change_product(SKU, name="Office of another name")
    await refresh_catalogue(scene.me, scene.connection)
    rows = await offering_list(scene.me, scene.connection)
    changed = {row.id: row.version for row in rows if row.sku == SKU}
    assert (await accept_offerings(scene.me, changed)).result is Result.DONE


async def change_prices(scene: Scene) -> None:
    await set_tax_rate(scene.me, "GR", Decimal(24))
    await set_tax_rate(scene.me, "GR", Decimal(13))
    await remove_tax_rate(scene.me, "GR")
    await change_settings(scene.me, {"company.name": "Helios"})
    await change_settings(scene.me, {"company.name": "Helios Reselling"})


async def change_templates(scene: Scene) -> None:
    mine = MailText("Your licence", "{{ key }} {{ link }}", "<p>{{ key }} {{ link }}</p>")
    await save_template(scene.me, "welcome", "en", mine, version=0)
    made = await template_text(scene.me, "welcome", "en")
    await restore_template(scene.me, "welcome", "en", version=made.version)


async def change_connections(scene: Scene) -> None:
    saved = await add_connection(scene.me, form_for(scene.sandbox.addresses, "Another one"))
    await remove_connection(scene.me, saved.id)


async def change_the_settings(scene: Scene) -> None:
    await change_settings(scene.me, {"mail.sender": "esd@helios.example"})
    await change_settings(scene.me, {"requests.notify": "desk@helios.example"})


async def change_people(scene: Scene) -> None:
    scene.store.person("newcomer")
    login = scene.store.logins[-1]
    await add_person(scene.me, login, PersonForm("Newcomer", frozenset({Role.VIEWER})))
    person = await find_person(scene.me, login)
    await dismiss_person(scene.me, person.id, person.version)


async def audit(scene: Scene) -> None:
    assert (await verify_audit(scene.me)).rows
    assert await latest_history(scene.me)


async def make_backup(scene: Scene) -> None:
    assert (await back_up(scene.me, scene.folder)).result is not Result.REFUSED
    (file,) = scene.folder.glob("*.db")
    with closing(sqlite3.connect(file)) as copy:
        (count,) = copy.execute("SELECT count(*) FROM asset_secrets").fetchone()
    assert [(count,)] == scene.store.fetch("SELECT count(*) FROM asset_secrets")


async def rotate(scene: Scene) -> None:
    assert "encrypted anew" in (await rotate_data_key(scene.me)).sentence
    await show(scene)


_DONE_WITH: dict[Right, Callable[[Scene], Awaitable[None]]] = {
    Right.VIEW: view,
    Right.UPDATE: update,
    Right.RESEND: resend,
    Right.ORDER: place_order,
    Right.ACCOUNTS: change_accounts,
    Right.IMPORT: bring_in,
    Right.REQUEST: request,
    Right.DECIDE: decide,
    Right.CANCEL: cancel,
    Right.DELETE: delete,
    Right.SETTLE: settle,
    Right.REVEAL: show,
    Right.EXPORT: export,
    Right.EXPORT_KEYS: export_keys,
    Right.CATALOGUE: change_catalogue,
    Right.PRICES: change_prices,
    Right.TEMPLATES: change_templates,
    Right.CONNECTIONS: change_connections,
    Right.SETTINGS: change_the_settings,
    Right.PEOPLE: change_people,
    Right.AUDIT: audit,
    Right.BACKUP: make_backup,
    Right.ROTATE: rotate,
}
# The tables are emptied and filled again: that is the owner's.
_OWNERS = {Right.RESTORE}
# Tried by the tests of the jobs (test_work_jobs.py) and of the portal (test_row_security.py), whose
# login sees one visitor's records at a time.
_ELSEWHERE = {Right.WORK, Right.SERVE}
_BY_FEWEST_RIGHTS = sorted(set(Role) - {Role.PORTAL}, key=lambda role: len(RIGHTS[role]))


def test_every_right_is_tried() -> None:
    assert _DONE_WITH.keys() | _OWNERS | _ELSEWHERE == set(Right)


@pytest.mark.timeout(180)
async def test_each_right_lets_a_person_do_what_it_is_for(
    postgres_services: Services,
    postgres_store: PostgresStore,
    sandbox: SandboxControl,
    tmp_path: Path,
) -> None:
    own = postgres_services
    await named(own, own.login, *Role)
    sown = await sow(own)
    async with own.store.change() as work:
        work.add(NumberSeries(name="SO", last_number=100))  # what is sown is numbered by hand
        await work.commit()
    connection = await connect(own, sandbox.addresses)
    ordered = list(await order(own, connection, quantity=5))
    left = set(_DONE_WITH)
    for role in _BY_FEWEST_RIGHTS:
        address = postgres_store.person(role.value, role)
        async with second_desktop(own, address) as me:
            me.operator = me.login
            scene = Scene(postgres_store, own, me, sandbox, connection, sown, ordered, tmp_path)
            for right in sorted(RIGHTS[role] & left):
                await _tried(scene, role, right)
        left -= RIGHTS[role]
    assert not left
    assert (await verify_audit(own)).rows


async def _tried(scene: Scene, role: Role, right: Right) -> None:
    try:
        await _DONE_WITH[right](scene)
    except Exception as error:
        error.add_note(f"as {role}, with the right to {right}")
        raise
