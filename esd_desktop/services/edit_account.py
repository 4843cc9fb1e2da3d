"""C2: correct an account's name, address, country, language or reference."""

from __future__ import annotations

from msgspec import Struct

from esd_desktop.models.account import Account
from esd_desktop.models.base import search_text, widened
from esd_desktop.models.rights import Right
from esd_desktop.models.store import accounts
from esd_desktop.services.add_account import AccountForm, check_reference, checked_form
from esd_desktop.services.changes import Changes, Outcome, Result
from esd_desktop.services.context import Services
from esd_desktop.services.record import record
from esd_desktop.services.rights import require, viewing
from esd_desktop.services.second_writer import changed_meanwhile

_FIELDS = ("name", "email", "country", "language", "reference")


class EditableAccount(Struct, frozen=True):
    """An account as it was opened for editing. ``version`` is handed back when it is saved."""

    id: int
    version: int
    form: AccountForm


async def account_for_edit(services: Services, account_id: int) -> EditableAccount:
    """An account to be edited. Raises NotFound."""
    async with viewing(services) as connection:
        row = await accounts.one(connection, account_id)
        version = await accounts.version_of(connection, account_id)
    form = AccountForm(
        name=row.name,
        email=row.email or "",
        country=row.country or "",
        language=row.language or "",
        reference=row.reference or "",
        reseller_id=row.reseller_id,
    )
    return EditableAccount(row.id, version, form)


async def edit_account(
    services: Services, account_id: int, version: int, form: AccountForm
) -> Outcome:
    """Save an edited account; whom it is billed through stays. ``version`` is the one that was
    opened: where somebody saved since, ChangedMeanwhile says so and nothing is written."""
    await require(services, Right.ACCOUNTS)
    checked = checked_form(form)
    async with services.store.change() as work:
        account = await accounts.for_change(work, account_id)
        if account.version != version:
            raise await changed_meanwhile(
                work, account.name, ["edit_account"], account_id=account_id
            )
        await check_reference(work, checked.reference, besides=account_id)
        changes = _changes(account, checked)
        if not changes:
            return Outcome(f"Nothing about {account.name} was changed.", Result.UNCHANGED)
        for name, (_, value) in changes.items():
            setattr(account, name, value)
        words = search_text(checked.name, checked.reference, checked.email)
        account.search_text = widened(account.search_text, words)
        sentence = f"The account {account.name} was changed."
        record(services, work, "edit_account", sentence, account_id=account_id, changes=changes)
        await work.commit()
    return Outcome(sentence, changes=Changes(accounts=frozenset({account_id})))


def _changes(account: Account, form: AccountForm) -> dict[str, list[str | None]]:
    """What is another by now: field → old and new value."""
    old_and_new = ((name, getattr(account, name), getattr(form, name) or None) for name in _FIELDS)
    return {name: [old, new] for name, old, new in old_and_new if old != new}
