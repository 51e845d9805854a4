"""Maintenance: folders, models and database watched, with the cure for what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from facecam.core.events import CancelToken, Event, EventSink, Notice, Progress
from facecam.engine.places import models_absent
from facecam.gui.core.context import AppContext, Message
from facecam.gui.core.jobs import no_job
from facecam.gui.core.saved_places import saved_folders, shared_folders
from facecam.gui.core.translation import engine_text, sentence

if TYPE_CHECKING:
    from facecam.engine.diagnostics.overview import Overview
    from facecam.engine.diagnostics.retention import DailyRetention, Expired

#: Several changes at once are looked at once.
_SETTLE_MS = 200
#: How often we look whether a day has passed.
_DAY_CHECK_MS = 600_000
#: How often we look whether others changed the people.
_OTHERS_MS = 3_000


class Housekeeping(QObject):
    """Takes an overview in the background whenever something may have changed."""

    overview_taken = Signal(object)
    job_shown = Signal(str, int, int)

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        #: The newest overview.
        self.overview: Overview | None = None
        self._again = False
        self._swept: set[Path] = set()
        self._mended: set[Path] = set()
        self._told_alignment: set[Path] = set()
        self._job, self._looking, self._asking = no_job(), no_job(), no_job()
        self._prepared = False
        self._soon = QTimer(self, interval=_SETTLE_MS, singleShot=True)
        self._soon.timeout.connect(self.look)
        self._retention: DailyRetention | None = None
        self._daily = QTimer(self, interval=_DAY_CHECK_MS)
        self._daily.timeout.connect(self.delete_what_is_old)
        self._daily.start()
        self._seen = ""
        self._others = QTimer(self, interval=_OTHERS_MS)
        self._others.timeout.connect(self._ask_for_others)
        self._others.start()
        context.settings_changed.connect(self.delete_what_is_old)
        for changed in (context.people_changed, context.model_changed, context.settings_changed):
            changed.connect(self._soon.start)
            changed.connect(self._forget_seen)

    @property
    def busy(self) -> bool:
        """Whether a repair is under way."""
        return self._job.pending

    def look_soon(self) -> None:
        """Look when things have settled."""
        self._soon.start()

    def look(self) -> None:
        """Look now; while a look is under way, once more after it. A change under way is looked at when it is done."""
        if self.busy:
            return
        if self._looking.pending:
            self._again = True
            return
        settings = self._context.settings
        self._empty_bins()
        self._mend_rights()
        if self._retention is None:
            self.delete_what_is_old()

        def work(on_event: EventSink, cancel: CancelToken) -> Overview:
            from facecam.engine.diagnostics.overview import take_overview

            return take_overview(settings)

        self._looking = self._context.run(work, done=self._on_overview, owner=self)

    def _mend_rights(self) -> None:
        """Once for each folder of photos: older versions let other users of the computer read what is kept."""
        settings = self._context.settings
        if settings.data in self._mended:
            return
        self._mended.add(settings.data)

        def work(on_event: EventSink, cancel: CancelToken) -> int:
            from facecam.engine.diagnostics.rights import mend_rights

            return mend_rights(settings, on_event)

        self._context.run(work, on_event=self._context.show_event, owner=self)

    def _empty_bins(self) -> None:
        """Once for each folder of photos: finish what was cut off, and delete what a crashed window had removed."""
        settings = self._context.settings
        if settings.data in self._swept:
            return
        self._swept.add(settings.data)

        def work(on_event: EventSink, cancel: CancelToken) -> int:
            from facecam.engine.tools.backup_leftovers import sweep
            from facecam.engine.tools.restoring import finish
            from facecam.engine.transactions.encryption import finish_if_possible
            from facecam.engine.transactions.journal import recover

            sweep(settings)
            if finish(settings):
                on_event(Notice("a restoration that was cut off is finished now", ""))
            finish_if_possible(settings, on_event)
            return len(recover(settings, on_event))

        self._context.run(work, done=self._on_recovered, on_event=self._context.show_event, owner=self)

    def _forget_seen(self) -> None:
        """Whatever is there now was changed here, and is told already."""
        self._seen = ""

    def _ask_for_others(self) -> None:
        """Whether another window, the command line or another station changed the people."""
        if self._asking.pending or self.overview is None or self._context.busy_with:
            return  # What is being done here is told when it is done.
        settings, before = self._context.settings, self._seen

        def work(on_event: EventSink, cancel: CancelToken) -> str:
            from facecam.engine import components

            return components.open_store(settings).version()

        def compare(version: str) -> None:
            if self._seen != before:
                return  # They were changed here meanwhile.
            self._seen = version
            if before and version != before:
                self._context.people_changed.emit()

        # What is wrong with the database says the next look, or whoever uses it.
        self._asking = self._context.run(work, done=compare, failed=lambda error: None, owner=self)

    def delete_what_is_old(self) -> None:
        """As the user has set, once a day and whenever the settings change."""
        if not self._context.settings.deletes_what_is_old:
            return

        def work(on_event: EventSink, cancel: CancelToken) -> Expired | None:
            from facecam.engine.diagnostics.retention import DailyRetention

            if self._retention is None:
                settings = lambda: self._context.settings  # noqa: E731
                self._retention = DailyRetention(
                    settings, recordings=saved_folders(), elsewhere=shared_folders()
                )
            return self._retention.look(on_event)

        self._context.run(work, done=self._on_expired, on_event=self._context.show_event, owner=self)

    def _on_expired(self, expired: Expired | None) -> None:
        if expired is not None and expired.runs:
            self._context.model_changed.emit()

    def rebuild(self) -> None:
        """Make the database anew with the model in use."""
        settings = self._context.settings

        def work(on_event: EventSink, cancel: CancelToken) -> int:
            from facecam.engine.people.directory import rebuild

            _, left_out = rebuild(settings, on_event=on_event, cancel=cancel)
            return len(left_out)

        self._start(work, self.tr("Rebuilding the gallery"), self._on_rebuilt)

    def repair_models(self) -> None:
        """Prepare the shipped models anew."""
        settings = self._context.settings

        def work(on_event: EventSink, cancel: CancelToken) -> int:
            from facecam.engine.models.repair import prepare_models

            prepare_models(settings, on_event=on_event, cancel=cancel)
            return 0

        self._start(work, self.tr("Preparing the models"), self._on_repaired)

    def use_model(self, name: str) -> None:
        """Deploy a model and make the gallery anew with it; Live follows."""
        settings = self._context.settings

        def work(on_event: EventSink, cancel: CancelToken) -> int:
            from facecam.engine.training_jobs.history import deploy_model

            deploy_model(settings, name, on_event, cancel)
            return 0

        self._start(work, self.tr("Changing the model"), self._on_repaired)

    def stop(self) -> None:
        """Stop the repair that runs."""
        self._job.cancel()

    def _start(
        self, work: Callable[[EventSink, CancelToken], int], text: str, done: Callable[[int], None]
    ) -> None:
        if self.busy:
            self._context.show_notice(self.tr("One thing at a time: wait for what runs, or stop it below."))
            return
        self.job_shown.emit(text, 0, 0)
        self._job = self._context.run(
            work,
            done=done,
            ended=self._end,
            on_event=lambda event: self._on_event(text, event),
            owner=self,
            busy=("housekeeping", text),
        )

    def _end(self) -> None:
        self.job_shown.emit("", 0, 0)
        self.look_soon()

    def _on_event(self, text: str, event: Event) -> None:
        if isinstance(event, Progress):
            self.job_shown.emit(text, event.done, event.total)

    def _on_rebuilt(self, left_out: int) -> None:
        if left_out:
            self._context.show_warning(
                self.tr("%n person(s) could not be enrolled again", "", left_out),
                self.tr("They have no usable photo; look at them in Enroll."),
            )
        else:
            self._context.show_notice(self.tr("The gallery is up to date again."))
        self._context.people_changed.emit()

    def _on_repaired(self, _: int) -> None:
        self._context.show_notice(self.tr("Done: the model is ready."))
        self._context.model_changed.emit()
        self._context.people_changed.emit()

    def _on_recovered(self, finished: int) -> None:
        if finished:
            self._context.people_changed.emit()

    def _on_overview(self, overview: Overview) -> None:
        self.overview = overview
        if self._again:
            self._again = False
            self._soon.start()
        self._tell_model(overview)
        self._tell_gallery(overview)
        self.overview_taken.emit(overview)

    def _tell_model(self, overview: Overview) -> None:
        fault = overview.model_fault
        if fault is None:
            self._context.withdraw("model")
            return
        if models_absent(self._context.settings) and not self._prepared:
            self._prepared = True  # Once: where it does not succeed, the next message has the button.
            self.repair_models()
            return
        action = (self.tr("&Repair now"), self.repair_models)
        text, hint = sentence(engine_text(fault.message)), engine_text(fault.hint)
        self._context.show(Message(text, hint, "fault", action, "model"))

    def _tell_gallery(self, overview: Overview) -> None:
        if overview.gallery == "other model":
            message = Message(
                self.tr("Your people were enrolled with another model; nobody would be recognised."),
                self.tr("Rebuilding makes the gallery anew from your photos. Nothing else changes."),
                "warning",
                (self.tr("&Rebuild now"), self.rebuild),
                "gallery",
            )
            self._context.show(message)
        elif overview.gallery == "other alignment":
            self._tell_alignment()
        elif (fault := overview.gallery_fault) is not None:
            can_rebuild = overview.photos and overview.gallery != "away"
            action = (self.tr("&Rebuild now"), self.rebuild) if can_rebuild else None
            text, hint = sentence(engine_text(fault.message)), engine_text(fault.hint)
            self._context.show(Message(text, hint, "fault", action, "gallery"))
        else:
            self._context.withdraw("gallery")

    def _tell_alignment(self) -> None:
        """Once for each folder: all works meanwhile, so whoever puts it off is not asked with every change."""
        database = self._context.settings.database
        if database in self._told_alignment:
            return
        self._told_alignment.add(database)
        message = Message(
            self.tr(
                "Your people were enrolled with another detector, which places faces a little differently."
            ),
            self.tr("They are recognised; made anew from your photos they are recognised more surely."),
            "info",
            (self.tr("&Rebuild now"), self.rebuild),
            "gallery",
        )
        self._context.show(message)
