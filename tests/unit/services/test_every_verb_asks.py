"""Every verb with a person who lacks the right to it: refused before anything is read, changed or
called. And the other way round: no role is refused what the matrix gives it."""

from __future__ import annotations

import ast
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

import esd_desktop.services
from esd_desktop.errors import EsdError, NotAllowed
from esd_desktop.models.asset_rows import AssetChoice
from esd_desktop.models.base import Base
from esd_desktop.models.listing import ListKind, ListQuery
from esd_desktop.models.mass_rows import MassKind
from esd_desktop.models.rights import RIGHTS, Right, Role
from esd_desktop.models.rows import AssetQuery
from esd_desktop.models.statuses import OperationKind, OperationState, Requester
from esd_desktop.models.store import assets
from esd_desktop.models.values import Secret
from esd_desktop.services import (
    accept_offering,
    add_account,
    back_up,
    browse,
    browse_accounts,
    browse_backups,
    browse_invoices,
    cancel_licence,
    check_connection,
    check_mail,
    decide_request,
    delete_asset,
    diagnose,
    edit_account,
    edit_connection,
    edit_people,
    edit_portal_providers,
    edit_portal_users,
    edit_tax_rate,
    edit_template,
    export_assets,
    export_list,
    import_assets,
    invite_portal_user,
    invoice_file,
    lists,
    mass_outlook,
    mass_run,
    mass_work,
    order_detail,
    order_licences,
    order_preview,
    preview_mail,
    provision,
    provision_order,
    read_bounces,
    record_bounce,
    refresh_catalogue,
    request_cancellation,
    resend_link,
    resend_mail,
    restore_store,
    return_again,
    reveal_key,
    rotate_data_key,
    send_mails,
    settle_all,
    settle_discrepancy,
    settle_doubt,
    shared_settings,
    update_status,
    verify_audit,
    verify_backup,
    withdraw_request,
)
from esd_desktop.services.context import Services
from esd_desktop.services.mail.render import MailText
from esd_desktop.services.operations import start
from esd_desktop.services.requests_state import Approval
from esd_desktop.services.resend_link import queue_welcome
from tests.support.people import named
from tests.support.sowing import Sown

_ANY = 1
_LINES = [order_preview.OrderLine("T5D-03485", 1)]
_FORM = add_account.AccountForm("Somebody new")
_CONNECTION = edit_connection.ConnectionForm(*("x" * 10))
_PROVIDER = edit_portal_providers.ProviderForm(
    "here.example", "https://id.here.example", "portal", Secret("")
)
_PERSON = edit_people.PersonForm("Somebody", frozenset({Role.ADMINISTRATOR}))
_TEXT = MailText("Subject", "{{ key }}", "{{ key }}")
_CHOICE = AssetChoice(AssetQuery())
_ORDERS = (ListKind.ORDERS, ListQuery())


@dataclass(frozen=True)
class Verb:
    """A verb, the rights of which one is enough, and what it is called with."""

    rights: frozenset[Right]
    start: Callable[..., Any]
    arguments: Callable[[Sown, Path], tuple[Any, ...]]
    named: dict[str, Any]

    @property
    def function(self) -> str:
        return f"{self.start.__module__.rpartition('.')[2]}.{self.start.__name__}"

    async def __call__(self, services: Services, sown: Sown, folder: Path) -> None:
        given = self.start(services, *self.arguments(sown, folder), **self.named)
        if isinstance(given, AsyncIterator):
            async for _ in given:
                pass
        else:
            await given


Rights = Right | tuple[Right, ...]


def asks(rights: Rights, start: Callable[..., Any], *given: Any, **named: Any) -> Verb:
    return Verb(_set(rights), start, lambda sown, folder: given, named)


def of_asset(
    rights: Rights, start: Callable[..., Any], asset: str, *given: Any, **named: Any
) -> Verb:
    return Verb(_set(rights), start, lambda sown, _: (getattr(sown, asset), *given), named)


