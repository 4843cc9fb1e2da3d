"""The portal's records as they are read, and who is visiting."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


def told_as(address: str) -> str:
    """How the history names who came by this address."""
    return f"Portal: {address}"[:200]


class Visitor(Struct, frozen=True):
    """Who is signed in at the portal: a person of an account. ``address`` is folded to lower case,
    ``account`` the account's name, ``name`` the person's, or the account's where none is known."""

    session_id: int
    account_id: int
    account: str
    is_reseller: bool
    address: str
    name: str

    @property
    def told(self) -> str:
        """How the history names who did something."""
        return told_as(self.address)


class Entry(Struct, frozen=True):
    """An account that an address may sign in for."""

    account_id: int
    account: str
    address: str
    name: str


class PortalUserRow(Struct, frozen=True):
    """Somebody who may sign in for an account: whom staff named, the account's own e-mail address,
    and who is signed in because an organisation vouched, whose domain ``vouched_by`` is. ``id`` is
    None where staff did not name anybody; not ``active`` is who may not any more.

    ``signed_in_at`` is the last time; ``sessions`` how many hold now, None for who may not know;
    ``last_mail`` what came of the last mail about signing in, ``mailed_at`` when."""

    id: int | None
    account_id: int
    address: str
    name: str
    active: bool
    is_own: bool = False
    vouched_by: str | None = None
    signed_in_at: datetime | None = None
    sessions: int | None = None
    last_mail: str | None = None
    mailed_at: datetime | None = None


class ProviderRow(Struct, frozen=True):
    """An organisation's own sign-in: for which account, for addresses of which domain."""

    id: int
    version: int
    account_id: int
    account: str
    domain: str
    issuer: str
    client_id: str
    ca_file: str | None


class SessionRow(Struct, frozen=True):
    """A sign-in that holds. ``seen_at`` is exact to half a minute."""

    id: int
    account_id: int
    account: str
    is_reseller: bool
    address: str
    name: str
    began_at: datetime
    seen_at: datetime
    ends_at: datetime
