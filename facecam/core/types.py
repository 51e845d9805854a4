"""The frozen values that travel through facecam. Shapes are checked when made.

Pictures are RGB everywhere. Image coordinates are pixels, x to the right,
y down, (0, 0) the outer corner of the top-left pixel; right and bottom are
exclusive.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeVar, get_args

import numpy as np
from numpy.typing import NDArray

ImageArray = NDArray[np.uint8]
FloatArray = NDArray[np.float32]
#: (N, 4): left, top, right, bottom of N boxes, px; what else stands in a row behind these does no harm.
BoxRows = NDArray[np.floating]
#: The alignment of each of N vectors, (N,): its place in `ALIGNMENTS`.
AlignmentCodes = NDArray[np.uint8]

#: Which five points a detection carries: dlib's (see `Detection`), or a detector's own eyes, nose and mouth.
LandmarkScheme = Literal["dlib", "five"]
#: How the chips behind a vector were aligned: by dlib's landmarks, by the detector's own five, or the sum of both.
#: Vectors of different alignments can be compared, with a threshold of their own.
Alignment = Literal["dlib", "five", "five+dlib"]
ALIGNMENTS: tuple[Alignment, ...] = get_args(Alignment)

_UNIT_TOLERANCE = 1e-3

#: A dataclass of arrays whose rows belong together.
Table = TypeVar("Table")


def check_image(image: np.ndarray) -> None:
    """Raise `ValueError` unless `image` is uint8 (H, W, 3) with H, W ≥ 1."""
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3 or 0 in image.shape:
        raise ValueError(f"expected an RGB image uint8 (H, W, 3). Received: {image.dtype} {image.shape}")


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A picture from a source.

    Attributes:
        image: uint8 (H, W, 3) RGB.
        index: number of the frame in its source, from 0.
        captured_at: seconds; media time for files, `time.monotonic()` for cameras.
        name: what the picture is called, for folders of pictures; else empty.
    """

    image: ImageArray
    index: int
    captured_at: float
    name: str = ""

    def __post_init__(self) -> None:
        check_image(self.image)


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle, px. May reach beyond the picture."""

    left: float
    top: float
    right: float
    bottom: float

    def __post_init__(self) -> None:
        if not (self.right > self.left and self.bottom > self.top):
            raise ValueError(f"expected left < right and top < bottom. Received: {self}")

    @property
    def width(self) -> float:
        """Width, px."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Height, px."""
        return self.bottom - self.top

    @property
    def area(self) -> float:
        """Area, px²."""
        return self.width * self.height

    @property
    def center(self) -> tuple[float, float]:
        """(x, y) of the middle, px."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    @property
    def sides(self) -> tuple[float, float, float, float]:
        """(left, top, right, bottom), px."""
        return self.left, self.top, self.right, self.bottom

    def iou(self, other: Box) -> float:
        """Intersection over union with `other`, in [0, 1]."""
        shared = self.shared(other)
        return shared / (self.area + other.area - shared)

    def shared(self, other: Box) -> float:
        """The area both have, px²."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0.0, width) * max(0.0, height)

    def scaled(self, factor: float) -> Box:
        """This box in a picture resized by `factor`."""
        return Box(self.left * factor, self.top * factor, self.right * factor, self.bottom * factor)

    def moved(self, right_px: float, down_px: float) -> Box:
        """This box so far to the right and down, px; up and to the left below 0."""
        return Box(self.left + right_px, self.top + down_px, self.right + right_px, self.bottom + down_px)

    def shares_of(self, width: int, height: int) -> Box:
        """This box, px of a picture of this size, as shares of it."""
        return Box(self.left / width, self.top / height, self.right / width, self.bottom / height)

    def in_picture(self, width: int, height: int) -> Box:
        """The reverse of `shares_of`: this box of shares in px of a picture of this size."""
        return Box(self.left * width, self.top * height, self.right * width, self.bottom * height)

    def as_ints(self) -> tuple[int, int, int, int]:
        """(left, top, right, bottom) rounded to whole pixels."""
        return round(self.left), round(self.top), round(self.right), round(self.bottom)

    def inside(self, width: int, height: int) -> Box:
        """The part of this box in a picture of this size, px; a pixel at its border where nothing is."""
        left, top = min(max(self.left, 0), width - 1), min(max(self.top, 0), height - 1)
        return Box(left, top, max(min(self.right, width), left + 1), max(min(self.bottom, height), top + 1))

    def ints_inside(self, image: ImageArray) -> tuple[int, int, int, int]:
        """`as_ints` of the part in a picture, uint8 (H, W, 3)."""
        height, width = image.shape[:2]
        return self.inside(width, height).as_ints()


