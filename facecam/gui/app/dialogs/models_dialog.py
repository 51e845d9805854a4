"""Models: those that are here and those that can be fetched; got, compared, used, deleted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QWidget,
)

from facecam.core.errors import FacecamError
from facecam.core.events import CancelToken, Event, EventSink, Notice, Progress
from facecam.core.parameter_file import save_settings
from facecam.gui.app.dialogs.models_table import ModelsTable
from facecam.gui.core.context import AppContext
from facecam.gui.core.file_questions import FileQuestion, Place
from facecam.gui.core.jobs import no_job
from facecam.gui.core.translation import engine_text, figure, sentence
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.icon_button import push_button
from facecam.gui.widgets.labels import label, set_role
from facecam.gui.widgets.layouts import beside, fill
from facecam.gui.widgets.look_dialog import LookDialog, Question
from facecam.gui.widgets.progress import ProgressBar

if TYPE_CHECKING:
    from facecam.engine.models.choice import ModelChoice

_SIZE_PX = (860, 620)
_BUSY = "model"


@dataclass(frozen=True, slots=True)
class Compared:
    """What became of getting a model: how it and the one in use do on the user's people, in the engine's reports."""

    name: str
    in_use: str
    detects: bool
    ready: bool
    reports: dict[str, Any]


class ModelsDialog(LookDialog):
    """Two clicks to a known model; what is in use stays so until *Use it*.

    Args:
        context: settings and background work.
        parent: over which it stands.
    """

    #: What there is to choose from has changed.
    changed = Signal()

    def __init__(self, context: AppContext, parent: QWidget) -> None:
        super().__init__("", _SIZE_PX, parent)
        self.setWindowTitle(self.tr("Models"))
        self._context, self._wanted = context, ""
        self._photos: Path | None = None
        self._job = no_job()
        self._told = ""
        self._table = ModelsTable()
        self._table.marked.connect(self._on_chosen)
        self._about, self._result = label("", "muted", wrap=True), label("", wrap=True)
        self._terms = QCheckBox(self.tr("I have read the licence and &keep to it"))
        self._terms.toggled.connect(self._refresh)
        self._progress = ProgressBar()
        self._cancel = push_button(self.tr("&Cancel"), self.tr("Nothing changes; what came is kept"))
        self._cancel.clicked.connect(self._stop)
        self._folder = push_button(
            self.tr("Try it on a &folder…"),
            self.tr("Folders of photos, one per person, instead of your own people"),
            kind="plain",
        )
        self._folder.clicked.connect(self._ask_folder)
        self._get = push_button(
            self.tr("&Get it"), self.tr("Fetched, tried and compared; nothing changes yet")
        )
        self._use = push_button(
            self.tr("&Use it"), self.tr("From now on; the database is made anew if need be")
        )
        self._delete = push_button(
            self.tr("&Delete this model…"), self.tr("One that is not in use, and was added"), kind="danger"
        )
        for button, act in (
            (self._get, self._fetch),
            (self._use, self._put_to_use),
            (self._delete, self._ask),
        ):
            button.clicked.connect(act)
        self._arrange()
        self._refresh()  # Nothing can be done yet.
        self._load()

    def done(self, result: int) -> None:
        """Closed: what is under way is stopped, and nothing has changed."""
        self._stop()
        super().done(result)

    # --- the list

    def _load(self) -> None:
        settings = self._context.settings

        def work(on_event: EventSink, cancel: CancelToken) -> tuple[ModelChoice, ...]:
            from facecam.engine.models.choice import models_to_choose

            return models_to_choose(settings)

        self._context.run(work, done=self._show, owner=self)

    def _show(self, models: Sequence[ModelChoice]) -> None:
        self._table.show_models(models, self._wanted)
        self._wanted = ""
        self._tell_about()
        self._refresh()

    def _on_chosen(self) -> None:
        self._terms.setChecked(False)
        self._result.setText("")
        self._tell_about()
        self._refresh()

    def _tell_about(self) -> None:
        model = self._table.chosen
        if model is not None:
            licence = self.tr("Licence: {terms}.").format(terms=engine_text(model.licence))
            self._about.setText(f"{engine_text(model.about)}\n{licence}")

    def _refresh(self) -> None:
        model, busy = self._table.chosen, self._job.pending
        self._terms.setVisible(model is not None and not model.here and not model.free)
        agreed = model is not None and (model.free or self._terms.isChecked())
        self._get.setEnabled(model is not None and model.obtainable and not busy and agreed)
        # Shipped detectors have their place in Settings, some with a name of its own.
        usable = model is not None and model.here and model.ready and not model.in_use
        usable = usable and not (model is not None and model.detects and model.shipped)
        self._use.setEnabled(usable and not busy)
        self._delete.setVisible(model is not None and model.removable)
        self._delete.setEnabled(not busy)
        self._table.setEnabled(not busy)
        self._folder.setEnabled(not busy)
        for part in (self._progress, self._cancel):
            part.setVisible(busy)

    # --- what can be done

    def _ask_folder(self) -> None:
        question = FileQuestion(self._context.preferences, "calibration", Place.PicturesLocation)
        self._photos = question.directory(self, self.tr("Folders of people, one each"))
        if self._photos is not None:
            self._folder.setText(self.tr("Tried on {folder}").format(folder=self._photos.name))

    def _fetch(self) -> None:
        model, settings, photos = self._table.chosen, self._context.settings, self._photos
        assert model is not None, "the button is for one"

        def work(on_event: EventSink, cancel: CancelToken) -> Compared:
            from facecam.engine import components
            from facecam.engine.models.published import compared, detectors_compared, get_model

            card = get_model(
                settings,
                model.name,
                accept_licence=True,
                photos=photos,
                replace_existing=model.here,
                on_event=on_event,
                cancel=cancel,
            )
            used = settings.model or components.open_weights(settings).deployed()
            used = settings.detector if model.detects else used
            compare: Callable[..., dict[str, Any]] = detectors_compared if model.detects else compared
            reports = compare(settings, [used, model.name], photos, on_event=on_event, cancel=cancel)
            ready = model.detects or card.threshold is not None
            return Compared(model.name, used, model.detects, ready, reports)

        self._told = ""
        self._begin(work, self._on_got, self.tr("Getting a model"))
        self._say(self.tr("Fetching…"))

    def _put_to_use(self) -> None:
        model, context = self._table.chosen, self._context
        assert model is not None, "the button is for one"
        self._wanted = model.name
        if not model.detects:
            context.model_wanted.emit(model.name)
            self.accept()
            return
        context.set_settings(replace(context.settings, detector=model.name))
        file = context.settings_file
        context.run(lambda on_event, cancel: save_settings(file, {"detector": model.name}))
        self.accept()

    def _ask(self) -> None:
        model = self._table.chosen
        assert model is not None, "the button is for one"
        lines = [
            self.tr("{name} will be deleted.").format(name=model.name),
            self.tr("Its file goes for good; people and photos stay."),
        ]
        if Question(self.tr("Delete this model?"), lines, self.tr("&Delete"), parent=self).confirmed():
            self.delete(model.name)

    def delete(self, name: str) -> None:
        """Delete a model."""
        settings = self._context.settings

        def work(on_event: EventSink, cancel: CancelToken) -> str:
            from facecam.engine.models.choice import delete_model

            delete_model(settings, name)
            return name

        self._begin(work, self._on_deleted, self.tr("Deleting a model"))

    # --- while it goes on

    def _begin(
        self, work: Callable[[EventSink, CancelToken], Any], done: Callable[[Any], None], busy: str
    ) -> None:
        self._progress.show_progress()
        self._job = self._context.run(
            work,
            done=done,
            failed=self._on_failed,
            cancelled=lambda: self._say(self.tr("Stopped. Nothing has changed.")),
            ended=self._end,
            on_event=self._on_event,
            owner=self,
            busy=(_BUSY, busy),
        )
        self._refresh()

    def _stop(self) -> None:
        self._job.cancel()
        self._context.set_busy(_BUSY, "")

    def _end(self) -> None:
        self._load()
        self.changed.emit()

    def _on_event(self, event: Event) -> None:
        if isinstance(event, Notice):
            self._told = f"{sentence(engine_text(event.text))}. {engine_text(event.hint)}".strip()
            self._say(self._told)
        if not isinstance(event, Progress):
            return
        self._progress.show_progress(event.done, event.total)
        if event.stage.startswith("download"):
            sizes = (QLocale().formattedDataSize(size, 1) for size in (event.done, event.total))
            self._say(
                self.tr("Fetching: {done} of {total}").format(
                    **dict(zip(("done", "total"), sizes, strict=True))
                )
            )
        elif event.total:
            self._say(
                self.tr("Trying it on photos: {done} of {total}").format(done=event.done, total=event.total)
            )

    def _on_got(self, got: Compared) -> None:
        self._wanted = got.name
        lines = [self._figures(got, name) for name in got.reports]
        if not lines:  # The last thing told is why.
            lines = [self._told]
        if not got.ready:
            lines.append(
                self.tr(
                    "It cannot be used before it was tried on about 15 people with 5 photos each: get it again then."
                )
            )
        self._say("\n".join([*lines, self.tr("It is here now. Nothing has changed yet.")]))

    def _figures(self, got: Compared, name: str) -> str:
        report = got.reports[name]
        shown = self.tr("{name} (in use)").format(name=name) if name == got.in_use else name
        if got.detects:
            return self.tr(
                "{name}: a face in {found} of %n photo(s), {ms} ms each", "", report.photos
            ).format(name=shown, found=report.found, ms=figure(report.ms, 0))
        point = report.suggested
        if point is None:
            return self.tr("{name}: too few people and photos to say").format(name=shown)
        return self.tr(
            "{name}: {missed} % of known faces missed where {named} % of strangers get a name"
        ).format(
            name=shown, missed=figure(100 * point.fnir.value, 1), named=figure(100 * point.fpir.value, 1)
        )

    def _on_deleted(self, name: str) -> None:
        self._say(self.tr("{name} was deleted.").format(name=name))

    def _on_failed(self, error: FacecamError) -> None:
        self._say(f"{sentence(engine_text(error.message))}.\n{engine_text(error.hint)}", fault=True)

    def _say(self, words: str, *, fault: bool = False) -> None:
        set_role(self._result, "fault" if fault else "")
        self._result.setText(words)

    def _arrange(self) -> None:
        self.column.setSpacing(GRID_PX)
        fill(self.column, (self._table, 1), self._about, self._terms, self._result)
        self.column.addLayout(beside((self._progress, 1), self._cancel))
        self.add_foot(self._folder, self._delete, self._get, self._use)
