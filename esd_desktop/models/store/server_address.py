"""The address of a database server: one on another computer is reached over TLS, or not at all.

Names of customers and the sealed keys travel on that line. As for Microsoft, the server's
certificate is verified, and nothing turns that off.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.engine import URL

from esd_desktop.errors import InvalidInput

_THIS_COMPUTER = ("localhost", "127.0.0.1", "::1", "")
_VERIFIED = ("verify-full", "verify-ca")


def secured(address: URL) -> URL:
    """The address with what libpq must be told. Raises InvalidInput where it says otherwise."""
    if all(_is_here(host) for host in _hosts(address)):
        return address
    mode = address.query.get("sslmode", "verify-full")
    if mode not in _VERIFIED:
        raise InvalidInput(
            f"A store on another computer is reached over TLS with its certificate verified, not "
            f"with sslmode={mode}.",
            advice="Leave sslmode out of the address. Where your own authority issued the server's "
            "certificate, name its file: ?sslrootcert=/path/to/authority.pem.",
        )
    # "system": whoever the operating system trusts.
    trusted = address.query.get("sslrootcert", "system")
    return address.update_query_dict({"sslmode": mode, "sslrootcert": trusted})


def _hosts(address: URL) -> Iterable[str]:
    named = address.query.get("host", ())
    several = (named,) if isinstance(named, str) else named
    # Where there is none, libpq takes its socket on this computer.
    return [host for one in (address.host or "", *several) for host in one.split(",")]


def _is_here(host: str) -> bool:
    name = host.rpartition(":")[0] if host.count(":") == 1 else host
    return name in _THIS_COMPUTER or name.startswith(("/", "@"))