def box_rows(boxes: Sequence[Box]) -> NDArray[np.float64]:
    """The sides of boxes, float64 (N, 4)."""
    return np.array([box.sides for box in boxes], np.float64).reshape(len(boxes), 4)


def shared_areas(boxes: BoxRows, others: BoxRows) -> NDArray[np.floating]:
    """What each of (N, 4) has in common with each of (M, 4): (N, M), px²."""
    left, top, right, bottom = (boxes[:, side, None] for side in range(4))
    width = np.minimum(right, others[:, 2]) - np.maximum(left, others[:, 0])
    height = np.minimum(bottom, others[:, 3]) - np.maximum(top, others[:, 1])
    return np.asarray(np.maximum(width, 0) * np.maximum(height, 0))


def areas_of(boxes: BoxRows) -> NDArray[np.floating]:
    """Of boxes (N, 4): (N,), px²."""
    return np.asarray((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]))


@dataclass(frozen=True, slots=True, eq=False)
class Detection:
    """A face found in a picture.

    Attributes:
        box: where, px.
        score: the detector's confidence; its scale is the detector's own.
        landmarks: float32 (5, 2), px, in the order of `scheme`.
        scheme: `dlib`: right eye of the picture outer then inner corner, left
            eye of the picture outer then inner corner, below the nose; `five`:
            middle of the picture's left eye, of its right eye, tip of the
            nose, the picture's left and right corner of the mouth.
    """

    box: Box
    score: float
    landmarks: FloatArray
    scheme: LandmarkScheme = "dlib"

    def __post_init__(self) -> None:
        if self.landmarks.dtype != np.float32 or self.landmarks.shape != (5, 2):
            raise ValueError(
                f"expected landmarks float32 (5, 2). Received: {self.landmarks.dtype} {self.landmarks.shape}"
            )

    @property
    def eyes(self) -> tuple[FloatArray, FloatArray]:
        """Middle of the picture's left and of its right eye, float32 (2,) each, px."""
        points = self.landmarks
        if self.scheme == "five":
            return points[0], points[1]
        return (points[2] + points[3]) / 2, (points[0] + points[1]) / 2

    @property
    def tilt_degrees(self) -> float:
        """By how much the line through the eyes is turned in the picture, clockwise, in (−180, 180]."""
        left, right = self.eyes
        across = right - left
        return math.degrees(math.atan2(float(across[1]), float(across[0])))

    @property
    def nose(self) -> FloatArray:
        """The end of the nose, float32 (2,), px: its tip (`five`) or the point below it (`dlib`)."""
        nose: FloatArray = self.landmarks[2 if self.scheme == "five" else 4]
        return nose


