"""`bench detect`: tables, JSON, exit codes, and complaints in two lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from facecam.benchmark.detection import benchmark
from tests.cli.conftest import Run
from tests.engine.fixtures import Heads
from tests.engine.studio import nobody, save


@pytest.fixture
def people(heads: Heads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(benchmark, "_MADE_FRAMES", 3)
    # Where faces are is said by `hog` alone: the others take their time and are not what is tested.
    real = benchmark.open_detectors
    monkeypatch.setattr(
        benchmark,
        "open_detectors",
        lambda settings, names=(), **more: real(settings, names or ("hog",), **more),
    )
    for name, picture in heads.items():
        save(picture, tmp_path / "people" / name / "a.png")
    return tmp_path / "people"


def test_a_table_of_shares_false_alarms_and_times(run: Run, people: Path) -> None:
    outcome = run("bench", "detect", "--photos", people, "--faces", 1, "--detectors", "hog")
    assert outcome.code == 0, outcome.err
    lines = outcome.out.splitlines()
    assert lines[0].startswith("1 face from") and "seed 0" in lines[0]
    (wide,) = (line for line in lines if line.startswith("face 100 px wide"))
    assert wide.endswith("1.00 (0.21-1.00)")
    for words in ("turned in the picture by 90°", "mask", "glasses", "dark", "blurred", "border", "close-up"):
        assert words in outcome.out
    assert "false alarms, made up" in outcome.out and "boxes per 100 frames" in outcome.out
    assert "times that of hog" in outcome.out and "agreed on by hog" in outcome.out


def test_json_says_everything_and_is_the_same_again(
    run: Run, people: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(benchmark, "CONDITIONS", benchmark.CONDITIONS[:3])
    save(nobody(), tmp_path / "empty" / "a.png")
    (people / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    flags = ("--faces", 9, "--detectors", "hog", "--backgrounds", tmp_path / "empty", "--json", "--seed", 7)
    outcome = run("bench", "detect", "--photos", people, *flags)
    assert outcome.code == 1, "a photo could not be read"
    document = outcome.json()
    assert document["photos"]["passed_over"] == {"unreadable": 1} and len(document["photos"]["used"]) == 3
    assert document["seed"] == 7 and document["iou"] == 0.4 and document["machine"]["processor"]
    first = document["conditions"][0]
    assert first["name"] == "100-px" and first["found"]["hog"]["value"] == 1 and first["size"] == [640, 480]
    (alarms,) = document["false_alarms"]
    assert alarms["frames"] == 1 and alarms["where"].endswith("empty")
    assert document["times"]["hog"]["ratio"] == 1
    again = run("bench", "detect", "--photos", people, *flags).json()
    assert again["conditions"] == document["conditions"]


def test_marked_faces_in_a_table_and_as_json(run: Run, heads: Heads, tmp_path: Path) -> None:
    picture = next(iter(heads.values()))
    save(picture, tmp_path / "a.png")
    height, width = picture.shape[:2]
    boxes = tmp_path / "boxes.txt"
    boxes.write_text(f"a.png\n1\n{width // 2 - 60} {height // 2 - 60} 120 120\n", encoding="utf-8")
    outcome = run("bench", "detect", "--boxes", boxes, "--detectors", "hog")
    assert outcome.code == 0 and "1 picture of" in outcome.out
    for words in ("recall", "precision", "average precision"):
        assert any(line.startswith(words) and "1.00 (0.21-1.00)" in line for line in outcome.out.splitlines())
    boxes.write_text(boxes.read_text(encoding="utf-8") + "gone.png\n0\n", encoding="utf-8")
    outcome = run("bench", "detect", "--boxes", boxes, "--detectors", "hog", "--json")
    assert outcome.code == 1 and "gone.png" in outcome.err
    document = outcome.json()
    assert (
        document["pictures"]["left_out"][0]["name"] == "gone.png"
        and document["detectors"]["hog"]["hits"] == 1
    )


def test_what_cannot_be_meant_is_said_in_two_lines(run: Run, people: Path, tmp_path: Path) -> None:
    (tmp_path / "boxes.txt").write_text("a.jpg\n1\nwrong\n", encoding="utf-8")
    save(nobody(), tmp_path / "faceless" / "a.png")
    (tmp_path / "none").mkdir()
    cases: tuple[tuple[tuple[object, ...], str], ...] = (
        (("detect",), "name what to find faces in"),
        (("detect", "--photos", people, "--boxes", tmp_path / "boxes.txt"), "name what to find faces in"),
        (("detect", "--photos", tmp_path / "no"), "does not exist"),
        (("detect", "--photos", people, "--without-faces", tmp_path / "no"), "does not exist"),
        (("detect", "--photos", tmp_path / "none", "--detectors", "hog"), "no photos"),
        (("detect", "--photos", tmp_path / "faceless", "--detectors", "hog"), "none of the 1 photos"),
        (("detect", "--photos", people, "--detectors", "nose"), "no detector nose"),
        (("detect", "--photos", people, "--detectors", ","), "no detector is named"),
        (("detect", "--photos", people, "--iou", "0.5"), "--iou does not go with --photos"),
        (("detect", "--boxes", tmp_path / "boxes.txt", "--faces", "3"), "--faces does not go with --boxes"),
        (("detect", "--boxes", tmp_path / "boxes.txt"), "line 3: expected 4 or 10 numbers"),
        (("detect", "--boxes", tmp_path / "boxes.txt", "--iou", "1.5"), "not a share between 0 and 1"),
        (("detect", "--photos", people, "--seed", "-1"), "not a whole number from 0"),
        (("detect", "--photos", people, "--index"), "--index does not go with `bench detect`"),
        (("detect", "--photos", people, "--page", "a.md"), "--page does not go with `bench detect`"),
        (("--photos", people), "--photos belongs to `bench detect`"),
        (("detekt",), "invalid choice"),
    )
    for arguments, words in cases:
        complaint, _ = run("bench", *arguments).two_lines()
        assert words in complaint, (arguments, complaint)
