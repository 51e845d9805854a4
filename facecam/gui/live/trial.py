"""A trained model tried live: the picture twice, with the names of the model in use and with those of the new one."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFrame, QWidget

from facecam.core.errors import FacecamError
from facecam.core.events import Event, Progress
from facecam.engine.live.trial import TrialModel
from facecam.engine.live.view import LiveView
from facecam.gui.core.context import AppContext
from facecam.gui.core.jobs import no_job
from facecam.gui.live.controller import LiveController
from facecam.gui.live.engine_service import EngineLiveService
from facecam.gui.live.video.video_view import LiveStage
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.icon_button import push_button
from facecam.gui.widgets.labels import label
from facecam.gui.widgets.layouts import below, beside, held, horizontal
from facecam.gui.widgets.progress import ProgressBar


class TrialBar(QFrame):
    """Above the pictures: which is which, and what may be done now."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "banner-info")
        self.words = label(wrap=True)
        self.progress = ProgressBar(width_px=15 * GRID_PX)
        self.deploy = push_button(
            self.tr("&Deploy"), self.tr("Use the new model from now on; the gallery is made anew")
        )
        self.end = push_button(self.tr("&End the trial"), self.tr("The model in use stays"))
        margins = (2 * GRID_PX, GRID_PX // 2, GRID_PX, GRID_PX // 2)
        horizontal(self, (self.words, 1), self.progress, self.deploy, self.end, margins=margins)


class ModelTrial(QObject):
    """Prepares a model, shows its names beside those in use, ends with it deployed or not.

    Args:
        context: background work and messages.
        service: the engine.
        controller: the running source.
        pages: the picture with the names in use; the other one stands beside it.
        parent: owner.
    """

    def __init__(
        self,
        context: AppContext,
        service: EngineLiveService,
        controller: LiveController,
        pages: QWidget,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._context, self._service, self._controller = context, service, controller
        #: The model on trial; empty: none.
        self.name = ""
        self._model: TrialModel | None = None
        self._job = no_job()
        self.bar, self.stage = TrialBar(), LiveStage()
        # It is looked at only: naming somebody belongs to the model in use.
        self.stage.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.stage.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.stage.setAccessibleName(self.tr("Live picture with the names of the new model"))
        self._old, self._new = label(role="heading"), label(role="heading")
        self.pictures = self._arranged(pages)
        self.bar.deploy.clicked.connect(self._on_deploy)
        self.bar.end.clicked.connect(self.end)
        controller.run_changed.connect(self._attach)
        controller.view_changed.connect(self._on_view)
        context.people_changed.connect(self._prepare_again)
        context.model_changed.connect(self.end)
        context.erased.connect(self.end)
        self.end()

    @property
    def ready(self) -> bool:
        """Whether its names are shown."""
        return self._model is not None

    def begin(self, name: str) -> None:
        """Try a model of `weights/`."""
        self.end()
        self.name = name
        self.bar.words.setText(self.tr("Making {name} ready to be tried…").format(name=name))
        self.bar.progress.show_progress()
        for part in (self.bar, self.bar.progress):
            part.show()
        self.bar.deploy.setEnabled(False)
        self._job = self._context.run(
            lambda on_event, cancel: self._service.open_trial(name, on_event, cancel),
            done=self._on_ready,
            failed=self._on_failed,
            on_event=self._on_event,
            owner=self,
        )

    def end(self) -> None:
        """No trial any more; the model in use stays as it is."""
        self._job.cancel()
        self.name, self._model = "", None
        self._attach()
        self.stage.show_view(None)
        for part in (self.bar, self._side, self._old):
            part.hide()

    def _prepare_again(self) -> None:
        """Other people, other vectors."""
        if self.name:
            self.begin(self.name)

    def _attach(self) -> None:
        if self._controller.run is not None:
            self._controller.run.try_model(self._model)

    def _on_event(self, event: Event) -> None:
        if isinstance(event, Progress) and event.total:
            self.bar.progress.show_progress(event.done, event.total)

    def _on_ready(self, model: TrialModel) -> None:
        if model.name != self.name:
            return
        self._model = model
        self.bar.progress.hide()
        self.bar.deploy.setEnabled(True)
        self.bar.words.setText(
            self.tr(
                "Left: the names of the model in use. Right: those of {name}. Nothing is changed yet."
            ).format(name=model.name)
        )
        self._old.setText(self.tr("In use"))
        self._new.setText(self.tr("New: {name}").format(name=model.name))
        for part in (self._side, self._old):
            part.show()
        self._attach()

    def _on_failed(self, error: FacecamError) -> None:
        self.end()
        self._context.show_error(error)

    def _on_view(self, view: LiveView) -> None:
        if self._model is not None and view.tried == self.name:
            self.stage.show_view(replace(view, faces=view.tried_faces, no_faces=()))

    def _on_deploy(self) -> None:
        name = self.name
        self.end()
        self._context.model_wanted.emit(name)

    def _arranged(self, pages: QWidget) -> QWidget:
        left = below(self._old, (pages, 1), margins=0, spacing=GRID_PX // 2)
        self._side = held(below(self._new, (self.stage, 1), margins=0, spacing=GRID_PX // 2))
        return held(beside((left, 1), (self._side, 1), margins=0, spacing=GRID_PX))