@dataclass(frozen=True, slots=True, eq=False)
class Embeddings:
    """Unit vectors and what made them.

    Attributes:
        vectors: float32 (N, D), each row of L2 norm 1.
        model_id: `ModelCard.model_id` of the embedder.
        alignments: uint8 (N,), the place in `ALIGNMENTS` of each row; left out: all `dlib`.
    """

    vectors: FloatArray
    model_id: str
    alignments: AlignmentCodes = field(default_factory=lambda: np.zeros(0, np.uint8))

    def __post_init__(self) -> None:
        object.__setattr__(self, "alignments", checked_alignments(self.alignments, len(self.vectors)))
        check_unit_rows(self.vectors)

    def __len__(self) -> int:
        return len(self.vectors)

    def rows(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> Embeddings:
        """Some of the rows, by a mask or by their numbers."""
        return Embeddings(self.vectors[chosen], self.model_id, self.alignments[chosen])

    def without(self, vectors: FloatArray) -> Embeddings:
        """The rows that are none of some vectors, (n, D), to the last bit."""
        known = {row.tobytes() for row in vectors}
        return self.rows(np.array([row.tobytes() not in known for row in self.vectors], bool))


def check_unit_rows(vectors: FloatArray, name: str = "vectors", dimensions: int | None = None) -> None:
    """Raise `ValueError` unless these are float32 (N, D), rows of L2 norm 1, with so many values."""
    if vectors.dtype != np.float32 or vectors.ndim != 2 or dimensions not in (None, vectors.shape[1]):
        wanted = f"float32 (N, {dimensions or 'D'})"
        raise ValueError(f"expected {name} {wanted}. Received: {vectors.dtype} {vectors.shape}")
    norms = np.sqrt(np.einsum("nd,nd->n", vectors, vectors))
    if not (abs(norms - 1.0) <= _UNIT_TOLERANCE).all():  # NaN is refused too.
        raise ValueError(f"expected {name} of norm 1. Received norms {norms.min():.4f} to {norms.max():.4f}")


def alignment_codes(alignments: Iterable[Alignment]) -> AlignmentCodes:
    """uint8 (N,), see `AlignmentCodes`."""
    return np.array([ALIGNMENTS.index(alignment) for alignment in alignments], np.uint8)


def checked_alignments(codes: AlignmentCodes, count: int) -> AlignmentCodes:
    """Read-only codes of `count` rows; where none are given, all `dlib`. Raises `ValueError` if they do not fit."""
    if count and not len(codes):
        codes = np.full(count, ALIGNMENTS.index("dlib"), np.uint8)
    if codes.dtype != np.uint8 or codes.shape != (count,):
        raise ValueError(f"expected alignments uint8 ({count},). Received: {codes.dtype} {codes.shape}")
    if len(codes) and codes.max() >= len(ALIGNMENTS):
        raise ValueError(f"expected alignments from 0 to {len(ALIGNMENTS) - 1}. Received: {codes.max()}")
    return read_only(codes)


def read_only(array: np.ndarray) -> np.ndarray:
    """A view of an array that nobody can write through."""
    view = array.view()
    view.flags.writeable = False
    return view


def joined(parts: Sequence[Table]) -> Table:
    """Tables of one kind, at least one, as a single one: their arrays, and tables in them, one after the other.

    What is neither is that of the first.
    """
    first: Any = parts[0]
    names = [one.name for one in dataclasses.fields(first)]
    changed: Table = dataclasses.replace(
        first, **{name: _in_a_row([getattr(part, name) for part in parts]) for name in names}
    )
    return changed


def _in_a_row(values: Sequence[Any]) -> Any:
    if isinstance(values[0], np.ndarray):
        return np.concatenate(values)
    return joined(values) if dataclasses.is_dataclass(values[0]) else values[0]


@dataclass(frozen=True, slots=True)
class Identity:
    """A person of a gallery: `id` is a UUID and never changes, `name` may."""

    id: str
    name: str


Verdict = Literal["match", "unknown", "ambiguous", "duplicate"]
#: What a face is shown as: `unknown` covers `ambiguous` too, `duplicate` is somebody who is in the frame already.
#: `unproven` is somebody who was not yet seen to be alive, where that is asked for.
FaceState = Literal["known", "unknown", "undecided", "duplicate", "unproven", "ignored"]
LifeSign = Literal["eyes", "mouth", "depth"]
LifeTask = Literal["blink", "turn left", "turn right"]


@dataclass(frozen=True, slots=True)
class Life:
    """Whether a face was seen to be more than a photo held to the camera.

    Attributes:
        alive: whether it was. It stays so as long as the face is in view and taken for the same person.
        sign: the first sign of life seen.
        asked: what the person is to do now, left and right being theirs; None: nothing.
        seconds: for how long it was looked at.
        chance: that it is alive, as an anti-spoofing model says, 0 to 1; None where none is asked.
    """

    alive: bool
    sign: LifeSign | None = None
    asked: LifeTask | None = None
    seconds: float = 0.0
    chance: float | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """What a gallery says about one face.

    Attributes:
        identity: the person, or None when unknown.
        squared_l2: distance to the nearest person, in [0, 4]; inf for an empty gallery.
        threshold: `squared_l2` had to be strictly below it; where `match_score` decides, what that
            comes to for this face and the nearest person.
        nearest: the nearest person, accepted or not; None for an empty gallery.
        runner_up: the nearest other person, or None.
        runner_up_squared_l2: distance to the runner-up; inf without one.
        verdict: `match`; `unknown` (nobody below the threshold); `ambiguous`
            (below it, but the two best people are too close to tell);
            `duplicate` (below it, but another face of the frame has the name).
        match_score: what decided instead of the distance, see `gallery.cohort`; may be a little
            below 0. None: the distance decided.
        match_threshold: `match_score` had to be strictly below it; None likewise.
        probability: that the face is `nearest`, in [0, 1], by how many people there are and which
            share of the faces are strangers, see `gallery.naming_odds`; None: nobody measured the model.
    """

    identity: Identity | None
    squared_l2: float
    threshold: float
    nearest: Identity | None = None
    runner_up: Identity | None = None
    runner_up_squared_l2: float = float("inf")
    verdict: Verdict = "unknown"
    match_score: float | None = None
    match_threshold: float | None = None
    probability: float | None = None

    @property
    def score(self) -> float:
        """What decided: the smaller the likelier. Only those of one matcher are comparable."""
        return self.squared_l2 if self.match_score is None else self.match_score

    def without_name(self, verdict: Verdict) -> Match:
        """The same without the name, though the nearest person is near enough; `verdict` says why."""
        return replace(self, identity=None, verdict=verdict)


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """A detection with what is known about it.

    Attributes:
        detection: where the face is.
        match: who it is, or None while undecided.
        track_id: the same number for the same face from frame to frame, from 1.
        quality: fitness for recognition, in [0, 1].
        ignored: whether the user wants it left without a name.
        life: whether it was seen to be alive; None where nobody asked.
    """

    detection: Detection
    match: Match | None = None
    track_id: int | None = None
    quality: float = 0.0
    ignored: bool = False
    life: Life | None = None

    @property
    def state(self) -> FaceState:
        """What it is shown as; everything that marks, lists or counts faces goes by this."""
        if self.ignored:
            return "ignored"
        if self.match is None:
            return "undecided"
        if self.match.identity is not None:
            return "known" if self.life is None or self.life.alive else "unproven"
        return "duplicate" if self.match.verdict == "duplicate" else "unknown"

    @property
    def identity(self) -> Identity | None:
        """Who it is; None unless `known`."""
        return self.match.identity if self.match is not None and self.state == "known" else None

    @property
    def looks_like(self) -> Identity | None:
        """Whose name another face of the frame has (`duplicate`), or who was not yet seen to be alive (`unproven`)."""
        if self.match is None or self.state not in ("duplicate", "unproven"):
            return None
        return self.match.nearest if self.state == "duplicate" else self.match.identity


@dataclass(frozen=True, slots=True, eq=False)
class FrameResult:
    """A frame, its faces, and the milliseconds each stage took."""

    frame: Frame
    faces: tuple[Face, ...]
    timings_ms: Mapping[str, float] = field(default_factory=dict)
