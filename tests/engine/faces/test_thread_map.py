"""Many photos at once: in their order, within a limit of memory."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from facecam.core.events import CancelToken
from facecam.engine.faces import thread_map
from facecam.engine.faces.thread_map import ByteBudget, ordered_photo_map
from facecam.engine.places import ROOT
from facecam.vision.images.read import working_bytes

#: Finds the faces of all photos of a folder with four threads, whatever the computer has, and tells its largest memory.
_PROGRAM = """
import os, sys
os.cpu_count = lambda: 4
from dataclasses import replace
from pathlib import Path
from facecam.core.config import Settings
from facecam.engine import components
from facecam.engine.faces.photo_embeddings import read_faces
settings = replace(Settings(), weights=Path(sys.argv[2]), data=Path("data"), database=Path("database"))
found = read_faces(settings, components.open_embedder(settings), sorted(Path(sys.argv[1]).iterdir()))
status = Path("/proc/self/status").read_text()
print(len(found.without_face), int(status.split("VmHWM:")[1].split()[0]) // 1024)
"""


def picture(path: Path, size: tuple[int, int], **options: object) -> Path:
    Image.fromarray(np.zeros((size[1], size[0], 3), np.uint8)).save(path, **options)  # type: ignore[arg-type]
    return path


def test_what_a_picture_takes_is_known_from_its_header(tmp_path: Path) -> None:
    megapixel = working_bytes(picture(tmp_path / "a.jpg", (1000, 1000)))
    assert megapixel == working_bytes(picture(tmp_path / "a.png", (1000, 1000))) == 12_000_000
    assert working_bytes(picture(tmp_path / "a.webp", (1000, 1000))) == 16_000_000
    assert working_bytes(picture(tmp_path / "b.jpg", (1000, 1000), progressive=True)) == 16_000_000
    # As it will be decoded: at half its size.
    assert working_bytes(picture(tmp_path / "c.jpg", (1000, 1000)), max_side_px=400) == 12_000_000 // 4
    (tmp_path / "no.jpg").write_bytes(b"\xff\xd8\xff damaged")
    assert [working_bytes(tmp_path / name) for name in ("no.jpg", "missing.jpg")] == [0, 0]


def test_together_no_more_than_the_budget_and_larger_ones_alone() -> None:
    budget, lock = ByteBudget(100), threading.Lock()
    inside: list[int] = []
    most: list[tuple[int, ...]] = []

    def take(size: int) -> None:
        with budget.hold(size):
            with lock:
                inside.append(size)
                most.append(tuple(inside))
            threading.Event().wait(0.01)
            with lock:
                inside.remove(size)

    threads = [threading.Thread(target=take, args=(size,)) for size in (40, 60, 250, 10, 90, 100, 0, 30) * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(most) == len(threads)
    assert all(sum(together) <= 100 or sum(map(bool, together)) == 1 for together in most)
    assert any(sum(map(bool, together)) > 1 for together in most)


def test_a_fault_gives_its_share_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    budget = ByteBudget(1)
    monkeypatch.setattr(thread_map, "_BUDGET", budget)
    photos = [picture(tmp_path / f"{number}.png", (40, 30)) for number in range(6)]

    def fail(path: Path) -> str:
        if path.stem == "2":
            raise RuntimeError(path.stem)
        return path.stem

    done: list[str] = []
    with pytest.raises(RuntimeError, match="2"):
        done.extend(answer for _, answer in ordered_photo_map(fail, photos, CancelToken(), lambda path: path))
    assert budget._held == 0


def _faceless_and_megabytes(folder: Path, weights: Path, cwd: Path) -> tuple[int, int]:
    run = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(folder), str(weights)],
        capture_output=True,
        text=True,
        check=True,
        cwd=cwd,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "HOME": str(cwd)},
    )
    without_face, megabytes = map(int, run.stdout.split())
    return without_face, megabytes


@pytest.mark.slow
def test_photos_of_twelve_megapixels_at_once_stay_below_the_limit(
    shared_data: Path, weights: Path, tmp_path: Path
) -> None:
    photo = shared_data / "faults" / "p12-noface.jpg"
    if not photo.is_file() or sys.platform != "linux":
        pytest.skip("needs Linux and the shared data's faults")
    folder = tmp_path / "photos"
    folder.mkdir()
    with Image.open(photo) as image:
        for number in range(4):
            turned = image.rotate(90, expand=True) if number % 2 else image
            turned.save(folder / f"{number}.jpg", quality=80 + number)
    without_face, megabytes = _faceless_and_megabytes(folder, weights, tmp_path)
    assert without_face == 4 and megabytes < 700


@pytest.mark.slow
def test_many_large_pictures_without_a_face_one_after_the_other_take_no_more_than_one(
    weights: Path, tmp_path: Path
) -> None:
    """Each of another size: neither the networks' steps for a size nor holes in the heap add up."""
    if sys.platform != "linux":
        pytest.skip("needs Linux, which tells the largest memory of a process")
    folder = tmp_path / "photos"
    folder.mkdir()
    noise = np.random.default_rng(1).integers(0, 255, (77, 115, 3), np.uint8)
    for number in range(5):
        size = (7360 - 96 * number, 4912) if number % 2 else (6000, 6000 - 96 * number)
        Image.fromarray(noise).resize(size).save(folder / f"{number}.jpg", quality=80)
    assert _faceless_and_megabytes(folder, weights, tmp_path)[1] < 580
