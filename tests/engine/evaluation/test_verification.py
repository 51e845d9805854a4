"""Measuring on pairs: every photo counts, nothing is believed blindly, a stop loses little."""

from __future__ import annotations

import hashlib
import os
import pickle
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from facecam.cli.evaluation.documents import document
from facecam.core.config import Settings
from facecam.core.errors import ConfigError, DataError
from facecam.core.events import NEVER, Cancelled, CancelToken, Event, Notice, Progress
from facecam.core.types import Box, Detection, Embeddings, ImageArray
from facecam.engine import components
from facecam.engine.evaluation import verification as module
from facecam.engine.evaluation.verification import (
    IN_USE,
    EvaluateOptions,
    EvaluationReport,
    evaluate,
    photos_used_twice,
    write_plots,
)
from facecam.engine.faces import photo_batches, thread_map
from facecam.engine.faces.face_finder import FoundFaces
from facecam.engine.faces.photo_batches import FIRST_ATTEMPT, NO_FACE, center_box
from facecam.engine.photos import embedding_cache
from facecam.engine.photos.embedding_cache import VectorCache
from facecam.engine.places import user_cache_folder
from facecam.vision.images.align import ChipSpec
from tests.gallery.factories import on_circle, random_units, squared_l2

_LANDMARKS = np.array([(28, 15), (24, 15), (11, 15), (15, 15), (20, 27)], np.float32)


class World:
    """Photos of one colour whose red is the angle of their vector; green 0 means that no face is found.

    Takes the place of detector and embedder; everything between is real.
    """

    def __init__(self, folder: Path) -> None:
        self.images, self.cache, self.list = folder / "images", folder / "cache", folder / "pairs.txt"
        self.seen: list[int] = []
        self.mirrored: set[bool] = set()
        self.card: Any = SimpleNamespace(
            model_id="toy@1", name="toy", dimensions=2, threshold=0.2, calibration=(), cohort=None
        )
        self.precision = "f32"
        self.chip_spec = ChipSpec(20)
        self.events: list[Event] = []
        self.pause_s = 0.0

    def photo(self, name: str, degrees: int, *, face: bool = True) -> str:
        path = self.images / name
        path.parent.mkdir(parents=True, exist_ok=True)
        color = (degrees, 255 if face else 0, hash_byte(name))
        Image.fromarray(np.full((40, 40, 3), color, np.uint8)).save(path)
        return name

    def pairs(self, *pairs: tuple[str, str, int]) -> None:
        self.list.write_text("".join(f"{a}\t{b}\t{label}\n" for a, b, label in pairs), encoding="utf-8")

    def measure(self, settings: Settings | None = None, **options: Any) -> EvaluationReport:
        options = {"cache": self.cache, **options}
        cancel = options.pop("cancel", NEVER)
        wanted = EvaluateOptions(self.list, self.images, **options)
        return evaluate(settings or Settings(), wanted, on_event=self.events.append, cancel=cancel)

    def notices(self) -> list[str]:
        return [event.text for event in self.events if isinstance(event, Notice)]

    # As the finder
    def find(self, image: ImageArray) -> FoundFaces:
        time.sleep(random.random() * self.pause_s)
        self.seen.append(int(image[0, 0, 0]))
        if not image[0, 0, 1]:
            return FoundFaces(image, ())
        return FoundFaces(image, [Detection(Box(8, 8, 32, 32), 1.0, _LANDMARKS)])

    # As the embedder
    def chip(self, image: ImageArray, detection: Detection) -> ImageArray:
        return image

    def views(self, image: ImageArray, detection: Detection) -> ImageArray:
        return image[None]

    def embed(self, chips: Sequence[ImageArray], *, mirror: bool = False) -> Embeddings:
        self.mirrored.add(mirror)
        return Embeddings(on_circle(*(float(chip[0, 5, 5, 0]) for chip in chips)), "toy@1")


def hash_byte(name: str) -> int:
    return hashlib.sha256(name.encode()).digest()[0]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """No models, no detectors; see `World`."""
    world = World(tmp_path)
    monkeypatch.setattr(components, "open_embedder", lambda settings: world)
    monkeypatch.setattr("facecam.engine.faces.photo_reader.FaceFinder", lambda settings, detector: world)
    monkeypatch.setattr("facecam.metrics.rates._RESAMPLES", 20)  # intervals have tests of their own
    monkeypatch.setattr(photo_batches, "find_dlib_file", lambda file, folder: None)
    monkeypatch.setattr(photo_batches, "Landmarker", lambda path: lambda image, box: _LANDMARKS)
    return world


