"""``esd portal``: serve the pages of customers and resellers, and say who may sign in there."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from esd_desktop.cli.asking import secret_from_stdin
from esd_desktop.cli.commands import Json, Store, command, group
from esd_desktop.cli.listing import Listing
from esd_desktop.cli.results import tell_one
from esd_desktop.cli.session import Options, Session, carry_out
from esd_desktop.cli.stopping import told_to_stop
from esd_desktop.cli.table import Column
from esd_desktop.models.values import Secret

if TYPE_CHECKING:
    from esd_desktop.models.portal_rows import PortalUserRow, ProviderRow
    from esd_desktop.portal.config import PortalConfig

commands = typer.Typer(
    help="The portal of customers and resellers: serve it, and say who may sign in.",
    invoke_without_command=True,
    rich_markup_mode=None,
)
users = group("Who may sign in at the portal for an account, besides the account's own address.")
providers = group("Organisations whose people sign in by their own sign-in (OpenID Connect).")

Account = Annotated[
    str, typer.Argument(metavar="ACCOUNT", help="An account's id, reference or name.")
]
Address = Annotated[str, typer.Argument(metavar="ADDRESS", help="An e-mail address.")]
Domain = Annotated[str, typer.Argument(metavar="DOMAIN", help="Such as example.com.")]

_USERS = (
    Column("Address", flexible=True),
    Column("Name", flexible=True),
    Column("May sign in"),
    Column("Last signed in"),
    Column("Sessions"),
)
_PROVIDERS = (
    Column("Domain"),
    Column("Account", flexible=True),
    Column("Issuer", flexible=True),
    Column("Client", flexible=True),
)


@commands.callback()
def start(
    ctx: typer.Context,
    host: Annotated[str | None, typer.Option(help="Where to listen; 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65_535, help="8443; 0 finds one.")] = None,
    certificate: Annotated[
        Path | None, typer.Option(metavar="FILE", help="With its chain, as PEM.")
    ] = None,
    key: Annotated[Path | None, typer.Option(metavar="FILE", help="The certificate's.")] = None,
    url: Annotated[
        str | None, typer.Option(metavar="URL", help="What people type, such as https://….")
    ] = None,
    json: Json = False,
    store: Store = None,
) -> None:
    """Without a command: serve the portal until Ctrl+C."""
    before: Options = ctx.obj
    ctx.obj = before.and_also(as_json=json, store=store)
    if ctx.invoked_subcommand is None:
        serve = partial(_serve, host=host, port=port, certificate=certificate, key=key, url=url)
        raise typer.Exit(carry_out(serve, ctx.obj))


async def _serve(
    session: Session,
    host: str | None,
    port: int | None,
    certificate: Path | None,
    key: Path | None,
    url: str | None,
) -> None:
    from esd_desktop.portal.config import checked_config
    from esd_desktop.portal.serving import serve
    from esd_desktop.services.shared_settings import PORTAL_URL, setting_texts

    kept, services = session.settings(), await session.services()
    host = host or kept.portal_host
    port = kept.portal_port if port is None else port
    certificate = certificate or _file(kept.portal_certificate)
    scheme = "http" if certificate is None else "https"
    shared = (await setting_texts(services))[PORTAL_URL]
    config = checked_config(
        host,
        port,
        url or kept.portal_url or shared or f"{scheme}://{host}:{port}",
        certificate,
        key or _file(kept.portal_key),
    )

    def tell(served: PortalConfig) -> None:
        session.out.object({"url": served.url, "host": served.host, "port": served.port})
        session.out.text(f"The portal is at {served.url}. Ctrl+C stops it.")

    await serve(services, config, told_to_stop(), tell)
    session.out.note("The portal has stopped.")


@command(users, "list")
async def list_users(session: Session, account: Account) -> None:
    """List who may sign in for an account."""
    from esd_desktop.models.wording import as_moment
    from esd_desktop.services.edit_portal_users import portal_user_list

    def cells(row: PortalUserRow) -> tuple[object, ...]:
        last = as_moment(row.signed_in_at) if row.signed_in_at else "never"
        sessions = "" if row.sessions is None else row.sessions
        return row.address, row.name, "yes" if row.active else "no", last, sessions

    rows = await portal_user_list(await session.services(), await _account_id(session, account))
    with Listing(session.out, _USERS, cells, _user) as told:
        told.add(rows)
    if not rows:
        session.out.note("Nobody may sign in for this account.")


@command(users, "add")
async def add_user(
    session: Session,
    account: Account,
    address: Address,
    name: Annotated[str, typer.Option(help="The person's name; without, the address.")] = "",
) -> None:
    """Let an address sign in for an account."""
    from esd_desktop.services.edit_portal_users import add_portal_user

    account_id = await _account_id(session, account)
    done = await add_portal_user(await session.services(), account_id, address, name)
    tell_one(session.out, done, {"account_id": account_id, "address": address})


@command(users, "remove")
async def remove_user(session: Session, account: Account, address: Address) -> None:
    """Let an address sign in no more, and sign it out at once."""
    from esd_desktop.services.edit_portal_users import remove_portal_user

    account_id = await _account_id(session, account)
    done = await remove_portal_user(await session.services(), account_id, address)
    tell_one(session.out, done, {"account_id": account_id, "address": address})


@command(users, "invite")
async def invite_user(session: Session, account: Account, address: Address) -> None:
    """Mail an address that may sign in where the portal is."""
    from esd_desktop.services.invite_portal_user import invite_portal_user

    account_id = await _account_id(session, account)
    done = await invite_portal_user(await session.services(), account_id, address)
    tell_one(session.out, done, {"account_id": account_id, "address": address})


@command(users, "sign-out")
async def sign_out_user(session: Session, account: Account, address: Address) -> None:
    """Sign an address out everywhere; it may sign in again."""
    from esd_desktop.services.edit_portal_users import sign_out_portal_user

    account_id = await _account_id(session, account)
    done = await sign_out_portal_user(await session.services(), account_id, address)
    tell_one(session.out, done, {"account_id": account_id, "address": address})


@command(providers, "list")
async def list_providers(session: Session) -> None:
    """List the organisations."""
    from esd_desktop.services.edit_portal_providers import portal_provider_list

    def cells(row: ProviderRow) -> tuple[object, ...]:
        return row.domain, row.account, row.issuer, row.client_id

    rows = await portal_provider_list(await session.services())
    with Listing(session.out, _PROVIDERS, cells, _provider) as told:
        told.add(rows)
    if not rows:
        session.out.note("No organisation has its own sign-in here.")


@command(providers, "add")
async def add_provider(
    session: Session,
    account: Account,
    domain: Domain,
    issuer: Annotated[str, typer.Option(metavar="URL", help="The organisation's issuer.")],
    client_id: Annotated[str, typer.Option(metavar="ID", help="What it calls the portal.")],
    ca_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Authorities trusted besides the system's.")
    ] = None,
    secret_stdin: Annotated[
        bool, typer.Option("--secret-stdin", help="Read the client's secret from standard input.")
    ] = False,
) -> None:
    """Let the people of a mail domain sign in by their organisation's own sign-in."""
    from esd_desktop.services.edit_portal_providers import ProviderForm, add_portal_provider

    account_id = await _account_id(session, account)
    secret = secret_from_stdin("Secret") if secret_stdin else Secret("")
    form = ProviderForm(
        domain, issuer, client_id, secret, str(ca_file.absolute()) if ca_file else None
    )
    done = await add_portal_provider(await session.services(), account_id, form)
    tell_one(session.out, done, {"account_id": account_id, "domain": domain})


@command(providers, "remove")
async def remove_provider(session: Session, domain: Domain) -> None:
    """Take an organisation's sign-in away, and sign out whom it let in."""
    from esd_desktop.services.edit_portal_providers import remove_portal_provider

    done = await remove_portal_provider(await session.services(), domain)
    tell_one(session.out, done, {"domain": domain})


async def _account_id(session: Session, wanted: str) -> int:
    from esd_desktop.services.browse import find_account

    return (await find_account(await session.services(), wanted)).id


def _file(setting: str) -> Path | None:
    return Path(setting).expanduser() if setting else None


def _user(row: PortalUserRow) -> dict[str, object]:
    return {
        "address": row.address,
        "name": row.name,
        "may_sign_in": row.active,
        "vouched_for_by": row.vouched_by,
        "last_signed_in": row.signed_in_at,
        "sessions": row.sessions,
    }


def _provider(row: ProviderRow) -> dict[str, object]:
    return {
        "domain": row.domain,
        "account_id": row.account_id,
        "account": row.account,
        "issuer": row.issuer,
        "client_id": row.client_id,
        "ca_file": row.ca_file,
    }


commands.add_typer(users, name="users")
commands.add_typer(providers, name="providers")
