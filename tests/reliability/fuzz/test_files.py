"""Files that a person, or another program, may have spoilt: certificates and settings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esd_desktop.errors import EsdError
from esd_desktop.models.values import Secret
from esd_desktop.sandbox.authority import Authority
from esd_desktop.services.microsoft.certificate import inspect
from esd_desktop.services.vault import FileVault
from esd_desktop.settings import Folders, load_settings
from tests.reliability.fuzz.drawing import damaged, fuzzed, is_told

_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["store", "vault", "theme", "x", ""]) | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
)
_texts = st.one_of(
    _json.map(lambda value: json.dumps(value).encode()),
    damaged(json.dumps({"store": "x.db", "vault": "file", "theme": "dark"}).encode()),
    st.binary(max_size=100),
    st.integers(1, 100_000).map(lambda n: b"[" * n),
    st.integers(1, 100_000).map(lambda n: b'{"a":' * n),
    st.integers(1, 10_000).map(lambda n: b"9" * n),
)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """A certificate and its key that are sound."""
    client = Authority(tmp_path_factory.mktemp("authority")).client()
    return client.certificate_file.read_bytes(), client.key_file.read_bytes()


def test_a_certificate_is_read_or_refused(pair: tuple[bytes, bytes], tmp_path: Path) -> None:
    certificate, key = pair
    certificate_file, key_file = tmp_path / "client.pem", tmp_path / "client.key"

    @fuzzed(25)
    @given(
        st.just(certificate) | damaged(certificate) | st.binary(max_size=200),
        st.just(key) | damaged(key) | damaged(certificate),
        st.none() | st.text(max_size=5).map(Secret),
    )
    def one(first: bytes, second: bytes, passphrase: Secret | None) -> None:
        certificate_file.write_bytes(first)
        key_file.write_bytes(second)
        try:
            inspect(certificate_file, key_file, passphrase)
        except EsdError as error:
            fault = error
        else:
            return
        assert is_told(fault)

    one()


def test_settings_are_read_or_refused(places: Folders) -> None:
    @fuzzed(40)
    @given(_texts)
    def one(content: bytes) -> None:
        places.settings_file.write_bytes(content)
        try:
            load_settings(places)
        except EsdError as error:
            fault = error
        else:
            return
        assert is_told(fault)

    one()


def test_the_file_of_secrets_is_read_or_refused(tmp_path: Path) -> None:
    vault = FileVault(tmp_path / "secrets.json")

    @fuzzed(40)
    @given(_texts)
    def one(content: bytes) -> None:
        (tmp_path / "secrets.json").write_bytes(content)
        try:
            kept = vault.get("store")
        except EsdError as error:
            fault = error
        else:
            assert kept is None or isinstance(kept.reveal(), str)
            return
        assert is_told(fault)

    one()
