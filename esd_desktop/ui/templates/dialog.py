"""The mail templates (D5): read, changed and tried. A text is checked and previewed on a real
licence while it is typed; nothing is used before it is saved."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from msgspec.structs import asdict
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialog, QListWidgetItem, QWidget
from shiboken6 import isValid

from esd_desktop.errors import ChangedMeanwhile, EsdError, InvalidInput
from esd_desktop.models.meanwhile import Sides
from esd_desktop.models.rights import Right
from esd_desktop.services.changes import Changes, Outcome
from esd_desktop.services.edit_template import (
    TemplateLine,
    TemplateText,
    check_template,
    restore_template,
    save_template,
    template_list,
    template_text,
)
from esd_desktop.services.mail.kinds import kind_of
from esd_desktop.services.mail.languages import LANGUAGE_NAMES, tag
from esd_desktop.services.mail.render import MailText
from esd_desktop.services.preview_mail import preview_mail, send_test
from esd_desktop.ui.ask import Question, ask, opened
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.meanwhile import IS_THEIRS, STILL_TYPED, Choice, choose_side
from esd_desktop.ui.messages import TONES, tone_of
from esd_desktop.ui.settings.form import give_size
from esd_desktop.ui.templates.layout import TemplateParts
from esd_desktop.ui.widgets.announce import announce

_SIZE = (1180, 760)
_PAUSE_MS = 250
_ANOTHER = "+"
_SAVING = "save template"
_NO_LICENCE = "There is no licence to preview on yet; the text is right."


async def show_templates(desk: Desk, parent: QWidget, name: str = "") -> None:
    """Show the templates, beginning with one, until they are closed."""
    await opened(TemplatesDialog(desk, parent, name))


class TemplatesDialog(QDialog):
    """One template in one language at a time."""

    def __init__(self, desk: Desk, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        self._desk = desk
        self._wanted = name
        self._lines: list[TemplateLine] = []
        self._shown: TemplateText | None = None
        self._pause = QTimer(self, interval=_PAUSE_MS, singleShot=True)
        self.parts = TemplateParts(desk, self)
        self.setWindowTitle("Mail templates")
        self.setAccessibleName("Mail templates")
        give_size(self, *_SIZE)
        self._follow()
        desk.tasks.run("templates", self._read_list, owner=self, latest=True)

    @property
    def unsaved(self) -> bool:
        """Whether something was typed that is not saved."""
        return self._shown is not None and self.parts.editor.typed() != self._shown.text

    def reject(self) -> None:
        """Close, after asking where something would be lost."""
        self._leave(super().reject)

    def _follow(self) -> None:
        parts = self.parts
        parts.list.currentRowChanged.connect(self._chosen)
        parts.language.activated.connect(self._chosen)
        parts.editor.changed.connect(self._typed)
        parts.sample.chosen.connect(self._preview)
        self._pause.timeout.connect(self._preview)
        parts.save.clicked.connect(self._save)
        parts.restore.clicked.connect(self._restore)
        parts.test.clicked.connect(self._test)
        parts.close_button.clicked.connect(self.reject)
        for button in (parts.save, parts.restore, parts.test):
            self._desk.rights.guard(button, Right.TEMPLATES)
        self._desk.tasks.changed.connect(self._task_changed)

    async def _read_list(self) -> None:
        try:
            self._lines = await self._desk.read(template_list)
        except EsdError as fault:
            self._tell_fault(fault)
            return
        names = [line.kind.name for line in self._lines]
        for line in self._lines:
            QListWidgetItem(line.kind.title, self.parts.list).setToolTip(line.kind.occasion)
        wanted = names.index(self._wanted) if self._wanted in names else 0
        self.parts.list.setCurrentRow(wanted)
        self.parts.fit()

    def _chosen(self) -> None:
        """Another template or language is wanted; what was typed may hold it back."""
        if self.parts.language.currentData() == _ANOTHER:
            self._choose_shown()
            self._desk.tasks.run("template language", self._ask_language, owner=self)
            return
        shown, wanted = self._shown, self._choice()
        if shown is not None and (shown.name, shown.language) == wanted:
            return
        self._leave(self._load, or_stay=self._choose_shown)

    def _choice(self) -> tuple[str, str]:
        line = self._lines[max(self.parts.list.currentRow(), 0)]
        return line.kind.name, self.parts.language.currentData() or "en"

    def _choose_shown(self) -> None:
        """Back to what is shown, in the list and beside it."""
        if self._shown is None:
            return
        names = [line.kind.name for line in self._lines]
        self.parts.list.blockSignals(True)
        self.parts.list.setCurrentRow(names.index(self._shown.name))
        self.parts.list.blockSignals(False)
        self.parts.language.setCurrentIndex(self.parts.language.findData(self._shown.language))

    async def _ask_language(self) -> None:
        question = Question(
            title="Write it in another language?",
            body="Customers of that language get this text. It begins with the English one, and is "
            "used once it is saved.",
            yes="Write it",
            no="Don’t",
            comment="Language, such as fr or de-AT",
        )
        answer = await ask(self, question)
        if not answer.yes:
            return
        try:
            language = tag(answer.comment or "")
        except EsdError as fault:
            self._tell_fault(fault)
            return
        name, _ = self._choice()
        self._leave(partial(self._load_one, name, language))

    def _load(self) -> None:
        self._load_one(*self._choice())

    def _load_one(self, name: str, language: str) -> None:
        self._desk.tasks.run(
            "template", partial(self._read, name, language), owner=self, latest=True
        )

    async def _read(self, name: str, language: str) -> None:
        try:
            found = await self._desk.read(template_text, name, language)
            self._lines = await self._desk.read(template_list)
        except EsdError as fault:
            self._tell_fault(fault)
            return
        self._show(found)

    def _show(self, found: TemplateText) -> None:
        parts, kind = self.parts, kind_of(found.name)
        self._shown = found
        parts.title.setText(kind.title)
        parts.occasion.setText(kind.occasion)
        line = next(line for line in self._lines if line.kind.name == found.name)
        parts.language.clear()
        for language in dict.fromkeys([*line.languages, found.language]):
            changed = " · changed here" if language in line.changed else ""
            words = LANGUAGE_NAMES.get(language, language)
            parts.language.addItem(f"{words}{changed}", language)
        parts.language.addItem("Another language…", _ANOTHER)
        parts.language.setCurrentIndex(parts.language.findData(found.language))
        nothing = "The shipped text" if found.is_used else "Not used yet; it begins in English"
        parts.state.setText(found.changed or nothing)
        parts.editor.show_text(found.text)
        parts.editor.show_variables(kind.variables)
        parts.notice.hide()
        self._enable()
        self._preview()

    def _typed(self) -> None:
        self._enable()
        self._pause.start()

    def _enable(self) -> None:
        changed = self._shown is not None and self._shown.version > 0
        begins = self._shown is not None and not self._shown.is_used
        new = self.unsaved or begins
        self.parts.save.set_refusal(None if new else "Nothing was changed.")
        self.parts.restore.set_refusal(None if changed else "This is the shipped text already.")

    def _preview(self) -> None:
        if self._shown is not None:
            self._desk.tasks.run("template preview", self._write_preview, owner=self, latest=True)

    async def _write_preview(self) -> None:
        shown, asset_id = self._shown, self.parts.sample.asset_id
        if shown is None:
            return
        typed = self.parts.editor.typed()
        try:
            if asset_id is None:
                check_template(shown.name, typed)
                self.parts.preview.show_nothing(_NO_LICENCE)
            else:
                made = await self._desk.read(
                    preview_mail, shown.name, asset_id, language=shown.language, unsaved=typed
                )
                self.parts.preview.show_mail(made.mail)
        except InvalidInput as fault:
            self._tell(Tone.WARNING, fault.sentence, fault.advice)
        except EsdError as fault:
            self.parts.preview.show_nothing(f"{fault.sentence} {fault.advice}".strip())
        else:
            if self.parts.notice.tone is Tone.WARNING:
                self.parts.notice.hide()

    def _save(self) -> None:
        shown = self._shown
        if shown is None:
            return
        typed = self.parts.editor.typed()
        self._carry_out(partial(self._saved, shown, typed), "Saving the template")

    async def _saved(self, shown: TemplateText, typed: MailText) -> None:
        async def work() -> Outcome:
            return await self._desk.do(
                Changes(), save_template, shown.name, shown.language, typed, version=shown.version
            )

        try:
            await self._changed(work)
        except ChangedMeanwhile as fault:
            if not isValid(self):
                raise
            await self._choose_side(fault, shown, typed)

    async def _choose_side(
        self, fault: ChangedMeanwhile, shown: TemplateText, typed: MailText
    ) -> None:
        """Somebody else saved this text since it was opened here: whose is it to be?"""
        now = await self._desk.read(template_text, shown.name, shown.language)
        sides = Sides(asdict(shown.text), asdict(typed), asdict(now.text))
        choice = await choose_side(self, fault, sides, {})
        if choice is Choice.MINE:
            await self._saved(now, MailText(**sides.merged))
        elif choice is Choice.THEIRS:
            self._show(now)
            self._tell(Tone.NEUTRAL, IS_THEIRS, "")
        else:
            self._tell(Tone.WARNING, fault.sentence, STILL_TYPED)

    def _restore(self) -> None:
        shown = self._shown
        if shown is None:
            return

        async def work() -> Outcome:
            return await self._desk.do(
                Changes(), restore_template, shown.name, shown.language, version=shown.version
            )

        async def asked() -> None:
            question = Question(
                title="Restore the shipped text?",
                body="What was made of this template here, in this language, is given up.",
                yes="Restore",
                no="Keep it",
                dangerous=True,
            )
            if (await ask(self, question)).yes:
                await self._changed(work)

        self._carry_out(asked, "Restoring the template")

    async def _changed(self, work: Callable[[], Awaitable[Outcome]]) -> None:
        outcome = await work()
        if not isValid(self):
            self._desk.messages.outcome(outcome)
            return
        self._desk.messages.outcome(outcome, quiet=True)
        shown = self._shown
        if shown is not None:
            await self._read(shown.name, shown.language)
        self._tell(TONES[outcome.result], outcome.sentence, outcome.advice)

    def _test(self) -> None:
        shown, asset_id = self._shown, self.parts.sample.asset_id
        if shown is None or asset_id is None:
            self._tell(Tone.WARNING, "There is no licence to write the test for.", "")
            return
        typed = self.parts.editor.typed()

        async def asked() -> None:
            question = Question(
                title="Send a test?",
                body="The mail of the preview goes to an address of your own, marked as a test and "
                "with the key masked.",
                yes="Send test",
                no="Don’t send",
                comment="Your e-mail address",
            )
            answer = await ask(self, question)
            if not answer.yes:
                return
            outcome = await self._desk.do(
                Changes(),
                send_test,
                shown.name,
                asset_id,
                answer.comment or "",
                language=shown.language,
                unsaved=typed,
            )
            self._desk.messages.outcome(outcome, quiet=isValid(self))
            if isValid(self):
                self._tell(TONES[outcome.result], outcome.sentence, outcome.advice)

        self._carry_out(asked, "Sending a test mail")

    def _carry_out(self, work: Callable[[], Awaitable[None]], words: str) -> None:
        async def told() -> None:
            try:
                await work()
            except EsdError as fault:
                self._desk.messages.fault(fault, quiet=isValid(self))
                if isValid(self):
                    self._tell_fault(fault)

        # Closing the window must not undo a saving half-way, so it does not own it.
        self._desk.tasks.run(_SAVING, told, owner=self._desk.tasks, words=words)

    def _leave(
        self, go: Callable[[], object], or_stay: Callable[[], object] = lambda: None
    ) -> None:
        if not self.unsaved:
            go()
            return

        async def asked() -> None:
            question = Question(
                title="Leave without saving?",
                body="What you changed in this template has not been saved.",
                yes="Leave without saving",
                no="Go on editing",
                dangerous=True,
            )
            if (await ask(self, question)).yes:
                if self._shown is not None:
                    self.parts.editor.show_text(self._shown.text)
                go()
            else:
                or_stay()

        self._desk.tasks.run("leave template", asked, owner=self)

    def _tell_fault(self, fault: EsdError) -> None:
        self._tell(tone_of(fault), fault.sentence, fault.advice)

    def _tell(self, tone: Tone, sentence: str, advice: str) -> None:
        self.parts.notice.tell(tone, sentence, advice)
        self.parts.notice.show()
        announce(self, f"{sentence} {advice}".strip(), at_once=tone is Tone.BAD)

    def _task_changed(self, key: str) -> None:
        if key == _SAVING:
            busy = self._desk.tasks.is_busy(_SAVING)
            for button in (self.parts.save, self.parts.test, self.parts.restore):
                button.set_busy(busy)
