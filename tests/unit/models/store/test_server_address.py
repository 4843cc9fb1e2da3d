"""A server on another computer: TLS, verified, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from psycopg import sql
from sqlalchemy.engine import make_url

from esd_desktop.errors import InvalidInput, StoreFault
from esd_desktop.models.store.engine import open_store, parse_address
from esd_desktop.models.store.server_address import secured
from esd_desktop.sandbox.authority import Authority, Pair
from tests.support.postgres import PostgresServer


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://esd@127.0.0.1:5432/esd",
        "postgresql://esd@localhost/esd",
        "postgresql://esd@[::1]/esd",
        "postgresql:///esd",
        "postgresql:///esd?host=/var/run/postgresql",
    ],
)
def test_on_this_computer_it_is_left_as_it_is(address: str) -> None:
    assert secured(make_url(address)) == make_url(address)


@pytest.mark.parametrize(
    ("query", "mode", "trusted"),
    [
        ("", "verify-full", "system"),
        ("?sslrootcert=/etc/esd/ca.pem", "verify-full", "/etc/esd/ca.pem"),
        ("?sslmode=verify-ca&sslrootcert=/etc/ca.pem", "verify-ca", "/etc/ca.pem"),
    ],
)
def test_elsewhere_the_certificate_is_verified(query: str, mode: str, trusted: str) -> None:
    made = parse_address(f"postgresql://anna:secret@db.example/esd{query}")
    assert (made.query["sslmode"], made.query["sslrootcert"]) == (mode, trusted)


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "require"])
@pytest.mark.parametrize("where", ["db.example/esd", "localhost/esd?host=db.example:5432"])
def test_there_is_no_way_to_turn_it_off(mode: str, where: str) -> None:
    joined = "&" if "?" in where else "?"
    with pytest.raises(InvalidInput, match="certificate verified") as refused:
        parse_address(f"postgresql://anna:secret@{where}{joined}sslmode={mode}")
    assert "secret" not in str(refused.value)


def speak_tls(server: PostgresServer, pair: Pair) -> None:
    """From now on the server shows this certificate."""
    with server.connect() as administrator:
        (folder,) = administrator.execute("SHOW data_directory").fetchone() or ("",)
        for name, file in (("crt", pair.certificate_file), ("key", pair.key_file)):
            # Written by the server, since nobody else's key would do for it.
            write = f"cat > {folder}/own.{name}; chmod 600 {folder}/own.{name}"
            lines = sql.SQL(" UNION ALL ").join(
                sql.SQL("SELECT {}").format(line) for line in file.read_text().splitlines()
            )
            administrator.execute(
                sql.SQL("COPY ({}) TO PROGRAM {}").format(lines, sql.Literal(write))
            )
        administrator.execute("ALTER SYSTEM SET ssl_cert_file = 'own.crt'")
        administrator.execute("ALTER SYSTEM SET ssl_key_file = 'own.key'")
        administrator.execute("ALTER SYSTEM SET ssl = on")
    server.stop()
    server.start()


async def test_a_server_that_cannot_be_trusted_is_told(
    postgres_of_my_own: PostgresServer, tmp_path: Path
) -> None:
    own, other = Authority(tmp_path / "own"), Authority(tmp_path / "other")
    with postgres_of_my_own.store() as store:
        verified = f"{store.address}?sslmode=verify-full&sslrootcert="
        with pytest.raises(StoreFault, match="does not speak TLS"):
            await open_store(f"{verified}{own.ca_file}")
        speak_tls(postgres_of_my_own, own.server())
        with pytest.raises(StoreFault, match="not trusted") as refused:
            await open_store(f"{verified}{other.ca_file}")
        assert "sslrootcert" in refused.value.advice
        with pytest.raises(StoreFault, match="not trusted"):
            await open_store(f"{verified}{tmp_path / 'nowhere.pem'}")
        await (await open_store(f"{verified}{own.ca_file}")).close()
