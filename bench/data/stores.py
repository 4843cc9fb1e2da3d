"""A store's file of each size, built once and kept until the schema or what builds it changes."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from bench.data.filling import Tell, fill
from esd_desktop.models.store import migrations
from tools.one_at_a_time import one_at_a_time

VAULT = "vault.json"


def file_of(cache: Path, size: int, tell: Tell = lambda _: None) -> Path:
    """The file with so many licences; building it takes some two minutes for a million. ``tell``
    hears how many there are meanwhile."""
    cache.mkdir(parents=True, exist_ok=True)
    file = cache / f"{size}-{_stamp()}.db"
    with one_at_a_time(cache / f"{size}.lock"):
        if not file.exists():
            _remove(cache.glob(f"{size}-*"))
            part = file.with_suffix(".part")
            fill(part, cache / VAULT, size, tell)
            part.replace(file)
    return file


def _stamp() -> str:
    """What the file was made by: the migrations, and the modules beside this one."""
    folders = [Path(str(migrations.__file__)).parent, Path(__file__).parent]
    sources = sorted(source for folder in folders for source in folder.rglob("*.py"))
    return sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:12]


def _remove(files: Iterable[Path]) -> None:
    for file in files:
        file.unlink()
