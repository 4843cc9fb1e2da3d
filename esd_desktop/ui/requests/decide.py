"""Approving, declining and withdrawing a request to cancel: the question, then the service.

Each runs under the key of its asset, so nothing else is done with the licence meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any

from msgspec import Struct
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from esd_desktop.errors import Refused
from esd_desktop.models.permissions import cancel_refusal
from esd_desktop.models.request_rows import RequestRow
from esd_desktop.models.rights import Right
from esd_desktop.models.rows import AssetDetail
from esd_desktop.models.values import utc_now
from esd_desktop.services.browse import asset_detail, cancellation_request
from esd_desktop.services.changes import Changes
from esd_desktop.services.requests_state import decided_sentence
from esd_desktop.ui.actions.action import task_key
from esd_desktop.ui.ask import Question, answered, ask
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.formats import as_money
from esd_desktop.ui.look.roles import Kind
from esd_desktop.ui.requests.comment_field import CommentField
from esd_desktop.ui.requests.wording import request_tone, requester_words
from esd_desktop.ui.widgets.dialog import Dialog
from esd_desktop.ui.widgets.facts import Fact, FactGroup, FactList
from esd_desktop.ui.widgets.notice import Notice


class Decision(Struct, frozen=True):
    """What staff can do with a request that waits, and the right it needs. ``words`` is what the
    status bar calls it."""

    right: Right
    text: str
    words: str
    run: Callable[[Desk, QWidget, int], Coroutine[Any, Any, None]]


def tell_request(
    desk: Desk, notice: Notice, request: RequestRow, refusal: str | None, sentence: str, more: str
) -> None:
    """Say how a request stands, with the buttons to decide it; none where it is decided.
    ``refusal``: why approving it cannot succeed, if it cannot."""
    offered: Sequence[Decision] = ()
    if request.waits_for_staff:
        offered = (DECLINE, WITHDRAW) if refusal else (APPROVE, DECLINE, WITHDRAW)
    begin = partial(partial, start_deciding, desk)
    buttons = [(each.text, begin(each, notice.window(), request)) for each in offered]
    notice.tell(request_tone(request, refusal), sentence, more, buttons)
    for button, each in zip(notice.buttons(), offered, strict=True):
        desk.rights.guard(button, each.right)


def start_deciding(desk: Desk, decision: Decision, parent: QWidget, request: RequestRow) -> bool:
    """Begin it, asking over ``parent``. Answers False, and does nothing, while something else is
    done with the licence."""
    return desk.tasks.run(
        task_key(request.asset_id),
        partial(decision.run, desk, parent, request.id),
        owner=parent,
        words=decision.words,
    )


def approve_question(request: RequestRow, detail: AssetDetail) -> Question:
    """What is asked before a request is approved."""
    return Question(
        title="Approve this cancellation?",
        body="Microsoft takes the licence back: the customer can no longer activate it, and it is "
        "credited in full. This cannot be undone.",
        facts=(
            *_facts(request),
            ("Credit", f"{as_money(detail.credit)} to {detail.billing_to}"),
        ),
        yes="Approve and cancel licence",
        no="Keep licence",
        dangerous=True,
        comment="Comment for the customer (optional)",
    )


async def _approve(desk: Desk, parent: QWidget, request_id: int) -> None:
    from esd_desktop.services.decide_request import approve

    request = await _waiting(desk, request_id)
    detail = await desk.read(asset_detail, request.asset_id)
    refusal = cancel_refusal(detail.facts, utc_now())
    if refusal is not None:
        desk.bus.announce(_touched(request))
        raise Refused(refusal, advice="Decline the request, with the reason for the customer.")
    answer = await ask(parent, approve_question(request, detail))
    if answer.yes:
        outcome = await desk.do(
            _touched(request), approve, request.id, request.version, comment=answer.comment
        )
        desk.messages.outcome(outcome)


async def _decline(desk: Desk, parent: QWidget, request_id: int) -> None:
    from esd_desktop.services.decide_request import decline

    request = await _waiting(desk, request_id)
    comment = await _ask_reason(parent, request)
    if comment:
        outcome = await desk.do(
            _touched(request), decline, request.id, request.version, comment=comment
        )
        desk.messages.outcome(outcome)


async def _withdraw(desk: Desk, parent: QWidget, request_id: int) -> None:
    from esd_desktop.services.withdraw_request import withdraw_request

    request = await _waiting(desk, request_id)
    question = Question(
        title="Withdraw this request?",
        body="The request is taken back, as the customer may wish, and the licence stays as it is.",
        facts=_facts(request),
        yes="Withdraw request",
        no="Keep request",
    )
    if (await ask(parent, question)).yes:
        outcome = await desk.do(_touched(request), withdraw_request, request.id, request.version)
        desk.messages.outcome(outcome)


async def _waiting(desk: Desk, request_id: int) -> RequestRow:
    """The request as it is now. Raises Refused where it is decided, and lets every view catch
    up."""
    request = await desk.read(cancellation_request, request_id)
    if not request.waits_for_staff:
        desk.bus.announce(_touched(request))
        raise Refused(decided_sentence(request))
    return request


async def _ask_reason(parent: QWidget, request: RequestRow) -> str:
    """The reason for declining; empty where it is not declined after all."""
    dialog = Dialog(
        "Decline this request?",
        "The licence stays as it is. The customer is told the reason, where a confirmation was "
        "wished.",
        parent,
    )
    facts = FactList("Request")
    facts.show_groups([FactGroup("", [Fact(*each) for each in _facts(request)])])
    field = CommentField("Reason", dialog)
    dialog.body.addWidget(facts)
    dialog.body.addWidget(field)
    dialog.add_button("Keep request", False, escape=True)
    declining = dialog.add_button("Decline request", True, kind=Kind.PRIMARY)
    _allow(declining, False)
    field.typed.connect(lambda: _allow(declining, bool(field.text)))
    field.setFocus()
    said_yes = bool(await answered(dialog))
    return field.text if said_yes and isValid(field) else ""


def _allow(button: QWidget, allowed: bool) -> None:
    button.setEnabled(allowed)
    button.setToolTip("" if allowed else "Say why first")


def _facts(request: RequestRow) -> tuple[tuple[str, str], ...]:
    facts = [
        ("Product", request.product),
        ("Customer", request.customer),
        ("Order", request.order_number),
        ("Requested by", requester_words(request)),
    ]
    if request.comment:
        facts.append(("Their comment", request.comment))
    return tuple(facts)


def _touched(request: RequestRow) -> Changes:
    return Changes(
        assets=frozenset({request.asset_id}),
        accounts=frozenset({request.customer_id, request.billing_to_id}),
        requests=frozenset({request.id}),
    )


APPROVE = Decision(Right.DECIDE, "Approve…", "Approve request", _approve)
DECLINE = Decision(Right.DECIDE, "Decline…", "Decline request", _decline)
WITHDRAW = Decision(Right.REQUEST, "Withdraw…", "Withdraw request", _withdraw)
