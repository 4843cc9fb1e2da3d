"""The measure of a start, Q: an empty PySide6 main window in a process of its own.

It prints after how many seconds it was painted, and what memory it had then.
"""

import sys
import time

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QMainWindow


class _Window(QMainWindow):
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        print(time.monotonic() - float(sys.argv[1]), flush=True)
        QTimer.singleShot(0, QApplication.quit)


def main() -> None:
    application = QApplication(sys.argv[:1])
    window = _Window()
    window.show()
    application.exec()


if __name__ == "__main__":
    main()