@pytest.fixture
def toy(world: World) -> World:
    """Two same pairs (10° and 40° apart), two different ones (20° and 90°)."""
    for name, degrees in (("a1", 0), ("a2", 10), ("b1", 100), ("b2", 140), ("c1", 30), ("d1", 90)):
        world.photo(f"{name[0]}/{name}.png", degrees)
    world.pairs(
        ("a/a1.png", "a/a2.png", 1),
        ("b/b1.png", "b/b2.png", 1),
        ("a/a2.png", "c/c1.png", 0),
        ("a/a1.png", "d/d1.png", 0),
    )
    return world


def crowd(world: World, people: int) -> None:
    """Two photos per person at the same angle, next to somebody else's."""
    names = [[world.photo(f"{i}/{i}_{j}.png", 4 * i + j) for j in (1, 2)] for i in range(people)]
    same = [(first, second, 1) for first, second in names]
    different = [(one[0], other[1], 0) for one, other in zip(names, names[1:] + names[:1], strict=True)]
    world.pairs(*same, *different)


# ---------------------------------------------------------------------- the figures


def test_figures_of_four_pairs_by_hand(toy: World) -> None:
    report = toy.measure()
    assert [one.squared_l2 for one in report.scored] == pytest.approx(
        [squared_l2(10), squared_l2(40), squared_l2(20), squared_l2(90)], abs=1e-6
    )
    # Of four combinations of a same and a different pair one (40° against 20°) is the wrong way round.
    assert report.separation.auc.value == 0.75
    in_use = report.points[0]
    # 0.2 lies between 20° (0.12) and 40° (0.47): 10° rightly and 20° wrongly accepted.
    assert (in_use.rule, in_use.threshold) == (IN_USE, 0.2)
    assert (in_use.decisions.true_accepts, in_use.decisions.false_accepts) == (1, 1)
    assert (report.kind, report.left_out, report.photos.listed) == ("list", 0, 6)
    assert report.folded is not None and len(report.folded.folds) == 2
    assert all(point.tar is None for point in report.separation.tar_at_far)


def test_the_threshold_asked_for_is_the_one_in_use(toy: World) -> None:
    report = toy.measure(replace(Settings(), threshold=0.5))
    assert report.points[0].threshold == 0.5 and report.points[0].decisions.true_accepts == 2


def test_a_model_without_threshold_is_shown_at_its_best(toy: World) -> None:
    toy.card.threshold = None
    assert toy.measure().points[0].rule == "best accuracy"


def test_steps_of_a_hundredth_on_request(toy: World) -> None:
    best = toy.measure(grid=True).points[1]
    # The best is three of four right; 0.04 is the first step above 10° (0.0304).
    assert (best.rule, best.threshold, best.decisions.accuracy.value) == ("best accuracy", 0.04, 0.75)


def test_the_mirrored_face_is_added_unless_not_wanted(toy: World) -> None:
    toy.measure()
    assert toy.mirrored == {True}
    toy.mirrored.clear()
    report = toy.measure(flip=False)
    assert toy.mirrored == {False} and not report.setup.flip and report.speed.remembered == 0


def test_subtracting_the_mean_learns_it_from_the_other_fold(toy: World) -> None:
    report = toy.measure(subtract_mean=True)
    assert IN_USE not in [point.rule for point in report.points]
    vectors = {name: on_circle(angle)[0] for name, angle in zip("0123", (100, 140, 0, 90), strict=True)}
    mean = np.mean(list(vectors.values()), axis=0)  # pair 2 and pair 4: the fold without pairs 1 and 3
    a1, a2 = (on_circle(angle)[0] - mean for angle in (0, 10))
    expected = ((a1 / np.linalg.norm(a1) - a2 / np.linalg.norm(a2)) ** 2).sum()
    assert report.scored[0].squared_l2 == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("grid", [False, True])
