"""Photos of one moment: a burst, a film, and the split that does not tear them apart."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from facecam.training.config.options import TrainOptions
from facecam.training.data.chips import write_chip
from facecam.training.data.sample import Sample
from facecam.training.data.sessions import sessions_of
from facecam.training.data.split import split


def picture(seed: int, *, moved: float = 0.0) -> np.ndarray:
    """Soft blobs, 150 px; `moved` shifts them by as many px and makes them brighter."""
    noise = np.random.default_rng(seed).normal(size=(12, 12, 3)).astype(np.float32)
    large = cv2.resize(noise, (150, 150), interpolation=cv2.INTER_CUBIC)
    shift = np.array([[1, 0, moved], [0, 1, moved]], np.float32)
    large = cv2.warpAffine(large, shift, (150, 150), borderMode=cv2.BORDER_REFLECT)
    return np.clip(128 + 50 * large + moved, 0, 255).astype(np.uint8)


def sample(folder: Path, person: str, name: str, image: np.ndarray) -> Sample:
    chip = folder / f"{person}-{name}.png"
    write_chip(chip, image)
    digest = (person + name).encode().hex().ljust(64, "0")[:64]
    return Sample(person, folder / name, digest, chip)


def test_frames_that_follow_each_other_are_one_moment_as_far_as_the_chain_goes(tmp_path: Path) -> None:
    photos = [sample(tmp_path, "Ada", f"{n}", picture(1, moved=1.5 * n)) for n in range(6)]
    photos.append(sample(tmp_path, "Ada", "other", picture(2)))
    photos.append(sample(tmp_path, "Eve", "copy", picture(1)))
    assert sessions_of(photos).tolist() == [0] * 6 + [6, 7]


@pytest.mark.parametrize(
    ("first", "second", "together"),
    [
        ("IMG_20260301_101112.jpg", "IMG_20260301_101121.jpg", True),
        ("camera-20260301-101112.png", "camera-20260301-101112-1.png", True),
        ("IMG_20260301_101112.jpg", "IMG_20260301_101212.jpg", False),
        ("20260301.jpg", "20260302.jpg", False),
        ("IMG_20269901_101112.jpg", "IMG_20269901_101112-2.jpg", False),
    ],
)
def test_a_time_in_the_name_tells_a_burst(tmp_path: Path, first: str, second: str, together: bool) -> None:
    photos = [sample(tmp_path, "Ada", name, picture(n)) for n, name in enumerate((first, second))]
    assert (sessions_of(photos).tolist() == [0, 0]) == together


@pytest.mark.parametrize("seed", range(8))
def test_a_split_never_tears_a_burst_apart(tmp_path: Path, seed: int) -> None:
    people = {
        person: [
            sample(tmp_path, person, f"{burst}-{n}", picture(10 * index + burst, moved=float(n)))
            for burst in range(5)
            for n in range(3)
        ]
        for index, person in enumerate(("Ada", "Eve", "Bob", "Kim"))
    }
    chosen = split(people, TrainOptions(hold_out_share=0.5, seed=seed))
    parts = [
        {(one.person, one.photo.name[0]) for one in part}
        for part in (chosen.train, chosen.validate, chosen.held)
    ]
    assert parts[0] and parts[2]
    assert not parts[0] & parts[1] and not parts[0] & parts[2] and not parts[1] & parts[2]


def test_photos_whose_chips_are_gone_stand_alone(tmp_path: Path) -> None:
    photos = [Sample("Ada", tmp_path / f"{n}.jpg", f"{n}" * 64, tmp_path / "gone.png") for n in range(3)]
    assert sessions_of(photos).tolist() == [0, 1, 2]