def of_file(rights: Rights, start: Callable[..., Any], *given: Any, **named: Any) -> Verb:
    return Verb(_set(rights), start, lambda _, folder: (*given, folder / "file.csv"), named)


def _set(rights: Rights) -> frozenset[Right]:
    return frozenset(rights if isinstance(rights, tuple) else (rights,))


_SETTLING = (Right.ORDER, Right.CANCEL, Right.DECIDE)
_MASS = tuple(mass_work.RIGHTS.values())
_LOOKING = (
    asks(Right.VIEW, mass_outlook.outlook, MassKind.CANCEL, _CHOICE),
    asks(Right.VIEW, mass_work.works),
    asks(Right.VIEW, mass_work.work, _ANY),
    asks(Right.VIEW, mass_work.items, _ANY),
    asks(Right.VIEW, accept_offering.waiting_offerings, ListQuery()),
    asks(Right.VIEW, browse_backups.backup_state),
    asks(Right.VIEW, browse.account_list),
    asks(Right.VIEW, browse.account, _ANY),
    asks(Right.VIEW, browse_accounts.account_lines),
    asks(Right.VIEW, browse_accounts.customer_lines, [_ANY]),
    asks(Right.VIEW, browse_accounts.reseller_above, _ANY),
    asks(Right.VIEW, browse_accounts.account_number),
    asks(Right.VIEW, browse_accounts.asset_numbers, [_ANY]),
    asks(Right.VIEW, browse.account_suggestions, ""),
    asks(Right.VIEW, browse.reseller_list),
    asks(Right.VIEW, browse.find_account, "Zephyr"),
    asks(Right.VIEW, browse.asset_page, AssetQuery(), 0, 10),
    asks(Right.VIEW, browse.asset_rows, frozenset({_ANY})),
    asks(Right.VIEW, browse.asset_counts, AssetQuery()),
    asks(Right.VIEW, browse.asset_position, AssetQuery(), _ANY),
    asks(Right.VIEW, browse.map_assets, AssetQuery()),
    asks(Right.VIEW, browse.view_counts, None),
    asks(Right.VIEW, browse.assets_by_customer, AssetQuery()),
    asks(Right.VIEW, browse.asset_detail, _ANY),
    asks(Right.VIEW, browse.asset_history, _ANY),
    asks(Right.VIEW, browse.account_history, _ANY),
    asks(Right.VIEW, browse.latest_history),
    asks(Right.VIEW, browse.discrepancy, _ANY),
    asks(Right.VIEW, browse.asset_mails, _ANY),
    asks(Right.VIEW, browse.cancellation_request, _ANY),
    asks(Right.VIEW, browse.connection_list),
    asks(Right.VIEW, browse.service_states),
    asks(Right.VIEW, browse.offering_list, _ANY),
    asks(Right.VIEW, browse.offering_prices, _ANY),
    asks(Right.VIEW, browse_invoices.invoice_detail, _ANY),
    asks(Right.VIEW, browse_invoices.find_invoice, "IN-1"),
    asks(Right.VIEW, browse_invoices.invoice_sheet, _ANY),
    asks(Right.VIEW, browse_invoices.tax_rate_list),
    asks(Right.VIEW, check_connection.check_connection, _ANY),
    asks(Right.VIEW, check_mail.check_mail),
    asks(Right.VIEW, diagnose.diagnose),
    asks(Right.VIEW, edit_account.account_for_edit, _ANY),
    asks(Right.VIEW, edit_people.people_list),
    asks(Right.VIEW, edit_people.find_person, "somebody else"),
    asks(Right.VIEW, edit_portal_providers.portal_provider_list),
    asks(Right.VIEW, edit_portal_users.portal_user_list, _ANY),
    asks(Right.VIEW, edit_template.template_list),
    asks(Right.VIEW, edit_template.template_text, "welcome", "en"),
    of_file(Right.VIEW, invoice_file.save_invoice, _ANY),
    asks(Right.VIEW, lists.list_page, *_ORDERS, 0, 10),
    asks(Right.VIEW, lists.list_rows, ListKind.ORDERS, [_ANY]),
    asks(Right.VIEW, lists.list_counts, *_ORDERS),
    asks(Right.VIEW, lists.list_position, *_ORDERS, _ANY),
    asks(Right.VIEW, lists.map_list, *_ORDERS),
    asks(Right.VIEW, lists.list_found, {ListKind.ORDERS: ListQuery()}),
    asks(Right.VIEW, order_detail.order_detail, _ANY),
    asks(Right.VIEW, order_detail.find_order, "SO-1"),
    asks(Right.VIEW, order_licences.placed_order, "never placed"),
    asks(Right.VIEW, order_preview.order_preview, _ANY, _ANY, _LINES),
    asks(Right.VIEW, preview_mail.preview_mail, "welcome", _ANY),
    asks(Right.VIEW, preview_mail.preview_sent, _ANY),
    asks(Right.VIEW, provision_order.without_token, _ANY),
    asks(Right.VIEW, resend_link.recipient, _ANY),
    asks(Right.VIEW, resend_mail.mail, _ANY),
    asks(Right.VIEW, resend_mail.mail_recipient, _ANY),
    asks(Right.VIEW, reveal_key.may_reveal),
    asks(Right.VIEW, shared_settings.setting_texts),
    asks(Right.VIEW, shared_settings.read_settings),
)
_DOING = (
    *(asks(right, mass_work.begin, kind, _CHOICE) for kind, right in mass_work.RIGHTS.items()),
    asks(_MASS, mass_work.pause, _ANY),
    asks(_MASS, mass_work.go_on, _ANY),
    asks(_MASS, mass_work.stop, _ANY),
    asks(_MASS, mass_work.retry, _ANY),
    asks(_MASS, mass_run.run_work, _ANY, lambda _: None),
    asks(Right.CATALOGUE, accept_offering.accept_offerings, {_ANY: 1}),
    asks(Right.CATALOGUE, refresh_catalogue.refresh_catalogue, _ANY),
    asks(Right.ACCOUNTS, add_account.add_account, _FORM),
    asks(Right.ACCOUNTS, edit_account.edit_account, _ANY, 1, _FORM),
    of_file(Right.BACKUP, back_up.back_up),
    of_file((Right.BACKUP, Right.RESTORE), verify_backup.verify_backup),
    of_asset(Right.CANCEL, cancel_licence.cancel_licence, "activated"),
    of_asset(
        Right.DECIDE, cancel_licence.cancel_licence, "activated", approval=Approval(_ANY, 1, None)
    ),
    of_asset(Right.CANCEL, return_again.return_again, "cancelled"),
    asks(Right.DECIDE, decide_request.approve, _ANY, 1),
    asks(Right.DECIDE, decide_request.decline, _ANY, 1, comment="No"),
    of_asset(Right.DELETE, delete_asset.delete_asset, "odd"),
    of_asset(Right.DELETE, delete_asset.restore_asset, "deleted"),
    asks(Right.CONNECTIONS, edit_connection.add_connection, _CONNECTION),
    asks(Right.CONNECTIONS, edit_connection.change_connection, _ANY, 1, _CONNECTION),
    asks(Right.CONNECTIONS, edit_connection.remove_connection, _ANY),
    asks(Right.PEOPLE, edit_people.add_person, "somebody new", _PERSON),
    asks(Right.PEOPLE, edit_people.change_person, _ANY, 1, _PERSON),
    asks(Right.PEOPLE, edit_people.dismiss_person, _ANY, 1),
    asks(Right.PEOPLE, edit_people.readmit_person, _ANY, 1),
    asks(Right.SETTINGS, edit_portal_providers.add_portal_provider, _ANY, _PROVIDER),
    asks(Right.SETTINGS, edit_portal_providers.change_portal_provider, _ANY, _ANY, _PROVIDER),
    asks(Right.SETTINGS, edit_portal_providers.remove_portal_provider, "here.example"),
    asks(Right.ACCOUNTS, edit_portal_users.add_portal_user, _ANY, "me@here.example"),
    asks(Right.ACCOUNTS, edit_portal_users.remove_portal_user, _ANY, "me@here.example"),
    asks(Right.ACCOUNTS, invite_portal_user.invite_portal_user, _ANY, "me@here.example"),
    asks(Right.ACCOUNTS, edit_portal_users.sign_out_portal_user, _ANY, "me@here.example"),
    asks(Right.PRICES, edit_tax_rate.set_tax_rate, "GR", Decimal(24)),
    asks(Right.PRICES, edit_tax_rate.remove_tax_rate, "GR"),
    asks(Right.PRICES, shared_settings.change_settings, {"company.name": "Helios"}),
    asks(Right.SETTINGS, shared_settings.change_settings, {"keys.reveal": "no"}),
    asks(Right.TEMPLATES, edit_template.save_template, "welcome", "en", _TEXT, version=0),
    asks(Right.TEMPLATES, edit_template.restore_template, "welcome", "en", version=0),
    asks(Right.TEMPLATES, preview_mail.send_test, "welcome", _ANY, "me@here.example"),
    of_file(Right.EXPORT, export_assets.export_assets, _CHOICE, ()),
    of_file(Right.EXPORT_KEYS, export_assets.export_assets, _CHOICE, (), keys=True),
    of_file(Right.EXPORT, export_list.export_list, *_ORDERS, ()),
    of_file(Right.IMPORT, import_assets.import_assets, dry_run=False),
    asks(Right.ORDER, order_licences.order_licences, _ANY, _ANY, _LINES),
    of_asset(Right.ORDER, provision.provision, "failed"),
    asks(Right.ORDER, provision_order.provision_order, _ANY),
    asks(Right.ORDER, provision_order.provision_assets, [_ANY]),
    asks(Right.RESEND, read_bounces.look_for_bounces),
    of_file(Right.RESEND, record_bounce.record_bounce_file),
    asks(Right.RESEND, record_bounce.record_bounce, b"Subject: Undeliverable"),
    of_asset(Right.RESEND, resend_link.resend_link, "activated"),
    asks(Right.RESEND, resend_mail.resend_mail, _ANY),
    asks(Right.RESEND, send_mails.send_waiting_mails),
    of_asset(
        Right.REQUEST,
        request_cancellation.request_cancellation,
        "activated",
        requester=Requester.STAFF,
    ),
    asks(Right.REQUEST, withdraw_request.withdraw_request, _ANY, 1),
    of_asset(Right.REVEAL, reveal_key.reveal, "activated", reveal_key.Purpose.COPY_KEY),
    of_file(Right.RESTORE, restore_store.look_before_restoring),
    of_file(Right.RESTORE, restore_store.restore_store),
    asks(Right.ROTATE, rotate_data_key.data_key_status),
    asks(Right.ROTATE, rotate_data_key.rotate_data_key),
    asks(Right.AUDIT, verify_audit.verify_audit),
    asks(Right.SETTLE, settle_all.settle_all),
    of_asset(Right.SETTLE, settle_discrepancy.settle_discrepancy, "odd", "It is so."),
    of_asset(_SETTLING, settle_doubt.settle_asset, "activated"),
    of_asset(Right.UPDATE, update_status.update_status, "activated"),
)
_VERBS = (*_LOOKING, *_DOING)
# These go on by themselves, and do nothing where the person may not.
_ROUNDS = (
    asks(_SETTLING, settle_doubt.settle_doubt),
    asks(Right.RESEND, send_mails.send_due_mails),
    asks(Right.RESEND, read_bounces.read_bounces),
    asks(Right.BACKUP, back_up.back_up_when_due),
    asks(_MASS, mass_run.forget_some_results),
)


