"""The question before a mass work: how many, what it gives up, to which of them it cannot be done
and why."""

from __future__ import annotations

from msgspec import Struct
from PySide6.QtWidgets import QLineEdit, QWidget
from shiboken6 import isValid

from esd_desktop.models.mass_outlook import Outlook
from esd_desktop.models.mass_rows import MassKind
from esd_desktop.models.wording import counted
from esd_desktop.ui.ask import Answer, answered
from esd_desktop.ui.formats import as_count, as_money
from esd_desktop.ui.look.roles import Kind
from esd_desktop.ui.widgets.dialog import Dialog
from esd_desktop.ui.widgets.facts import Fact, FactGroup, FactList
from esd_desktop.ui.widgets.wrapped import wrapped_label

# From so many cancellations on, their number has to be typed.
TYPED_FROM = 10


class _Words(Struct, frozen=True):
    title: str
    body: str
    yes: str
    no: str


class MassQuestion(Dialog):
    """``of_list`` says that it is about all that a list shows, rather than its selected rows."""

    def __init__(self, kind: MassKind, found: Outlook, parent: QWidget, *, of_list: bool) -> None:
        words = _words(kind, found)
        super().__init__(words.title, words.body, parent)
        self._number = found.possible
        is_cancel = kind is MassKind.CANCEL
        facts = FactList(words.title)
        facts.show_groups(_groups(found, of_list=of_list))
        self.body.addWidget(facts)
        self._comment = _field("Comment (optional)", self)
        self._typed = _field("", self)
        self.body.addWidget(self._comment)
        self._comment.setVisible(is_cancel)
        asks_number = is_cancel and found.possible >= TYPED_FROM
        if asks_number:
            self._add_number()
        self.add_button(words.no, False, default=True, escape=True)
        kind_of_yes = Kind.DANGER if is_cancel else Kind.PRIMARY
        self._yes = self.add_button(words.yes, True, kind=kind_of_yes)
        self._typed.setVisible(asks_number)
        if asks_number:
            self._allow()

    async def asked(self) -> Answer:
        """Open it and wait for the answer."""
        said_yes = bool(await answered(self))
        return Answer(said_yes, self._comment.text().strip() or None if isValid(self) else None)

    def _add_number(self) -> None:
        label = wrapped_label()
        label.setText(f"Type {as_count(self._number)}, the number of licences, to go on:")
        self._typed.setAccessibleName("Number of licences, to go on")
        self._typed.textChanged.connect(self._allow)
        self.body.addWidget(label)
        self.body.addWidget(self._typed)

    def _allow(self) -> None:
        digits = "".join(each for each in self._typed.text() if each.isdecimal())
        is_right = digits == str(self._number)
        self._yes.setEnabled(is_right)
        self._yes.setToolTip("" if is_right else "Type the number of licences first.")


def _field(name: str, dialog: Dialog) -> QLineEdit:
    field = QLineEdit(dialog)
    field.setPlaceholderText(name)
    field.setAccessibleName(name)
    return field


def _words(kind: MassKind, found: Outlook) -> _Words:
    licences = counted(found.possible, "licence")
    match kind:
        case MassKind.UPDATE_STATUS:
            return _Words(
                f"Update the status of {licences}?",
                "Microsoft is asked how each of them stands, and its answer is written into the "
                "record. Nothing changes at Microsoft.",
                "Update status",
                "Not now",
            )
        case MassKind.RESEND:
            return _Words(
                f"Send {counted(found.possible, 'activation link')} again?",
                "The mail “Welcome Microsoft ESD”, with the licence key and the activation link, "
                "goes to the customer of each licence.",
                f"Send {counted(found.possible, 'mail')}",
                "Don’t send",
            )
        case MassKind.CANCEL:
            return _Words(
                f"Cancel {counted(found.possible, 'ESD licence')}?",
                "Microsoft takes them back: the customers can no longer activate them, and each is "
                "credited in full. This cannot be undone.",
                f"Cancel {licences}",
                "Keep licences",
            )


def _groups(found: Outlook, *, of_list: bool) -> list[FactGroup]:
    which = "all that the list shows" if of_list else "selected"
    facts = [Fact("Assets", f"{as_count(found.total)}, {which}")]
    if found.credits:
        facts.append(Fact("Credit", " + ".join(map(as_money, found.credits))))
    if found.requests:
        are = "is" if found.requests == 1 else "are"
        requests = f"{counted(found.requests, 'waiting request')} to cancel {are} approved by that"
        facts.append(Fact("Requests", requests))
    groups = [FactGroup("", facts)]
    if found.refusals:
        refused = found.total - found.possible
        title = f"Not done to {as_count(refused)}, and told among the results"
        groups.append(
            FactGroup(title, [Fact(as_count(count), reason) for reason, count in found.refusals])
        )
    return groups


def nothing_possible(kind: MassKind, found: Outlook) -> tuple[str, str]:
    """What is said where it can be done to none of them: a sentence, and why."""
    verb = {
        MassKind.UPDATE_STATUS: "updated",
        MassKind.RESEND: "sent its link again",
        MassKind.CANCEL: "cancelled",
    }[kind]
    reasons = " ".join(f"{as_count(count)}: {reason}" for reason, count in found.refusals)
    return f"None of these {as_count(found.total)} assets can be {verb}.", reasons
