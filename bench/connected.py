"""A copy of a store whose connection leads to a service of our own (service.py); only the sign-in
is the sandbox's."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.place import Place
from esd_desktop.sandbox.addresses import SandboxAddresses
from esd_desktop.sandbox.process import SandboxProcess

LATENCY_S = 0.02
# Of so many, one was redeemed since.
_REDEEMED = 10
_UNUSED = (
    "SELECT id, client_transaction_id, key_last_five FROM assets "
    "WHERE token_status = 'Activated' AND status = 'Active' AND deleted_at IS NULL "
    "AND provisioning_sync_status = 'Synchronized' ORDER BY id LIMIT ?"
)


@dataclass(frozen=True, slots=True)
class Connected:
    """``ids`` are assets that may be asked about, ``urls`` where, of the service at ``ca_file``'s
    authority."""

    store: Path
    ids: Sequence[int]
    urls: Sequence[str]
    ca_file: Path


@contextmanager
def connected(place: Place, count: int) -> Iterator[Connected]:
    """With at most so many assets that the service knows."""
    with place.copy() as copied, place.folder() as folder, SandboxProcess(folder) as sandbox:
        found = known(copied.file, count)
        certificates = sandbox.addresses.ca_file.parent
        (folder / "licences.json").write_text(json.dumps([_licence(*each) for each in found]))
        with _service(folder, certificates) as port:
            address = f"https://127.0.0.1:{port}/esd"
            _connect(copied.file, sandbox.addresses, address)
            channel = f"{address}/v1/channels/{sandbox.addresses.channel_id}/licences"
            yield Connected(
                copied.file,
                [asset_id for asset_id, _, _ in found],
                [f"{channel}/{transaction_id}" for _, transaction_id, _ in found],
                sandbox.addresses.ca_file,
            )


def known(store: Path, count: int) -> list[tuple[int, str, str]]:
    """The first licences that may be asked about: id, transaction id and the key's last five."""
    with closing(sqlite3.connect(store)) as opened:
        return opened.execute(_UNUSED, (count,)).fetchall()


def _licence(asset_id: int, transaction_id: str, last_five: str) -> dict[str, str]:
    redeemed = asset_id % _REDEEMED == 0
    return {
        "id": transaction_id,
        "five": last_five,
        "status": "Redeemed" if redeemed else "Activated",
        "date": '"2026-03-04T05:06:07Z"' if redeemed else "null",
    }


@contextmanager
def _service(folder: Path, certificates: Path) -> Iterator[int]:
    where = (str(folder / "licences.json"), str(certificates))
    command = [sys.executable, "-m", "bench.service", *where, str(LATENCY_S)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as service:
        assert service.stdout is not None
        yield int(service.stdout.readline())
        service.communicate()  # closes its standard input


def _connect(file: Path, addresses: SandboxAddresses, service_url: str) -> None:
    values = {
        "authority": addresses.authority,
        "tenant": addresses.tenant,
        "client_id": addresses.client_id,
        "certificate_file": str(addresses.certificate_file),
        "key_file": str(addresses.key_file),
        "has_passphrase": 0,
        "algorithm": "PS256",
        "resource_api": addresses.resource_api,
        "service_url": service_url,
        "channel_id": addresses.channel_id,
        "ca_file": str(addresses.ca_file),
    }
    names = ", ".join(f"{name} = ?" for name in values)
    with closing(sqlite3.connect(file)) as store:
        store.execute(f"UPDATE connections SET {names}", tuple(values.values()))
        store.commit()
