"""Settings dialog: what `Settings` declares, and what only the window knows."""

from __future__ import annotations

import dataclasses
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QTabWidget,
    QWidget,
)

from facecam.core.config import SERVER, Settings, with_server
from facecam.core.errors import ConfigError
from facecam.core.events import CancelToken, EventSink, Notice
from facecam.core.parameter_file import save_settings
from facecam.engine.components import open_store
from facecam.engine.recognition.face_blur import nobody_called
from facecam.gallery.storage.audit_trail import note_in_trail
from facecam.gui.app.alert_page import AlertPage
from facecam.gui.app.dialogs.backup_dialog import BackupAction
from facecam.gui.app.dialogs.encryption_dialog import EncryptionDialog
from facecam.gui.app.dialogs.erasure_dialog import ErasureDialog
from facecam.gui.app.dialogs.restore_dialog import RestoreAction
from facecam.gui.app.form import check_box, choice, form_page, form_row
from facecam.gui.app.setting_editors import Editor, editor_for
from facecam.gui.core.context import AppContext
from facecam.gui.core.marked import QT_TRANSLATE_NOOP
from facecam.gui.core.preferences import UNKNOWN_MINUTES
from facecam.gui.core.translation import engine_text
from facecam.gui.theme.theme import GRID_PX, theme
from facecam.gui.widgets.icon_button import push_button
from facecam.gui.widgets.labels import label
from facecam.gui.widgets.layouts import scrolling, vertical
from facecam.gui.widgets.look_dialog import button_box, show

#: Fields of `Settings` in the order of the pages. Fields not named here are for the command line.
_RECOGNITION = {
    "detector": QT_TRANSLATE_NOOP("SettingsDialog", "&Detector"),
    "min_face_px": QT_TRANSLATE_NOOP("SettingsDialog", "&Smallest face"),
    "upsample": QT_TRANSLATE_NOOP("SettingsDialog", "&Enlarge pictures"),
    "precision": QT_TRANSLATE_NOOP("SettingsDialog", "A&rithmetic"),
    "device": QT_TRANSLATE_NOOP("SettingsDialog", "&Training computes on"),
}
_NAMES = {
    "strangers": QT_TRANSLATE_NOOP("SettingsDialog", "Stran&gers who may get a name"),
    "strangers_expected": QT_TRANSLATE_NOOP("SettingsDialog", "Strangers e&xpected"),
    "threshold": QT_TRANSLATE_NOOP("SettingsDialog", "&Accept a name below"),
    "normalize": QT_TRANSLATE_NOOP("SettingsDialog", "Faces &like everybody"),
    "same_person_twice": QT_TRANSLATE_NOOP("SettingsDialog", "Name a person t&wice"),
}
_LIVE = {
    "require_live": QT_TRANSLATE_NOOP("SettingsDialog", "&Only people seen to be alive"),
    "live_challenge": QT_TRANSLATE_NOOP("SettingsDialog", "Ask them to blin&k and turn"),
}
_BLUR = {
    "blur_faces": QT_TRANSLATE_NOOP("SettingsDialog", "&Blur faces of"),
    "blur_people": QT_TRANSLATE_NOOP("SettingsDialog", "Cho&sen people"),
}
_FOLDERS = {
    "data": QT_TRANSLATE_NOOP("SettingsDialog", "&Photos of people"),
    "database": QT_TRANSLATE_NOOP("SettingsDialog", "&Gallery"),
    "weights": QT_TRANSLATE_NOOP("SettingsDialog", "&Models"),
}


_TIMES = {
    "keep_visits_days": QT_TRANSLATE_NOOP("SettingsDialog", "Keep &visits of people"),
    "keep_unknown_days": QT_TRANSLATE_NOOP("SettingsDialog", "Keep visits of &unknown faces"),
    "keep_recordings_days": QT_TRANSLATE_NOOP("SettingsDialog", "Keep recor&dings and pictures"),
    "keep_runs_days": QT_TRANSLATE_NOOP("SettingsDialog", "Keep records of &trainings"),
}


