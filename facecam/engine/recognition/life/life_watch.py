"""Life watch: looks at the faces of a stream for signs of life, a few times a second, until each has shown one."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from facecam.core.config import Settings
from facecam.core.types import Box, Detection, FloatArray, ImageArray, Life, LifeSign, LifeTask
from facecam.engine import components
from facecam.engine.recognition.life.life_network import LifeNetwork, open_life_network
from facecam.engine.recognition.life.liveness import (
    TURNS,
    LifeEvidence,
    ReliefEvidence,
    Series,
    TaskLook,
    TaskProgress,
    newest_change,
    next_progress,
    sign_of_life,
)
from facecam.vision.landmarks.mesh import FaceMesh, MeshFinder, UprightFace, upright_face
from facecam.vision.landmarks.parts import FaceParts, face_parts, likeness, usual
from facecam.vision.landmarks.relief import Relief, ReliefTurn

#: A blink lasts 0.1 s to 0.4 s: with fewer looks it is missed, and more cost time.
LOOK_EVERY_S: Final = 0.1
#: Looks that are remembered: four seconds.
_MOST_LOOKS: Final = 40
#: Narrower faces show too little of their eyes.
LEAST_FACE_PX: Final = 60.0
#: Faces looked at in one frame, the largest first.
_MOST_FACES: Final = 3
_LEAST_PRESENCE: Final = 0.5
#: The look to which the depth of later ones is compared: at first the mesh is not yet where it will be.
_REFERENCE_LOOK: Final = 4
#: Answers of a network without which it has said nothing; their median counts.
_LEAST_CHANCES: Final = 5
#: A mesh is that of a box when its middle lies in it and its width is near the box's.
_LEAST_WIDTH, _MOST_WIDTH = 0.55, 1.8


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    at_s: float
    parts: FaceParts
    mouth: float
    yaw: float


@dataclass(slots=True, eq=False)
class FaceLife:
    """What is known of one face; `see` takes its looks.

    Attributes:
        sign: the first sign of life; None yet.
        asked: see `TaskProgress`; None: nothing is asked for.
        network: is asked besides, and must agree; None: there is none.
    """

    asked: TaskProgress | None = None
    sign: LifeSign | None = None
    network: LifeNetwork | None = None
    _chances: deque[float] = field(default_factory=lambda: deque(maxlen=_MOST_LOOKS))
    _looks: deque[_Look] = field(default_factory=lambda: deque(maxlen=_MOST_LOOKS))
    _relief: Relief | None = None
    _turns: deque[ReliefTurn] = field(default_factory=lambda: deque(maxlen=_MOST_LOOKS))
    _mesh: FaceMesh | None = None
    _seen_s: float = 0.0

    @property
    def alive(self) -> bool:
        """Whether everything that is needed was seen."""
        return self.sign is not None and (self.asked is None or self.asked.now is None) and self._is_believed

    @property
    def _is_believed(self) -> bool:
        if self.network is None:
            return True
        return len(self._chances) >= _LEAST_CHANCES and self._chance() >= self.network.spec.threshold

    def _chance(self) -> float:
        return float(np.median(self._chances))

    @property
    def last_s(self) -> float:
        """When it was last looked at; -inf never."""
        return self._looks[-1].at_s if self._looks else float("-inf")

    @property
    def state(self) -> Life:
        """The same for a report."""
        now = self.asked.now if self.asked is not None else None
        return Life(self.alive, self.sign, now, self._seen_s, self._chance() if self._chances else None)

    def box(self, face: Detection | None) -> Detection | None:
        """Where a face that is not looked for in every picture is now, by its mesh; None: it was lost."""
        if face is None or self._mesh is None:
            return None
        points = self._mesh.points[:, :2]
        (left, top), (right, bottom) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
        return replace(face, box=Box(left, top, right, bottom))

    def see(
        self,
        finder: MeshFinder,
        image: ImageArray,
        face: Detection,
        at_s: float,
        draw: Callable[[], Sequence[LifeTask]],
    ) -> None:
        """Take one look, if the face is there and large enough.

        Args:
            finder: of the mesh.
            image: uint8 (H, W, 3) RGB.
            face: where it is, px.
            at_s: when, s.
            draw: tells what to ask for, where something is asked for and was not done in time.
        """
        if face.box.width < LEAST_FACE_PX:
            return
        known = self._mesh if self._mesh is not None and _is_of(self._mesh, face) else None
        mesh = finder.find(image, known or face)
        if mesh.presence < _LEAST_PRESENCE:
            self._mesh = None
            return
        self._mesh = mesh
        if self._looks and at_s > self._looks[-1].at_s:
            self._seen_s += min(at_s - self._looks[-1].at_s, 3 * LOOK_EVERY_S)
        if self.network is not None:
            self._chances.append(self.network.chance(image, face.box))
        upright = upright_face(image, mesh)
        self._looks.append(_Look(at_s, face_parts(upright), mesh.mouth_openness, mesh.pose.yaw))
        if self.sign is None:
            self._compare(upright, mesh)
        self._judge(draw)

    def _compare(self, upright: UprightFace, mesh: FaceMesh) -> None:
        if self._relief is not None:
            self._turns.append(self._relief.turn(upright))
        elif len(self._looks) >= _REFERENCE_LOOK:
            self._relief = Relief(upright, mesh)

    def _judge(self, draw: Callable[[], Sequence[LifeTask]]) -> None:
        evidence = evidence_of([look.parts for look in self._looks], [look.mouth for look in self._looks])
        self.sign = self.sign or sign_of_life(evidence, relief_evidence(self._turns))
        if self.asked is not None:
            last = self._looks[-1]
            look = TaskLook(last.at_s, last.yaw, newest_change(evidence))
            self.asked = next_progress(self.asked, look, draw())


def evidence_of(parts: Sequence[FaceParts], mouth: Sequence[float]) -> LifeEvidence:
    """The looks at a face as they are judged; N ≥ 1."""
    left, right, nose, bridge = (
        _likenesses([getattr(one, name) for one in parts])
        for name in ("left_eye", "right_eye", "nose", "bridge")
    )
    return LifeEvidence(np.maximum(left, right), nose, bridge, np.asarray(mouth, np.float64))


def relief_evidence(turns: Sequence[ReliefTurn]) -> ReliefEvidence:
    """The same of the depth; N ≥ 0."""
    values = [(one.across, one.down, one.across_error, one.down_error, one.misfit) for one in turns]
    table = np.array(values, np.float64).reshape(-1, 5)
    return ReliefEvidence(table[:, :2], table[:, 2:4], table[:, 4])


def _likenesses(looks: Sequence[FloatArray]) -> Series:
    """Of each look of a part to its usual one, float64 (N,)."""
    most = usual(looks)
    return np.array([likeness(one, most) for one in looks])


def _is_of(mesh: FaceMesh, face: Detection) -> bool:
    low, high = mesh.points[:, :2].min(axis=0), mesh.points[:, :2].max(axis=0)
    x, y = ((low + high) / 2).tolist()
    inside = face.box.left < x < face.box.right and face.box.top < y < face.box.bottom
    return inside and _LEAST_WIDTH < float(high[0] - low[0]) / face.box.width < _MOST_WIDTH


class LifeWatch:
    """Keeps what is known of the faces of one stream.

    Args:
        finder: of the mesh.
        challenge: also ask for a blink and a turn of the head, in an order and to a side drawn anew for every face.
        seed: of the drawing; None: another one every time.
        network: is asked besides; None: nobody is.
    """

    def __init__(
        self,
        finder: MeshFinder,
        *,
        challenge: bool = False,
        seed: int | None = None,
        network: LifeNetwork | None = None,
    ) -> None:
        self._finder, self._challenge, self._network = finder, challenge, network
        self._random = random.Random(seed) if seed is not None else random.SystemRandom()
        self._faces: dict[int, tuple[str, FaceLife]] = {}

    def look(self, image: ImageArray, faces: Sequence[tuple[int, str, Detection]], at_s: float) -> None:
        """Look at the faces of a frame that have a name but were not yet seen to be alive.

        Args:
            image: uint8 (H, W, 3) RGB.
            faces: number of the track, id of the person it is taken for, and where it is, px.
            at_s: when, s.
        """
        there = {track for track, _, _ in faces}
        due = []
        for track, person, face in sorted(faces, key=lambda one: -one[2].box.area):
            life = self._life(track, person, at_s)
            if not life.alive and not 0 <= at_s - life.last_s < LOOK_EVERY_S * 0.9:
                due.append((life, face))
        for life, face in due[:_MOST_FACES]:
            life.see(self._finder, image, face, at_s, self._draw)
        if len(self._faces) > 100:
            self._faces = {track: one for track, one in self._faces.items() if track in there}

    def of(self, track: int, person: str) -> Life:
        """What is known of a face that is taken for a person."""
        known = self._faces.get(track)
        return known[1].state if known is not None and known[0] == person else Life(False)

    def forget(self, track: int) -> None:
        """Somebody else may be there now."""
        self._faces.pop(track, None)

    def _life(self, track: int, person: str, at_s: float) -> FaceLife:
        known = self._faces.get(track)
        if known is not None and known[0] == person:
            return known[1]
        asked = TaskProgress(tuple(self._draw()), at_s) if self._challenge else None
        life = FaceLife(asked, network=self._network)
        self._faces[track] = (person, life)
        return life

    def _draw(self) -> Sequence[LifeTask]:
        return drawn_tasks([self._random.randrange(2), self._random.randrange(2)])


def drawn_tasks(coins: Sequence[int]) -> tuple[LifeTask, ...]:
    """A blink and one turn: which turn, and which of the two is first, by two coins of 0 or 1."""
    tasks: tuple[LifeTask, LifeTask] = ("blink", TURNS[coins[0]])
    return tasks if coins[1] else tasks[::-1]


def open_life_watch(settings: Settings) -> LifeWatch | None:
    """What looks for signs of life, where the settings ask for it; else nothing is opened.

    Raises:
        WeightsError: the face mesh or the anti-spoofing model is missing or damaged.
    """
    if not settings.require_live:
        return None
    finder, network = components.open_mesh_finder(settings), open_life_network(settings)
    return LifeWatch(finder, challenge=settings.live_challenge, network=network)
