"""C2, D3: a new customer, before the first order."""

from __future__ import annotations

import re

from msgspec import Struct
from msgspec.structs import replace

from esd_desktop.errors import InvalidInput, Refused
from esd_desktop.models.account import Account
from esd_desktop.models.base import search_text
from esd_desktop.models.rights import Right
from esd_desktop.models.statuses import AccountKind
from esd_desktop.models.store import accounts
from esd_desktop.models.store.unit_of_work import UnitOfWork
from esd_desktop.services.changes import Changes, Outcome
from esd_desktop.services.context import Services
from esd_desktop.services.mail.address import is_address
from esd_desktop.services.record import record
from esd_desktop.services.rights import require

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_LONGEST_NAME, _LONGEST_ADDRESS, _LONGEST_REFERENCE, _LONGEST_LANGUAGE = 200, 320, 100, 16


class AccountForm(Struct, frozen=True):
    """What is typed about an account. Empty text is for what is not known; ``reference`` is its
    number in another system, ``reseller_id`` whom its licences are billed to."""

    name: str
    email: str = ""
    country: str = ""
    language: str = ""
    reference: str = ""
    reseller_id: int | None = None


class AddedAccount(Struct, frozen=True):
    """An account that was added: its id, and what to tell."""

    id: int
    outcome: Outcome


class LooksTheSame(Refused):
    """There is an account of this name or address already; it has to be meant so."""


async def add_account(
    services: Services, form: AccountForm, *, although_alike: bool = False
) -> AddedAccount:
    """Add a customer. Raises InvalidInput for what cannot be kept or a reference that is taken, and
    LooksTheSame where an account has the name or the address, unless it is ``although_alike``."""
    await require(services, Right.ACCOUNTS)
    checked = checked_form(form)
    async with services.store.change() as work:
        await _check_reseller(work, checked.reseller_id)
        await check_reference(work, checked.reference)
        if not although_alike:
            await _check_alike(work, checked)
        account = Account(
            kind=AccountKind.CUSTOMER,
            name=checked.name,
            reference=checked.reference or None,
            email=checked.email or None,
            country=checked.country or None,
            language=checked.language or None,
            reseller_id=checked.reseller_id,
            search_text=search_text(checked.name, checked.reference, checked.email),
            created_at=services.now(),
        )
        work.add(account)
        await work.flush()
        sentence = f"The customer {account.name} was added."
        record(services, work, "add_account", sentence, account_id=account.id)
        await work.commit()
    return AddedAccount(
        account.id, Outcome(sentence, changes=Changes(accounts=frozenset({account.id})))
    )


def checked_form(form: AccountForm) -> AccountForm:
    """The form as it is kept. Raises InvalidInput for a value that is not one."""
    kept = replace(
        form,
        name=" ".join(form.name.split()),
        email=form.email.strip(),
        country=form.country.strip().upper(),
        language=form.language.strip(),
        reference=form.reference.strip(),
    )
    if not kept.name:
        raise InvalidInput("The account's name is missing.")
    if kept.email and not is_address(kept.email):
        raise InvalidInput(f"The e-mail address {kept.email!r} is not one plain address.")
    if kept.country and not (
        len(kept.country) == 2 and kept.country.isascii() and kept.country.isalpha()
    ):
        raise InvalidInput("The country is a code of two letters, such as GR.")
    if kept.language and not _LANGUAGE.fullmatch(kept.language):
        raise InvalidInput("The language is a tag such as en or en-GB.")
    for what, text, longest in (
        ("name", kept.name, _LONGEST_NAME),
        ("e-mail address", kept.email, _LONGEST_ADDRESS),
        ("reference", kept.reference, _LONGEST_REFERENCE),
        ("language", kept.language, _LONGEST_LANGUAGE),
    ):
        if len(text) > longest:
            raise InvalidInput(f"The {what} has {len(text)} characters; it may have {longest}.")
    return kept


async def check_reference(work: UnitOfWork, reference: str, *, besides: int | None = None) -> None:
    """Refuse a reference that another account has."""
    holder = await accounts.with_reference(work.connection, reference) if reference else None
    if holder is not None and holder.id != besides:
        raise InvalidInput(f"The reference {reference} is that of {holder.name} already.")


async def _check_reseller(work: UnitOfWork, reseller_id: int | None) -> None:
    if reseller_id is None:
        return
    reseller = await accounts.for_change(work, reseller_id)
    if reseller.kind is not AccountKind.RESELLER:
        raise InvalidInput(f"{reseller.name} is not a reseller, so it cannot be billed for others.")


async def _check_alike(work: UnitOfWork, form: AccountForm) -> None:
    alike = await accounts.alike(work.connection, form.name, form.email)
    if not alike:
        return
    same = alike[0]
    what = "name" if same.name.casefold() == form.name.casefold() else "e-mail address"
    raise LooksTheSame(
        f"There is an account with this {what} already: {same.name} (account {same.id}).",
        advice="Use that one, or add another one all the same.",
    )
