"""Organisations whose people sign in at the portal by their own sign-in (OpenID Connect). The
client's secret goes into the vault of this computer, which has to be the one that runs the portal.
"""

from __future__ import annotations

import asyncio
import re
from urllib.parse import urlsplit

from msgspec import Struct

from esd_desktop.errors import InvalidInput, NotFound
from esd_desktop.models.portal import PortalProvider
from esd_desktop.models.portal_rows import ProviderRow
from esd_desktop.models.rights import Right
from esd_desktop.models.store import accounts, portal_sessions, portal_users
from esd_desktop.models.values import Secret
from esd_desktop.services.changes import Changes, Outcome, Result
from esd_desktop.services.context import Services
from esd_desktop.services.portal.openid import secret_entry
from esd_desktop.services.record import record, told_changes
from esd_desktop.services.rights import require, viewing
from esd_desktop.services.second_writer import changed_meanwhile

_DOMAIN = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
_CHANGED = "change_portal_provider"
_LONGEST_ISSUER, _LONGEST_CLIENT = 500, 200


class ProviderForm(Struct, frozen=True):
    """What the organisation says of its sign-in. ``secret`` may be empty for a public client, and
    where the one that is kept shall stay; ``ca_file`` names authorities that are trusted besides
    the system's."""

    domain: str
    issuer: str
    client_id: str
    secret: Secret
    ca_file: str | None = None


async def portal_provider_list(services: Services) -> list[ProviderRow]:
    """Every organisation's sign-in, by domain."""
    async with viewing(services) as connection:
        return await portal_users.providers(connection)


async def add_portal_provider(services: Services, account_id: int, form: ProviderForm) -> Outcome:
    """Let the people of a domain sign in for an account by their organisation's own sign-in, and no
    more by mail. Raises InvalidInput for a domain that is taken or a form that cannot be kept."""
    await require(services, Right.SETTINGS)
    form = _checked(form)
    # A keyring may first ask to be unlocked: before the store is locked, not within.
    await asyncio.to_thread(services.vault.get, secret_entry(0))
    async with services.store.change() as work:
        account = await accounts.for_change(work, account_id)
        if await portal_users.provider_for_change(work, form.domain) is not None:
            raise InvalidInput(f"There is a sign-in for {form.domain} already; remove it first.")
        made = PortalProvider(
            account_id=account_id,
            domain=form.domain,
            issuer=form.issuer,
            client_id=form.client_id,
            ca_file=form.ca_file,
            added_by=services.operator,
            added_at=services.now(),
        )
        work.add(made)
        await work.flush()
        sentence = f"People of {form.domain} sign in for {account.name} at {form.issuer}."
        record(services, work, "add_portal_provider", sentence, account_id=account_id)
        await work.flush()
        if form.secret.reveal():
            await asyncio.to_thread(services.vault.set, secret_entry(made.id), form.secret)
        await work.commit()
    return Outcome(sentence, changes=Changes(settings=True))


async def change_portal_provider(
    services: Services, provider_id: int, version: int, form: ProviderForm
) -> Outcome:
    """Change how an organisation's sign-in is reached; its domain and account stay. Where that is
    another one from now on, whom it let in is signed out. ``version`` is what was opened: where
    somebody saved since, ChangedMeanwhile says so. Raises NotFound, InvalidInput."""
    await require(services, Right.SETTINGS)
    form = _checked(form)
    await asyncio.to_thread(services.vault.get, secret_entry(provider_id))
    async with services.store.change() as work:
        found = await portal_users.provider_for_change(work, form.domain)
        if found is None or found.id != provider_id:
            raise NotFound(f"There is no sign-in for {form.domain} any more.")
        if found.version != version:
            what = f"the sign-in of {found.domain}"
            raise await changed_meanwhile(work, what, [_CHANGED], mention=what)
        kept = {name: getattr(form, name) for name in ("issuer", "client_id", "ca_file")}
        changes = told_changes(found, kept)
        if not changes and not form.secret.reveal():
            unchanged = f"Nothing about the sign-in of {found.domain} was changed."
            return Outcome(unchanged, Result.UNCHANGED)
        if not changes.keys().isdisjoint(("issuer", "client_id")):
            await portal_sessions.end_vouched(work, found.id)
        for name, value in kept.items():
            setattr(found, name, value)
        sentence = f"The sign-in of {found.domain} was changed."
        record(services, work, _CHANGED, sentence, account_id=found.account_id, changes=changes)
        await work.flush()
        if form.secret.reveal():
            await asyncio.to_thread(services.vault.set, secret_entry(found.id), form.secret)
        await work.commit()
    return Outcome(sentence, changes=Changes(settings=True))


async def remove_portal_provider(services: Services, domain: str) -> Outcome:
    """Take an organisation's sign-in away; whom it let in is signed out. Raises NotFound."""
    await require(services, Right.SETTINGS)
    async with services.store.change() as work:
        found = await portal_users.provider_for_change(work, domain.strip().lower())
        if found is None:
            raise NotFound(f"There is no sign-in for {domain.strip()}.")
        await portal_sessions.end_vouched(work, found.id)
        await work.session.delete(found)
        sentence = f"The sign-in of {found.domain} at {found.issuer} was removed."
        record(services, work, "remove_portal_provider", sentence, account_id=found.account_id)
        await work.commit()
    await asyncio.to_thread(services.vault.delete, secret_entry(found.id))
    return Outcome(sentence, changes=Changes(settings=True))


def _checked(form: ProviderForm) -> ProviderForm:
    domain, issuer = form.domain.strip().lower(), form.issuer.strip()
    client_id, ca_file = form.client_id.strip(), (form.ca_file or "").strip()
    if not _DOMAIN.fullmatch(domain):
        raise InvalidInput(f"{form.domain.strip()!r} is not the domain of mail addresses.")
    parts = urlsplit(issuer)
    if parts.scheme != "https" or not parts.netloc or parts.query or parts.fragment:
        raise InvalidInput(
            f"{issuer!r} is not an issuer.", advice="It begins with https:// and has no question."
        )
    if len(issuer) > _LONGEST_ISSUER or not 0 < len(client_id) <= _LONGEST_CLIENT:
        raise InvalidInput("The issuer or the client id is missing or too long.")
    return ProviderForm(domain, issuer, client_id, form.secret, ca_file or None)
