"""Tokens that stand for a person: of links and of sessions. The store has their hashes only, so
that who reads it can sign in as nobody. A token is random, so a plain hash is enough."""

from __future__ import annotations

import secrets
from hashlib import sha256

_BYTES = 32


def new_token() -> str:
    """A token that nobody can guess, for an address or a cookie."""
    return secrets.token_urlsafe(_BYTES)


def hash_of(token: str) -> str:
    """How a token, or what need not be told in the clear, is kept: 64 hexadecimal digits."""
    return sha256(token.encode()).hexdigest()