#: Where the help of the declaration speaks of flags.
_HELP = {
    "detector": QT_TRANSLATE_NOOP(
        "engine", "which faces are found: all of them is right nearly always; the others are for comparison"
    ),
    "threshold": QT_TRANSLATE_NOOP(
        "engine",
        "distance below which a face gets a name; automatic takes the model's own, which was measured",
    ),
    "strangers": QT_TRANSLATE_NOOP(
        "engine",
        "the fewer may, the more often people you know are missed",
    ),
    "strangers_expected": QT_TRANSLATE_NOOP("engine", "the percentage beside a name allows for them"),
    "normalize": QT_TRANSLATE_NOOP(
        "engine",
        "automatic asks more of faces that are like many others, less of the rest; a distance of your own above "
        "is compared as it is",
    ),
    "same_person_twice": QT_TRANSLATE_NOOP(
        "engine", "mirrors and pictures on the wall too; otherwise only the most similar face has the name"
    ),
    "require_live": QT_TRANSLATE_NOOP(
        "engine",
        "Live names people once their eyes or mouth were seen to move, or their head to turn a little: a photo held "
        "to the camera mostly gets no name, a film of somebody does. This is no login",
    ),
    "live_challenge": QT_TRANSLATE_NOOP(
        "engine", "with the one above: also asks for a blink and a turn of the head, in an order drawn anew"
    ),
    "upsample": QT_TRANSLATE_NOOP("engine", "doubles pictures this many times to see smaller faces; slower"),
    "keep_visits_days": QT_TRANSLATE_NOOP(
        "engine", "how long lines of the log stay, from when somebody left"
    ),
    "keep_unknown_days": QT_TRANSLATE_NOOP("engine", "the same for faces without a name"),
    "keep_recordings_days": QT_TRANSLATE_NOOP("engine", "what Live saved; files you renamed or moved stay"),
    "keep_runs_days": QT_TRANSLATE_NOOP("engine", "the model a training made stays"),
    "blur_faces": QT_TRANSLATE_NOOP(
        "engine",
        "in recordings, saved pictures and everything in Live; clear only where you are asked who it is",
    ),
    "blur_people": QT_TRANSLATE_NOOP("engine", "names with semicolons between them: Ada; Eve"),
    "database": QT_TRANSLATE_NOOP(
        "engine",
        "where the vectors of people's faces are kept: a folder, or the address of a server that stations share",
    ),
    "weights": QT_TRANSLATE_NOOP("engine", "where the networks are kept"),
}