class Called(Exception):
    """Something outside was reached."""


class Tripwire:
    """Stands where Microsoft, the mail server and the vault are."""

    def __getattr__(self, name: str) -> Any:
        raise Called(name)


def by_right(verbs: tuple[Verb, ...]) -> list[Any]:
    return [
        pytest.param(
            [verb for verb in verbs if verb.rights == rights], id=" or ".join(sorted(rights))
        )
        for rights in dict.fromkeys(verb.rights for verb in verbs)
    ]


async def everything_in(services: Services) -> dict[str, Any]:
    async with services.store.read() as connection:
        return {
            table.name: (await connection.execute(select(table))).all()
            for table in Base.metadata.sorted_tables
        }


async def something_to_do(services: Services, sown: Sown) -> None:
    """A lost answer to be settled, and a mail to be sent."""
    async with services.store.change() as work:
        asset = await assets.for_change(work, sown.activated)
        lost = await start(services, work, OperationKind.RETURN, asset, correlation_id="lost")
        lost.state = OperationState.IN_DOUBT
        await queue_welcome(services, work, asset, action="resend")
        await work.commit()


def cut_off(services: Services) -> None:
    for outside in ("gateways", "mailer", "vault"):
        setattr(services, outside, Tripwire())


@pytest.fixture
async def apart(services: Services) -> AsyncIterator[Services]:
    """Whose services reach nothing outside; put back, for them to be closed."""
    before = services.gateways, services.mailer, services.vault
    cut_off(services)
    yield services
    services.gateways, services.mailer, services.vault = before


