"""YuNet and SCRFD read as their publishers' own programs read them, on stand-ins of the same form."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from facecam.core.errors import WeightsError
from facecam.core.types import Box, FloatArray, ImageArray
from facecam.runtime.compiled import CompiledNetwork
from facecam.runtime.detector_files import export_strided
from facecam.vision.detect.protocol import DetectorName, DetectorOptions
from facecam.vision.detect.strided import StridedDetector
from facecam.vision.detect.suppression import kept_rows
from tests.runtime.tiny import onnx_grid_detector

YUNET, SCRFD = (1, 1, 4, 10), (1, 4, 10)


def points_in(image: ImageArray, box: Box) -> FloatArray:
    x, y = box.center
    return np.full((5, 2), (x, y), np.float32)


def scene(height: int, width: int, seed: int = 0) -> ImageArray:
    """Blots of 16 px."""
    small = np.random.default_rng(seed).integers(0, 255, (height // 16 + 1, width // 16 + 1, 3), np.uint8)
    large = cv2.resize(small, None, fx=16, fy=16, interpolation=cv2.INTER_CUBIC)
    return np.ascontiguousarray(large[:height, :width])


def opened(name: DetectorName, content: bytes, folder: Path, options: DetectorOptions) -> StridedDetector:
    (folder / "net.onnx").write_bytes(content)
    yunet = name == "yunet"
    heads = YUNET if yunet else SCRFD
    size = export_strided(
        folder / "net.onnx", folder, outputs=3 * len(heads), bgr=yunet, normalised=not yunet
    )
    return StridedDetector(name, CompiledNetwork(folder / "model.xml"), points_in, options, size)


@pytest.mark.parametrize(("height", "width"), [(360, 640), (480, 640), (200, 150)])
def test_yunet_is_read_as_opencv_reads_it(tmp_path: Path, height: int, width: int) -> None:
    detector = opened("yunet", onnx_grid_detector(YUNET), tmp_path, DetectorOptions(min_score=0.51))
    image = scene(height, width)
    reader = cv2.FaceDetectorYN.create(str(tmp_path / "net.onnx"), "", (width, height), 0.51, 0.3, 100_000)
    rows = reader.detect(np.ascontiguousarray(image[..., ::-1]))[1]
    assert rows is not None and len(rows) > 2
    found = detector.faces(image)
    expected = rows[np.argsort(-rows[:, 14], kind="stable")]
    assert len(found.scores) == len(expected)
    assert found.scores == pytest.approx(expected[:, 14], abs=1e-4)
    corners = np.concatenate([expected[:, :2], expected[:, :2] + expected[:, 2:4]], axis=1)
    assert np.abs(found.boxes - corners).max() < 0.01
    assert np.abs(found.points - expected[:, 4:14].reshape(-1, 5, 2)).max() < 0.01


def test_scrfd_is_read_as_insightface_reads_it(tmp_path: Path) -> None:
    """Its loops, written out: every anchor of every cell, in strides from the cell's corner."""
    detector = opened(
        "scrfd-500m", onnx_grid_detector(SCRFD, 2, spread=0.5), tmp_path, DetectorOptions(min_score=0.51)
    )
    image = scene(320, 256)
    network = cv2.dnn.readNetFromONNX(str(tmp_path / "net.onnx"))
    network.setInput(cv2.dnn.blobFromImage(image, 1 / 128, mean=(127.5, 127.5, 127.5)))
    answers = dict(
        zip(names := [f"{h}_{s}" for h in range(3) for s in (8, 16, 32)], network.forward(names), strict=True)
    )
    boxes, scores, points = [], [], []
    for stride in (8, 16, 32):
        flat = [answers[f"{head}_{stride}"].reshape(-1, values) for head, values in enumerate(SCRFD)]
        for index, (score, ways, five) in enumerate(zip(*flat, strict=True)):
            x, y = index // 2 % (256 // stride) * stride, index // 2 // (256 // stride) * stride
            if score[0] >= 0.51:
                scores.append(score[0])
                boxes.append(
                    [x - ways[0] * stride, y - ways[1] * stride, x + ways[2] * stride, y + ways[3] * stride]
                )
                points.append([(x + five[2 * i] * stride, y + five[2 * i + 1] * stride) for i in range(5)])
    rows = kept_rows(np.array(boxes, np.float32), np.array(scores, np.float32), iou=0.4)
    found = detector.faces(image)
    assert len(rows) > 10 and len(found.scores) == len(rows)
    assert np.abs(found.boxes - np.array(boxes, np.float32)[rows]).max() < 0.01
    assert np.abs(found.points - np.array(points, np.float32)[rows]).max() < 0.01


def test_large_pictures_are_searched_smaller_and_answered_in_their_own_px(tmp_path: Path) -> None:
    detector = opened("yunet", onnx_grid_detector(YUNET), tmp_path, DetectorOptions(min_score=0.51))
    small = scene(320, 640)
    large = cv2.resize(small, None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC)
    seen, here = detector.faces(large), detector.faces(small)
    assert np.abs(seen.boxes[0] / 3 - here.boxes[0]).max() < 3 and seen.points.shape[1:] == (5, 2)
    sized: list[tuple[int, ...]] = []

    def network(picture: ImageArray) -> list[FloatArray]:
        sized.append(picture.shape)
        return CompiledNetwork(tmp_path / "model.xml")(picture)

    for options in (DetectorOptions(), DetectorOptions(upsample=1), DetectorOptions(min_face_px=20)):
        StridedDetector("yunet", network, points_in, options).faces(large)
    StridedDetector("yunet", network, points_in, size_px=(640, 640)).faces(large)
    assert sized == [(1, 320, 640, 3), (1, 640, 1280, 3), (1, 480, 960, 3), (1, 640, 640, 3)]


def test_detections_carry_squares_and_dlibs_points_best_first(tmp_path: Path) -> None:
    detector = opened("yunet", onnx_grid_detector(YUNET), tmp_path, DetectorOptions(min_score=0.51))
    found = detector.detect(scene(160, 160))
    scores = [one.score for one in found]
    assert scores == sorted(scores, reverse=True) and all(
        one.scheme == "dlib5" or one.scheme for one in found
    )
    assert all(abs(one.box.width - one.box.height) < 1e-3 for one in found)


def test_what_is_no_such_network_or_answers_zeros_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.onnx").write_bytes(onnx_grid_detector(YUNET, zeros=True))
    (tmp_path / "b.onnx").write_bytes(onnx_grid_detector(SCRFD, 2))
    for file, words in (("a.onnx", "answers the same"), ("b.onnx", "9 outputs, not 1 and 12")):
        with pytest.raises(WeightsError) as caught:
            export_strided(tmp_path / file, tmp_path, outputs=12, bgr=True, normalised=False)
        assert words in caught.value.message and "\n" not in caught.value.message and caught.value.hint
    assert not (tmp_path / "model.xml").exists()