class SettingsDialog(QDialog):
    """Changes take effect with OK; the window's own at once in all tabs, the language at the next start."""

    def __init__(self, context: AppContext, parent: QWidget | None = None, *, page: int = 0) -> None:
        super().__init__(parent)
        self._context = context
        self._editors: dict[str, Editor] = {}
        self.setWindowTitle(self.tr("Settings"))
        pages = QTabWidget()  # Without letters: they are the fields'; Ctrl+Tab goes from page to page.
        pages.tabBar().setAccessibleName(self.windowTitle())
        self._alerts = AlertPage(context.preferences)
        more_px = 0
        for made, words in (
            (self._window_page(), self.tr("Window")),
            (self._declared_page(_RECOGNITION), self.tr("Recognition")),
            (self._declared_page(_NAMES), self.tr("Names")),
            (self._declared_page(_LIVE | _BLUR), self.tr("Live")),
            (self._declared_page(_FOLDERS), self.tr("Folders")),
            (self._privacy_page(), self.tr("Privacy")),
            (self._alerts, self.tr("Tell me")),
        ):
            area = scrolling(made)
            area.setMinimumWidth(made.sizeHint().width() + area.verticalScrollBar().sizeHint().width())
            more_px = max(more_px, made.sizeHint().height() - area.sizeHint().height())
            pages.addTab(area, words)
        pages.setCurrentIndex(page)
        pages.tabBar().setFocusPolicy(Qt.FocusPolicy.TabFocus)
        (self._editors["detector"].widget if page else self._theme).setFocus()
        self._fault = label("", "fault", wrap=True)
        self._fault.hide()
        button = QDialogButtonBox.StandardButton
        buttons = button_box(self, button.Ok)
        buttons.button(button.Ok).setProperty("kind", "primary")
        vertical(self, pages, self._fault, buttons, margins=2 * GRID_PX, spacing=GRID_PX)
        # As high as the longest page needs, if the screen is; with large letters on a small one it is scrolled.
        room = self.screen().availableSize().height() - 5 * GRID_PX
        self.resize(self.sizeHint().width(), min(self.sizeHint().height() + more_px, room))

    def wanted_settings(self) -> Settings:
        """What the editors say.

        Raises:
            ConfigError: a value that cannot be meant.
        """
        values = {name: editor.value() for name, editor in self._editors.items()}
        if values["blur_faces"] in ("all-but", "only") and not values["blur_people"].strip(" ;"):
            raise ConfigError(
                self.tr("Nobody is chosen whose face is to be blurred."),
                hint=self.tr("Write names beside Chosen people, or choose another kind."),
            )
        settings = self._context.settings
        return dataclasses.replace(
            settings, **with_server({**values, SERVER: ""}, {"database": settings.database})
        )

    def _window_page(self) -> QWidget:
        page, form = form_page()
        preferences = self._context.preferences
        self._theme = choice(
            (("system", self.tr("As the system")), ("light", self.tr("Light")), ("dark", self.tr("Dark"))),
            preferences.theme,
        )
        self._language = choice(
            (("system", self.tr("As the system")), ("en", "English"), ("de", "Deutsch")), preferences.language
        )
        form_row(form, self.tr("&Theme"), self._theme, self.tr("Colours of the window"))
        form_row(form, self.tr("&Language"), self._language, self.tr("Takes effect at the next start"))
        return page

    def _privacy_page(self) -> QWidget:
        page, form = form_page()
        preferences = self._context.preferences
        words = {minutes: self._minutes(minutes) for minutes in UNKNOWN_MINUTES}
        words.setdefault(preferences.unknown_minutes, self._minutes(preferences.unknown_minutes))
        choices = tuple((str(minutes), text) for minutes, text in sorted(words.items()))
        self._unknown = choice(choices, str(preferences.unknown_minutes))
        tip = self.tr(
            "Pictures of strangers are only ever in memory, never on disk, until you give them a name"
        )
        form_row(form, self.tr("&Keep unknown faces"), self._unknown, tip)
        self._log = check_box(
            self.tr("Keep a &log of who was seen when"),
            self.tr("A text file beside the gallery; deleting a person removes their lines"),
            preferences.keep_log,
        )
        self._consent = check_box(
            self.tr("Ask what people &agree to when they are enrolled"),
            self.tr("The answer is kept with its date; in a household it can be switched off"),
            preferences.ask_consent,
        )
        form.addRow("", self._log)
        form.addRow("", self._consent)
        self._add_declared(form, _TIMES)
        self.back_up = push_button(
            self.tr("&Back up everything…"),
            self.tr("Photos, people, trainings and settings in one encrypted file"),
        )
        self.restore = push_button(
            self.tr("&Restore a backup…"), self.tr("Asks for its passphrase, and says what it replaces")
        )
        self.encrypt = push_button(
            self.tr("En&cryption…"),
            self.tr("Of what is kept of people, with a passphrase or the system's keyring"),
        )
        self.erase = push_button(
            self.tr("Erase &everything of mine…"),
            self.tr("Says what would go, and asks twice"),
            kind="danger",
        )
        context, window = self._context, self.parentWidget() or self
        for button, act in (
            (self.back_up, lambda: BackupAction(context, window).ask()),
            (self.restore, lambda: RestoreAction(context, window).ask()),
            (self.encrypt, lambda: show(EncryptionDialog(context, self))),
            (self.erase, lambda: show(ErasureDialog(context, self))),
        ):
            button.clicked.connect(act)
            form.addRow("", button)
        private = self.tr(
            "Nothing leaves this computer but what you have sent under Tell me. "
            "There are no accounts and no statistics."
        )
        form.addRow(label(private, "muted", wrap=True))
        return page

    def _minutes(self, minutes: int) -> str:
        if minutes == 0:
            return self.tr("Not at all")
        if minutes % 60:
            return self.tr("%n minute(s)", "", minutes)
        return self.tr("%n hour(s)", "", minutes // 60)

    def _declared_page(self, names: dict[str, str]) -> QWidget:
        page, form = form_page()
        self._add_declared(form, names)
        return page

    def _add_declared(self, form: QFormLayout, names: dict[str, str]) -> None:
        fields = {field.name: field for field in dataclasses.fields(Settings)}
        for name, title in names.items():
            value = getattr(self._context.settings, name)
            if name == "database":
                value = self._context.settings.server or value
            editor = editor_for(fields[name], value, self)
            self._editors[name] = editor
            help_text = engine_text(_HELP.get(name, fields[name].metadata["help"]))
            words = help_text[:1].upper() + help_text[1:]
            form_row(form, QCoreApplication.translate("SettingsDialog", title), editor.widget, words)

    def accept(self) -> None:
        """Put in force what was chosen, unless something cannot be meant."""
        try:
            wanted = self.wanted_settings()
            self._alerts.check()
        except ConfigError as error:
            self._fault.setText(f"{engine_text(error.message)}\n{engine_text(error.hint)}")
            self._fault.show()
            return
        before, told_of = self._context.settings, self._context.preferences.alert_people
        self._apply_preferences()
        if wanted != before:
            self._save(before, wanted)
        names = [] if self._alerts.people.text().strip() == told_of else [self._alerts.people.text()]
        if wanted.blur_people != before.blur_people:
            names.append(wanted.blur_people)
        if names:
            self._doubt(wanted, ";".join(names))
        super().accept()

    def _doubt(self, settings: Settings, names: str) -> None:
        """Say which of these names nobody has: a slip of the pen, or somebody who is enrolled only later."""
        context = self._context

        def work(on_event: EventSink, cancel: CancelToken) -> tuple[Notice, ...]:
            gallery = open_store(settings).load()
            return nobody_called(names, [one.name for one in gallery.identities] if gallery else [])

        def tell(notices: tuple[Notice, ...]) -> None:
            for notice in notices:
                context.show_event(notice)

        context.run(work, done=tell)

    def _save(self, before: Settings, wanted: Settings) -> None:
        changed = {
            field.name: getattr(wanted, field.name)
            for field in dataclasses.fields(Settings)
            if getattr(wanted, field.name) != getattr(before, field.name)
        }
        if SERVER in changed:
            changed["database"] = changed.pop(SERVER) or wanted.database
        file, context = self._context.settings_file, self._context
        context.set_settings(wanted)

        def work(on_event: EventSink, cancel: CancelToken) -> None:
            save_settings(file, changed)
            if "threshold" in changed:
                value = "automatic" if wanted.threshold is None else wanted.threshold
                note_in_trail(wanted.database, "threshold", on_event=on_event, value=value, kind="settings")
            if "strangers" in changed:  # The automatic threshold follows it.
                share = wanted.strangers
                note_in_trail(wanted.database, "threshold", on_event=on_event, value=share, kind="strangers")

        context.run(work)

    def _apply_preferences(self) -> None:
        preferences = self._context.preferences
        language = preferences.language
        chosen: Any = self._theme.currentData()
        if chosen != preferences.theme:
            preferences.theme = chosen
            theme().apply(chosen)
        preferences.language = self._language.currentData()
        preferences.unknown_minutes = int(self._unknown.currentData())
        preferences.keep_log = self._log.isChecked()
        preferences.ask_consent = self._consent.isChecked()
        self._alerts.apply()
        if preferences.language != language:
            self._context.show_notice(self.tr("The language changes when facecam is started again."))