def test_more_pairs_than_are_held_are_counted(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, grid: bool
) -> None:
    """The same document, to the width of a bin, and the same pictures of the worst pairs; no two are as far apart."""
    for number, degrees in enumerate((0, 2, 12, 20, 46, 52, 68, 82, 106, 110)):
        world.photo(f"{'abcd'[number // 3]}/{number}.png", degrees)
    (world.images / "b" / "broken.png").write_bytes(b"no picture")
    options = EvaluateOptions(None, world.images, grid=grid, cache=None)
    one_by_one = evaluate(Settings(), options)
    monkeypatch.setattr("facecam.engine.evaluation.verification.MOST_PAIRS", 10)
    counted = evaluate(Settings(), options)
    assert one_by_one.scores.same_counts is None and counted.scores.same_counts is not None
    ours, theirs = (document(one) for one in (counted, one_by_one))
    assert (
        ours["pairs"]
        == theirs["pairs"]
        == {"kind": "all", "same": 9, "different": 36, "left_out": 10, "photo_with_itself": 0}
    )
    assert [(one["rule"], one["accuracy"], one["far"]) for one in ours["operating_points"][:3]] == [
        (one["rule"], one["accuracy"], one["far"]) for one in theirs["operating_points"][:3]
    ]
    assert ours["photos"] == theirs["photos"]
    assert ours["auc"].value == pytest.approx(theirs["auc"].value)
    assert ours["eer"]["squared_l2"] == pytest.approx(theirs["eer"]["squared_l2"], abs=1e-4)
    for same in (False, True):
        title, pictures = module._wrong_pairs(counted, same=same)
        expected_title, expected = module._wrong_pairs(one_by_one, same=same)
        assert title.rsplit(" ", 2)[1:] == expected_title.rsplit(" ", 2)[1:]
        shown, one_by_one_shown = ([float(one.words) for one in drawn] for drawn in (pictures, expected))
        assert shown == pytest.approx(one_by_one_shown, abs=1e-4)
    if not grid:  # Pictures know nothing of its steps.
        assert len(write_plots(counted, tmp_path / "plots")) == len(module.PLOTS)
    assert len(evaluate(Settings(), replace(options, each=True)).scored) == 45


def test_a_limit_measures_fewer_pairs(world: World) -> None:
    crowd(world, 20)
    report = world.measure(limit=10)
    assert len(report.scored) == 10 and sum(one.pair.same for one in report.scored) == 5
    assert report.photos.listed == len(world.seen) < 40


def test_a_photo_with_itself_is_counted(toy: World) -> None:
    toy.pairs(("a/a1.png", "a/a1.png", 1), ("a/a1.png", "d/d1.png", 0))
    report = toy.measure()
    assert photos_used_twice(report) == 1 and report.scored[0].squared_l2 == 0
    assert report.folded is None


def test_the_folds_of_the_list_are_used(world: World) -> None:
    for name, degrees in (("A", 0), ("B", 40), ("C", 80), ("D", 130)):
        for number, more in ((1, 0), (2, 5)):
            world.photo(f"{name}/{name}_000{number}.png", degrees + more)
    fold = "A\t1\t2\nB\t1\t2\nA\t1\tB\t1\nA\t2\tC\t1\n", "C\t1\t2\nD\t1\t2\nC\t1\tD\t1\nB\t2\tD\t1\n"
    world.list.write_text(f"2\t2\n{''.join(fold)}")
    report = world.measure()
    assert report.kind == "view2" and report.folded is not None
    # The nearest different people are 40° apart in the first fold, 50° in the second: each is the
    # other's threshold, so the first accepts its 40°.
    thresholds = [one.threshold for one in report.folded.folds]
    assert thresholds == pytest.approx([squared_l2(50), squared_l2(40)], abs=1e-6)
    assert [one.decisions.accuracy.value for one in report.folded.folds] == [0.75, 1]
    (world.images / "B/B_0002.png").unlink()
    report = world.measure()
    # Pairs keep their fold when others fall out: one of the first, one of the second.
    assert report.folded is not None and report.left_out == 2
    assert [one.decisions.pairs for one in report.folded.folds] == [3, 3]


def test_photos_in_work_do_not_change_places(world: World) -> None:
    crowd(world, 30)
    quick = world.measure(cache=None)
    world.pause_s = 0.004
    slow = world.measure(cache=None)
    assert [one.squared_l2 for one in slow.scored] == [one.squared_l2 for one in quick.scored]
    # Two photos of a person are 1° apart, neighbours 4° + 1°.
    assert slow.scored[3].squared_l2 == pytest.approx(squared_l2(1), abs=1e-6)
    assert slow.scored[33].squared_l2 == pytest.approx(squared_l2(5), abs=1e-6)


