"""What the window of the mail templates is made of, and how it is laid out."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.look.roles import Ground, Kind, Text, lay_on, write_as
from esd_desktop.ui.look.theme import SPACE_4, SPACE_8, SPACE_12, SPACE_20
from esd_desktop.ui.mails.preview import MailPreview
from esd_desktop.ui.templates.editor import TemplateEditor
from esd_desktop.ui.templates.sample import SampleChoice
from esd_desktop.ui.widgets.busy_button import BusyButton
from esd_desktop.ui.widgets.notice import Notice
from esd_desktop.ui.widgets.wrapped import wrapped_label


class TemplateParts:
    """The widgets by name; the dialog gives them life."""

    def __init__(self, desk: Desk, dialog: QDialog) -> None:
        self.list = QListWidget(dialog)
        self.title, self.occasion, self.state = QLabel(), wrapped_label(), QLabel()
        self.language = QComboBox()
        self.editor = TemplateEditor()
        self.sample = SampleChoice(desk, dialog)
        self.preview = MailPreview()
        self.notice = Notice(Tone.NEUTRAL, "")
        self.restore = BusyButton("Restore shipped text…")
        self.test = BusyButton("Test send…")
        self.save = BusyButton("Save", kind=Kind.PRIMARY)
        self.close_button = QPushButton("Close")
        self._dress()
        self._lay_out(dialog)
        desk.theme.changed.connect(self.fit)

    def fit(self) -> None:
        """The list as wide as its longest title."""
        self.list.setFixedWidth(self.list.sizeHintForColumn(0) + 2 * SPACE_20)

    def _dress(self) -> None:
        self.list.setAccessibleName("Templates")
        self.list.setProperty("flat", True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.language.setAccessibleName("Language")
        self.language.setToolTip("The language of this text")
        self.language.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        write_as(self.title, Text.HEADING)
        write_as(self.occasion, Text.MUTED)
        write_as(self.state, Text.SMALL)
        self.notice.hide()
        for button in (self.restore, self.test, self.save, self.close_button):
            button.setAutoDefault(False)

    def _lay_out(self, dialog: QDialog) -> None:
        side = QFrame(dialog)
        lay_on(side, Ground.SIDEBAR)
        listed = QVBoxLayout(side)
        listed.setContentsMargins(SPACE_8, SPACE_12, SPACE_8, SPACE_12)
        listed.addWidget(self.list)
        whole = QHBoxLayout(dialog)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(side)
        whole.addLayout(self._right(), 1)

    def _right(self) -> QVBoxLayout:
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(_column(_row(self.language, self.state), self.editor, right=SPACE_8))
        split.addWidget(_column(self.sample, self.preview, left=SPACE_8))
        split.setSizes([1, 1])
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_8)
        buttons.addWidget(self.restore)
        buttons.addWidget(self.test)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.save)
        right = QVBoxLayout()
        right.setContentsMargins(SPACE_20, SPACE_20, SPACE_20, SPACE_20)
        right.setSpacing(SPACE_12)
        right.addWidget(self.title)
        right.addSpacing(SPACE_4 - SPACE_12)
        right.addWidget(self.occasion)
        right.addWidget(split, 1)
        right.addWidget(self.notice)
        right.addLayout(buttons)
        return right


def _column(head: QWidget, body: QWidget, *, left: int = 0, right: int = 0) -> QWidget:
    part = QWidget()
    column = QVBoxLayout(part)
    column.setContentsMargins(left, 0, right, 0)
    column.setSpacing(SPACE_12)
    column.addWidget(head)
    column.addWidget(body, 1)
    return part


def _row(first: QWidget, second: QWidget) -> QWidget:
    part = QWidget()
    row = QHBoxLayout(part)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(SPACE_12)
    row.addWidget(first)
    row.addWidget(second, 1)
    return part
