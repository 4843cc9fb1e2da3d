"""Mails that came back, or look so: read, or refused in words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from esd_desktop.errors import InvalidInput
from esd_desktop.services.mail.bounce import read_bounce
from tests.reliability.fuzz.drawing import damaged, fuzzed, is_told
from tests.support.bounces import named, plain, report

_ID = "<12345678-abcd@esd-desktop.invalid>"
_NAMES = [
    *("From", "To", "Return-Path", "X-Failed-Recipients", "Auto-Submitted", "Message-ID"),
    *("Content-Type", "Content-Transfer-Encoding", "MIME-Version", "X-Original-Message-ID"),
]
_VALUES = [
    *("MAILER-DAEMON@mx.example", "<>", _ID, "multipart/report; boundary=b", "message/rfc822"),
    *("multipart/mixed; boundary=", 'text/plain; charset="no-such"', "message/delivery-status"),
    *("base64", "quoted-printable", "uuencode", "=?utf-8?b?////?=", "=?x?q?=FF?=", "text"),
    *("text/plain; charset=utf-7", "text/plain; charset*0*=utf-8''%ff", "message/external-body"),
]
_header = st.tuples(
    st.sampled_from(_NAMES) | st.text(max_size=10),
    st.sampled_from(_VALUES) | st.text(max_size=30),
).map(lambda pair: f"{pair[0]}: {pair[1]}\n")
_body = st.lists(
    st.sampled_from(["--b\n", "--b--\n", "\n", f"Message-ID: {_ID}\n", "550 5.1.1 no\n", "=\n"])
    | _header
    | st.text(max_size=40).map(lambda text: text + "\n"),
    max_size=30,
).map("".join)
_made = st.tuples(st.lists(_header, max_size=8).map("".join), _body).map(
    lambda parts: f"{parts[0]}\n{parts[1]}".encode("utf-8", "surrogatepass")
)
_deep = st.integers(1, 400).map(
    lambda n: (
        b"From: MAILER-DAEMON@mx.example\n" + b"Content-Type: message/rfc822\n\n" * n + _ID.encode()
    )
)
_nested = st.integers(1, 150).map(
    lambda n: (
        b"From: MAILER-DAEMON@x\n"
        + b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (at, at) for at in range(n)
        )
    )
)


@fuzzed(80)
@given(
    _made
    | _deep
    | _nested
    | st.binary(max_size=300)
    | st.sampled_from([report(_ID), plain(_ID), named(_ID)]).flatmap(damaged)
)
def test_a_notice_is_read_or_refused(raw: bytes) -> None:
    try:
        bounce = read_bounce(raw)
    except InvalidInput as error:
        refusal = error
    else:
        assert len(bounce.reason) <= 600
        assert bounce.reason.isprintable()
        assert all(each.endswith("@esd-desktop.invalid>") for each in bounce.message_ids)
        return
    assert is_told(refusal)
