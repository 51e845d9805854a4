"""Window context, shared by all tabs: settings, preferences, background work, messages, the way to another tab."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

from PySide6.QtCore import QObject, Signal

from facecam.core.config import Settings
from facecam.core.encryption import data_keys
from facecam.core.errors import FacecamError, WeightsError
from facecam.core.events import CancelToken, Event, EventSink, Notice
from facecam.core.home import settings_path
from facecam.gui.core.jobs import Callbacks, Job, JobRunner
from facecam.gui.core.preferences import Preferences
from facecam.gui.core.translation import engine_text, sentence

T = TypeVar("T")
TabName = Literal["enroll", "train", "live"]
Level = Literal["info", "warning", "fault"]
Action = tuple[str, Callable[[], None]]
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Message:
    """What the banner shows.

    Attributes:
        text: what happened.
        hint: what to do; may be empty.
        level: its colour.
        action: a button: its words and what it does.
        key: a later message with the same key replaces this one.
    """

    text: str
    hint: str = ""
    level: Level = "info"
    action: Action | None = None
    key: str = ""


class AppContext(QObject):
    """Lives in the GUI thread; everything here is to be called there.

    Example:
        context.run(lambda on_event, cancel: list_people(settings), done=self.on_people)
    """

    settings_changed = Signal()
    people_changed = Signal()
    model_changed = Signal()
    #: A model is to be used from now on, by its name.
    model_wanted = Signal(str)
    #: What goes on for long, in words, and how far it is (done, total); empty words: nothing any more.
    activity_changed = Signal(str, int, int)
    #: Everything of the user's was erased, or some of it.
    erased = Signal()
    message_shown = Signal(object)
    message_withdrawn = Signal(str)
    bug_found = Signal(object)
    tab_wanted = Signal(str, object)
    busy_changed = Signal()
    #: The controls at the lower edge of a tab have grown, shrunk, come or gone.
    controls_moved = Signal()

    def __init__(
        self,
        settings: Settings,
        preferences: Preferences | None = None,
        *,
        settings_file: Path | None = None,
    ) -> None:
        super().__init__()
        self._settings = settings
        data_keys.enter(settings.database)
        self._preferences = preferences or Preferences(parent=self)
        self.settings_file = settings_path(settings_file).absolute()
        self._runner = JobRunner(self)
        self._runner.busy_changed.connect(self.busy_changed)
        self._busy: dict[str, str] = {}

    @property
    def settings(self) -> Settings:
        """The settings in force; frozen, so a job may keep what it was started with."""
        return self._settings

    def set_settings(self, settings: Settings) -> None:
        """Put other settings in force; tells `settings_changed` if they differ."""
        if settings != self._settings:
            self._settings = settings
            data_keys.enter(settings.database)
            self.settings_changed.emit()

    @property
    def preferences(self) -> Preferences:
        """What the window remembers."""
        return self._preferences

    @property
    def jobs(self) -> tuple[Job, ...]:
        """Background work that has not ended."""
        return self._runner.jobs

    def set_busy(self, key: str, words: str) -> None:
        """Have the window ask before it closes, because of `words` ("Training"); empty words: no longer."""
        if words:
            self._busy[key] = words
        else:
            self._busy.pop(key, None)

    @property
    def busy_with(self) -> tuple[str, ...]:
        """What would be stopped by closing the window now, in words."""
        return tuple(self._busy.values())

    def run(
        self,
        work: Callable[[EventSink, CancelToken], T],
        *,
        done: Callable[[T], None] | None = None,
        failed: Callable[[FacecamError], None] | None = None,
        on_event: Callable[[Event], None] | None = None,
        cancelled: Callable[[], None] | None = None,
        ended: Callable[[], None] | None = None,
        owner: QObject | None = None,
        busy: tuple[str, str] | None = None,
    ) -> Job:
        """Do `work` in a thread of the pool.

        Args:
            work: gets an event sink and a cancel token; must not touch widgets.
            done: gets what `work` returned; None: nothing is waited for.
            failed: gets the error with its cure; None: the banner shows it.
            on_event: gets events, at most ten times a second; all but superseded progress.
            cancelled: called instead of `done` and `failed` after `Job.cancel`.
            ended: called before whichever of the three it is, and before the report of a fault of ours.
            owner: the callbacks are left out once this object is destroyed.
            busy: key and words of `set_busy`, which the window asks by before closing, until the work has ended.
        """
        if busy is not None:
            self.set_busy(*busy)

        def end() -> None:
            if busy is not None:
                self.set_busy(busy[0], "")
            if ended is not None:
                ended()

        callbacks = Callbacks(
            done=done or _nothing,
            failed=failed or self.show_error,
            cancelled=cancelled or _nothing,
            broken=self.show_bug,
            ended=end,
            on_event=on_event,
            owner=owner,
        )
        return self._runner.run(work, callbacks)

    def show_error(self, error: FacecamError) -> None:
        """Banner with what happened and what to do."""
        _log.info("shown to the user: %s (%s)", error.message, error.hint)
        hint = engine_text(error.hint)
        if isinstance(error, WeightsError) and (doing := self._busy.get("housekeeping")):
            hint = self.tr("Wait for what is being done, then try again: {0}.").format(doing)
        self.show(Message(sentence(engine_text(error.message)), hint, "fault"))

    def show_notice(self, text: str, hint: str = "", action: Action | None = None, key: str = "") -> None:
        """Banner with something worth knowing, and perhaps a button."""
        self.show(Message(text, hint, "info", action, key))

    def show_warning(self, text: str, hint: str = "", key: str = "") -> None:
        """Banner with something that wants attention."""
        self.show(Message(text, hint, "warning", key=key))

    def show(self, message: Message) -> None:
        """Banner with a message of one's own making."""
        self.message_shown.emit(message)

    def show_event(self, event: Event) -> None:
        """Banner with a notice of the engine's; nothing for its progress and figures."""
        if isinstance(event, Notice):
            self.show_notice(sentence(engine_text(event.text)), engine_text(event.hint))

    def withdraw(self, key: str) -> None:
        """Take the message with this key away: its cause is gone."""
        self.message_withdrawn.emit(key)

    def show_bug(self, error: BaseException) -> None:
        """The report for what is no `FacecamError`."""
        _log.error("bug", exc_info=error)
        self.bug_found.emit(error)

    def go_to(self, tab: TabName, **what: object) -> None:
        """Show a tab and tell it `what` (its `activate` says which)."""
        self.tab_wanted.emit(tab, what)

    def shut_down(self, timeout_s: float = 5.0) -> bool:
        """Cancel all background work and wait for it; returns whether nothing is left."""
        self._preferences.save()
        return self._runner.shut_down(timeout_s)


def _nothing(*result: object) -> None:
    """Nobody waits for what a job returns."""
