"""What holds for every line that is encrypted, to Microsoft and to the mail servers alike."""

from __future__ import annotations

import ssl

# What is wrong with a certificate, in the numbers of OpenSSL, Windows (winerror.h) and macOS
# (SecBase.h): each verifies by its own means.
_OTHER_NAMES = (62, 64, 0x800B010F, -67602)
_NOT_YET = "it is not valid yet, or this computer's clock is behind"
_EXPIRED = "it has expired, or this computer's clock is ahead"
_TOLD = {
    **dict.fromkeys((9, -67819), _NOT_YET),
    **dict.fromkeys((10, -67818), _EXPIRED),
    0x800B0101: "it has expired or is not valid yet, or this computer's clock is wrong",
}


def hardened(context: ssl.SSLContext) -> ssl.SSLContext:
    """TLS 1.2 or newer, the other side's certificate and name always verified, and no keys of the
    session written anywhere, whatever the environment says (``SSLKEYLOGFILE``)."""
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_mode = ssl.CERT_REQUIRED
    context.check_hostname = True
    context.keylog_filename = None  # type: ignore[assignment]  # how it is switched off again
    return context


def to_a_mail_server() -> ssl.SSLContext:
    """Trusts whom the operating system trusts."""
    return hardened(ssl.create_default_context())


def why_not_trusted(error: ssl.SSLCertVerificationError) -> str:
    """What is wrong with a server's certificate, as the rest of a sentence about it."""
    if error.verify_code in _OTHER_NAMES:
        return "it was issued for another name or address"
    unknown = "nobody whom this computer trusts has issued it"
    return _TOLD.get(error.verify_code, unknown)


def trouble(error: BaseException) -> str | None:
    """Why no encrypted line came about, as the rest of a sentence; None where it was not for that.
    ``error`` is the library's, with what it came from."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return f"its certificate is not trusted: {why_not_trusted(seen)}"
        if isinstance(seen, ssl.SSLError):
            return "no secure connection came about; it takes TLS 1.2 or newer"
        seen = seen.__cause__ or seen.__context__
    return None
