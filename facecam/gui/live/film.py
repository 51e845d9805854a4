"""Film controller: bar, keys and marks kept in step with the run."""

from __future__ import annotations

import time
from collections.abc import Sequence

from PySide6.QtCore import QObject

from facecam.engine.live.appearances import Appearance
from facecam.engine.live.session import LiveSession
from facecam.engine.live.view import LiveView
from facecam.gui.live.controller import LiveController, RunState
from facecam.gui.live.video.film_bar import FilmBar
from facecam.gui.live.video.timeline import Lane
from facecam.gui.live.video.video_view import LiveStage
from facecam.gui.widgets import shortcuts

#: Marks are drawn anew at most this often.
_MARKS_S = 0.25
#: Lanes of people, before the rest share one.
_MOST_LANES = 3


class FilmControl(QObject):
    """Shows the film bar while a film or folder is watched, and hands on what is asked there.

    Args:
        controller: the running source.
        bar: below the picture.
        stage: the picture; the keys of films work there too.
    """

    def __init__(self, controller: LiveController, bar: FilmBar, stage: LiveStage) -> None:
        super().__init__(bar)
        self._controller, self._bar, self._stage = controller, bar, stage
        self._version, self._marked_s = -1, 0.0
        self._left: tuple[str, float, LiveSession] | None = None
        controller.run_changed.connect(self._on_run)
        controller.state_changed.connect(self._on_state)
        bar.timeline.wanted.connect(controller.seek)
        bar.step_wanted.connect(controller.step)
        bar.speed_wanted.connect(controller.play_at)
        bar.unknown.clicked.connect(controller.next_unknown)
        stage.picture_wanted.connect(controller.step)
        for owner in (stage, bar):
            shortcuts.install(owner, "live.back", lambda: controller.step(-1))
            shortcuts.install(owner, "live.forward", lambda: controller.step(1))
            shortcuts.install(owner, "live.unknown", controller.next_unknown)
            shortcuts.install(owner, "live.slower", lambda: self._bar.faster(-1))
            shortcuts.install(owner, "live.faster", lambda: self._bar.faster(1))

    def show_view(self, view: LiveView) -> None:
        """The picture goes on."""
        if not self._bar.isHidden():
            self._bar.show_position(view.frame.captured_at)
            if time.monotonic() - self._marked_s > _MARKS_S:
                self._show_marks()

    def remember_place(self) -> None:
        """Another tab is shown: when this one comes back the film or folder goes on, or stands still, where it was."""
        controller, view = self._controller, self._stage.view
        run, request = controller.run, controller.request
        self._left = None
        playing = controller.state.kind == "playing"
        if playing and run is not None and run.seekable and request is not None and view is not None:
            self._left = (request.source, view.frame.captured_at, run)

    def _on_run(self) -> None:
        run = self._controller.run
        if run is None:
            return  # What was watched last may still be shown.
        self._version = -1
        pictures = run.pictures
        self._stage.set_pictures((pictures or 0) > 1)
        if run.seekable:
            self._bar.show_film(run.duration_s, pictures)
            self._bar.show_speed(1.0)
        self._bar.setVisible(run.seekable and pictures != 1)
        left, self._left = self._left, None
        request = self._controller.request
        if left is not None and request is not None and request.source == left[0]:
            run.take_over_marks(left[2])
            run.seek(left[1])
            if left[2].paused:
                run.pause()
            self._show_marks()

    def _on_state(self, state: RunState) -> None:
        run = self._controller.run
        if state.kind == "ended" and run is not None and run.duration_s:
            self._bar.show_length(run.duration_s)  # At its end it is known, not before.
        elif state.kind == "failed" and run is None:
            self._bar.hide()  # It is the film's of before.
        self._show_marks()

    def _show_marks(self) -> None:
        run = self._controller.run
        marks = run.appearances if run is not None else None
        if marks is None or marks.version == self._version:
            return
        self._version, self._marked_s = marks.version, time.monotonic()
        self._bar.timeline.show_marks(marks.looked_at(), self._lanes(marks.all()))

    def _lanes(self, found: Sequence[Appearance]) -> list[Lane]:
        people = [one for one in found if one.identity is not None]
        shown = people if len(people) <= _MOST_LANES else people[: _MOST_LANES - 1]
        lanes = [Lane(one.identity.name, one.spans) for one in shown if one.identity is not None]
        rest = people[len(shown) :]
        if rest:
            spans = tuple(sorted(span for one in rest for span in one.spans))
            lanes.append(Lane(self.tr("%n more", "", len(rest)), spans))
        lanes += [Lane(self.tr("unknown"), one.spans, unknown=True) for one in found if one.identity is None]
        return lanes
