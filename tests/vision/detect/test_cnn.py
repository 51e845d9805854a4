"""The CNN detector finds what dlib's own finds, on real photos."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import dlib
import numpy as np
import pytest

from facecam.core.types import Box, FloatArray, ImageArray
from facecam.engine.components import CNN_MODEL, DEFAULT_MODEL
from facecam.engine.demo import Demo
from facecam.runtime.compiled import CompiledNetwork
from facecam.runtime.dlib_files import LANDMARKS, MMOD, find_dlib_file
from facecam.runtime.store import WeightsStore
from facecam.vision.detect.cnn import CnnDetector
from facecam.vision.detect.protocol import DetectorOptions
from facecam.vision.detect.tiled_pyramid import tile
from facecam.vision.images.read import read_picture
from facecam.vision.landmarks.model import Landmarker

#: dlib's faces above this must be found; ours above the other must be dlib's.
CERTAIN, VERY_CERTAIN = 0.2, 0.5
LEAST_IOU, LARGEST_DIFFERENCE = 0.8, 0.1
#: The same face seen at another scale or mirrored: windows come in steps of 8 px and 6/5.
SAME_FACE_IOU = 0.5

Found = Sequence[tuple[Box, float]]
Find = Callable[[ImageArray], Found]


@pytest.fixture(scope="module")
def network(weights: Path) -> CompiledNetwork:
    _, networks = WeightsStore(weights, default=DEFAULT_MODEL).load(CNN_MODEL, precision="f32")
    return networks[0]


@pytest.fixture(scope="module")
def landmarker(weights: Path) -> Landmarker:
    return Landmarker(find_dlib_file(LANDMARKS, weights))


@pytest.fixture(scope="module")
def detector(network: CompiledNetwork, landmarker: Landmarker) -> CnnDetector:
    return CnnDetector(network, landmarker)


@pytest.fixture(scope="module")
def find_with_dlib(weights: Path) -> Find:
    """dlib's boxes, with right and bottom exclusive as ours, and confidences."""
    model = dlib.cnn_face_detection_model_v1(str(find_dlib_file(MMOD, weights)))

    def find(image: ImageArray) -> Found:
        faces = [(face.rect, float(face.confidence)) for face in model(image, 0)]
        return [(Box(r.left(), r.top(), r.right() + 1, r.bottom() + 1), score) for r, score in faces]

    return find


