"""Below ``/sandbox/``: look behind the scenes, and intervene. Only for who can read sandbox.json.

``POST /sandbox/{verb}`` with the verb's arguments as JSON; the answer is JSON too. The secret in
the header keeps web pages out: a browser on this machine can reach the port, but not the file.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from itertools import islice
from typing import Any

from cryptography import x509
from msgspec.structs import asdict
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from esd_desktop.sandbox.answers import Answer
from esd_desktop.sandbox.catalogue import new_product
from esd_desktop.sandbox.faults import Fault
from esd_desktop.sandbox.licence import Licence
from esd_desktop.sandbox.licensing import Licensing, Refusal
from esd_desktop.sandbox.mail_sink import MailSink
from esd_desktop.sandbox.records import forced, licence_from, record_of
from esd_desktop.sandbox.stage import Stage
from esd_desktop.sandbox.state import State

BASE = "/sandbox"
SECRET_HEADER = "X-Sandbox-Secret"
# As many licences as one request asks for or brings.
AT_A_TIME = 1000

Arguments = dict[str, Any]
Verb = Callable[[Arguments], object]


class Control:
    """The verbs of the control interface."""

    def __init__(
        self,
        secret: str,
        link_secret: bytes,
        state: State,
        licensing: Licensing,
        stage: Stage,
        mails: MailSink,
    ) -> None:
        self._secret = secret.encode()
        self._link_secret = link_secret
        self._state = state
        self._licensing = licensing
        self._stage = stage
        self._mails = mails
        self._verbs: dict[str, Verb] = {
            "licences": self._licences,
            "licence": self._licence,
            "redeem": self._redeem,
            "force": self._force,
            "seed": self._seed,
            "set_fault": self._set_fault,
            "faults": lambda _: [fault.as_json() for fault in stage.faults.set],
            "clear_faults": lambda _: stage.faults.set.clear(),
            "mails": self._mails_to,
            "mail": self._mail,
            "calls": lambda _: dict(stage.counters),
            "call_log": lambda _: [asdict(note) for note in stage.notes],
            "effects": lambda _: [asdict(effect) for effect in state.effects],
            "settings": self._change_settings,
            "change_product": self._change_product,
            "revoke_tokens": lambda _: state.revoke_tokens(),
            "register_certificate": self._register_certificate,
            "begin_again": self._begin_again,
        }

    def routes(self) -> list[Route]:
        """One route for every verb."""
        return [Route(BASE + "/{verb}", self._answer, methods=["POST"])]

    async def _answer(self, request: Request) -> Response:
        answer = self._answered(request, await request.body())
        return answer.response({})

    def _answered(self, request: Request, body: bytes) -> Answer:
        given = request.headers.get(SECRET_HEADER, "").encode()
        if not secrets.compare_digest(given, self._secret):
            return _no(403, "The sandbox's secret is missing or wrong.")
        verb = self._verbs.get(request.path_params["verb"])
        if verb is None:
            return _no(404, "The sandbox knows no such verb.")
        try:
            return Answer(200, {"result": verb(json.loads(body))})
        except Refusal as refusal:
            return _no(409, refusal.message)
        except (ValueError, TypeError, KeyError) as error:
            return _no(400, f"That cannot be asked for: {error}.")

    def _shown(self, licence: Licence) -> dict[str, Any]:
        return record_of(licence, self._link_secret)

    def _licences(self, wanted: Arguments) -> list[dict[str, Any]]:
        start = wanted["start"]
        page = islice(self._state.licences.values(), start, start + AT_A_TIME)
        return [self._shown(each) for each in page]

    def _licence(self, wanted: Arguments) -> dict[str, Any] | None:
        licence = self._state.licences.get(wanted["transaction_id"])
        return self._shown(licence) if licence else None

    def _redeem(self, wanted: Arguments) -> dict[str, Any]:
        return self._shown(self._licensing.redeem(**wanted))

    def _force(self, wanted: Arguments) -> dict[str, Any]:
        licence = forced(self._licensing.read(wanted.pop("transaction_id")), wanted)
        self._state.save_licences([licence])
        return self._shown(licence)

    def _seed(self, wanted: Arguments) -> list[dict[str, Any]]:
        made = [licence_from(each) for each in wanted["licences"]]
        self._state.save_licences(made)
        return [self._shown(each) for each in made]

    def _set_fault(self, wanted: Arguments) -> None:
        self._stage.faults.set.append(Fault.from_json(wanted))

    def _mails_to(self, wanted: Arguments) -> list[dict[str, Any]]:
        recipient = wanted["recipient"]
        return [each for each in self._mails.list() if recipient in (None, *each["recipients"])]

    def _mail(self, wanted: Arguments) -> dict[str, Any]:
        mail = self._mails.read(wanted["number"])
        if mail is None:
            raise ValueError(f"there is no mail {wanted['number']}")
        return mail

    def _change_settings(self, wanted: Arguments) -> dict[str, Any]:
        if wanted:
            self._state.save_settings(self._state.settings.changed(wanted))
        return asdict(self._state.settings)

    def _change_product(self, wanted: Arguments) -> None:
        sku = wanted.pop("sku")
        product = self._state.products.get(sku) or new_product(sku)
        self._state.save_product(product.changed(wanted))

    def _register_certificate(self, wanted: Arguments) -> None:
        x509.load_pem_x509_certificate(wanted["pem"].encode())
        self._state.save_certificate(wanted["pem"])

    def _begin_again(self, _: Arguments) -> None:
        self._state.begin_again()
        self._mails.begin_again()
        self._stage.begin_again()


def _no(status: int, message: str) -> Answer:
    return Answer(status, {"message": message})
