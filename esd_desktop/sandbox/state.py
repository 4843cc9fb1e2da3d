"""Everything that must survive a kill: in memory to be read, in the journal to be found again.

Each ``save_…`` writes the journal before the memory, and is done when it returns. Faults, the
counters of calls and the log of calls are of this run only and live elsewhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import asdict, replace

from esd_desktop.sandbox import clock
from esd_desktop.sandbox.catalogue import Product, first_catalogue
from esd_desktop.sandbox.journal import Journal, Record
from esd_desktop.sandbox.licence import Licence

EffectKind = Literal["issue", "return", "redeem"]
Actor = Literal["api", "control"]


class Effect(Struct, frozen=True):
    """Something that happened to a licence, and whether a call or the control interface did it."""

    kind: EffectKind
    transaction_id: str
    at: str
    by: Actor


class Settings(Struct, frozen=True):
    """What can be adjusted: products a page, seconds a bearer token lives, and the signature
    algorithms that the app registration takes."""

    page_size: int = 5
    token_lifetime: int = 3599
    algorithms: tuple[str, ...] = ("PS256", "RS256")

    def changed(self, changes: dict[str, Any]) -> Settings:
        """With these changes; ValueError where one makes no sense."""
        settings = replace(self, **_known(changes, asdict(self)))
        sound_numbers = all(
            type(value) is int and value >= 1
            for value in (settings.page_size, settings.token_lifetime)
        )
        if not sound_numbers or not set(settings.algorithms) <= {"PS256", "RS256"}:
            raise ValueError(f"these settings make no sense: {changes}")
        return replace(settings, algorithms=tuple(settings.algorithms))


class State:
    """The sandbox's memory. Read the attributes freely; change them through the methods only."""

    def __init__(self, path: Path) -> None:
        self._journal = Journal(path)
        self.licences: dict[str, Licence] = {}
        self.effects: list[Effect] = []
        self.products: dict[str, Product] = {}
        self.settings = Settings()
        self.certificates: list[str] = []
        self._tokens: dict[str, float] = {}
        self._forget()
        for record in self._journal.replay():
            self._apply(record)

    def save_licence(self, licence: Licence, kind: EffectKind, by: Actor) -> None:
        """Keep what has become of a licence, and the effect that did it, as one change."""
        effect = Effect(kind, licence.transaction_id, clock.as_text(clock.now()), by)
        self._save({"licence": licence.as_record(), "effect": asdict(effect)})

    def save_licences(self, licences: Iterable[Licence]) -> int:
        """Keep any number of licences as they are, without an effect; answers how many."""
        licences = list(licences)
        self._journal.append_many({"licence": each.as_record()} for each in licences)
        self.licences.update((each.transaction_id, each) for each in licences)
        return len(licences)

    def save_product(self, product: Product) -> None:
        """Keep a product as it is now."""
        self._save({"product": product.as_record()})

    def save_settings(self, settings: Settings) -> None:
        """Keep the settings as they are now."""
        self._save({"settings": asdict(settings)})

    def save_certificate(self, pem: str) -> None:
        """Register one more certificate (PEM) with the client."""
        self._save({"certificate": pem})

    def save_token(self, token: str, expires: float) -> None:
        """Keep a bearer token (its hash) until it expires."""
        now = clock.now().timestamp()
        self._tokens = {each: until for each, until in self._tokens.items() if until > now}
        self._save({"token": _hashed(token), "expires": expires})

    def accepts_token(self, token: str) -> bool:
        """Whether the bearer token was given out, has not been revoked and has not expired."""
        return self._tokens.get(_hashed(token), 0) > clock.now().timestamp()

    def revoke_tokens(self) -> None:
        """From now on no token that was given out is accepted."""
        self._save({"tokens_revoked": True})

    def begin_again(self) -> None:
        """Forget everything: licences, effects, products' changes, settings, tokens."""
        self._journal.begin_again()
        self._forget()

    def close(self) -> None:
        """Let the journal go."""
        self._journal.close()

    def _forget(self) -> None:
        self.licences.clear()
        self.effects.clear()
        self.products = first_catalogue()
        self.settings = Settings()
        self.certificates.clear()
        self._tokens.clear()

    def _save(self, record: Record) -> None:
        self._journal.append(record)
        self._apply(record)

    def _apply(self, record: Record) -> None:
        match record:
            case {"licence": licence}:
                self.licences[licence["transaction_id"]] = Licence.from_record(licence)
                if effect := record.get("effect"):
                    self.effects.append(Effect(**effect))
            case {"product": product}:
                self.products[product["sku"]] = Product(**product)
            case {"settings": settings}:
                self.settings = Settings().changed(settings)
            case {"certificate": pem}:
                self.certificates.append(pem)
            case {"token": hashed, "expires": expires}:
                self._tokens[hashed] = expires
            case {"tokens_revoked": _}:
                self._tokens.clear()


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _known(changes: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    unknown = changes.keys() - known.keys()
    if unknown:
        raise ValueError(f"there is no setting {', '.join(sorted(unknown))}")
    return changes
