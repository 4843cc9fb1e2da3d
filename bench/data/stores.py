"""A store's file of each size, built once and kept until the schema or what builds it changes."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from bench.data.filling import Tell, fill
from bench.data.tenfold import TIMES, tenfold
from esd_desktop.models.store import migrations
from tools.one_at_a_time import one_at_a_time

VAULT = "vault.json"
# So many would take an hour to be sold.
_TENFOLD_FROM = 10_000_000


def file_of(cache: Path, size: int, tell: Tell = lambda _: None) -> Path:
    """The file with so many licences; building it takes some two minutes for a million. ``tell``
    hears how many there are meanwhile."""
    cache.mkdir(parents=True, exist_ok=True)
    file = cache / f"{size}-{_stamp()}.db"
    with one_at_a_time(cache / f"{size}.lock"):
        if not file.exists():
            _remove(cache.glob(f"{size}-*"))
            part = file.with_suffix(".part")
            if size < _TENFOLD_FROM:
                fill(part, cache / VAULT, size, tell)
            else:
                tenfold(file_of(cache, size // TIMES, tell), part, cache / VAULT)
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
