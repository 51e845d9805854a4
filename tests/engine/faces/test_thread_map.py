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
from facecam.runtime.compiled import processor_precisions
from facecam.vision.images.read import working_bytes

#: Finds the faces of all photos of each folder with four threads, whatever the computer has; tells its largest memory.
_PROGRAM = """
import os, sys
os.cpu_count = lambda: 4
from dataclasses import replace
from pathlib import Path
from facecam.core.config import Settings
from facecam.engine import components
from facecam.engine.faces.photo_embeddings import read_faces
settings = replace(Settings(), weights=Path(sys.argv[1]), data=Path("data"), database=Path("database"))
for folder in sys.argv[2:]:
    found = read_faces(settings, components.open_embedder(settings), sorted(Path(folder).iterdir()))
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
        done.extend(
            answer for _, answer in ordered_photo_map(fail, zip(photos, photos, strict=True), CancelToken())
        )
    assert budget._held == 0


def _twelve_megapixels(shared_data: Path, folder: Path) -> Path:
    photo = shared_data / "faults" / "p12-noface.jpg"
    if not photo.is_file():
        pytest.skip("needs the shared data's faults")
    folder.mkdir()
    with Image.open(photo) as image:
        for number in range(4):
            turned = image.rotate(90, expand=True) if number % 2 else image
            turned.save(folder / f"{number}.jpg", quality=80 + number)
    return folder


def _of_other_sizes(folder: Path) -> Path:
    folder.mkdir()
    noise = np.random.default_rng(1).integers(0, 255, (77, 115, 3), np.uint8)
    for number in range(3):
        size = (7360 - 96 * number, 4912) if number % 2 else (6000, 6000 - 96 * number)
        Image.fromarray(noise).resize(size).save(folder / f"{number}.jpg", quality=80)
    return folder


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells the largest memory of a process")
def test_large_pictures_without_a_face_take_no_more_than_one_and_several_at_once_stay_below_the_limit(
    shared_data: Path, weights: Path, tmp_path: Path
) -> None:
    """In one process: neither the networks' steps for a size nor holes in the heap may add up from each to the next."""
    folders = (_of_other_sizes(tmp_path / "large"), _twelve_megapixels(shared_data, tmp_path / "at once"))
    run = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(weights), *map(str, folders)],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "HOME": str(tmp_path)},
    )
    (_, _), (faceless, megabytes) = (map(int, line.split()) for line in run.stdout.splitlines())
    # In numbers of 32 bits what lies between the layers is twice as large.
    assert faceless == 4 and megabytes < (580 if processor_precisions() else 640)
