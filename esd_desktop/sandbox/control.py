"""Below ``/sandbox/``: look behind the scenes, and intervene. Only for who can read sandbox.json.

``POST /sandbox/{verb}`` with the verb's arguments as JSON; the answer is JSON too. The secret in the
header keeps web pages out: a browser on this machine can reach the port, but not the file.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import asdict, fields, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from esd_desktop.sandbox import clock
from esd_desktop.sandbox.answers import Answer
from esd_desktop.sandbox.catalogue import in_every_language
from esd_desktop.sandbox.faults import Fault
from esd_desktop.sandbox.licence import Licence, Order, link_of, new_product_key
from esd_desktop.sandbox.licensing import Licensing, Refusal
from esd_desktop.sandbox.mail_sink import MailSink
from esd_desktop.sandbox.stage import Stage
from esd_desktop.sandbox.state import State

BASE = "/sandbox"
SECRET_HEADER = "X-Sandbox-Secret"
_LICENCE_FIELDS = {each.name for each in fields(Licence)}

Verb = Callable[[dict[str, Any]], object]


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
        self._secret = secret
        self._link_secret = link_secret
        self._state = state
        self._licensing = licensing
        self._stage = stage
        self._mails = mails
        self._verbs: dict[str, Verb] = {
            "ping": lambda _: {},
            "licences": lambda _: [self._shown(each) for each in state.licences.values()],
            "licence": self._licence,
            "redeem": self._redeem,
            "force": self._force,
            "seed": self._seed,
            "set_fault": self._set_fault,
            "faults": lambda _: [fault.as_json() for fault in stage.faults.set],
            "clear_faults": lambda _: stage.faults.set.clear(),
            "mails": self._mails_to,
            "mail": lambda wanted: mails.read(wanted["number"]),
            "calls": lambda _: dict(stage.counters),
            "call_log": lambda _: [asdict(note) for note in stage.notes],
            "effects": lambda _: [asdict(effect) for effect in state.effects],
            "settings": self._change_settings,
            "change_product": self._change_product,
            "revoke_tokens": lambda _: state.revoke_tokens(),
            "register_certificate": lambda wanted: state.save_certificate(wanted["pem"]),
            "begin_again": self._begin_again,
        }

    def routes(self) -> list[Route]:
        """One route for every verb."""
        return [Route(BASE + "/{verb}", self._answer, methods=["POST"])]

    async def _answer(self, request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "")
        if not secrets.compare_digest(given.encode(), self._secret.encode()):
            return Answer(403, {"message": "The sandbox's secret is missing or wrong."}).response(
                {}
            )
        verb = self._verbs.get(request.path_params["verb"])
        if verb is None:
            return Answer(404, {"message": "The sandbox knows no such verb."}).response({})
        try:
            result = verb(json.loads(await request.body() or b"{}"))
        except Refusal as refusal:
            return Answer(409, {"message": refusal.message}).response({})
        except (ValueError, TypeError, KeyError) as error:
            return Answer(400, {"message": f"That cannot be asked for: {error}."}).response({})
        return Answer(200, {"result": result}).response({})

    def _shown(self, licence: Licence) -> dict[str, Any]:
        link = link_of(licence, self._link_secret)
        return {**licence.as_record(), "activation_link": link}

    def _licence(self, wanted: dict[str, Any]) -> dict[str, Any] | None:
        licence = self._state.licences.get(wanted["transaction_id"])
        return self._shown(licence) if licence else None

    def _redeem(self, wanted: dict[str, Any]) -> dict[str, Any]:
        redeemed = self._licensing.redeem(wanted["transaction_id"], wanted.get("activation_date"))
        return self._shown(redeemed)

    def _force(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """Any field, also to what no licence can become: to see the client cope with it."""
        licence = self._licensing.read(wanted.pop("transaction_id"))
        forced = replace(licence, **wanted)
        self._state.save_licences([forced])
        return self._shown(forced)

    def _seed(self, wanted: dict[str, Any]) -> list[dict[str, Any]]:
        made = [_seeded(each) for each in wanted["licences"]]
        self._state.save_licences(made)
        return [self._shown(each) for each in made]

    def _set_fault(self, wanted: dict[str, Any]) -> None:
        self._stage.faults.set.append(Fault.from_json(wanted))

    def _mails_to(self, wanted: dict[str, Any]) -> list[dict[str, Any]]:
        recipient = wanted.get("recipient")
        return [each for each in self._mails.list() if recipient in (None, *each["recipients"])]

    def _change_settings(self, wanted: dict[str, Any]) -> dict[str, Any]:
        self._state.save_settings(self._state.settings.changed(wanted))
        return asdict(self._state.settings)

    def _change_product(self, wanted: dict[str, Any]) -> None:
        """``name`` in every language; ``prices`` by currency; ``status``, ``return_window_days``."""
        product = self._state.products[wanted.pop("sku")]
        if "name" in wanted:
            wanted["names"] = in_every_language(wanted.pop("name"))
        if "prices" in wanted:
            wanted["prices"] = product.prices | wanted["prices"]
        self._state.save_product(replace(product, **wanted))

    def _begin_again(self, _: dict[str, Any]) -> None:
        self._state.begin_again()
        self._mails.begin_again()
        self._stage.begin_again()


def _seeded(wanted: dict[str, Any]) -> Licence:
    """A licence as it is put here; key and moment of issue are made up where they are not given."""
    order = [wanted.get(name) for name in ("country", "language", "order_reference")]
    bought = Order(wanted["sku"], *map(str, order)) if all(order) else None
    given = {name: value for name, value in wanted.items() if name in _LICENCE_FIELDS}
    usual = {"product_key": new_product_key(), "issued_at": clock.as_text(clock.now())}
    return Licence(**{**usual, **given, "order": bought})