def test_progress_reaches_the_end(toy: World) -> None:
    toy.measure()
    steps = [event for event in toy.events if isinstance(event, Progress)]
    assert [(event.stage, event.done, event.total) for event in steps][-1] == ("photos", 6, 6)


# ---------------------------------------------------------------------- photos that are no use


def test_a_photo_without_a_face_counts_by_its_middle_and_is_named(toy: World) -> None:
    toy.photo("a/a2.png", 10, face=False)
    report = toy.measure()
    assert report.photos.without_face == ("a/a2.png",) and report.left_out == 0
    assert dict(report.photos.found_by) == {FIRST_ATTEMPT: 5, NO_FACE: 1}
    assert report.scored[0].squared_l2 == pytest.approx(squared_l2(10), abs=1e-6)
    assert toy.measure().photos.without_face == ("a/a2.png",)  # the cache knows it too


@pytest.mark.parametrize(
    ("height", "width", "box"),
    [(250, 250, Box(75, 75, 175, 175)), (100, 200, Box(80, 30, 120, 70)), (1, 1, Box(0.3, 0.3, 0.7, 0.7))],
)
def test_the_middle_is_two_fifths_of_the_shorter_side(height: int, width: int, box: Box) -> None:
    found = center_box(np.zeros((height, width, 3), np.uint8))
    assert (found.left, found.top, found.right, found.bottom) == pytest.approx(
        (box.left, box.top, box.right, box.bottom)
    )


