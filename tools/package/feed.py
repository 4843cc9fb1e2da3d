"""The feed of versions: made of the files that are published, and signed.

    python -m tools.package.feed new-key
    python -m tools.package.feed make --notes URL --output FILE FOLDER

``new-key`` writes the public half into the program and prints the private half, which belongs into
the secret ESD_UPDATE_KEY of whoever builds releases and nowhere else. ``make`` reads it from the
environment variable of that name.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from esd_desktop import __version__
from esd_desktop.services.updates.feed import KEY_FILE, PURPOSE, believed, own_key
from tools.package.checksums import sha256
from tools.trouble import Trouble

_RESOURCES = Path(__file__).resolve().parents[2] / "esd_desktop" / "resources"
VARIABLE = "ESD_UPDATE_KEY"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.package.feed")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("new-key")
    make = commands.add_parser("make")
    make.add_argument("folder", type=Path)
    make.add_argument("--notes", required=True, metavar="URL")
    make.add_argument("--output", required=True, type=Path)
    given = parser.parse_args(arguments)
    try:
        if given.command == "new-key":
            print(new_key(_RESOURCES / KEY_FILE), end="")
        else:
            _make(given.folder, given.notes, given.output)
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    return 0


def new_key(public_file: Path) -> str:
    """Write the public half into a file that is not there yet; answers the private half, PEM."""
    if public_file.exists():
        raise Trouble(f"{public_file} is there already: programs that are out believe that key.")
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    public_file.write_bytes(public)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def signed_feed(key: Ed25519PrivateKey, version: str, notes: str, files: dict[str, str]) -> str:
    """The feed as it is published. ``files`` are the SHA-256 sums in hex by the files' names."""
    now = datetime.now(UTC)
    payload = json.dumps(
        {
            "version": version,
            "date": now.date().isoformat(),
            "issued_at": now.isoformat(),
            "notes": notes,
            "files": files,
        }
    )
    signature = base64.b64encode(key.sign(PURPOSE + payload.encode())).decode()
    return json.dumps({"payload": payload, "signature": signature}, indent=2) + "\n"


def _make(folder: Path, notes: str, output: Path) -> None:
    key = _private_key()
    files = {file.name: sha256(file) for file in sorted(folder.iterdir()) if file.is_file()}
    feed = signed_feed(key, __version__, notes, files)
    # With the key that the program has, as the program will.
    own = own_key()
    if own is None:
        raise Trouble(f"The program has no key; “new-key” makes {_RESOURCES / KEY_FILE}.")
    believed(feed, own)
    output.write_text(feed, encoding="utf-8")


def _private_key() -> Ed25519PrivateKey:
    pem = os.environ.get(VARIABLE)
    if not pem:
        raise Trouble(f"{VARIABLE} is not set: it holds the private key, PEM.")
    key = load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise Trouble(f"{VARIABLE} is no Ed25519 key.")
    return key


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
