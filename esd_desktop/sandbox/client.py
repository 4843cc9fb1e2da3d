"""What a test or a trainer asks of a running sandbox."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from typing import Any

import httpx2 as httpx

from esd_desktop.errors import EsdError
from esd_desktop.sandbox.addresses import SandboxAddresses
from esd_desktop.sandbox.control import AT_A_TIME, SECRET_HEADER

_TIMEOUT_S = 30.0


class SandboxControl:
    """Synchronous. Every method raises EsdError where the sandbox is gone or says no."""

    def __init__(self, addresses: SandboxAddresses) -> None:
        self.addresses = addresses
        self._client = httpx.Client(
            verify=ssl.create_default_context(cafile=addresses.ca_file),
            headers={SECRET_HEADER: addresses.control_secret},
            timeout=_TIMEOUT_S,
            trust_env=False,
        )

    def close(self) -> None:
        """Let the connection go."""
        self._client.close()

    def licences(self) -> list[dict[str, Any]]:
        """Every licence, with its whole key and link."""
        found: list[dict[str, Any]] = []
        while page := self._ask("licences", start=len(found)):
            found += page
        return found

    def licence(self, transaction_id: str) -> dict[str, Any] | None:
        """One licence; None where there is none."""
        found: dict[str, Any] | None = self._ask("licence", transaction_id=transaction_id)
        return found

    def redeem(self, transaction_id: str, activation_date: str | None = None) -> dict[str, Any]:
        """The customer redeems this licence now, or at a moment (RFC 3339)."""
        asked = {"transaction_id": transaction_id, "activation_date": activation_date}
        return dict(self._ask("redeem", **asked))

    def force(self, transaction_id: str, **fields: Any) -> dict[str, Any]:
        """Set any fields of the licence's record, also to what no licence can become. It is done
        behind everybody's back: ``effects`` does not tell of it."""
        return dict(self._ask("force", transaction_id=transaction_id, **fields))

    def seed(self, licences: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Put licences there as they are: ``transaction_id`` and ``sku``, perhaps ``country``,
        ``language`` and ``order_reference`` (all three or none), ``token_status``,
        ``return_status``, ``activation_date``, ``issued_at``, ``product_key``,
        ``activation_link``. Answers them complete, in the same order."""
        made: list[dict[str, Any]] = []
        for start in range(0, len(licences), AT_A_TIME):
            made += self._ask("seed", licences=licences[start : start + AT_A_TIME])
        return made

    def set_fault(self, call: str, kind: str, **fields: Any) -> None:
        """The next such call goes wrong; ``faults.Fault`` has the fields."""
        self._ask("set_fault", call=call, kind=kind, **fields)

    def faults(self) -> list[dict[str, Any]]:
        """The faults that are still to strike."""
        return list(self._ask("faults"))

    def clear_faults(self) -> None:
        """Nothing goes wrong any more."""
        self._ask("clear_faults")

    def mails(self, recipient: str | None = None) -> list[dict[str, Any]]:
        """The mails that were taken, the oldest first, without their text."""
        return list(self._ask("mails", recipient=recipient))

    def mail(self, number: int) -> dict[str, Any]:
        """One mail with its text and HTML."""
        return dict(self._ask("mail", number=number))

    def calls(self) -> dict[str, int]:
        """How many calls of each kind came, since the start; none of a kind is 0."""
        counted: dict[str, int] = self._ask("calls")
        return _Zero(counted)

    def call_log(self) -> list[dict[str, Any]]:
        """The latest calls, with the ids they came under."""
        return list(self._ask("call_log"))

    def effects(self) -> list[dict[str, Any]]:
        """What happened to licences, in order: ``kind`` (issue, return, redeem) and whose."""
        return list(self._ask("effects"))

    def settings(self, **changes: Any) -> dict[str, Any]:
        """Change ``page_size``, ``token_lifetime``, ``algorithms``; answers all of them."""
        return dict(self._ask("settings", **changes))

    def change_product(self, sku: str, **fields: Any) -> None:
        """Change ``name``, ``description``, ``price`` ("199.00"), ``unit_type``, ``status``
        (Available, Discontinued) or ``return_window_days``. A SKU that is not sold yet is a new
        product."""
        self._ask("change_product", sku=sku, **fields)

    def revoke_tokens(self) -> None:
        """No bearer token that was given out is accepted any more."""
        self._ask("revoke_tokens")

    def register_certificate(self, pem: str) -> None:
        """Let the client sign in with this certificate too."""
        self._ask("register_certificate", pem=pem)

    def begin_again(self) -> None:
        """Forget everything: licences, mails, faults, counts, settings."""
        self._ask("begin_again")

    def _ask(self, verb: str, **arguments: Any) -> Any:
        url = f"{self.addresses.control_url}/{verb}"
        try:
            answer = self._client.post(url, json=arguments)
        except httpx.HTTPError as error:
            raise EsdError(
                f"The sandbox at {self.addresses.control_url} does not answer.",
                advice="Start it with “esd sandbox”.",
            ) from error
        if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise EsdError(f"The sandbox failed at “{verb}”; its own output says why.")
        said = answer.json()
        if answer.status_code != httpx.codes.OK:
            raise EsdError(said["message"])
        return said["result"]


class _Zero(dict[str, int]):
    def __missing__(self, key: str) -> int:
        return 0