@pytest.fixture(scope="module")
def faces(demo: Demo) -> list[ImageArray]:
    """Each portrait cut to about 190 px around the face, which is then about 100 px."""
    pictures = []
    for portrait in demo.portraits():
        image = read_picture(portrait.path)
        x, y = map(int, portrait.face.center)
        half = int(portrait.face.width * 0.95)
        cut = image[max(0, y - half) : y + half, max(0, x - half) : x + half]
        factor = 100 / portrait.face.width
        resized = cv2.resize(cut, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        pictures.append(np.ascontiguousarray(resized, np.uint8))
    return pictures


def shrunk(image: ImageArray, side_px: int) -> ImageArray:
    return np.asarray(cv2.resize(image, (side_px, side_px), interpolation=cv2.INTER_AREA), np.uint8)


def frames(clip: Path, numbers: Sequence[int], width: int, height: int) -> list[ImageArray]:
    """Frames of a clip, made smaller so that dlib is quick."""
    video, pictures = cv2.VideoCapture(str(clip)), []
    for number in numbers:
        video.set(cv2.CAP_PROP_POS_FRAMES, number)
        read, frame = video.read()
        assert read
        small = cv2.resize(frame[:, :, ::-1], (width, height), interpolation=cv2.INTER_AREA)
        pictures.append(np.ascontiguousarray(small, np.uint8))
    video.release()
    return pictures


def differences(theirs: Found, ours: Found) -> tuple[list[str], list[float]]:
    """What is not as it should be, in words, and the overlaps of the faces both found."""
    faults, overlaps = [], []
    for box, score in theirs:
        nearest = max(ours, key=lambda found: found[0].iou(box), default=None)
        overlap = nearest[0].iou(box) if nearest else 0.0
        if score > CERTAIN and (nearest is None or overlap < LEAST_IOU):
            faults.append(f"missed {box} of {score:.2f}")
        elif score > CERTAIN and nearest and abs(nearest[1] - score) > LARGEST_DIFFERENCE:
            faults.append(f"{box} scores {nearest[1]:.2f}, dlib's {score:.2f}")
        overlaps.append(overlap)
    for box, score in ours:
        if score > VERY_CERTAIN and not any(box.iou(other) >= LEAST_IOU for other, _ in theirs):
            faults.append(f"extra {box} of {score:.2f}")
    return faults, overlaps


def compare(images: Sequence[ImageArray], find: Find, detector: CnnDetector) -> tuple[list[str], list[float]]:
    faults, overlaps = [], []
    for index, image in enumerate(images):
        wrong, shared = differences(find(image), detector.boxes(image))
        faults += [f"picture {index}: {fault}" for fault in wrong]
        overlaps += shared
    return faults, overlaps


def test_portraits_as_dlib(faces: list[ImageArray], find_with_dlib: Find, detector: CnnDetector) -> None:
    faults, overlaps = compare(faces, find_with_dlib, detector)
    assert faults == []
    assert len(overlaps) >= len(faces)
    assert np.median(overlaps) > 0.95


def test_clip_as_dlib(demo: Demo, find_with_dlib: Find, detector: CnnDetector) -> None:
    """One frame of each scene; the last shows three people."""
    pictures = frames(demo.clip, (20, 75, 140, 205), 384, 216)
    faults, overlaps = compare(pictures, find_with_dlib, detector)
    assert faults == []
    assert len(overlaps) >= 6
    assert np.median(overlaps) > 0.95


@pytest.mark.slow
def test_lfw_as_dlib(shared_data: Path, find_with_dlib: Find, detector: CnnDetector) -> None:
    """30 photos spread over the set, made 200 px so that dlib is quicker: faces of about 90 px."""
    photos = sorted((shared_data / "lfw-view1" / "images").glob("*/*.jpg"))
    images = [shrunk(read_picture(path), 200) for path in photos[:: len(photos) // 30][:30]]
    faults, overlaps = compare(images, find_with_dlib, detector)
    assert faults == []
    assert len(overlaps) >= 28
    assert np.median(overlaps) > 0.95


def test_the_comparison_sees_faults() -> None:
    """Missed, too different, and extra; a doubtful extra is allowed."""
    here, there = Box(0, 0, 80, 80), Box(200, 0, 280, 80)
    assert differences([(here, 1.0)], [(here, 1.05)]) == ([], [1.0])
    assert len(differences([(here, 1.0)], [])[0]) == 1
    assert len(differences([(here, 1.0)], [(here, 0.85)])[0]) == 1
    assert len(differences([(here, 1.0)], [(here, 1.0), (there, 0.6)])[0]) == 1
    assert differences([(here, 1.0)], [(here, 1.0), (there, 0.4)])[0] == []


def test_a_detection_has_the_landmarks_of_its_box_in_the_picture(
    network: CompiledNetwork, faces: list[ImageArray]
) -> None:
    asked: list[tuple[ImageArray, Box]] = []

    def note(image: ImageArray, box: Box) -> FloatArray:
        asked.append((image, box))
        return np.full((5, 2), len(asked), np.float32)

    found = CnnDetector(network, note, DetectorOptions(upsample=1)).detect(faces[0])
    assert len(found) == len(asked) == 1
    assert asked[0][0] is faces[0], "not the enlarged picture"
    assert asked[0][1] == found[0].box
    assert (found[0].landmarks == 1).all()


def test_the_best_face_comes_first(demo: Demo, detector: CnnDetector) -> None:
    scores = [score for _, score in detector.boxes(frames(demo.clip, [205], 384, 216)[0])]
    assert len(scores) == 3
    assert scores == sorted(scores, reverse=True)


def test_faces_below_the_score_are_left_out(
    demo: Demo, network: CompiledNetwork, landmarker: Landmarker, detector: CnnDetector
) -> None:
    image = frames(demo.clip, [205], 384, 216)[0]
    everything = detector.boxes(image)
    limit = everything[1][1]
    strict = CnnDetector(network, landmarker, DetectorOptions(min_score=limit))
    assert [score for _, score in strict.boxes(image)] == [everything[0][1]]
    assert CnnDetector(network, landmarker, DetectorOptions(min_score=9.0)).boxes(image) == []


def test_smaller_faces_are_found_in_the_enlarged_picture(
    network: CompiledNetwork, landmarker: Landmarker, detector: CnnDetector, faces: list[ImageArray]
) -> None:
    """At half size the faces have 50 px: below the detector's 80, but not below 40."""
    for image in faces:
        small = np.asarray(cv2.resize(image, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)
        expected = detector.boxes(image)[0][0].scaled(0.5)
        assert detector.boxes(small) == []
        for options in (DetectorOptions(upsample=1), DetectorOptions(min_face_px=40)):
            found = CnnDetector(network, landmarker, options).boxes(small)
            assert found[0][0].iou(expected) >= SAME_FACE_IOU


def test_only_large_faces_are_found_in_the_shrunken_picture(
    network: CompiledNetwork, landmarker: Landmarker, detector: CnnDetector, faces: list[ImageArray]
) -> None:
    """At double size the faces have 200 px: above 160 and below 320."""
    for image in faces:
        large = np.asarray(cv2.resize(image, None, fx=2, fy=2, interpolation=cv2.INTER_LINEAR), np.uint8)
        expected = detector.boxes(image)[0][0].scaled(2)
        coarse = CnnDetector(network, landmarker, DetectorOptions(min_face_px=160)).boxes(large)
        assert coarse[0][0].iou(expected) >= SAME_FACE_IOU
        assert CnnDetector(network, landmarker, DetectorOptions(min_face_px=320)).boxes(large) == []


def test_a_mirrored_view_has_the_mirrored_face(detector: CnnDetector, faces: list[ImageArray]) -> None:
    for image in faces:
        box, mirrored = detector.boxes(image)[0][0], detector.boxes(image[:, ::-1])[0][0]
        width = image.shape[1]
        assert mirrored.iou(Box(width - box.right, box.top, width - box.left, box.bottom)) >= SAME_FACE_IOU


def test_a_picture_is_not_changed(detector: CnnDetector, faces: list[ImageArray]) -> None:
    before = faces[0].copy()
    detector.detect(faces[0])
    np.testing.assert_array_equal(faces[0], before)


@pytest.mark.parametrize("size", [(1, 1), (1, 2000), (2000, 1), (5, 5), (3, 300), (80, 80)])
@pytest.mark.parametrize("options", [DetectorOptions(), DetectorOptions(min_face_px=500)])
def test_hardly_a_picture_has_no_face(
    network: CompiledNetwork, landmarker: Landmarker, size: tuple[int, int], options: DetectorOptions
) -> None:
    image = np.random.default_rng(1).integers(0, 256, (*size, 3), np.uint8)
    assert CnnDetector(network, landmarker, options).detect(image) == []


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((90, 90), np.uint8),
        np.zeros((90, 90, 4), np.uint8),
        np.zeros((90, 90, 3), np.float32),
        np.zeros((0, 90, 3), np.uint8),
    ],
    ids=["grey", "four channels", "float", "empty"],
)
def test_what_is_no_picture_is_refused(detector: CnnDetector, image: np.ndarray) -> None:
    with pytest.raises(ValueError, match="RGB"):
        detector.detect(image)


def test_large_pictures_are_scored_in_strips_and_no_box_is_another(
    network: CompiledNetwork, landmarker: Landmarker, faces: list[ImageArray]
) -> None:
    seen: list[tuple[int, ...]] = []

    def watched(tile: ImageArray) -> list[np.ndarray]:
        seen.append(tile.shape)
        return network(tile)

    # Faces all over the picture, so that some lie across the strips' borders.
    picture = np.zeros((1100, 1000, 3), np.uint8)
    for row, column in np.ndindex(5, 4):
        face = faces[(row + column) % len(faces)][:210, :210]
        picture[row * 215 : row * 215 + face.shape[0], column * 240 : column * 240 + face.shape[1]] = face
    in_strips = CnnDetector(watched, landmarker).boxes(picture)
    assert len(seen) > 1 and max(height * width for _, height, width, _ in seen) < 3_500_000
    canvas, _ = tile(picture)
    scores = network(canvas[None])[0][0, :, :, 0]
    assert len(in_strips) >= 15
    assert {score for _, score in in_strips} <= set(scores[scores > 0].tolist())
    assert sum(one[1] for one in seen) > canvas.shape[0], "they overlap"
