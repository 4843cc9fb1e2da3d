"""Two builds, compared file by file."""

from pathlib import Path

import pytest

from tools.package.compared import compare


def _build(folder: Path, content: bytes = b"1") -> Path:
    inner = folder / "app" / "lib"
    inner.mkdir(parents=True)
    (inner / "a").write_bytes(content)
    (inner / "link").symlink_to("a")
    (folder / "app.deb").write_bytes(b"packed")
    return folder


_NAMES = ("app", "app.deb")


def test_the_same_twice_has_no_difference(tmp_path: Path) -> None:
    assert compare(_build(tmp_path / "1"), _build(tmp_path / "2"), _NAMES) == []


def _mode(folder: Path) -> None:
    (folder / "app/lib/a").chmod(0o755)


def _more(folder: Path) -> None:
    (folder / "app/lib/b").touch()


def _gone(folder: Path) -> None:
    (folder / "app.deb").unlink()


def _led_elsewhere(folder: Path) -> None:
    (folder / "app/lib/link").unlink()
    (folder / "app/lib/link").symlink_to("b")


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (_mode, "app/lib/a:"),
        (_more, "app/lib/b: not there and"),
        (_gone, "app.deb:"),
        (_led_elsewhere, "app/lib/link: a link to a and a link to b"),
    ],
)
def test_each_kind_of_difference_is_told(tmp_path: Path, change: object, place: str) -> None:
    one, other = _build(tmp_path / "1"), _build(tmp_path / "2")
    assert callable(change)
    change(other)
    (told,) = compare(one, other, _NAMES)
    assert told.startswith(place)


def test_a_byte_is_told(tmp_path: Path) -> None:
    one, other = _build(tmp_path / "1"), _build(tmp_path / "2", b"2")
    assert len(compare(one, other, _NAMES)) == 1
