"""The program's icon for Windows or macOS, drawn anew in each size.

python -m tools.package.icons DRAWING.svg OUTPUT.ico|OUTPUT.icns
"""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from tools.trouble import Trouble

# In pixels, as each system wants them: macOS also twice as sharp, Windows also for lists at 125 %
# and 150 %.
SIZES = {
    ".ico": (16, 20, 24, 32, 40, 48, 64, 128, 256),
    ".icns": (16, 32, 64, 128, 256, 512, 1024),
}
_ICNS = b"icns"


def main(arguments: list[str]) -> int:
    if len(arguments) != 2:
        print(__doc__)
        return 2
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QGuiApplication.instance() or QGuiApplication([])
    try:
        make(Path(arguments[0]), Path(arguments[1]))
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    del application
    return 0


def make(drawing: Path, output: Path) -> None:
    """Write the icon, in the format that the output's name tells. Raises Trouble for what is no
    drawing, or no such format; an application of Qt's is there."""
    if output.suffix not in SIZES:
        raise Trouble(f"{output} is neither .ico nor .icns.")
    renderer = QSvgRenderer(str(drawing))
    if not renderer.isValid():
        raise Trouble(f"{drawing} is no SVG drawing.")
    *smaller, largest = (_drawn(renderer, size) for size in SIZES[output.suffix])
    sizes = [each.size for each in (*smaller, largest)]
    largest.save(output, format=output.suffix[1:].upper(), append_images=smaller, sizes=sizes)
    if output.suffix == ".icns":
        output.write_bytes(_with_smallest(output.read_bytes(), smaller[0]))


def _with_smallest(icns: bytes, image: Image.Image) -> bytes:
    """The icon with its 16 pixels, which Pillow does not write: colours and mask apart, as
    that size is kept of old. The list of contents, which may be missing, is left out."""
    blocks = []
    start = len(_ICNS) + 4
    while start < len(icns):
        end = start + int.from_bytes(icns[start + 4 : start + 8], "big")
        if icns[start : start + 4] != b"TOC ":
            blocks.append(icns[start:end])
        start = end
    *colours, mask = (band.tobytes() for band in image.convert("RGBA").split())
    packed = b"".join(_unrepeated(colour) for colour in colours)
    for kind, content in ((b"is32", packed), (b"s8mk", mask)):
        blocks.append(kind + (len(content) + 8).to_bytes(4, "big") + content)
    whole = b"".join(blocks)
    return _ICNS + (len(whole) + 8).to_bytes(4, "big") + whole


def _unrepeated(colour: bytes) -> bytes:
    """As runs of bytes that differ, of which each says before it how many follow its first."""
    runs = [colour[start : start + 128] for start in range(0, len(colour), 128)]
    return b"".join(bytes([len(run) - 1]) + run for run in runs)


def _drawn(renderer: QSvgRenderer, size: int) -> Image.Image:
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return Image.open(io.BytesIO(bytes(buffer.data().data())))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
