"""How mails are told in the window: their states, what became of each; pure."""

from __future__ import annotations

from esd_desktop.models.mail_rows import MailRow
from esd_desktop.models.statuses import MailState
from esd_desktop.ui.formats import as_count, as_moment
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.widgets.statuses import StatusText

_WAITING = StatusText("Waiting", Tone.NEUTRAL, "It goes out by itself", "Waiting to be sent")
_DELAYED = StatusText(
    "Delayed", Tone.WARNING, "An attempt failed; it is tried again by itself", "Tried again soon"
)
_STATES = {
    MailState.SENT: StatusText(
        "Sent", Tone.GOOD, "The mail server took it", "Sent: the mail server took it"
    ),
    MailState.FAILED: StatusText(
        "Refused", Tone.BAD, "The mail server refused it for good", "Refused for good"
    ),
    MailState.BOUNCED: StatusText(
        "Returned", Tone.BAD, "It could not be delivered and came back", "Returned as undeliverable"
    ),
}


def state_text(mail: MailRow) -> StatusText:
    """How the state of a mail is told."""
    if mail.state is MailState.QUEUED:
        return _DELAYED if mail.last_error else _WAITING
    return _STATES[mail.state]


def standing_lines(mail: MailRow) -> list[str]:
    """What became of a mail, a line each: when, after how many attempts, and why not."""
    lines = []
    if mail.state is MailState.SENT or mail.sent_at:
        lines.append(f"Sent {as_moment(mail.sent_at or mail.queued_at)}")
    else:
        lines.append(f"Queued {as_moment(mail.queued_at)}")
    if mail.attempts > 1:
        lines.append(f"{as_count(mail.attempts)} attempts")
    if mail.waits and mail.last_error:
        lines.append(f"Next attempt {as_moment(mail.next_attempt_at)}")
    if mail.last_error and mail.state is not MailState.SENT:
        lines.append(mail.last_error)
    return lines


def again_word(mail: MailRow) -> str:
    """What the button that sends a mail again is called."""
    return "Try now" if mail.waits else "Resend…"
