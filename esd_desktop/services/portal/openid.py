"""Signing in through an organisation's own sign-in: OpenID Connect, the authorization code flow
with PKCE. Authlib knows the protocol; what the organisation says of a person is believed only for
addresses of its own domain."""

from __future__ import annotations

import asyncio
import secrets
import time

from authlib.oauth2.client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from msgspec import Struct

from esd_desktop.models.portal_rows import ProviderRow, told_as
from esd_desktop.models.rights import Right
from esd_desktop.models.store import portal_users
from esd_desktop.services.context import Services
from esd_desktop.services.portal.openid_http import Json, OpenIdFault, OpenIdHttp
from esd_desktop.services.portal.sessions import begin_session
from esd_desktop.services.portal.sign_in import folded
from esd_desktop.services.rights import require, serving

# Signed by the organisation's own key; "none", and keys shared with every client, are not among
# them.
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
_LEEWAY_S = 60
_LONGEST_NAME = 200


class Attempt(Struct, frozen=True):
    """A sign-in under way, as the browser that began it keeps it until it comes back."""

    provider_id: int
    state: str
    nonce: str
    verifier: str


def secret_entry(provider_id: int) -> str:
    """Under which name the vault has the client's secret."""
    return f"portal provider {provider_id}"


async def begin_openid(
    services: Services, provider_id: int, redirect_uri: str
) -> tuple[str, Attempt]:
    """Where the browser is to be sent, and what it keeps meanwhile. Raises NotFound, OpenIdFault
    where the organisation's sign-in cannot be reached."""
    async with serving(services) as connection:
        provider = await portal_users.provider(connection, provider_id)
    async with OpenIdHttp(provider) as http:
        metadata = await http.metadata()
    attempt = Attempt(provider_id, *(secrets.token_urlsafe(32) for _ in range(3)))
    client = OAuth2Client(
        None,
        client_id=provider.client_id,
        scope="openid email profile",
        redirect_uri=redirect_uri,
        code_challenge_method="S256",
    )
    address, _ = client.create_authorization_url(
        metadata["authorization_endpoint"],
        state=attempt.state,
        code_verifier=attempt.verifier,
        nonce=attempt.nonce,
    )
    return address, attempt


async def finish_openid(services: Services, attempt: Attempt, code: str, redirect_uri: str) -> str:
    """Have the organisation say who came back, and sign that person in; answers the token of the
    session. Raises OpenIdFault where it does not, or says it of a stranger."""
    await require(services, Right.SERVE)
    async with services.store.read() as connection:
        provider = await portal_users.provider(connection, attempt.provider_id)
    claims = await _claims(services, provider, attempt, code, redirect_uri)
    address, name = _person(provider, claims)
    acting = services.for_visitor(provider.account_id, told_as(address))
    async with acting.store.change() as work:
        if await portal_users.is_shut_out(work.connection, provider.account_id, address):
            raise OpenIdFault(provider, f"{address} may not sign in any more")
        session = begin_session(
            acting,
            work,
            provider.account_id,
            address,
            name,
            how=f"through the sign-in of {provider.domain}",
            provider_id=provider.id,
        )
        await work.commit()
    return session


async def _claims(
    services: Services, provider: ProviderRow, attempt: Attempt, code: str, redirect_uri: str
) -> Json:
    secret = await asyncio.to_thread(services.vault.get, secret_entry(provider.id))
    async with OpenIdHttp(provider) as http:
        metadata = await http.metadata()
        token = await http.exchange(
            metadata,
            secret,
            {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": redirect_uri,
                "code_verifier": attempt.verifier,
            },
        )
        keys = await http.read(metadata["jwks_uri"])
    return await asyncio.to_thread(_verified, provider, attempt, token, keys)


def _verified(provider: ProviderRow, attempt: Attempt, token: Json, keys: Json) -> Json:
    """What the signed token says, once its signature, issuer, audience, times and nonce hold."""
    try:
        decoded = jwt.decode(
            str(token["id_token"]),
            KeySet.import_key_set(keys),  # type: ignore[arg-type]  # a JSON object, checked there
            registry=JWSRegistry(algorithms=_ALGORITHMS, strict_check_header=False),
        )
        options = {
            "iss": {"essential": True, "values": [provider.issuer]},
            "aud": {"essential": True, "values": [provider.client_id]},
        }
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            options,
            {
                "nonce": attempt.nonce,
                "client_id": provider.client_id,
                "access_token": token.get("access_token"),
            },
        )
        claims.validate(now=int(time.time()), leeway=_LEEWAY_S)
    except (JoseError, KeyError, TypeError, ValueError) as error:
        raise OpenIdFault(provider, "what it said of who signed in cannot be trusted") from error
    return dict(claims)


def _person(provider: ProviderRow, claims: Json) -> tuple[str, str]:
    """Who signed in: the address, folded, and the name."""
    address = folded(str(claims.get("email") or ""))
    if address is None or address.rpartition("@")[2] != provider.domain:
        raise OpenIdFault(provider, f"it named nobody with an address of {provider.domain}")
    if claims.get("email_verified") is False:
        raise OpenIdFault(provider, "it has not verified the address itself")
    return address, str(claims.get("name") or address)[:_LONGEST_NAME]