def test_missing_and_broken_photos_are_named_and_their_pairs_left_out(toy: World) -> None:
    (toy.images / "b/b2.png").unlink()
    (toy.images / "c/c1.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    report = toy.measure()
    assert [fault.name for fault in report.photos.faults] == ["b/b2.png", "c/c1.png"]
    assert "missing" in report.photos.faults[0].message and "c1.png" in report.photos.faults[1].message
    assert report.left_out == 2 and [one.pair.line for one in report.scored] == [1, 4]


def test_a_list_for_other_photos_says_where_it_looked(toy: World, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with pytest.raises(DataError, match="none of the 6 photos") as caught:
        evaluate(Settings(), EvaluateOptions(toy.list, elsewhere))
    assert "a/a1.png" in caught.value.hint
    with pytest.raises(ConfigError, match="nowhere"):
        evaluate(Settings(), EvaluateOptions(toy.list, tmp_path / "nowhere"))


def test_without_a_pair_of_one_kind_there_is_no_figure(toy: World) -> None:
    (toy.images / "a/a1.png").unlink()
    (toy.images / "b/b1.png").unlink()
    with pytest.raises(DataError, match="no pair of the same person can be measured: 3 of 4"):
        toy.measure()


# ---------------------------------------------------------------------- remembering


def cache_files(world: World) -> list[Path]:
    return sorted(world.cache.rglob("*.vectors"))


def figures(report: EvaluationReport) -> list[float]:
    return [one.squared_l2 for one in report.scored]


def test_a_second_run_looks_at_no_photo(toy: World) -> None:
    first = toy.measure()
    assert (first.speed.looked_at, first.speed.remembered) == (6, 0)
    toy.seen.clear()
    second = toy.measure()
    assert (second.speed.looked_at, second.speed.remembered) == (0, 6) and not toy.seen
    assert figures(second) == figures(first) and second.photos.found_by == first.photos.found_by


def test_a_moved_photo_is_known_and_a_changed_one_is_not(toy: World) -> None:
    toy.measure()
    (toy.images / "a").rename(toy.images / "moved")
    toy.list.write_text(toy.list.read_text().replace("a/", "moved/"))
    before = (toy.images / "d/d1.png").stat()
    toy.photo("d/d1.png", 91)  # as large as before
    os.utime(toy.images / "d/d1.png", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (toy.images / "d/d1.png").stat().st_size == before.st_size
    toy.seen.clear()
    report = toy.measure()
    assert toy.seen == [91] and figures(report)[3] == pytest.approx(squared_l2(91), abs=1e-6)


@pytest.mark.parametrize("settings", [{"detector": "cnn"}, {"upsample": 1}, {"min_face_px": 40}], ids=str)
def test_other_detector_settings_do_not_use_the_cache(toy: World, settings: dict[str, Any]) -> None:
    toy.measure()
    assert toy.measure(replace(Settings(), **settings)).speed.remembered == 0


def test_another_model_does_not_use_the_cache(toy: World) -> None:
    toy.measure()
    toy.precision = "bf16"
    assert toy.measure().speed.remembered == 0
    toy.chip_spec = ChipSpec(21)
    assert toy.measure().speed.remembered == 0
    toy.card.model_id = "toy@2"
    assert toy.measure().speed.remembered == 0
    assert toy.measure(flip=False).speed.remembered == 0
    assert toy.measure().speed.remembered == 6


def test_what_does_not_change_vectors_uses_the_cache(toy: World) -> None:
    toy.measure()
    assert toy.measure(subtract_mean=True).speed.remembered == 6
    assert toy.measure(grid=True).speed.remembered == 6


def flip_a_bit(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[-3] ^= 1
    file.write_bytes(content)


@pytest.mark.parametrize(
    "damage",
    [
        flip_a_bit,
        lambda file: file.write_bytes(file.read_bytes()[:-5]),
        lambda file: file.write_bytes(b""),
        lambda file: file.write_bytes(file.read_bytes() + b"x"),
    ],
)
def test_a_damaged_cache_is_discarded_with_a_notice(toy: World, damage: Any) -> None:
    first = toy.measure()
    (file,) = cache_files(toy)
    whole = file.read_bytes()
    damage(file)
    second = toy.measure()
    assert second.speed.looked_at == 6 and figures(second) == figures(first)
    assert [text for text in toy.notices() if "damaged" in text and file.name in text]
    assert [one.read_bytes() for one in cache_files(toy)] == [whole]  # made anew
    toy.events.clear()
    assert toy.measure().speed.remembered == 6 and not toy.notices()


def under_its_own_hash(world: World, content: bytes) -> Path:
    (old,) = cache_files(world)
    new = old.with_name(f"{hashlib.sha256(content).hexdigest()}.vectors")
    new.write_bytes(content)
    old.unlink()
    return new


class Bomb:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


@pytest.mark.parametrize(
    "make",
    [
        lambda tmp_path: pickle.dumps(Bomb(tmp_path / "exploded")),
        lambda tmp_path: b"{}\n",
        lambda tmp_path: b"[1]\n",
        lambda tmp_path: b'{"how": [3]}\n' + bytes(40),
        lambda tmp_path: b'{"how": ["x"]}\n' + bytes(40),  # a vector of norm 0
        lambda tmp_path: b'{"how": ["x"]}\n' + bytes(32) + np.array([np.nan, 1], np.float32).tobytes(),
        lambda tmp_path: b'{"how": ["x"]}\n' + bytes(32) + np.array([1, 0, 0], np.float32).tobytes(),
    ],
)
def test_a_file_with_the_right_name_is_still_not_believed(toy: World, tmp_path: Path, make: Any) -> None:
    toy.measure()
    forged = under_its_own_hash(toy, make(tmp_path))
    assert toy.measure().speed.looked_at == 6
    assert not forged.exists() and not (tmp_path / "exploded").exists() and len(toy.notices()) == 1


def test_one_damaged_file_does_not_cost_the_others(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding_cache, "_SAVE_EVERY", 8)
    monkeypatch.setattr(photo_batches, "_EMBED_TOGETHER", 4)
    crowd(world, 20)
    world.measure()
    files = cache_files(world)
    assert len(files) == 5
    flip_a_bit(files[2])
    assert world.measure().speed.looked_at == 8


def test_a_stopped_run_is_taken_up_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo_batches, "_EMBED_TOGETHER", 4)
    monkeypatch.setattr(thread_map, "_IN_WORK", 4)
    crowd(world, 20)
    stop = CancelToken()
    real_embed, batches = world.embed, []

    def embed(chips: Sequence[ImageArray], *, mirror: bool = False) -> Embeddings:
        batches.append(len(chips))
        if len(batches) == 3:
            stop.cancel()
        return real_embed(chips, mirror=mirror)

    monkeypatch.setattr(world, "embed", embed)
    with pytest.raises(Cancelled):
        world.measure(cancel=stop)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("photos")]
    report = world.measure()
    assert report.speed.remembered == 12 and report.speed.looked_at == 28


def test_a_fault_of_the_program_keeps_what_was_done(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo_batches, "_EMBED_TOGETHER", 4)
    crowd(world, 20)
    real_find = world.find

    def find(image: ImageArray) -> FoundFaces:
        if image[0, 0, 0] == 77:  # the 39th of 40
            raise RuntimeError("a bug")
        return real_find(image)

    monkeypatch.setattr(world, "find", find)
    with pytest.raises(RuntimeError, match="a bug"):
        world.measure()
    monkeypatch.setattr(world, "find", real_find)
    assert world.measure().speed.remembered >= 32


def test_a_disk_that_refuses_ends_remembering_not_measuring(
    toy: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    report = toy.measure()
    assert report.speed.looked_at == 6 and not cache_files(toy)
    assert ["No space left" in text for text in toy.notices()] == [True]


def test_a_file_where_the_cache_should_be_is_left_alone(toy: World) -> None:
    toy.cache.write_text("mine")
    assert toy.measure().speed.looked_at == 6
    assert toy.cache.read_text() == "mine" and len(toy.notices()) == 1


def test_without_a_cache_nothing_is_written(toy: World) -> None:
    toy.measure(cache=None)
    assert not toy.cache.exists()


@pytest.mark.skipif(os.name == "nt", reason="permissions work differently")
def test_vectors_of_faces_are_for_their_owner_only(toy: World) -> None:
    toy.measure()
    (folder,) = toy.cache.iterdir()
    assert folder.stat().st_mode & 0o077 == 0
    assert "toy@1" in (folder / "about.json").read_text()


def test_a_cache_gives_back_what_it_was_given(tmp_path: Path) -> None:
    vectors = random_units(600, 5)
    cache = VectorCache(tmp_path, {"key": 1}, 5)
    digests = [hashlib.sha256(bytes([i % 256, i // 256])).digest() for i in range(600)]
    for digest, vector in zip(digests, vectors, strict=True):
        cache.add(digest, "wörtlich", vector)
    assert len(list(tmp_path.rglob("*.vectors"))) == 2  # 512 saved on the way
    cache.save()
    cache.save()
    again = VectorCache(tmp_path, {"key": 1}, 5)
    assert len(again) == 600 and len(list(tmp_path.rglob("*.vectors"))) == 3
    assert all(
        np.array_equal(again.get(digest).vector, vector)
        for digest, vector in zip(digests, vectors, strict=True)
    )
    assert again.get(digests[0]).how == "wörtlich" and bytes(32) not in again
    assert len(VectorCache(tmp_path, {"key": 2}, 5)) == 0


#: Saves once, then saves again and is killed at step n on the disk, for n = 1, 2 … until it gets through.
_KILLED = """
import os, signal, sys
from pathlib import Path
import numpy as np
from facecam.engine.photos.embedding_cache import VectorCache

def add(folder, number):
    cache = VectorCache(folder, {}, 2)
    cache.add(bytes([number]) * 32, "x", np.array([1, 0], np.float32))
    cache.save()

def deadly(name, step, count=[0]):
    real = getattr(os, name)
    def replacement(*given, **named):
        count[0] += 1
        if count[0] == step:
            if name == "fsync" and len(given) == 1:
                try: os.ftruncate(given[0], os.fstat(given[0]).st_size // 2)
                except OSError: pass
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*given, **named)
    setattr(os, name, replacement)

out = Path(sys.argv[1])
for step in range(1, 50):
    folder = out / str(step)
    add(folder, 1)
    child = os.fork()
    if child == 0:
        for name in ("fsync", "replace"):
            deadly(name, step)
        add(folder, 2)
        os._exit(0)
    if os.WIFEXITED(os.waitpid(child, 0)[1]):
        sys.exit(0)
sys.exit(1)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_killed_while_saving_what_was_saved_before_stays(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", _KILLED, str(tmp_path)], check=True)
    steps = sorted(tmp_path.iterdir(), key=lambda path: int(path.name))
    assert len(steps) >= 4  # at least fsync, replace, fsync of the folder, and the one that got through
    events: list[Event] = []
    known = [VectorCache(folder, {}, 2, events.append) for folder in steps]
    assert all(b"\1" * 32 in cache for cache in known) and not events
    assert [b"\2" * 32 in cache for cache in known] == sorted(b"\2" * 32 in cache for cache in known)
    assert b"\2" * 32 not in known[0] and b"\2" * 32 in known[-1]


def test_killed_in_the_middle_of_a_run_the_next_one_goes_on(tmp_path: Path) -> None:
    if not hasattr(signal, "SIGKILL"):
        pytest.skip("no SIGKILL here")
    cache = VectorCache(tmp_path, {}, 2)
    for number in range(300):
        cache.add(hashlib.sha256(bytes([number // 256, number % 256])).digest(), "x", on_circle(number)[0])
    del cache  # never told to save: as after a kill
    assert len(VectorCache(tmp_path, {}, 2)) == 256


@pytest.mark.parametrize(
    ("system", "variables", "expected"),
    [
        ("linux", {"XDG_CACHE_HOME": "/var/me"}, "/var/me/facecam/evaluate"),
        ("linux", {"XDG_CACHE_HOME": "relative"}, "/home/me/.cache/facecam/evaluate"),
        ("linux", {}, "/home/me/.cache/facecam/evaluate"),
        ("darwin", {}, "/home/me/Library/Caches/facecam/evaluate"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/facecam/Cache/evaluate"),
        ("win32", {}, "/home/me/AppData/Local/facecam/Cache/evaluate"),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="paths are written differently")
def test_the_cache_lies_where_the_system_keeps_such_things(
    monkeypatch: pytest.MonkeyPatch, system: str, variables: dict[str, str], expected: str
) -> None:
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HOME", "/home/me")
    monkeypatch.setattr(sys, "platform", system)
    assert user_cache_folder() == Path(expected)


# ---------------------------------------------------------------------- pictures of the result


def test_plots_show_the_pairs_judged_wrongly(toy: World, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    report = toy.measure()
    files = write_plots(report, tmp_path / "new" / "plots")
    assert [file.name for file in files] == [
        "roc.png", "error-rates.png", "histogram.png", "false-accepts.png", "false-rejects.png",
        "people-pca.png", "people-tsne.png",
    ]  # fmt: skip
    # c and d have one photo each, which says nothing about people.
    assert (report.faces.people, report.faces.left_out) == (("a", "a", "b", "b"), 2)
    assert all(file.read_bytes().startswith(b"\x89PNG") for file in files)
    title, pairs = module._wrong_pairs(report, same=False)
    assert title == "Different people, accepted at squared distance 0.2000 (in use): 1 pair"
    assert [(pair.first_name, pair.second_name) for pair in pairs] == [("a2.png", "c1.png")]
    title, pairs = module._wrong_pairs(report, same=True)
    assert [(pair.first_name, pair.second_name) for pair in pairs] == [("b1.png", "b2.png")]
    assert pairs[0].words == f"{squared_l2(40):.4f}"
    scored = tuple(replace(one, score=one.score + 0.01) for one in report.scored)
    title, pairs = module._wrong_pairs(replace(report, scored=scored, measure="match_score"), same=True)
    assert "rejected at match score" in title
    assert pairs[0].words == f"{squared_l2(40) + 0.01:.4f}", (
        "what the threshold is of, not the plain distance"
    )


# ---------------------------------------------------------------------- the real thing


@pytest.mark.heavy
@pytest.mark.slow
def test_lfw_view_1(shared_data: Path, weights: Path, tmp_path: Path) -> None:
    folder = shared_data / "lfw-view1"
    settings = replace(Settings(), weights=weights, model=components.DEFAULT_MODEL)
    options = EvaluateOptions(folder / "pairsDevTest.txt", folder / "images", cache=tmp_path)
    report = evaluate(settings, options)
    assert (len(report.scored), report.left_out, report.photos.faults) == (1000, 0, ())
    assert report.folded is not None and report.folded.mean >= 0.986
    percent, permille = report.separation.tar_at_far
    assert percent.tar is not None and percent.tar.value >= 0.984 and permille.tar is None
    assert report.separation.auc.value >= 0.998 and report.separation.eer.value <= 0.016
    again = evaluate(settings, options)
    assert again.speed.remembered == 1549 and again.separation == report.separation
