"""The measure of a start, Q: an empty PySide6 main window in a process of its own.

``python -m bench.empty_window BEGUN`` prints as JSON after how many seconds from BEGUN (a reading
of ``time.monotonic()``) it was painted, what the process had computed by then, and its memory.
"""

import json
import sys
import time

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QMainWindow


class _Window(QMainWindow):
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painted, computed = time.monotonic(), time.process_time()
        from bench.memory import resident

        seen = {
            "window": painted - float(sys.argv[1]),
            "computed": computed,
            "memory": resident() or 0,
        }
        print(json.dumps(seen), flush=True)
        QTimer.singleShot(0, QApplication.quit)


def main() -> None:
    application = QApplication(sys.argv[:1])
    window = _Window()
    window.show()
    application.exec()


if __name__ == "__main__":
    main()
