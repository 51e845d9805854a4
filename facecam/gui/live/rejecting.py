"""Rejection ("Not Ada") of a face, followed while it is in the picture, so that further looks are remembered too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QObject

from facecam.core.distances import unit_squared_l2
from facecam.core.home import expanded
from facecam.core.types import Identity
from facecam.engine.enrollment.rejections import Rejected
from facecam.engine.live.session import LiveSession
from facecam.engine.live.view import LiveView, SeenFace
from facecam.engine.recognition.face_crops import FaceSample
from facecam.gui.core.context import AppContext
from facecam.gui.live.controller import LiveController, RunState
from facecam.gui.live.engine_service import EngineLiveService

#: Looks of a rejected face that are remembered at most when it has left: the more, the surer it is known again.
_MOST_SEEN = 12
#: A face that was out of sight for this long has left.
_GONE_S = 1.0


@dataclass(slots=True, eq=False)
class _Followed:
    """A rejected face.

    Attributes:
        who: who it is not.
        track: its number in `run`.
        run: the run it was seen in.
        source: what was watched, as the user named it.
        given: the looks that are remembered, or about to be.
        seen: its clearest looks since, the newest ones: clearer ones took the place of some.
        seen_s: when it was last in the picture; None: not since it was rejected.
        rejected: what was done, to be taken back.
        undone: whether it was taken back; what was under way then is taken back as it is done.
    """

    who: Identity
    track: int
    run: LiveSession | None
    source: str
    given: list[FaceSample]
    seen: list[FaceSample]
    seen_s: float | None = None
    rejected: list[Rejected] = field(default_factory=list)
    undone: bool = False

    def further_looks(self, threshold: float) -> list[FaceSample]:
        """Those that are not remembered yet and surely of the same face."""
        given = np.stack([one.vector for one in self.given])
        return [
            one
            for one in self.seen
            if all(one is not known for known in self.given)
            and float(unit_squared_l2(given, one.vector).min()) < threshold
        ]


class Rejecting(QObject):
    """Says to the gallery and to the running source that a face is not somebody, and takes it back.

    Args:
        context: background work and messages.
        service: the engine.
        controller: the running source.
        changed: called when the people have changed.
        parent: owner.
    """

    def __init__(
        self,
        context: AppContext,
        service: EngineLiveService,
        controller: LiveController,
        changed: Callable[[], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._context, self._service, self._controller = context, service, controller
        self._changed = changed
        self._followed: list[_Followed] = []
        controller.view_changed.connect(self._on_view)
        controller.state_changed.connect(self._on_state)

    def reject(self, who: Identity, face: SeenFace) -> None:
        """Remember that a face is not somebody, its looks to come included."""
        run, request = self._controller.run, self._controller.request
        source = "" if request is None else request.source
        text, hint = self.promise(source, who.name)
        followed = _Followed(who, face.track_id, run, source, list(face.samples), list(face.samples))

        def done(rejected: Rejected) -> None:
            followed.rejected.append(rejected)
            self._changed()
            self._context.show_notice(
                text,
                hint,
                (self.tr("&Undo"), lambda: self._undo(followed)),
            )

        if run is not None and face.samples:
            run.reject(face.track_id, who)
            self._followed.append(followed)
        self._context.run(
            lambda on_event, cancel: self._service.reject(who, face.samples, source, on_event),
            done=done,
            owner=self,
        )

    def promise(self, source: str, name: str) -> tuple[str, str]:
        """What holds for how long, and what it costs, in words; films are known again, cameras are not."""
        text = self.tr("Until this is stopped, this face will not be taken for {name} again.")
        hint = self.tr(
            "Until then one in five to eight of {name}'s own appearances may get no name; afterwards only looks like "
            "these are told apart, or that would go on for good. To take it back later, see the page of {name}."
        )
        if expanded(source).is_file():
            text = self.tr("In this film, this face will not be taken for {name} again.")
            hint = self.tr(
                "Also when it is played again: there one in five to eight of {name}'s own appearances may get no name. "
                "To take it back later, see the page of {name}."
            )
        return text.format(name=name), hint.format(name=name)

    def _undo(self, followed: _Followed) -> None:
        self._forget(followed)
        followed.undone = True
        if followed.run is not None and followed.run is self._controller.run:
            followed.run.accept(followed.who, np.stack([one.vector for one in followed.given]))
        self._take_back(tuple(followed.rejected))

    def _take_back(self, done: Sequence[Rejected]) -> None:
        def work() -> None:
            for rejected in done:
                self._service.undo_rejection(rejected, lambda event: None)

        self._context.run(lambda on_event, cancel: work(), done=lambda _: self._changed(), owner=self)

    def _on_view(self, view: LiveView) -> None:
        faces = {face.track_id: face for face in view.faces}
        for followed in list(self._followed):
            face = faces.get(followed.track) if followed.run is self._controller.run else None
            if face is not None and face.identity is not None and face.identity.id == followed.who.id:
                if followed.seen_s is not None:  # They took the place of the face, or it was named.
                    self._forget(followed)
            elif face is not None:
                known = [id(one) for one in followed.seen]
                followed.seen += [one for one in face.samples if id(one) not in known]
                del followed.seen[:-_MOST_SEEN]
                followed.seen_s = view.made_at_s
            elif followed.run is not self._controller.run or self._is_gone(followed, view.made_at_s):
                self._finish(followed, view.threshold)

    @staticmethod
    def _is_gone(followed: _Followed, now_s: float) -> bool:
        if followed.seen_s is None:
            followed.seen_s = now_s
        return now_s - followed.seen_s > _GONE_S

    def _on_state(self, state: RunState) -> None:
        if state.kind in ("idle", "ended", "failed"):
            for followed in list(self._followed):
                self._finish(followed, followed.run.threshold if followed.run else 0.0)

    def _finish(self, followed: _Followed, threshold: float) -> None:
        self._forget(followed)
        looks = followed.further_looks(threshold)
        if not looks:
            return
        followed.given += looks

        def done(rejected: Rejected) -> None:
            followed.rejected.append(rejected)
            self._changed()
            if followed.undone:
                self._take_back((rejected,))

        self._context.run(
            lambda on_event, cancel: self._service.reject(followed.who, looks, followed.source, on_event),
            done=done,
            owner=self,
        )

    def _forget(self, followed: _Followed) -> None:
        if followed in self._followed:
            self._followed.remove(followed)