@pytest.mark.parametrize("verbs", by_right(_VERBS))
async def test_who_lacks_the_right_is_refused_and_nothing_happens(
    sown: Sown, apart: Services, verbs: list[Verb], tmp_path: Path
) -> None:
    roles = [role for role in Role if RIGHTS[role].isdisjoint(verbs[0].rights)]
    await named(apart, apart.login if roles else "somebody else", *(roles or [Role.ADMINISTRATOR]))
    before = await everything_in(apart)
    for verb in verbs:
        with pytest.raises(NotAllowed):
            await verb(apart, sown, tmp_path)
    assert await everything_in(apart) == before
    assert not list(tmp_path.glob("file*"))


@pytest.mark.parametrize("role", list(Role))
async def test_no_role_is_refused_what_it_may(
    sown: Sown, apart: Services, role: Role, tmp_path: Path
) -> None:
    """Also where one verb goes through another. What else stands in the way does not matter."""
    await named(apart, apart.login, role)
    await named(apart, "somebody else", Role.ADMINISTRATOR)
    # What everybody may is tried with one of them.
    for verb in _VERBS if role is Role.VIEWER else _DOING:
        if verb.rights & RIGHTS[role]:
            try:
                await verb(apart, sown, tmp_path)
            except NotAllowed as fault:
                pytest.fail(f"{role} and {verb.function}: {fault}")
            except (EsdError, Called, ExceptionGroup):
                pass


@pytest.mark.parametrize("round_of", _ROUNDS, ids=lambda verb: verb.function)
async def test_a_round_is_left_out_without_a_word_by_who_may_not(
    sown: Sown, apart: Services, round_of: Verb, tmp_path: Path
) -> None:
    await something_to_do(apart, sown)
    await named(apart, apart.login, Role.VIEWER)
    before = await everything_in(apart)
    await round_of(apart, sown, tmp_path)
    assert await everything_in(apart) == before


def asking_functions() -> Iterator[str]:
    for file in Path(esd_desktop.services.__file__).parent.glob("*.py"):
        for node in ast.parse(file.read_text("utf-8")).body:
            if isinstance(node, ast.AsyncFunctionDef) and not node.name.startswith("_"):
                words = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
                if words & {"require", "viewing", "may"}:
                    yield f"{file.stem}.{node.name}"


def test_every_verb_that_asks_is_tried_here() -> None:
    assert set(asking_functions()) - {verb.function for verb in (*_VERBS, *_ROUNDS)} == set()
